/* Slices of stored batches, built anew and kept in a small LRU cache. One thread (a loop's reader).
 *
 * A slice is a batch with records [from, to) of a stored batch: at the visible end, at the edge of
 * a leader epoch, or a whole batch uncompressed for a client that is too old for its codec. Slices
 * are uncompressed. The bytes are immutable and reference-counted, so that answers may outlive
 * their place in the cache.
 */
#ifndef HC_STORE_CUT_H
#define HC_STORE_CUT_H

#include "base/list.h"
#include "store/segment.h"

enum { HC_CUTS_MAX = 128 };

struct hc_cut_key {
    uint64_t segment_id;
    int64_t from; /* offsets */
    int64_t to;
    int32_t leader_epoch;
};

struct hc_cut {
    struct hc_ref ref;
    struct hc_list node;
    struct hc_cut_key key;
    size_t size;
    char data[];
};

struct hc_cut_cache {
    struct hc_list _cuts; /* most recently used first; the cache holds a reference to each */
    size_t _count;
    size_t _bytes;
    size_t _bytes_max;
    struct hc_buffer _raw;            /* scratch: a decompressed batch */
    struct hc_buffer _out;            /* scratch: the slice */
    struct hp_batch_builder _builder; /* scratch: of slices that do not begin with their batch */
};

void hc_cut_cache_init(struct hc_cut_cache *cache, size_t bytes_max);
void hc_cut_cache_done(struct hc_cut_cache *cache);

/* The slice with records [from, to) of `batch`, which is verified: first <= from < to <= end. A
 * reference for the caller. NULL when the batch's records are malformed. */
struct hc_cut *hc_cut_cache_get(struct hc_cut_cache *cache, const struct hc_segment *segment,
                                const struct hc_stored_batch *batch, int64_t from, int64_t to,
                                int32_t leader_epoch);

#endif
