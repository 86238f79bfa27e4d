#include "support.h"

#include "base/timetext.h"
#include "source/filename.h"
#include "source/pattern.h"

#include <sys/stat.h>

static void symbols_of_names(void **state)
{
    (void)state;
    static const struct {
        const char *path, *symbol, *interval;
    } cases[] = {
        {"BTCUSDT-5m-2025-08.csv.gz", "BTCUSDT", "5m"},
        {"x/1000PEPEUSDT-5m-2025-08.csv.gz", "1000PEPEUSDT", "5m"},
        {"binance_BTCUSDT_1h_2017-2020.csv.gz", "BTCUSDT", "1h"},
        {"bitmex_XBTUSD_1m_2018.csv.zst", "XBTUSD", "1m"},
        {"SBER_M10_2021-2023.csv.gz", "SBER", "10m"},
        {"BTCUSD.csv.gz", "BTCUSD", NULL},
        {"cryptodatadownload_Coinbase_BTCUSD_1h.csv.gz", "BTCUSD", "1h"},
        {"bitstamp_BTCUSD_ticks_2011-2013.csv.gz", "BTCUSD", NULL},
        {"lean_coinbase_btcusd_minute_20180405_trade.zip", "btcusd", NULL},
        {"lean_spy_minute_20131008_trade.zip", NULL, NULL},
        {"BTC-USD_1d.csv", "BTC-USD", "1d"},
        {"BTC_USDT-1h.csv", "BTC_USDT", "1h"},
        {"BTCUSD_ETHUSD.csv", NULL, NULL},
        {"prices.csv", NULL, NULL},
        {"OHLCV_data_2020.csv", NULL, NULL},
        {"AAPL_1M.csv", "AAPL", NULL}, /* a minute here, a month there */
        {"AAPL_1m_5m.csv", "AAPL", NULL},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_captures name;
        hc_name_read(hc_slice_str(cases[i].path), &name);
        if (!hc_slice_equal_str(name.symbol, cases[i].symbol ? cases[i].symbol : "")) {
            fail_msg("%s: symbol `" HC_SLICE_FMT "`", cases[i].path, HC_SLICE_ARG(name.symbol));
        }
        char text[HC_INTERVAL_BYTES];
        assert_int_equal(name.interval_set, cases[i].interval != NULL);
        if (name.interval_set) {
            assert_string_equal(hc_interval_text(&name.interval, false, text), cases[i].interval);
        }
    }
}

static void dates_of_names(void **state)
{
    (void)state;
    struct hc_captures name;
    hc_name_read(HC_SLICE("a/20131008_spy_minute_trade.csv"), &name);
    assert_true(name.date_set);
    assert_int_equal(name.date_days, hc_days_from_civil(2013, 10, 8));
    hc_name_read(HC_SLICE("bitfinex_BTCUSD_1m_2018-03-21.csv"), &name);
    assert_true(name.date_set);
    assert_int_equal(name.date_days, hc_days_from_civil(2018, 3, 21));
    hc_name_read(HC_SLICE("x_20131008_20131009.csv"), &name);
    assert_false(name.date_set);
    hc_name_read(HC_SLICE("x_20131399.csv"), &name);
    assert_false(name.date_set);
}

