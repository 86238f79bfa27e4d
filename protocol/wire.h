/* Cursors over wire bytes: big-endian integers, (u)varints, and a writer whose output lies in an
 * arena.
 *
 * A reader remembers its first error: from then on reads give zero and nothing moves, so that
 * callers check once, at the end. Nothing here allocates except the writer's blocks. Not
 * thread-safe.
 */
#ifndef HP_WIRE_H
#define HP_WIRE_H

#include "base/arena.h"
#include "base/chunk.h"

enum {
    HP_VARINT32_BYTES_MAX = 5,
    HP_VARINT64_BYTES_MAX = 10,
    HP_STRING_BYTES_MAX =
        32767, /* in the classic form by its length field; Kafka holds compact ones to the same */
};

/* For what is rare or large, so that the small cases beside it stay small: measured, a third of the
 * time of a message. */
#if defined(__GNUC__)
#define HP_OUT_OF_LINE __attribute__((noinline))
#else
#define HP_OUT_OF_LINE
#endif

/* ---- reading ---- */

struct hp_reader {
    const uint8_t *at; /* borrow: the input */
    const uint8_t *end;
    bool failed;
};

static inline struct hp_reader hp_reader_of(struct hc_slice bytes)
{
    const uint8_t *data = (const uint8_t *)bytes.data;
    return (struct hp_reader){data, bytes.size == 0 ? data : data + bytes.size, false};
}

