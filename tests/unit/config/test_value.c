/* Values: every form a user may write, and what is refused with which sentence. */
#include "config/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct hc_arena arena;

static int setup(void **state)
{
    (void)state;
    hc_arena_init(&arena, 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    hc_arena_done(&arena);
    return 0;
}

static struct hc_value good(enum hc_key_id id, const char *text)
{
    struct hc_value value = {0};
    struct hc_error error = {0};
    enum hc_status status = hc_value_parse(hc_key(id), hc_slice_str(text), &arena, &value, &error);
    if (status != HC_OK) {
        fail_msg("%s: %s", text, error.text);
    }
    assert_true(value.set);
    return value;
}

static void bad(enum hc_key_id id, const char *text, const char *sentence)
{
    struct hc_value value = {.number = 77};
    struct hc_error error = {0};
    assert_int_equal(hc_value_parse(hc_key(id), hc_slice_str(text), &arena, &value, &error),
                     HC_USAGE);
    assert_int_equal(value.number, 77);
    if (!strstr(error.text, sentence)) {
        fail_msg("\"%s\" does not say \"%s\"", error.text, sentence);
    }
}

static void durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ns;
    } forms[] = {
        {"500ms", 500 * HC_NS_PER_MS},
        {"90s", 90 * HC_NS_PER_S},
        {"5m", 300 * HC_NS_PER_S},
        {"36h", 36 * 3600 * HC_NS_PER_S},
        {"30d", 30 * 86400 * HC_NS_PER_S},
        {"2w", 14 * 86400 * HC_NS_PER_S},
        {"1.5s", 1500 * HC_NS_PER_MS},
        {"0", 0},
        {"250us", 250000},
        {"0s", 0},
    };
    for (size_t i = 0; i < HC_COUNT(forms); i++) {
        struct hc_value value = good(HC_KEY_WARMUP, forms[i].text);
        assert_int_equal(value.number, forms[i].ns);
        assert_int_equal(value.months, 0);
    }
    struct hc_value months = good(HC_KEY_WARMUP, "1mo");
    assert_int_equal(months.months, 1);
    assert_int_equal(months.number, 0);
    bad(HC_KEY_PUBLISH_DELAY, "1mo", "not a duration");
    bad(HC_KEY_WARMUP, "5", "not a duration");
    bad(HC_KEY_WARMUP, "-5s", "not a duration");
    bad(HC_KEY_WARMUP, "5 s", "not a duration");
    bad(HC_KEY_WARMUP, "99999999999999h", "not a duration");
    bad(HC_KEY_LIMIT_IDLE, "0s", "below the least, 1ms");
    bad(HC_KEY_LIMIT_FETCH_WAIT, "2h", "above the most, 1h");
}

static void times(void **state)
{
    (void)state;
    const int64_t new_year = INT64_C(1672531200000);
    assert_int_equal(good(HC_KEY_FROM, "2023-01-01").number, new_year);
    assert_int_equal(good(HC_KEY_FROM, "2023-01-01T00:00:00Z").number, new_year);
    assert_int_equal(good(HC_KEY_FROM, "2023-01-01T00:00Z").number, new_year);
    assert_int_equal(good(HC_KEY_FROM, "2023-01-01T03:00:00+03:00").number, new_year);
    assert_int_equal(good(HC_KEY_FROM, "2022-12-31T19:00:00.250-05:00").number, new_year + 250);
    assert_int_equal(good(HC_KEY_FROM, "1672531200000").number, new_year);
    bad(HC_KEY_FROM, "2023-01-01T00:00:00", "with its zone");
    bad(HC_KEY_FROM, "2023-02-29", "not a time");
    bad(HC_KEY_FROM, "1672531200", "not a time");
    bad(HC_KEY_FROM, "yesterday", "not a time");
}

static void ranges(void **state)
{
    (void)state;
    struct hc_value both = good(HC_KEY_RANGE, "2023-01-01..2023-01-02");
    assert_int_equal(both.until - both.number, HC_MS_PER_DAY);
    struct hc_value open = good(HC_KEY_RANGE, "..2023-01-02");
    assert_int_equal(open.number, HC_TIME_MIN);
    assert_int_equal(open.until, both.until);
    assert_int_equal(good(HC_KEY_RANGE, "2023-01-01..").until, HC_NEVER);
    bad(HC_KEY_RANGE, "2023-01-01", "FROM..TO");
    bad(HC_KEY_RANGE, "2023-01-02..2023-01-02", "ends where it begins");
    bad(HC_KEY_RANGE, "x..2023-01-02", "not a time");
}

