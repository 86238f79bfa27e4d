#include "store/segment_write.h"

#include "base/memory.h"
#include "store/file.h"
#include "store/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

void hc_segment_writer_init(struct hc_segment_writer *writer, const struct hc_segment_place *place)
{
    *writer = (struct hc_segment_writer){.place = place};
}

static void remove_unfinished(struct hc_segment_writer *writer)
{
    if (writer->created) {
        (void)unlinkat(writer->place->directory_fd, writer->temporary, 0);
        writer->created = false;
    }
}

void hc_segment_writer_done(struct hc_segment_writer *writer)
{
    remove_unfinished(writer);
    hc_buffer_done(&writer->out);
    free(writer->rows);
    free(writer->visible);
    free(writer->timestamps);
}

void hc_segment_writer_begin(struct hc_segment_writer *writer, int32_t partition, int32_t number,
                             int64_t base_offset)
{
    HC_ASSERT(!writer->created && writer->out.size == 0);
    hc_segment_name(writer->place->build, partition, number, writer->name);
    int size = snprintf(writer->temporary, sizeof writer->temporary, "%.*s.tmp",
                        HC_SEGMENT_NAME_BYTES - 5, writer->name);
    HC_ASSERT(size > 0 && (size_t)size < sizeof writer->temporary);
    writer->base_offset = base_offset;
    writer->body_bytes = 0;
    writer->raw_bytes_max = 0;
    writer->batches = 0;
    writer->records = 0;
    writer->records_done = 0;
    writer->timestamps_differ = false;
}

void hc_segment_writer_note(struct hc_segment_writer *writer, int64_t visible_ms,
                            int64_t timestamp_ms)
{
    size_t i = writer->records;
    HC_ASSERT(i == 0 || writer->visible[i - 1] <= visible_ms);
    writer->visible = hc_grow(writer->visible, &writer->visible_capacity, i + 1, sizeof visible_ms);
    writer->timestamps =
        hc_grow(writer->timestamps, &writer->timestamps_capacity, i + 1, sizeof timestamp_ms);
    writer->visible[i] = visible_ms;
    writer->timestamps[i] = timestamp_ms;
    writer->timestamps_differ |= visible_ms != timestamp_ms;
    writer->records++;
}

/* ---- bodies ---- */

static enum hc_status flush(struct hc_segment_writer *writer, struct hc_error *error)
{
    const struct hc_segment_place *place = writer->place;
    bool create = !writer->created;
    writer->created = true;
    enum hc_status status = hc_file_append(place->directory_fd, place->directory, writer->temporary,
                                           create, hc_buffer_slice(&writer->out), error);
    hc_buffer_clear(&writer->out);
    return status;
}

static void add_row(struct hc_segment_writer *writer, int64_t max_timestamp_ms)
{
    size_t i = writer->batches++;
    writer->rows = hc_grow(writer->rows, &writer->rows_capacity, i + 1, sizeof *writer->rows);
    int64_t before = i > 0 ? writer->rows[i - 1].running_max_ms : max_timestamp_ms;
    writer->rows[i] = (struct hc_index_row){
        .first_visible_ms = writer->visible[writer->records_done],
        .max_timestamp_ms = max_timestamp_ms,
        .running_max_ms = HC_MAX(before, max_timestamp_ms),
        .position = (uint32_t)writer->body_bytes,
        .first_record = (uint32_t)writer->records_done,
    };
}

enum hc_status hc_segment_writer_batch(struct hc_segment_writer *writer,
                                       struct hp_batch_builder *builder, struct hc_error *error)
{
    HC_ASSERT(builder->count > 0);
    HC_ASSERT(writer->records_done + (size_t)builder->count == writer->records);
    HC_ASSERT(builder->base_offset == writer->base_offset + (int64_t)writer->records_done);
    size_t before = writer->out.size;
    enum hc_status status = hp_batch_finish(builder, writer->place->codec, &writer->out);
    if (status != HC_OK) {
        return hc_error_set(error, status, "cannot compress a batch with %s: %s",
                            hp_codec_name(writer->place->codec), hc_status_text(status));
    }
    add_row(writer, builder->max_timestamp_ms);
    writer->body_bytes += writer->out.size - before;
    writer->raw_bytes_max = HC_MAX(writer->raw_bytes_max, builder->records.size);
    writer->records_done = writer->records;
    HC_ASSERT(writer->body_bytes < HC_SEGMENT_BODY_BYTES_MAX);
    return writer->out.size >= writer->place->flush_bytes ? flush(writer, error) : HC_OK;
}

