#include "support.h"

#include "base/random.h"
#include "source/steps.h"

#define MINUTE (60 * HC_NS_PER_S)
#define DAY    (86400 * HC_NS_PER_S)

static const struct hc_interval one_minute = {.ns = MINUTE};

static struct hc_step_report report_of(struct hc_steps *steps, const struct hc_interval *interval)
{
    struct hc_step_report report = hc_steps_report(steps, interval, INT64_MIN, INT64_MAX);
    hc_steps_done(steps);
    return report;
}

static bool interval_of(const struct hc_steps *steps, bool alone, struct hc_interval *ret)
{
    struct hc_step_table table = {0};
    hc_step_table_add(&table, steps);
    bool found = hc_step_table_interval(&table, true, alone, ret);
    hc_step_table_done(&table);
    return found;
}

static void gaps_and_repeats_do_not_depend_on_order(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    /* Minutes with every seventh missing, the last hundred twice; ascending, descending, shuffled.
     */
    int64_t stamps[COUNT];
    size_t count = 0;
    for (int64_t i = 0; count < COUNT - 100; i++) {
        if (i % 7 != 3) {
            stamps[count++] = i * MINUTE;
        }
    }
    for (size_t i = 0; i < 100; i++) {
        stamps[count] = stamps[count - 100];
        count++;
    }
    struct hc_random random;
    hc_random_seed(&random, 7);
    struct hc_step_report expected = {0};
    for (int order = 0; order < 3; order++) {
        struct hc_steps steps = {0};
        for (size_t i = COUNT - 1; order == 2 && i > 0; i--) {
            size_t other = hc_random_below(&random, i + 1);
            int64_t swap = stamps[i];
            stamps[i] = stamps[other];
            stamps[other] = swap;
        }
        for (size_t i = 0; i < COUNT; i++) {
            hc_steps_add(&steps, stamps[order == 1 ? COUNT - 1 - i : i]);
        }
        struct hc_interval interval;
        assert_true(interval_of(&steps, true, &interval));
        assert_int_equal(interval.ns, MINUTE);
        struct hc_step_report report = report_of(&steps, &one_minute);
        expected = order == 0 ? report : expected;
        assert_memory_equal(&report, &expected, sizeof(report));
    }
    assert_int_equal(expected.rows, COUNT);
    assert_int_equal(expected.repeats, 100);
    assert_int_equal(expected.gaps, expected.missing);
    assert_int_equal(expected.rows - expected.repeats + expected.missing,
                     (expected.last - expected.first) / MINUTE + 1);
}

static void a_range_cuts_runs(void **state)
{
    (void)state;
    struct hc_steps steps = {0};
    for (int64_t i = 99; i >= 0; i--) {
        hc_steps_add(&steps, i * MINUTE);
    }
    assert_int_equal(steps.count, 1);
    struct hc_step_report report =
        hc_steps_report(&steps, &one_minute, 10 * MINUTE + 1, 20 * MINUTE);
    assert_int_equal(report.rows, 9);
    assert_int_equal(report.first, 11 * MINUTE);
    assert_int_equal(report.last, 19 * MINUTE);
    report = hc_steps_report(&steps, &one_minute, 100 * MINUTE, INT64_MAX);
    assert_int_equal(report.rows, 0);
    hc_steps_done(&steps);
}

static void intervals_are_certain_or_none(void **state)
{
    (void)state;
    struct hc_steps steps = {0};
    struct hc_interval interval;
    hc_steps_add(&steps, 0);
    hc_steps_add(&steps, MINUTE);
    assert_false(interval_of(&steps, true, &interval)); /* one step proves nothing */
    hc_steps_add(&steps, 2 * MINUTE);
    assert_true(interval_of(&steps, true, &interval));
    assert_int_equal(interval.ns, MINUTE);
    hc_steps_add(&steps, 2 * MINUTE + MINUTE / 2); /* off the grid: one in four is too many */
    assert_false(interval_of(&steps, true, &interval));
    for (int64_t i = 3; i < 1000; i++) {
        hc_steps_add(&steps, i * MINUTE); /* two in a thousand are not */
    }
    assert_true(interval_of(&steps, true, &interval));
    assert_int_equal(interval.ns, MINUTE);
    hc_steps_done(&steps);
    for (int64_t i = 0; i < 100; i++) {
        hc_steps_add(&steps, (i + i / 5 * 2) * DAY); /* working days */
    }
    assert_true(interval_of(&steps, true, &interval));
    assert_int_equal(interval.days, 1);
    hc_steps_done(&steps);
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31};
    int64_t at = 0;
    for (size_t i = 0; i < HC_COUNT(lengths); i++) {
        hc_steps_add(&steps, at);
        at += lengths[i] * DAY;
    }
    assert_true(interval_of(&steps, true, &interval));
    assert_int_equal(interval.months, 1);
    hc_steps_done(&steps);
}

static void stamps_of_ends_fall_short(void **state)
{
    (void)state;
    struct hc_steps steps = {0};
    for (int64_t i = 0; i < 100; i++) {
        hc_steps_add(&steps, (i + 1) * MINUTE - HC_NS_PER_MS);
    }
    assert_int_equal(hc_steps_slack(&steps, &one_minute), HC_NS_PER_MS);
    hc_steps_done(&steps);
    for (int64_t i = 0; i < 100; i++) {
        hc_steps_add(&steps, (i + 1) * MINUTE);
    }
    assert_int_equal(hc_steps_slack(&steps, &one_minute), 0);
    hc_steps_done(&steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_and_repeats_do_not_depend_on_order),
        cmocka_unit_test(a_range_cuts_runs),
        cmocka_unit_test(intervals_are_certain_or_none),
        cmocka_unit_test(stamps_of_ends_fall_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
