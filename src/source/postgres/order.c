/* How the tables are read: by slices of time where those are cheap, else in whatever order. */
#include "source/notes.h"
#include "source/postgres/internal.h"

#include <stdlib.h>

enum { SLICES = 1000, CHEAPER = 20 };

/* The planner's total cost of reading [from, to); negative where it cannot be told. */
static enum hc_status cost_ask(struct hc_pg *pg, const struct hc_pg_table *table, int64_t from,
                               int64_t to, double *ret, struct hc_error *error)
{
    struct hc_arena *arena = &pg->base.arena;
    PGresult *result = NULL;
    char *sql = hc_arena_format(arena, "EXPLAIN SELECT * FROM %s%s", table->from,
                                hc_pg_where(table, from, to, arena));
    enum hc_status status = hc_pg_link_query(&pg->link, sql, &result, error);
    if (status != HC_OK) {
        return status;
    }
    char line[1024];
    hc_slice_to_str(hc_pg_value(&pg->link, result, 0, 0), line, sizeof(line));
    pg->link.api->clear(result);
    const char *dots = strstr(line, "(cost=");
    dots = dots != NULL ? strstr(dots, "..") : NULL;
    *ret = dots != NULL ? strtod(dots + 2, NULL) : -1;
    return HC_OK;
}

/* Views, queries and partitioned tables have indexes below them; the planner knows. */
static enum hc_status planner_ask(struct hc_pg *pg, struct hc_pg_table *table,
                                  struct hc_error *error)
{
    int64_t middle = table->first + (table->last - table->first) / 2;
    int64_t width = HC_MAX((table->last - table->first) / SLICES, 1);
    double slice = -1;
    double whole = -1;
    enum hc_status status = cost_ask(pg, table, middle, middle + width, &slice, error);
    if (status == HC_OK) {
        status = cost_ask(pg, table, table->first, table->last + 1, &whole, error);
    }
    table->sliceable = status == HC_OK && slice >= 0 && whole > slice * CHEAPER;
    return status;
}

static void index_hint(struct hc_pg *pg, const struct hc_pg_table *table)
{
    struct hc_arena *arena = &pg->base.arena;
    const char *name = hc_pg_quote_name(arena, table->columns[table->time].name);
    if (table->kind == 'q' || table->kind == 'v' || table->kind == 'f') {
        hc_notes_add(&pg->notes, HC_NOTES_MAX, arena,
                     HC_SLICE_FMT
                     ": slices of time are not cheap to read, so rows are sorted while "
                     "loading; an index on the time below it serves the first rows "
                     "early",
                     HC_SLICE_ARG(table->shown));
        return;
    }
    hc_notes_add(&pg->notes, HC_NOTES_MAX, arena,
                 HC_SLICE_FMT ": no index begins with the time, so rows are sorted while loading; "
                              "this serves the first rows early: CREATE INDEX ON %s (%s)",
                 HC_SLICE_ARG(table->shown), table->from, name);
}

enum hc_status hc_pg_decide_order(struct hc_pg *pg, struct hc_error *error)
{
    pg->ordered = true;
    for (size_t i = 0; i < pg->table_count; i++) {
        struct hc_pg_table *table = &pg->tables[i];
        enum hc_status status = HC_OK;
        table->sliceable = table->columns[table->time].leads || table->rows == 0;
        if (!table->sliceable) {
            status = planner_ask(pg, table, error);
        }
        if (status != HC_OK) {
            return status;
        }
        if (!table->sliceable) {
            pg->ordered = false;
            index_hint(pg, table);
        }
    }
    HC_ASSERT(pg->table_count > 0);
    return HC_OK;
}
