/* Which relations there are, and which of them hold candles. */
#include "base/memory.h"
#include "base/nearest.h"
#include "source/notes.h"
#include "source/postgres/internal.h"

#include "base/timetext.h"

#include <stdlib.h>

enum { RELATIONS_MAX = 20000, LISTED_MAX = 20 };

/* Columns of every relation that could be meant, domains resolved to what they are made of.
 * Partitions and chunks are served by their parents. */
static const char relations_sql[] =
    "WITH RECURSIVE base(oid, root) AS ("
    " SELECT oid, oid FROM pg_catalog.pg_type WHERE typtype <> 'd'"
    " UNION ALL SELECT t.oid, b.root FROM pg_catalog.pg_type t JOIN base b ON t.typbasetype = b.oid"
    " WHERE t.typtype = 'd')"
    " SELECT c.oid, n.nspname, c.relname, c.relkind,"
    " pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND"
    " pg_catalog.has_table_privilege(c.oid, 'SELECT'),"
    " a.attname, b.root, r.typcategory, pg_catalog.format_type(a.atttypid, a.atttypmod),"
    " a.attnotnull, n.nspname = ANY (pg_catalog.current_schemas(false))"
    " FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " JOIN base b ON b.oid = a.atttypid JOIN pg_catalog.pg_type r ON r.oid = b.root"
    " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition"
    " AND n.nspname !~ '^(pg_|information_schema$|_timescaledb|timescaledb_)'"
    " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\", c.oid, a.attnum LIMIT 400000";

struct relations {
    struct hc_pg_table *items;
    size_t count;
};

static struct hc_slice keep(struct hc_pg *pg, const PGresult *result, int row, int column)
{
    return hc_arena_copy(&pg->base.arena, hc_pg_value(&pg->link, result, row, column));
}

static uint32_t number_of(struct hc_slice text)
{
    int64_t value = 0;
    bool valid = hc_parse_i64(text, &value);
    HC_ASSERT(valid && value >= 0);
    return (uint32_t)value;
}

static void table_begin(struct hc_pg *pg, const PGresult *result, int row,
                        struct hc_pg_table *table)
{
    struct hc_arena *arena = &pg->base.arena;
    struct hc_slice schema = keep(pg, result, row, 1);
    struct hc_slice name = keep(pg, result, row, 2);
    *table = (struct hc_pg_table){
        .shown = hc_slice_str(hc_arena_format(arena, HC_SLICE_FMT "." HC_SLICE_FMT,
                                              HC_SLICE_ARG(schema), HC_SLICE_ARG(name))),
        .name = name,
        .from = hc_arena_format(arena, "%s.%s", hc_pg_quote_name(arena, schema),
                                hc_pg_quote_name(arena, name)),
        .oid = number_of(hc_pg_value(&pg->link, result, row, 0)),
        .kind = hc_pg_value(&pg->link, result, row, 3).data[0],
        .readable = hc_slice_equal_str(hc_pg_value(&pg->link, result, row, 4), "t"),
        .estimate = -1,
        .time = -1,
        .exchange = -1,
        .interval = -1,
    };
}

static void column_put(struct hc_pg *pg, const PGresult *result, int row,
                       struct hc_pg_column *column)
{
    column->name = keep(pg, result, row, 5);
    column->type = keep(pg, result, row, 8);
    column->role = hc_column_role(column->name);
    column->not_null = hc_slice_equal_str(hc_pg_value(&pg->link, result, row, 9), "t");
    hc_pg_type(column, number_of(hc_pg_value(&pg->link, result, row, 6)),
               hc_pg_value(&pg->link, result, row, 7).data[0],
               hc_pg_quote_name(&pg->base.arena, column->name), &pg->base.arena);
}

