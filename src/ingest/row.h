/* One row on its way into a log: the record it becomes, and what gives it its place.
 *
 * A value; the slices borrow from whoever produced it, until that producer's next call.
 */
#ifndef HC_INGEST_ROW_H
#define HC_INGEST_ROW_H

#include "base/clock.h"
#include "base/slice.h"

struct hc_load_row {
    int64_t visible_ns;
    int64_t open_ns;
    int64_t timestamp_ms; /* of the record */
    uint64_t line;        /* with `file` the place in the source */
    uint32_t file;
    uint32_t stream; /* index into the source's streams */
    uint32_t topic;  /* index among the topics of the source */
    int32_t partition;
    struct hc_slice key; /* nullable */
    struct hc_slice value;
};

/* The canonical order: visible instant, topic, key bytes with null first, file, line, value bytes
 * (of tables, whose rows have no numbers: equal rows are then interchangeable). Within a
 * topic this is the order of the log (docs/replay-semantics.md); between topics of a source it is a
 * convenience that makes neighbours of rows that may repeat each other. */
int hc_load_row_compare(const struct hc_load_row *a, const struct hc_load_row *b);

/* Nanoseconds cut to milliseconds, towards the past. */
static inline int64_t hc_ms_of_ns(int64_t ns)
{
    int64_t ms = ns / HC_NS_PER_MS;
    return ns % HC_NS_PER_MS < 0 ? ms - 1 : ms;
}

#endif
