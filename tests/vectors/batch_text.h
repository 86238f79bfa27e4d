/* A batch as one line of the canonical text of batches.jsonl (make_batches.py describes it). */
#ifndef VECTORS_BATCH_TEXT_H
#define VECTORS_BATCH_TEXT_H

#include "protocol/crc32c.h"
#include "protocol/records.h"

#include <inttypes.h>

enum { BATCH_TEXT_LONG = 1024, BATCH_TEXT_HEADERS = 16, BATCH_TEXT_BYTES_MAX = 1 << 20 };

static inline void batch_text_hex(struct hc_buffer *out, struct hc_slice bytes)
{
    hc_buffer_append_char(out, '"');
    for (size_t i = 0; i < bytes.size; i++)
        hc_buffer_printf(out, "%02x", (unsigned)(uint8_t)bytes.data[i]);
    hc_buffer_append_char(out, '"');
}

static inline void batch_text_field(struct hc_buffer *out, struct hc_slice field)
{
    if (hc_slice_is_null(field))
        hc_buffer_append_str(out, "null");
    else if (field.size <= BATCH_TEXT_LONG)
        batch_text_hex(out, field);
    else
        hc_buffer_printf(out, "\"#%zu:%08" PRIx32 "\"", field.size,
                         hp_crc32c(0, field.data, field.size));
}

static inline void batch_text_head(struct hc_buffer *out, const struct hp_batch *batch)
{
    hc_buffer_printf(
        out,
        "\"batch\":{\"base_offset\":%" PRId64 ",\"leader_epoch\":%" PRId32
        ",\"attributes\":%d,\"last_offset_delta\":%" PRId32 ",\"base_timestamp\":%" PRId64
        ",\"max_timestamp\":%" PRId64 ",\"producer_id\":%" PRId64
        ",\"producer_epoch\":%d,\"base_sequence\":%" PRId32 ",\"count\":%" PRId32 "},",
        batch->base_offset, batch->leader_epoch, batch->attributes, batch->last_offset_delta,
        batch->base_timestamp_ms, batch->max_timestamp_ms, batch->producer_id,
        batch->producer_epoch, batch->base_sequence, batch->record_count);
}

static inline void batch_text_record(struct hc_buffer *out, const struct hp_record *record)
{
    hc_buffer_printf(out,
                     "{\"offset\":%" PRId64 ",\"timestamp\":%" PRId64 ",\"key\":", record->offset,
                     record->timestamp_ms);
    batch_text_field(out, record->key);
    hc_buffer_append_str(out, ",\"value\":");
    batch_text_field(out, record->value);
    hc_buffer_append_str(out, ",\"headers\":[");
    for (int32_t i = 0; i < record->header_count; i++) {
        hc_buffer_append_str(out, i == 0 ? "[" : ",[");
        batch_text_hex(out, record->headers[i].key);
        hc_buffer_append_char(out, ',');
        batch_text_field(out, record->headers[i].value);
        hc_buffer_append_char(out, ']');
    }
    hc_buffer_append_str(out, "]}");
}

/* Appends `"batch":{...},"records":[...]}` for the one batch in `bytes`. */
HC_MUST_USE static inline enum hc_status batch_text(struct hc_slice bytes, struct hc_buffer *out)
{
    struct hp_batch batch;
    struct hc_buffer scratch = {0};
    struct hc_slice records = HC_SLICE_EMPTY;
    struct hp_header headers[BATCH_TEXT_HEADERS];
    struct hp_record_reader reader;
    struct hp_record record;
    enum hc_status status = hp_batch_read(bytes, true, &batch);
    if (status == HC_OK)
        status = hp_batch_decompress(&batch, BATCH_TEXT_BYTES_MAX, &scratch, &records);
    if (status == HC_OK) {
        batch_text_head(out, &batch);
        hc_buffer_append_str(out, "\"records\":[");
        hp_record_reader_init(&reader, &batch, records, headers, BATCH_TEXT_HEADERS);
        for (int32_t i = 0; (status = hp_record_next(&reader, &record)) == HC_OK; i++) {
            hc_buffer_append_str(out, i == 0 ? "" : ",");
            batch_text_record(out, &record);
        }
        hc_buffer_append_str(out, "]}");
        status = status == HC_END ? HC_OK : status;
    }
    hc_buffer_done(&scratch);
    return status;
}

#endif
