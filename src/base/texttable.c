#include "base/texttable.h"

#include "base/status.h"

#include <inttypes.h>
#include <stdio.h>

void hc_text_table_init(struct hc_text_table *table, size_t columns, unsigned right)
{
    HC_ASSERT(columns > 0 && columns <= HC_TEXT_COLUMNS_MAX);
    *table = (struct hc_text_table){._columns = columns, ._right = right};
}

void hc_text_table_done(struct hc_text_table *table)
{
    hc_buffer_done(&table->_text);
    *table = (struct hc_text_table){0};
}

/* Bytes that continue a character take no width. */
static size_t width_of(const char *cell)
{
    size_t width = 0;
    for (; *cell; cell++) {
        width += ((unsigned char)*cell & 0xc0) != 0x80;
    }
    return width;
}

void hc_text_table_put(struct hc_text_table *table, struct hc_slice cell)
{
    HC_ASSERT(table->_columns > 0);
    size_t begin = table->_text.size;
    for (size_t i = 0; i < cell.size && cell.data[i] != '\0'; i++) {
        hc_buffer_append_char(&table->_text, cell.data[i]);
    }
    hc_buffer_append_char(&table->_text, '\0');
    size_t *width = &table->_widths[table->_cells++ % table->_columns];
    *width = HC_MAX(*width, width_of((const char *)table->_text.data + begin));
}

static void put_spaces(struct hc_buffer *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        hc_buffer_append_char(out, ' ');
    }
}

/* Spaces are owed until something follows them. */
void hc_text_table_print(const struct hc_text_table *table, size_t indent, struct hc_buffer *out)
{
    const char *cell = (const char *)table->_text.data;
    size_t whole = table->_cells / table->_columns * table->_columns;
    for (size_t i = 0, owed = 0; i < whole; i++, cell += strlen(cell) + 1) {
        size_t column = i % table->_columns;
        size_t pad = table->_widths[column] - width_of(cell);
        bool right = (table->_right & HC_TEXT_RIGHT(column)) != 0;
        owed = column == 0 ? indent : owed + 2;
        owed += right ? pad : 0;
        if (*cell) {
            put_spaces(out, owed);
            hc_buffer_append_str(out, cell);
            owed = 0;
        }
        owed += right ? 0 : pad;
        if (column + 1 == table->_columns) {
            hc_buffer_append_char(out, '\n');
        }
    }
}

char *hc_thousands(int64_t value, char out[HC_THOUSANDS_BYTES])
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRId64, value);
    int used = 0;
    for (int i = 0; i < size; i++) {
        out[used++] = digits[i];
        if ((size - i - 1) % 3 == 0 && i + 1 < size && digits[i] != '-') {
            out[used++] = ',';
        }
    }
    HC_ASSERT(used < HC_THOUSANDS_BYTES);
    out[used] = '\0';
    return out;
}
