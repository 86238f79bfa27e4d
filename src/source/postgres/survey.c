/* What must be known before the first row. */
#include "base/clock.h"
#include "source/notes.h"
#include "source/postgres/internal.h"

/* ---- what the tables select ---- */

static const char *select_write(struct hc_pg *pg, const struct hc_pg_table *table)
{
    struct hc_arena *arena = &pg->base.arena;
    struct hc_buffer sql = {0};
    for (size_t i = 0; i < table->column_count; i++) {
        hc_buffer_printf(&sql, "%s%s", i == 0 ? "SELECT " : ", ", table->columns[i].expression);
    }
    hc_buffer_printf(&sql, " FROM %s", table->from);
    const char *text = hc_arena_str(arena, hc_buffer_slice(&sql));
    hc_buffer_done(&sql);
    return text;
}

/* A few wanted symbols are the server's to choose; many are chosen here. */
static const char *condition_write(struct hc_pg *pg, const struct hc_pg_table *table)
{
    enum { NAMED_MAX = 50 };
    struct hc_arena *arena = &pg->base.arena;
    if (!hc_filters_any(&pg->filters) || table->key_count != 1 || table->exchange >= 0) {
        return "";
    }
    struct hc_buffer sql = {0};
    size_t wanted = 0;
    const char *name = hc_pg_quote_name(arena, table->columns[table->keys[0]].name);
    for (size_t i = 0; i < table->stream_count; i++) {
        const struct hc_pg_stream *stream = &table->streams[i];
        if (stream->included && !hc_slice_is_null(stream->symbol) && wanted++ < NAMED_MAX) {
            hc_buffer_printf(&sql, "%s%s", wanted > 1 ? ", " : "",
                             hc_pg_quote_text(arena, stream->symbol));
        }
    }
    const char *text = "";
    if (wanted > 0 && wanted <= NAMED_MAX) {
        text = hc_arena_format(arena, " AND %s IN (%s)", name, hc_buffer_str(&sql));
    }
    hc_buffer_done(&sql);
    return text;
}

/* ---- facts ---- */

static bool template_has(const struct hc_pg *pg, const char *part)
{
    const struct hc_slice topic = pg->base.spec->topic;
    return topic.size > 0 && memmem(topic.data, topic.size, part, strlen(part)) != NULL;
}

/* A topic mixes intervals where its template does not tell them apart. */
static void mixed_find(struct hc_pg *pg)
{
    const struct hc_interval *first = NULL;
    bool mixed = false;
    bool split = template_has(pg, "{interval");
    bool by_table = template_has(pg, "{table}");
    for (size_t i = 0; i < pg->table_count; i++) {
        struct hc_pg_table *table = &pg->tables[i];
        first = by_table ? NULL : first;
        mixed = !by_table && mixed;
        for (size_t k = 0; k < table->stream_count && !split; k++) {
            const struct hc_pg_stream *stream = &table->streams[k];
            if (!stream->included) {
                continue;
            }
            first = first != NULL ? first : &stream->interval;
            mixed |= !hc_interval_equal(first, &stream->interval);
        }
        table->mixed = mixed;
    }
    for (size_t i = 0; i < pg->table_count && !by_table; i++) {
        pg->tables[i].mixed = mixed;
    }
}

static void missing_count(struct hc_stream *stream)
{
    int64_t step = hc_interval_nominal_ns(&stream->interval);
    if (stream->interval.ns == 0 || stream->rows < 2) {
        return;
    }
    int64_t due = (stream->last_open_ns - stream->first_open_ns) / step + 1;
    stream->missing = HC_MAX(due - stream->rows, 0);
    stream->gaps = stream->missing > 0; /* at least */
}

static void stream_put(struct hc_pg *pg, const struct hc_pg_table *table,
                       struct hc_pg_stream *stream, struct hc_source_facts *facts)
{
    int64_t first = 0;
    int64_t last = 0;
    struct hc_stream *out = &facts->streams[facts->stream_count];
    if (!stream->included || stream->rows == 0 ||
        !hc_pg_stamp_instant(pg, table, stream->first, &first) ||
        !hc_pg_stamp_instant(pg, table, stream->last, &last)) {
        return;
    }
    *out = (struct hc_stream){.symbol = stream->symbol,
                              .exchange = stream->exchange,
                              .table = table->name,
                              .interval = stream->interval,
                              .rows = stream->rows};
    hc_pg_times(pg, table, &stream->interval, first, &out->first_open_ns, &out->first_visible_ns);
    hc_pg_times(pg, table, &stream->interval, last, &out->last_open_ns, &out->last_visible_ns);
    missing_count(out);
    bool one = facts->rows == 0;
    facts->first_visible_ns =
        one ? out->first_visible_ns : HC_MIN(facts->first_visible_ns, out->first_visible_ns);
    facts->last_visible_ns =
        one ? out->last_visible_ns : HC_MAX(facts->last_visible_ns, out->last_visible_ns);
    facts->rows += out->rows;
    stream->index = (int32_t)facts->stream_count++;
}

