/* Offsets from times and bytes, compared with a plain walk over every record. */
#include "unit/store/fixture.h"

enum { RECORDS = 1500 };

static int64_t visible_of(enum shape shape, int64_t i)
{
    struct text text;
    return record_of(shape, 0, i, &text).visible_ms;
}

static int64_t timestamp_of(enum shape shape, int64_t i)
{
    struct text text;
    return record_of(shape, 0, i, &text).timestamp_ms;
}

static void visible_end_counts_records_up_to_the_instant(void **state)
{
    struct fixture *fixture = *state;
    struct hc_log *log = build_log(fixture, BARS, HP_NONE, RECORDS, 400);
    assert_int_equal(log->count, 4);
    assert_int_equal(hc_log_visible_end(log, -1), 0);
    assert_int_equal(hc_log_visible_end(log, INT64_MIN), 0);
    assert_int_equal(hc_log_visible_end(log, INT64_MAX), RECORDS);
    for (int64_t i = 0; i < RECORDS; i++) {
        int64_t instant = visible_of(BARS, i);
        int64_t end = HC_MIN((i / 3 + 1) * 3, RECORDS);
        assert_int_equal(hc_log_visible_ms(log, i), instant);
        assert_int_equal(hc_log_visible_end(log, instant), end);
        assert_int_equal(hc_log_visible_end(log, instant + 59999), end);
        assert_int_equal(hc_log_visible_end(log, instant - 1), i / 3 * 3);
    }
    hc_log_put(log);
}

static void one_instant_for_all_is_seen_at_once(void **state)
{
    struct fixture *fixture = *state;
    struct hc_log *log = build_log(fixture, CONSTANT, HP_NONE, RECORDS, 400);
    assert_int_equal(hc_log_visible_end(log, 999), 0);
    assert_int_equal(hc_log_visible_end(log, 1000), RECORDS);
    int64_t offset, timestamp;
    assert_true(hc_log_find_timestamp(log, 1000, 700, RECORDS, &offset, &timestamp));
    assert_int_equal(offset, 700);
    assert_true(hc_log_max_timestamp(log, 12, 13, &offset, &timestamp));
    assert_int_equal(offset, 12);
    hc_log_put(log);
}

static void check_find(const struct hc_log *log, enum shape shape, int64_t time, int64_t from,
                       int64_t end)
{
    int64_t want = from;
    while (want < end && timestamp_of(shape, want) < time) {
        want++;
    }
    int64_t offset = -1, timestamp = -1;
    bool found = hc_log_find_timestamp(log, time, from, end, &offset, &timestamp);
    assert_int_equal(found, want < end);
    if (found) {
        assert_int_equal(offset, want);
        assert_int_equal(timestamp, timestamp_of(shape, want));
    } else {
        assert_int_equal(offset, -1);
    }
}

static void find_timestamp_gives_the_first_at_or_after(void **state)
{
    struct fixture *fixture = *state;
    enum shape shapes[] = {BARS, OPENS};
    for (size_t s = 0; s < HC_COUNT(shapes); s++) {
        struct hc_log *log = build_log(fixture, shapes[s], HP_NONE, RECORDS, 400);
        for (int64_t i = 0; i < RECORDS; i += 7) {
            int64_t time = timestamp_of(shapes[s], i);
            check_find(log, shapes[s], time, 0, RECORDS);
            check_find(log, shapes[s], time + 1, 0, RECORDS);
            check_find(log, shapes[s], time, i, RECORDS);
            check_find(log, shapes[s], time, HC_MIN(i + 100, RECORDS), RECORDS);
            check_find(log, shapes[s], time, i / 2, HC_MIN(i + 3, RECORDS));
            check_find(log, shapes[s], time, HC_MAX(i - 20, 0), i);
        }
        check_find(log, shapes[s], INT64_MIN, 0, RECORDS);
        check_find(log, shapes[s], INT64_MAX, 0, RECORDS);
        hc_log_put(log);
    }
}

static void check_max(const struct hc_log *log, enum shape shape, int64_t from, int64_t end)
{
    int64_t want = from;
    for (int64_t i = from; i < end; i++) {
        want = timestamp_of(shape, i) > timestamp_of(shape, want) ? i : want;
    }
    int64_t offset, timestamp;
    assert_true(hc_log_max_timestamp(log, from, end, &offset, &timestamp));
    assert_int_equal(offset, want);
    assert_int_equal(timestamp, timestamp_of(shape, want));
}

