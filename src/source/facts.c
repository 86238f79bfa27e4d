#include "base/clock.h"
#include "base/memory.h"
#include "base/timetext.h"
#include "source/csv_internal.h"
#include "source/notes.h"

#include <inttypes.h>
#include <stdlib.h>

static bool is_events(const struct hc_csv_stream *stream)
{
    return stream->interval_set && hc_interval_nominal_ns(&stream->interval) == 0;
}

static const char *stream_name(const struct hc_csv_stream *stream, char out[64])
{
    return hc_slice_is_null(stream->symbol) ? "the rows" : hc_slice_to_str(stream->symbol, out, 64);
}

static enum hc_status interval_unknown(const struct hc_csv_stream *stream, struct hc_error *error)
{
    char name[64];
    return hc_error_set(error, HC_USAGE,
                        "the interval of %s is not certain from %" PRId64
                        " rows: --interval DURATION says it, 0 for events",
                        stream_name(stream, name), stream->rows);
}

/* An interval that a file's name told must agree with what its rows do; one that the user gave only
 * earns a warning. */
static enum hc_status interval_check(struct hc_csv *csv, const struct hc_csv_stream *stream,
                                     struct hc_error *error)
{
    struct hc_step_table table = {0};
    struct hc_interval shown;
    hc_step_table_add(&table, &stream->steps);
    bool fixed = hc_zone_is_fixed(csv->zone);
    bool detected = hc_step_table_interval(&table, fixed, false, &shown);
    bool fits = hc_step_table_fits(&table, &stream->interval, fixed);
    hc_step_table_done(&table);
    if (fits) {
        return HC_OK;
    }
    char name[64];
    char told[HC_INTERVAL_BYTES];
    char seen[HC_INTERVAL_BYTES];
    hc_interval_text(&stream->interval, false, told);
    hc_interval_text(&shown, false, detected ? seen : told);
    if (csv->base.spec->interval_set || !hc_slice_is_null(csv->base.spec->interval_column)) {
        hc_notes_add(&csv->warnings, HC_NOTES_MAX, &csv->base.arena,
                     "%s: steps of the rows are no multiples of the interval %s",
                     stream_name(stream, name), told);
        return HC_OK;
    }
    return hc_error_set(
        error, HC_USAGE, "%s: the name says %s, the rows do not step so%s%s: --interval decides",
        stream_name(stream, name), told, detected ? " but by " : "", detected ? seen : "");
}

/* Streams whose own steps are certain first; the others take what all steps together show. */
static enum hc_status intervals_detect(struct hc_csv *csv, struct hc_error *error)
{
    bool fixed = hc_zone_is_fixed(csv->zone);
    struct hc_step_table all = {0};
    struct hc_interval common = {0};
    bool uncertain = false;
    enum hc_status status = HC_OK;
    for (size_t i = 0; status == HC_OK && i < csv->stream_count; i++) {
        struct hc_csv_stream *stream = csv->streams[i];
        if (!stream->included || is_events(stream)) {
            continue;
        }
        if (stream->interval_set) {
            status = interval_check(csv, stream, error);
            continue;
        }
        struct hc_step_table own = {0};
        hc_step_table_add(&own, &stream->steps);
        hc_step_table_add(&all, &stream->steps);
        stream->interval_set = hc_step_table_interval(&own, fixed, true, &stream->interval);
        uncertain |= !stream->interval_set;
        hc_step_table_done(&own);
    }
    bool certain =
        status == HC_OK && uncertain && hc_step_table_interval(&all, fixed, false, &common);
    for (size_t i = 0; status == HC_OK && i < csv->stream_count; i++) {
        struct hc_csv_stream *stream = csv->streams[i];
        if (!stream->interval_set && stream->included) {
            struct hc_step_table own = {0};
            hc_step_table_add(&own, &stream->steps);
            if (!certain || !hc_step_table_fits(&own, &common, fixed)) {
                status = interval_unknown(stream, error);
            }
            stream->interval = common;
            stream->interval_set = true;
            hc_step_table_done(&own);
        }
    }
    hc_step_table_done(&all);
    return status;
}