/* Rows that follow each other and belong to one relation become a table. */
static enum hc_status relations_read(struct hc_pg *pg, struct relations *ret,
                                     struct hc_error *error)
{
    PGresult *result = NULL;
    enum hc_status status = hc_pg_link_query(&pg->link, relations_sql, &result, error);
    if (status != HC_OK) {
        return status;
    }
    int rows = pg->link.api->tuples(result);
    size_t capacity = 0;
    struct hc_pg_table *items = NULL;
    size_t count = 0;
    for (int row = 0, next; row < rows && count < RELATIONS_MAX; row = next) {
        struct hc_slice oid = hc_pg_value(&pg->link, result, row, 0);
        for (next = row + 1;
             next < rows && hc_slice_equal(oid, hc_pg_value(&pg->link, result, next, 0)); next++) {
        }
        items = hc_grow(items, &capacity, count + 1, sizeof(*items));
        struct hc_pg_table *table = &items[count++];
        table_begin(pg, result, row, table);
        table->column_count = (size_t)(next - row);
        table->columns = HC_ARENA_ARRAY(&pg->base.arena, struct hc_pg_column, table->column_count);
        for (int i = row; i < next; i++) {
            column_put(pg, result, i, &table->columns[i - row]);
        }
    }
    pg->link.api->clear(result);
    *ret = (struct relations){items, count};
    return HC_OK;
}

/* ---- choosing ---- */

static void take(struct hc_pg *pg, const struct hc_pg_table *table)
{
    pg->tables[pg->table_count++] = *table;
}

static enum hc_status not_found(const struct relations *relations, struct hc_slice wanted,
                                struct hc_error *error)
{
    char nearest[512];
    struct hc_slice *names = hc_alloc_array(relations->count + 1, sizeof(*names));
    bool qualified = memchr(wanted.data, '.', wanted.size) != NULL;
    for (size_t i = 0; i < relations->count; i++) {
        names[i] = qualified ? relations->items[i].shown : relations->items[i].name;
    }
    hc_nearest_text(wanted, names, relations->count, nearest, sizeof(nearest));
    free(names);
    return hc_error_set(error, HC_NOT_FOUND,
                        "the database has no table or view \"" HC_SLICE_FMT
                        "\"; the nearest names are %s",
                        HC_SLICE_ARG(wanted), nearest);
}

static enum hc_status take_named(struct hc_pg *pg, const struct relations *relations,
                                 struct hc_slice wanted, struct hc_error *error)
{
    const struct hc_pg_table *found = NULL;
    for (size_t i = 0; i < relations->count; i++) {
        const struct hc_pg_table *table = &relations->items[i];
        if (hc_slice_equal(table->shown, wanted)) {
            found = table;
            break;
        }
        if (!hc_slice_equal(table->name, wanted)) {
            continue;
        }
        if (found != NULL) {
            return hc_error_set(error, HC_USAGE,
                                "there are several tables \"" HC_SLICE_FMT
                                "\": --table " HC_SLICE_FMT " or --table " HC_SLICE_FMT,
                                HC_SLICE_ARG(wanted), HC_SLICE_ARG(found->shown),
                                HC_SLICE_ARG(table->shown));
        }
        found = table;
    }
    if (found == NULL) {
        return not_found(relations, wanted, error);
    }
    if (!found->readable) {
        return hc_error_set(error, HC_DENIED,
                            "no permission to read " HC_SLICE_FMT
                            ": GRANT SELECT ON %s TO the role "
                            "of the URI (and USAGE on its schema)",
                            HC_SLICE_ARG(found->shown), found->from);
    }
    for (size_t i = 0; i < pg->table_count; i++) {
        if (pg->tables[i].oid == found->oid) {
            return hc_error_set(error, HC_USAGE, "--table " HC_SLICE_FMT " is given twice",
                                HC_SLICE_ARG(wanted));
        }
    }
    take(pg, found);
    return HC_OK;
}

static bool has_time(const struct hc_pg_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (hc_role_is_time(table->columns[i].role) && hc_pg_is_time(&table->columns[i])) {
            return true;
        }
    }
    return false;
}

