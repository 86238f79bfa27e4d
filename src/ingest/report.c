#include "ingest/report.h"

#include "base/map.h"
#include "base/timetext.h"
#include "ingest/row.h"

#include <inttypes.h>

/* What a report looks at. */
struct look {
    const struct hc_source_facts *facts;
    const struct hc_topic_map *map;
    uint32_t topic;
    const struct hc_gaps *gaps; /* NULL: as surveyed */
    size_t max;                 /* streams, symbols and files told */
};

struct hc_topic_span hc_topic_span(const struct hc_source_facts *facts,
                                   const struct hc_topic_map *map, uint32_t topic)
{
    HC_ASSERT(topic < map->count);
    struct hc_topic_span span = {0};
    for (size_t i = 0; i < facts->stream_count; i++) {
        const struct hc_stream *stream = &facts->streams[i];
        if (map->topic_of_stream[i] != topic || stream->rows == 0) {
            continue;
        }
        bool first = span.streams++ == 0;
#define SPAN_LEAST(member)                                                                         \
    span.member = first ? stream->member : HC_MIN(span.member, stream->member)
#define SPAN_MOST(member) span.member = first ? stream->member : HC_MAX(span.member, stream->member)
        SPAN_LEAST(first_visible_ns);
        SPAN_LEAST(first_open_ns);
        SPAN_MOST(last_visible_ns);
        SPAN_MOST(last_open_ns);
#undef SPAN_LEAST
#undef SPAN_MOST
        span.rows += stream->rows;
        span.gaps += stream->gaps;
        span.missing += stream->missing;
    }
    return span;
}

static void put_name(struct hc_buffer *out, const char *name)
{
    hc_buffer_printf(out, ",\"%s\":", name);
}

static void put_number(struct hc_buffer *out, const char *name, long long value)
{
    hc_buffer_printf(out, ",\"%s\":%lld", name, value);
}

static void put_text(struct hc_buffer *out, const char *name, struct hc_slice value)
{
    if (value.size) {
        put_name(out, name);
        hc_buffer_append_json(out, value);
    }
}

static void put_time(struct hc_buffer *out, const char *name, int64_t ns)
{
    char text[HC_ISO_BYTES];
    put_text(out, name, hc_slice_str(hc_iso_ms(hc_ms_of_ns(ns), text)));
}

static void put_list(struct hc_buffer *out, const char *name, const struct hc_slice *items,
                     size_t count)
{
    put_name(out, name);
    hc_buffer_append_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        hc_buffer_append_str(out, i ? "," : "");
        hc_buffer_append_json(out, items[i]);
    }
    hc_buffer_append_char(out, ']');
}

static void put_stream(struct hc_buffer *out, const struct hc_stream *stream,
                       const struct hc_stream_gaps *gaps)
{
    char interval[HC_INTERVAL_BYTES];
    hc_buffer_printf(out, "{\"rows\":%" PRId64, stream->rows);
    put_text(out, "symbol", stream->symbol);
    put_text(out, "exchange", stream->exchange);
    put_text(out, "table", stream->table);
    put_text(out, "interval", hc_slice_str(hc_interval_text(&stream->interval, false, interval)));
    if (stream->rows > 0) {
        put_time(out, "first_open", stream->first_open_ns);
        put_time(out, "last_open", stream->last_open_ns);
    }
    put_number(out, "gaps", gaps ? gaps->gaps : stream->gaps);
    put_number(out, "missing", gaps ? gaps->missing : stream->missing);
    if (gaps) {
        put_number(out, "records", gaps->records);
    }
    if (gaps && gaps->largest > 0) {
        hc_buffer_printf(out, ",\"largest_gap\":{\"missing\":%" PRId64, gaps->largest);
        put_time(out, "after", gaps->largest_before_ns);
        hc_buffer_append_char(out, '}');
    }
    hc_buffer_append_char(out, '}');
}

static void put_streams(struct hc_buffer *out, const struct look *look)
{
    size_t told = 0;
    put_name(out, "streams");
    hc_buffer_append_char(out, '[');
    for (size_t i = 0; i < look->facts->stream_count && told < look->max; i++) {
        if (look->map->topic_of_stream[i] == look->topic) {
            hc_buffer_append_str(out, told++ ? "," : "");
            put_stream(out, &look->facts->streams[i], look->gaps ? &look->gaps->streams[i] : NULL);
        }
    }
    hc_buffer_append_char(out, ']');
}

