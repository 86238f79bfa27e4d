/* Times, durations, sizes, slices, UTF-8, errors and log lines as text. */
#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "base/timetext.h"
#include "base/utf8.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void civil_days_agree_both_ways(void **state)
{
    (void)state;
    assert_int_equal(hc_days_from_civil(1970, 1, 1), 0);
    assert_int_equal(hc_days_from_civil(2000, 3, 1), 11017);
    assert_int_equal(hc_days_from_civil(2024, 2, 29), 19782);
    for (int64_t days = -800000; days < 3000000; days += 97) {
        int32_t year, month, day;
        hc_civil_from_days(days, &year, &month, &day);
        assert_int_equal(hc_days_from_civil(year, month, day), days);
        assert_in_range(day, 1, hc_days_in_month(year, month));
    }
}

static void times_are_read_in_every_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {
        {"2023-01-01", 1672531200000},
        {"2023-01-01T00:00:00Z", 1672531200000},
        {"2023-01-01T00:05Z", 1672531500000},
        {"2023-01-01 03:00:00+03:00", 1672531200000},
        {"2022-12-31T19:00:00.250-0500", 1672531200250},
        {"2023-01-01T00:00:00.123456789Z", 1672531200123},
        {"1672531200000", 1672531200000},
    };
    static const char *const bad[] = {"",
                                      "2023",
                                      "2023-13-01",
                                      "2023-02-29",
                                      "2023-01-01T00:00:00",
                                      "2023-01-01T24:00:00Z",
                                      "167253120000",
                                      "2023-01-01T00:00:60Z",
                                      "2023-01-01T00:00:00.Z",
                                      "2023-01-01 ",
                                      "now"};
    for (size_t i = 0; i < HC_COUNT(good); i++) {
        int64_t ms = 0;
        assert_true(hc_parse_time_ms(hc_slice_str(good[i].text), &ms));
        assert_int_equal(ms, good[i].ms);
    }
    for (size_t i = 0; i < HC_COUNT(bad); i++) {
        int64_t ms = 77;
        assert_false(hc_parse_time_ms(hc_slice_str(bad[i]), &ms));
    }
    char text[HC_ISO_BYTES];
    assert_string_equal(hc_iso_ms(1672531200007, text), "2023-01-01T00:00:00.007Z");
    assert_string_equal(hc_iso_ms(-1, text), "1969-12-31T23:59:59.999Z");
}

static void durations_and_sizes(void **state)
{
    (void)state;
    int64_t ns;
    int32_t months;
    uint64_t bytes;
    assert_true(hc_parse_duration_ns(HC_SLICE("500ms"), &ns, NULL));
    assert_int_equal(ns, 500 * HC_NS_PER_MS);
    assert_true(hc_parse_duration_ns(HC_SLICE("1.5s"), &ns, NULL));
    assert_int_equal(ns, 1500 * HC_NS_PER_MS);
    assert_true(hc_parse_duration_ns(HC_SLICE("2w"), &ns, &months));
    assert_int_equal(ns, 14 * 86400 * HC_NS_PER_S);
    assert_int_equal(months, 0);
    assert_true(hc_parse_duration_ns(HC_SLICE("1mo"), &ns, &months));
    assert_int_equal(months, 1);
    assert_false(hc_parse_duration_ns(HC_SLICE("1mo"), &ns, NULL));
    static const char *const bad[] = {
        "", "5", "-5s", "5 s", "s", "1e3s", "999999999999w", "1.s", "1..5s", "0.0000000001s"};
    for (size_t i = 0; i < HC_COUNT(bad); i++) {
        assert_false(hc_parse_duration_ns(hc_slice_str(bad[i]), &ns, &months));
    }
    char text[HC_DURATION_BYTES];
    assert_string_equal(hc_duration_text(90 * HC_NS_PER_S, text), "90s");
    assert_string_equal(hc_duration_text(36 * 3600 * HC_NS_PER_S, text), "36h");
    assert_true(hc_parse_size(HC_SLICE("64KiB"), &bytes));
    assert_int_equal(bytes, 65536);
    assert_false(hc_parse_size(HC_SLICE("64 KiB"), &bytes));
}

static void integers_do_not_overflow(void **state)
{
    (void)state;
    int64_t value;
    assert_true(hc_parse_i64(HC_SLICE("-9223372036854775808"), &value));
    assert_true(value == INT64_MIN);
    assert_true(hc_parse_i64(HC_SLICE("9223372036854775807"), &value));
    assert_false(hc_parse_i64(HC_SLICE("9223372036854775808"), &value));
    assert_false(hc_parse_i64(HC_SLICE("-"), &value));
    assert_false(hc_parse_i64(HC_SLICE("1x"), &value));
}

