/* What the simulated topics hold: every record follows from (seed, topic, partition, offset), so
 * that a test knows the truth without keeping a copy, and checks what a client was sent against it.
 */
#ifndef HC_TESTS_WORLD_MODEL_H
#define HC_TESTS_WORLD_MODEL_H

#include "protocol/codec.h"
#include "store/store.h"

/* 2023-01-01T00:00:00Z: nothing becomes visible before it. */
#define WORLD_T0 INT64_C(1672531200000)

enum { WORLD_PARTITIONS_MAX = 8, WORLD_VALUE_BYTES_MAX = 400 };

/* Zero values give the defaults in brackets. */
struct world_topic_config {
    const char *name;
    int32_t partitions; /* [1] */
    int64_t records;    /* of each partition */
    enum hp_codec codec;
    int64_t step_ms;  /* about the time between two instants of a partition [60,000] */
    int64_t stamp_ms; /* timestamps lie up to that long before the visible instant, in no order */
    int32_t loads;    /* appears in that many pieces, see world_load [1] */
    bool cold;        /* opened from disk: bodies are neither verified nor in memory */
    bool corrupt;     /* cold, and a byte of every body has changed */
};

struct model {
    struct world_topic_config config;
    uint64_t seed;
    int64_t *visible[WORLD_PARTITIONS_MAX];
};

/* Own: model_done. */
void model_init(struct model *model, const struct world_topic_config *config, uint64_t seed);
void model_done(struct model *model);

/* The record; slices point into `scratch`. */
struct hc_store_record model_record(const struct model *model, int32_t partition, int64_t offset,
                                    char scratch[WORLD_VALUE_BYTES_MAX]);

/* Records visible at a market time. */
int64_t model_end(const struct model *model, int32_t partition, int64_t market_ms);

/* Whole batches of records that are as the model says, dense from the first; fails the test
 * otherwise. Records are told one by one to `each` (may be NULL). Returns the offset behind the
 * last, -1 where there is none; *ret_first (may be NULL) is the first record's. */
typedef void model_visit(void *context, const struct hp_batch *batch,
                         const struct hp_record *record);
int64_t model_check(const struct model *model, int32_t partition, const struct hp_records *records,
                    int64_t *ret_first, model_visit *each, void *context);

#endif
