/* Record batches: read (no CRC: it would stop the fuzzer at the door), decompressed, walked, cut,
 * built again. */
#include "fuzz/fuzz.h"

#include "protocol/records.h"

enum { RECORDS_MAX = 1 << 18, HEADERS_MAX = 4 };

static struct hc_buffer scratch, cut, built;

static bool within(struct hc_slice part, struct hc_slice whole)
{
    return hc_slice_is_null(part) ||
           (part.data >= whole.data && part.data + part.size <= whole.data + whole.size);
}

/* Walks to the end or to the first malformed record. Returns how many were good. */
static int32_t walk(const struct hp_batch *batch, struct hc_slice records, enum hc_status *ret)
{
    struct hp_record_reader reader;
    struct hp_record record;
    struct hp_header headers[HEADERS_MAX];
    int64_t last_offset = batch->base_offset - 1;
    int32_t count = 0;
    hp_record_reader_init(&reader, batch, records, headers, HEADERS_MAX);
    for (; (*ret = hp_record_next(&reader, &record)) == HC_OK; count++) {
        HC_ASSERT(record.offset > last_offset);
        HC_ASSERT(record.offset <= batch->base_offset + batch->last_offset_delta);
        HC_ASSERT(within(record.key, records) && within(record.value, records));
        HC_ASSERT(record.header_count >= 0 && record.header_count <= HEADERS_MAX);
        for (int32_t i = 0; i < record.header_count; i++) {
            HC_ASSERT(!hc_slice_is_null(headers[i].key) && within(headers[i].key, records));
            HC_ASSERT(within(headers[i].value, records));
        }
        last_offset = record.offset;
    }
    HC_ASSERT(count <= batch->record_count);
    HC_ASSERT(*ret == HC_END || *ret == HC_INVALID);
    HC_ASSERT(*ret == HC_INVALID || count == batch->record_count);
    return count;
}

/* A batch cut behind `count` records is good, CRC and all, and begins like the whole one. */
static void check_cut(const struct hp_batch *batch, struct hc_slice records, int32_t count,
                      int32_t good)
{
    struct hp_batch head;
    enum hc_status status;
    hc_buffer_clear(&cut);
    status = hp_batch_cut(batch, records, count, 7, &cut);
    HC_ASSERT(status == (count <= good ? HC_OK : HC_INVALID));
    if (status != HC_OK) {
        HC_ASSERT(cut.size == 0);
        return;
    }
    HC_ASSERT(hp_batch_read(hc_buffer_slice(&cut), true, &head) == HC_OK);
    HC_ASSERT(head.codec == HP_NONE && head.leader_epoch == 7);
    HC_ASSERT(head.size == cut.size && head.record_count == count);
    HC_ASSERT(head.base_offset == batch->base_offset);
    HC_ASSERT(head.last_offset_delta <= batch->last_offset_delta);
    HC_ASSERT(memcmp(head.records.data, records.data, head.records.size) == 0);
    HC_ASSERT(walk(&head, head.records, &status) == count && status == HC_END);
}

/* A good batch without gaps, built again from what was read in it, holds the same records. */
static void check_rebuilt(const struct hp_batch *batch, struct hc_slice records)
{
    static struct hp_batch_builder builder;
    struct hp_record_reader reader;
    struct hp_record record;
    struct hp_header headers[HEADERS_MAX];
    struct hp_batch again;
    enum hc_status status;
    hp_record_reader_init(&reader, batch, records, headers, HEADERS_MAX);
    hp_batch_begin(&builder, batch->base_offset);
    while (hp_record_next(&reader, &record) == HC_OK) {
        int64_t delta;
        bool overflow =
            builder.count > 0 &&
            __builtin_sub_overflow(record.timestamp_ms, builder.base_timestamp_ms, &delta);
        if (record.offset != batch->base_offset + builder.count || overflow)
            return;
        hp_batch_add(&builder, &record);
    }
    if (builder.count == 0)
        return;
    hc_buffer_clear(&built);
    HC_ASSERT(hp_batch_finish(&builder, HP_NONE, &built) == HC_OK);
    HC_ASSERT(hp_batch_read(hc_buffer_slice(&built), true, &again) == HC_OK);
    HC_ASSERT(walk(&again, again.records, &status) == batch->record_count && status == HC_END);
}

static void check_batch(const struct hp_batch *batch)
{
    struct hc_slice records;
    enum hc_status status;
    hc_buffer_clear(&scratch);
    if (hp_batch_decompress(batch, RECORDS_MAX, &scratch, &records) != HC_OK)
        return;
    HC_ASSERT(records.size <= RECORDS_MAX);
    int32_t good = walk(batch, records, &status);
    if (batch->record_count > 1) {
        check_cut(batch, records, 1, good);
        check_cut(batch, records, (batch->record_count + 1) / 2, good);
        check_cut(batch, records, batch->record_count - 1, good);
    }
    if (status == HC_END)
        check_rebuilt(batch, records);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hc_slice rest = hc_slice_of(data, size);
    struct hp_batch batch;
    enum hc_status status;
    while ((status = hp_batch_read(rest, false, &batch)) == HC_OK) {
        HC_ASSERT(batch.size >= HP_BATCH_OVERHEAD && batch.size <= rest.size);
        HC_ASSERT(within(batch.records, rest));
        struct hp_batch checked;
        enum hc_status with_crc = hp_batch_read(rest, true, &checked);
        HC_ASSERT(with_crc == HC_OK || with_crc == HC_CORRUPT);
        check_batch(&batch);
        rest = hc_slice_of(rest.data + batch.size, rest.size - batch.size);
    }
    HC_ASSERT(status == HC_END || status == HC_AGAIN || status == HC_INVALID ||
              status == HC_UNSUPPORTED);
    HC_ASSERT((status == HC_END) == (rest.size == 0));
    return 0;
}
