/* Atomic reference counts for immutable objects shared between threads. */
#ifndef HC_BASE_REF_H
#define HC_BASE_REF_H

#include "base/assert.h"

#include <stdatomic.h>

struct hc_ref {
    atomic_long _count;
    void (*_free)(
        struct hc_ref *ref); /* called once, on the thread that drops the last reference */
};

/* Starts with one reference, the caller's. */
static inline void hc_ref_init(struct hc_ref *ref, void (*free_fn)(struct hc_ref *))
{
    atomic_init(&ref->_count, 1);
    ref->_free = free_fn;
}

/* NULL is allowed. Returns `ref`. */
static inline struct hc_ref *hc_ref_get(struct hc_ref *ref)
{
    if (ref) {
        long before = atomic_fetch_add_explicit(&ref->_count, 1, memory_order_relaxed);
        HC_ASSERT(before > 0);
    }
    return ref;
}

static inline void hc_ref_put(struct hc_ref *ref)
{
    if (ref && atomic_fetch_sub_explicit(&ref->_count, 1, memory_order_acq_rel) == 1) {
        ref->_free(ref);
    }
}

#endif
