#include "source/layout.h"

#include "base/utf8.h"
#include "source/filename.h"
#include "source/notes.h"
#include "source/number.h"

enum { KLINE_WIDTH = 12, CANDLE_WIDTH = 6, COLUMN_NAME_BYTES_MAX = 256 };

static const char *const kline_names[KLINE_WIDTH] = {"open_time",
                                                     "open",
                                                     "high",
                                                     "low",
                                                     "close",
                                                     "volume",
                                                     "close_time",
                                                     "quote_volume",
                                                     "count",
                                                     "taker_buy_volume",
                                                     "taker_buy_quote_volume",
                                                     "ignore"};
static const char *const candle_names[CANDLE_WIDTH] = {"time", "open",  "high",
                                                       "low",  "close", "volume"};

static bool is_number(struct hc_slice text)
{
    enum hc_number_kind kind = hc_number_classify(text);
    return kind == HC_NUMBER_JSON || kind == HC_NUMBER_OTHER;
}

/* Every cell of the column from row `first` on is a number. */
static bool column_is_number(const struct hc_sample *sample, size_t first, size_t column)
{
    bool any = false;
    for (size_t row = first; row < sample->rows; row++) {
        struct hc_slice cell = hc_sample_cell(sample, row, column);
        if (cell.size > 0 && hc_number_classify(cell) != HC_NUMBER_NONFINITE) {
            if (!is_number(cell)) {
                return false;
            }
            any = true;
        }
    }
    return any;
}

/* A first row without a number and without a time is the header. */
static bool first_row_is_header(const struct hc_sample *sample)
{
    for (size_t i = 0; i < sample->width; i++) {
        struct hc_slice cell = hc_sample_cell(sample, 0, i);
        struct hc_time_parser parser;
        struct hc_time time;
        hc_time_parser_init(&parser, HC_SLICE_NULL);
        if (is_number(cell) || hc_time_parse(&parser, cell, &time) == NULL) {
            return false;
        }
    }
    return true;
}

/* Twelve columns of which the first and the seventh are a bar's two ends, as Binance writes them.
 */
static bool is_kline(const struct hc_sample *sample)
{
    if (sample->width != KLINE_WIDTH) {
        return false;
    }
    for (size_t i = 0; i < KLINE_WIDTH; i++) {
        if (!column_is_number(sample, 0, i)) {
            return false;
        }
    }
    for (size_t row = 0; row < sample->rows; row++) {
        struct hc_slice open = hc_sample_cell(sample, row, 0);
        struct hc_slice close = hc_sample_cell(sample, row, 6);
        double high = hc_number_approximate(hc_sample_cell(sample, row, 2));
        double low = hc_number_approximate(hc_sample_cell(sample, row, 3));
        if (open.size < 10 || open.size != close.size || hc_slice_compare(open, close) >= 0 ||
            high < low ||
            memchr(hc_sample_cell(sample, row, 8).data, '.', hc_sample_cell(sample, row, 8).size)) {
            return false;
        }
    }
    return true;
}

static bool is_candle(const struct hc_sample *sample)
{
    if (sample->width != CANDLE_WIDTH) {
        return false;
    }
    for (size_t i = 1; i < CANDLE_WIDTH; i++) {
        if (!column_is_number(sample, 0, i)) {
            return false;
        }
    }
    return true;
}

static void names_take(struct hc_layout *layout, const char *const *names)
{
    HC_ASSERT(layout->columns != NULL);
    for (size_t i = 0; i < layout->width; i++) {
        layout->columns[i].name = hc_slice_str(names[i]);
    }
}

static enum hc_status names_from_spec(const struct hc_topic_spec *spec,
                                      const struct hc_data_file *file, struct hc_layout *layout,
                                      struct hc_error *error)
{
    if (spec->columns.count != layout->width) {
        return hc_error_set(error, HC_USAGE,
                            HC_SLICE_FMT ": --columns names %zu columns, the rows have %zu",
                            HC_SLICE_ARG(file->shown), spec->columns.count, layout->width);
    }
    for (size_t i = 0; i < layout->width; i++) {
        layout->columns[i].name = spec->columns.items[i];
    }
    return HC_OK;
}

static enum hc_status names_from_header(const struct hc_data_file *file,
                                        const struct hc_sample *sample, struct hc_arena *arena,
                                        struct hc_layout *layout, struct hc_error *error)
{
    for (size_t i = 0; i < layout->width; i++) {
        struct hc_slice name = hc_sample_cell(sample, 0, i);
        if (name.size > COLUMN_NAME_BYTES_MAX || !hc_utf8_valid(name)) {
            return hc_error_set(error, HC_INVALID,
                                HC_SLICE_FMT ":%llu: the name of column %zu is no short UTF-8 text",
                                HC_SLICE_ARG(file->shown), (unsigned long long)sample->numbers[0],
                                i + 1);
        }
        layout->columns[i].name =
            name.size > 0 ? name : hc_slice_str(hc_arena_format(arena, "column_%zu", i + 1));
    }
    return HC_OK;
}

static enum hc_status names_by_shape(const struct hc_data_file *file,
                                     const struct hc_sample *sample, struct hc_arena *arena,
                                     struct hc_slice_list *notes, struct hc_layout *layout,
                                     struct hc_error *error)
{
    if (is_kline(sample)) {
        names_take(layout, kline_names);
        hc_notes_add(notes, HC_NOTES_MAX, arena,
                     "no header: twelve columns of the shape of Binance klines, named so");
        return HC_OK;
    }
    if (is_candle(sample)) {
        names_take(layout, candle_names);
        layout->order_assumed = true;
        return HC_OK;
    }
    return hc_error_set(error, HC_USAGE,
                        HC_SLICE_FMT ":%llu: no header, and the meaning of %zu columns is not "
                                     "certain: name them, --columns time,open,high,low,close,...",
                        HC_SLICE_ARG(file->shown), (unsigned long long)sample->numbers[0],
                        layout->width);
}

