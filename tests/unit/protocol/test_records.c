#include "base/endian.h"
#include "base/memory.h"
#include "protocol/records.h"
#include "vectors/batch_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

enum { COUNT = 40, SIZE_MAX_OUT = 1 << 20 };

static const struct hp_header headers[] = {{{"source", 6}, {"bitmex", 6}}, {{"", 0}, {NULL, 0}}};

static struct hp_record record_at(int i)
{
    static char values[COUNT][32];
    snprintf(values[i], sizeof values[i], "{\"close\":%d.5}", 14000 + i);
    return (struct hp_record){
        .offset = 1000 + i,
        .timestamp_ms = 1514764800000 + (i % 3 == 2 ? -60000 : 60000) * i,
        .key = i % 4 == 3 ? HC_SLICE_NULL : HC_SLICE("XBTUSD"),
        .value = i % 5 == 4 ? HC_SLICE_NULL : hc_slice_str(values[i]),
        .headers = headers,
        .header_count = i % 3,
    };
}

static void build(enum hp_codec codec, int count, struct hc_buffer *out)
{
    struct hp_batch_builder builder;
    hp_batch_builder_init(&builder);
    hp_batch_begin(&builder, 1000);
    for (int i = 0; i < count; i++) {
        struct hp_record record = record_at(i);
        hp_batch_add(&builder, &record);
    }
    size_t plain = hp_batch_size(&builder);
    size_t before = out->size;
    assert_int_equal(hp_batch_finish(&builder, codec, out), HC_OK);
    if (codec == HP_NONE)
        assert_int_equal(out->size - before, plain);
    else
        assert_true(out->size - before <= plain);
    hp_batch_builder_done(&builder);
}

static void assert_field(struct hc_slice found, struct hc_slice expected)
{
    assert_int_equal(hc_slice_is_null(found), hc_slice_is_null(expected));
    assert_true(hc_slice_equal(found, expected));
}

/* The batch in `bytes` holds exactly the first `count` records of record_at. */
static void assert_holds(struct hc_slice bytes, int count, int32_t leader_epoch)
{
    struct hp_batch batch;
    struct hc_buffer scratch = {0};
    struct hc_slice records;
    struct hp_header room[4];
    struct hp_record_reader reader;
    struct hp_record found;
    int64_t max_timestamp_ms = INT64_MIN;
    assert_int_equal(hp_batch_read(bytes, true, &batch), HC_OK);
    assert_int_equal(batch.size, bytes.size);
    assert_int_equal(batch.base_offset, 1000);
    assert_int_equal(batch.leader_epoch, leader_epoch);
    assert_int_equal(batch.last_offset_delta, count - 1);
    assert_int_equal(batch.record_count, count);
    assert_int_equal(batch.producer_id, -1);
    assert_int_equal(batch.producer_epoch, -1);
    assert_int_equal(batch.base_sequence, -1);
    assert_int_equal(hp_batch_decompress(&batch, SIZE_MAX_OUT, &scratch, &records), HC_OK);
    hp_record_reader_init(&reader, &batch, records, room, HC_COUNT(room));
    for (int i = 0; i < count; i++) {
        struct hp_record expected = record_at(i);
        assert_int_equal(hp_record_next(&reader, &found), HC_OK);
        assert_int_equal(found.offset, expected.offset);
        assert_int_equal(found.timestamp_ms, expected.timestamp_ms);
        assert_field(found.key, expected.key);
        assert_field(found.value, expected.value);
        assert_int_equal(found.header_count, expected.header_count);
        for (int32_t h = 0; h < found.header_count; h++) {
            assert_field(found.headers[h].key, headers[h].key);
            assert_field(found.headers[h].value, headers[h].value);
        }
        max_timestamp_ms = HC_MAX(max_timestamp_ms, expected.timestamp_ms);
    }
    assert_int_equal(hp_record_next(&reader, &found), HC_END);
    assert_int_equal(batch.base_timestamp_ms, record_at(0).timestamp_ms);
    assert_int_equal(batch.max_timestamp_ms, max_timestamp_ms);
    hc_buffer_done(&scratch);
}

static void test_round_trip_for_every_count_and_codec(void **state)
{
    (void)state;
    for (int codec = HP_NONE; codec < HP_CODEC_COUNT; codec++) {
        for (int count = 1; count <= COUNT; count++) {
            struct hc_buffer out = {0};
            build((enum hp_codec)codec, count, &out);
            assert_holds(hc_buffer_slice(&out), count, 0);
            hc_buffer_done(&out);
        }
    }
}

static void test_compression_that_does_not_pay_is_left_out(void **state)
{
    (void)state;
    for (int codec = HP_NONE; codec < HP_CODEC_COUNT; codec++) {
        struct hc_buffer one = {0};
        struct hc_buffer many = {0};
        struct hp_batch batch;
        build((enum hp_codec)codec, 1, &one);
        assert_int_equal(hp_batch_read(hc_buffer_slice(&one), true, &batch), HC_OK);
        assert_int_equal(batch.codec, HP_NONE);
        build((enum hp_codec)codec, COUNT, &many);
        assert_int_equal(hp_batch_read(hc_buffer_slice(&many), true, &batch), HC_OK);
        assert_int_equal(batch.codec, codec);
        hc_buffer_done(&one);
        hc_buffer_done(&many);
    }
}

