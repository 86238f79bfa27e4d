#include "ingest/check_text.h"

#include "base/texttable.h"
#include "base/timetext.h"
#include "ingest/identity.h"
#include "ingest/report.h"
#include "ingest/row.h"

#include <inttypes.h>
#include <stdio.h>

enum { TOPICS_TOLD_MAX = 20, STREAMS_TOLD_MAX = 20 };

void hc_check_append_source(const struct hc_topic_spec *spec, struct hc_buffer *out)
{
    struct hc_buffer shown = {0};
    hc_identity_source(spec->source, &shown);
    hc_buffer_append_json(out, hc_buffer_slice(&shown));
    hc_buffer_done(&shown);
}

/* Instants of bars hardly ever have milliseconds: they are told where there are some. */
static char *instant(int64_t ns, char out[HC_ISO_BYTES])
{
    hc_iso_ms(hc_ms_of_ns(ns), out);
    char *fraction = strstr(out, ".000Z");
    if (fraction) {
        memcpy(fraction, "Z", sizeof "Z");
    }
    return out;
}

static bool is_events(const struct hc_interval *interval)
{
    return interval->ns == 0 && interval->days == 0 && interval->months == 0;
}

static void put_number(struct hc_text_table *table, int64_t value)
{
    char text[HC_THOUSANDS_BYTES];
    hc_text_table_put(table, hc_slice_str(hc_thousands(value, text)));
}

static void put_largest(struct hc_text_table *table, const struct hc_stream_gaps *gaps)
{
    char count[HC_THOUSANDS_BYTES], after[HC_ISO_BYTES], text[128] = "-";
    if (gaps->largest > 0) {
        snprintf(text, sizeof text, "%s bars after %s", hc_thousands(gaps->largest, count),
                 instant(gaps->largest_before_ns, after));
    }
    hc_text_table_put(table, hc_slice_str(text));
}

/* "BTCUSD", "ohlcv BTCUSD", "binance BTCUSD": what tells a stream from the others. */
static void put_name(struct hc_text_table *table, const struct hc_stream *stream)
{
    const struct hc_slice parts[] = {stream->table, stream->exchange, stream->symbol};
    struct hc_buffer name = {0};
    for (size_t i = 0; i < HC_COUNT(parts); i++) {
        if (parts[i].size) {
            hc_buffer_append_str(&name, name.size ? " " : "");
            hc_buffer_append_slice(&name, parts[i]);
        }
    }
    hc_text_table_put(table, name.size ? hc_buffer_slice(&name) : HC_SLICE("-"));
    hc_buffer_done(&name);
}

static void put_stream(struct hc_text_table *table, const struct hc_stream *stream,
                       const struct hc_stream_gaps *gaps)
{
    char interval[HC_INTERVAL_BYTES], time[HC_ISO_BYTES];
    bool events = is_events(&stream->interval);
    put_name(table, stream);
    hc_text_table_put(table,
                      events ? HC_SLICE("events")
                             : hc_slice_str(hc_interval_text(&stream->interval, false, interval)));
    put_number(table, gaps->records);
    hc_text_table_put(table, gaps->records ? hc_slice_str(instant(gaps->first_open_ns, time))
                                           : HC_SLICE("-"));
    hc_text_table_put(table, gaps->records ? hc_slice_str(instant(gaps->last_open_ns, time))
                                           : HC_SLICE("-"));
    put_number(table, gaps->gaps);
    put_number(table, gaps->missing);
    put_largest(table, gaps);
}

static void put_streams(struct hc_buffer *out, const struct hc_source_facts *facts,
                        const struct hc_topic_map *map, uint32_t topic, const struct hc_gaps *gaps)
{
    static const char *const heads[] = {"symbol",    "interval", "records", "first open",
                                        "last open", "gaps",     "missing", "largest gap"};
    struct hc_text_table table;
    size_t found = 0;
    hc_text_table_init(&table, HC_COUNT(heads),
                       HC_TEXT_RIGHT(2) | HC_TEXT_RIGHT(5) | HC_TEXT_RIGHT(6));
    for (size_t i = 0; i < HC_COUNT(heads); i++) {
        hc_text_table_put(&table, hc_slice_str(heads[i]));
    }
    for (size_t i = 0; i < facts->stream_count; i++) {
        if (map->topic_of_stream[i] == topic && found++ < STREAMS_TOLD_MAX) {
            put_stream(&table, &facts->streams[i], &gaps->streams[i]);
        }
    }
    hc_text_table_print(&table, 2, out);
    hc_text_table_done(&table);
    if (found > STREAMS_TOLD_MAX) {
        hc_buffer_printf(out, "  and %zu more; --json tells all\n", found - STREAMS_TOLD_MAX);
    }
}

