/* The streams of a table, counted by the server. */
#include "base/clock.h"
#include "base/random.h"
#include "base/timetext.h"
#include "source/notes.h"
#include "source/postgres/internal.h"

#include <inttypes.h>
#include <stdio.h>

enum { STREAMS_MAX = 200000 };

/* ---- rows without a time ---- */

/* Where an index begins with the time it finds such rows by itself; else one scan does. */
static const char *timeless_sql(struct hc_pg *pg, const struct hc_pg_table *table, int64_t from,
                                int64_t to)
{
    struct hc_arena *arena = &pg->base.arena;
    const struct hc_pg_column *time = &table->columns[table->time];
    const char *name = hc_pg_quote_name(arena, time->name);
    const char *first = hc_pg_stamp_literal(table, from, arena);
    const char *end = hc_pg_stamp_literal(table, to, arena);
    if (!time->leads) {
        return hc_arena_format(arena, "SELECT count(*) FROM %s WHERE %s < %s OR %s >= %s%s%s%s",
                               table->from, name, first, name, end, time->not_null ? "" : " OR ",
                               time->not_null ? "" : name, time->not_null ? "" : " IS NULL");
    }
    const char *nulls =
        time->not_null ? ""
                       : hc_arena_format(arena, " + (SELECT count(*) FROM %s WHERE %s IS NULL)",
                                         table->from, name);
    return hc_arena_format(arena,
                           "SELECT (SELECT count(*) FROM %s WHERE %s < %s) + (SELECT count(*) FROM "
                           "%s WHERE %s >= %s)%s",
                           table->from, name, first, table->from, name, end, nulls);
}

/* NULL and infinite times, and years in which no market was. They are refused where the range is
 * open; a range leaves them out. */
static enum hc_status timeless_refuse(struct hc_pg *pg, const struct hc_pg_table *table,
                                      struct hc_source_facts *facts, struct hc_error *error)
{
    struct hc_arena *arena = &pg->base.arena;
    const struct hc_pg_column *time = &table->columns[table->time];
    int64_t from;
    int64_t to;
    if (pg->from_ns != INT64_MIN || pg->to_ns != INT64_MAX) {
        return HC_OK;
    }
    hc_pg_stamp_range(pg, table, &from, &to);
    PGresult *result = NULL;
    const char *sql = timeless_sql(pg, table, from, to);
    enum hc_status status = hc_pg_link_query_row(&pg->link, sql, &result, error);
    if (status != HC_OK) {
        return status;
    }
    int64_t count = hc_pg_number(hc_pg_value(&pg->link, result, 0, 0));
    pg->link.api->clear(result);
    if (count == 0) {
        return HC_OK;
    }
    facts->refused += count;
    struct hc_error why = {0};
    hc_error_set(&why, HC_INVALID,
                 HC_SLICE_FMT ": `" HC_SLICE_FMT "` of %" PRId64
                              " rows is NULL, infinite or outside the years 1700 to 2199",
                 HC_SLICE_ARG(table->shown), HC_SLICE_ARG(time->name), count);
    hc_notes_add(&facts->refusals, HC_REFUSALS_KEPT, arena, "%s", why.text);
    return facts->refused <= pg->base.spec->refused_max
               ? HC_OK
               : hc_error_set(error, HC_INVALID,
                              "%s (%" PRId64 " refused; --max-refused N goes on)", why.text,
                              facts->refused);
}

/* ---- counting ---- */

static const char *count_sql(struct hc_pg *pg, const struct hc_pg_table *table, const char *where)
{
    struct hc_arena *arena = &pg->base.arena;
    struct hc_buffer sql = {0};
    const char *time = hc_pg_quote_name(arena, table->columns[table->time].name);
    hc_buffer_printf(&sql, "SELECT count(*), %s, %s",
                     hc_pg_stamp_expression(table, hc_arena_format(arena, "min(%s)", time), arena),
                     hc_pg_stamp_expression(table, hc_arena_format(arena, "max(%s)", time), arena));
    size_t groups = table->key_count + (table->interval >= 0);
    for (size_t i = 0; i < groups; i++) {
        int32_t column = i < table->key_count ? table->keys[i] : table->interval;
        hc_buffer_printf(&sql, ", (%s)::text COLLATE \"C\"", table->columns[column].expression);
    }
    hc_buffer_printf(&sql, " FROM %s%s", table->from, where);
    for (size_t i = 0; i < groups; i++) {
        hc_buffer_printf(&sql, "%s%zu", i == 0 ? " GROUP BY " : ", ", i + 4);
    }
    for (size_t i = 0; i < groups; i++) {
        hc_buffer_printf(&sql, "%s%zu NULLS FIRST", i == 0 ? " ORDER BY " : ", ", i + 4);
    }
    hc_buffer_append_str(&sql, " LIMIT 200001");
    const char *text = hc_arena_str(arena, hc_buffer_slice(&sql));
    hc_buffer_done(&sql);
    return text;
}

