/* Intervals: what a column says, or what a sample of the stamps shows. */
#include "base/clock.h"
#include "base/memory.h"
#include "base/timetext.h"
#include "source/notes.h"
#include "source/postgres/internal.h"

#include <inttypes.h>
#include <stdlib.h>

enum { SAMPLE_ROWS = 4000, SAMPLE_ROWS_PER_STREAM = 40, SAMPLE_ROWS_MAX = 200000 };

/* ---- spelled ---- */

static const struct {
    const char *word;
    const char *unit; /* as hc_interval_parse knows it */
} words[] = {
    {"s", "s"},   {"sec", "s"},  {"secs", "s"},  {"second", "s"}, {"seconds", "s"},
    {"m", "m"},   {"min", "m"},  {"mins", "m"},  {"minute", "m"}, {"minutes", "m"},
    {"h", "h"},   {"hr", "h"},   {"hour", "h"},  {"hours", "h"},  {"d", "d"},
    {"day", "d"}, {"days", "d"}, {"w", "w"},     {"week", "w"},   {"weeks", "w"},
    {"mo", "mo"}, {"mon", "mo"}, {"mons", "mo"}, {"month", "mo"}, {"months", "mo"},
};

static bool worded(struct hc_slice text, struct hc_interval *ret)
{
    size_t digits = 0;
    while (digits < text.size && text.data[digits] >= '0' && text.data[digits] <= '9') {
        digits++;
    }
    struct hc_slice word = hc_slice_of(text.data + digits, text.size - digits);
    while (word.size > 0 && strchr(" -_", word.data[0]) != NULL) {
        word = hc_slice_of(word.data + 1, word.size - 1);
    }
    if (digits == 0 || digits > 9 || word.size == 0) {
        return false;
    }
    const char *unit = hc_slice_equal_str(word, "M") ? "mo" : NULL; /* as Binance writes months */
    for (size_t i = 0; i < HC_COUNT(words) && unit == NULL; i++) {
        unit = hc_slice_equal_nocase(word, hc_slice_str(words[i].word)) ? words[i].unit : NULL;
    }
    char plain[32];
    if (unit == NULL) {
        return false;
    }
    snprintf(plain, sizeof(plain), "%.*s%s", (int)digits, text.data, unit);
    return hc_interval_parse(hc_slice_str(plain), ret);
}

/* "01:30:00", as a column of type interval is written. */
static bool clocked(struct hc_slice text, struct hc_interval *ret)
{
    int64_t parts[3];
    struct hc_slice rest = text;
    for (int i = 0; i < 3; i++) {
        struct hc_slice part = hc_slice_cut(&rest, ':');
        if (part.size != 2 || !hc_parse_i64(part, &parts[i]) || parts[i] < 0) {
            return false;
        }
    }
    int64_t seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
    *ret = (struct hc_interval){.ns = seconds * HC_NS_PER_S};
    return hc_slice_is_null(rest) && seconds > 0;
}

bool hc_pg_interval_parse(struct hc_slice text, struct hc_interval *ret)
{
    HC_ASSERT(ret != NULL);
    text = hc_slice_trim(text);
    if (hc_slice_equal_str(text, "24:00:00")) {
        *ret = (struct hc_interval){.days = 1};
        return true;
    }
    return hc_interval_parse(text, ret) || worded(text, ret) || clocked(text, ret);
}

/* ---- shown by the rows ---- */

/* Stamps with their streams, from the beginning, the middle and the end. */
static const char *sample_sql(struct hc_pg *pg, const struct hc_pg_table *table, int part)
{
    struct hc_arena *arena = &pg->base.arena;
    struct hc_buffer sql = {0};
    const char *time = hc_pg_quote_name(arena, table->columns[table->time].name);
    int64_t middle = table->first + (table->last - table->first) / 2;
    int64_t from = part == 1 ? middle : table->first;
    size_t rows = HC_MAX((size_t)SAMPLE_ROWS, table->stream_count * SAMPLE_ROWS_PER_STREAM);
    hc_buffer_printf(&sql, "SELECT %s", hc_pg_stamp_expression(table, time, arena));
    for (size_t i = 0; i < table->key_count; i++) {
        hc_buffer_printf(&sql, ", (%s)::text", table->columns[table->keys[i]].expression);
    }
    hc_buffer_printf(&sql, " FROM %s%s ORDER BY %s%s LIMIT %zu", table->from,
                     hc_pg_where(table, from, table->last + 1, arena), time,
                     part == 2 ? " DESC" : "", HC_MIN(rows, (size_t)SAMPLE_ROWS_MAX));
    const char *text = hc_arena_str(arena, hc_buffer_slice(&sql));
    hc_buffer_done(&sql);
    return text;
}

