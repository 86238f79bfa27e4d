/* A growing byte buffer that owns its memory. Not thread-safe. */
#ifndef HC_BASE_BUFFER_H
#define HC_BASE_BUFFER_H

#include "base/slice.h"

#include <stdarg.h>

struct hc_buffer {
    char *data;
    size_t size;
    size_t capacity;
};

/* Zero initialisation is a valid empty buffer. */
void hc_buffer_done(struct hc_buffer *buffer);
void hc_buffer_clear(struct hc_buffer *buffer);

/* Room for `more` further bytes; returns where they go. Does not change the size. */
char *hc_buffer_reserve(struct hc_buffer *buffer, size_t more);

void hc_buffer_append(struct hc_buffer *buffer, const void *data, size_t size);
void hc_buffer_append_slice(struct hc_buffer *buffer, struct hc_slice slice);
void hc_buffer_append_str(struct hc_buffer *buffer, const char *text);
void hc_buffer_append_char(struct hc_buffer *buffer, char c);
void hc_buffer_printf(struct hc_buffer *buffer, const char *format, ...) HC_PRINTF(2, 3);
void hc_buffer_vprintf(struct hc_buffer *buffer, const char *format, va_list arguments);

/* Appends `text` as the inside of a JSON string with its quotes. Invalid UTF-8 bytes become U+FFFD.
 */
void hc_buffer_append_json(struct hc_buffer *buffer, struct hc_slice text);

/* Removes the first `count` bytes. */
void hc_buffer_consume(struct hc_buffer *buffer, size_t count);

static inline struct hc_slice hc_buffer_slice(const struct hc_buffer *buffer)
{
    return (struct hc_slice){buffer->data ? buffer->data : "", buffer->size};
}

/* A NUL behind the contents, not counted in the size. */
const char *hc_buffer_str(struct hc_buffer *buffer);

#endif