/* The bytes by which rows find their stream: each value with its length, NULL apart. */
void hc_pg_stream_key(struct hc_buffer *key, struct hc_slice value)
{
    uint32_t size = hc_slice_is_null(value) ? UINT32_MAX : (uint32_t)value.size;
    hc_buffer_append(key, &size, sizeof(size));
    hc_buffer_append_slice(key, value);
}

static enum hc_status interval_of(struct hc_pg *pg, const struct hc_pg_table *table,
                                  struct hc_slice text, struct hc_pg_stream *stream,
                                  struct hc_error *error)
{
    if (pg->base.spec->interval_set) {
        stream->interval = pg->base.spec->interval;
        stream->interval_set = true;
        return HC_OK;
    }
    if (table->interval < 0) {
        return HC_OK;
    }
    stream->interval_set = hc_pg_interval_parse(text, &stream->interval);
    if (stream->interval_set) {
        return HC_OK;
    }
    return hc_error_set(error, HC_INVALID,
                        HC_SLICE_FMT
                        ": `" HC_SLICE_FMT "` holds \"" HC_SLICE_FMT
                        "\", which is no interval as 1m, 4h, 1d: a --query may rewrite it",
                        HC_SLICE_ARG(table->shown),
                        HC_SLICE_ARG(table->columns[table->interval].name), HC_SLICE_ARG(text));
}

static enum hc_status stream_read(struct hc_pg *pg, struct hc_pg_table *table,
                                  const PGresult *result, int row, struct hc_buffer *key,
                                  struct hc_error *error)
{
    struct hc_arena *arena = &pg->base.arena;
    struct hc_pg_stream *stream = &table->streams[table->stream_count++];
    struct hc_buffer symbol = {0};
    bool named = false;
    hc_buffer_clear(key);
    for (size_t i = 0; i < table->key_count; i++) {
        struct hc_slice value = hc_pg_value(&pg->link, result, row, (int)i + 3);
        hc_pg_stream_key(key, value);
        if (table->keys[i] == table->exchange) {
            stream->exchange = hc_arena_copy(arena, value);
            continue;
        }
        if (!hc_slice_is_null(value)) {
            hc_buffer_append_str(&symbol, named ? ":" : "");
            hc_buffer_append_slice(&symbol, value);
            named = true;
        }
    }
    stream->symbol = named ? hc_arena_copy(arena, hc_buffer_slice(&symbol)) : HC_SLICE_NULL;
    hc_buffer_done(&symbol);
    struct hc_slice interval = HC_SLICE_NULL;
    if (table->interval >= 0) {
        interval = hc_pg_value(&pg->link, result, row, (int)table->key_count + 3);
        stream->interval_text = hc_arena_copy(arena, interval);
        hc_pg_stream_key(key, interval);
    }
    stream->included = hc_filters_include(&pg->filters, stream->symbol);
    stream->index = -1;
    stream->rows = hc_pg_number(hc_pg_value(&pg->link, result, row, 0));
    stream->first = hc_pg_number(hc_pg_value(&pg->link, result, row, 1));
    stream->last = hc_pg_number(hc_pg_value(&pg->link, result, row, 2));
    hc_map_put(&table->stream_of, hc_buffer_slice(key), stream);
    return stream->included ? interval_of(pg, table, interval, stream, error) : HC_OK;
}

static void table_sum(struct hc_pg_table *table)
{
    table->rows = 0;
    table->rows_wanted = 0;
    for (size_t i = 0; i < table->stream_count; i++) {
        const struct hc_pg_stream *stream = &table->streams[i];
        if (stream->rows == 0) {
            continue;
        }
        bool first = table->rows == 0;
        table->first = first ? stream->first : HC_MIN(table->first, stream->first);
        table->last = first ? stream->last : HC_MAX(table->last, stream->last);
        table->rows += stream->rows;
        table->rows_wanted += stream->included ? stream->rows : 0;
    }
}