static struct hc_slice symbol_of(const struct hc_stream *stream, char scratch[HC_INTERVAL_BYTES])
{
    (void)scratch;
    return stream->symbol;
}

static struct hc_slice interval_of(const struct hc_stream *stream, char scratch[HC_INTERVAL_BYTES])
{
    return hc_slice_str(hc_interval_text(&stream->interval, false, scratch));
}

/* What differs among the streams, once each, in order of its first stream. */
static void put_kinds(struct hc_buffer *out, const char *name, const struct look *look,
                      struct hc_slice (*kind_of)(const struct hc_stream *, char *))
{
    struct hc_map known;
    size_t told = 0;
    hc_map_init(&known, 0);
    put_name(out, name);
    hc_buffer_append_char(out, '[');
    for (size_t i = 0; i < look->facts->stream_count && told < look->max; i++) {
        struct hc_stream *stream = &look->facts->streams[i];
        char scratch[HC_INTERVAL_BYTES];
        struct hc_slice kind = kind_of(stream, scratch);
        if (look->map->topic_of_stream[i] == look->topic && kind.size &&
            !hc_map_get(&known, kind)) {
            hc_map_put(&known, kind, stream);
            hc_buffer_append_str(out, told++ ? "," : "");
            hc_buffer_append_json(out, kind);
        }
    }
    hc_buffer_append_char(out, ']');
    hc_map_done(&known);
}

static void put_span(struct hc_buffer *out, const struct hc_topic_span *span)
{
    if (span->rows > 0) {
        hc_buffer_append_str(out, ",\"span\":{\"zone\":\"UTC\"");
        put_time(out, "first_open", span->first_open_ns);
        put_time(out, "last_open", span->last_open_ns);
        put_time(out, "first_visible", span->first_visible_ns);
        put_time(out, "last_visible", span->last_visible_ns);
        hc_buffer_append_char(out, '}');
    } else {
        hc_buffer_append_str(out, ",\"span\":null");
    }
    put_number(out, "gaps", span->gaps);
    put_number(out, "missing", span->missing);
}

static void write_report(const struct hc_tally *tally, const struct look *look, int64_t records,
                         struct hc_buffer *out)
{
    HC_ASSERT(look->topic < look->map->count);
    const struct hc_source_facts *facts = look->facts;
    struct hc_topic_span span = hc_topic_span(facts, look->map, look->topic);
    hc_buffer_append_str(out, "{\"topic\":");
    hc_buffer_append_json(out, look->map->names[look->topic]);
    put_number(out, "rows", span.rows);
    put_number(out, "records", records);
    put_span(out, &span);
    put_kinds(out, "symbols", look, symbol_of);
    put_kinds(out, "intervals", look, interval_of);
    put_streams(out, look);
    put_number(out, "refused", atomic_load(&tally->refused));
    put_list(out, "refusals", tally->told, tally->told_count);
    put_number(out, "duplicates", atomic_load(&tally->duplicates));
    put_number(out, "conflicts", atomic_load(&tally->conflicts));
    put_number(out, "differing", atomic_load(&tally->differing));
    put_list(out, "differences", tally->differing_told, tally->differing_told_count);
    put_list(out, "columns", facts->columns.items, facts->columns.count);
    put_number(out, "file_count", (long long)facts->files.count);
    put_list(out, "files", facts->files.items, HC_MIN(facts->files.count, look->max));
    put_list(out, "notes", facts->notes.items, facts->notes.count);
    put_list(out, "warnings", facts->warnings.items, facts->warnings.count);
    hc_buffer_append_char(out, '}');
}

void hc_report_write(const struct hc_tally *tally, const struct hc_topic_map *map, uint32_t topic,
                     int64_t records, struct hc_buffer *out)
{
    struct look look = {
        .facts = tally->facts, .map = map, .topic = topic, .max = HC_REPORT_LIST_MAX};
    write_report(tally, &look, records, out);
}

void hc_report_write_whole(const struct hc_tally *tally, const struct hc_topic_map *map,
                           uint32_t topic, int64_t records, const struct hc_gaps *gaps,
                           struct hc_buffer *out)
{
    struct look look = {
        .facts = tally->facts, .map = map, .topic = topic, .gaps = gaps, .max = SIZE_MAX};
    write_report(tally, &look, records, out);
}
