/* Intrusive doubly linked list with a sentinel. Not thread-safe. */
#ifndef HC_BASE_LIST_H
#define HC_BASE_LIST_H

#include "base/assert.h"

#include <stdbool.h>

struct hc_list {
    struct hc_list *prev;
    struct hc_list *next;
};

static inline void hc_list_init(struct hc_list *list)
{
    list->prev = list->next = list;
}

static inline bool hc_list_empty(const struct hc_list *list)
{
    return list->next == list;
}

static inline void hc_list_append(struct hc_list *list, struct hc_list *node)
{
    node->prev = list->prev;
    node->next = list;
    list->prev->next = node;
    list->prev = node;
}

/* Leaves the node linked to itself, so that removing twice is harmless. */
static inline void hc_list_remove(struct hc_list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    hc_list_init(node);
}

#define HC_LIST_EACH(list, node)                                                                   \
    for (struct hc_list *node = (list)->next; node != (list); node = node->next)

/* The current node may be removed inside the body. */
#define HC_LIST_EACH_SAFE(list, node)                                                              \
    for (struct hc_list *node = (list)->next, *node##_next = node->next; node != (list);           \
         node = node##_next, node##_next = node->next)

#endif
