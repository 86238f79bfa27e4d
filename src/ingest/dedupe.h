/* Rows that repeat each other, dealt with as the spec's `duplicates` says.
 *
 * Rows come in canonical order. Two rows repeat each other when they are of the same topic, stream,
 * key and open time (and so become visible at the same instant); they are identical when key, value
 * and record timestamp are. The policies: `keep`; `drop-identical` (conflicting rows stay); `last`
 * (the last in source order wins); `refuse` (any repetition is refused). The default drops
 * identical bars and refuses conflicting ones, and keeps events. Of rows that repeat each other the
 * first in source order stays, except with `last`. One thread.
 */
#ifndef HC_INGEST_DEDUPE_H
#define HC_INGEST_DEDUPE_H

#include "ingest/row.h"
#include "ingest/tally.h"

/* Rows of one topic, key and instant that may be compared; beyond it HC_LIMIT. */
#define HC_DEDUPE_GROUP_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* A row that stays. `row` is borrowed for the call. A failure ends the load. */
typedef enum hc_status hc_row_sink(void *context, const struct hc_load_row *row,
                                   struct hc_error *error);

struct hc_dedupe;

/* `tally` is borrowed for the object's life. Own. */
struct hc_dedupe *hc_dedupe_new(const struct hc_topic_spec *spec,
                                const struct hc_source_facts *facts, struct hc_tally *tally,
                                hc_row_sink *sink, void *context);
void hc_dedupe_free(struct hc_dedupe *dedupe); /* NULL allowed */

/* The next row in canonical order. Rows leave in that order, some calls later. HC_INVALID: a
 * refused row too many, both places named; HC_LIMIT; or what the sink says. */
HC_MUST_USE enum hc_status hc_dedupe_push(struct hc_dedupe *dedupe, const struct hc_load_row *row,
                                          struct hc_error *error);

/* No row of the last instant follows: lets go what is held back. */
HC_MUST_USE enum hc_status hc_dedupe_flush(struct hc_dedupe *dedupe, struct hc_error *error);

#endif
