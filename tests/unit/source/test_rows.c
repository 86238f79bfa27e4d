/* Rows: what is refused and where, mixed intervals, repeated hours, hostile bytes. */
#include "support.h"

#include "base/random.h"

#define HEAD "time,symbol,open,high,low,close,volume\n"
#define GOOD "1521590400,A,1,2,1,2,5\n1521590460,A,1,2,1,2,5\n1521590520,A,1,2,1,2,5\n"

static void bad_rows_are_named_by_place_and_reason(void **state)
{
    (void)state;
    static const struct {
        const char *row, *place, *reason;
    } cases[] = {
        {"1521590580,A,1,2,1\n", ":5: ", "5 cells where the table has 7"},
        {"1521590580,A,1,2,1,2,5,6\n", ":5: ", "at least 8 cells"},
        {"1521590580,A,1,2,1,\"1,5\",5\n", ":5:6: ", "`1,5` is no number"},
        {"1521590580,A,1,2,1,0x1p3,5\n", ":5:6: ", "is no number"},
        {"1521590580,A,1,2,1,1_000,5\n", ":5:6: ", "is no number"},
        {"1521590580,A,1,2,1,NaN,5\n", ":5:6: ", "is no finite number"},
        {"1521590580,A,1,2,1,2,-inf\n", ":5:7: ", "is no finite number"},
        {"15215905800,A,1,2,1,2,5\n", ":5:1: ", "--time-unit"},
        {"2018-03-21 00:03:00,A,1,2,1,2,5\n", ":5:1: ", "of another kind"},
        {",A,1,2,1,2,5\n", ":5:1: ", "is empty"},
        {"1521590580,,1,2,1,2,5\n", ":5:2: ", "no symbol"},
        {"1521590580,\"A,1,2,1,2,5\n", ":5: ", "never closed"},
        {"1521590580,A\"B,1,2,1,2,5\"\n", ":5:2: ", "a quote inside"},
        {"1521590580,\xff,1,2,1,2,5\n", ":5:2: ", "not UTF-8"},
        {"time,symbol,open,high,low,close,volume\n", ":5:1: ", "is no time"},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        char text[512];
        snprintf(text, sizeof(text), HEAD GOOD "%s", cases[i].row);
        struct hc_topic_spec spec = spec_of(scratch_text("bad.csv", text));
        struct outcome outcome = outcome_of(&spec);
        assert_error(&outcome, HC_INVALID, cases[i].place);
        assert_error(&outcome, HC_INVALID, cases[i].reason);
        outcome_done(&outcome);
        spec.refused_max = 1;
        outcome = outcome_of(&spec);
        assert_ok(&outcome);
        assert_int_equal(outcome.count, 3);
        assert_int_equal(outcome.facts.refused, 1);
        assert_true(list_has(&outcome.facts.refusals, cases[i].reason));
        outcome_done(&outcome);
    }
}

static void nul_bytes_are_refused(void **state)
{
    (void)state;
    char text[] = HEAD GOOD "1521590580,A?B,1,2,1,2,5\n";
    *strchr(text, '?') = '\0';
    struct hc_topic_spec spec = spec_of(scratch_write("nul.csv", text, sizeof(text) - 1));
    struct outcome outcome = outcome_of(&spec);
    assert_error(&outcome, HC_INVALID, ":5:2: a NUL byte");
    outcome_done(&outcome);
}

static void odd_but_valid_cells_pass(void **state)
{
    (void)state;
    struct hc_topic_spec spec =
        spec_of(scratch_text("fine.csv", HEAD GOOD "1521590580, A , 1,\"2\",1,2,=1+1\n"));
    struct outcome outcome = outcome_of(&spec);
    assert_error(&outcome, HC_INVALID, "`=1+1` is no number");
    outcome_done(&outcome);
    spec = spec_of(scratch_text("fine.csv", HEAD GOOD "1521590580, 007 , 1,\"2\",1,1e309,-0\n"));
    spec.nonfinite_as_null = true;
    outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_non_null(
        strstr(hc_buffer_str(&outcome.rows), "007 5 n1521590580 s007 n1 n2 n1 n1e309 n-0\n"));
    outcome_done(&outcome);
    spec.source = uri_of(scratch_text("nan.csv", HEAD GOOD "1521590580,A,1,2,1,nan,\n"));
    outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_non_null(strstr(hc_buffer_str(&outcome.rows), "A 5 n1521590580 sA n1 n2 n1 -nan -\n"));
    outcome_done(&outcome);
}

static void only_the_first_refusals_are_kept(void **state)
{
    (void)state;
    struct hc_buffer text = {0};
    hc_buffer_append_str(&text, HEAD GOOD);
    for (int i = 0; i < 50; i++) {
        hc_buffer_append_str(&text, "x\n");
    }
    struct hc_topic_spec spec = spec_of(scratch_text("bad.csv", hc_buffer_str(&text)));
    spec.refused_max = 50;
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.facts.refused, 50);
    assert_int_equal(outcome.facts.refusals.count, 20);
    outcome_done(&outcome);
    spec.refused_max = 49;
    outcome = outcome_of(&spec);
    assert_error(&outcome, HC_INVALID, "50 refused");
    outcome_done(&outcome);
    hc_buffer_done(&text);
}

