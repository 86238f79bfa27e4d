/* What tells that a table's content may have changed, without reading all of it.
 *
 * The relation (oid, relfilenode of it and its parts), rows and ends of the range, the counters of
 * inserted, updated and deleted rows with the time they were reset, and a hash of the last thousand
 * rows. What none of these shows is not seen: docs/postgresql.md says so.
 */
#include "base/timetext.h"
#include "source/postgres/internal.h"

#include <inttypes.h>

enum { LAST_ROWS = 1000 };

static const char database_sql[] =
    "SELECT d.oid::text || ' ' || d.datname || ' ' ||"
    " coalesce(extract(epoch FROM pg_catalog.pg_stat_get_db_stat_reset_time(d.oid))::text, '-')"
    " FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";

static const char relation_sql[] =
    "WITH RECURSIVE tree(oid) AS (SELECT %u::oid UNION SELECT i.inhrelid FROM "
    "pg_catalog.pg_inherits"
    " i JOIN tree ON i.inhparent = tree.oid)"
    " SELECT md5(string_agg(c.oid || ':' || coalesce(pg_catalog.pg_relation_filenode(c.oid), 0), "
    "','"
    " ORDER BY c.oid)) || ' ' || md5(coalesce((SELECT pg_catalog.pg_get_viewdef(v.oid) FROM"
    " pg_catalog.pg_class v WHERE v.oid = %u AND v.relkind IN ('v', 'm')), '')),"
    " coalesce(sum(pg_catalog.pg_stat_get_tuples_inserted(c.oid)), 0) || ' ' ||"
    " coalesce(sum(pg_catalog.pg_stat_get_tuples_updated(c.oid)), 0) || ' ' ||"
    " coalesce(sum(pg_catalog.pg_stat_get_tuples_deleted(c.oid)), 0)"
    " FROM tree JOIN pg_catalog.pg_class c USING (oid)";

static enum hc_status text_ask(struct hc_pg *pg, const char *sql, int column, struct hc_buffer *out,
                               struct hc_error *error)
{
    PGresult *result = NULL;
    enum hc_status status = hc_pg_link_query(&pg->link, sql, &result, error);
    if (status == HC_OK) {
        for (int i = 0; i < column && pg->link.api->tuples(result) > 0; i++) {
            hc_buffer_append_slice(out, hc_pg_value(&pg->link, result, 0, i));
            hc_buffer_append_char(out, ' ');
        }
        pg->link.api->clear(result);
    }
    return status;
}

/* The stamps that are looked at: those between the ends of the range as it is given, so that nobody
 * has to know intervals first. */
static const char *range_where(struct hc_pg *pg, struct hc_pg_table *table)
{
    bool close = table->stamp_close;
    bool mixed = table->mixed;
    int64_t from;
    int64_t to;
    table->stamp_close = false;
    table->mixed = false;
    hc_pg_stamp_range(pg, table, &from, &to);
    table->stamp_close = close;
    table->mixed = mixed;
    return hc_pg_where(table, from, to, &pg->base.arena);
}

/* Rows and ends where the survey has not just counted them. */
static enum hc_status count_ask(struct hc_pg *pg, struct hc_pg_table *table, struct hc_error *error)
{
    struct hc_arena *arena = &pg->base.arena;
    const char *time = hc_pg_quote_name(arena, table->columns[table->time].name);
    char *sql = hc_arena_format(
        arena, "SELECT count(*), %s, %s FROM %s%s",
        hc_pg_stamp_expression(table, hc_arena_format(arena, "min(%s)", time), arena),
        hc_pg_stamp_expression(table, hc_arena_format(arena, "max(%s)", time), arena), table->from,
        range_where(pg, table));
    PGresult *result = NULL;
    enum hc_status status = hc_pg_link_query(&pg->link, sql, &result, error);
    if (status != HC_OK) {
        return status;
    }
    int64_t values[3] = {0};
    for (int i = 0; i < 3; i++) {
        struct hc_slice text = hc_pg_value(&pg->link, result, 0, i);
        if (!hc_slice_is_null(text) && !hc_parse_i64(text, &values[i])) {
            values[i] = 0;
        }
    }
    pg->link.api->clear(result);
    table->mark = (struct hc_pg_mark){.rows = values[0], .first = values[1], .last = values[2]};
    return HC_OK;
}

/* The instant from which the last rows are hashed: whole instants, so that equal rows cannot be cut
 * apart in two ways. */
