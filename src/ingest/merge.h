/* Merges up to HC_SORTER_FAN_IN sorted runs into one stream of rows. One thread. */
#ifndef HC_INGEST_MERGE_H
#define HC_INGEST_MERGE_H

#include "ingest/runs.h"

enum { HC_MERGE_RUNS_MAX = 64 };

struct hc_merge {
    struct hc_run_reader readers[HC_MERGE_RUNS_MAX];
    struct hc_load_row rows[HC_MERGE_RUNS_MAX]; /* the row each reader stands at */
    uint8_t heap[HC_MERGE_RUNS_MAX];            /* reader indexes, least row first */
    size_t count;                               /* readers with a row */
    bool pending;                               /* heap[0] has been given out */
};

/* Runs [first, first + count) of `file`, through windows cut from `memory` (borrowed, aligned);
 * each window holds `row_bytes_max`. */
HC_MUST_USE enum hc_status hc_merge_init(struct hc_merge *merge, const struct hc_run_file *file,
                                         size_t first, size_t count, char *memory,
                                         size_t memory_bytes, struct hc_error *error);

/* HC_OK or HC_END; the row, and the packed bytes behind it, are valid until the next call. */
HC_MUST_USE enum hc_status hc_merge_next(struct hc_merge *merge, struct hc_load_row *ret,
                                         const struct hc_packed_row **ret_packed,
                                         struct hc_error *error);

#endif