static void shape_put(struct hc_pg *pg, const struct hc_pg_table *table, struct hc_shape *shape)
{
    struct hc_arena *arena = &pg->base.arena;
    uint32_t *keys = HC_ARENA_ARRAY(arena, uint32_t, table->key_count + 1);
    shape->columns.count = table->column_count;
    shape->columns.items = HC_ARENA_ARRAY(arena, struct hc_slice, table->column_count);
    for (size_t i = 0; i < table->column_count; i++) {
        shape->columns.items[i] = table->columns[i].name;
    }
    for (size_t i = 0; i < table->key_count; i++) {
        keys[i] = (uint32_t)table->keys[i];
    }
    shape->keys = keys;
    shape->key_count = table->key_count;
}

static void facts_write(struct hc_pg *pg, struct hc_source_facts *facts)
{
    struct hc_arena *arena = &pg->base.arena;
    size_t streams = 0;
    for (size_t i = 0; i < pg->table_count; i++) {
        streams += pg->tables[i].stream_count;
    }
    facts->streams = HC_ARENA_ARRAY(arena, struct hc_stream, streams + 1);
    facts->files.items = HC_ARENA_ARRAY(arena, struct hc_slice, pg->table_count);
    facts->files.count = pg->table_count;
    struct hc_shape *shapes = HC_ARENA_ARRAY(arena, struct hc_shape, pg->table_count);
    for (size_t i = 0; i < pg->table_count; i++) {
        struct hc_pg_table *table = &pg->tables[i];
        facts->files.items[i] = table->shown;
        shape_put(pg, table, &shapes[i]);
        for (size_t k = 0; k < table->stream_count; k++) {
            stream_put(pg, table, &table->streams[k], facts);
        }
    }
    facts->shapes = shapes;
    facts->columns = shapes[0].columns;
    facts->symbol_column = shapes[0].key_count > 0 ? (int32_t)shapes[0].keys[0] : -1;
    facts->ordered = pg->ordered;
    for (size_t i = 0; i < pg->table_count; i++) {
        facts->mixed_interval |= pg->tables[i].mixed;
    }
    facts->notes = pg->notes;
    facts->warnings = pg->warnings;
}

static void intervals_say(struct hc_pg *pg)
{
    for (size_t i = 0; i < pg->table_count; i++) {
        for (size_t k = 0; k < pg->tables[i].stream_count; k++) {
            const struct hc_pg_stream *stream = &pg->tables[i].streams[k];
            char text[HC_INTERVAL_BYTES];
            if (stream->included && hc_interval_nominal_ns(&stream->interval) > 0) {
                hc_notes_add(&pg->notes, HC_NOTES_MAX, &pg->base.arena, "interval %s",
                             hc_interval_text(&stream->interval, false, text));
            }
        }
    }
}

/* ---- all together ---- */

static enum hc_status tables_count(struct hc_pg *pg, struct hc_source_facts *facts,
                                   struct hc_error *error)
{
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < pg->table_count && status == HC_OK; i++) {
        /* An interval column surely mixes, until it is known: the wider range. */
        pg->tables[i].mixed = pg->tables[i].interval >= 0 && !template_has(pg, "{interval");
        status = hc_pg_count_streams(pg, &pg->tables[i], facts, error);
        if (status == HC_OK) {
            status = hc_pg_find_intervals(pg, &pg->tables[i], error);
        }
        atomic_store(&pg->link.control->bytes_done, (long long)i + 1);
    }
    return status;
}

enum hc_status hc_pg_survey(struct hc_source *source, struct hc_load_control *control,
                            struct hc_source_facts *ret, struct hc_error *error)
{
    struct hc_pg *pg = (struct hc_pg *)(void *)source;
    HC_ASSERT(control != NULL && ret != NULL && !pg->surveyed);
    struct hc_source_facts facts = {0};
    pg->link.control = control;
    pg->link.once = false;
    enum hc_status status = hc_pg_discover(pg, error);
    atomic_store(&control->bytes_total, (long long)pg->table_count);
    if (status == HC_OK) {
        status = tables_count(pg, &facts, error);
    }
    if (status == HC_OK) {
        mixed_find(pg);
        intervals_say(pg);
    }
    for (size_t i = 0; i < pg->table_count && status == HC_OK; i++) {
        status = hc_pg_recount_streams(pg, &pg->tables[i], error);
    }
    if (status == HC_OK) {
        status = hc_pg_decide_order(pg, error);
    }
    struct hc_buffer kept = {0};
    if (status == HC_OK) {
        status = hc_pg_fingerprint_ask(pg, true, &kept, error);
    }
    if (status == HC_OK) {
        pg->kept = hc_arena_copy(&pg->base.arena, hc_buffer_slice(&kept));
        for (size_t i = 0; i < pg->table_count; i++) {
            pg->tables[i].select = select_write(pg, &pg->tables[i]);
            pg->tables[i].condition = condition_write(pg, &pg->tables[i]);
        }
        facts_write(pg, &facts);
        pg->surveyed = true;
        *ret = facts;
    }
    hc_buffer_done(&kept);
    return status;
}
