/* Walking the records of a batch, and cutting a batch behind one of them. */
#include "protocol/records_wire.h"

bool hp_take_varlong(struct hc_slice *bytes, int64_t *ret)
{
    uint64_t zigzag = 0;
    for (size_t i = 0; i < bytes->size && i < 10; i++) {
        uint8_t byte = (uint8_t)bytes->data[i];
        zigzag |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte >= 0x80)
            continue;
        if ((i > 0 && byte == 0) || (i == 9 && byte > 1))
            return false;
        *ret = (int64_t)(zigzag >> 1) ^ -(int64_t)(zigzag & 1);
        *bytes = hc_slice_of(bytes->data + i + 1, bytes->size - i - 1);
        return true;
    }
    return false;
}

bool hp_take_varint(struct hc_slice *bytes, int32_t *ret)
{
    int64_t value;
    if (!hp_take_varlong(bytes, &value) || value < INT32_MIN || value > INT32_MAX)
        return false;
    *ret = (int32_t)value;
    return true;
}

/* Takes `size` bytes off the front. */
static bool take_bytes(struct hc_slice *bytes, int32_t size, struct hc_slice *ret)
{
    if (size < 0 || (size_t)size > bytes->size)
        return false;
    *ret = hc_slice_of(bytes->data, (size_t)size);
    *bytes = hc_slice_of(bytes->data + size, bytes->size - (size_t)size);
    return true;
}

/* A length and that many bytes. */
static bool take_field(struct hc_slice *bytes, bool nullable, struct hc_slice *ret)
{
    int32_t size;
    if (!hp_take_varint(bytes, &size))
        return false;
    if (size == -1 && nullable) {
        *ret = HC_SLICE_NULL;
        return true;
    }
    return take_bytes(bytes, size, ret);
}

static bool take_headers(struct hp_record_reader *reader, struct hc_slice *bytes,
                         struct hp_record *record)
{
    enum { HEADER_BYTES_MIN = 2 };
    int32_t count;
    if (!hp_take_varint(bytes, &count) || count < 0 ||
        (size_t)count > bytes->size / HEADER_BYTES_MIN)
        return false;
    for (int32_t i = 0; i < count; i++) {
        struct hp_header header;
        if (!take_field(bytes, false, &header.key) || !take_field(bytes, true, &header.value))
            return false;
        if (i < reader->header_capacity)
            reader->headers[i] = header;
    }
    record->headers = reader->headers;
    record->header_count = HC_MIN(count, reader->header_capacity);
    return true;
}

/* Offsets rise and stay within what the batch header says. */
static bool take_offset(struct hp_record_reader *reader, struct hc_slice *bytes,
                        struct hp_record *record, int32_t *ret_delta)
{
    int32_t delta;
    if (!hp_take_varint(bytes, &delta) || delta <= reader->_last_delta ||
        delta > reader->batch->last_offset_delta)
        return false;
    record->offset = reader->batch->base_offset + delta;
    *ret_delta = delta;
    return true;
}

static bool take_timestamp(const struct hp_batch *batch, struct hc_slice *bytes,
                           struct hp_record *record)
{
    int64_t delta;
    if (!hp_take_varlong(bytes, &delta) ||
        __builtin_add_overflow(batch->base_timestamp_ms, delta, &record->timestamp_ms))
        return false;
    if (batch->attributes & HP_ATTRIBUTE_LOG_APPEND_TIME)
        record->timestamp_ms = batch->max_timestamp_ms;
    return true;
}

void hp_record_reader_init(struct hp_record_reader *reader, const struct hp_batch *batch,
                           struct hc_slice uncompressed, struct hp_header *headers,
                           int32_t header_capacity)
{
    HC_ASSERT(header_capacity >= 0);
    HC_ASSERT(headers != NULL || header_capacity == 0);
    *reader = (struct hp_record_reader){
        .rest = uncompressed,
        .batch = batch,
        .remaining = batch->record_count,
        .headers = headers,
        .header_capacity = header_capacity,
        ._last_delta = -1,
    };
}

enum hc_status hp_record_next(struct hp_record_reader *reader, struct hp_record *ret)
{
    if (reader->remaining == 0)
        return reader->rest.size == 0 ? HC_END : HC_INVALID;
    struct hc_slice rest = reader->rest;
    struct hc_slice bytes;
    struct hc_slice attributes;
    struct hp_record record;
    int32_t delta;
    if (!take_field(&rest, false, &bytes) || !take_bytes(&bytes, 1, &attributes) ||
        !take_timestamp(reader->batch, &bytes, &record) ||
        !take_offset(reader, &bytes, &record, &delta) || !take_field(&bytes, true, &record.key) ||
        !take_field(&bytes, true, &record.value) || !take_headers(reader, &bytes, &record) ||
        bytes.size != 0)
        return HC_INVALID;
    reader->rest = rest;
    reader->_last_delta = delta;
    reader->remaining--;
    *ret = record;
    return HC_OK;
}

/* Walks over the first `count` records. *head is the batch that holds only those; *ret_size their
 * bytes. */
static enum hc_status measure_head(struct hp_batch *head, struct hc_slice uncompressed,
                                   int32_t count, size_t *ret_size)
{
    struct hp_record_reader reader;
    struct hp_batch whole = *head;
    struct hp_record record;
    hp_record_reader_init(&reader, &whole, uncompressed, NULL, 0);
    for (int32_t i = 0; i < count; i++) {
        if (hp_record_next(&reader, &record) != HC_OK)
            return HC_INVALID;
        head->max_timestamp_ms =
            i == 0 ? record.timestamp_ms : HC_MAX(head->max_timestamp_ms, record.timestamp_ms);
    }
    head->record_count = count;
    head->last_offset_delta = reader._last_delta;
    *ret_size = uncompressed.size - reader.rest.size;
    return HC_OK;
}

enum hc_status hp_batch_cut(const struct hp_batch *batch, struct hc_slice uncompressed,
                            int32_t count, int32_t leader_epoch, struct hc_buffer *out)
{
    HC_ASSERT(count >= 1);
    HC_ASSERT(count < batch->record_count);
    size_t records_size;
    struct hp_batch head = *batch;
    enum hc_status status = measure_head(&head, uncompressed, count, &records_size);
    if (status != HC_OK)
        return status;
    if (records_size > (size_t)INT32_MAX - HP_BATCH_OVERHEAD)
        return HC_INVALID;
    head.leader_epoch = leader_epoch;
    head.attributes = (int16_t)(batch->attributes & ~HP_ATTRIBUTE_CODEC);
    size_t size = HP_BATCH_OVERHEAD + records_size;
    uint8_t *to = (uint8_t *)hc_buffer_reserve(out, size);
    memcpy(to + HP_BATCH_OVERHEAD, uncompressed.data, records_size);
    hp_batch_write_header(&head, to, size);
    out->size += size;
    return HC_OK;
}
