#include "source/steps.h"

#include "base/clock.h"
#include "base/memory.h"

#include <stdlib.h>

/* Stamps that are put in order at once, 32 MiB of them. */
enum { SORTED_MAX = 4 << 20 };

#define HOUR_NS (3600 * HC_NS_PER_S)
#define DAY_NS  (24 * HOUR_NS)

void hc_steps_done(struct hc_steps *steps)
{
    free(steps->runs);
    *steps = (struct hc_steps){0};
}

void hc_steps_add(struct hc_steps *steps, int64_t stamp_ns)
{
    HC_ASSERT(steps->count <= steps->capacity);
    if (steps->count > 0) {
        struct hc_run *run = &steps->runs[steps->count - 1];
        int64_t step = stamp_ns - (run->start + run->step * (run->count - 1));
        if (step != 0 && (run->count == 1 || step == run->step)) {
            run->step = step;
            run->count++;
            return;
        }
    }
    if (steps->count == HC_STEPS_RUNS_MAX) {
        steps->overflow = true;
        return;
    }
    steps->runs = hc_grow(steps->runs, &steps->capacity, steps->count + 1, sizeof(*steps->runs));
    steps->runs[steps->count++] = (struct hc_run){stamp_ns, 0, 1};
}

static int64_t run_end(const struct hc_run *run)
{
    HC_ASSERT(run->count > 0);
    return run->start + run->step * (run->count - 1);
}

static void table_append(struct hc_step_table *table, int64_t step, int64_t count)
{
    step = step < 0 ? -step : step;
    if (step == 0 || count == 0) {
        return;
    }
    table->total += count;
    if (table->size > 0 && table->items[table->size - 1].step == step) {
        table->items[table->size - 1].count += count;
        return;
    }
    table->items = hc_grow(table->items, &table->capacity, table->size + 1, sizeof(*table->items));
    table->items[table->size++] = (struct hc_step_count){step, count};
}

/* Every run goes the same way, and so do the steps between them. */
static bool is_monotone(const struct hc_steps *steps)
{
    bool up = false;
    bool down = false;
    for (size_t i = 0; i < steps->count; i++) {
        const struct hc_run *run = &steps->runs[i];
        int64_t link = i + 1 < steps->count ? run[1].start - run_end(run) : 0;
        up |= run->step > 0 || link > 0;
        down |= run->step < 0 || link < 0;
    }
    return !(up && down);
}