static void sizes_and_numbers(void **state)
{
    (void)state;
    assert_int_equal(good(HC_KEY_LIMIT_FRAME, "64KiB").number, 65536);
    assert_int_equal(good(HC_KEY_LIMIT_FRAME, "1MiB").number, 1 << 20);
    assert_int_equal(good(HC_KEY_LIMIT_FRAME, "2000").number, 2000);
    assert_int_equal(good(HC_KEY_CACHE_LIMIT, "2GiB").number, INT64_C(2) << 30);
    assert_int_equal(good(HC_KEY_CACHE_LIMIT, "1.5TB").number, INT64_C(1500000000000));
    assert_true(good(HC_KEY_CACHE_LIMIT, "off").word);
    assert_int_equal(good(HC_KEY_CACHE_LIMIT, "off").number, 0);
    bad(HC_KEY_LIMIT_FRAME, "1mb", "not a size");
    bad(HC_KEY_LIMIT_FRAME, "100", "below the least, 1024");
    bad(HC_KEY_LIMIT_FRAME, "1TiB", "above the most");
    bad(HC_KEY_LIMIT_FRAME, "off", "not a size");
    assert_int_equal(good(HC_KEY_PARTITIONS, "10").number, 10);
    bad(HC_KEY_PARTITIONS, "0", "below the least, 1");
    bad(HC_KEY_PARTITIONS, "ten", "whole number");
    bad(HC_KEY_PARTITIONS, "99999999999999999999", "whole number");
    assert_true(good(HC_KEY_LIMIT_CONNECTIONS, "auto").word);
    assert_int_equal(good(HC_KEY_LIMIT_CONNECTIONS, "20").number, 20);
}

static void words(void **state)
{
    (void)state;
    assert_int_equal(good(HC_KEY_LOG_LEVEL, "error").number, 0);
    assert_int_equal(good(HC_KEY_LOG_LEVEL, "debug").number, 3);
    bad(HC_KEY_LOG_LEVEL, "loud", "one of error warn info debug");
    bad(HC_KEY_LOG_LEVEL, "error|warn", "one of error warn info debug");
    assert_int_equal(good(HC_KEY_FRESH, "true").number, 1);
    assert_int_equal(good(HC_KEY_FRESH, "no").number, 0);
    bad(HC_KEY_FRESH, "1", "true or false");
    assert_int_equal(good(HC_KEY_GROUP_DISCONNECT, "keep").number, HC_NEVER);
    assert_int_equal(good(HC_KEY_GROUP_DISCONNECT, "expel-after 500ms").number, 500 * HC_NS_PER_MS);
    bad(HC_KEY_GROUP_DISCONNECT, "expel", "expel-after DURATION");
    bad(HC_KEY_GROUP_DISCONNECT, "expel-after soon", "not a duration");
    bad(HC_KEY_SPEED, "", "needs a value (N|max)");
}

static void lists(void **state)
{
    (void)state;
    struct hc_value list = good(HC_KEY_SYMBOLS, "BTC*, ETHUSDT,@more.txt");
    assert_int_equal(list.count, 3);
    assert_true(hc_slice_equal_str(list.items[0], "BTC*"));
    assert_true(hc_slice_equal_str(list.items[1], "ETHUSDT"));
    assert_true(hc_slice_equal_str(list.items[2], "@more.txt"));
    bad(HC_KEY_SYMBOLS, "A,,B", "single commas");
    struct hc_value pair = good(HC_KEY_HEADERS, "source=a=b");
    assert_int_equal(pair.count, 1);
    assert_true(hc_slice_equal_str(pair.pairs[0].name, "source"));
    assert_true(hc_slice_equal_str(pair.pairs[0].value, "a=b"));
    assert_int_equal(good(HC_KEY_HEADERS, "empty=").pairs[0].value.size, 0);
    bad(HC_KEY_HEADERS, "source", "NAME=VALUE");
    bad(HC_KEY_HEADERS, "=x", "NAME=VALUE");
}

static void written(enum hc_key_id id, const char *text, const char *expected)
{
    struct hc_buffer out = {0};
    struct hc_value value = good(id, text);
    hc_value_write(hc_key(id), &value, &out);
    assert_string_equal(hc_buffer_str(&out), expected);
    hc_buffer_done(&out);
}

static void writing(void **state)
{
    (void)state;
    written(HC_KEY_SPEED, "60", "60");
    written(HC_KEY_SYMBOLS, "BTC*,ETH", "[\"BTC*\", ETH]");
    written(HC_KEY_HEADERS, "a=b c", "{a: \"b c\"}");
    written(HC_KEY_TOPIC, "candles-{interval}", "\"candles-{interval}\"");
    written(HC_KEY_SYMBOL, "null", "\"null\"");
    written(HC_KEY_SYMBOL, "- x", "\"- x\"");
    written(HC_KEY_LISTEN, "127.0.0.1:9092", "127.0.0.1:9092");
    written(HC_KEY_LISTEN, "[::1]:9092", "\"[::1]:9092\"");
}

static void passwords_are_not_shown(void **state)
{
    (void)state;
    written(HC_KEY_SOURCE, "postgresql://me:s3cret@host/db", "\"postgresql://me:***@host/db\"");
    written(HC_KEY_SOURCE, "postgresql://me@host:5432/db", "\"postgresql://me@host:5432/db\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations), cmocka_unit_test(times),
        cmocka_unit_test(ranges),    cmocka_unit_test(sizes_and_numbers),
        cmocka_unit_test(words),     cmocka_unit_test(lists),
        cmocka_unit_test(writing),   cmocka_unit_test(passwords_are_not_shown),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
