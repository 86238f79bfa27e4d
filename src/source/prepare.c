#include "source/csv_internal.h"
#include "source/filename.h"
#include "source/notes.h"

/* Where the rows of a file get their symbol: a column, the pattern, the flag, the file's name; in
 * this order. */
static enum hc_status symbol_find(struct hc_csv *csv, struct hc_csv_file *file,
                                  struct hc_error *error)
{
    const struct hc_topic_spec *spec = csv->base.spec;
    if (file->layout.symbol >= 0) {
        if (!hc_slice_is_null(spec->symbol)) {
            return hc_error_set(error, HC_USAGE,
                                "--symbol is for files without a symbol, " HC_SLICE_FMT
                                " has the column `" HC_SLICE_FMT "`",
                                HC_SLICE_ARG(file->data.shown),
                                HC_SLICE_ARG(file->layout.columns[file->layout.symbol].name));
        }
        return HC_OK;
    }
    struct hc_captures name;
    file->symbol = file->data.captures.symbol;
    if (hc_slice_is_null(file->symbol)) {
        file->symbol = spec->symbol;
    }
    if (!hc_slice_is_null(file->symbol)) {
        return HC_OK;
    }
    hc_name_read(hc_slice_str(file->data.path), &name);
    if (hc_slice_is_null(name.symbol) && !hc_slice_is_null(file->data.member)) {
        hc_name_read(file->data.member, &name);
    }
    file->symbol = name.symbol;
    bool needed = (!spec->key_none && spec->key.count == 0) || hc_filters_any(&csv->filters);
    if (hc_slice_is_null(file->symbol) && needed) {
        struct hc_slice pattern = hc_name_suggest(hc_slice_str(file->data.path), &csv->base.arena);
        return hc_error_set(error, HC_USAGE,
                            HC_SLICE_FMT ": no column and no part of the name is the symbol for "
                                         "certain: --symbol TEXT, or --source csv:" HC_SLICE_FMT,
                            HC_SLICE_ARG(file->data.shown), HC_SLICE_ARG(pattern));
    }
    file->symbol_from_name = !hc_slice_is_null(file->symbol);
    return HC_OK;
}

/* One note for all files: "symbol BTCUSD from the name PATH", "symbols BTCUSD, ... from the names
 * of 7 files". */
static void symbols_say(struct hc_csv *csv)
{
    enum { NAMED_MAX = 8 };
    const struct hc_csv_file *one = NULL;
    struct hc_buffer names = {0};
    size_t count = 0;
    for (size_t i = 0; i < csv->file_count; i++) {
        const struct hc_csv_file *file = &csv->files[i];
        if (file->symbol_from_name && count++ < NAMED_MAX) {
            one = file;
            hc_buffer_append_str(&names, names.size ? ", " : "");
            hc_buffer_append_slice(&names, file->symbol);
        }
    }
    if (count == 1) {
        hc_notes_add(&csv->notes, HC_NOTES_MAX, &csv->base.arena,
                     "symbol " HC_SLICE_FMT " from the name " HC_SLICE_FMT,
                     HC_SLICE_ARG(one->symbol), HC_SLICE_ARG(one->data.shown));
    } else if (count > 1) {
        hc_notes_add(&csv->notes, HC_NOTES_MAX, &csv->base.arena,
                     "symbols " HC_SLICE_FMT "%s from the names of %zu files",
                     HC_SLICE_ARG(hc_buffer_slice(&names)), count > NAMED_MAX ? ", ..." : "",
                     count);
    }
    hc_buffer_done(&names);
}

/* What is known of the interval before the rows: the flag, the pattern, the name. Events have none.
 */
static enum hc_status interval_find(struct hc_csv *csv, struct hc_csv_file *file,
                                    struct hc_error *error)
{
    const struct hc_topic_spec *spec = csv->base.spec;
    const struct hc_captures *caught = &file->data.captures;
    struct hc_captures name;
    if (spec->interval_set) {
        if (caught->interval_set && !hc_interval_equal(&caught->interval, &spec->interval)) {
            return hc_error_set(error, HC_USAGE,
                                HC_SLICE_FMT ": --interval contradicts the {interval} of its path",
                                HC_SLICE_ARG(file->data.shown));
        }
        file->interval = spec->interval;
        file->interval_set = true;
    } else if (file->layout.interval >= 0) {
        file->interval_set = false;
    } else if (!hc_layout_is_bars(&file->layout)) {
        if (file->layout.prices[3] >= 0) {
            return hc_error_set(error, HC_USAGE,
                                HC_SLICE_FMT ": a close without high and low: --interval says how "
                                             "long its bars are, 0 that they are events",
                                HC_SLICE_ARG(file->data.shown));
        }
        file->interval_set = true;
        hc_notes_add(&csv->notes, HC_NOTES_MAX, &csv->base.arena,
                     "no high and low: events, visible at their stamps");
    } else if (caught->interval_set) {
        file->interval = caught->interval;
        file->interval_set = true;
    } else {
        hc_name_read(hc_slice_str(file->data.path), &name);
        file->interval = name.interval;
        file->interval_set = name.interval_set;
    }
    return HC_OK;
}