/* ---- the end of a segment ---- */

static void sum_instants(struct hc_segment_writer *writer)
{
    for (size_t i = 0; i < writer->batches; i++) {
        size_t first = writer->rows[i].first_record;
        size_t end = i + 1 < writer->batches ? writer->rows[i + 1].first_record : writer->records;
        size_t size = (end - first) * sizeof(int64_t);
        uint64_t sum = XXH3_64bits(&writer->visible[first], size);
        if (writer->timestamps_differ) {
            sum = XXH3_64bits_withSeed(&writer->timestamps[first], size, sum);
        }
        writer->rows[i].instants_sum = (uint32_t)sum;
    }
}

static struct hc_segment_footer footer_of(const struct hc_segment_writer *writer)
{
    struct hc_segment_footer footer = {
        .magic = HC_SEGMENT_MAGIC,
        .version = HC_STORE_VERSION,
        .codec = (uint32_t)writer->place->codec,
        .base_offset = writer->base_offset,
        .body_bytes = writer->body_bytes,
        .index_position = hc_segment_index_position(writer->body_bytes),
        .batches = (uint32_t)writer->batches,
        .records = (uint32_t)writer->records,
        .has_timestamps = writer->timestamps_differ,
        .raw_bytes_max = (uint32_t)writer->raw_bytes_max,
        .last_visible_ms = writer->visible[writer->records - 1],
        .index_sum = XXH3_64bits(writer->rows, writer->batches * sizeof *writer->rows),
    };
    footer.file_bytes = hc_segment_file_bytes(&footer);
    footer.footer_sum = XXH3_64bits(&footer, offsetof(struct hc_segment_footer, footer_sum));
    return footer;
}

static void append_index(struct hc_segment_writer *writer, const struct hc_segment_footer *footer)
{
    static const char zeros[HC_SEGMENT_ALIGN] = {0};
    struct hc_buffer *out = &writer->out;
    hc_buffer_append(out, zeros, footer->index_position - footer->body_bytes);
    hc_buffer_append(out, writer->rows, writer->batches * sizeof *writer->rows);
    hc_buffer_append(out, writer->visible, writer->records * sizeof *writer->visible);
    if (writer->timestamps_differ) {
        hc_buffer_append(out, writer->timestamps, writer->records * sizeof *writer->timestamps);
    }
    hc_buffer_append(out, footer, sizeof *footer);
}

enum hc_status hc_segment_writer_finish(struct hc_segment_writer *writer, struct hc_segment **ret,
                                        struct hc_error *error)
{
    HC_ASSERT(writer->batches > 0 && writer->records == writer->records_done);
    const struct hc_segment_place *place = writer->place;
    sum_instants(writer);
    struct hc_segment_footer footer = footer_of(writer);
    append_index(writer, &footer);
    enum hc_status status = flush(writer, error);
    if (status == HC_OK) {
        status = hc_file_rename(place->directory_fd, place->directory, writer->temporary,
                                writer->name, error);
    }
    if (status != HC_OK) {
        return status;
    }
    writer->created = false;
    hc_file_sync_soon(place->directory_fd, writer->name);
    struct hc_segment_expect expect = {
        .base_offset = footer.base_offset,
        .records = footer.records,
        .file_bytes = footer.file_bytes,
        .footer_sum = footer.footer_sum,
    };
    struct hc_segment *segment;
    status = hc_segment_open(place->directory_fd, place->directory, writer->name, &expect, &segment,
                             error);
    if (status == HC_OK) {
        (void)hc_segment_populate(segment, 0, segment->map_bytes);
        hc_segment_mark_ready(segment);
        *ret = segment;
    }
    return status;
}
