/* The load report of a topic: what `check` and the HTTP API show of a load, as JSON. */
#ifndef HC_INGEST_REPORT_H
#define HC_INGEST_REPORT_H

#include "ingest/gaps.h"
#include "ingest/tally.h"
#include "ingest/template.h"

enum { HC_REPORT_LIST_MAX = 200 }; /* streams, symbols and files beyond it are only counted */

/* What the survey and the load know of one topic, streams taken together. */
struct hc_topic_span {
    int64_t rows; /* as surveyed */
    int64_t gaps, missing;
    size_t streams;
    int64_t first_visible_ns, last_visible_ns; /* undefined when rows == 0 */
    int64_t first_open_ns, last_open_ns;
};

struct hc_topic_span hc_topic_span(const struct hc_source_facts *facts,
                                   const struct hc_topic_map *map, uint32_t topic);

/* Appends one JSON object: topic, rows (surveyed), records (stored so far), span, intervals,
 * symbols, gaps and streams of the topic; refused with reasons, duplicates, conflicts, columns,
 * files, notes and warnings of its source. */
void hc_report_write(const struct hc_tally *tally, const struct hc_topic_map *map, uint32_t topic,
                     int64_t records, struct hc_buffer *out);

/* The same for a check, which has seen every row: nothing is left out, and streams tell their
 * records and their largest gap. */
void hc_report_write_whole(const struct hc_tally *tally, const struct hc_topic_map *map,
                           uint32_t topic, int64_t records, const struct hc_gaps *gaps,
                           struct hc_buffer *out);

#endif
