#include "base/heap.h"

#include "base/memory.h"

#include <stdlib.h>

void hc_heap_done(struct hc_heap *heap)
{
    for (size_t i = 0; i < heap->_count; i++) {
        heap->_nodes[i]->_position = 0;
    }
    free(heap->_nodes);
    *heap = (struct hc_heap){0};
}

size_t hc_heap_count(const struct hc_heap *heap)
{
    return heap->_count;
}

struct hc_heap_node *hc_heap_first(const struct hc_heap *heap)
{
    return heap->_count ? heap->_nodes[0] : NULL;
}

static bool before(const struct hc_heap_node *a, const struct hc_heap_node *b)
{
    return a->key < b->key || (a->key == b->key && a->_sequence < b->_sequence);
}

static void place(struct hc_heap *heap, size_t index, struct hc_heap_node *node)
{
    heap->_nodes[index] = node;
    node->_position = index + 1;
}

static void sift_up(struct hc_heap *heap, size_t index, struct hc_heap_node *node)
{
    while (index > 0 && before(node, heap->_nodes[(index - 1) / 2])) {
        place(heap, index, heap->_nodes[(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    place(heap, index, node);
}

static void sift_down(struct hc_heap *heap, size_t index, struct hc_heap_node *node)
{
    for (;;) {
        size_t child = 2 * index + 1;
        if (child >= heap->_count) {
            break;
        }
        if (child + 1 < heap->_count && before(heap->_nodes[child + 1], heap->_nodes[child])) {
            child++;
        }
        if (!before(heap->_nodes[child], node)) {
            break;
        }
        place(heap, index, heap->_nodes[child]);
        index = child;
    }
    place(heap, index, node);
}

void hc_heap_insert(struct hc_heap *heap, struct hc_heap_node *node, int64_t key)
{
    HC_ASSERT(!hc_heap_contains(node));
    heap->_nodes = hc_grow(heap->_nodes, &heap->_capacity, heap->_count + 1, sizeof *heap->_nodes);
    node->key = key;
    node->_sequence = heap->_next_sequence++;
    sift_up(heap, heap->_count++, node);
}

void hc_heap_remove(struct hc_heap *heap, struct hc_heap_node *node)
{
    if (!hc_heap_contains(node)) {
        return;
    }
    size_t index = node->_position - 1;
    HC_ASSERT(index < heap->_count && heap->_nodes[index] == node);
    node->_position = 0;
    struct hc_heap_node *last = heap->_nodes[--heap->_count];
    if (last == node) {
        return;
    }
    if (index > 0 && before(last, heap->_nodes[(index - 1) / 2])) {
        sift_up(heap, index, last);
    } else {
        sift_down(heap, index, last);
    }
}

void hc_heap_move(struct hc_heap *heap, struct hc_heap_node *node, int64_t key)
{
    hc_heap_remove(heap, node);
    hc_heap_insert(heap, node, key);
}