static enum hc_status last_find(struct hc_pg *pg, struct hc_pg_table *table, struct hc_error *error)
{
    struct hc_arena *arena = &pg->base.arena;
    const char *time = hc_pg_quote_name(arena, table->columns[table->time].name);
    char *sql = hc_arena_format(
        arena, "SELECT %s FROM (SELECT %s AS t FROM %s%s ORDER BY %s DESC LIMIT %d) AS last",
        hc_pg_stamp_expression(table, "min(t)", arena), time, table->from,
        hc_pg_where(table, table->mark.first, table->mark.last + 1, arena), time, LAST_ROWS);
    PGresult *result = NULL;
    enum hc_status status = hc_pg_link_query(&pg->link, sql, &result, error);
    if (status == HC_OK) {
        int64_t value = 0;
        struct hc_slice text = hc_pg_value(&pg->link, result, 0, 0);
        table->mark.last_from =
            !hc_slice_is_null(text) && hc_parse_i64(text, &value) ? value : table->mark.last;
        pg->link.api->clear(result);
    }
    return status;
}

/* A sum of hashes does not depend on the order in which the server finds equal rows. */
static enum hc_status last_hash(struct hc_pg *pg, const struct hc_pg_table *table,
                                struct hc_buffer *out, struct hc_error *error)
{
    struct hc_arena *arena = &pg->base.arena;
    char *sql = hc_arena_format(
        arena,
        "SELECT coalesce(sum(pg_catalog.hashtextextended(r::text, 7)::numeric), 0)::text,"
        " count(*)::text FROM (SELECT * FROM %s%s) AS r",
        table->from, hc_pg_where(table, table->mark.last_from, table->mark.last + 1, arena));
    return text_ask(pg, sql, 2, out, error);
}

static enum hc_status table_ask(struct hc_pg *pg, struct hc_pg_table *table, bool counted,
                                struct hc_buffer *out, struct hc_error *error)
{
    enum hc_status status = HC_OK;
    table->condition = "";
    hc_buffer_append_slice(out, table->shown);
    hc_buffer_printf(out, " oid=%u ", table->oid);
    if (table->oid != 0) {
        char *sql = hc_arena_format(&pg->base.arena, relation_sql, table->oid, table->oid);
        status = text_ask(pg, sql, 2, out, error);
    }
    if (counted && hc_pg_stamps_are_opens(table)) {
        table->mark =
            (struct hc_pg_mark){.rows = table->rows, .first = table->first, .last = table->last};
    } else if (status == HC_OK) {
        status = count_ask(pg, table, error);
    }
    if (status == HC_OK && table->mark.rows > 0) {
        status = last_find(pg, table, error);
    }
    hc_buffer_printf(out,
                     "rows=%" PRId64 " first=%" PRId64 " last=%" PRId64 " hash=", table->mark.rows,
                     table->mark.first, table->mark.last);
    if (status == HC_OK && table->mark.rows > 0) {
        status = last_hash(pg, table, out, error);
    }
    hc_buffer_append_char(out, '\n');
    return status;
}

enum hc_status hc_pg_fingerprint_ask(struct hc_pg *pg, bool counted, struct hc_buffer *out,
                                     struct hc_error *error)
{
    HC_ASSERT(pg->table_count > 0);
    hc_buffer_append_str(out, "postgresql 1 ");
    enum hc_status status = text_ask(pg, database_sql, 1, out, error);
    hc_buffer_append_char(out, '\n');
    for (size_t i = 0; i < pg->table_count && status == HC_OK; i++) {
        status = table_ask(pg, &pg->tables[i], counted, out, error);
    }
    return status;
}

/* After a load: rows that came in meanwhile lie outside of what was surveyed, and are another
 * load's. What was read must be as many rows as were counted, with the same last ones. */
enum hc_status hc_pg_fingerprint_verify(struct hc_pg *pg, struct hc_buffer *out,
                                        struct hc_error *error)
{
    HC_ASSERT(pg->surveyed);
    enum hc_status status = HC_OK;
    bool same = true;
    for (size_t i = 0; i < pg->table_count && status == HC_OK && same; i++) {
        struct hc_pg_table *table = &pg->tables[i];
        struct hc_buffer now = {0};
        if (table->mark.rows == 0) {
            continue;
        }
        const char *condition = table->condition;
        table->condition = "";
        status = last_hash(pg, table, &now, error);
        table->condition = condition;
        struct hc_slice hash = hc_buffer_slice(&now);
        same = memmem(pg->kept.data, pg->kept.size, hash.data, hash.size) != NULL &&
               table->rows_read == table->rows_wanted;
        hc_buffer_done(&now);
    }
    hc_buffer_append_slice(out, pg->kept);
    if (status == HC_OK && !same) {
        hc_buffer_append_str(out, "changed while it was loaded\n");
    }
    return status;
}
