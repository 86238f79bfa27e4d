/* What the catalog says of one table besides its columns: keys, indexes, size, relatives. */
#include "source/postgres/internal.h"

/* Every column of every valid index; partial ones promise nothing about all rows. */
static const char indexes_sql[] =
    "SELECT a.attname, k.ord, i.indisunique, m.amname"
    " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
    " JOIN pg_catalog.pg_am m ON m.oid = x.relam"
    " CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, ord)"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum"
    " WHERE i.indrelid = %u AND i.indisvalid AND i.indpred IS NULL AND k.ord <= i.indnkeyatts"
    " ORDER BY i.indexrelid, k.ord";

/* The parts of a partitioned or inherited table, itself included: rows as estimated, the largest in
 * blocks, how many. */
static const char size_sql[] =
    "WITH RECURSIVE tree(oid) AS (SELECT %u::oid UNION SELECT i.inhrelid FROM "
    "pg_catalog.pg_inherits"
    " i JOIN tree ON i.inhparent = tree.oid)"
    " SELECT sum(greatest(c.reltuples, 0))::int8, bool_or(c.reltuples >= 0),"
    " coalesce(max(pg_catalog.pg_relation_size(c.oid)), 0)"
    " / pg_catalog.current_setting('block_size')::int8, count(*),"
    " coalesce(bool_or(n.nspname ~ '^_timescaledb'), false), coalesce(bool_or(c.relkind = 'f'), "
    "false)"
    " FROM tree JOIN pg_catalog.pg_class c USING (oid)"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm', 'f')";

static struct hc_pg_column *column_named(struct hc_pg_table *table, struct hc_slice name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (hc_slice_equal(table->columns[i].name, name)) {
            return &table->columns[i];
        }
    }
    return NULL;
}

static bool is_true(struct hc_slice text)
{
    return hc_slice_equal_str(text, "t");
}

static enum hc_status indexes_read(struct hc_pg *pg, struct hc_pg_table *table,
                                   struct hc_error *error)
{
    PGresult *result = NULL;
    char *sql = hc_arena_format(&pg->base.arena, indexes_sql, table->oid);
    enum hc_status status = hc_pg_link_query(&pg->link, sql, &result, error);
    if (status != HC_OK) {
        return status;
    }
    for (int row = 0; row < pg->link.api->tuples(result); row++) {
        struct hc_pg_column *column = column_named(table, hc_pg_value(&pg->link, result, row, 0));
        if (column == NULL) {
            continue;
        }
        column->in_key |= is_true(hc_pg_value(&pg->link, result, row, 2));
        column->leads |= hc_pg_number(hc_pg_value(&pg->link, result, row, 1)) == 1 &&
                         hc_slice_equal_str(hc_pg_value(&pg->link, result, row, 3), "btree");
    }
    pg->link.api->clear(result);
    return HC_OK;
}

static enum hc_status size_read(struct hc_pg *pg, struct hc_pg_table *table, struct hc_error *error)
{
    PGresult *result = NULL;
    char *sql = hc_arena_format(&pg->base.arena, size_sql, table->oid);
    enum hc_status status = hc_pg_link_query(&pg->link, sql, &result, error);
    if (status != HC_OK) {
        return status;
    }
    HC_ASSERT(pg->link.api->tuples(result) == 1);
    if (is_true(hc_pg_value(&pg->link, result, 0, 1))) {
        table->estimate = hc_pg_number(hc_pg_value(&pg->link, result, 0, 0));
    }
    bool foreign = is_true(hc_pg_value(&pg->link, result, 0, 5));
    table->hypertable = is_true(hc_pg_value(&pg->link, result, 0, 4));
    table->parts = (int32_t)hc_pg_number(hc_pg_value(&pg->link, result, 0, 3));
    /* Chunks may be compressed, and foreign tables lie elsewhere: no blocks to count on. */
    table->blocks =
        table->hypertable || foreign ? 0 : hc_pg_number(hc_pg_value(&pg->link, result, 0, 2));
    pg->link.api->clear(result);
    return HC_OK;
}

enum hc_status hc_pg_inspect(struct hc_pg *pg, struct hc_pg_table *table, struct hc_error *error)
{
    HC_ASSERT(table->column_count > 0);
    if (table->kind == 'q' || table->kind == 'v' || table->kind == 'f') {
        return HC_OK; /* neither indexes nor blocks of their own */
    }
    enum hc_status status = indexes_read(pg, table, error);
    return status == HC_OK ? size_read(pg, table, error) : status;
}
