#include "store/hash.h"

#include "base/endian.h"
#include "base/memory.h"
#include "protocol/records.h"

#include <nettle/sha2.h>
#include <stdlib.h>

enum { CHUNKS = 64, READ_BYTES = 1 << 20, BATCH_BYTES_MAX = 64 << 20 };

struct hc_log_hash {
    struct sha256_ctx sha;
    struct hc_arena arena;
    struct hc_buffer scratch;
    struct hp_header headers[HC_STORE_HEADERS_MAX];
};

struct hc_log_hash *hc_log_hash_new(void)
{
    struct hc_log_hash *hash = hc_alloc(sizeof *hash);
    sha256_init(&hash->sha);
    hc_arena_init(&hash->arena, 0);
    return hash;
}

void hc_log_hash_free(struct hc_log_hash *hash)
{
    if (hash) {
        hc_arena_done(&hash->arena);
        hc_buffer_done(&hash->scratch);
        free(hash);
    }
}

static void put(struct hc_log_hash *hash, struct hc_slice bytes)
{
    uint8_t size[4];
    hc_put_be32(size, hc_slice_is_null(bytes) ? UINT32_MAX : (uint32_t)bytes.size);
    sha256_update(&hash->sha, sizeof size, size);
    sha256_update(&hash->sha, bytes.size, (const uint8_t *)bytes.data);
}

static void put_u32(struct hc_log_hash *hash, uint32_t number)
{
    uint8_t bytes[4];
    hc_put_be32(bytes, number);
    put(hash, hc_slice_of(bytes, sizeof bytes));
}

static void put_u64(struct hc_log_hash *hash, uint64_t number)
{
    uint8_t bytes[8];
    hc_put_be64(bytes, number);
    put(hash, hc_slice_of(bytes, sizeof bytes));
}

void hc_log_hash_partition(struct hc_log_hash *hash, int32_t partition)
{
    HC_ASSERT(partition >= 0);
    put_u32(hash, (uint32_t)partition);
}

static void put_record(struct hc_log_hash *hash, const struct hp_record *record)
{
    put_u64(hash, (uint64_t)record->offset);
    put_u64(hash, (uint64_t)record->timestamp_ms);
    put(hash, record->key);
    put(hash, record->value);
    put_u32(hash, (uint32_t)record->header_count);
    for (int32_t i = 0; i < record->header_count; i++) {
        put(hash, record->headers[i].key);
        put(hash, record->headers[i].value);
    }
}

/* Every batch of the bytes from `offset` on, up to `end`; false: malformed. */
static bool put_batches(struct hc_log_hash *hash, struct hc_slice bytes, int64_t offset,
                        int64_t end)
{
    struct hp_batch batch;
    struct hc_slice raw;
    enum hc_status status;
    while ((status = hp_batch_read(bytes, true, &batch)) == HC_OK) {
        struct hp_record_reader reader;
        struct hp_record record;
        if (hp_batch_decompress(&batch, BATCH_BYTES_MAX, &hash->scratch, &raw) != HC_OK) {
            return false;
        }
        hp_record_reader_init(&reader, &batch, raw, hash->headers, HC_STORE_HEADERS_MAX);
        while ((status = hp_record_next(&reader, &record)) == HC_OK) {
            if (record.offset >= offset && record.offset < end) {
                put_record(hash, &record);
            }
        }
        if (status != HC_END) {
            return false;
        }
        bytes = hc_slice_of(bytes.data + batch.size, bytes.size - batch.size);
    }
    return status == HC_END;
}

/* The chunks of one read, in one piece: a batch may reach over several of them. */
static bool put_chunks(struct hc_log_hash *hash, struct hc_chunk *chunks, size_t count,
                       int64_t from, int64_t to)
{
    struct hc_buffer bytes = {0};
    for (size_t i = 0; i < count; i++) {
        hc_buffer_append(&bytes, chunks[i].data, chunks[i].size);
        hc_chunk_release(&chunks[i]);
    }
    bool good = put_batches(hash, hc_buffer_slice(&bytes), from, to);
    hc_buffer_done(&bytes);
    return good;
}

enum hc_read_result hc_log_hash_add(struct hc_log_hash *hash, struct hc_log_reader *reader,
                                    struct hc_log *log, int64_t *offset, int64_t end)
{
    HC_ASSERT(*offset >= 0 && end <= hc_log_end(log));
    while (*offset < end) {
        struct hc_log_read what = {
            .offset = *offset, .end = end, .bytes_max = READ_BYTES, .at_least_one = true};
        struct hc_chunk chunks[CHUNKS];
        size_t count, size;
        int64_t next;
        enum hc_read_result result =
            hc_log_read(reader, log, &what, &hash->arena, chunks, CHUNKS, &count, &size, &next);
        if (result != HC_READ_CHUNKS) {
            return result;
        }
        if (!put_chunks(hash, chunks, count, *offset, next)) {
            return HC_READ_CORRUPT;
        }
        HC_ASSERT(next > *offset);
        *offset = next;
        hc_arena_reset(&hash->arena);
    }
    return HC_READ_CHUNKS;
}

void hc_log_hash_end(struct hc_log_hash *hash, uint8_t ret[HC_LOG_HASH_BYTES])
{
    sha256_digest(&hash->sha, HC_LOG_HASH_BYTES, ret);
}
