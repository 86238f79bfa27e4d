/* Prints batches of our own making in the format of batches.jsonl, for other libraries to read
 * (check_batches.py, java/MakeBatches.java --check): every codec, whole and cut. */
#include "base/buffer.h"
#include "protocol/records.h"
#include "vectors/batch_text.h"

#include <stdio.h>
#include <stdlib.h>

static const int64_t t0 = 1514764800000;

static void print(const char *name, struct hc_slice bytes)
{
    struct hc_buffer line = {0};
    struct hp_batch batch;
    enum hc_status status = hp_batch_read(bytes, true, &batch);
    HC_ASSERT(status == HC_OK);
    hc_buffer_printf(&line, "{\"src\":\"hindcast: %s\",\"codec\":\"%s\",\"hex\":", name,
                     hp_codec_name(batch.codec));
    batch_text_hex(&line, bytes);
    hc_buffer_append_char(&line, ',');
    status = batch_text(bytes, &line);
    HC_ASSERT(status == HC_OK);
    puts(hc_buffer_str(&line));
    hc_buffer_done(&line);
}

/* The batch in `bytes`, cut in the middle. */
static void print_cut(const char *name, struct hc_slice bytes)
{
    struct hp_batch batch;
    struct hc_buffer scratch = {0};
    struct hc_buffer out = {0};
    struct hc_slice records;
    enum hc_status status = hp_batch_read(bytes, true, &batch);
    HC_ASSERT(status == HC_OK);
    if (batch.record_count > 1) {
        status = hp_batch_decompress(&batch, BATCH_TEXT_BYTES_MAX, &scratch, &records);
        HC_ASSERT(status == HC_OK);
        status = hp_batch_cut(&batch, records, batch.record_count / 2, 5, &out);
        HC_ASSERT(status == HC_OK);
        print(name, hc_buffer_slice(&out));
    }
    hc_buffer_done(&out);
    hc_buffer_done(&scratch);
}

static void print_batch(const char *name, int64_t base_offset, struct hp_record *records, int count)
{
    for (int codec = HP_NONE; codec < HP_CODEC_COUNT; codec++) {
        struct hp_batch_builder builder;
        struct hc_buffer out = {0};
        hp_batch_builder_init(&builder);
        hp_batch_begin(&builder, base_offset);
        for (int i = 0; i < count; i++) {
            records[i].offset = base_offset + i;
            hp_batch_add(&builder, &records[i]);
        }
        enum hc_status status = hp_batch_finish(&builder, (enum hp_codec)codec, &out);
        HC_ASSERT(status == HC_OK);
        print(name, hc_buffer_slice(&out));
        print_cut(name, hc_buffer_slice(&out));
        hc_buffer_done(&out);
        hp_batch_builder_done(&builder);
    }
}

static void print_small(void)
{
    struct hp_record nulls[] = {{.timestamp_ms = t0}};
    struct hp_record empty[] = {
        {.timestamp_ms = t0, .key = HC_SLICE_EMPTY, .value = HC_SLICE_EMPTY}};
    struct hp_record times[] = {{.timestamp_ms = t0, .key = HC_SLICE("a")},
                                {.timestamp_ms = 0, .key = HC_SLICE("b")},
                                {.timestamp_ms = t0 + (INT64_C(1) << 33), .key = HC_SLICE("c")},
                                {.timestamp_ms = t0 - 1, .key = HC_SLICE("d")}};
    const struct hp_header headers[] = {{HC_SLICE("source"), HC_SLICE("bitmex")},
                                        {HC_SLICE_EMPTY, HC_SLICE_EMPTY},
                                        {HC_SLICE("null"), HC_SLICE_NULL}};
    struct hp_record headed[] = {
        {.timestamp_ms = t0, .value = HC_SLICE("v"), .headers = headers, .header_count = 3},
        {.timestamp_ms = t0, .value = HC_SLICE("w"), .headers = headers, .header_count = 1}};
    print_batch("nulls", 0, nulls, HC_COUNT(nulls));
    print_batch("empty", 1, empty, HC_COUNT(empty));
    print_batch("times", INT64_C(1) << 40, times, HC_COUNT(times));
    print_batch("headers", 7, headed, HC_COUNT(headed));
}

static void print_many(void)
{
    enum { COUNT = 300, BYTES = 64 };
    static char texts[COUNT][BYTES];
    struct hp_record records[COUNT];
    for (int i = 0; i < COUNT; i++) {
        int size = snprintf(texts[i], BYTES, "{\"open\":%d.5,\"volume\":%d}", 14000 + i, 1000 * i);
        records[i] = (struct hp_record){.timestamp_ms = t0 + 60000 * i,
                                        .key = HC_SLICE("XBTUSD"),
                                        .value = hc_slice_of(texts[i], (size_t)size)};
    }
    print_batch("candles", 1000, records, COUNT);
}

static void print_long(void)
{
    enum { BYTES = 200000 };
    char *text = calloc(1, BYTES);
    HC_ASSERT(text != NULL);
    for (size_t i = 0; i < BYTES; i++)
        text[i] = (char)('a' + (i / 7 + i / 1000) % 26);
    struct hp_record records[] = {{.timestamp_ms = t0, .value = hc_slice_of(text, BYTES)},
                                  {.timestamp_ms = t0, .key = hc_slice_of(text, BYTES / 3)}};
    print_batch("long", 0, records, HC_COUNT(records));
    free(text);
}

int main(void)
{
    print_small();
    print_many();
    print_long();
    return EXIT_SUCCESS;
}
