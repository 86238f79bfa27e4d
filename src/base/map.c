#include "base/map.h"

#include "base/memory.h"

#include <stdlib.h>
#include <xxhash.h>

enum { INDEX_MIN = 16 };

void hc_map_init(struct hc_map *map, uint64_t seed)
{
    *map = (struct hc_map){._seed = seed};
}

void hc_map_done(struct hc_map *map)
{
    for (size_t i = 0; i < map->_count; i++) {
        free((void *)(uintptr_t)map->_entries[i].key.data);
    }
    free(map->_entries);
    free(map->_index);
    *map = (struct hc_map){._seed = map->_seed};
}

size_t hc_map_count(const struct hc_map *map)
{
    return map->_count;
}

static uint64_t hash_of(const struct hc_map *map, struct hc_slice key)
{
    return XXH3_64bits_withSeed(key.data ? key.data : "", key.size, map->_seed);
}

/* The slot that holds `key`, or the free one where it would go. The index always has a free slot.
 */
static size_t find_slot(const struct hc_map *map, struct hc_slice key, uint64_t hash)
{
    size_t mask = map->_index_capacity - 1;
    for (size_t slot = hash & mask;; slot = (slot + 1) & mask) {
        uint32_t entry = map->_index[slot];
        if (entry == 0 || (map->_entries[entry - 1].hash == hash &&
                           hc_slice_equal(map->_entries[entry - 1].key, key))) {
            return slot;
        }
    }
}

static void rebuild_index(struct hc_map *map, size_t capacity)
{
    free(map->_index);
    map->_index = hc_alloc_array(capacity, sizeof *map->_index);
    map->_index_capacity = capacity;
    for (size_t i = 0; i < map->_count; i++) {
        size_t slot = map->_entries[i].hash & (capacity - 1);
        while (map->_index[slot]) {
            slot = (slot + 1) & (capacity - 1);
        }
        map->_index[slot] = (uint32_t)(i + 1);
    }
}

void *hc_map_get(const struct hc_map *map, struct hc_slice key)
{
    if (map->_count == 0) {
        return NULL;
    }
    uint32_t entry = map->_index[find_slot(map, key, hash_of(map, key))];
    return entry ? map->_entries[entry - 1].value : NULL;
}

void *hc_map_put(struct hc_map *map, struct hc_slice key, void *value)
{
    HC_ASSERT(value != NULL);
    HC_ASSERT(map->_count < UINT32_MAX - 1);
    if ((map->_count + 1) * 4 > map->_index_capacity * 3) {
        rebuild_index(map, map->_index_capacity ? map->_index_capacity * 2 : INDEX_MIN);
    }
    uint64_t hash = hash_of(map, key);
    size_t slot = find_slot(map, key, hash);
    if (map->_index[slot]) {
        struct hc_map_entry *entry = &map->_entries[map->_index[slot] - 1];
        void *before = entry->value;
        entry->value = value;
        return before;
    }
    map->_entries =
        hc_grow(map->_entries, &map->_entry_capacity, map->_count + 1, sizeof *map->_entries);
    map->_entries[map->_count] =
        (struct hc_map_entry){.key = {hc_slice_dup(key), key.size}, .value = value, .hash = hash};
    map->_index[slot] = (uint32_t)++map->_count;
    return NULL;
}

/* Closes the gap that a removed slot leaves in its probe run (backward shift, no tombstones). */
static void free_slot(struct hc_map *map, size_t slot)
{
    size_t mask = map->_index_capacity - 1;
    map->_index[slot] = 0;
    for (size_t next = (slot + 1) & mask; map->_index[next]; next = (next + 1) & mask) {
        size_t home = map->_entries[map->_index[next] - 1].hash & mask;
        if (((next - home) & mask) >= ((next - slot) & mask)) {
            map->_index[slot] = map->_index[next];
            map->_index[next] = 0;
            slot = next;
        }
    }
}

void *hc_map_remove(struct hc_map *map, struct hc_slice key)
{
    if (map->_count == 0) {
        return NULL;
    }
    size_t slot = find_slot(map, key, hash_of(map, key));
    if (!map->_index[slot]) {
        return NULL;
    }
    size_t position = map->_index[slot] - 1;
    void *value = map->_entries[position].value;
    free((void *)(uintptr_t)map->_entries[position].key.data);
    free_slot(map, slot);

    size_t last = --map->_count;
    if (position != last) {
        struct hc_map_entry moved = map->_entries[last];
        map->_index[find_slot(map, moved.key, moved.hash)] = (uint32_t)(position + 1);
        map->_entries[position] = moved;
    }
    return value;
}

const struct hc_map_entry *hc_map_at(const struct hc_map *map, size_t position)
{
    HC_ASSERT(position < map->_count);
    return &map->_entries[position];
}
