#include "store/prefix.h"

#include "base/memory.h"
#include "store/store.h"

#include <stdlib.h>
#include <xxhash.h>

struct hc_prefix_hash {
    XXH3_state_t *state; /* own; aligned as xxHash wants it */
};

struct hc_prefix_hash *hc_prefix_hash_new(void)
{
    struct hc_prefix_hash *hash = hc_alloc(sizeof *hash);
    hash->state = XXH3_createState();
    HC_ASSERT(hash->state != NULL);
    XXH3_128bits_reset(hash->state);
    return hash;
}

void hc_prefix_hash_free(struct hc_prefix_hash *hash)
{
    if (hash) {
        XXH3_freeState(hash->state);
        free(hash);
    }
}

/* Null and empty differ: null has no size. */
static int64_t size_of(struct hc_slice slice)
{
    return hc_slice_is_null(slice) ? -1 : (int64_t)slice.size;
}

void hc_prefix_hash_add(struct hc_prefix_hash *hash, int64_t offset,
                        const struct hc_store_record *record)
{
    HC_ASSERT(offset >= 0);
    int64_t head[] = {offset, record->visible_ms, record->timestamp_ms, size_of(record->key),
                      size_of(record->value)};
    XXH3_128bits_update(hash->state, head, sizeof head);
    if (record->key.size > 0) {
        XXH3_128bits_update(hash->state, record->key.data, record->key.size);
    }
    if (record->value.size > 0) {
        XXH3_128bits_update(hash->state, record->value.data, record->value.size);
    }
}

struct hc_prefix hc_prefix_hash_at(const struct hc_prefix_hash *hash)
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(hash->state));
    struct hc_prefix prefix = {0};
    _Static_assert(sizeof prefix.hash == sizeof canonical.digest, "XXH3-128");
    memcpy(prefix.hash, canonical.digest, sizeof prefix.hash);
    return prefix;
}

bool hc_prefix_equal(const struct hc_prefix *a, const struct hc_prefix *b)
{
    return a->records == b->records && memcmp(a->hash, b->hash, sizeof a->hash) == 0;
}
