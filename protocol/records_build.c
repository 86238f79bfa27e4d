/* Building batches: records are encoded as they come, the header is written when the batch is
 * finished. */
#include "protocol/records_wire.h"

void hp_batch_builder_init(struct hp_batch_builder *builder)
{
    *builder = (struct hp_batch_builder){0};
}

void hp_batch_builder_done(struct hp_batch_builder *builder)
{
    hc_buffer_done(&builder->records);
    *builder = (struct hp_batch_builder){0};
}

void hp_batch_begin(struct hp_batch_builder *builder, int64_t base_offset)
{
    HC_ASSERT(base_offset >= 0);
    hc_buffer_clear(&builder->records);
    builder->base_offset = base_offset;
    builder->base_timestamp_ms = 0;
    builder->max_timestamp_ms = 0;
    builder->count = 0;
}

size_t hp_batch_size(const struct hp_batch_builder *builder)
{
    return HP_BATCH_OVERHEAD + builder->records.size;
}

/* Null is length -1. */
static size_t field_size(struct hc_slice field)
{
    HC_ASSERT(field.size <= INT32_MAX);
    return hc_slice_is_null(field) ? 1 : hp_varlong_size((int64_t)field.size) + field.size;
}

static uint8_t *put_field(uint8_t *to, struct hc_slice field)
{
    if (hc_slice_is_null(field))
        return hp_put_varlong(to, -1);
    to = hp_put_varlong(to, (int64_t)field.size);
    memcpy(to, field.data, field.size);
    return to + field.size;
}

static size_t headers_size(const struct hp_record *record)
{
    size_t size = hp_varlong_size(record->header_count);
    for (int32_t i = 0; i < record->header_count; i++) {
        HC_ASSERT(!hc_slice_is_null(record->headers[i].key));
        size += field_size(record->headers[i].key) + field_size(record->headers[i].value);
    }
    return size;
}

static uint8_t *put_headers(uint8_t *to, const struct hp_record *record)
{
    to = hp_put_varlong(to, record->header_count);
    for (int32_t i = 0; i < record->header_count; i++) {
        to = put_field(to, record->headers[i].key);
        to = put_field(to, record->headers[i].value);
    }
    return to;
}

/* Deltas count from the first record, whose time becomes the batch's base. */
static int64_t note_timestamp(struct hp_batch_builder *builder, int64_t timestamp_ms)
{
    int64_t delta;
    if (builder->count == 0) {
        builder->base_timestamp_ms = timestamp_ms;
        builder->max_timestamp_ms = timestamp_ms;
    }
    builder->max_timestamp_ms = HC_MAX(builder->max_timestamp_ms, timestamp_ms);
    bool overflow = __builtin_sub_overflow(timestamp_ms, builder->base_timestamp_ms, &delta);
    HC_ASSERT(!overflow);
    return delta;
}

void hp_batch_add(struct hp_batch_builder *builder, const struct hp_record *record)
{
    HC_ASSERT(record->offset == builder->base_offset + builder->count);
    HC_ASSERT(builder->count < INT32_MAX);
    HC_ASSERT(record->header_count >= 0);
    HC_ASSERT(record->header_count == 0 || record->headers != NULL);
    int64_t timestamp_delta = note_timestamp(builder, record->timestamp_ms);
    size_t size = 1 + hp_varlong_size(timestamp_delta) + hp_varlong_size(builder->count) +
                  field_size(record->key) + field_size(record->value) + headers_size(record);
    size_t whole = hp_varlong_size((int64_t)size) + size;
    HC_ASSERT(whole <= INT32_MAX - hp_batch_size(builder));

    uint8_t *begin = (uint8_t *)hc_buffer_reserve(&builder->records, whole);
    uint8_t *to = hp_put_varlong(begin, (int64_t)size);
    *to++ = 0; /* attributes: none are defined */
    to = hp_put_varlong(to, timestamp_delta);
    to = hp_put_varlong(to, builder->count);
    to = put_field(to, record->key);
    to = put_field(to, record->value);
    to = put_headers(to, record);
    HC_ASSERT((size_t)(to - begin) == whole);
    builder->records.size += whole;
    builder->count++;
}

/* Appends the record bytes, compressed where that makes them smaller. *ret_codec tells what became
 * of it. */
static enum hc_status append_records(const struct hp_batch_builder *builder, enum hp_codec codec,
                                     struct hc_buffer *out, enum hp_codec *ret_codec)
{
    struct hc_slice records = hc_buffer_slice(&builder->records);
    size_t before = out->size;
    enum hc_status status = hp_compress(codec, records, out);
    if (status != HC_OK)
        return status;
    if (codec != HP_NONE && out->size - before >= records.size) {
        out->size = before;
        hc_buffer_append_slice(out, records);
        codec = HP_NONE;
    }
    *ret_codec = codec;
    return HC_OK;
}

enum hc_status hp_batch_finish(struct hp_batch_builder *builder, enum hp_codec codec,
                               struct hc_buffer *out)
{
    HC_ASSERT(builder->count > 0); /* clients stand still at a batch without records */
    size_t before = out->size;
    (void)hc_buffer_reserve(out, hp_batch_size(builder));
    out->size += HP_BATCH_OVERHEAD;
    enum hc_status status = append_records(builder, codec, out, &codec);
    if (status != HC_OK) {
        out->size = before;
        return status;
    }
    struct hp_batch batch = {
        .base_offset = builder->base_offset,
        .attributes = (int16_t)codec,
        .last_offset_delta = builder->count - 1,
        .base_timestamp_ms = builder->base_timestamp_ms,
        .max_timestamp_ms = builder->max_timestamp_ms,
        .producer_id = -1,
        .producer_epoch = -1,
        .base_sequence = -1,
        .record_count = builder->count,
    };
    hp_batch_write_header(&batch, (uint8_t *)out->data + before, out->size - before);
    return HC_OK;
}