static const struct hc_csv_file *first_with_rows(const struct hc_csv *csv)
{
    for (size_t i = 0; i < csv->file_count; i++) {
        if (!csv->files[i].layout.empty) {
            return &csv->files[i];
        }
    }
    return NULL;
}

static void columns_make(struct hc_csv *csv, const struct hc_csv_file *first)
{
    HC_ASSERT(!first->layout.empty && first->layout.width > 0);
    csv->symbol_first = first->layout.symbol < 0 && !hc_slice_is_null(first->symbol);
    size_t count = first->layout.width + csv->symbol_first;
    csv->columns.items = HC_ARENA_ARRAY(&csv->base.arena, struct hc_slice, count);
    csv->columns.count = count;
    if (csv->symbol_first) {
        csv->columns.items[0] = HC_SLICE("symbol");
    }
    for (size_t i = 0; i < first->layout.width; i++) {
        csv->columns.items[i + csv->symbol_first] = first->layout.columns[i].name;
    }
    csv->bars = hc_layout_is_bars(&first->layout);
    csv->stamp_close = first->layout.stamp_close;
}

static enum hc_status unlike(const struct hc_csv_file *first, const struct hc_csv_file *file,
                             const char *what, struct hc_error *error)
{
    return hc_error_set(error, HC_USAGE,
                        HC_SLICE_FMT " and " HC_SLICE_FMT
                                     " differ in %s: files of one topic are laid out alike",
                        HC_SLICE_ARG(first->data.shown), HC_SLICE_ARG(file->data.shown), what);
}

/* Every column of the file finds its place among those of the first. */
static enum hc_status columns_map(struct hc_csv *csv, const struct hc_csv_file *first,
                                  struct hc_csv_file *file, struct hc_error *error)
{
    struct hc_layout *layout = &file->layout;
    if (layout->width != first->layout.width) {
        return unlike(first, file, "the number of columns", error);
    }
    if ((layout->symbol < 0) != (first->layout.symbol < 0) ||
        hc_slice_is_null(file->symbol) != hc_slice_is_null(first->symbol)) {
        return unlike(first, file, "where their symbol stands", error);
    }
    for (size_t i = 0; i < layout->width; i++) {
        size_t target = csv->symbol_first;
        while (target < csv->columns.count &&
               !hc_slice_equal(csv->columns.items[target], layout->columns[i].name)) {
            target++;
        }
        if (target == csv->columns.count) {
            return unlike(first, file, "the names of their columns", error);
        }
        layout->columns[i].target = (int32_t)target;
    }
    if (layout->columns[layout->time].target != first->layout.columns[first->layout.time].target ||
        layout->stamp_close != csv->stamp_close) {
        return unlike(first, file, "their time column", error);
    }
    return HC_OK;
}

static void zone_warn(struct hc_csv *csv, const struct hc_layout *layout)
{
    if (layout->time_class >= HC_CLASS_LOCAL && csv->base.spec->timezone.size == 0) {
        hc_notes_add(&csv->warnings, HC_NOTES_MAX, &csv->base.arena,
                     "`" HC_SLICE_FMT "` names no time zone: taken as UTC (--timezone)",
                     HC_SLICE_ARG(layout->columns[layout->time].name));
    }
}

enum hc_status hc_csv_prepare(struct hc_csv *csv, struct hc_error *error)
{
    enum hc_status status = HC_OK;
    for (size_t i = 0; status == HC_OK && i < csv->file_count; i++) {
        struct hc_csv_file *file = &csv->files[i];
        if (csv->control != NULL && atomic_load(&csv->control->cancel)) {
            return hc_error_set(error, HC_CANCELLED, "cancelled");
        }
        status = hc_layout_detect(csv->base.spec, &file->data, &csv->base.arena, &csv->notes,
                                  &file->layout, error);
        if (status != HC_OK || file->layout.empty) {
            continue;
        }
        status = symbol_find(csv, file, error);
        if (status == HC_OK) {
            status = interval_find(csv, file, error);
        }
    }
    if (status != HC_OK) {
        return status;
    }
    symbols_say(csv);
    const struct hc_csv_file *first = first_with_rows(csv);
    if (first == NULL) {
        return hc_error_set(error, HC_INVALID, HC_SLICE_FMT ": no rows",
                            HC_SLICE_ARG(csv->files[0].data.shown));
    }
    columns_make(csv, first);
    for (size_t i = 0; status == HC_OK && i < csv->file_count; i++) {
        if (csv->files[i].layout.empty) {
            hc_notes_add(&csv->notes, HC_NOTES_MAX, &csv->base.arena, HC_SLICE_FMT ": no rows",
                         HC_SLICE_ARG(csv->files[i].data.shown));
            continue;
        }
        status = columns_map(csv, first, &csv->files[i], error);
        zone_warn(csv, &csv->files[i].layout);
    }
    return status;
}
