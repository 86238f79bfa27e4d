/* Which column of a table is what. */
#include "base/nearest.h"
#include "source/notes.h"
#include "source/postgres/internal.h"

#include <stdio.h>

static const char *const audit_names[] = {"created_at", "updated_at",  "inserted_at", "created",
                                          "updated",    "modified_at", "ingested_at", "loaded_at"};
static const char *const interval_names[] = {"interval", "timeframe", "resolution", "time_frame"};

static bool is_one_of(struct hc_slice name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (hc_slice_equal_nocase(name, hc_slice_str(names[i]))) {
            return true;
        }
    }
    return false;
}

static int32_t find(const struct hc_pg_table *table, struct hc_slice name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (hc_slice_equal(table->columns[i].name, name)) {
            return (int32_t)i;
        }
    }
    return -1;
}

bool hc_pg_has_prices(const struct hc_pg_table *table)
{
    bool found[4] = {false};
    for (size_t i = 0; i < table->column_count; i++) {
        const struct hc_pg_column *column = &table->columns[i];
        bool number = column->kind == HC_PG_INTEGER || column->kind == HC_PG_NUMERIC ||
                      column->kind == HC_PG_FLOAT;
        if (number && column->role >= HC_ROLE_OPEN && column->role <= HC_ROLE_CLOSE) {
            found[column->role - HC_ROLE_OPEN] = true;
        }
    }
    return found[0] && found[1] && found[2] && found[3];
}

static enum hc_status column_missing(const struct hc_pg_table *table, const char *what,
                                     struct hc_slice wanted, struct hc_error *error)
{
    struct hc_slice names[HC_PG_COLUMNS_MAX];
    size_t count = HC_MIN(table->column_count, HC_COUNT(names));
    char nearest[512];
    for (size_t i = 0; i < count; i++) {
        names[i] = table->columns[i].name;
    }
    hc_nearest_text(wanted, names, count, nearest, sizeof(nearest));
    return hc_error_set(error, HC_NOT_FOUND,
                        "%s: " HC_SLICE_FMT " has no column \"" HC_SLICE_FMT
                        "\"; the nearest names are %s",
                        what, HC_SLICE_ARG(table->shown), HC_SLICE_ARG(wanted), nearest);
}

/* ---- the time ---- */

/* A unique key first, then what surely is not the end of a bar, then the type. */
static int time_rank(const struct hc_pg_column *column)
{
    if (!hc_role_is_time(column->role) || !hc_pg_is_time(column)) {
        return -1;
    }
    int type = column->kind == HC_PG_TIMESTAMPTZ                    ? 3
               : column->kind == HC_PG_INTEGER && column->size == 8 ? 2
               : column->kind == HC_PG_TIMESTAMP                    ? 1
                                                                    : 0;
    return (column->in_key ? 100 : 0) + (column->role != HC_ROLE_TIME_CLOSE ? 50 : 0) + type * 10 +
           (column->role == HC_ROLE_TIME_OPEN ? 1 : 0);
}

static bool may_be_time(const struct hc_pg_column *column)
{
    return hc_pg_is_time(column) &&
           (hc_role_is_time(column->role) || column->kind != HC_PG_INTEGER);
}

/* What else could be meant by the time of a row, and is not. */
static void rejected_say(struct hc_pg *pg, const struct hc_pg_table *table)
{
    char rejected[400] = "";
    const struct hc_pg_column *time = &table->columns[table->time];
    for (size_t i = 0; i < table->column_count; i++) {
        const struct hc_pg_column *column = &table->columns[i];
        if (column == time || !may_be_time(column)) {
            continue;
        }
        size_t size = strlen(rejected);
        snprintf(rejected + size, sizeof(rejected) - size,
                 "%s`" HC_SLICE_FMT "` (" HC_SLICE_FMT ")",
                 size > 0 ? ", " : "; rejected: ", HC_SLICE_ARG(column->name),
                 HC_SLICE_ARG(column->type));
    }
    hc_notes_add(&pg->notes, HC_NOTES_MAX, &pg->base.arena,
                 HC_SLICE_FMT ": time column `" HC_SLICE_FMT "` (" HC_SLICE_FMT "%s)%s",
                 HC_SLICE_ARG(table->shown), HC_SLICE_ARG(time->name), HC_SLICE_ARG(time->type),
                 time->in_key ? ", part of a unique key" : "", rejected);
}

