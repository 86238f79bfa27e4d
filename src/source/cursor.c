#include "base/clock.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "source/csv_internal.h"
#include "source/number.h"
#include "source/timetokens.h"

#include <stdio.h>
#include <stdlib.h>

enum { CURSOR_MAGIC = 0x43555253, SHOWN_BYTES = 40 };

struct hc_csv_cursor {
    uint32_t magic;
    struct hc_csv *csv;
    const struct hc_csv_file *file;
    struct hc_input *input;
    struct hc_lines lines;
    struct hc_time_parser parser;
    struct hc_raw_cell *raw;
    struct hc_cell *cells;    /* in the order of csv->columns */
    struct hc_buffer scratch; /* undone quotes, then normalised numbers */
    size_t scratch_used;
    int32_t stream; /* of the row before: nearly always that of the next */
    struct hc_slice stream_symbol;
    int64_t *previous; /* by stream: the instant of its row before, for hours that come twice */
    size_t previous_capacity;
    bool steady_stream; /* no column tells the stream */
    bool fixed_zone;
};

enum hc_status hc_csv_cursor_open(struct hc_csv *csv, const struct hc_csv_file *file,
                                  struct hc_csv_cursor **ret, struct hc_error *error)
{
    HC_ASSERT(!file->layout.empty);
    struct hc_input *input = NULL;
    enum hc_status status =
        hc_input_open(file->data.path, file->data.member, &file->layout.mark, &input, error);
    if (status != HC_OK) {
        return status;
    }
    struct hc_csv_cursor *cursor = hc_alloc(sizeof(*cursor));
    cursor->magic = CURSOR_MAGIC;
    cursor->csv = csv;
    cursor->file = file;
    cursor->input = input;
    hc_lines_init(&cursor->lines, input);
    bool valid = hc_time_parser_init(&cursor->parser, csv->base.spec->time_unit);
    HC_ASSERT(valid);
    cursor->parser.of_day = file->layout.of_day;
    cursor->raw = hc_alloc_array(file->layout.width + 1, sizeof(*cursor->raw));
    cursor->cells = hc_alloc_array(csv->columns.count, sizeof(*cursor->cells));
    cursor->stream = -1;
    cursor->fixed_zone = hc_zone_is_fixed(csv->zone);
    if (csv->symbol_first) {
        cursor->cells[0] = (struct hc_cell){HC_CELL_STRING, file->symbol, 0};
    }
    *ret = cursor;
    return HC_OK;
}

void hc_csv_cursor_close(struct hc_csv_cursor *cursor)
{
    if (cursor == NULL) {
        return;
    }
    HC_CHECK_MAGIC(cursor, CURSOR_MAGIC);
    hc_lines_done(&cursor->lines);
    hc_input_close(cursor->input);
    hc_buffer_done(&cursor->scratch);
    free(cursor->raw);
    free(cursor->cells);
    free(cursor->previous);
    cursor->magic = 0;
    free(cursor);
}

int64_t hc_csv_cursor_consumed(const struct hc_csv_cursor *cursor)
{
    return hc_input_consumed(cursor->input);
}

int hc_csv_cursor_weight(const struct hc_csv_cursor *cursor)
{
    return hc_input_weight(cursor->input);
}

static bool refuse(struct hc_refusal *refusal, size_t column, const char *reason)
{
    HC_ASSERT(refusal != NULL && reason != NULL);
    refusal->column = column;
    snprintf(refusal->reason, sizeof(refusal->reason), "%s", reason);
    return false;
}

/* "`12,5` is no number": with the start of the cell. */
static bool refuse_cell(struct hc_refusal *refusal, size_t index, struct hc_slice text,
                        const char *reason)
{
    refusal->column = index + 1;
    int size = (int)HC_MIN(text.size, (size_t)SHOWN_BYTES);
    snprintf(refusal->reason, sizeof(refusal->reason), "`%.*s%s` %s", size,
             text.size > 0 ? text.data : "", text.size > SHOWN_BYTES ? "..." : "", reason);
    return false;
}

static bool text_cell(struct hc_slice text, size_t index, struct hc_cell *ret,
                      struct hc_refusal *refusal)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == '\0') {
            return refuse(refusal, index + 1, "a NUL byte");
        }
        if (c >= 0x80) {
            if (!hc_utf8_valid(text)) {
                return refuse(refusal, index + 1, "not UTF-8");
            }
            break;
        }
    }
    ret->kind = HC_CELL_STRING;
    ret->text = text;
    return true;
}