static enum hc_status none_found(const struct relations *relations, struct hc_error *error)
{
    char listed[512] = "";
    for (size_t i = 0; i < relations->count && i < LISTED_MAX; i++) {
        size_t size = strlen(listed);
        snprintf(listed + size, sizeof(listed) - size, "%s" HC_SLICE_FMT, i > 0 ? ", " : "",
                 HC_SLICE_ARG(relations->items[i].shown));
    }
    return hc_error_set(error, HC_NOT_FOUND,
                        "no candle table (a time, open, high, low and close) that may be read; "
                        "--table or --query says what to read%s%s",
                        relations->count > 0 ? "; there are " : "", listed);
}

static enum hc_status take_candles(struct hc_pg *pg, const struct relations *relations,
                                   struct hc_error *error)
{
    for (size_t i = 0; i < relations->count; i++) {
        const struct hc_pg_table *table = &relations->items[i];
        if (!hc_pg_has_prices(table) || !has_time(table)) {
            continue;
        }
        if (!table->readable) {
            hc_notes_add(&pg->warnings, HC_NOTES_MAX, &pg->base.arena,
                         HC_SLICE_FMT " looks like a candle table, but may not be read",
                         HC_SLICE_ARG(table->shown));
            continue;
        }
        take(pg, table);
    }
    return pg->table_count > 0 ? HC_OK : none_found(relations, error);
}

/* ---- a query ---- */

static enum hc_status query_columns(struct hc_pg *pg, const PGresult *result,
                                    struct hc_pg_table *table, struct hc_error *error)
{
    const struct hc_pg_api *api = pg->link.api;
    struct hc_arena *arena = &pg->base.arena;
    int count = api->field_count(result);
    struct hc_buffer sql = {0};
    hc_buffer_append_str(&sql, "WITH RECURSIVE base(oid, root) AS ("
                               " SELECT oid, oid FROM pg_catalog.pg_type WHERE typtype <> 'd'"
                               " UNION ALL SELECT t.oid, b.root FROM pg_catalog.pg_type t JOIN base"
                               " b ON t.typbasetype = b.oid WHERE t.typtype = 'd')"
                               " SELECT k.ord, b.root, r.typcategory,"
                               " pg_catalog.format_type(k.oid, NULL) FROM (VALUES ");
    for (int i = 0; i < count; i++) {
        hc_buffer_printf(&sql, "%s(%d, %u::oid)", i > 0 ? "," : "", i, api->field_type(result, i));
    }
    hc_buffer_append_str(&sql,
                         ") k(ord, oid) JOIN base b ON b.oid = k.oid JOIN pg_catalog.pg_type r"
                         " ON r.oid = b.root ORDER BY 1");
    PGresult *kinds = NULL;
    enum hc_status status = hc_pg_link_query(&pg->link, hc_buffer_str(&sql), &kinds, error);
    hc_buffer_done(&sql);
    if (status != HC_OK) {
        return status;
    }
    table->column_count = (size_t)HC_MIN(count, api->tuples(kinds));
    table->columns = HC_ARENA_ARRAY(arena, struct hc_pg_column, table->column_count);
    for (size_t i = 0; i < table->column_count; i++) {
        struct hc_pg_column *column = &table->columns[i];
        column->name = hc_arena_copy(arena, hc_slice_str(api->field_name(result, (int)i)));
        column->role = hc_column_role(column->name);
        column->type = keep(pg, kinds, (int)i, 3);
        hc_pg_type(column, number_of(hc_pg_value(&pg->link, kinds, (int)i, 1)),
                   hc_pg_value(&pg->link, kinds, (int)i, 2).data[0],
                   hc_pg_quote_name(arena, column->name), arena);
    }
    api->clear(kinds);
    return HC_OK;
}

static struct hc_slice without_semicolon(struct hc_slice query)
{
    query = hc_slice_trim(query);
    while (query.size > 0 && query.data[query.size - 1] == ';') {
        query = hc_slice_trim(hc_slice_of(query.data, query.size - 1));
    }
    return query;
}