static void intervals_say(struct hc_csv *csv)
{
    for (size_t i = 0; i < csv->stream_count; i++) {
        const struct hc_csv_stream *stream = csv->streams[i];
        char text[HC_INTERVAL_BYTES];
        if (stream->included && !is_events(stream)) {
            hc_notes_add(&csv->notes, HC_NOTES_MAX, &csv->base.arena, "interval %s",
                         hc_interval_text(&stream->interval, false, text));
        }
    }
}

/* Whether streams differ in interval, and by how much stamps of ends fall short of the grid. */
static void streams_compare(struct hc_csv *csv)
{
    const struct hc_csv_stream *first = NULL;
    for (size_t i = 0; i < csv->stream_count; i++) {
        struct hc_csv_stream *stream = csv->streams[i];
        if (!stream->included) {
            continue;
        }
        int64_t slack = csv->stamp_close && !is_events(stream)
                            ? hc_steps_slack(&stream->steps, &stream->interval)
                            : 0;
        if (first == NULL) {
            first = stream;
            csv->slack_ns = slack;
        }
        csv->mixed |= !hc_interval_equal(&first->interval, &stream->interval);
        csv->slack_ns = slack == csv->slack_ns ? slack : 0;
    }
    if (csv->slack_ns > 0) {
        char text[HC_DURATION_BYTES];
        hc_notes_add(&csv->notes, HC_NOTES_MAX, &csv->base.arena,
                     "stamps lie %s before the end of the bar: open times are rounded to the grid",
                     hc_duration_text(csv->slack_ns, text));
    }
}

/* The range in terms of stamps: [*ret_from, *ret_to). */
static void stamp_range(const struct hc_csv *csv, const struct hc_csv_stream *stream,
                        int64_t *ret_from, int64_t *ret_to)
{
    int64_t bounds[2] = {csv->from_ns, csv->to_ns};
    int steps = csv->mixed ? (csv->base.spec->visible == HC_VISIBLE_OPEN ? 0 : -1) : 0;
    int64_t shift = csv->mixed ? 1 - csv->base.spec->publish_delay_ns : 0;
    if (csv->stamp_close) {
        steps++;
        shift -= csv->mixed && csv->base.spec->visible != HC_VISIBLE_OPEN ? 0 : csv->slack_ns;
    }
    for (int i = 0; i < 2; i++) {
        bool open_ended = bounds[i] == INT64_MIN || bounds[i] == INT64_MAX;
        if (!open_ended) {
            bounds[i] = hc_interval_step(&stream->interval, csv->zone, bounds[i], steps) + shift;
        }
    }
    *ret_from = bounds[0];
    *ret_to = bounds[1];
}

static void stream_conclude(struct hc_csv *csv, struct hc_csv_stream *stream,
                            struct hc_source_facts *facts)
{
    HC_ASSERT(stream->included && stream->interval_set);
    struct hc_stream *out = &facts->streams[facts->stream_count];
    *out = (struct hc_stream){.symbol = stream->symbol,
                              .exchange = stream->exchange,
                              .table = HC_SLICE_NULL,
                              .interval = stream->interval,
                              .rows = stream->rows};
    int64_t first = stream->first;
    int64_t last = stream->last;
    if (!is_events(stream) && !stream->steps.overflow) {
        int64_t from = 0;
        int64_t to = 0;
        stamp_range(csv, stream, &from, &to);
        struct hc_step_report report = hc_steps_report(&stream->steps, &stream->interval, from, to);
        out->rows = report.rows;
        out->gaps = report.gaps;
        out->missing = report.missing;
        facts->duplicates += report.repeats;
        first = report.first;
        last = report.last;
    } else if (stream->steps.overflow) {
        hc_notes_add(&csv->warnings, HC_NOTES_MAX, &csv->base.arena,
                     "too many gaps to count: gaps and missing bars are not told");
    }
    if (out->rows == 0) {
        return;
    }
    hc_csv_times(csv, stream, first, &out->first_open_ns, &out->first_visible_ns);
    hc_csv_times(csv, stream, last, &out->last_open_ns, &out->last_visible_ns);
    bool one = facts->rows == 0;
    facts->first_visible_ns =
        one ? out->first_visible_ns : HC_MIN(facts->first_visible_ns, out->first_visible_ns);
    facts->last_visible_ns =
        one ? out->last_visible_ns : HC_MAX(facts->last_visible_ns, out->last_visible_ns);
    facts->rows += out->rows;
    stream->index = (int32_t)facts->stream_count++;
}

