/* Proof that a reload reproduces what was loaded before: a running hash over the records of a
 * partition.
 *
 * Every publish records (number of records, hash of that prefix) per partition in the manifest. A
 * later load of the same topic compares its own running hash at the same counts: equal means that
 * offsets, both times, keys and values of all those records are the same bytes, so committed
 * offsets still mean the same records. XXH3-128 (accidents, not attackers). Not thread-safe.
 */
#ifndef HC_STORE_PREFIX_H
#define HC_STORE_PREFIX_H

#include "base/slice.h"

struct hc_store_record;
struct hc_prefix_hash;

enum { HC_PREFIX_HASH_BYTES = 16 };

struct hc_prefix {
    int64_t records;                    /* the first so many records of the partition */
    uint8_t hash[HC_PREFIX_HASH_BYTES]; /* canonical (big-endian) XXH3-128 */
};

struct hc_prefix_list {
    struct hc_prefix *items; /* ascending by records */
    size_t count;
};

enum hc_prefix_match {
    HC_PREFIX_SAME,    /* every expected prefix was reproduced (also when none was expected) */
    HC_PREFIX_SHORTER, /* no difference so far, but fewer records than expected */
    HC_PREFIX_DIFFERS,
};

struct hc_prefix_hash *hc_prefix_hash_new(void); /* own */
void hc_prefix_hash_free(struct hc_prefix_hash *hash);

/* Feeds the next record; `offset` is the number of records fed before. */
void hc_prefix_hash_add(struct hc_prefix_hash *hash, int64_t offset,
                        const struct hc_store_record *record);

/* The hash so far, with `records` 0 for the caller to fill in; feeding goes on afterwards. */
struct hc_prefix hc_prefix_hash_at(const struct hc_prefix_hash *hash);

bool hc_prefix_equal(const struct hc_prefix *a, const struct hc_prefix *b);

#endif