static void test_cut_at_every_count_for_every_codec(void **state)
{
    (void)state;
    for (int codec = HP_NONE; codec < HP_CODEC_COUNT; codec++) {
        struct hc_buffer whole = {0};
        struct hc_buffer scratch = {0};
        struct hp_batch batch;
        struct hc_slice records;
        build((enum hp_codec)codec, COUNT, &whole);
        assert_int_equal(hp_batch_read(hc_buffer_slice(&whole), true, &batch), HC_OK);
        assert_int_equal(hp_batch_decompress(&batch, SIZE_MAX_OUT, &scratch, &records), HC_OK);
        for (int count = 1; count < COUNT; count++) {
            struct hc_buffer out = {0};
            struct hc_buffer built = {0};
            assert_int_equal(hp_batch_cut(&batch, records, count, 9, &out), HC_OK);
            assert_holds(hc_buffer_slice(&out), count, 9);
            /* The same bytes as if only those records had ever been there. */
            build(HP_NONE, count, &built);
            hp_batch_patch_epoch(built.data, 9, (uint8_t *)built.data);
            assert_true(hc_slice_equal(hc_buffer_slice(&out), hc_buffer_slice(&built)));
            hc_buffer_done(&out);
            hc_buffer_done(&built);
        }
        hc_buffer_done(&whole);
        hc_buffer_done(&scratch);
    }
}

static void test_patched_epoch_keeps_the_crc(void **state)
{
    (void)state;
    struct hc_buffer out = {0};
    uint8_t head[HP_BATCH_PATCH_BYTES];
    build(HP_ZSTD, COUNT, &out);
    hp_batch_patch_epoch(out.data, 77, head);
    memcpy(out.data, head, sizeof head);
    assert_holds(hc_buffer_slice(&out), COUNT, 77);
    hc_buffer_done(&out);
}

static void test_every_truncation_asks_for_more(void **state)
{
    (void)state;
    struct hc_buffer out = {0};
    struct hp_batch batch;
    build(HP_LZ4, COUNT, &out);
    assert_int_equal(hp_batch_read(HC_SLICE_EMPTY, true, &batch), HC_END);
    for (size_t size = 1; size < out.size; size++) {
        char *exact = malloc(size);
        assert_non_null(exact);
        memcpy(exact, out.data, size);
        assert_int_equal(hp_batch_read(hc_slice_of(exact, size), true, &batch), HC_AGAIN);
        free(exact);
    }
    /* What follows the batch is none of its business. */
    size_t size = out.size;
    hc_buffer_append_str(&out, "tail");
    assert_int_equal(hp_batch_read(hc_buffer_slice(&out), true, &batch), HC_OK);
    assert_int_equal(batch.size, size);
    hc_buffer_done(&out);
}

/* Only base offset and leader epoch lie outside the CRC. */
static void test_every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    struct hc_buffer out = {0};
    struct hp_batch batch;
    build(HP_GZIP, COUNT, &out);
    for (size_t at = 0; at < out.size; at++) {
        bool free_to_change = at < 8 || (at >= 12 && at < 16);
        for (int bit = 0; bit < 8; bit++) {
            out.data[at] = (char)(out.data[at] ^ (1 << bit));
            enum hc_status status = hp_batch_read(hc_buffer_slice(&out), true, &batch);
            if (free_to_change)
                assert_int_equal(status, at == 0 && bit == 7 ? HC_INVALID : HC_OK);
            else if (at >= 17)
                assert_int_equal(status, HC_CORRUPT);
            else
                assert_true(status == HC_CORRUPT || status == HC_INVALID || status == HC_AGAIN);
            out.data[at] = (char)(out.data[at] ^ (1 << bit));
        }
    }
    hc_buffer_done(&out);
}

/* Gives the batch a correct CRC again after a test changed it. */
static void reseal(struct hc_buffer *bytes)
{
    hc_put_be32(bytes->data + 17, hp_crc32c(0, bytes->data + 21, bytes->size - 21));
}