static void sample_take(struct hc_pg *pg, const struct hc_pg_table *table, const PGresult *result,
                        struct hc_steps *steps)
{
    struct hc_buffer key = {0};
    int rows = pg->link.api->tuples(result);
    for (int row = 0; row < rows; row++) {
        hc_buffer_clear(&key);
        for (size_t i = 0; i < table->key_count; i++) {
            hc_pg_stream_key(&key, hc_pg_value(&pg->link, result, row, (int)i + 1));
        }
        const struct hc_pg_stream *stream = hc_map_get(&table->stream_of, hc_buffer_slice(&key));
        int64_t stamp = 0;
        int64_t ns = 0;
        if (stream != NULL && hc_parse_i64(hc_pg_value(&pg->link, result, row, 0), &stamp) &&
            hc_pg_stamp_instant(pg, table, stamp, &ns)) {
            hc_steps_add(&steps[stream - table->streams], ns);
        }
    }
    hc_buffer_done(&key);
}

static enum hc_status sample_read(struct hc_pg *pg, const struct hc_pg_table *table,
                                  struct hc_step_table *tables, struct hc_step_table *all,
                                  struct hc_steps *longest, struct hc_error *error)
{
    enum hc_status status = HC_OK;
    struct hc_steps *steps = hc_alloc_array(table->stream_count, sizeof(*steps));
    for (int part = 0; part < 3 && status == HC_OK; part++) {
        PGresult *result = NULL;
        status = hc_pg_link_query(&pg->link, sample_sql(pg, table, part), &result, error);
        if (status != HC_OK) {
            break;
        }
        sample_take(pg, table, result, steps);
        pg->link.api->clear(result);
        for (size_t i = 0; i < table->stream_count; i++) {
            /* Each part by itself: the steps between parts mean nothing. */
            hc_step_table_add(&tables[i], &steps[i]);
            if (table->streams[i].included) {
                hc_step_table_add(all, &steps[i]);
            }
            if (steps[i].count > 0 && longest->count == 0) {
                *longest = steps[i];
                steps[i] = (struct hc_steps){0};
            }
            hc_steps_done(&steps[i]);
        }
    }
    for (size_t i = 0; i < table->stream_count; i++) {
        hc_steps_done(&steps[i]);
    }
    free(steps);
    return status;
}

/* Streams whose own steps are certain first; the others take what all steps together show. */
static enum hc_status intervals_decide(struct hc_pg *pg, struct hc_pg_table *table,
                                       struct hc_step_table *tables, struct hc_step_table *all,
                                       struct hc_error *error)
{
    bool fixed = hc_zone_is_fixed(pg->zone);
    struct hc_interval common = {0};
    bool certain = hc_step_table_interval(all, fixed, false, &common);
    for (size_t i = 0; i < table->stream_count; i++) {
        struct hc_pg_stream *stream = &table->streams[i];
        if (!stream->included || stream->interval_set) {
            continue;
        }
        stream->interval_set = hc_step_table_interval(&tables[i], fixed, true, &stream->interval);
        if (!stream->interval_set && certain && hc_step_table_fits(&tables[i], &common, fixed)) {
            stream->interval = common;
            stream->interval_set = true;
        }
        if (!stream->interval_set) {
            return hc_error_set(error, HC_USAGE,
                                HC_SLICE_FMT
                                ": the interval of " HC_SLICE_FMT
                                " is not certain from its rows: --interval DURATION says it, 0 for "
                                "events",
                                HC_SLICE_ARG(table->shown),
                                HC_SLICE_ARG(hc_slice_is_null(stream->symbol) ? HC_SLICE("the rows")
                                                                              : stream->symbol));
        }
    }
    return HC_OK;
}

static bool all_known(const struct hc_pg_table *table)
{
    for (size_t i = 0; i < table->stream_count; i++) {
        if (table->streams[i].included && !table->streams[i].interval_set) {
            return false;
        }
    }
    return true;
}

static const struct hc_interval *any_interval(const struct hc_pg_table *table)
{
    for (size_t i = 0; i < table->stream_count; i++) {
        if (table->streams[i].included) {
            return &table->streams[i].interval;
        }
    }
    return NULL;
}

enum hc_status hc_pg_find_intervals(struct hc_pg *pg, struct hc_pg_table *table,
                                    struct hc_error *error)
{
    bool bars = hc_pg_has_prices(table);
    for (size_t i = 0; i < table->stream_count && !bars; i++) {
        table->streams[i].interval_set = true; /* events, unless somebody says otherwise */
    }
    if (table->rows_wanted == 0 || (all_known(table) && !table->stamp_close)) {
        return HC_OK;
    }
    struct hc_step_table *tables = hc_alloc_array(table->stream_count, sizeof(*tables));
    struct hc_step_table all = {0};
    struct hc_steps longest = {0};
    enum hc_status status = sample_read(pg, table, tables, &all, &longest, error);
    if (status == HC_OK) {
        status = intervals_decide(pg, table, tables, &all, error);
    }
    const struct hc_interval *interval = any_interval(table);
    if (status == HC_OK && table->stamp_close && interval != NULL &&
        hc_interval_nominal_ns(interval) > 0) {
        table->slack_ns = hc_steps_slack(&longest, interval);
    }
    for (size_t i = 0; i < table->stream_count; i++) {
        hc_step_table_done(&tables[i]);
    }
    hc_step_table_done(&all);
    hc_steps_done(&longest);
    free(tables);
    return status;
}