enum hc_status hc_pg_count_streams(struct hc_pg *pg, struct hc_pg_table *table,
                                   struct hc_source_facts *facts, struct hc_error *error)
{
    HC_ASSERT(table->streams == NULL && table->time >= 0);
    enum hc_status status = hc_pg_find_unit(pg, table, error);
    if (status == HC_OK) {
        status = timeless_refuse(pg, table, facts, error);
    }
    if (status != HC_OK) {
        return status;
    }
    int64_t from;
    int64_t to;
    PGresult *result = NULL;
    hc_pg_stamp_range(pg, table, &from, &to);
    const char *where = hc_pg_where(table, from, to, &pg->base.arena);
    status = hc_pg_link_query(&pg->link, count_sql(pg, table, where), &result, error);
    if (status != HC_OK) {
        return status;
    }
    int rows = pg->link.api->tuples(result);
    struct hc_buffer key = {0};
    hc_map_init(&table->stream_of, hc_entropy());
    table->streams = HC_ARENA_ARRAY(&pg->base.arena, struct hc_pg_stream, (size_t)rows);
    if (rows > STREAMS_MAX) {
        status = hc_error_set(error, HC_LIMIT,
                              HC_SLICE_FMT ": more than %d symbols: does the right column hold the "
                                           "symbol?",
                              HC_SLICE_ARG(table->shown), STREAMS_MAX);
    }
    for (int row = 0; row < rows && status == HC_OK; row++) {
        if (hc_pg_number(hc_pg_value(&pg->link, result, row, 0)) > 0) {
            status = stream_read(pg, table, result, row, &key, error);
        }
    }
    hc_buffer_done(&key);
    pg->link.api->clear(result);
    table_sum(table);
    return status;
}

/* ---- counting again ---- */

/* The stamps in the range, interval by interval. */
static const char *exact_where(struct hc_pg *pg, const struct hc_pg_table *table)
{
    struct hc_arena *arena = &pg->base.arena;
    struct hc_buffer sql = {0};
    const struct hc_pg_column *time = &table->columns[table->time];
    const char *name = hc_pg_quote_name(arena, time->name);
    bool first = true;
    for (size_t i = 0; i < table->stream_count; i++) {
        const struct hc_pg_stream *stream = &table->streams[i];
        bool told = !stream->included;
        for (size_t k = 0; k < i && !told; k++) {
            told = table->streams[k].included &&
                   hc_slice_equal(table->streams[k].interval_text, stream->interval_text);
        }
        if (told) {
            continue;
        }
        int64_t from;
        int64_t to;
        hc_pg_stamp_range_of(pg, table, &stream->interval, &from, &to);
        hc_buffer_printf(&sql, "%s(%s >= %s AND %s < %s", first ? " WHERE " : " OR ", name,
                         hc_pg_stamp_literal(table, from, arena), name,
                         hc_pg_stamp_literal(table, to, arena));
        if (table->interval >= 0 && !hc_slice_is_null(stream->interval_text)) {
            hc_buffer_printf(&sql, " AND (%s)::text = %s",
                             table->columns[table->interval].expression,
                             hc_pg_quote_text(arena, stream->interval_text));
        }
        hc_buffer_append_char(&sql, ')');
        first = false;
    }
    const char *text = hc_arena_str(arena, hc_buffer_slice(&sql));
    hc_buffer_done(&sql);
    return text;
}

enum hc_status hc_pg_recount_streams(struct hc_pg *pg, struct hc_pg_table *table,
                                     struct hc_error *error)
{
    bool bounded = pg->from_ns != INT64_MIN || pg->to_ns != INT64_MAX;
    HC_ASSERT(table->streams != NULL);
    if (!bounded || table->rows_wanted == 0 || hc_pg_stamps_are_opens(table)) {
        return HC_OK;
    }
    PGresult *result = NULL;
    const char *sql = count_sql(pg, table, exact_where(pg, table));
    enum hc_status status = hc_pg_link_query(&pg->link, sql, &result, error);
    if (status != HC_OK) {
        return status;
    }
    for (size_t i = 0; i < table->stream_count; i++) {
        table->streams[i].rows = 0;
    }
    struct hc_buffer key = {0};
    size_t groups = table->key_count + (table->interval >= 0);
    for (int row = 0; row < pg->link.api->tuples(result); row++) {
        hc_buffer_clear(&key);
        for (size_t i = 0; i < groups; i++) {
            hc_pg_stream_key(&key, hc_pg_value(&pg->link, result, row, (int)i + 3));
        }
        struct hc_pg_stream *stream = hc_map_get(&table->stream_of, hc_buffer_slice(&key));
        if (stream != NULL) {
            stream->rows = hc_pg_number(hc_pg_value(&pg->link, result, row, 0));
            stream->first = hc_pg_number(hc_pg_value(&pg->link, result, row, 1));
            stream->last = hc_pg_number(hc_pg_value(&pg->link, result, row, 2));
        }
    }
    hc_buffer_done(&key);
    pg->link.api->clear(result);
    table_sum(table);
    return HC_OK;
}
