#include "protocol/records.h"

#include "protocol/crc32c.h"
#include "protocol/records_wire.h"

_Static_assert(HP_BATCH_COUNT_OFFSET + 4 == HP_BATCH_OVERHEAD, "records follow the count");
_Static_assert(HP_BATCH_EPOCH_OFFSET + 4 == HP_BATCH_PATCH_BYTES, "the epoch ends the patch");
_Static_assert(HP_BATCH_LENGTH_OFFSET + 4 == (int)HP_BATCH_LENGTH_BASE,
               "the length counts from its end");

static void parse_header(const uint8_t *at, size_t size, struct hp_batch *ret)
{
    *ret = (struct hp_batch){
        .base_offset = (int64_t)hc_get_be64(at),
        .leader_epoch = (int32_t)hc_get_be32(at + HP_BATCH_EPOCH_OFFSET),
        .crc = hc_get_be32(at + HP_BATCH_CRC_OFFSET),
        .attributes = (int16_t)hc_get_be16(at + HP_BATCH_ATTRIBUTES_OFFSET),
        .last_offset_delta = (int32_t)hc_get_be32(at + HP_BATCH_LAST_DELTA_OFFSET),
        .base_timestamp_ms = (int64_t)hc_get_be64(at + HP_BATCH_BASE_TIMESTAMP_OFFSET),
        .max_timestamp_ms = (int64_t)hc_get_be64(at + HP_BATCH_MAX_TIMESTAMP_OFFSET),
        .producer_id = (int64_t)hc_get_be64(at + HP_BATCH_PRODUCER_ID_OFFSET),
        .producer_epoch = (int16_t)hc_get_be16(at + HP_BATCH_PRODUCER_EPOCH_OFFSET),
        .base_sequence = (int32_t)hc_get_be32(at + HP_BATCH_BASE_SEQUENCE_OFFSET),
        .record_count = (int32_t)hc_get_be32(at + HP_BATCH_COUNT_OFFSET),
        .records = hc_slice_of(at + HP_BATCH_OVERHEAD, size - HP_BATCH_OVERHEAD),
        .size = size,
    };
}

/* Compaction leaves gaps and even batches without records: the last offset may lie behind the
 * count, never before it. */
static enum hc_status check_header(struct hp_batch *batch)
{
    int64_t last_offset;
    if (batch->base_offset < 0 || batch->record_count < 0 || batch->last_offset_delta < 0 ||
        batch->last_offset_delta < batch->record_count - 1 ||
        __builtin_add_overflow(batch->base_offset, batch->last_offset_delta, &last_offset))
        return HC_INVALID;
    int codec = batch->attributes & HP_ATTRIBUTE_CODEC;
    if (codec >= HP_CODEC_COUNT)
        return HC_UNSUPPORTED;
    batch->codec = (enum hp_codec)codec;
    if (batch->codec == HP_NONE &&
        (size_t)batch->record_count > batch->records.size / HP_RECORD_BYTES_MIN)
        return HC_INVALID;
    return HC_OK;
}

/* The size of the batch in front, from as few bytes as are there. */
static enum hc_status frame_size(struct hc_slice bytes, size_t *ret)
{
    if (bytes.size == 0)
        return HC_END;
    if (bytes.size < HP_BATCH_LENGTH_BASE)
        return HC_AGAIN;
    int32_t length = (int32_t)hc_get_be32(bytes.data + HP_BATCH_LENGTH_OFFSET);
    if (length < HP_BATCH_OVERHEAD - HP_BATCH_LENGTH_BASE)
        return HC_INVALID;
    if (bytes.size > HP_BATCH_MAGIC_OFFSET && bytes.data[HP_BATCH_MAGIC_OFFSET] != HP_BATCH_MAGIC)
        return HC_INVALID;
    *ret = HP_BATCH_LENGTH_BASE + (size_t)length;
    return bytes.size < *ret ? HC_AGAIN : HC_OK;
}

enum hc_status hp_batch_read(struct hc_slice bytes, bool check_crc, struct hp_batch *ret)
{
    size_t size;
    struct hp_batch batch;
    enum hc_status status = frame_size(bytes, &size);
    if (status != HC_OK)
        return status;
    const uint8_t *at = (const uint8_t *)bytes.data;
    parse_header(at, size, &batch);
    if (check_crc && batch.crc != hp_crc32c(0, at + HP_BATCH_ATTRIBUTES_OFFSET,
                                            size - HP_BATCH_ATTRIBUTES_OFFSET))
        return HC_CORRUPT;
    status = check_header(&batch);
    if (status == HC_OK)
        *ret = batch;
    return status;
}

enum hc_status hp_batch_decompress(const struct hp_batch *batch, size_t size_max,
                                   struct hc_buffer *scratch, struct hc_slice *ret)
{
    if (batch->codec == HP_NONE) {
        if (batch->records.size > size_max)
            return HC_LIMIT;
        *ret = batch->records;
        return HC_OK;
    }
    hc_buffer_clear(scratch);
    enum hc_status status = hp_decompress(batch->codec, batch->records, size_max, scratch);
    if (status == HC_OK)
        *ret = hc_buffer_slice(scratch);
    return status;
}

void hp_batch_write_header(const struct hp_batch *batch, uint8_t *bytes, size_t size)
{
    HC_ASSERT(size >= HP_BATCH_OVERHEAD);
    HC_ASSERT(size - HP_BATCH_LENGTH_BASE <= INT32_MAX);
    hc_put_be64(bytes, (uint64_t)batch->base_offset);
    hc_put_be32(bytes + HP_BATCH_LENGTH_OFFSET, (uint32_t)(size - HP_BATCH_LENGTH_BASE));
    hc_put_be32(bytes + HP_BATCH_EPOCH_OFFSET, (uint32_t)batch->leader_epoch);
    bytes[HP_BATCH_MAGIC_OFFSET] = HP_BATCH_MAGIC;
    hc_put_be16(bytes + HP_BATCH_ATTRIBUTES_OFFSET, (uint16_t)batch->attributes);
    hc_put_be32(bytes + HP_BATCH_LAST_DELTA_OFFSET, (uint32_t)batch->last_offset_delta);
    hc_put_be64(bytes + HP_BATCH_BASE_TIMESTAMP_OFFSET, (uint64_t)batch->base_timestamp_ms);
    hc_put_be64(bytes + HP_BATCH_MAX_TIMESTAMP_OFFSET, (uint64_t)batch->max_timestamp_ms);
    hc_put_be64(bytes + HP_BATCH_PRODUCER_ID_OFFSET, (uint64_t)batch->producer_id);
    hc_put_be16(bytes + HP_BATCH_PRODUCER_EPOCH_OFFSET, (uint16_t)batch->producer_epoch);
    hc_put_be32(bytes + HP_BATCH_BASE_SEQUENCE_OFFSET, (uint32_t)batch->base_sequence);
    hc_put_be32(bytes + HP_BATCH_COUNT_OFFSET, (uint32_t)batch->record_count);
    hc_put_be32(bytes + HP_BATCH_CRC_OFFSET, hp_crc32c(0, bytes + HP_BATCH_ATTRIBUTES_OFFSET,
                                                       size - HP_BATCH_ATTRIBUTES_OFFSET));
}

void hp_batch_patch_epoch(const void *batch, int32_t leader_epoch,
                          uint8_t out[HP_BATCH_PATCH_BYTES])
{
    memcpy(out, batch, HP_BATCH_PATCH_BYTES);
    hc_put_be32(out + HP_BATCH_EPOCH_OFFSET, (uint32_t)leader_epoch);
}