static void mixed_intervals_are_bounded_by_visibility(void **state)
{
    (void)state;
    struct hc_topic_spec spec = spec_of(scratch_text(
        "mixed.csv", "time,symbol,period,high,low\n1521590400,A,1m,2,1\n1521590400,A,1h,2,1\n"
                     "1521590460,A,1m,2,1\n1521594000,A,1h,2,1\n"));
    spec.interval_column = HC_SLICE("period");
    spec.range_from_ms = INT64_C(1521590460000); /* the first minute is visible then: outside */
    spec.range_to_ms = INT64_C(1521594000000);   /* the first hour is visible then: inside */
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_true(outcome.facts.mixed_interval);
    assert_false(outcome.facts.ordered);
    assert_string_equal(hc_buffer_str(&outcome.rows),
                        "1521590400000 1521594000000 A 3 n1521590400 sA s1h n2 n1\n"
                        "1521590460000 1521590520000 A 4 n1521590460 sA s1m n2 n1\n");
    outcome_done(&outcome);
}

static void repeated_hours_follow_the_order_of_rows(void **state)
{
    (void)state;
    if (access("/usr/share/zoneinfo/America/New_York", R_OK) != 0) {
        skip(); /* the rules themselves are tested with a zone of our own */
    }
    struct hc_topic_spec spec = spec_of(scratch_text(
        "AAA_30m.csv", "time,high,low\n2013-11-03 00:30,2,1\n2013-11-03 01:00,2,1\n"
                       "2013-11-03 01:30,2,1\n2013-11-03 01:00,2,1\n2013-11-03 01:30,2,1\n"
                       "2013-11-03 02:00,2,1\n"));
    spec.timezone = HC_SLICE("America/New_York");
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_true(outcome.facts.ordered);
    assert_int_equal(outcome.facts.streams[0].gaps, 0);
    assert_int_equal(outcome.facts.duplicates, 0);
    outcome_done(&outcome);
    spec.source = uri_of(scratch_text(
        "BBB_30m.csv", "time,high,low\n2013-11-03 02:00,2,1\n2013-11-03 01:30,2,1\n"
                       "2013-11-03 01:00,2,1\n2013-11-03 01:30,2,1\n2013-11-03 01:00,2,1\n"
                       "2013-11-03 00:30,2,1\n"));
    outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.facts.streams[0].gaps, 0);
    assert_int_equal(outcome.facts.duplicates, 0);
    outcome_done(&outcome);
    spec.source = uri_of(scratch_text("AAA_1h.csv", "time,high,low\n2013-03-10 01:00,2,1\n"
                                                    "2013-03-10 02:00,2,1\n"));
    outcome = outcome_of(&spec);
    assert_error(&outcome, HC_INVALID, "AAA_1h.csv:3:1: `2013-03-10 02:00` is an hour");
    outcome_done(&outcome);
}

/* Random bytes in place of some of a good file: any answer, no crash, and the survey and the
 * reading agree. */
static void spoilt_files_get_an_answer(void **state)
{
    (void)state;
    struct hc_random random;
    hc_random_seed(&random, 2024);
    static const char nasty[] = "\"\r\n,;\0\xff\xef|\t#-+.eE0199\\'";
    for (int round = 0; round < 1500; round++) {
        char text[] = HEAD GOOD "1521590580,\"A\",1,2,1,2,5\n2018-03-21T00:00:00Z,A,1,1,1,1,1\n";
        uint64_t spoils = 1 + hc_random_below(&random, 6);
        for (uint64_t i = 0; i < spoils; i++) {
            text[hc_random_below(&random, sizeof(text) - 1)] =
                nasty[hc_random_below(&random, sizeof(nasty) - 1)];
        }
        size_t size = hc_random_below(&random, sizeof(text));
        struct hc_topic_spec spec = spec_of(scratch_write("SPOILT.csv", text, size));
        spec.refused_max = 1000;
        struct outcome outcome = outcome_of(&spec);
        assert_true(outcome.status == HC_OK || outcome.error.text[0] != '\0');
        outcome_done(&outcome);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_rows_are_named_by_place_and_reason),
        cmocka_unit_test(nul_bytes_are_refused),
        cmocka_unit_test(odd_but_valid_cells_pass),
        cmocka_unit_test(only_the_first_refusals_are_kept),
        cmocka_unit_test(mixed_intervals_are_bounded_by_visibility),
        cmocka_unit_test(repeated_hours_follow_the_order_of_rows),
        cmocka_unit_test(spoilt_files_get_an_answer),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
