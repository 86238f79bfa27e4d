/* Layouts: what is detected, said, or asked for. The fixtures imitate oddities of real exchange
 * files. */
#include "support.h"

static void klines_without_header_in_two_units(void **state)
{
    (void)state;
    struct hc_topic_spec spec = spec_of(FIXTURES "klines_*");
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.count, 5);
    assert_true(outcome.facts.ordered);
    assert_int_equal(outcome.facts.stream_count, 1);
    assert_int_equal(outcome.facts.streams[0].gaps, 0);
    assert_int_equal(outcome.facts.streams[0].interval.ns, 3600 * HC_NS_PER_S);
    assert_true(hc_slice_equal_str(outcome.facts.columns.items[0], "symbol"));
    assert_true(hc_slice_equal_str(outcome.facts.columns.items[9], "count"));
    assert_int_equal(outcome.facts.symbol_column, 0);
    assert_true(list_has(&outcome.facts.notes, "epoch milliseconds"));
    assert_true(list_has(&outcome.facts.notes, "epoch microseconds"));
    const char *rows = hc_buffer_str(&outcome.rows);
    assert_non_null(strstr(rows, "1733011200000 1733014800000 FOOUSDT 1 sFOOUSDT n1733011200000 "
                                 "n100.10000000 n101.00000000"));
    assert_non_null(strstr(rows, "1733022000000 1733025600000 FOOUSDT 1 sFOOUSDT "
                                 "n1733022000000000 n98.50000000"));
    outcome_done(&outcome);
}

static void newest_first_with_comments_and_half_days(void **state)
{
    (void)state;
    struct hc_topic_spec spec = spec_of(FIXTURES "newest_first_12_hours.csv");
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.count, 5);
    assert_false(outcome.facts.ordered);
    assert_int_equal(outcome.facts.symbol_column, 1);
    assert_int_equal(outcome.facts.streams[0].interval.ns, 3600 * HC_NS_PER_S);
    assert_int_equal(outcome.facts.streams[0].gaps, 1); /* 00:00 to 09:00 */
    assert_int_equal(outcome.facts.streams[0].missing, 8);
    assert_int_equal(outcome.facts.streams[0].first_open_ns, INT64_C(1571270400) * HC_NS_PER_S);
    assert_true(list_has(&outcome.facts.notes, "2 comment lines"));
    assert_true(list_has(&outcome.facts.warnings, "no time zone"));
    assert_non_null(strstr(hc_buffer_str(&outcome.rows),
                           "1571313600000 1571317200000 FOOUSD 4 s2019-10-17 12-PM sFOOUSD n8051"));
    outcome_done(&outcome);
}

static void order_of_prices_is_proven_or_asked_for(void **state)
{
    (void)state;
    static struct hc_slice names[] = {{"open_time", 9}, {"open", 4}, {"close", 5},
                                      {"high", 4},      {"low", 3},  {"volume", 6}};
    struct hc_topic_spec spec = spec_of(FIXTURES "open_close_high_low_BARUSD.csv");
    struct outcome outcome = outcome_of(&spec);
    assert_error(&outcome, HC_USAGE, "--columns time,open,close,high,low,volume");
    outcome_done(&outcome);
    spec.columns = (struct hc_slice_list){names, HC_COUNT(names)};
    outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.facts.streams[0].missing, 1);
    assert_non_null(strstr(hc_buffer_str(&outcome.rows), "n4e-7"));
    outcome_done(&outcome);
    spec = spec_of(scratch_text("FLAT.csv", "1521590400,1,1,1,1,5\n1521590460,1,1,1,1,5\n"
                                            "1521590520,1,1,1,1,5\n"));
    outcome = outcome_of(&spec);
    assert_error(&outcome, HC_USAGE, "do not prove");
    outcome_done(&outcome);
}

static void many_inverted_rows_contradict_a_header(void **state)
{
    (void)state;
    struct hc_buffer text = {0};
    hc_buffer_append_str(&text, "time,open,high,low,close\n");
    for (int i = 0; i < 20; i++) {
        hc_buffer_printf(&text, "%d,10,9,11,10\n", 1521590400 + 60 * i);
    }
    struct hc_topic_spec spec = spec_of(scratch_text("INVERTED.csv", hc_buffer_str(&text)));
    struct outcome outcome = outcome_of(&spec);
    assert_error(&outcome, HC_USAGE, "--columns time,open,low,high,close");
    outcome_done(&outcome);
    hc_buffer_done(&text);
    spec = spec_of(scratch_text("ODDUSD.csv", "time,open,high,low,close\n1521590400,1,2,1,1\n"
                                              "1521590460,1,1,2,1\n1521590520,3,2,1,1\n"));
    outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_true(list_has(&outcome.facts.warnings, "1 rows have high below low"));
    assert_true(list_has(&outcome.facts.warnings, "1 rows have open or close outside"));
    outcome_done(&outcome);
}