static enum hc_status time_given(struct hc_pg_table *table, struct hc_slice name,
                                 struct hc_error *error)
{
    table->time = find(table, name);
    if (table->time < 0) {
        return column_missing(table, "--time", name, error);
    }
    const struct hc_pg_column *column = &table->columns[table->time];
    if (!hc_pg_is_time(column)) {
        return hc_error_set(error, HC_INVALID,
                            HC_SLICE_FMT ": `" HC_SLICE_FMT "` is of type " HC_SLICE_FMT
                                         ", which is no time: a --query may cast it to timestamptz",
                            HC_SLICE_ARG(table->shown), HC_SLICE_ARG(name),
                            HC_SLICE_ARG(column->type));
    }
    return HC_OK;
}

static enum hc_status time_find(struct hc_pg *pg, struct hc_pg_table *table, struct hc_error *error)
{
    if (!hc_slice_is_null(pg->base.spec->time_column)) {
        return time_given(table, pg->base.spec->time_column, error);
    }
    int best = -1;
    int32_t equal = -1;
    for (size_t i = 0; i < table->column_count; i++) {
        int rank = time_rank(&table->columns[i]);
        if (rank >= 0 && rank == best) {
            equal = (int32_t)i;
        } else if (rank > best) {
            best = rank;
            equal = -1;
            table->time = (int32_t)i;
        }
    }
    if (best < 0) {
        return hc_error_set(error, HC_INVALID,
                            HC_SLICE_FMT ": no column is known to hold the time (a timestamp, date "
                                         "or integer named like one): --time COLUMN names it",
                            HC_SLICE_ARG(table->shown));
    }
    if (equal >= 0) {
        return hc_error_set(error, HC_USAGE,
                            HC_SLICE_FMT ": the time may be `" HC_SLICE_FMT "` or `" HC_SLICE_FMT
                                         "`: --time COLUMN decides",
                            HC_SLICE_ARG(table->shown),
                            HC_SLICE_ARG(table->columns[table->time].name),
                            HC_SLICE_ARG(table->columns[equal].name));
    }
    return HC_OK;
}

static int64_t time_unit(const struct hc_pg_table *table)
{
    switch (table->columns[table->time].kind) {
    case HC_PG_DATE:
        return INT64_C(86400) * 1000 * 1000 * 1000;
    case HC_PG_INTEGER:
        return 1; /* as its digits will tell */
    default:
        return 1000;
    }
}

/* ---- keys ---- */

static enum hc_status keys_find(struct hc_pg *pg, struct hc_pg_table *table, struct hc_error *error)
{
    for (size_t i = 0; i < table->column_count; i++) {
        enum hc_role role = table->columns[i].role;
        if (role != HC_ROLE_SYMBOL && role != HC_ROLE_EXCHANGE) {
            continue;
        }
        if (table->key_count == HC_PG_KEY_COLUMNS_MAX) {
            return hc_error_set(error, HC_USAGE,
                                HC_SLICE_FMT ": more than %d columns look like a symbol; a --query "
                                             "chooses",
                                HC_SLICE_ARG(table->shown), HC_PG_KEY_COLUMNS_MAX);
        }
        table->keys[table->key_count++] = (int32_t)i;
        if (role == HC_ROLE_EXCHANGE && table->exchange < 0) {
            table->exchange = (int32_t)i;
        }
    }
    const struct hc_topic_spec *spec = pg->base.spec;
    for (size_t i = 0; i < spec->key.count; i++) {
        if (find(table, spec->key.items[i]) < 0) {
            return column_missing(table, "--key", spec->key.items[i], error);
        }
    }
    for (size_t i = 0; i < spec->field_count; i++) {
        if (!hc_slice_is_null(spec->fields[i].from) && find(table, spec->fields[i].from) < 0) {
            return column_missing(table, "--fields", spec->fields[i].from, error);
        }
    }
    return HC_OK;
}

