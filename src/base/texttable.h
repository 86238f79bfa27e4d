/* A table for people: cells are put row by row, columns become as wide as their widest cell.
 *
 *   hc_text_table_init(&table, 3, HC_TEXT_RIGHT(1));
 *   hc_text_table_put(&table, HC_SLICE("symbol")); ...
 *
 * Cells are counted in UTF-8 characters. One thread. */
#ifndef HC_BASE_TEXTTABLE_H
#define HC_BASE_TEXTTABLE_H

#include "base/buffer.h"

enum { HC_TEXT_COLUMNS_MAX = 16 };
#define HC_TEXT_RIGHT(column) (1u << (column)) /* numbers */

struct hc_text_table {
    struct hc_buffer _text; /* cells, each ended by a NUL */
    size_t _columns, _cells;
    unsigned _right;
    size_t _widths[HC_TEXT_COLUMNS_MAX];
};

/* `right`: columns whose cells end together, HC_TEXT_RIGHT of each; the others begin together. */
void hc_text_table_init(struct hc_text_table *table, size_t columns, unsigned right);
void hc_text_table_done(struct hc_text_table *table);

/* The next cell of the row; after the last one a new row begins. Copied; a NUL within ends it. */
void hc_text_table_put(struct hc_text_table *table, struct hc_slice cell);

/* Appends the rows, whole ones only, a line each: `indent` spaces, cells with two spaces between
 * them, none at the end. */
void hc_text_table_print(const struct hc_text_table *table, size_t indent, struct hc_buffer *out);

/* "1,234,567". Returns `out`. */
enum { HC_THOUSANDS_BYTES = 32 };
char *hc_thousands(int64_t value, char out[HC_THOUSANDS_BYTES]);

#endif