static void globs(void **state)
{
    (void)state;
    assert_true(hc_slice_glob(HC_SLICE("BTC*"), HC_SLICE("BTCUSDT")));
    assert_true(hc_slice_glob(HC_SLICE("*USD?"), HC_SLICE("BTCUSDT")));
    assert_false(hc_slice_glob(HC_SLICE("BTC"), HC_SLICE("BTCUSDT")));
    assert_true(hc_slice_glob(HC_SLICE("*"), HC_SLICE("")));
    assert_false(hc_slice_glob(HC_SLICE("?"), HC_SLICE("")));
    char stars[64], text[4096];
    memset(stars, '*', sizeof stars);
    memset(text, 'a', sizeof text);
    stars[63] = 'b';
    assert_false(hc_slice_glob(hc_slice_of(stars, sizeof stars), hc_slice_of(text, sizeof text)));
}

static void slices(void **state)
{
    (void)state;
    assert_true(hc_slice_compare(HC_SLICE_NULL, HC_SLICE_EMPTY) < 0);
    assert_true(hc_slice_compare(HC_SLICE("a"), HC_SLICE("ab")) < 0);
    assert_true(hc_slice_compare(HC_SLICE("\xff"), HC_SLICE("a")) > 0);
    struct hc_slice rest = HC_SLICE("a,,b");
    assert_true(hc_slice_equal_str(hc_slice_cut(&rest, ','), "a"));
    assert_true(hc_slice_equal_str(hc_slice_cut(&rest, ','), ""));
    assert_true(hc_slice_equal_str(hc_slice_cut(&rest, ','), "b"));
    assert_true(hc_slice_is_null(rest));
    assert_true(hc_slice_equal_str(hc_slice_trim(HC_SLICE(" \t x y\n")), "x y"));
}

static void utf8(void **state)
{
    (void)state;
    assert_true(hc_utf8_valid(HC_SLICE("\xe2\x82\xac\xf0\x9f\x98\x80")));
    assert_false(hc_utf8_valid(HC_SLICE("\xc0\x80")));
    assert_false(hc_utf8_valid(HC_SLICE("\xed\xa0\x80")));
    assert_false(hc_utf8_valid(HC_SLICE("\xf4\x90\x80\x80")));
    assert_false(hc_utf8_valid(HC_SLICE("\xe2\x82")));
}

static void errors_carry_sentences(void **state)
{
    (void)state;
    struct hc_error error = {0};
    assert_int_equal(hc_error_errno(&error, ENOENT, "cannot open %s", "x.csv"), HC_NOT_FOUND);
    assert_string_equal(error.text, "cannot open x.csv: No such file or directory");
    hc_error_prefix(&error, "topic %s", "candles");
    assert_string_equal(error.text, "topic candles: cannot open x.csv: No such file or directory");
    assert_int_equal(error.status, HC_NOT_FOUND);
}

static char logged[512];

static void sink(void *context, enum hc_log_level level, struct hc_slice line)
{
    (void)context;
    (void)level;
    hc_slice_to_str(line, logged, sizeof logged);
}

static void log_lines_quote_foreign_bytes(void **state)
{
    (void)state;
    char quoted[64];
    hc_log_set_sink(sink, NULL);
    hc_log(HC_LOG_WARN, "peer-odd", "id=%s n=%d",
           hc_log_quote(HC_SLICE("a b\n\"c"), quoted, sizeof quoted), 7);
    assert_non_null(strstr(logged, " warn  peer-odd id=\"a b\\n\\\"c\" n=7\n"));
    hc_log_configure(HC_LOG_INFO, HC_LOG_JSON);
    hc_log(HC_LOG_WARN, "peer-odd", "id=%s n=%d",
           hc_log_quote(HC_SLICE("a b\n\"c"), quoted, sizeof quoted), 7);
    assert_non_null(strstr(logged, "\"event\":\"peer-odd\",\"id\":\"a b\\n\\\"c\",\"n\":\"7\"}\n"));
    logged[0] = '\0';
    hc_log(HC_LOG_DEBUG, "hidden", NULL);
    assert_string_equal(logged, "");
    hc_log_configure(HC_LOG_INFO, HC_LOG_TEXT);
    hc_log_set_sink(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(civil_days_agree_both_ways),
        cmocka_unit_test(times_are_read_in_every_spelling),
        cmocka_unit_test(durations_and_sizes),
        cmocka_unit_test(integers_do_not_overflow),
        cmocka_unit_test(globs),
        cmocka_unit_test(slices),
        cmocka_unit_test(utf8),
        cmocka_unit_test(errors_carry_sentences),
        cmocka_unit_test(log_lines_quote_foreign_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