static void patterns_catch(void **state)
{
    (void)state;
    struct hc_captures caught = {.symbol = HC_SLICE_NULL};
    assert_true(hc_pattern_match(HC_SLICE("binance-{symbol}-{interval}-*.csv"),
                                 HC_SLICE("binance-BTC-USD-5m-2020.csv"), &caught));
    assert_true(hc_slice_equal_str(caught.symbol, "BTC-USD"));
    assert_int_equal(caught.interval.ns, 300 * HC_NS_PER_S);
    caught = (struct hc_captures){.symbol = HC_SLICE_NULL};
    assert_true(hc_pattern_match(HC_SLICE("{exchange}_{symbol}_{date}_*.zip"),
                                 HC_SLICE("lean_spy_20131008_trade.zip"), &caught));
    assert_true(hc_slice_equal_str(caught.exchange, "lean"));
    assert_int_equal(caught.date_days, hc_days_from_civil(2013, 10, 8));
    caught = (struct hc_captures){.symbol = HC_SLICE_NULL};
    assert_false(
        hc_pattern_match(HC_SLICE("{symbol}-{interval}.csv"), HC_SLICE("A-later.csv"), &caught));
    assert_true(hc_slice_is_null(caught.symbol));
    assert_false(hc_pattern_match(HC_SLICE("{symbol}-{symbol}.csv"), HC_SLICE("A-B.csv"), &caught));
    assert_true(hc_pattern_match(HC_SLICE("{symbol}-{symbol}.csv"), HC_SLICE("A-A.csv"), &caught));
    assert_true(hc_pattern_match(HC_SLICE("?.c*v"), HC_SLICE("x.csv"), &caught));
}

static void a_hostile_pattern_ends(void **state)
{
    (void)state;
    char text[251];
    memset(text, 'a', sizeof(text));
    struct hc_captures caught = {.symbol = HC_SLICE_NULL};
    assert_false(hc_pattern_match(HC_SLICE("*a*a*a*a*a*a*a*a*a*a*a*a*b"),
                                  hc_slice_of(text, sizeof(text)), &caught));
}

static void suggestions_are_patterns(void **state)
{
    (void)state;
    struct hc_arena arena;
    hc_arena_init(&arena, 0);
    struct hc_slice path = HC_SLICE("/data/lean_spy_minute_20131008_trade.zip");
    assert_true(hc_slice_equal_str(hc_name_suggest(path, &arena),
                                   "/data/lean_{symbol}_minute_20131008_trade.zip"));
    hc_arena_done(&arena);
}

static size_t expand(const char *tail, struct hc_arena *arena, struct hc_data_file **ret,
                     enum hc_status expected)
{
    char pattern[256];
    snprintf(pattern, sizeof(pattern), "%s/%s", scratch, tail);
    size_t count = 0;
    struct hc_error error = {0};
    enum hc_status status = hc_pattern_expand(hc_slice_str(pattern), arena, ret, &count, &error);
    if (status != expected) {
        fail_msg("%s: %s", tail, error.text);
    }
    return count;
}

static void folders_and_globs_expand_in_order(void **state)
{
    (void)state;
    struct hc_arena arena;
    struct hc_data_file *files = NULL;
    hc_arena_init(&arena, 0);
    scratch_text("b-1m.csv", "");
    scratch_text("a-1m.csv", "");
    scratch_text("a-5m.csv.gz", "");
    scratch_text("readme.md", "");
    scratch_text(".hidden.csv", "");
    scratch_text("x{y}.csv", "");
    assert_int_equal(expand("", &arena, &files, HC_OK), 4);
    assert_int_equal(expand("{symbol}-1m.csv", &arena, &files, HC_OK), 2);
    assert_true(hc_slice_equal_str(files[0].captures.symbol, "a"));
    assert_true(hc_slice_equal_str(files[1].captures.symbol, "b"));
    assert_int_equal(expand("a-*", &arena, &files, HC_OK), 2);
    assert_true(strcmp(files[0].path, files[1].path) < 0);
    assert_int_equal(expand("x{y}.csv", &arena, &files, HC_OK), 1); /* a name is a name */
    expand("*.parquet", &arena, &files, HC_NOT_FOUND);
    expand("none.csv", &arena, &files, HC_NOT_FOUND);
    scratch_text("x.json", "{}");
    expand("x.json", &arena, &files, HC_UNSUPPORTED);
    assert_int_equal(unlink(scratch_text("x.json", "{}")), 0);
    hc_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(symbols_of_names),
        cmocka_unit_test(dates_of_names),
        cmocka_unit_test(patterns_catch),
        cmocka_unit_test(a_hostile_pattern_ends),
        cmocka_unit_test(suggestions_are_patterns),
        cmocka_unit_test(folders_and_globs_expand_in_order),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
