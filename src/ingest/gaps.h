/* Where bars are missing: counted from the rows that stay, stream by stream.
 *
 * A gap is a place where more than one interval passes between neighbouring bars of a stream;
 * events have none. Calendar intervals are steps in the topic's time zone. One thread. */
#ifndef HC_INGEST_GAPS_H
#define HC_INGEST_GAPS_H

#include "ingest/row.h"
#include "source/source.h"

/* Of one stream. Times are undefined while records == 0. */
struct hc_stream_gaps {
    int64_t records;
    int64_t first_open_ns, last_open_ns;
    int64_t gaps;
    int64_t missing;           /* bars that would fill them */
    int64_t largest;           /* bars missing in the largest gap; 0: none */
    int64_t largest_before_ns; /* open time of the last bar before it */
};

struct hc_gaps {
    const struct hc_source_facts *facts;
    struct hc_zone *zone;
    struct hc_stream_gaps *streams; /* as many as the facts have; arena */
};

/* Everything is borrowed for the object's life, which ends with the arena. HC_USAGE: no such zone.
 */
HC_MUST_USE enum hc_status hc_gaps_init(struct hc_gaps *gaps, const struct hc_topic_spec *spec,
                                        const struct hc_source_facts *facts, struct hc_arena *arena,
                                        struct hc_error *error);

/* The next row in canonical order. */
void hc_gaps_add(struct hc_gaps *gaps, const struct hc_load_row *row);

#endif
