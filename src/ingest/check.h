/* `hindcast check`: a source surveyed and loaded as for serving, but written nowhere, so that
 * refused and repeated rows are counted exactly. */
#ifndef HC_INGEST_CHECK_H
#define HC_INGEST_CHECK_H

#include "ingest/ingest.h"

/* Zero-initialise; release with hc_check_done. */
struct hc_check {
    struct hc_buffer json; /* {"source":...,"ordered":...,"topics":[load reports],"example":...} */
    struct hc_buffer text; /* the same for people, lines ending in \n */
    struct hc_buffer example; /* the first record: {"topic","partition","offset","timestamp",
                                 "visible","key","value"}; empty when there is none */
    struct hc_buffer shown;   /* the same for people */
    struct hc_buffer refusal; /* the first refused row: its place and why; empty: none */
    int64_t rows, records, refused, duplicates;
    int64_t first_visible_ms, last_visible_ms; /* HC_NEVER, HC_TIME_MIN when there are no records */
};
void hc_check_done(struct hc_check *check);

/* Surveys and loads the source of one spec, and goes on where a load would stop because of a
 * refused row: more than spec->refused_max of them are for the caller to judge. `open` as in
 * hc_ingest_config; `temp_directory` is for rows that must be sorted and do not fit into memory.
 * Blocks; `control` cancels from another thread. Otherwise fails as a load would; then `ret` is
 * untouched. */
HC_MUST_USE enum hc_status hc_ingest_check(const struct hc_topic_spec *spec, hc_source_opener *open,
                                           const char *temp_directory,
                                           struct hc_load_control *control, struct hc_check *ret,
                                           struct hc_error *error);

#endif