static void put_topic(struct hc_buffer *out, const struct hc_source_facts *facts,
                      const struct hc_topic_map *map, uint32_t topic, int64_t records,
                      const struct hc_gaps *gaps)
{
    struct hc_topic_span span = hc_topic_span(facts, map, topic);
    char first[HC_ISO_BYTES], last[HC_ISO_BYTES], rows[HC_THOUSANDS_BYTES],
        stored[HC_THOUSANDS_BYTES];
    hc_buffer_printf(out, "topic " HC_SLICE_FMT ": %s rows, %s records",
                     HC_SLICE_ARG(map->names[topic]), hc_thousands(span.rows, rows),
                     hc_thousands(records, stored));
    if (span.rows == 0) {
        hc_buffer_append_char(out, '\n');
        return;
    }
    hc_buffer_printf(out, ", visible from %s to %s\n", instant(span.first_visible_ns, first),
                     instant(span.last_visible_ns, last));
    put_streams(out, facts, map, topic, gaps);
}

static void put_sentences(struct hc_buffer *out, const char *what, const struct hc_slice *items,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        hc_buffer_append_str(out, what);
        hc_buffer_append_slice(out, items[i]);
        hc_buffer_append_char(out, '\n');
    }
}

/* "WHAT: COUNT", and the first of them below it. */
static void put_cases(struct hc_buffer *out, const char *what, int64_t count,
                      const struct hc_slice *told, size_t told_count)
{
    char text[HC_THOUSANDS_BYTES];
    hc_buffer_printf(out, "%s: %s\n", what, hc_thousands(count, text));
    put_sentences(out, "  ", told, told_count);
    if (told_count > 0 && count > (int64_t)told_count) {
        hc_buffer_printf(out, "  and %s more\n", hc_thousands(count - (int64_t)told_count, text));
    }
}

static void put_tally(struct hc_buffer *out, const struct hc_tally *tally)
{
    int64_t differing = atomic_load(&tally->differing);
    put_cases(out, "repeated rows dropped", atomic_load(&tally->duplicates), NULL, 0);
    if (differing > 0) {
        bool last = tally->spec->duplicates == HC_DUPLICATES_LAST;
        put_cases(out,
                  last ? "replaced by a later row with other values"
                       : "kept although they repeat a row with other values",
                  differing, tally->differing_told, tally->differing_told_count);
    }
    put_cases(out, "refused rows", atomic_load(&tally->refused), tally->told, tally->told_count);
}

void hc_check_text(const struct hc_tally *tally, const struct hc_topic_map *map,
                   const int64_t *records, const struct hc_gaps *gaps, struct hc_check *check)
{
    const struct hc_source_facts *facts = tally->facts;
    struct hc_buffer *out = &check->text;
    for (size_t i = 0; i < map->count && i < TOPICS_TOLD_MAX; i++) {
        put_topic(out, facts, map, (uint32_t)i, records[i], gaps);
    }
    if (map->count > TOPICS_TOLD_MAX) {
        hc_buffer_printf(out, "and %zu more topics; --json tells all\n",
                         map->count - TOPICS_TOLD_MAX);
    }
    put_tally(out, tally);
    put_sentences(out, "note: ", facts->notes.items, facts->notes.count);
    put_sentences(out, "warning: ", facts->warnings.items, facts->warnings.count);
    hc_buffer_append_slice(out, hc_buffer_slice(&check->shown));
}

/* ---- the first record ---- */

/* A member a line: breaks the object behind its commas, not those within strings or deeper. */
static void put_members(struct hc_buffer *out, struct hc_slice object, const char *indent)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < object.size; i++) {
        char c = object.data[i];
        bool empty =
            i + 1 < object.size && (object.data[i + 1] == '}' || object.data[i + 1] == ']');
        if (quoted) {
            quoted = c != '"';
            if (c == '\\' && i + 1 < object.size) {
                hc_buffer_append_char(out, c);
                c = object.data[++i];
            }
        } else {
            quoted = c == '"';
            depth += (c == '{' || c == '[') - (c == '}' || c == ']');
            if (c == '}' && depth == 0 && object.size > 2) {
                hc_buffer_printf(out, "\n%s", indent);
            }
        }
        hc_buffer_append_char(out, c);
        if (!quoted && depth == 1 && (c == ',' || (c == '{' && i == 0 && !empty))) {
            hc_buffer_printf(out, "\n%s  ", indent);
        } else if (!quoted && depth == 1 && c == ':') {
            hc_buffer_append_char(out, ' ');
        }
    }
}

void hc_check_append_record(const struct hc_topic_map *map, const struct hc_load_row *row,
                            struct hc_buffer *out)
{
    char visible[HC_ISO_BYTES], stamp[HC_ISO_BYTES];
    HC_ASSERT(row->topic < map->count);
    hc_buffer_printf(out,
                     "first record\n  topic      " HC_SLICE_FMT ", partition %d, offset 0\n"
                     "  visible    %s\n  timestamp  %" PRId64 " (%s)\n  key        ",
                     HC_SLICE_ARG(map->names[row->topic]), (int)row->partition,
                     hc_iso_ms(hc_ms_of_ns(row->visible_ns), visible), row->timestamp_ms,
                     hc_iso_ms(row->timestamp_ms, stamp));
    hc_buffer_append_slice(out, hc_slice_is_null(row->key) ? HC_SLICE("none") : row->key);
    hc_buffer_append_str(out, "\n  value      ");
    put_members(out, row->value, "             ");
    hc_buffer_append_char(out, '\n');
}
