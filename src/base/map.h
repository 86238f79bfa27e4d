/* Hash map from byte strings to pointers, open addressing, seeded against chosen keys.
 *
 * Keys are copied; values are borrowed. Not thread-safe. Iteration order is insertion order as long
 * as nothing is removed; after removals it is unspecified but deterministic.
 */
#ifndef HC_BASE_MAP_H
#define HC_BASE_MAP_H

#include "base/slice.h"

struct hc_map_entry {
    struct hc_slice key;
    void *value;
    uint64_t hash;
};

struct hc_map {
    struct hc_map_entry *_entries; /* dense, in insertion order */
    uint32_t *_index;              /* slot -> entry + 1; 0 is free */
    size_t _count;
    size_t _entry_capacity;
    size_t _index_capacity;
    uint64_t _seed;
};

void hc_map_init(struct hc_map *map, uint64_t seed);
void hc_map_done(struct hc_map *map); /* frees keys, not values */
size_t hc_map_count(const struct hc_map *map);

/* NULL when absent. */
void *hc_map_get(const struct hc_map *map, struct hc_slice key);

/* Sets or replaces; returns the value that stood there before, or NULL. `value` is not NULL. */
void *hc_map_put(struct hc_map *map, struct hc_slice key, void *value);

/* Returns the removed value, or NULL. */
void *hc_map_remove(struct hc_map *map, struct hc_slice key);

/* The entry at `position` in [0, count); valid until the next put or remove. */
const struct hc_map_entry *hc_map_at(const struct hc_map *map, size_t position);

#endif