static void gaps_with_two_spellings_of_time(void **state)
{
    (void)state;
    struct hc_topic_spec spec = spec_of(FIXTURES "gaps_FOOBTC_1h.csv");
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.count, 5);
    assert_int_equal(outcome.facts.streams[0].gaps, 1);
    assert_int_equal(outcome.facts.streams[0].missing, 2);
    assert_true(list_has(&outcome.facts.notes, "time column `Date_1h`"));
    assert_true(list_has(&outcome.facts.notes, "`Date` is not used"));
    outcome_done(&outcome);
}

static void ends_of_bars_one_millisecond_short(void **state)
{
    (void)state;
    struct hc_topic_spec spec = spec_of(FIXTURES "close_last_FOOUSDT.csv");
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_true(list_has(&outcome.facts.notes, "the end of each bar"));
    assert_true(list_has(&outcome.facts.notes, "1ms before the end"));
    /* 23:00:00.000 opens, 23:00:59.999 is visible. */
    assert_non_null(strstr(hc_buffer_str(&outcome.rows), "1733007600000 1733007659999 FOOUSDT 2"));
    outcome_done(&outcome);
    spec.range_from_ms = INT64_C(1733007660000);
    spec.range_to_ms = INT64_C(1733007720000);
    outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.count, 1);
    assert_non_null(strstr(hc_buffer_str(&outcome.rows), "1733007660000 1733007719999 FOOUSDT 3"));
    outcome_done(&outcome);
}

static void times_of_day_take_their_date_from_the_name(void **state)
{
    (void)state;
    struct hc_topic_spec spec = spec_of(FIXTURES "midnight_QUX_20131008.csv");
    spec.timezone = HC_SLICE("-04:00");
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.count, 3);
    assert_int_equal(outcome.facts.streams[0].missing, 1);
    assert_int_equal(outcome.facts.warnings.count, 0);
    assert_non_null(strstr(hc_buffer_str(&outcome.rows),
                           "1381219200000 1381219260000 QUX 1 sQUX n14400000 n1674200"));
    outcome_done(&outcome);
    spec.source = uri_of(FIXTURES "midnight_{symbol}_{date}.csv");
    outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_true(hc_slice_equal_str(outcome.facts.streams[0].symbol, "QUX"));
    outcome_done(&outcome);
    spec = spec_of(scratch_text("QUX.csv", "0,10,12,9,11,5\n60000,11,13,10,12,5\n"));
    outcome = outcome_of(&spec);
    assert_error(&outcome, HC_USAGE, "{date}");
    outcome_done(&outcome);
}

static void trades_are_events(void **state)
{
    (void)state;
    struct hc_topic_spec spec = spec_of(FIXTURES "trades_FOOUSD.csv");
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.count, 4);
    assert_int_equal(outcome.facts.streams[0].interval.ns, 0);
    assert_int_equal(outcome.facts.duplicates, 0);
    assert_true(list_has(&outcome.facts.notes, "events"));
    assert_non_null(strstr(hc_buffer_str(&outcome.rows),
                           "1315922016000 1315922016000 FOOUSD 2 sFOOUSD n1315922016 "
                           "n5.800000000000 n1.000000000000"));
    outcome_done(&outcome);
}

static void time_that_runs_back_once(void **state)
{
    (void)state;
    struct hc_topic_spec spec = spec_of(FIXTURES "back_in_time_BAZ_M10.csv");
    spec.timezone = HC_SLICE("+03:00");
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.count, 6);
    assert_false(outcome.facts.ordered);
    assert_int_equal(outcome.facts.duplicates, 2);
    assert_int_equal(outcome.facts.streams[0].gaps, 1);
    assert_int_equal(outcome.facts.streams[0].missing, 2);
    assert_int_equal(outcome.facts.streams[0].first_open_ns, INT64_C(1702018800) * HC_NS_PER_S);
    outcome_done(&outcome);
}

static void quotes_semicolons_and_odd_numbers(void **state)
{
    (void)state;
    struct hc_topic_spec spec = spec_of(FIXTURES "quoted_semicolons.csv");
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_string_equal(hc_buffer_str(&outcome.rows),
                        "1578045600000 1578045660000 A;B 2 sA;B s2020-01-03T10:00:00Z n1 n2 n0.5 "
                        "n7 ssay \"hi\"\nthere\n"
                        "1578045660000 1578045720000 A;B 4 sA;B s2020-01-03T10:01:00Z n1 n2 n0.5 "
                        "n1.5 -\n"
                        "1578045720000 1578045780000 A;B 5 sA;B s2020-01-03T10:02:00Z n1 n2 n-0 "
                        "n1.5 splain\n");
    outcome_done(&outcome);
}

