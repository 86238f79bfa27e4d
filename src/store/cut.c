#include "store/cut.h"

#include "base/memory.h"
#include "store/store.h"

#include <stdlib.h>

enum { SCRATCH_BYTES_KEEP = 64 * 1024 };

/* ---- the cache ---- */

static void cut_free(struct hc_ref *ref)
{
    free(HC_CONTAINER(ref, struct hc_cut, ref));
}

void hc_cut_cache_init(struct hc_cut_cache *cache, size_t bytes_max)
{
    *cache = (struct hc_cut_cache){._bytes_max = bytes_max};
    hc_list_init(&cache->_cuts);
    hp_batch_builder_init(&cache->_builder);
}

static void forget(struct hc_cut_cache *cache, struct hc_cut *cut)
{
    HC_ASSERT(cache->_count > 0 && cache->_bytes >= cut->size);
    hc_list_remove(&cut->node);
    cache->_count--;
    cache->_bytes -= cut->size;
    hc_ref_put(&cut->ref);
}

void hc_cut_cache_done(struct hc_cut_cache *cache)
{
    HC_LIST_EACH_SAFE(&cache->_cuts, node)
    {
        forget(cache, HC_CONTAINER(node, struct hc_cut, node));
    }
    HC_ASSERT(cache->_count == 0 && cache->_bytes == 0);
    hc_buffer_done(&cache->_raw);
    hc_buffer_done(&cache->_out);
    hp_batch_builder_done(&cache->_builder);
}

static void put_first(struct hc_cut_cache *cache, struct hc_cut *cut)
{
    struct hc_list *first = cache->_cuts.next;
    hc_list_append(first, &cut->node); /* before what was first */
}

static bool key_equal(const struct hc_cut_key *a, const struct hc_cut_key *b)
{
    return a->segment_id == b->segment_id && a->from == b->from && a->to == b->to &&
           a->leader_epoch == b->leader_epoch;
}

static struct hc_cut *find(struct hc_cut_cache *cache, const struct hc_cut_key *key)
{
    HC_LIST_EACH(&cache->_cuts, node)
    {
        struct hc_cut *cut = HC_CONTAINER(node, struct hc_cut, node);
        if (key_equal(&cut->key, key)) {
            hc_list_remove(&cut->node);
            put_first(cache, cut);
            return cut;
        }
    }
    return NULL;
}

/* Keeps a reference, unless the slice is too large to be worth it. */
static void keep(struct hc_cut_cache *cache, struct hc_cut *cut)
{
    if (cut->size > cache->_bytes_max / 2) {
        return;
    }
    while (cache->_count == HC_CUTS_MAX || cache->_bytes + cut->size > cache->_bytes_max) {
        forget(cache, HC_CONTAINER(cache->_cuts.prev, struct hc_cut, node));
    }
    hc_ref_get(&cut->ref);
    put_first(cache, cut);
    cache->_count++;
    cache->_bytes += cut->size;
}

/* ---- building a slice ---- */

static enum hc_status rebuild(struct hc_cut_cache *cache, const struct hp_batch *batch,
                              struct hc_slice raw, const struct hc_cut_key *key)
{
    struct hp_header headers[HC_STORE_HEADERS_MAX];
    struct hp_record_reader records;
    struct hp_record record;
    hp_record_reader_init(&records, batch, raw, headers, HC_STORE_HEADERS_MAX);
    hp_batch_begin(&cache->_builder, key->from);
    for (int64_t offset = batch->base_offset; offset < key->to; offset++) {
        enum hc_status status = hp_record_next(&records, &record);
        if (status != HC_OK || record.offset != offset ||
            !hc_store_time_in_bounds(record.timestamp_ms)) {
            return HC_CORRUPT;
        }
        if (offset >= key->from) {
            hp_batch_add(&cache->_builder, &record);
        }
    }
    enum hc_status status = hp_batch_finish(&cache->_builder, HP_NONE, &cache->_out);
    if (status == HC_OK) {
        uint8_t head[HP_BATCH_PATCH_BYTES];
        hp_batch_patch_epoch(cache->_out.data, key->leader_epoch, head);
        memcpy(cache->_out.data, head, sizeof head);
    }
    return status;
}

/* Leaves the slice in `_out`. */
static enum hc_status build(struct hc_cut_cache *cache, const struct hc_segment *segment,
                            const struct hc_stored_batch *stored, const struct hc_cut_key *key)
{
    struct hp_batch batch;
    struct hc_slice raw;
    size_t raw_bytes_max = HC_MIN(segment->raw_bytes_max,
                                  (size_t)HC_STORE_RECORD_BYTES_MAX + HC_STORE_BATCH_BYTES_MAX);
    enum hc_status status = hp_batch_read(hc_slice_of(stored->data, stored->size), false, &batch);
    if (status == HC_OK) {
        status = hp_batch_decompress(&batch, raw_bytes_max, &cache->_raw, &raw);
    }
    if (status != HC_OK) {
        return status;
    }
    if (key->from > stored->first || key->to == stored->end) {
        return rebuild(cache, &batch, raw, key);
    }
    return hp_batch_cut(&batch, raw, (int32_t)(key->to - key->from), key->leader_epoch,
                        &cache->_out);
}

static void scratch_clear(struct hc_buffer *scratch)
{
    if (scratch->capacity > SCRATCH_BYTES_KEEP) {
        hc_buffer_done(scratch);
        *scratch = (struct hc_buffer){0};
    } else {
        hc_buffer_clear(scratch);
    }
}

struct hc_cut *hc_cut_cache_get(struct hc_cut_cache *cache, const struct hc_segment *segment,
                                const struct hc_stored_batch *batch, int64_t from, int64_t to,
                                int32_t leader_epoch)
{
    HC_ASSERT(batch->first <= from && from < to && to <= batch->end);
    struct hc_cut_key key = {segment->id, from, to, leader_epoch};
    struct hc_cut *cut = find(cache, &key);
    if (cut) {
        hc_ref_get(&cut->ref);
        return cut;
    }
    if (build(cache, segment, batch, &key) == HC_OK) {
        cut = hc_alloc(sizeof *cut + cache->_out.size);
        hc_ref_init(&cut->ref, cut_free);
        hc_list_init(&cut->node);
        cut->key = key;
        cut->size = cache->_out.size;
        memcpy(cut->data, cache->_out.data, cut->size);
        keep(cache, cut);
    }
    scratch_clear(&cache->_raw);
    scratch_clear(&cache->_out);
    scratch_clear(&cache->_builder.records);
    return cut;
}