static enum hc_status interval_find(struct hc_pg *pg, struct hc_pg_table *table,
                                    struct hc_error *error)
{
    const struct hc_topic_spec *spec = pg->base.spec;
    if (!hc_slice_is_null(spec->interval_column)) {
        table->interval = find(table, spec->interval_column);
        return table->interval < 0
                   ? column_missing(table, "interval column", spec->interval_column, error)
                   : HC_OK;
    }
    for (size_t i = 0; i < table->column_count && !spec->interval_set; i++) {
        if (is_one_of(table->columns[i].name, interval_names, HC_COUNT(interval_names))) {
            table->interval = (int32_t)i;
            return HC_OK;
        }
    }
    return HC_OK;
}

static bool is_key(const struct hc_pg_table *table, int32_t column)
{
    for (size_t i = 0; i < table->key_count; i++) {
        if (table->keys[i] == column) {
            return true;
        }
    }
    return column == table->time || column == table->interval;
}

/* Rows of one instant and key follow the rest of the unique key: an integer, else a text. */
static void tie_find(struct hc_pg_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct hc_pg_column *column = &table->columns[i];
        if (!column->in_key || is_key(table, (int32_t)i)) {
            continue;
        }
        if (column->kind == HC_PG_INTEGER && table->tie != HC_PG_TIE_INTEGER) {
            table->tie = HC_PG_TIE_INTEGER;
            table->tie_column = (int32_t)i;
        } else if (column->kind == HC_PG_TEXT && table->tie == HC_PG_TIE_NONE) {
            table->tie = HC_PG_TIE_TEXT;
            table->tie_column = (int32_t)i;
        }
    }
}

/* Columns that are not data of the market, where nobody has chosen fields. */
static void audit_say(struct hc_pg *pg, const struct hc_pg_table *table)
{
    char named[300] = "";
    for (size_t i = 0; i < table->column_count && pg->base.spec->field_count == 0; i++) {
        const struct hc_pg_column *column = &table->columns[i];
        bool audit = is_one_of(column->name, audit_names, HC_COUNT(audit_names));
        bool id =
            column->kind == HC_PG_INTEGER && hc_slice_equal_nocase(column->name, HC_SLICE("id"));
        if (audit || id) {
            size_t size = strlen(named);
            snprintf(named + size, sizeof(named) - size, "%s`" HC_SLICE_FMT "`",
                     size > 0 ? ", " : "", HC_SLICE_ARG(column->name));
        }
    }
    if (named[0] != '\0') {
        hc_notes_add(&pg->warnings, HC_NOTES_MAX, &pg->base.arena,
                     HC_SLICE_FMT ": %s stay in the value and make it differ between tables that "
                                  "were filled anew: --fields leaves them out",
                     HC_SLICE_ARG(table->shown), named);
    }
}

static void table_say(struct hc_pg *pg, const struct hc_pg_table *table)
{
    static const struct {
        char kind;
        const char *text;
    } kinds[] = {{'r', "table"}, {'p', "partitioned table"}, {'v', "view"}, {'f', "foreign table"},
                 {'q', "query"}, {'m', "materialized view"}};
    char rows[64] = "";
    const char *kind = "";
    for (size_t i = 0; i < HC_COUNT(kinds); i++) {
        kind = kinds[i].kind == table->kind ? kinds[i].text : kind;
    }
    if (table->estimate >= 0) {
        snprintf(rows, sizeof(rows), ", about %lld rows", (long long)table->estimate);
    }
    hc_notes_add(&pg->notes, HC_NOTES_MAX, &pg->base.arena, "found " HC_SLICE_FMT " (%s%s)",
                 HC_SLICE_ARG(table->shown), table->hypertable ? "hypertable" : kind, rows);
}

enum hc_status hc_pg_detect(struct hc_pg *pg, struct hc_pg_table *table, struct hc_error *error)
{
    HC_ASSERT(table->time == -1 && table->key_count == 0);
    table_say(pg, table);
    enum hc_status status = time_find(pg, table, error);
    if (status != HC_OK) {
        return status;
    }
    rejected_say(pg, table);
    const struct hc_pg_column *time = &table->columns[table->time];
    table->unit_ns = time_unit(table);
    table->stamp_close = pg->base.spec->stamp == HC_STAMP_CLOSE || time->role == HC_ROLE_TIME_CLOSE;
    status = keys_find(pg, table, error);
    if (status == HC_OK) {
        status = interval_find(pg, table, error);
    }
    if (status == HC_OK) {
        tie_find(table);
        audit_say(pg, table);
    }
    return status;
}
