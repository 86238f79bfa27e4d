/* Stamps: what a time column holds, as integers. */
#include "base/clock.h"
#include "base/timetext.h"
#include "source/postgres/internal.h"
#include "source/timeparse.h"

#include <inttypes.h>
#include <stdio.h>

#define DAY_NS (86400 * HC_NS_PER_S)

/* Intervals are shorter than this; ranges are widened by it where open times are not the stamps. */
#define MARGIN_NS (400 * DAY_NS)

static const struct hc_pg_column *time_of(const struct hc_pg_table *table)
{
    HC_ASSERT(table->time >= 0 && (size_t)table->time < table->column_count);
    return &table->columns[table->time];
}

static bool is_local(const struct hc_pg_table *table)
{
    enum hc_pg_kind kind = time_of(table)->kind;
    return kind == HC_PG_TIMESTAMP || kind == HC_PG_DATE;
}

const char *hc_pg_stamp_literal(const struct hc_pg_table *table, int64_t stamp,
                                struct hc_arena *arena)
{
    enum hc_pg_kind kind = time_of(table)->kind;
    if (kind == HC_PG_INTEGER) {
        return hc_arena_format(arena, "%" PRId64, stamp);
    }
    if (kind == HC_PG_DATE) {
        int32_t year, month, day;
        hc_civil_from_days(stamp, &year, &month, &day);
        return hc_arena_format(arena, "date '%04d-%02d-%02d'", year, month, day);
    }
    HC_ASSERT(table->unit_ns == 1000);
    int64_t seconds = stamp / 1000000 - (stamp % 1000000 < 0);
    struct hc_civil at;
    hc_civil_from_seconds(seconds, &at);
    return hc_arena_format(arena, "%s '%04d-%02d-%02d %02d:%02d:%02d.%06d%s'",
                           kind == HC_PG_TIMESTAMPTZ ? "timestamptz" : "timestamp", at.year,
                           at.month, at.day, at.hour, at.minute, at.second,
                           (int)(stamp - seconds * 1000000),
                           kind == HC_PG_TIMESTAMPTZ ? "+00" : "");
}

const char *hc_pg_stamp_expression(const struct hc_pg_table *table, const char *value,
                                   struct hc_arena *arena)
{
    switch (time_of(table)->kind) {
    case HC_PG_INTEGER:
        return hc_arena_format(arena, "(%s)::int8", value);
    case HC_PG_DATE:
        return hc_arena_format(arena, "((%s) - date '1970-01-01')::int8", value);
    default:
        return hc_arena_format(arena, "(extract(epoch FROM (%s)) * 1000000)::int8", value);
    }
}

int64_t hc_pg_stamp_nominal(const struct hc_pg_table *table, int64_t stamp)
{
    int64_t ns = 0;
    HC_ASSERT(table->unit_ns > 0);
    if (__builtin_mul_overflow(stamp, table->unit_ns, &ns)) {
        return stamp < 0 ? INT64_MIN : INT64_MAX;
    }
    return ns;
}

int64_t hc_pg_stamp_at(const struct hc_pg_table *table, int64_t nominal_ns)
{
    HC_ASSERT(table->unit_ns > 0);
    int64_t stamp = nominal_ns / table->unit_ns;
    return stamp + (nominal_ns % table->unit_ns > 0); /* rounded up */
}

bool hc_pg_stamp_instant(const struct hc_pg *pg, const struct hc_pg_table *table, int64_t stamp,
                         int64_t *ret_ns)
{
    int64_t ns = hc_pg_stamp_nominal(table, stamp);
    int64_t first = hc_days_from_civil(HC_TIME_YEAR_FIRST, 1, 1) * DAY_NS;
    int64_t end = hc_days_from_civil(HC_TIME_YEAR_LAST + 1, 1, 1) * DAY_NS;
    if (ns < first || ns >= end) {
        return false;
    }
    if (is_local(table) && !hc_zone_is_fixed(pg->zone)) {
        int64_t second = ns / HC_NS_PER_S - (ns % HC_NS_PER_S < 0);
        int64_t earlier = 0;
        int64_t later = 0;
        if (hc_zone_local(pg->zone, second, &earlier, &later) == HC_LOCAL_SKIPPED) {
            return false;
        }
        ns = earlier * HC_NS_PER_S + (ns - second * HC_NS_PER_S);
    } else if (is_local(table)) {
        ns -= (int64_t)hc_zone_offset(pg->zone, 0) * HC_NS_PER_S;
    }
    *ret_ns = ns;
    return true;
}

