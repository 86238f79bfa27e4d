/* Bump allocation that dies as a whole: one arena per request or per load.
 *
 * Not thread-safe. Memory is 16-byte aligned and zeroed. Blocks are kept over a reset up to
 * `keep_bytes`, so that a steady request path allocates nothing from the heap.
 */
#ifndef HC_BASE_ARENA_H
#define HC_BASE_ARENA_H

#include "base/slice.h"

struct hc_arena_block;

struct hc_arena {
    struct hc_arena_block *_first;
    struct hc_arena_block *_current;
    size_t _used;      /* bytes used in _current */
    size_t _allocated; /* bytes handed out since the last reset */
    size_t _keep_bytes;
};

/* `keep_bytes`: what reset may keep for the next use; 0 means 16 KiB. Allocates nothing yet. */
void hc_arena_init(struct hc_arena *arena, size_t keep_bytes);
void hc_arena_done(struct hc_arena *arena);
void hc_arena_reset(struct hc_arena *arena);

/* Never NULL. Zero bytes give a valid pointer. */
void *hc_arena_alloc(struct hc_arena *arena, size_t size);
void *hc_arena_array(struct hc_arena *arena, size_t count, size_t element_size);

/* Like hc_arena_alloc without zeroing, for bytes that are written at once. */
void *hc_arena_bytes(struct hc_arena *arena, size_t size);

struct hc_slice hc_arena_copy(struct hc_arena *arena, struct hc_slice slice); /* null stays null */
char *hc_arena_str(struct hc_arena *arena, struct hc_slice slice);
char *hc_arena_format(struct hc_arena *arena, const char *format, ...) HC_PRINTF(2, 3);

/* Bytes handed out since the last reset. */
size_t hc_arena_allocated(const struct hc_arena *arena);

#define HC_ARENA_NEW(arena, type)          ((type *)hc_arena_alloc((arena), sizeof(type)))
#define HC_ARENA_ARRAY(arena, type, count) ((type *)hc_arena_array((arena), (count), sizeof(type)))

#endif
