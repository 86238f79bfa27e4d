/* What an integer time column counts. */
#include "base/clock.h"
#include "source/notes.h"
#include "source/postgres/internal.h"

#include <inttypes.h>
#include <stdio.h>

static int64_t unit_of_digits(int64_t stamp)
{
    if (stamp < 0) {
        return 0;
    }
    char digits[32];
    switch (snprintf(digits, sizeof(digits), "%" PRId64, stamp)) {
    case 10:
        return HC_NS_PER_S;
    case 13:
        return HC_NS_PER_MS;
    case 16:
        return 1000;
    case 19:
        return 1;
    default:
        return 0;
    }
}

static int64_t unit_given(struct hc_slice unit)
{
    return hc_slice_equal_str(unit, "s")    ? HC_NS_PER_S
           : hc_slice_equal_str(unit, "ms") ? HC_NS_PER_MS
           : hc_slice_equal_str(unit, "us") ? 1000
           : hc_slice_equal_str(unit, "ns") ? 1
                                            : 0;
}

static const char *unit_name(int64_t unit_ns)
{
    return unit_ns == HC_NS_PER_S    ? "seconds"
           : unit_ns == HC_NS_PER_MS ? "milliseconds"
           : unit_ns == 1000         ? "microseconds"
                                     : "nanoseconds";
}

static enum hc_status unit_judge(struct hc_pg *pg, struct hc_pg_table *table, int64_t first,
                                 int64_t last, struct hc_error *error)
{
    const struct hc_pg_column *time = &table->columns[table->time];
    int64_t unit = unit_of_digits(first);
    if (unit == 0 || unit != unit_of_digits(last)) {
        return hc_error_set(error, HC_USAGE,
                            HC_SLICE_FMT
                            ": `" HC_SLICE_FMT "` holds %" PRId64 " to %" PRId64
                            ", which are not all seconds (10 digits), ms (13), us (16) or ns (19): "
                            "--time-unit says what they are",
                            HC_SLICE_ARG(table->shown), HC_SLICE_ARG(time->name), first, last);
    }
    table->unit_ns = unit;
    hc_notes_add(&pg->notes, HC_NOTES_MAX, &pg->base.arena,
                 HC_SLICE_FMT ": `" HC_SLICE_FMT "` holds epoch %s", HC_SLICE_ARG(table->shown),
                 HC_SLICE_ARG(time->name), unit_name(unit));
    return HC_OK;
}

/* Integers are epochs of a unit that the digits of the least and the greatest tell. */
enum hc_status hc_pg_find_unit(struct hc_pg *pg, struct hc_pg_table *table, struct hc_error *error)
{
    struct hc_arena *arena = &pg->base.arena;
    if (table->columns[table->time].kind != HC_PG_INTEGER) {
        return HC_OK;
    }
    table->unit_ns = unit_given(pg->base.spec->time_unit);
    if (table->unit_ns != 0) {
        return HC_OK;
    }
    table->unit_ns = 1;
    PGresult *result = NULL;
    const char *name = hc_pg_quote_name(arena, table->columns[table->time].name);
    char *sql = hc_arena_format(arena, "SELECT min(%s)::int8, max(%s)::int8 FROM %s", name, name,
                                table->from);
    enum hc_status status = hc_pg_link_query_row(&pg->link, sql, &result, error);
    if (status != HC_OK) {
        return status;
    }
    struct hc_slice first = hc_pg_value(&pg->link, result, 0, 0);
    if (!hc_slice_is_null(first)) {
        status = unit_judge(pg, table, hc_pg_number(first),
                            hc_pg_number(hc_pg_value(&pg->link, result, 0, 1)), error);
    }
    pg->link.api->clear(result);
    return status;
}
