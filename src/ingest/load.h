/* Loading the topics of one source into the store, all together: their edge is one.
 *
 * A load publishes when one of its writers has enough. If a topic was stored before from a source
 * that has changed since, what is loaded now must reproduce it as a byte-equal prefix; until that
 * is decided nothing should be shown to anybody (hc_load_is_decided), for a difference makes a new
 * content generation, and that is part of who the topic is. One thread, HC_LANE_LOAD.
 */
#ifndef HC_INGEST_LOAD_H
#define HC_INGEST_LOAD_H

#include "ingest/cache.h"
#include "ingest/index.h"
#include "ingest/pipeline.h"
#include "store/lock.h"
#include "store/store.h"

struct hc_load_topic {
    struct hc_slice name;                /* borrowed from the map */
    struct hc_slice settings;            /* arena */
    uint8_t identity[HC_IDENTITY_BYTES]; /* with the generation, once decided */
    int64_t generation;
    bool decided;
    struct hc_log **logs; /* newest snapshots, a reference each, held here; NULL before the first */
    int32_t partitions;
    int64_t records;
    char *directory;                /* own */
    struct hc_store_lock *use;      /* own; take it (set NULL) to keep the topic in the cache */
    struct hc_store_lock *build;    /* own */
    struct hc_store_writer *writer; /* own */
    struct hc_store_topic
        before; /* what an earlier load left, when there is one to be reproduced */
    bool has_before;
};

/* Everything is borrowed for the load's life. */
struct hc_load_config {
    struct hc_source *source; /* surveyed */
    const struct hc_source_facts *facts;
    const struct hc_topic_map *map;
    struct hc_load_control *control;
    struct hc_tally *tally;
    const char *cache;
    struct hc_slice variant; /* hc_cache_variant */
    enum hp_codec codec;
    struct hc_slice fingerprint;  /* of the source, as kept */
    const struct hc_index *index; /* what earlier loads left */
    /* All topics have new snapshots; every record visible at or before `edge_ms` is in them
     * (HC_NEVER: everything). May be NULL. */
    void (*published)(void *context, int64_t edge_ms);
    void *context;
};

struct hc_load;

/* Whether the content generation of the topic `name` is certain before anything is read: it was
 * never loaded before, or from the very same source. */
bool hc_load_knows_generation(const struct hc_index *index, struct hc_slice fingerprint,
                              const struct hc_topic_spec *spec, struct hc_slice name,
                              int64_t *ret_generation);

/* Makes and locks the directories. HC_LOCKED: another process is at one of them, try again later;
 * HC_USAGE, HC_DENIED, HC_NO_SPACE, HC_IO. *ret is owned. */
HC_MUST_USE enum hc_status hc_load_new(const struct hc_load_config *config, struct hc_load **ret,
                                       struct hc_error *error);
void hc_load_free(
    struct hc_load *load); /* NULL allowed; an unfinished load leaves what was before */

struct hc_load_topic *hc_load_topics(struct hc_load *load); /* as many as the map has names */

/* Loads up to `rows` rows more. HC_OK: there is more to do; HC_END: all rows are appended and
 * published. Failures are final. */
HC_MUST_USE enum hc_status hc_load_step(struct hc_load *load, size_t rows, struct hc_error *error);

/* After HC_END: syncs and writes manifests and the index. */
HC_MUST_USE enum hc_status hc_load_finish(struct hc_load *load, struct hc_error *error);

/* True once the content generation of every topic is certain. */
bool hc_load_is_decided(const struct hc_load *load);

int64_t hc_load_edge_ms(const struct hc_load *load); /* HC_TIME_MIN before the first publish */
bool hc_load_is_merging(const struct hc_load *load);
int32_t hc_load_percent(const struct hc_load *load);

#endif
