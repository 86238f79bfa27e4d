/* The stamps of one stream, kept as runs of equal steps, whatever their order: enough to tell the
 * interval, the gaps and the repeats exactly, in memory that grows with the holes instead of the
 * rows.
 */
#ifndef HC_SOURCE_STEPS_H
#define HC_SOURCE_STEPS_H

#include "source/zone.h"

enum { HC_STEPS_RUNS_MAX = 1 << 20 };

struct hc_run {
    int64_t start, step; /* step may be negative; 0 where count is 1 */
    int64_t count;
};

/* Zero-initialised is empty. */
struct hc_steps {
    struct hc_run *runs; /* heap */
    size_t count, capacity;
    bool overflow; /* too irregular: what was added since is not here */
};

void hc_steps_add(struct hc_steps *steps, int64_t stamp_ns);
void hc_steps_done(struct hc_steps *steps);

/* How often neighbours in time lie how far apart, ascending. */
struct hc_step_count {
    int64_t step, count;
};

struct hc_step_table {
    struct hc_step_count *items; /* heap */
    size_t size, capacity;
    int64_t total;
};

void hc_step_table_add(struct hc_step_table *table, const struct hc_steps *steps);
void hc_step_table_done(struct hc_step_table *table);

/* The interval that the steps show: the most frequent one, when 99 of 100 steps are its multiples
 * and, if `alone`, half of them are it. False where that is not certain. Days, weeks and months
 * come out as calendar steps; `fixed_zone` says that days never have 23 or 25 hours. Sorts the
 * table. */
bool hc_step_table_interval(struct hc_step_table *table, bool fixed_zone, bool alone,
                            struct hc_interval *ret);

/* 99 of 100 steps are multiples of the interval. An empty table fits everything. */
bool hc_step_table_fits(const struct hc_step_table *table, const struct hc_interval *interval,
                        bool fixed_zone);

struct hc_step_report {
    int64_t rows;        /* stamps in [from, to) */
    int64_t first, last; /* of them */
    int64_t repeats;     /* stamps that were there before */
    int64_t gaps, missing;
};

/* Sorted and looked at within [from_ns, to_ns). `interval` is not that of events. Reorders the
 * runs. */
struct hc_step_report hc_steps_report(struct hc_steps *steps, const struct hc_interval *interval,
                                      int64_t from_ns, int64_t to_ns);

/* How far the stamps of bars lie in front of the grid of the interval, for 99 of 100: 1 s, 1 ms, 1
 * us or 1 ns; else 0. That is how some write the end of a bar. */
int64_t hc_steps_slack(const struct hc_steps *steps, const struct hc_interval *interval);

#endif
