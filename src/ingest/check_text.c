#include "ingest/check_text.h"

#include "base/timetext.h"
#include "ingest/identity.h"
#include "ingest/report.h"
#include "ingest/row.h"

#include <inttypes.h>

enum { TOPICS_TOLD_MAX = 50, SYMBOLS_TOLD_MAX = 8 };

void hc_check_append_source(const struct hc_topic_spec *spec, struct hc_buffer *out)
{
    struct hc_buffer shown = {0};
    hc_identity_source(spec->source, &shown);
    hc_buffer_append_json(out, hc_buffer_slice(&shown));
    hc_buffer_done(&shown);
}

static void put_span(struct hc_buffer *out, const struct hc_topic_span *span)
{
    char first[HC_ISO_BYTES], last[HC_ISO_BYTES];
    hc_iso_ms(hc_ms_of_ns(span->first_open_ns), first);
    hc_iso_ms(hc_ms_of_ns(span->last_open_ns), last);
    hc_buffer_printf(out, "  opens    %s to %s\n", first, last);
    hc_iso_ms(hc_ms_of_ns(span->first_visible_ns), first);
    hc_iso_ms(hc_ms_of_ns(span->last_visible_ns), last);
    hc_buffer_printf(out, "  visible  %s to %s\n", first, last);
}

static bool same_interval(const struct hc_interval *a, const struct hc_interval *b)
{
    return a->ns == b->ns && a->days == b->days && a->months == b->months;
}

static void put_interval(struct hc_buffer *out, const struct hc_source_facts *facts,
                         const struct hc_topic_map *map, uint32_t topic)
{
    const struct hc_stream *first = NULL;
    bool mixed = false;
    for (size_t i = 0; i < facts->stream_count; i++) {
        if (map->topic_of_stream[i] == topic) {
            mixed =
                mixed || (first && !same_interval(&first->interval, &facts->streams[i].interval));
            first = first ? first : &facts->streams[i];
        }
    }
    if (first) {
        char text[HC_INTERVAL_BYTES];
        hc_interval_text(&first->interval, false, text);
        bool events =
            first->interval.ns == 0 && first->interval.days == 0 && first->interval.months == 0;
        hc_buffer_printf(out, "  interval %s\n", mixed ? "mixed" : events ? "none: events" : text);
    }
}

static void put_symbols(struct hc_buffer *out, const struct hc_source_facts *facts,
                        const struct hc_topic_map *map, uint32_t topic)
{
    size_t found = 0;
    for (size_t i = 0; i < facts->stream_count; i++) {
        if (map->topic_of_stream[i] != topic || facts->streams[i].symbol.size == 0) {
            continue;
        }
        if (found < SYMBOLS_TOLD_MAX) {
            hc_buffer_append_str(out, found ? ", " : "  symbols  ");
            hc_buffer_append_slice(out, facts->streams[i].symbol);
        }
        found++;
    }
    if (found > SYMBOLS_TOLD_MAX) {
        hc_buffer_printf(out, " and %zu more", found - SYMBOLS_TOLD_MAX);
    }
    hc_buffer_append_str(out, found ? "\n" : "");
}

static void put_topic(struct hc_buffer *out, const struct hc_source_facts *facts,
                      const struct hc_topic_map *map, uint32_t topic, int64_t records)
{
    struct hc_topic_span span = hc_topic_span(facts, map, topic);
    hc_buffer_append_str(out, "topic ");
    hc_buffer_append_slice(out, map->names[topic]);
    hc_buffer_printf(out, ": %" PRId64 " rows, %" PRId64 " records\n", span.rows, records);
    if (span.rows == 0) {
        return;
    }
    put_span(out, &span);
    put_interval(out, facts, map, topic);
    put_symbols(out, facts, map, topic);
    if (span.gaps > 0) {
        hc_buffer_printf(out, "  gaps     %" PRId64 ", %" PRId64 " bars missing\n", span.gaps,
                         span.missing);
    }
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

void hc_check_text(const struct hc_tally *tally, const struct hc_topic_map *map,
                   const int64_t *records, struct hc_check *check)
{
    const struct hc_source_facts *facts = tally->facts;
    struct hc_buffer *out = &check->text;
    for (size_t i = 0; i < map->count && i < TOPICS_TOLD_MAX; i++) {
        put_topic(out, facts, map, (uint32_t)i, records[i]);
    }
    if (map->count > TOPICS_TOLD_MAX) {
        hc_buffer_printf(out, "and %zu more topics\n", map->count - TOPICS_TOLD_MAX);
    }
    hc_buffer_printf(out, "refused %" PRId64 ", duplicates dropped %" PRId64 "\n", check->refused,
                     check->duplicates);
    put_sentences(out, "refused: ", tally->told, tally->told_count);
    put_sentences(out, "note: ", facts->notes.items, facts->notes.count);
    put_sentences(out, "warning: ", facts->warnings.items, facts->warnings.count);
    if (check->example.size) {
        hc_buffer_append_str(out, "first record: ");
        hc_buffer_append_slice(out, hc_buffer_slice(&check->example));
        hc_buffer_append_char(out, '\n');
    }
}
