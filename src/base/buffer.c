#include "base/buffer.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>

void hc_buffer_done(struct hc_buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct hc_buffer){0};
}

void hc_buffer_clear(struct hc_buffer *buffer)
{
    buffer->size = 0;
}

char *hc_buffer_reserve(struct hc_buffer *buffer, size_t more)
{
    HC_ASSERT(more <= SIZE_MAX / 4 && buffer->size <= SIZE_MAX / 4);
    if (!buffer->data || buffer->capacity - buffer->size < more) {
        size_t capacity = HC_MAX(buffer->capacity, (size_t)64);
        while (capacity - buffer->size < more) {
            capacity *= 2;
        }
        buffer->data = hc_realloc_array(buffer->data, capacity, 1);
        buffer->capacity = capacity;
    }
    return buffer->data + buffer->size;
}

void hc_buffer_append(struct hc_buffer *buffer, const void *data, size_t size)
{
    if (size) {
        memcpy(hc_buffer_reserve(buffer, size), data, size);
        buffer->size += size;
    }
}

void hc_buffer_append_slice(struct hc_buffer *buffer, struct hc_slice slice)
{
    hc_buffer_append(buffer, slice.data, slice.size);
}

void hc_buffer_append_str(struct hc_buffer *buffer, const char *text)
{
    hc_buffer_append(buffer, text, strlen(text));
}

void hc_buffer_append_char(struct hc_buffer *buffer, char c)
{
    *hc_buffer_reserve(buffer, 1) = c;
    buffer->size++;
}

void hc_buffer_printf(struct hc_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    hc_buffer_vprintf(buffer, format, arguments);
    va_end(arguments);
}

void hc_buffer_vprintf(struct hc_buffer *buffer, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    size_t room = buffer->capacity - buffer->size;
    int size =
        vsnprintf(buffer->data ? buffer->data + buffer->size : NULL, room, format, arguments);
    HC_ASSERT(size >= 0);
    if ((size_t)size >= room) {
        vsnprintf(hc_buffer_reserve(buffer, (size_t)size + 1), (size_t)size + 1, format, again);
    }
    va_end(again);
    buffer->size += (size_t)size;
}

static void append_escaped(struct hc_buffer *buffer, unsigned char c)
{
    switch (c) {
    case '"':
        hc_buffer_append_str(buffer, "\\\"");
        return;
    case '\\':
        hc_buffer_append_str(buffer, "\\\\");
        return;
    case '\n':
        hc_buffer_append_str(buffer, "\\n");
        return;
    case '\r':
        hc_buffer_append_str(buffer, "\\r");
        return;
    case '\t':
        hc_buffer_append_str(buffer, "\\t");
        return;
    default:
        hc_buffer_printf(buffer, "\\u%04x", c);
    }
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void hc_buffer_append_json(struct hc_buffer *buffer, struct hc_slice text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    hc_buffer_append_char(buffer, '"');
    for (size_t i = 0; i < text.size;) {
        size_t run = i;
        while (run < text.size && is_plain(bytes[run])) {
            run++;
        }
        hc_buffer_append(buffer, bytes + i, run - i);
        i = run;
        if (i == text.size) {
            break;
        }
        size_t length = bytes[i] >= 0x80 ? hc_utf8_length(bytes + i, text.size - i) : 1;
        if (length == 0) {
            hc_buffer_append_str(buffer, "\xef\xbf\xbd");
            length = 1;
        } else if (bytes[i] >= 0x80) {
            hc_buffer_append(buffer, bytes + i, length);
        } else {
            append_escaped(buffer, bytes[i]);
        }
        i += length;
    }
    hc_buffer_append_char(buffer, '"');
}

void hc_buffer_consume(struct hc_buffer *buffer, size_t count)
{
    HC_ASSERT(count <= buffer->size);
    if (count && count < buffer->size) {
        memmove(buffer->data, buffer->data + count, buffer->size - count);
    }
    buffer->size -= count;
}

const char *hc_buffer_str(struct hc_buffer *buffer)
{
    *hc_buffer_reserve(buffer, 1) = '\0';
    return buffer->data;
}