/* One cell as JSON will know it. */
static bool cell_convert(struct hc_csv_cursor *cursor, size_t index, struct hc_refusal *refusal)
{
    HC_ASSERT(index < cursor->file->layout.width);
    const struct hc_column *column = &cursor->file->layout.columns[index];
    struct hc_slice text = cursor->raw[index].text;
    struct hc_cell *cell = &cursor->cells[column->target];
    bool number = hc_role_is_number(column->role);
    cell->time_ns = 0;
    cell->text = text;
    if (text.size == 0) {
        cell->kind = HC_CELL_NULL;
        return true;
    }
    if (column->role == HC_ROLE_SYMBOL) {
        return text_cell(text, index, cell, refusal);
    }
    switch (hc_number_classify(text)) {
    case HC_NUMBER_JSON:
        cell->kind = HC_CELL_NUMBER;
        return true;
    case HC_NUMBER_OTHER:
        cell->kind = HC_CELL_NUMBER;
        char *out = cursor->scratch.data + cursor->scratch_used;
        cell->text = hc_slice_of(out, hc_number_normalise(text, out));
        cursor->scratch_used += cell->text.size;
        HC_ASSERT(cursor->scratch_used <= cursor->scratch.capacity);
        return true;
    case HC_NUMBER_NONFINITE:
        if (!number && !column->numeric) {
            break;
        }
        cell->kind = HC_CELL_NULL;
        return cursor->csv->base.spec->nonfinite_as_null ||
               refuse_cell(refusal, index, text, "is no finite number");
    default:
        if (number) {
            return refuse_cell(refusal, index, text, "is no number");
        }
        break;
    }
    return text_cell(text, index, cell, refusal);
}

/* Where the instant of the stream's row before is kept; INT64_MIN there: none yet. */
static int64_t *previous_of(struct hc_csv_cursor *cursor, int32_t stream)
{
    HC_ASSERT(stream >= 0 && (size_t)stream < cursor->csv->stream_count);
    size_t index = (size_t)stream;
    size_t known = cursor->previous_capacity;
    if (index >= known) {
        cursor->previous = hc_grow(cursor->previous, &cursor->previous_capacity, index + 1,
                                   sizeof(*cursor->previous));
        for (size_t i = known; i < cursor->previous_capacity; i++) {
            cursor->previous[i] = INT64_MIN;
        }
    }
    return &cursor->previous[index];
}

/* Of the two instants that a repeated hour may mean, the one that goes on from the row before. A
 * bar's stamp comes once, an event's may come again. */
static int64_t repeated_choose(const struct hc_csv_cursor *cursor, int64_t before, int64_t earlier,
                               int64_t later)
{
    if (before == INT64_MIN) {
        return earlier;
    }
    if (cursor->file->layout.newest_first) {
        bool goes_on = cursor->csv->bars ? later < before : later <= before;
        return goes_on ? later : earlier;
    }
    bool passed = cursor->csv->bars ? earlier <= before : earlier < before;
    return passed && before < later ? later : earlier;
}

/* The instant of a local time. False where no clock ever showed it. */
static bool local_to_utc(struct hc_csv_cursor *cursor, int64_t local_ns, int32_t stream,
                         int64_t *ret)
{
    int64_t second = local_ns / HC_NS_PER_S - (local_ns % HC_NS_PER_S < 0);
    int64_t rest = local_ns - second * HC_NS_PER_S;
    int64_t earlier = 0;
    int64_t later = 0;
    enum hc_local local = hc_zone_local(cursor->csv->zone, second, &earlier, &later);
    if (local == HC_LOCAL_SKIPPED) {
        return false;
    }
    *ret = earlier * HC_NS_PER_S + rest;
    if (cursor->fixed_zone) {
        return true;
    }
    int64_t *previous = previous_of(cursor, stream);
    if (local == HC_LOCAL_REPEATED) {
        *ret = repeated_choose(cursor, *previous, *ret, later * HC_NS_PER_S + rest);
    }
    *previous = *ret;
    return true;
}

static bool stamp_read(struct hc_csv_cursor *cursor, int32_t stream, int64_t *ret,
                       struct hc_refusal *refusal)
{
    HC_ASSERT(cursor->file->layout.time >= 0);
    const struct hc_layout *layout = &cursor->file->layout;
    size_t index = (size_t)layout->time;
    struct hc_slice text = cursor->raw[index].text;
    struct hc_time time;
    const char *reason = hc_time_parse(&cursor->parser, text, &time);
    if (reason == NULL && time.class != layout->time_class) {
        reason = "is a time of another kind than the rows before";
    }
    if (reason != NULL) {
        return refuse_cell(refusal, index, text, reason);
    }
    if (time.class == HC_CLASS_OF_DAY) {
        int64_t days = layout->date_days;
        if (layout->date >= 0 && !hc_time_parse_date(cursor->raw[layout->date].text, &days)) {
            return refuse_cell(refusal, (size_t)layout->date, cursor->raw[layout->date].text,
                               "is no date");
        }
        time.ns += days * HC_DAY_NS;
    }
    *ret = time.ns;
    if (time.class >= HC_CLASS_LOCAL && !local_to_utc(cursor, time.ns, stream, ret)) {
        return refuse_cell(refusal, index, text, "is an hour that the clocks of the zone skipped");
    }
    return true;
}

