#include "source/lines.h"

#include "base/memory.h"
#include "source/input_internal.h"

#include <stdlib.h>

enum { FIRST_BYTES = 128 * 1024, TOP_BYTES = HC_LINE_BYTES_MAX + FIRST_BYTES };

void hc_lines_init(struct hc_lines *lines, struct hc_input *input)
{
    HC_ASSERT(lines != NULL && input != NULL);
    *lines = (struct hc_lines){._input = input, ._capacity = FIRST_BYTES};
    lines->_data = hc_alloc(lines->_capacity);
}

void hc_lines_done(struct hc_lines *lines)
{
    free(lines->_data);
    *lines = (struct hc_lines){0};
}

/* More bytes behind _end; what was consumed makes room. Nothing when full or at the end. */
static enum hc_status more(struct hc_lines *lines, struct hc_error *error)
{
    HC_ASSERT(lines->_start <= lines->_end && lines->_end <= lines->_capacity);
    if (lines->_start > 0) {
        memmove(lines->_data, lines->_data + lines->_start, lines->_end - lines->_start);
        lines->_end -= lines->_start;
        lines->_start = 0;
    }
    if (lines->_end == lines->_capacity && lines->_capacity < TOP_BYTES) {
        lines->_capacity = HC_MIN(lines->_capacity * 2, (size_t)TOP_BYTES);
        lines->_data = hc_realloc_array(lines->_data, lines->_capacity, 1);
    }
    size_t room = lines->_capacity - lines->_end;
    if (room == 0 || lines->_at_end) {
        return HC_OK;
    }
    size_t got = 0;
    enum hc_status status =
        hc_input_read(lines->_input, lines->_data + lines->_end, room, &got, error);
    if (status == HC_END) {
        lines->_at_end = true;
        return HC_OK;
    }
    if (status == HC_OK) {
        lines->_end += got;
    }
    return status;
}

static struct hc_slice pending(const struct hc_lines *lines)
{
    return hc_slice_of(lines->_data + lines->_start, lines->_end - lines->_start);
}

/* Byte order mark and kind of line end, from the first bytes. */
static enum hc_status begin(struct hc_lines *lines, struct hc_error *error)
{
    enum hc_status status = HC_OK;
    struct hc_slice text = pending(lines);
    while (status == HC_OK && !lines->_at_end && text.size < FIRST_BYTES / 2) {
        status = more(lines, error);
        text = pending(lines);
    }
    if (status != HC_OK) {
        return status;
    }
    if (text.size >= 2 &&
        (memcmp(text.data, "\xff\xfe", 2) == 0 || memcmp(text.data, "\xfe\xff", 2) == 0)) {
        return hc_error_set(error, HC_UNSUPPORTED, "%s is UTF-16 text: convert it to UTF-8",
                            lines->_input->path);
    }
    if (text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0) {
        lines->_start += 3;
        text = pending(lines);
    }
    bool feed = text.size > 0 && memchr(text.data, '\n', text.size) != NULL;
    bool carriage = text.size > 0 && memchr(text.data, '\r', text.size) != NULL;
    lines->_break = !feed && carriage ? '\r' : '\n';
    return HC_OK;
}

/* Where the line end after `from` stands; reads on as needed. text.size when there is none within
 * bounds. */
static enum hc_status find_break(struct hc_lines *lines, size_t from, size_t *ret,
                                 struct hc_error *error)
{
    for (;;) {
        struct hc_slice text = pending(lines);
        const char *found =
            from < text.size ? memchr(text.data + from, lines->_break, text.size - from) : NULL;
        if (found != NULL) {
            *ret = (size_t)(found - text.data);
            return HC_OK;
        }
        from = text.size;
        if (lines->_at_end || text.size > HC_LINE_BYTES_MAX) {
            *ret = text.size;
            return HC_OK;
        }
        enum hc_status status = more(lines, error);
        if (status != HC_OK) {
            return status;
        }
    }
}

