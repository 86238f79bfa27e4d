#include "source/prices.h"

#include "source/notes.h"
#include "source/number.h"

#include <inttypes.h>

enum { OPEN, HIGH, LOW, CLOSE };

void hc_prices_add(struct hc_prices *prices, const struct hc_layout *layout,
                   const struct hc_cell *cells)
{
    HC_ASSERT(prices != NULL && cells != NULL);
    double value[4];
    for (int i = 0; i < 4; i++) {
        if (layout->prices[i] < 0) {
            return;
        }
        const struct hc_cell *cell = &cells[layout->columns[layout->prices[i]].target];
        if (cell->kind != HC_CELL_NUMBER) {
            return;
        }
        value[i] = hc_number_approximate(cell->text);
    }
    double top = HC_MAX(HC_MAX(value[0], value[1]), HC_MAX(value[2], value[3]));
    double bottom = HC_MIN(HC_MIN(value[0], value[1]), HC_MIN(value[2], value[3]));
    prices->rows++;
    for (int i = 0; i < 4; i++) {
        prices->highest[i] += value[i] >= top;
        prices->lowest[i] += value[i] <= bottom;
    }
    if (value[HIGH] < value[LOW]) {
        prices->inverted++;
    } else if (value[HIGH] < top || value[LOW] > bottom) {
        prices->outside++;
    }
    if (layout->volume >= 0) {
        const struct hc_cell *volume = &cells[layout->columns[layout->volume].target];
        prices->negative += volume->kind == HC_CELL_NUMBER && volume->text.data[0] == '-';
    }
}

/* The only column that always is the highest (or lowest), or -1. */
static int only_full(const int64_t counts[4], int64_t rows)
{
    int found = -1;
    for (int i = 0; i < 4; i++) {
        if (counts[i] == rows) {
            if (found >= 0) {
                return -1;
            }
            found = i;
        }
    }
    return found;
}

/* The names of all columns with the prices in the order that fits, or false when none does for
 * certain. */
static bool order_write(const struct hc_prices *prices, const struct hc_layout *layout,
                        struct hc_buffer *out)
{
    int high = only_full(prices->highest, prices->rows);
    int low = only_full(prices->lowest, prices->rows);
    if (high < 0 || low < 0 || high == low) {
        return false;
    }
    const char *fitting[4] = {NULL};
    const char *rest = "open";
    for (int32_t column = 0; column < (int32_t)layout->width; column++) {
        for (int i = 0; i < 4; i++) {
            if (layout->prices[i] == column) {
                fitting[i] = i == high ? "high" : i == low ? "low" : rest;
                rest = i == high || i == low ? rest : "close";
            }
        }
    }
    for (int32_t column = 0; column < (int32_t)layout->width; column++) {
        const char *name = NULL;
        for (int i = 0; i < 4; i++) {
            name = layout->prices[i] == column ? fitting[i] : name;
        }
        hc_buffer_append_str(out, column > 0 ? "," : "");
        if (name != NULL) {
            hc_buffer_append_str(out, name);
        } else {
            hc_buffer_append_slice(out, layout->columns[column].name);
        }
    }
    return true;
}

static enum hc_status contradicted(const struct hc_prices *prices, const struct hc_csv_file *file,
                                   const char *what, int64_t count, struct hc_error *error)
{
    struct hc_buffer order = {0};
    bool fits = order_write(prices, &file->layout, &order);
    enum hc_status status;
    if (fits) {
        status = hc_error_set(error, HC_USAGE,
                              HC_SLICE_FMT ": %s (%" PRId64 " of %" PRId64
                                           " rows). This order of columns fits all of them: "
                                           "--columns %s",
                              HC_SLICE_ARG(file->data.shown), what, count, prices->rows,
                              hc_buffer_str(&order));
    } else {
        status = hc_error_set(error, HC_USAGE,
                              HC_SLICE_FMT ": %s (%" PRId64 " of %" PRId64
                                           " rows). No other order is certain either: "
                                           "--columns time,open,high,low,close,volume says which "
                                           "column is what",
                              HC_SLICE_ARG(file->data.shown), what, count, prices->rows);
    }
    hc_buffer_done(&order);
    return status;
}

enum hc_status hc_prices_judge(const struct hc_prices *prices, struct hc_csv *csv,
                               const struct hc_csv_file *file, struct hc_error *error)
{
    HC_ASSERT(prices->rows > 0 && prices->inverted + prices->outside <= prices->rows);
    enum { INVERTED_MIN = 10 };
    struct hc_arena *arena = &csv->base.arena;
    if (prices->inverted >= INVERTED_MIN && prices->inverted * 100 > prices->rows) {
        return contradicted(prices, file,
                            file->layout.header ? "high is below low"
                                                : "no header, and as time,open,high,low,close "
                                                  "high is below low",
                            prices->inverted, error);
    }
    if (file->layout.order_assumed) {
        bool proven = only_full(prices->highest, prices->rows) == HIGH &&
                      only_full(prices->lowest, prices->rows) == LOW;
        if (!proven) {
            int64_t against = prices->inverted + prices->outside;
            return contradicted(prices, file,
                                "no header, and the rows do not prove that the prices stand as "
                                "open,high,low,close",
                                against, error);
        }
        hc_notes_add(&csv->notes, HC_NOTES_MAX, arena,
                     "no header: time,open,high,low,close,volume, which all %" PRId64
                     " rows agree with and no other order does",
                     prices->rows);
    }
    if (prices->inverted > 0) {
        hc_notes_add(&csv->warnings, HC_NOTES_MAX, arena, "%" PRId64 " rows have high below low",
                     prices->inverted);
    }
    if (prices->outside > 0) {
        hc_notes_add(&csv->warnings, HC_NOTES_MAX, arena,
                     "%" PRId64 " rows have open or close outside low..high", prices->outside);
    }
    if (prices->negative > 0) {
        hc_notes_add(&csv->warnings, HC_NOTES_MAX, arena, "%" PRId64 " rows have a negative volume",
                     prices->negative);
    }
    return HC_OK;
}