static enum hc_status take_query(struct hc_pg *pg, struct hc_error *error)
{
    struct hc_arena *arena = &pg->base.arena;
    struct hc_slice query = without_semicolon(pg->base.spec->query);
    struct hc_pg_table table = {.shown = HC_SLICE("the query"),
                                .name = HC_SLICE("query"),
                                .kind = 'q',
                                .readable = true,
                                .estimate = -1,
                                .time = -1,
                                .exchange = -1,
                                .interval = -1};
    table.from = hc_arena_format(arena, "(\n" HC_SLICE_FMT "\n) AS query", HC_SLICE_ARG(query));
    char *sql = hc_arena_format(arena, "SELECT * FROM %s LIMIT 0", table.from);
    PGresult *result = NULL;
    enum hc_status status = hc_pg_link_query(&pg->link, sql, &result, error);
    if (status != HC_OK) {
        return status == HC_AGAIN || status == HC_CANCELLED ? status
                                                            : hc_error_prefix(error, "--query");
    }
    status = query_columns(pg, result, &table, error);
    pg->link.api->clear(result);
    if (status == HC_OK) {
        take(pg, &table);
    }
    return status;
}

/* ---- all together ---- */

static enum hc_status choose(struct hc_pg *pg, struct hc_error *error)
{
    const struct hc_topic_spec *spec = pg->base.spec;
    if (!hc_slice_is_null(spec->query)) {
        pg->tables = HC_ARENA_NEW(&pg->base.arena, struct hc_pg_table);
        return take_query(pg, error);
    }
    struct relations relations = {0};
    enum hc_status status = relations_read(pg, &relations, error);
    if (status != HC_OK) {
        return status;
    }
    size_t most = HC_MAX(relations.count, spec->tables.count);
    pg->tables = HC_ARENA_ARRAY(&pg->base.arena, struct hc_pg_table, most + 1);
    for (size_t i = 0; i < spec->tables.count && status == HC_OK; i++) {
        status = take_named(pg, &relations, spec->tables.items[i], error);
    }
    if (status == HC_OK && spec->tables.count == 0) {
        status = take_candles(pg, &relations, error);
    }
    free(relations.items);
    return status;
}

/* Tables of one name in several schemas need both in a topic's name. */
static void qualify_names(struct hc_pg *pg)
{
    for (size_t i = 0; i < pg->table_count; i++) {
        for (size_t k = 0; k < pg->table_count; k++) {
            if (i != k && hc_slice_equal(pg->tables[i].name, pg->tables[k].name)) {
                pg->tables[i].name = pg->tables[i].shown;
                break;
            }
        }
    }
}

static enum hc_status one_topic_check(const struct hc_pg *pg, struct hc_error *error)
{
    const struct hc_topic_spec *spec = pg->base.spec;
    bool chosen = spec->tables.count > 0 || !hc_slice_is_null(spec->query);
    bool plain = memchr(spec->topic.data, '{', spec->topic.size) == NULL;
    if (chosen || !plain || pg->table_count < 2) {
        return HC_OK;
    }
    return hc_error_set(error, HC_USAGE,
                        "%zu candle tables for the topic " HC_SLICE_FMT ": " HC_SLICE_FMT
                        ", " HC_SLICE_FMT "%s; --table NAME chooses, --topic {table} serves each",
                        pg->table_count, HC_SLICE_ARG(spec->topic),
                        HC_SLICE_ARG(pg->tables[0].shown), HC_SLICE_ARG(pg->tables[1].shown),
                        pg->table_count > 2 ? ", ..." : "");
}

enum hc_status hc_pg_discover(struct hc_pg *pg, struct hc_error *error)
{
    HC_ASSERT(pg != NULL);
    pg->table_count = 0;
    enum hc_status status = choose(pg, error);
    if (status == HC_OK) {
        status = one_topic_check(pg, error);
    }
    qualify_names(pg);
    for (size_t i = 0; i < pg->table_count && status == HC_OK; i++) {
        status = hc_pg_inspect(pg, &pg->tables[i], error);
        if (status == HC_OK) {
            status = hc_pg_detect(pg, &pg->tables[i], error);
        }
    }
    return status;
}
