/* The record walk over bytes that no builder would write. */
#include "protocol/records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Walks one batch of `count` records given as raw bytes; the status after the last record read
 * well. */
static enum hc_status walk(struct hc_slice records, int32_t count, int32_t last_offset_delta)
{
    struct hp_batch batch = {.record_count = count,
                             .last_offset_delta = last_offset_delta,
                             .base_timestamp_ms = 1,
                             .records = records};
    struct hp_record_reader reader;
    struct hp_record record;
    enum hc_status status;
    hp_record_reader_init(&reader, &batch, records, NULL, 0);
    while ((status = hp_record_next(&reader, &record)) == HC_OK)
        continue;
    return status;
}

static void test_malformed_records_are_refused(void **state)
{
    (void)state;
    const struct {
        const char *what;
        struct hc_slice bytes;
        int32_t count;
        enum hc_status status;
    } cases[] = {
        {"good", HC_SLICE("\x0c\0\0\0\1\1\0"), 1, HC_END},
        {"good with a header", HC_SLICE("\x12\0\0\0\1\1\2\2k\1"), 1, HC_END},
        {"no bytes", HC_SLICE(""), 1, HC_INVALID},
        {"bytes behind the last record", HC_SLICE("\x0c\0\0\0\1\1\0\0"), 1, HC_INVALID},
        {"length beyond the end", HC_SLICE("\x0e\0\0\0\1\1\0"), 1, HC_INVALID},
        {"length too short", HC_SLICE("\x0a\0\0\0\1\1\0"), 1, HC_INVALID},
        {"length negative", HC_SLICE("\x01\0\0\0\1\1\0"), 1, HC_INVALID},
        {"length zero", HC_SLICE("\0"), 1, HC_INVALID},
        {"bytes left in the record", HC_SLICE("\x0e\0\0\0\1\1\0\0"), 1, HC_INVALID},
        {"length overlong", HC_SLICE("\x8c\0\0\0\0\1\1\0"), 1, HC_INVALID},
        {"varint of six bytes", HC_SLICE("\x16\0\0\x80\x80\x80\x80\x80\1\1\1\0"), 1, HC_INVALID},
        {"time delta beyond 64 bits",
         HC_SLICE("\x1e\0\x80\x80\x80\x80\x80\x80\x80\x80\x80\2\0\1\1\0"), 1, HC_INVALID},
        {"time beyond 64 bits", HC_SLICE("\x1e\0\xfe\xff\xff\xff\xff\xff\xff\xff\xff\1\0\1\1\0"), 1,
         HC_INVALID},
        {"offset delta negative", HC_SLICE("\x0c\0\0\1\1\1\0"), 1, HC_INVALID},
        {"offset delta beyond the last", HC_SLICE("\x0c\0\0\x14\1\1\0"), 1, HC_INVALID},
        {"offset does not rise", HC_SLICE("\x0c\0\0\2\1\1\0\x0c\0\0\2\1\1\0"), 2, HC_INVALID},
        {"offset gap", HC_SLICE("\x0c\0\0\0\1\1\0\x0c\0\0\x0c\1\1\0"), 2, HC_END},
        {"key length -2", HC_SLICE("\x0c\0\0\0\3\1\0"), 1, HC_INVALID},
        {"key beyond the record", HC_SLICE("\x0c\0\0\0\x20\1\0"), 1, HC_INVALID},
        {"value length -2", HC_SLICE("\x0c\0\0\0\1\3\0"), 1, HC_INVALID},
        {"header count negative", HC_SLICE("\x0c\0\0\0\1\1\1"), 1, HC_INVALID},
        {"header count in millions", HC_SLICE("\x12\0\0\0\1\1\xfe\xff\x7f\1"), 1, HC_INVALID},
        {"header key null", HC_SLICE("\x10\0\0\0\1\1\2\1\1"), 1, HC_INVALID},
        {"header value length -2", HC_SLICE("\x12\0\0\0\1\1\2\2k\3"), 1, HC_INVALID},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        enum hc_status status = walk(cases[i].bytes, cases[i].count, 9);
        if (status != cases[i].status)
            fail_msg("%s: %s", cases[i].what, hc_status_text(status));
    }
}

static void test_log_append_time_rules_every_record(void **state)
{
    (void)state;
    struct hc_slice bytes = HC_SLICE("\x0c\0\x04\0\1\1\0");
    struct hp_batch batch = {.attributes = 0x08,
                             .record_count = 1,
                             .base_timestamp_ms = 5,
                             .max_timestamp_ms = 99,
                             .records = bytes};
    struct hp_record_reader reader;
    struct hp_record record;
    hp_record_reader_init(&reader, &batch, bytes, NULL, 0);
    assert_int_equal(hp_record_next(&reader, &record), HC_OK);
    assert_int_equal(record.timestamp_ms, 99);
    batch.attributes = 0;
    hp_record_reader_init(&reader, &batch, bytes, NULL, 0);
    assert_int_equal(hp_record_next(&reader, &record), HC_OK);
    assert_int_equal(record.timestamp_ms, 7);
}

static void test_headers_beyond_the_room_are_counted_off(void **state)
{
    (void)state;
    struct hc_slice bytes = HC_SLICE("\x1a\0\0\0\1\1\4\2a\1\2b\2x");
    struct hp_batch batch = {.record_count = 1, .records = bytes};
    struct hp_record_reader reader;
    struct hp_record record;
    struct hp_header room[2];
    for (int32_t capacity = 0; capacity <= 2; capacity++) {
        hp_record_reader_init(&reader, &batch, bytes, room, capacity);
        assert_int_equal(hp_record_next(&reader, &record), HC_OK);
        assert_int_equal(record.header_count, capacity);
        assert_int_equal(hp_record_next(&reader, &record), HC_END);
    }
    assert_true(hc_slice_is_null(room[0].value));
    assert_true(hc_slice_equal_str(room[1].value, "x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_malformed_records_are_refused),
        cmocka_unit_test(test_log_append_time_rules_every_record),
        cmocka_unit_test(test_headers_beyond_the_room_are_counted_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
