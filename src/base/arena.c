#include "base/arena.h"

#include "base/memory.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ALIGNMENT = 16, BLOCK_BYTES = 1024, KEEP_DEFAULT = 16384 };

struct hc_arena_block {
    struct hc_arena_block *next;
    size_t capacity;
    alignas(ALIGNMENT) char bytes[];
};

void hc_arena_init(struct hc_arena *arena, size_t keep_bytes)
{
    *arena = (struct hc_arena){._keep_bytes = keep_bytes ? keep_bytes : KEEP_DEFAULT};
}

static void free_blocks(struct hc_arena_block *block)
{
    while (block) {
        struct hc_arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void hc_arena_done(struct hc_arena *arena)
{
    free_blocks(arena->_first);
    *arena = (struct hc_arena){._keep_bytes = arena->_keep_bytes};
}

void hc_arena_reset(struct hc_arena *arena)
{
    size_t kept = 0;
    struct hc_arena_block **link = &arena->_first;
    while (*link && kept + (*link)->capacity <= arena->_keep_bytes) {
        kept += (*link)->capacity;
        link = &(*link)->next;
    }
    free_blocks(*link);
    *link = NULL;
    arena->_current = arena->_first;
    arena->_used = 0;
    arena->_allocated = 0;
}

/* Moves on to a block with room for `size`: a kept one that fits, or a new one put behind the
 * current. */
static void next_block(struct hc_arena *arena, size_t size)
{
    struct hc_arena_block *next = arena->_current ? arena->_current->next : arena->_first;
    if (!next || next->capacity < size) {
        size_t doubled = arena->_current ? arena->_current->capacity * 2 : BLOCK_BYTES;
        size_t capacity = HC_MAX(size, HC_MIN(doubled, (size_t)1 << 20));
        HC_ASSERT(capacity <= SIZE_MAX - sizeof(struct hc_arena_block));
        struct hc_arena_block *block =
            hc_realloc_array(NULL, 1, sizeof(struct hc_arena_block) + capacity);
        block->capacity = capacity;
        block->next = next;
        if (arena->_current) {
            arena->_current->next = block;
        } else {
            arena->_first = block;
        }
        next = block;
    }
    arena->_current = next;
    arena->_used = 0;
}

void *hc_arena_bytes(struct hc_arena *arena, size_t size)
{
    HC_ASSERT(size <= SIZE_MAX / 2);
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (!arena->_current || arena->_current->capacity - arena->_used < rounded) {
        next_block(arena, rounded);
    }
    void *memory = arena->_current->bytes + arena->_used;
    arena->_used += rounded;
    arena->_allocated += rounded;
    return memory;
}

void *hc_arena_alloc(struct hc_arena *arena, size_t size)
{
    void *memory = hc_arena_bytes(arena, size);
    memset(memory, 0, size);
    return memory;
}

void *hc_arena_array(struct hc_arena *arena, size_t count, size_t element_size)
{
    HC_ASSERT(element_size == 0 || count <= SIZE_MAX / 2 / element_size);
    return hc_arena_alloc(arena, count * element_size);
}

struct hc_slice hc_arena_copy(struct hc_arena *arena, struct hc_slice slice)
{
    if (!slice.data) {
        return slice;
    }
    return hc_slice_of(hc_arena_str(arena, slice), slice.size);
}

char *hc_arena_str(struct hc_arena *arena, struct hc_slice slice)
{
    char *copy = hc_arena_bytes(arena, slice.size + 1);
    if (slice.size) {
        memcpy(copy, slice.data, slice.size);
    }
    copy[slice.size] = '\0';
    return copy;
}

char *hc_arena_format(struct hc_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    HC_ASSERT(size >= 0);
    char *text = hc_arena_bytes(arena, (size_t)size + 1);
    vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

size_t hc_arena_allocated(const struct hc_arena *arena)
{
    return arena->_allocated;
}
