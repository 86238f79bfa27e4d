#include "store/partition.h"

#include "base/memory.h"
#include "store/log.h"

#include <stdlib.h>

enum {
    /* The most that a record takes besides its key, value and headers: seven varints, attributes.
     */
    RECORD_OVERHEAD_BYTES = 48,
    /* A caller that never publishes still gets segments of a size that the index can describe. */
    SEGMENT_BYTES_MAX = 512 * 1024 * 1024,
};

static size_t header_bytes(const struct hp_header *headers, int32_t count)
{
    size_t bytes = 0;
    for (int32_t i = 0; i < count; i++) {
        bytes += headers[i].key.size + headers[i].value.size + 10;
    }
    return bytes;
}

void hc_partition_writer_init(struct hc_partition_writer *writer, int32_t index,
                              const struct hc_segment_place *place, const struct hp_header *headers,
                              int32_t header_count)
{
    *writer = (struct hc_partition_writer){
        .index = index,
        .headers = headers,
        .header_count = header_count,
        .header_bytes = header_bytes(headers, header_count),
        .last_visible_ms = INT64_MIN,
        .log = hc_log_empty(),
        .hash = hc_prefix_hash_new(),
    };
    hp_batch_builder_init(&writer->builder);
    hc_segment_writer_init(&writer->segment, place);
}

void hc_partition_writer_done(struct hc_partition_writer *writer)
{
    hp_batch_builder_done(&writer->builder);
    hc_segment_writer_done(&writer->segment);
    hc_log_put(writer->log);
    hc_prefix_hash_free(writer->hash);
    free(writer->published.items);
}

/* ---- batches and segments ---- */

static enum hc_status end_batch(struct hc_partition_writer *writer, struct hc_error *error)
{
    if (writer->builder.count == 0) {
        return HC_OK;
    }
    enum hc_status status = hc_segment_writer_batch(&writer->segment, &writer->builder, error);
    hp_batch_begin(&writer->builder, writer->records);
    return status;
}

static enum hc_status end_segment(struct hc_partition_writer *writer, struct hc_error *error)
{
    if (!writer->in_segment) {
        return HC_OK;
    }
    struct hc_segment *segment;
    enum hc_status status = end_batch(writer, error);
    if (status == HC_OK) {
        status = hc_segment_writer_finish(&writer->segment, &segment, error);
    }
    if (status == HC_OK) {
        struct hc_log *longer = hc_log_extend(writer->log, segment);
        hc_log_put(writer->log);
        writer->log = longer;
        writer->in_segment = false;
    }
    return status;
}

static enum hc_status make_room(struct hc_partition_writer *writer, size_t bytes,
                                struct hc_error *error)
{
    enum hc_status status = HC_OK;
    if (hp_batch_size(&writer->builder) + bytes > HC_STORE_BATCH_BYTES_MAX) {
        status = end_batch(writer, error);
    }
    if (status == HC_OK && writer->segment.body_bytes > SEGMENT_BYTES_MAX) {
        status = end_segment(writer, error);
    }
    if (status == HC_OK && !writer->in_segment) {
        hc_segment_writer_begin(&writer->segment, writer->index, (int32_t)writer->log->count,
                                writer->records);
        hp_batch_begin(&writer->builder, writer->records);
        writer->in_segment = true;
    }
    return status;
}

/* ---- prefixes ---- */

static struct hc_prefix prefix_now(const struct hc_partition_writer *writer)
{
    struct hc_prefix prefix = hc_prefix_hash_at(writer->hash);
    prefix.records = writer->records;
    return prefix;
}

static void compare_expected(struct hc_partition_writer *writer)
{
    while (writer->expected_count > 0 && writer->expected->records <= writer->records) {
        struct hc_prefix now = prefix_now(writer);
        writer->differs |= !hc_prefix_equal(&now, writer->expected);
        writer->expected++;
        writer->expected_count--;
    }
}

static void note_published(struct hc_partition_writer *writer)
{
    struct hc_prefix_list *list = &writer->published;
    int64_t before = list->count > 0 ? list->items[list->count - 1].records : 0;
    if (writer->records == before) {
        return;
    }
    list->items =
        hc_grow(list->items, &writer->published_capacity, list->count + 1, sizeof list->items[0]);
    list->items[list->count++] = prefix_now(writer);
}

/* ---- the outside ---- */

static enum hc_status check_record(const struct hc_partition_writer *writer,
                                   const struct hc_store_record *record, size_t bytes,
                                   struct hc_error *error)
{
    if (bytes > HC_STORE_RECORD_BYTES_MAX) {
        return hc_error_set(error, HC_LIMIT,
                            "record %lld of partition %d has %zu bytes, more than the %d that a "
                            "record may have",
                            (long long)writer->records, writer->index, bytes,
                            HC_STORE_RECORD_BYTES_MAX);
    }
    if (!hc_store_time_in_bounds(record->visible_ms) ||
        !hc_store_time_in_bounds(record->timestamp_ms)) {
        return hc_error_set(error, HC_INVALID,
                            "record %lld of partition %d lies outside of all time",
                            (long long)writer->records, writer->index);
    }
    return HC_OK;
}

enum hc_status hc_partition_append(struct hc_partition_writer *writer,
                                   const struct hc_store_record *record, size_t *ret_bytes,
                                   struct hc_error *error)
{
    HC_ASSERT(record->visible_ms >= writer->last_visible_ms);
    size_t bytes =
        record->key.size + record->value.size + writer->header_bytes + RECORD_OVERHEAD_BYTES;
    enum hc_status status = check_record(writer, record, bytes, error);
    if (status == HC_OK) {
        status = make_room(writer, bytes, error);
    }
    if (status != HC_OK) {
        return status;
    }
    hc_segment_writer_note(&writer->segment, record->visible_ms, record->timestamp_ms);
    hp_batch_add(&writer->builder, &(struct hp_record){
                                       .offset = writer->records,
                                       .timestamp_ms = record->timestamp_ms,
                                       .key = record->key,
                                       .value = record->value,
                                       .headers = writer->headers,
                                       .header_count = writer->header_count,
                                   });
    hc_prefix_hash_add(writer->hash, writer->records, record);
    writer->last_visible_ms = record->visible_ms;
    writer->records++;
    compare_expected(writer);
    *ret_bytes = bytes;
    return HC_OK;
}

enum hc_status hc_partition_publish(struct hc_partition_writer *writer, struct hc_error *error)
{
    enum hc_status status = end_segment(writer, error);
    if (status == HC_OK) {
        HC_ASSERT(writer->log->end == writer->records);
        note_published(writer);
    }
    return status;
}
