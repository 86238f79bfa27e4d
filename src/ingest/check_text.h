/* What a check found, in lines for people. For check.c. */
#ifndef HC_INGEST_CHECK_TEXT_H
#define HC_INGEST_CHECK_TEXT_H

#include "ingest/check.h"
#include "ingest/gaps.h"
#include "ingest/tally.h"
#include "ingest/template.h"

/* The source's URI as a JSON string, without secrets. */
void hc_check_append_source(const struct hc_topic_spec *spec, struct hc_buffer *out);

/* A record as fields below each other; its value is a JSON object, shown a line a member. */
void hc_check_append_record(const struct hc_topic_map *map, const struct hc_load_row *row,
                            struct hc_buffer *out);

/* Appends to check->text; `records` has one count per topic of the map. */
void hc_check_text(const struct hc_tally *tally, const struct hc_topic_map *map,
                   const int64_t *records, const struct hc_gaps *gaps, struct hc_check *check);

#endif