static void max_timestamp_gives_the_first_of_the_largest(void **state)
{
    struct fixture *fixture = *state;
    enum shape shapes[] = {BARS, OPENS};
    for (size_t s = 0; s < HC_COUNT(shapes); s++) {
        struct hc_log *log = build_log(fixture, shapes[s], HP_NONE, RECORDS, 400);
        for (int64_t i = 1; i < RECORDS; i += 13) {
            check_max(log, shapes[s], 0, i);
            check_max(log, shapes[s], i, RECORDS);
            check_max(log, shapes[s], i / 2, i);
        }
        hc_log_put(log);
    }
}

static void bytes_and_offsets_are_inverse(void **state)
{
    struct fixture *fixture = *state;
    struct hc_log *log = build_log(fixture, BARS, HP_LZ4, RECORDS, 400);
    int64_t all = hc_log_bytes_between(log, 0, RECORDS);
    assert_int_equal(all, log->bytes);
    assert_int_equal(hc_log_bytes_between(log, 5, 5), 0);
    for (int64_t from = 0; from < RECORDS; from += 37) {
        for (int64_t bytes = 1; bytes < all; bytes += all / 50) {
            int64_t to = hc_log_offset_after_bytes(log, from, bytes);
            if (to == RECORDS + 1) {
                assert_true(hc_log_bytes_between(log, from, RECORDS) < bytes);
                continue;
            }
            assert_in_range(to, from + 1, RECORDS);
            assert_true(hc_log_bytes_between(log, from, to) >= bytes);
            assert_true(hc_log_bytes_between(log, from, to - 1) < bytes);
        }
    }
    assert_int_equal(hc_log_offset_after_bytes(log, 0, all), RECORDS);
    assert_int_equal(hc_log_offset_after_bytes(log, 0, all + 1), RECORDS + 1);
    assert_int_equal(hc_log_offset_after_bytes(log, 9, 0), 9);
    assert_int_equal(hc_log_offset_after_bytes(log, RECORDS, 1), RECORDS + 1);
    hc_log_put(log);
}

static void whole_bytes_depend_on_no_later_record(void **state)
{
    struct fixture *fixture = *state;
    struct hc_log *log = build_log(fixture, BARS, HP_ZSTD, RECORDS, 400);
    int64_t before = 0, steps = 0;
    for (int64_t to = 0; to <= RECORDS; to++) {
        int64_t bytes = hc_log_whole_bytes_between(log, 0, to);
        assert_true(bytes <= hc_log_bytes_between(log, 0, to));
        if (bytes != before) { /* only at the end of a batch, and then exactly */
            assert_int_equal(bytes, hc_log_bytes_between(log, 0, to));
            steps++;
        }
        before = bytes;
    }
    assert_int_equal(before, log->bytes);
    assert_true(steps > 1 && steps < RECORDS / 2);
    assert_int_equal(hc_log_whole_bytes_between(log, 7, 7), 0);
    hc_log_put(log);
}

static void an_empty_log_has_nothing(void **state)
{
    (void)state;
    struct hc_log *log = hc_log_empty();
    int64_t offset, timestamp;
    assert_int_equal(hc_log_end(log), 0);
    assert_int_equal(hc_log_visible_end(log, INT64_MAX), 0);
    assert_false(hc_log_find_timestamp(log, 0, 0, 10, &offset, &timestamp));
    assert_false(hc_log_max_timestamp(log, 0, 10, &offset, &timestamp));
    assert_int_equal(hc_log_bytes_between(log, 0, 10), 0);
    assert_int_equal(hc_log_offset_after_bytes(log, 0, 1), 1);
    assert_true(hc_log_ready(log, 0, 100));
    assert_false(hc_log_is_corrupt(log, NULL));
    hc_log_put(log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(visible_end_counts_records_up_to_the_instant, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(one_instant_for_all_is_seen_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(find_timestamp_gives_the_first_at_or_after, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(max_timestamp_gives_the_first_of_the_largest, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(bytes_and_offsets_are_inverse, setup, teardown),
        cmocka_unit_test_setup_teardown(whole_bytes_depend_on_no_later_record, setup, teardown),
        cmocka_unit_test(an_empty_log_has_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
