#include "ingest/report.h"

#include "base/timetext.h"
#include "ingest/row.h"

#include <inttypes.h>

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
    for (size_t i = 0; i < count && i < HC_REPORT_LIST_MAX; i++) {
        hc_buffer_append_str(out, i ? "," : "");
        hc_buffer_append_json(out, items[i]);
    }
    hc_buffer_append_char(out, ']');
}

static void put_stream(struct hc_buffer *out, const struct hc_stream *stream)
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
    put_number(out, "gaps", stream->gaps);
    put_number(out, "missing", stream->missing);
    hc_buffer_append_char(out, '}');
}

static void put_streams(struct hc_buffer *out, const struct hc_source_facts *facts,
                        const struct hc_topic_map *map, uint32_t topic)
{
    size_t told = 0;
    put_name(out, "streams");
    hc_buffer_append_char(out, '[');
    for (size_t i = 0; i < facts->stream_count && told < HC_REPORT_LIST_MAX; i++) {
        if (map->topic_of_stream[i] == topic) {
            hc_buffer_append_str(out, told++ ? "," : "");
            put_stream(out, &facts->streams[i]);
        }
    }
    hc_buffer_append_char(out, ']');
}

static bool listed(const struct hc_slice *items, size_t count, struct hc_slice item)
{
    for (size_t i = 0; i < count; i++) {
        if (hc_slice_equal(items[i], item)) {
            return true;
        }
    }
    return false;
}

/* Different symbols and intervals, in order of their first stream. */
static void put_kinds(struct hc_buffer *out, const struct hc_source_facts *facts,
                      const struct hc_topic_map *map, uint32_t topic)
{
    struct hc_slice symbols[HC_REPORT_LIST_MAX], intervals[HC_REPORT_LIST_MAX];
    char texts[HC_REPORT_LIST_MAX][HC_INTERVAL_BYTES];
    size_t symbol_count = 0, interval_count = 0;
    for (size_t i = 0; i < facts->stream_count; i++) {
        const struct hc_stream *stream = &facts->streams[i];
        if (map->topic_of_stream[i] != topic) {
            continue;
        }
        if (stream->symbol.size && symbol_count < HC_REPORT_LIST_MAX &&
            !listed(symbols, symbol_count, stream->symbol)) {
            symbols[symbol_count++] = stream->symbol;
        }
        if (interval_count < HC_REPORT_LIST_MAX) {
            struct hc_slice text =
                hc_slice_str(hc_interval_text(&stream->interval, false, texts[interval_count]));
            if (!listed(intervals, interval_count, text)) {
                intervals[interval_count++] = text;
            }
        }
    }
    put_list(out, "symbols", symbols, symbol_count);
    put_list(out, "intervals", intervals, interval_count);
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

void hc_report_write(const struct hc_tally *tally, const struct hc_topic_map *map, uint32_t topic,
                     int64_t records, struct hc_buffer *out)
{
    HC_ASSERT(topic < map->count);
    const struct hc_source_facts *facts = tally->facts;
    struct hc_topic_span span = hc_topic_span(facts, map, topic);
    hc_buffer_append_str(out, "{\"topic\":");
    hc_buffer_append_json(out, map->names[topic]);
    put_number(out, "rows", span.rows);
    put_number(out, "records", records);
    put_span(out, &span);
    put_kinds(out, facts, map, topic);
    put_streams(out, facts, map, topic);
    put_number(out, "refused", atomic_load(&tally->refused));
    put_list(out, "refusals", tally->told, tally->told_count);
    put_number(out, "duplicates", atomic_load(&tally->duplicates));
    put_number(out, "conflicts", atomic_load(&tally->conflicts));
    put_list(out, "columns", facts->columns.items, facts->columns.count);
    put_number(out, "file_count", (long long)facts->files.count);
    put_list(out, "files", facts->files.items, facts->files.count);
    put_list(out, "notes", facts->notes.items, facts->notes.count);
    put_list(out, "warnings", facts->warnings.items, facts->warnings.count);
    hc_buffer_append_char(out, '}');
}