static void questions_name_their_flag(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *part;
        enum hc_status status;
    } cases[] = {
        {"prices.csv", "time,open,high,low,close\n1521590400,1,1,1,1\n", "{symbol}", HC_USAGE},
        {"AAA.csv", "time,price\n1521590400,1\n1521590400,2\n", NULL, HC_OK},
        {"AAA.csv", "time,open,open\n1521590400,1,1\n", "both named `open`", HC_USAGE},
        {"AAA.csv", "1521590400,1,2\n1521590401,1,2\n", "--columns", HC_USAGE},
        {"AAA.csv", "when,high,low\nsoon,1,1\n", "--time COLUMN", HC_USAGE},
        {"AAA.csv", "date,high,low\n17/10/2019,1,1\n", "--time-unit", HC_USAGE},
        {"AAA.csv", "time,date,high,low\n1521590400,2020-01-01T00:00:00Z,1,1\n", "--time COLUMN",
         HC_USAGE},
        {"AAA.csv", "date,time,high,low\n2020-01-01,093000,1,1\n", "%H%M%S", HC_USAGE},
        {"AAA.csv", "time,high,low\n1521590400,1,1\n", "--interval", HC_USAGE},
        {"AAA.csv", "date,close\n2020-01-01,1\n2020-01-02,1\n2020-01-03,1\n", "--interval",
         HC_USAGE},
        {"AAA_5m.csv", "time,high,low\n1521590400,1,1\n1521590460,1,1\n1521590520,1,1\n",
         "the name says 5m", HC_USAGE},
        {"AAA.csv", "just text\nand more\n", "no table", HC_INVALID},
        {"AAA.csv", "time,high,low\n", "no rows", HC_INVALID},
        {"AAA.csv", "", "no rows", HC_INVALID},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_topic_spec spec = spec_of(scratch_text(cases[i].name, cases[i].text));
        struct outcome outcome = outcome_of(&spec);
        if (cases[i].part == NULL) {
            assert_ok(&outcome);
        } else {
            assert_error(&outcome, cases[i].status, cases[i].part);
        }
        outcome_done(&outcome);
    }
}

static void answers_are_taken(void **state)
{
    (void)state;
    struct hc_topic_spec spec =
        spec_of(scratch_text("prices.csv", "date,time,high,low\n2020-01-01,093000,1,1\n"));
    spec.symbol = HC_SLICE("AAA");
    spec.time_unit = HC_SLICE("%H%M%S");
    spec.interval_set = true;
    spec.interval = (struct hc_interval){.ns = 60 * HC_NS_PER_S};
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_non_null(strstr(hc_buffer_str(&outcome.rows), "1577871000000 1577871060000 AAA 2"));
    outcome_done(&outcome);
    spec = spec_of(scratch_text("prices.csv", "t1,when,high,low\nx,5,1,1\n"));
    spec.time_column = HC_SLICE("when");
    spec.time_unit = HC_SLICE("s");
    spec.key_none = true;
    spec.interval_set = true;
    spec.interval = (struct hc_interval){.days = 1};
    spec.visible = HC_VISIBLE_OPEN;
    spec.publish_delay_ns = HC_NS_PER_S;
    outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.facts.symbol_column, -1);
    assert_string_equal(hc_buffer_str(&outcome.rows), "5000 6000  2 sx n5 n1 n1\n");
    outcome_done(&outcome);
    spec.time_column = HC_SLICE("absent");
    outcome = outcome_of(&spec);
    assert_error(&outcome, HC_USAGE, "no column `absent`");
    outcome_done(&outcome);
}

static void other_sources_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *uri, *part;
        enum hc_status status;
    } cases[] = {
        {"ftp://localhost/x", "write demo:, csv:PATH-OR-PATTERN or postgresql://", HC_USAGE},
        {"ftp://x", "write demo:", HC_USAGE},
        {"/etc/passwd", "csv:/etc/passwd", HC_USAGE},
        {"csv:", "names no file", HC_USAGE},
        {"csv:/no/such/file.csv", "no such file", HC_NOT_FOUND},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_topic_spec spec;
        hc_topic_spec_init(&spec);
        spec.source = hc_slice_str(cases[i].uri);
        struct outcome outcome = outcome_of(&spec);
        assert_error(&outcome, cases[i].status, cases[i].part);
        outcome_done(&outcome);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(klines_without_header_in_two_units),
        cmocka_unit_test(newest_first_with_comments_and_half_days),
        cmocka_unit_test(order_of_prices_is_proven_or_asked_for),
        cmocka_unit_test(many_inverted_rows_contradict_a_header),
        cmocka_unit_test(gaps_with_two_spellings_of_time),
        cmocka_unit_test(ends_of_bars_one_millisecond_short),
        cmocka_unit_test(times_of_day_take_their_date_from_the_name),
        cmocka_unit_test(trades_are_events),
        cmocka_unit_test(time_that_runs_back_once),
        cmocka_unit_test(quotes_semicolons_and_odd_numbers),
        cmocka_unit_test(questions_name_their_flag),
        cmocka_unit_test(answers_are_taken),
        cmocka_unit_test(other_sources_are_told),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