static void test_inconsistent_headers_are_refused(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint32_t value;
        enum hc_status status;
    } cases[] = {
        {8, 48, HC_INVALID},          /* length below the header's */
        {8, UINT32_MAX, HC_INVALID},  /* negative */
        {0, 0x80000000, HC_INVALID},  /* base offset negative */
        {0, 0x7fffffff, HC_OK},       /* large, and the last offset still fits */
        {23, 0xffffffff, HC_INVALID}, /* last offset delta negative */
        {23, COUNT - 2, HC_INVALID},  /* below the count */
        {23, COUNT + 5, HC_OK},       /* a compacted batch */
        {57, 0xffffffff, HC_INVALID}, /* count negative */
        {57, COUNT + 1, HC_INVALID},  /* more records than offsets */
        {20, 0x00000005, HC_UNSUPPORTED},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_buffer out = {0};
        struct hp_batch batch = {.crc = 123};
        build(HP_NONE, COUNT, &out);
        if (cases[i].status == HC_UNSUPPORTED)
            hc_put_be16(out.data + 21, (uint16_t)cases[i].value);
        else
            hc_put_be32(out.data + cases[i].at, cases[i].value);
        reseal(&out);
        assert_int_equal(hp_batch_read(hc_buffer_slice(&out), true, &batch), cases[i].status);
        if (cases[i].status != HC_OK)
            assert_int_equal(batch.crc, 123);
        hc_buffer_done(&out);
    }
}

static void test_counts_beyond_the_bytes_are_refused(void **state)
{
    (void)state;
    struct hc_buffer out = {0};
    struct hp_batch batch;
    build(HP_NONE, COUNT, &out);
    hc_put_be32(out.data + 23, INT32_MAX - 1);
    hc_put_be32(out.data + 57, INT32_MAX);
    reseal(&out);
    assert_int_equal(hp_batch_read(hc_buffer_slice(&out), true, &batch), HC_INVALID);
    /* base offset + last offset delta beyond 64 bits */
    hc_put_be32(out.data + 57, COUNT);
    hc_put_be64(out.data, INT64_MAX - 5);
    reseal(&out);
    assert_int_equal(hp_batch_read(hc_buffer_slice(&out), true, &batch), HC_INVALID);
    hc_buffer_done(&out);
}

static void test_old_message_formats_are_refused(void **state)
{
    (void)state;
    struct hp_batch batch;
    struct hc_buffer out = {0};
    build(HP_NONE, COUNT, &out);
    for (int magic = 0; magic < 256; magic++) {
        out.data[16] = (char)magic;
        assert_int_equal(hp_batch_read(hc_buffer_slice(&out), true, &batch),
                         magic == 2 ? HC_OK : HC_INVALID);
    }
    hc_buffer_done(&out);
}

static void test_cut_of_malformed_records_is_refused(void **state)
{
    (void)state;
    struct hc_buffer out = {0};
    struct hc_buffer cut = {0};
    struct hp_batch batch;
    build(HP_NONE, COUNT, &out);
    assert_int_equal(hp_batch_read(hc_buffer_slice(&out), true, &batch), HC_OK);
    for (size_t size = 0; size < batch.records.size; size++) {
        char *exact = malloc(size + 1);
        assert_non_null(exact);
        memcpy(exact + 1, batch.records.data, size);
        struct hc_slice records = hc_slice_of(exact + 1, size);
        enum hc_status status = hp_batch_cut(&batch, records, COUNT - 1, 0, &cut);
        if (status == HC_OK) /* only the last record was hurt */
            assert_holds(hc_buffer_slice(&cut), COUNT - 1, 0);
        else
            assert_int_equal(cut.size, 0);
        assert_int_equal(status == HC_OK, cut.size > 0);
        hc_buffer_clear(&cut);
        free(exact);
    }
    hc_buffer_done(&cut);
    hc_buffer_done(&out);
}

static void test_decompressed_size_is_capped(void **state)
{
    (void)state;
    for (int codec = HP_NONE; codec < HP_CODEC_COUNT; codec++) {
        struct hc_buffer out = {0};
        struct hc_buffer scratch = {0};
        struct hp_batch batch;
        struct hc_slice records;
        build((enum hp_codec)codec, COUNT, &out);
        assert_int_equal(hp_batch_read(hc_buffer_slice(&out), true, &batch), HC_OK);
        assert_int_equal(hp_batch_decompress(&batch, SIZE_MAX_OUT, &scratch, &records), HC_OK);
        size_t size = records.size;
        assert_int_equal(hp_batch_decompress(&batch, size, &scratch, &records), HC_OK);
        assert_int_equal(hp_batch_decompress(&batch, size - 1, &scratch, &records), HC_LIMIT);
        hc_buffer_done(&out);
        hc_buffer_done(&scratch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip_for_every_count_and_codec),
        cmocka_unit_test(test_compression_that_does_not_pay_is_left_out),
        cmocka_unit_test(test_cut_at_every_count_for_every_codec),
        cmocka_unit_test(test_patched_epoch_keeps_the_crc),
        cmocka_unit_test(test_every_truncation_asks_for_more),
        cmocka_unit_test(test_every_flipped_bit_is_noticed),
        cmocka_unit_test(test_inconsistent_headers_are_refused),
        cmocka_unit_test(test_counts_beyond_the_bytes_are_refused),
        cmocka_unit_test(test_old_message_formats_are_refused),
        cmocka_unit_test(test_cut_of_malformed_records_is_refused),
        cmocka_unit_test(test_decompressed_size_is_capped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