static enum hc_status names_check(const struct hc_data_file *file, const struct hc_layout *layout,
                                  struct hc_error *error)
{
    for (size_t i = 0; i < layout->width; i++) {
        for (size_t j = 0; j < i; j++) {
            if (hc_slice_equal(layout->columns[i].name, layout->columns[j].name)) {
                return hc_error_set(
                    error, HC_USAGE,
                    HC_SLICE_FMT ": columns %zu and %zu are both named `" HC_SLICE_FMT
                                 "`: --columns names them anew",
                    HC_SLICE_ARG(file->shown), j + 1, i + 1, HC_SLICE_ARG(layout->columns[i].name));
            }
        }
    }
    return HC_OK;
}

static int32_t role_find(const struct hc_layout *layout, enum hc_role role)
{
    for (size_t i = 0; i < layout->width; i++) {
        if (layout->columns[i].role == role) {
            return (int32_t)i;
        }
    }
    return -1;
}

static enum hc_status roles_assign(const struct hc_topic_spec *spec,
                                   const struct hc_data_file *file, struct hc_layout *layout,
                                   struct hc_error *error)
{
    for (size_t i = 0; i < layout->width; i++) {
        struct hc_column *column = &layout->columns[i];
        column->role = hc_column_role(column->name);
        if (hc_role_is_number(column->role) || column->role == HC_ROLE_SYMBOL) {
            for (size_t j = 0; j < i; j++) {
                if (layout->columns[j].role == column->role) {
                    column->role = HC_ROLE_NONE; /* the first of its kind has the role */
                }
            }
        }
    }
    for (int i = 0; i < 4; i++) {
        layout->prices[i] = role_find(layout, (enum hc_role)(HC_ROLE_OPEN + i));
    }
    layout->volume = role_find(layout, HC_ROLE_VOLUME);
    layout->symbol = role_find(layout, HC_ROLE_SYMBOL);
    layout->exchange = role_find(layout, HC_ROLE_EXCHANGE);
    layout->interval = -1;
    for (size_t i = 0; !hc_slice_is_null(spec->interval_column) && i < layout->width; i++) {
        if (hc_slice_equal(layout->columns[i].name, spec->interval_column)) {
            layout->interval = (int32_t)i;
        }
    }
    if (!hc_slice_is_null(spec->interval_column) && layout->interval < 0) {
        return hc_error_set(error, HC_USAGE,
                            HC_SLICE_FMT ": no column `" HC_SLICE_FMT "` for the interval",
                            HC_SLICE_ARG(file->shown), HC_SLICE_ARG(spec->interval_column));
    }
    return HC_OK;
}

static enum hc_status names_find(const struct hc_topic_spec *spec, const struct hc_data_file *file,
                                 const struct hc_sample *sample, struct hc_arena *arena,
                                 struct hc_slice_list *notes, struct hc_layout *layout,
                                 struct hc_error *error)
{
    if (spec->columns.count > 0) {
        return names_from_spec(spec, file, layout, error);
    }
    return layout->header ? names_from_header(file, sample, arena, layout, error)
                          : names_by_shape(file, sample, arena, notes, layout, error);
}

/* A date in the name of the file, or of the archive's member. */
static void date_take(const struct hc_data_file *file, struct hc_layout *layout)
{
    struct hc_captures name = file->captures;
    if (!name.date_set) {
        hc_name_read(hc_slice_str(file->path), &name);
    }
    if (!name.date_set && !hc_slice_is_null(file->member)) {
        hc_name_read(file->member, &name);
    }
    layout->date_set = name.date_set;
    layout->date_days = name.date_days;
}

enum hc_status hc_layout_detect(const struct hc_topic_spec *spec, const struct hc_data_file *file,
                                struct hc_arena *arena, struct hc_slice_list *notes,
                                struct hc_layout *ret, struct hc_error *error)
{
    HC_ASSERT(spec != NULL && file != NULL && ret != NULL);
    struct hc_sample sample;
    enum hc_status status = hc_sample_read(file, arena, &sample, error);
    if (status != HC_OK) {
        return status;
    }
    struct hc_layout layout = {
        .width = sample.width, .separator = sample.separator, .mark = sample.mark};
    layout.header = sample.rows > 0 && first_row_is_header(&sample);
    size_t first = layout.header ? 1 : 0;
    layout.columns = HC_ARENA_ARRAY(arena, struct hc_column, sample.width);
    if (sample.rows <= first) {
        *ret = (struct hc_layout){.empty = true, .mark = sample.mark};
        return HC_OK;
    }
    layout.first_line = sample.numbers[first];
    status = names_find(spec, file, &sample, arena, notes, &layout, error);
    if (status == HC_OK) {
        status = names_check(file, &layout, error);
    }
    if (status == HC_OK) {
        status = roles_assign(spec, file, &layout, error);
    }
    if (status != HC_OK) {
        return status;
    }
    for (size_t i = 0; i < layout.width; i++) {
        layout.columns[i].numeric = column_is_number(&sample, first, i);
    }
    date_take(file, &layout);
    if (sample.skipped > 0) {
        hc_notes_add(notes, HC_NOTES_MAX, arena, "%zu comment line%s before the table passed over",
                     sample.skipped, sample.skipped > 1 ? "s" : "");
    }
    status = hc_layout_find_time(spec, file, &sample, first, arena, notes, &layout, error);
    if (status == HC_OK) {
        *ret = layout;
    }
    return status;
}