static int compare_stamps(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* Neighbours in time where rows are in no order. */
static void table_add_sorted(struct hc_step_table *table, const struct hc_steps *steps,
                             size_t points)
{
    int64_t *stamps = hc_alloc_array(points, sizeof(*stamps));
    size_t count = 0;
    for (size_t i = 0; i < steps->count; i++) {
        for (int64_t k = 0; k < steps->runs[i].count; k++) {
            stamps[count++] = steps->runs[i].start + k * steps->runs[i].step;
        }
    }
    HC_ASSERT(count == points);
    qsort(stamps, count, sizeof(*stamps), compare_stamps);
    for (size_t i = 1; i < count; i++) {
        table_append(table, stamps[i] - stamps[i - 1], 1);
    }
    free(stamps);
}

void hc_step_table_add(struct hc_step_table *table, const struct hc_steps *steps)
{
    int64_t points = 0;
    for (size_t i = 0; i < steps->count; i++) {
        points += steps->runs[i].count;
    }
    if (!is_monotone(steps) && points <= SORTED_MAX) {
        table_add_sorted(table, steps, (size_t)points);
        return;
    }
    for (size_t i = 0; i < steps->count; i++) {
        table_append(table, steps->runs[i].step, steps->runs[i].count - 1);
        if (i + 1 < steps->count) {
            table_append(table, steps->runs[i + 1].start - run_end(&steps->runs[i]), 1);
        }
    }
}

void hc_step_table_done(struct hc_step_table *table)
{
    free(table->items);
    *table = (struct hc_step_table){0};
}

static int compare_steps(const void *a, const void *b)
{
    int64_t left = ((const struct hc_step_count *)a)->step;
    int64_t right = ((const struct hc_step_count *)b)->step;
    return (left > right) - (left < right);
}

static void table_sort(struct hc_step_table *table)
{
    if (table->size == 0) {
        return;
    }
    qsort(table->items, table->size, sizeof(*table->items), compare_steps);
    size_t last = 0;
    for (size_t i = 1; i < table->size; i++) {
        if (table->items[i].step == table->items[last].step) {
            table->items[last].count += table->items[i].count;
        } else {
            table->items[++last] = table->items[i];
        }
    }
    table->size = last + 1;
}

static bool is_multiple(int64_t step, int64_t unit, bool fixed_zone)
{
    HC_ASSERT(step > 0 && unit > 0);
    int64_t rest = step % unit;
    if (!fixed_zone && unit >= DAY_NS) {
        return rest <= HOUR_NS || rest >= unit - HOUR_NS; /* days of 23 and 25 hours */
    }
    return rest == 0;
}

static bool months_fit(const struct hc_step_table *table)
{
    int64_t inside = 0;
    for (size_t i = 0; i < table->size; i++) {
        int64_t days = (table->items[i].step + DAY_NS / 2) / DAY_NS;
        inside += days >= 28 && days <= 31 ? table->items[i].count : 0;
    }
    return inside * 100 >= table->total * 99;
}

bool hc_step_table_fits(const struct hc_step_table *table, const struct hc_interval *interval,
                        bool fixed_zone)
{
    if (interval->months != 0) {
        return table->size == 0 || table->items[0].step >= 27 * DAY_NS;
    }
    int64_t unit = hc_interval_nominal_ns(interval);
    int64_t fitting = 0;
    for (size_t i = 0; i < table->size && unit > 0; i++) {
        fitting += is_multiple(table->items[i].step, unit, fixed_zone) ? table->items[i].count : 0;
    }
    return unit == 0 || fitting * 100 >= table->total * 99;
}

bool hc_step_table_interval(struct hc_step_table *table, bool fixed_zone, bool alone,
                            struct hc_interval *ret)
{
    HC_ASSERT(table != NULL && ret != NULL);
    enum { STEPS_MIN = 2 };
    table_sort(table);
    if (table->total < STEPS_MIN) {
        return false;
    }
    const struct hc_step_count *most = &table->items[0];
    for (size_t i = 1; i < table->size; i++) {
        most = table->items[i].count > most->count ? &table->items[i] : most;
    }
    if (table->size > 1 && months_fit(table)) {
        *ret = (struct hc_interval){.months = 1};
        return true;
    }
    struct hc_interval interval = {.ns = most->step};
    if (most->step % DAY_NS == 0) {
        if (most->step > 7 * DAY_NS) {
            return false; /* a month, a quarter: no fixed number of days */
        }
        interval = (struct hc_interval){.days = (int32_t)(most->step / DAY_NS)};
    }
    if ((alone && most->count * 2 < table->total) ||
        !hc_step_table_fits(table, &interval, fixed_zone)) {
        return false;
    }
    *ret = interval;
    return true;
}

static int compare_runs(const void *a, const void *b)
{
    int64_t left = ((const struct hc_run *)a)->start;
    int64_t right = ((const struct hc_run *)b)->start;
    return (left > right) - (left < right);
}

/* Runs of other steps than the interval may interleave; as single stamps they can be put in order.
 */
static void runs_expand(struct hc_steps *steps, int64_t unit)
{
    int64_t extra = 0;
    for (size_t i = 0; i < steps->count; i++) {
        const struct hc_run *run = &steps->runs[i];
        extra += run->step != unit && run->step != -unit ? run->count - 1 : 0;
    }
    if (extra == 0 || extra > SORTED_MAX) {
        return;
    }
    size_t before = steps->count;
    size_t need = before + (size_t)extra;
    steps->runs = hc_grow(steps->runs, &steps->capacity, need, sizeof(*steps->runs));
    for (size_t i = 0; i < before; i++) {
        struct hc_run run = steps->runs[i];
        if (run.count == 1 || run.step == unit || run.step == -unit) {
            continue;
        }
        steps->runs[i] = (struct hc_run){run.start, 0, 1};
        for (int64_t k = 1; k < run.count; k++) {
            steps->runs[steps->count++] = (struct hc_run){run.start + k * run.step, 0, 1};
        }
    }
    HC_ASSERT(steps->count == need);
}

/* Ascending runs, ordered by start. */
static void runs_sort(struct hc_steps *steps, int64_t unit)
{
    runs_expand(steps, unit);
    for (size_t i = 0; i < steps->count; i++) {
        struct hc_run *run = &steps->runs[i];
        if (run->step < 0) {
            *run = (struct hc_run){run_end(run), -run->step, run->count};
        }
    }
    if (steps->count > 0) {
        qsort(steps->runs, steps->count, sizeof(*steps->runs), compare_runs);
    }
}

/* The part of an ascending run within [from, to). */
static struct hc_run run_clip(struct hc_run run, int64_t from, int64_t to)
{
    if (run.count == 1 || run.step == 0) {
        run.count = run.start >= from && run.start < to ? run.count : 0;
        return run;
    }
    if (run.start < from) {
        uint64_t short_by = (uint64_t)from - (uint64_t)run.start;
        uint64_t step = (uint64_t)run.step;
        uint64_t skip = short_by / step + (short_by % step != 0);
        if (skip >= (uint64_t)run.count) {
            run.count = 0;
            return run;
        }
        run.start += (int64_t)skip * run.step;
        run.count -= (int64_t)skip;
    }
    if (run.start >= to) {
        run.count = 0;
    } else if (run_end(&run) >= to) {
        run.count = (to - 1 - run.start) / run.step + 1;
    }
    return run;
}

/* One stamp after all smaller ones. */
static void stamp_take(struct hc_step_report *report, int64_t stamp,
                       const struct hc_interval *interval, int64_t unit)
{
    if (report->rows++ == 0) {
        report->first = stamp;
        report->last = stamp;
        return;
    }
    if (stamp <= report->last) {
        report->repeats++;
        return;
    }
    int64_t step = stamp - report->last;
    int64_t slack = interval->ns != 0 ? 0 : unit / 10;
    if (step > unit + slack) {
        int64_t missing = (step + unit / 2) / unit - 1;
        report->gaps++;
        report->missing += HC_MAX(missing, 1);
    }
    report->last = stamp;
}

struct hc_step_report hc_steps_report(struct hc_steps *steps, const struct hc_interval *interval,
                                      int64_t from_ns, int64_t to_ns)
{
    int64_t unit = hc_interval_nominal_ns(interval);
    HC_ASSERT(unit > 0);
    runs_sort(steps, unit);
    struct hc_step_report report = {0};
    for (size_t i = 0; i < steps->count; i++) {
        struct hc_run run = run_clip(steps->runs[i], from_ns, to_ns);
        if (run.count == 0) {
            continue;
        }
        stamp_take(&report, run.start, interval, unit);
        bool plain = run.step == unit && run.start >= report.last;
        if (plain) { /* neither gap nor repeat within */
            report.rows += run.count - 1;
            report.last = run_end(&run);
            continue;
        }
        for (int64_t k = 1; k < run.count; k++) {
            stamp_take(&report, run.start + k * run.step, interval, unit);
        }
    }
    return report;
}

int64_t hc_steps_slack(const struct hc_steps *steps, const struct hc_interval *interval)
{
    HC_ASSERT(interval->ns >= 0);
    static const int64_t usual[] = {HC_NS_PER_S, HC_NS_PER_MS, 1000, 1};
    int64_t unit = interval->ns != 0 ? interval->ns : DAY_NS;
    int64_t total = 0;
    int64_t counts[HC_COUNT(usual)] = {0};
    for (size_t i = 0; i < steps->count; i++) {
        const struct hc_run *run = &steps->runs[i];
        int64_t phase = (run->start % unit + unit) % unit;
        total += run->count;
        for (size_t j = 0; j < HC_COUNT(usual); j++) {
            counts[j] += phase == unit - usual[j] ? run->count : 0;
        }
    }
    for (size_t j = 0; j < HC_COUNT(usual); j++) {
        if (usual[j] < unit && total > 0 && counts[j] * 100 >= total * 99) {
            return usual[j];
        }
    }
    return 0;
}
