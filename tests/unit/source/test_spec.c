#include "support.h"

static bool parsed(const char *text, struct hc_interval *ret)
{
    return hc_interval_parse(hc_slice_str(text), ret);
}

static void intervals_are_read(void **state)
{
    (void)state;
    struct hc_interval interval;
    assert_true(parsed("1m", &interval));
    assert_int_equal(interval.ns, 60 * HC_NS_PER_S);
    assert_true(parsed("36h", &interval));
    assert_int_equal(interval.ns, 36 * 3600 * HC_NS_PER_S);
    assert_true(parsed("1w", &interval));
    assert_int_equal(interval.days, 7);
    assert_int_equal(interval.ns, 0);
    assert_true(parsed("1mo", &interval));
    assert_int_equal(interval.months, 1);
    assert_true(parsed("0", &interval));
    assert_int_equal(interval.ns + interval.days + interval.months, 0);
}

static void wrong_intervals_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",     "m",     "0m",    "1",         "-1m",          "1M",
                                        "1 m",  "1m ",   "1.5m",  "+1m",       "99999999999m", "1y",
                                        "1mos", "4000d", "200mo", "999999999h"};
    for (size_t i = 0; i < HC_COUNT(wrong); i++) {
        struct hc_interval interval = {.ns = 7};
        assert_false(parsed(wrong[i], &interval));
        assert_int_equal(interval.ns, 7);
    }
}

static void intervals_are_spelled(void **state)
{
    (void)state;
    static const struct {
        const char *in, *short_text, *long_text;
    } cases[] = {
        {"1m", "1m", "1-min"},     {"60m", "1h", "1-hour"},  {"90m", "90m", "90-min"},
        {"1d", "1d", "1-day"},     {"7d", "1w", "1-week"},   {"24h", "24h", "24-hour"},
        {"1mo", "1mo", "1-month"}, {"0", "0", "0"},          {"500ms", "500ms", "500-ms"},
        {"1s", "1s", "1-sec"},     {"10d", "10d", "10-day"},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_interval interval;
        char out[HC_INTERVAL_BYTES];
        assert_true(parsed(cases[i].in, &interval));
        assert_string_equal(hc_interval_text(&interval, false, out), cases[i].short_text);
        assert_string_equal(hc_interval_text(&interval, true, out), cases[i].long_text);
    }
}

static void fields_are_read(void **state)
{
    (void)state;
    struct hc_arena arena;
    hc_arena_init(&arena, 0);
    struct hc_field_spec *fields = NULL;
    size_t count = 0;
    struct hc_error error = {0};
    assert_int_equal(hc_fields_parse(HC_SLICE("timestamp,pair, o = open ,source='it''s, ok'"),
                                     &arena, &fields, &count, &error),
                     HC_OK);
    assert_int_equal(count, 4);
    assert_true(hc_slice_equal_str(fields[0].from, "timestamp"));
    assert_true(hc_slice_equal_str(fields[2].name, "o"));
    assert_true(hc_slice_equal_str(fields[2].from, "open"));
    assert_true(hc_slice_equal_str(fields[3].constant, "it's, ok"));
    assert_true(hc_slice_is_null(fields[3].from));
    assert_true(hc_slice_is_null(fields[0].constant));
    hc_arena_done(&arena);
}

static void wrong_fields_name_their_part(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {{"a,,b", "names no field"}, {"a,a", "named twice"}, {"", "names no field"},
                 {"a='x", "a constant"},     {"a=", "no column"},    {"=a", "names no field"},
                 {"a='x'y'", "a constant"}};
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_arena arena;
        hc_arena_init(&arena, 0);
        struct hc_field_spec *fields = NULL;
        size_t count = 0;
        struct hc_error error = {0};
        assert_int_equal(
            hc_fields_parse(hc_slice_str(cases[i].text), &arena, &fields, &count, &error),
            HC_USAGE);
        assert_non_null(strstr(error.text, cases[i].part));
        assert_null(fields);
        hc_arena_done(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_are_read),
        cmocka_unit_test(wrong_intervals_are_refused),
        cmocka_unit_test(intervals_are_spelled),
        cmocka_unit_test(fields_are_read),
        cmocka_unit_test(wrong_fields_name_their_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
