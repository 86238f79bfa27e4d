/* The codec: typed structs to and from the Kafka wire, driven by descriptor tables.
 *
 * Every message has a struct `struct hp_<name>` and a descriptor `hp_<name>_schema`, both expanded
 * from one list in protocol/schema/NN_name.h. One interpreter reads the tables; whether a version
 * is flexible is a property of (message, version), never of a call site. Thread-safe: tables are
 * constant, everything else is the caller's.
 *
 * How fields look in C:
 *   integers, bool     int8_t .. int64_t, bool
 *   STRING, BYTES      struct hc_slice; null is data == NULL; decoded slices point into the input
 *   UUID               struct hp_uuid
 *   ARRAY of structs   struct hp_x *topics; int32_t topics_count; null is count -1
 *   ARRAY of scalars   int32_t *ids; int32_t ids_count; likewise
 *   STRUCT             struct hp_x state;
 *   nullable STRUCT    struct hp_x *cursor; null is NULL
 *   RECORDS            struct hp_records
 *
 * Fields absent from a version get their schema default on decode and are left out on encode (a
 * field that is set, absent and not ignorable is a programmer error only where its list row says
 * STRICT). Unknown tagged fields are skipped; tagged fields equal to their default are not written.
 * Defaults are not always zero (leader epochs are -1): start a message with hp_message_init and its
 * arrays with HP_NEW_ARRAY. Structs and tables: protocol/messages.h.
 */
#ifndef HP_CODEC_H
#define HP_CODEC_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/chunk.h"
#include "base/status.h"

struct hp_schema; /* a message's descriptor, see schema.h */
struct hp_layout; /* a nested struct's descriptor */

struct hp_uuid {
    uint8_t bytes[16];
};

static inline bool hp_uuid_is_zero(struct hp_uuid id)
{
    static const struct hp_uuid zero;
    return memcmp(&id, &zero, sizeof id) == 0;
}

static inline bool hp_uuid_equal(struct hp_uuid a, struct hp_uuid b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* Record bytes by reference: they never pass through the codec. Decoding gives one chunk that
 * borrows from the input. count -1 is null. `chunks` is borrowed; references in it move to the
 * output on encode. */
struct hp_records {
    struct hc_chunk *chunks;
    int32_t count;
    size_t size; /* sum of the chunks' sizes */
};

/* Decodes one message body (the bytes behind the header). `*ret` is the message's struct, wholly
 * overwritten; slices borrow from `bytes`, arrays live in `arena`. Counts and lengths are checked
 * against the bytes that remain, and the memory for arrays against `memory_max`, before anything is
 * allocated. *ret_used (may be NULL) tells how many bytes were read: trailing bytes are tolerated.
 * HC_INVALID: malformed; HC_LIMIT: over memory_max; HC_UNSUPPORTED: no such version. */
HC_MUST_USE enum hc_status hp_decode(const struct hp_schema *schema, int16_t version,
                                     struct hc_slice bytes, struct hc_arena *arena,
                                     size_t memory_max, void *ret, size_t *ret_used);

/* The pieces of an encoded message in order: bytes in the arena (owner NULL) interleaved with
 * record chunks. */
struct hp_output {
    struct hc_chunk *chunks; /* in the arena */
    size_t count;
    size_t size; /* bytes in all */
};

/* Encodes one body. Everything but record bytes is written into `arena`. `head_room` bytes are left
 * free before the first byte in the first chunk (counted in its size and in `ret->size`), for frame
 * length and header. `version` is one that the schema knows (asserted). HC_INVALID: a null where
 * the version allows none, or a string too long for its length field; then `ret` is untouched and
 * the references of record chunks stay with the caller. */
HC_MUST_USE enum hc_status hp_encode(const struct hp_schema *schema, int16_t version,
                                     const void *message, size_t head_room, struct hc_arena *arena,
                                     struct hp_output *ret);

/* Sets every field of `message` to its schema default (arrays empty, strings empty or null as the
 * schema says). */
void hp_message_init(const struct hp_schema *schema, void *message);

/* `count` nested structs in `arena`, every field set to its schema default. Never NULL. */
void *hp_new_structs(const struct hp_layout *layout, size_t count, struct hc_arena *arena);

/* HP_NEW_ARRAY(arena, fetch_response_partition, n): a `struct hp_fetch_response_partition *`. */
#define HP_NEW_ARRAY(arena, tag, count)                                                            \
    ((struct hp_##tag *)hp_new_structs(&hp_##tag##_layout, (size_t)(count), (arena)))

/* The message as JSON, field names in snake_case as in the struct, only fields present in
 * `version`; UUIDs as 32 hex digits, BYTES and RECORDS as hex. For tests, traces and docs. */
void hp_print_json(const struct hp_schema *schema, int16_t version, const void *message,
                   struct hc_buffer *out);

#endif