struct span_end {
    int64_t at;
    int weight; /* negative where a file ends */
};

static int compare_ends(const void *a, const void *b)
{
    const struct span_end *left = a;
    const struct span_end *right = b;
    if (left->at != right->at) {
        return left->at < right->at ? -1 : 1;
    }
    return (left->weight < right->weight) - (left->weight > right->weight); /* openings first */
}

/* Files that overlap in time are open at once while they are merged. */
static bool merge_affordable(const struct hc_csv *csv)
{
    struct span_end *ends = hc_alloc_array(csv->file_count * 2, sizeof(*ends));
    size_t count = 0;
    for (size_t i = 0; i < csv->file_count; i++) {
        const struct hc_csv_file *file = &csv->files[i];
        if (file->rows > 0) {
            ends[count++] = (struct span_end){file->first_stamp, file->weight};
            ends[count++] = (struct span_end){file->last_stamp, -file->weight};
        }
    }
    if (count > 0) {
        qsort(ends, count, sizeof(*ends), compare_ends);
    }
    int weight = 0;
    int most = 0;
    for (size_t i = 0; i < count; i++) {
        weight += ends[i].weight;
        most = HC_MAX(most, weight);
    }
    free(ends);
    return most <= HC_OPEN_WEIGHT_MAX;
}

/* A stream whose interval is known and stands for the file's: its first, or where the filters leave
 * that out, any (they are alike unless intervals are mixed, and then files of several streams are
 * not merged). NULL: nothing is wanted at all. */
static const struct hc_csv_stream *stream_of(const struct hc_csv *csv,
                                             const struct hc_csv_file *file)
{
    const struct hc_csv_stream *stream = csv->streams[file->stream];
    for (size_t i = 0; i < csv->stream_count && !stream->included; i++) {
        stream = csv->streams[i];
    }
    return stream->included ? stream : NULL;
}

static void order_decide(struct hc_csv *csv)
{
    csv->ordered = merge_affordable(csv);
    for (size_t i = 0; i < csv->file_count; i++) {
        struct hc_csv_file *file = &csv->files[i];
        if (file->rows == 0) {
            continue;
        }
        if (file->backward > 0 || (csv->mixed && file->many_streams)) {
            csv->ordered = false;
            hc_notes_add(&csv->notes, HC_NOTES_MAX, &csv->base.arena,
                         "rows are not in ascending order: they are sorted while loading");
        }
        int64_t open = 0;
        const struct hc_csv_stream *stream = stream_of(csv, file);
        if (stream != NULL) {
            hc_csv_times(csv, stream, file->first_stamp, &open, &file->first_visible);
        }
    }
}

enum hc_status hc_csv_conclude(struct hc_csv *csv, struct hc_source_facts *facts,
                               struct hc_error *error)
{
    HC_ASSERT(csv->columns.count > 0 && facts->stream_count == 0);
    enum hc_status status = intervals_detect(csv, error);
    if (status != HC_OK) {
        return status;
    }
    streams_compare(csv);
    intervals_say(csv);
    facts->streams = HC_ARENA_ARRAY(&csv->base.arena, struct hc_stream, csv->stream_count + 1);
    for (size_t i = 0; i < csv->stream_count; i++) {
        if (csv->streams[i]->included) {
            stream_conclude(csv, csv->streams[i], facts);
        }
        hc_steps_done(&csv->streams[i]->steps);
    }
    order_decide(csv);
    facts->columns = csv->columns;
    facts->symbol_column = csv->symbol_first ? 0 : -1;
    for (size_t i = 0; i < csv->file_count && facts->symbol_column < 0; i++) {
        const struct hc_layout *layout = &csv->files[i].layout;
        if (!layout->empty && layout->symbol >= 0) {
            facts->symbol_column = layout->columns[layout->symbol].target;
        }
    }
    facts->files.items = HC_ARENA_ARRAY(&csv->base.arena, struct hc_slice, csv->file_count);
    facts->files.count = csv->file_count;
    for (size_t i = 0; i < csv->file_count; i++) {
        facts->files.items[i] = csv->files[i].data.shown;
    }
    facts->ordered = csv->ordered;
    facts->mixed_interval = csv->mixed;
    facts->notes = csv->notes;
    facts->warnings = csv->warnings;
    return HC_OK;
}
