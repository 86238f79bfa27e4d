#include "source/cells.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct hc_slice trim(const char *start, const char *end)
{
    while (start < end && is_blank(*start)) {
        start++;
    }
    while (start < end && is_blank(end[-1])) {
        end--;
    }
    return hc_slice_of(start, (size_t)(end - start));
}

static size_t split_plain(struct hc_slice line, char separator, struct hc_raw_cell *cells,
                          size_t max, size_t *ret_column, const char **ret_reason)
{
    const char *at = line.data;
    const char *end = line.data + line.size;
    size_t count = 0;
    for (;;) {
        const char *stop = at < end ? memchr(at, separator, (size_t)(end - at)) : NULL;
        const char *cell_end = stop ? stop : end;
        if (cell_end - at > HC_CELL_BYTES_MAX) {
            *ret_column = count + 1;
            *ret_reason = "a cell of more than 64 KiB";
            return 0;
        }
        if (count < max) {
            cells[count] = (struct hc_raw_cell){trim(at, cell_end), false};
        }
        count++;
        if (stop == NULL || count > max) {
            return count;
        }
        at = stop + 1;
    }
}

/* Undoes the quoted cell that starts behind the quote at *at. NULL and the cell, or why not; *at
 * ends behind its last quote. */
static const char *unquote(const char **at, const char *end, char **scratch, struct hc_slice *ret)
{
    char *out = *scratch;
    const char *from = *at + 1;
    for (;;) {
        const char *quote = from < end ? memchr(from, '"', (size_t)(end - from)) : NULL;
        if (quote == NULL) {
            return "a quote that is never closed";
        }
        memcpy(out, from, (size_t)(quote - from));
        out += quote - from;
        from = quote + 1;
        if (from == end || *from != '"') {
            break;
        }
        *out++ = '"';
        from++;
    }
    *ret = hc_slice_of(*scratch, (size_t)(out - *scratch));
    *scratch = out;
    *at = from;
    return ret->size > HC_CELL_BYTES_MAX ? "a cell of more than 64 KiB" : NULL;
}

static const char *quoted_cell(const char **at, const char *end, char separator, char **scratch,
                               struct hc_raw_cell *ret)
{
    const char *start = *at;
    while (start < end && is_blank(*start) && *start != separator) {
        start++;
    }
    if (start < end && *start == '"') {
        *at = start;
        ret->quoted = true;
        const char *reason = unquote(at, end, scratch, &ret->text);
        while (reason == NULL && *at < end && is_blank(**at) && **at != separator) {
            ++*at;
        }
        return reason == NULL && *at < end && **at != separator
                   ? "text behind the closing quote of a cell"
                   : reason;
    }
    const char *stop = *at < end ? memchr(*at, separator, (size_t)(end - *at)) : NULL;
    stop = stop ? stop : end;
    ret->quoted = false;
    ret->text = trim(*at, stop);
    const char *reason = NULL;
    if (stop - *at > HC_CELL_BYTES_MAX) {
        reason = "a cell of more than 64 KiB";
    } else if (ret->text.size > 0 && memchr(ret->text.data, '"', ret->text.size) != NULL) {
        reason = "a quote inside a cell that is not quoted";
    }
    *at = stop;
    return reason;
}

size_t hc_cells_split(struct hc_slice line, char separator, bool quoted, char *scratch,
                      struct hc_raw_cell *cells, size_t max, size_t *ret_column,
                      const char **ret_reason)
{
    HC_ASSERT(cells != NULL && max > 0 && ret_column != NULL && ret_reason != NULL);
    if (!quoted) {
        return split_plain(line, separator, cells, max, ret_column, ret_reason);
    }
    HC_ASSERT(scratch != NULL);
    const char *at = line.data;
    const char *end = line.data + line.size;
    size_t count = 0;
    for (;;) {
        struct hc_raw_cell cell;
        const char *reason = quoted_cell(&at, end, separator, &scratch, &cell);
        if (reason != NULL) {
            *ret_column = count + 1;
            *ret_reason = reason;
            return 0;
        }
        if (count < max) {
            cells[count] = cell;
        }
        count++;
        if (at == end || count > max) {
            return count;
        }
        at++; /* the separator */
    }
}