/* The stream that the row's own cells name. */
static enum hc_status stream_read(struct hc_csv_cursor *cursor, int32_t *ret,
                                  struct hc_refusal *refusal, struct hc_error *error)
{
    const struct hc_layout *layout = &cursor->file->layout;
    const struct hc_csv_file *file = cursor->file;
    if (cursor->steady_stream) {
        *ret = cursor->stream;
        return HC_OK;
    }
    struct hc_slice symbol = file->symbol;
    struct hc_slice exchange = file->data.captures.exchange;
    struct hc_interval interval = file->interval;
    bool interval_set = file->interval_set;
    if (layout->symbol >= 0) {
        symbol = cursor->raw[layout->symbol].text;
        if (symbol.size == 0) {
            refuse(refusal, (size_t)layout->symbol + 1, "no symbol");
            return HC_OK;
        }
    }
    if (layout->exchange >= 0) {
        exchange = cursor->raw[layout->exchange].text;
    }
    if (layout->interval >= 0) {
        interval_set = hc_interval_parse(cursor->raw[layout->interval].text, &interval);
        if (!interval_set) {
            refuse_cell(refusal, (size_t)layout->interval, cursor->raw[layout->interval].text,
                        "is no interval");
            return HC_OK;
        }
    }
    if (cursor->stream >= 0 && layout->exchange < 0 && layout->interval < 0 &&
        hc_slice_equal(symbol, cursor->stream_symbol)) {
        *ret = cursor->stream;
        return HC_OK;
    }
    enum hc_status status = hc_csv_stream_find(cursor->csv, symbol, exchange,
                                               interval_set ? &interval : NULL, ret, error);
    if (status == HC_OK) {
        cursor->stream = *ret;
        cursor->stream_symbol = cursor->csv->streams[*ret]->symbol;
        cursor->steady_stream = layout->symbol < 0 && layout->exchange < 0 && layout->interval < 0;
    }
    return status;
}

static bool row_split(struct hc_csv_cursor *cursor, const struct hc_line *line,
                      struct hc_refusal *refusal)
{
    const struct hc_layout *layout = &cursor->file->layout;
    /* Room for undone quotes, and for numbers that each grow by one byte at most. */
    hc_buffer_clear(&cursor->scratch);
    hc_buffer_reserve(&cursor->scratch, line->text.size * 2 + layout->width + 1);
    cursor->scratch_used = line->quoted ? line->text.size : 0;
    size_t column = 0;
    const char *reason = NULL;
    size_t width = hc_cells_split(line->text, layout->separator, line->quoted, cursor->scratch.data,
                                  cursor->raw, layout->width, &column, &reason);
    if (width == 0) {
        return refuse(refusal, column, reason);
    }
    if (width != layout->width) {
        refusal->column = 0;
        snprintf(refusal->reason, sizeof(refusal->reason), "%s%zu cells where the table has %zu",
                 width > layout->width ? "at least " : "", width, layout->width);
        return false;
    }
    return true;
}

static enum hc_status row_read(struct hc_csv_cursor *cursor, const struct hc_line *line,
                               struct hc_csv_row *ret, struct hc_refusal *refusal,
                               struct hc_error *error)
{
    const struct hc_layout *layout = &cursor->file->layout;
    if (line->refusal != NULL) {
        refuse(refusal, 0, line->refusal);
        return HC_OK;
    }
    if (!row_split(cursor, line, refusal)) {
        return HC_OK;
    }
    int32_t stream = -1;
    enum hc_status status = stream_read(cursor, &stream, refusal, error);
    if (status != HC_OK || refusal->reason[0] != '\0') {
        return status;
    }
    int64_t stamp = 0;
    if (!stamp_read(cursor, stream, &stamp, refusal)) {
        return HC_OK;
    }
    for (size_t i = 0; i < layout->width; i++) {
        if (!cell_convert(cursor, i, refusal)) {
            return HC_OK;
        }
    }
    cursor->cells[layout->columns[layout->time].target].time_ns = stamp;
    *ret = (struct hc_csv_row){line->number, stamp, stream, cursor->cells, line->text};
    return HC_OK;
}

enum hc_status hc_csv_cursor_next(struct hc_csv_cursor *cursor, struct hc_csv_row *ret,
                                  struct hc_refusal *ret_refusal, struct hc_error *error)
{
    HC_CHECK_MAGIC(cursor, CURSOR_MAGIC);
    struct hc_line line;
    do {
        enum hc_status status = hc_lines_next(&cursor->lines, &line, error);
        if (status != HC_OK) {
            return status;
        }
    } while (line.number < cursor->file->layout.first_line ||
             (line.text.size == 0 && line.refusal == NULL));
    ret_refusal->reason[0] = '\0';
    ret_refusal->line = line.number;
    return row_read(cursor, &line, ret, ret_refusal, error);
}