static size_t count_char(struct hc_slice text, char c)
{
    size_t count = 0;
    const char *at = text.data;
    const char *end = text.data + text.size;
    while (at < end && (at = memchr(at, c, (size_t)(end - at))) != NULL) {
        count++;
        at++;
    }
    return count;
}

/* Consumes `size` bytes and the line end behind them. */
static void consume(struct hc_lines *lines, size_t size)
{
    HC_ASSERT(lines->_start + size <= lines->_end);
    lines->_start = HC_MIN(lines->_start + size + 1, lines->_end);
}

/* Drops the rest of a line that was refused as too long. */
static enum hc_status skip_rest(struct hc_lines *lines, struct hc_error *error)
{
    for (;;) {
        struct hc_slice text = pending(lines);
        const char *found = text.size > 0 ? memchr(text.data, lines->_break, text.size) : NULL;
        if (found != NULL) {
            consume(lines, (size_t)(found - text.data));
            return HC_OK;
        }
        lines->_start = lines->_end;
        if (lines->_at_end) {
            return HC_OK;
        }
        enum hc_status status = more(lines, error);
        if (status != HC_OK) {
            return status;
        }
    }
}

/* The end of the line that starts with `first` bytes up to its first break and has an odd number of
 * quotes there. */
static enum hc_status find_quoted_end(struct hc_lines *lines, size_t first, size_t *ret,
                                      bool *ret_balanced, struct hc_error *error)
{
    size_t end = first;
    size_t quotes = count_char(hc_slice_of(pending(lines).data, first), '"');
    while (quotes % 2 == 1) {
        if (end >= pending(lines).size || end > HC_LINE_BYTES_MAX) {
            *ret = first;
            *ret_balanced = false;
            return HC_OK;
        }
        size_t next = 0;
        enum hc_status status = find_break(lines, end + 1, &next, error);
        if (status != HC_OK) {
            return status;
        }
        quotes += count_char(hc_slice_of(pending(lines).data + end, next - end), '"');
        end = next;
    }
    *ret = end;
    *ret_balanced = true;
    return HC_OK;
}

static void emit(struct hc_lines *lines, size_t size, struct hc_line *line)
{
    HC_ASSERT(size <= lines->_end - lines->_start);
    struct hc_slice text = hc_slice_of(lines->_data + lines->_start, size);
    line->number = lines->_number + 1;
    lines->_number += 1 + (line->quoted ? count_char(text, lines->_break) : 0);
    if (lines->_break == '\n' && text.size > 0 && text.data[text.size - 1] == '\r') {
        text.size--;
    }
    line->text = text;
    consume(lines, size);
}

enum hc_status hc_lines_next(struct hc_lines *lines, struct hc_line *ret, struct hc_error *error)
{
    HC_ASSERT(lines->_input != NULL && ret != NULL);
    enum hc_status status = HC_OK;
    if (lines->_break == '\0') {
        status = begin(lines, error);
    }
    if (status == HC_OK && lines->_skipping) {
        lines->_skipping = false;
        status = skip_rest(lines, error);
    }
    size_t size = 0;
    if (status == HC_OK) {
        status = find_break(lines, 0, &size, error);
    }
    if (status != HC_OK) {
        return status;
    }
    if (pending(lines).size == 0) {
        return HC_END;
    }
    struct hc_line line = {.quoted = memchr(pending(lines).data, '"', size) != NULL};
    if (line.quoted && size <= HC_LINE_BYTES_MAX) {
        bool balanced = true;
        status = find_quoted_end(lines, size, &size, &balanced, error);
        if (status != HC_OK) {
            return status;
        }
        line.refusal = balanced ? NULL : "a quote that is never closed";
        line.quoted = balanced;
    }
    if (size > HC_LINE_BYTES_MAX) {
        line = (struct hc_line){.number = ++lines->_number, .refusal = "a line of more than 1 MiB"};
        line.text = hc_slice_of(pending(lines).data, 0);
        lines->_skipping = true;
        *ret = line;
        return HC_OK;
    }
    emit(lines, size, &line);
    *ret = line;
    return HC_OK;
}