static inline size_t hp_reader_remaining(const struct hp_reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

/* Makes every further read fail. */
static inline void hp_reader_fail(struct hp_reader *reader)
{
    reader->failed = true;
    reader->at = reader->end;
}

/* The next `count` bytes, or NULL when there are fewer. */
static inline const uint8_t *hp_read_raw(struct hp_reader *reader, size_t count)
{
    if (hp_reader_remaining(reader) < count) {
        hp_reader_fail(reader);
        return NULL;
    }
    const uint8_t *bytes = reader->at;
    reader->at += count;
    return bytes;
}

/* Spelled out, so that compilers see the byte swap. */
static inline uint16_t hp_load_be16(const uint8_t *b)
{
    return (uint16_t)(b[0] << 8 | b[1]);
}

static inline uint32_t hp_load_be32(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static inline uint64_t hp_load_be64(const uint8_t *b)
{
    return (uint64_t)hp_load_be32(b) << 32 | hp_load_be32(b + 4);
}

static inline int8_t hp_read_int8(struct hp_reader *reader)
{
    const uint8_t *bytes = hp_read_raw(reader, 1);
    return bytes ? (int8_t)bytes[0] : 0;
}

static inline int16_t hp_read_int16(struct hp_reader *reader)
{
    const uint8_t *bytes = hp_read_raw(reader, 2);
    return bytes ? (int16_t)hp_load_be16(bytes) : 0;
}

static inline int32_t hp_read_int32(struct hp_reader *reader)
{
    const uint8_t *bytes = hp_read_raw(reader, 4);
    return bytes ? (int32_t)hp_load_be32(bytes) : 0;
}

static inline int64_t hp_read_int64(struct hp_reader *reader)
{
    const uint8_t *bytes = hp_read_raw(reader, 8);
    return bytes ? (int64_t)hp_load_be64(bytes) : 0;
}

/* Unsigned varints of at most 5 and 10 bytes; longer ones and ones that overflow are errors. */
uint32_t hp_read_uvarint_slow(struct hp_reader *reader);
uint64_t hp_read_uvarlong(struct hp_reader *reader);

static inline uint32_t hp_read_uvarint(struct hp_reader *reader)
{
    if (reader->at < reader->end && *reader->at < 0x80)
        return *reader->at++;
    return hp_read_uvarint_slow(reader);
}

/* Zigzag varints, as records use them. */
static inline int32_t hp_read_varint(struct hp_reader *reader)
{
    uint32_t value = hp_read_uvarint(reader);
    return (int32_t)(value >> 1 ^ (0u - (value & 1)));
}

static inline int64_t hp_read_varlong(struct hp_reader *reader)
{
    uint64_t value = hp_read_uvarlong(reader);
    return (int64_t)(value >> 1 ^ (UINT64_C(0) - (value & 1)));
}

/* Skips a tagged-field section (KIP-482); tags that do not ascend are an error. */
void hp_skip_tags(struct hp_reader *reader);

/* ---- writing to plain memory ---- */

static inline void hp_store_be16(uint8_t *out, uint16_t value)
{
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
}

static inline void hp_store_be32(uint8_t *out, uint32_t value)
{
    out[0] = (uint8_t)(value >> 24);
    out[1] = (uint8_t)(value >> 16);
    out[2] = (uint8_t)(value >> 8);
    out[3] = (uint8_t)value;
}

static inline void hp_store_be64(uint8_t *out, uint64_t value)
{
    hp_store_be32(out, (uint32_t)(value >> 32));
    hp_store_be32(out + 4, (uint32_t)value);
}

static inline size_t hp_uvarint_size(uint32_t value)
{
    return value < 1u << 7    ? 1
           : value < 1u << 14 ? 2
           : value < 1u << 21 ? 3
           : value < 1u << 28 ? 4
                              : 5;
}

/* Returns where the next byte goes. */
static inline uint8_t *hp_store_uvarint(uint8_t *out, uint32_t value)
{
    while (value >= 0x80) {
        *out++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *out++ = (uint8_t)value;
    return out;
}

/* ---- writing to an arena ---- */

/* Bytes go to blocks in the arena; the output is a list of pieces, in which foreign chunks may
 * stand. */
struct hp_writer {
    struct hc_arena *_arena; /* borrow */
    uint8_t *_at;            /* the next free byte of the current block */
    uint8_t *_end;
    uint8_t *_piece;          /* where the bytes begin that are in no chunk yet */
    struct hc_chunk *_chunks; /* arena */
    size_t _count;
    size_t _capacity;
    size_t _size; /* bytes in _chunks */
    size_t _block_bytes;
};

/* `head_room` bytes are left free before the first one written. */
void hp_writer_init(struct hp_writer *writer, size_t head_room, struct hc_arena *arena);

/* Slow path of hp_writer_room: a new block. */
void hp_writer_grow(struct hp_writer *writer, size_t count);

/* Where the next `count` bytes go; they count as written. */
static inline uint8_t *hp_writer_room(struct hp_writer *writer, size_t count)
{
    if ((size_t)(writer->_end - writer->_at) < count)
        hp_writer_grow(writer, count);
    uint8_t *room = writer->_at;
    writer->_at += count;
    return room;
}

static inline void hp_write_int8(struct hp_writer *writer, int8_t value)
{
    *hp_writer_room(writer, 1) = (uint8_t)value;
}

static inline void hp_write_int16(struct hp_writer *writer, int16_t value)
{
    hp_store_be16(hp_writer_room(writer, 2), (uint16_t)value);
}

static inline void hp_write_int32(struct hp_writer *writer, int32_t value)
{
    hp_store_be32(hp_writer_room(writer, 4), (uint32_t)value);
}

static inline void hp_write_int64(struct hp_writer *writer, int64_t value)
{
    hp_store_be64(hp_writer_room(writer, 8), (uint64_t)value);
}

static inline void hp_write_uvarint(struct hp_writer *writer, uint32_t value)
{
    (void)hp_store_uvarint(hp_writer_room(writer, hp_uvarint_size(value)), value);
}

void hp_write_bytes(struct hp_writer *writer, const void *data, size_t size);

/* Puts a chunk into the output as it is; the output holds its reference from now on. */
void hp_write_chunk(struct hp_writer *writer, struct hc_chunk chunk);

/* Ends the last piece. The chunks lie in the arena; *ret_size is the bytes in all. */
void hp_writer_finish(struct hp_writer *writer, struct hc_chunk **ret_chunks, size_t *ret_count,
                      size_t *ret_size);

#endif
