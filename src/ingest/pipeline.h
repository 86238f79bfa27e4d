/* The rows of one surveyed source on their way to a sink: read, ordered, encoded, rid of
 * repetitions.
 *
 * A source that promises order streams: rows of one visible instant are gathered, sorted by key and
 * place, and let go. Any other source goes through the external sorter first. Works in slices, so
 * that several sources can share a thread. One thread, HC_LANE_LOAD.
 */
#ifndef HC_INGEST_PIPELINE_H
#define HC_INGEST_PIPELINE_H

#include "ingest/dedupe.h"
#include "ingest/template.h"

/* Everything is borrowed for the pipeline's life. */
struct hc_pipeline_config {
    struct hc_source *source; /* surveyed, its spec is the load's */
    const struct hc_source_facts *facts;
    const struct hc_topic_map *topics;
    struct hc_load_control *control;
    struct hc_tally *tally;
    const char *temp_directory; /* for rows that do not fit into memory */
    size_t memory_bytes;        /* of the sorter; 0: HC_SORTER_MEMORY */
    hc_row_sink *sink;
    void *context;
};

struct hc_pipeline;

/* Starts reading. HC_USAGE: columns that do not exist; or what the source says. *ret is owned. */
HC_MUST_USE enum hc_status hc_pipeline_new(const struct hc_pipeline_config *config,
                                           struct hc_pipeline **ret, struct hc_error *error);
void hc_pipeline_free(struct hc_pipeline *pipeline); /* NULL allowed */

/* Takes up to `rows` rows one step further. HC_OK: there is more to do; HC_END: everything has gone
 * to the sink; HC_CHANGED: also a source that broke its promise of order; HC_CANCELLED; HC_INVALID:
 * a refused row too many. A failure is final. */
HC_MUST_USE enum hc_status hc_pipeline_step(struct hc_pipeline *pipeline, size_t rows,
                                            struct hc_error *error);

/* True once all rows are read and come out of the sorter. */
bool hc_pipeline_is_merging(const struct hc_pipeline *pipeline);

/* 0..100 from the rows that the survey counted, or -1. Any thread, while the pipeline lives. */
int32_t hc_pipeline_percent(const struct hc_pipeline *pipeline);

#endif