int64_t hc_pg_local_us(const struct hc_pg *pg, int64_t local_us)
{
    int64_t second = local_us / 1000000 - (local_us % 1000000 < 0);
    int64_t earlier = 0;
    int64_t later = 0;
    if (hc_zone_is_fixed(pg->zone)) {
        return local_us - (int64_t)hc_zone_offset(pg->zone, 0) * 1000000;
    }
    if (hc_zone_local(pg->zone, second, &earlier, &later) == HC_LOCAL_SKIPPED) {
        earlier = second - hc_zone_offset(pg->zone, second - 86400);
    }
    return earlier * 1000000 + (local_us - second * 1000000);
}

static int64_t add_saturating(int64_t a, int64_t b)
{
    int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) {
        return b < 0 ? INT64_MIN : INT64_MAX;
    }
    return sum;
}

bool hc_pg_stamps_are_opens(const struct hc_pg_table *table)
{
    return !table->stamp_close && !table->mixed && !is_local(table);
}

static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

void hc_pg_stamp_range(const struct hc_pg *pg, const struct hc_pg_table *table, int64_t *ret_from,
                       int64_t *ret_to)
{
    int64_t first = hc_days_from_civil(HC_TIME_YEAR_FIRST, 1, 1) * DAY_NS;
    int64_t end = hc_days_from_civil(HC_TIME_YEAR_LAST + 1, 1, 1) * DAY_NS;
    int64_t margin = hc_pg_stamps_are_opens(table) ? 0 : MARGIN_NS;
    *ret_from = hc_pg_stamp_at(table, clamp(add_saturating(pg->from_ns, -margin), first, end));
    *ret_to = hc_pg_stamp_at(table, clamp(add_saturating(pg->to_ns, margin), first, end));
}

/* Whether a row of this stamp lies before the range, or behind it. */
static int side(const struct hc_pg *pg, const struct hc_pg_table *table,
                const struct hc_interval *interval, int64_t stamp)
{
    int64_t ns = 0;
    int64_t open = 0;
    int64_t visible = 0;
    int64_t hour = 3600 * HC_NS_PER_S / table->unit_ns;
    while (!hc_pg_stamp_instant(pg, table, stamp, &ns)) {
        stamp += HC_MAX(hour, 1); /* an hour that was skipped */
    }
    hc_pg_times(pg, table, interval, ns, &open, &visible);
    if (hc_pg_in_range(pg, table, open, visible)) {
        return 0;
    }
    return (table->mixed ? visible <= pg->from_ns : open < pg->from_ns) ? -1 : 1;
}

void hc_pg_stamp_range_of(const struct hc_pg *pg, const struct hc_pg_table *table,
                          const struct hc_interval *interval, int64_t *ret_from, int64_t *ret_to)
{
    int64_t bounds[2];
    int64_t from;
    int64_t to;
    hc_pg_stamp_range(pg, table, &from, &to);
    for (int end = 0; end < 2; end++) { /* the first stamp of which side() is at least `end` */
        int64_t low = from;
        int64_t high = to;
        while (low < high) {
            int64_t middle = low + (high - low) / 2;
            if (side(pg, table, interval, middle) < end) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        bounds[end] = low;
    }
    *ret_from = bounds[0];
    *ret_to = bounds[1];
}

const char *hc_pg_where(const struct hc_pg_table *table, int64_t from, int64_t to,
                        struct hc_arena *arena)
{
    const char *name = hc_pg_quote_name(arena, time_of(table)->name);
    return hc_arena_format(
        arena, " WHERE %s >= %s AND %s < %s%s", name, hc_pg_stamp_literal(table, from, arena), name,
        hc_pg_stamp_literal(table, to, arena), table->condition != NULL ? table->condition : "");
}

/* ---- rows ---- */

static bool is_event(const struct hc_interval *interval)
{
    return interval->ns == 0 && interval->days == 0 && interval->months == 0;
}

void hc_pg_times(const struct hc_pg *pg, const struct hc_pg_table *table,
                 const struct hc_interval *interval, int64_t stamp_ns, int64_t *ret_open,
                 int64_t *ret_visible)
{
    const struct hc_topic_spec *spec = pg->base.spec;
    int64_t open = stamp_ns;
    int64_t close = stamp_ns;
    if (!is_event(interval) && table->stamp_close) {
        open = hc_interval_step(interval, pg->zone, stamp_ns + table->slack_ns, -1);
    } else if (!is_event(interval)) {
        close = hc_interval_step(interval, pg->zone, stamp_ns, 1);
    }
    *ret_open = open;
    *ret_visible =
        add_saturating(spec->visible == HC_VISIBLE_OPEN ? open : close, spec->publish_delay_ns);
}

bool hc_pg_in_range(const struct hc_pg *pg, const struct hc_pg_table *table, int64_t open_ns,
                    int64_t visible_ns)
{
    if (table->mixed) {
        return visible_ns > pg->from_ns && visible_ns <= pg->to_ns;
    }
    return open_ns >= pg->from_ns && open_ns < pg->to_ns;
}
