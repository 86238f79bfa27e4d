/* Intrusive binary min-heap on an int64 key: deadlines in monotonic or in market time.
 *
 * Equal keys leave in the order they were inserted. O(log n) insert, remove, move. Not thread-safe.
 */
#ifndef HC_BASE_HEAP_H
#define HC_BASE_HEAP_H

#include "base/assert.h"

#include <stdbool.h>

/* Embed in the object that waits; zero-initialised means "in no heap". */
struct hc_heap_node {
    int64_t key;
    uint64_t _sequence;
    size_t _position; /* 1-based; 0: in no heap */
};

struct hc_heap {
    struct hc_heap_node **_nodes;
    size_t _count;
    size_t _capacity;
    uint64_t _next_sequence;
};

void hc_heap_done(
    struct hc_heap *heap); /* the heap must not own nodes any more, or they are forgotten */
size_t hc_heap_count(const struct hc_heap *heap);

/* The smallest, or NULL. */
struct hc_heap_node *hc_heap_first(const struct hc_heap *heap);

void hc_heap_insert(struct hc_heap *heap, struct hc_heap_node *node, int64_t key);
void hc_heap_remove(struct hc_heap *heap,
                    struct hc_heap_node *node); /* a node in no heap: nothing */
void hc_heap_move(struct hc_heap *heap, struct hc_heap_node *node,
                  int64_t key); /* inserts if needed */

static inline bool hc_heap_contains(const struct hc_heap_node *node)
{
    return node->_position != 0;
}

#endif
