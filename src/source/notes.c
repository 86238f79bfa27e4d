#include "source/notes.h"

#include <stdarg.h>
#include <stdio.h>

enum { NOTE_BYTES = 768 };

void hc_notes_add(struct hc_slice_list *list, size_t max, struct hc_arena *arena,
                  const char *format, ...)
{
    HC_ASSERT(list != NULL && arena != NULL && max > 0 && max <= HC_NOTES_MAX);
    if (list->count >= max) {
        return;
    }
    char text[NOTE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < list->count; i++) {
        if (hc_slice_equal_str(list->items[i], text)) {
            return;
        }
    }
    if (list->items == NULL) {
        list->items = HC_ARENA_ARRAY(arena, struct hc_slice, HC_NOTES_MAX);
    }
    list->items[list->count++] = hc_arena_copy(arena, hc_slice_str(text));
}
