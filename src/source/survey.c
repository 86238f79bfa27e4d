#include "source/csv_internal.h"
#include "source/notes.h"
#include "source/prices.h"

#include <inttypes.h>

enum { LOOK_EVERY = 4096 };

struct survey {
    struct hc_csv *csv;
    struct hc_load_control *control;
    struct hc_source_facts *facts;
    struct hc_prices prices;
    int64_t bytes_before; /* of files done */
    int64_t rows;
};

static enum hc_status refused(struct survey *survey, const struct hc_csv_file *file,
                              const struct hc_refusal *refusal, struct hc_error *error)
{
    struct hc_source_facts *facts = survey->facts;
    facts->refused++;
    struct hc_error place = {0};
    if (refusal->column > 0) {
        hc_error_set(&place, HC_INVALID, HC_SLICE_FMT ":%" PRIu64 ":%zu: %s",
                     HC_SLICE_ARG(file->data.shown), refusal->line, refusal->column,
                     refusal->reason);
    } else {
        hc_error_set(&place, HC_INVALID, HC_SLICE_FMT ":%" PRIu64 ": %s",
                     HC_SLICE_ARG(file->data.shown), refusal->line, refusal->reason);
    }
    hc_notes_add(&facts->refusals, HC_REFUSALS_KEPT, &survey->csv->base.arena, "%s", place.text);
    if (facts->refused <= survey->csv->base.spec->refused_max) {
        return HC_OK;
    }
    return hc_error_set(error, HC_INVALID, "%s (%" PRId64 " refused; --max-refused N goes on)",
                        place.text, facts->refused);
}

static bool is_events(const struct hc_csv *csv, const struct hc_csv_stream *stream)
{
    return stream->interval_set ? hc_interval_nominal_ns(&stream->interval) == 0 : !csv->bars;
}

static void row_take(struct survey *survey, struct hc_csv_file *file, const struct hc_csv_row *row)
{
    HC_ASSERT(row->stream >= 0 && (size_t)row->stream < survey->csv->stream_count);
    struct hc_csv *csv = survey->csv;
    struct hc_csv_stream *stream = csv->streams[row->stream];
    int64_t stamp = row->stamp_ns;
    if (file->rows++ == 0) {
        file->first_stamp = stamp;
        file->last_stamp = stamp;
        file->stream = row->stream;
    } else {
        file->backward += stamp < file->last_stamp;
        file->many_streams |= row->stream != file->stream;
        file->first_stamp = HC_MIN(file->first_stamp, stamp);
        file->last_stamp = HC_MAX(file->last_stamp, stamp);
    }
    if (csv->bars) {
        hc_prices_add(&survey->prices, &file->layout, row->cells);
    }
    if (!stream->included) {
        return;
    }
    if (!is_events(csv, stream)) {
        hc_steps_add(&stream->steps, stamp);
    }
    if (stamp >= csv->from_ns && stamp < csv->to_ns) {
        stream->first = stream->rows == 0 ? stamp : HC_MIN(stream->first, stamp);
        stream->last = stream->rows == 0 ? stamp : HC_MAX(stream->last, stamp);
        stream->rows++;
    }
}

static void progress(struct survey *survey, const struct hc_csv_cursor *cursor)
{
    atomic_store(&survey->control->bytes_done,
                 survey->bytes_before + hc_csv_cursor_consumed(cursor));
    atomic_store(&survey->control->rows_done, survey->rows);
}

static enum hc_status file_read(struct survey *survey, struct hc_csv_file *file,
                                struct hc_error *error)
{
    struct hc_csv_cursor *cursor = NULL;
    enum hc_status status = hc_csv_cursor_open(survey->csv, file, &cursor, error);
    if (status != HC_OK) {
        return status;
    }
    struct hc_csv_row row;
    struct hc_refusal refusal = {0};
    file->weight = hc_csv_cursor_weight(cursor);
    while ((status = hc_csv_cursor_next(cursor, &row, &refusal, error)) == HC_OK) {
        if (refusal.reason[0] != '\0') {
            status = refused(survey, file, &refusal, error);
            if (status != HC_OK) {
                break;
            }
        } else {
            row_take(survey, file, &row);
        }
        if (++survey->rows % LOOK_EVERY == 0) {
            progress(survey, cursor);
            if (atomic_load(&survey->control->cancel)) {
                status = hc_error_set(error, HC_CANCELLED, "cancelled");
                break;
            }
        }
    }
    progress(survey, cursor);
    survey->bytes_before += hc_csv_cursor_consumed(cursor);
    hc_csv_cursor_close(cursor);
    return status == HC_END ? HC_OK : status;
}

static int64_t bytes_total(const struct hc_csv *csv)
{
    int64_t total = 0;
    for (size_t i = 0; i < csv->file_count; i++) {
        total += csv->files[i].layout.empty ? 0 : csv->files[i].layout.mark.size;
    }
    return total;
}

static const struct hc_csv_file *file_with_bars(const struct hc_csv *csv)
{
    const struct hc_csv_file *found = NULL;
    for (size_t i = 0; i < csv->file_count; i++) {
        const struct hc_csv_file *file = &csv->files[i];
        if (!file->layout.empty && (found == NULL || file->layout.order_assumed)) {
            found = file;
        }
    }
    HC_ASSERT(found != NULL);
    return found;
}

enum hc_status hc_csv_survey(struct hc_source *source, struct hc_load_control *control,
                             struct hc_source_facts *ret, struct hc_error *error)
{
    HC_ASSERT(control != NULL && ret != NULL);
    struct hc_csv *csv = (struct hc_csv *)(void *)source;
    HC_ASSERT(csv->stream_count == 0); /* once */
    struct hc_source_facts facts = {0};
    struct survey survey = {.csv = csv, .control = control, .facts = &facts};
    csv->control = control;
    enum hc_status status = hc_csv_prepare(csv, error);
    if (status != HC_OK) {
        return status;
    }
    atomic_store(&control->bytes_total, bytes_total(csv));
    for (size_t i = 0; status == HC_OK && i < csv->file_count; i++) {
        if (!csv->files[i].layout.empty) {
            status = file_read(&survey, &csv->files[i], error);
        }
    }
    if (status == HC_OK && csv->bars && survey.prices.rows > 0) {
        status = hc_prices_judge(&survey.prices, csv, file_with_bars(csv), error);
    }
    if (status == HC_OK) {
        status = hc_csv_conclude(csv, &facts, error);
    }
    if (status == HC_OK) {
        *ret = facts;
    }
    return status;
}
