/* The options of a demo: source. */
#ifndef HC_SOURCE_DEMO_OPTIONS_H
#define HC_SOURCE_DEMO_OPTIONS_H

#include "base/arena.h"
#include "base/status.h"
#include "source/spec.h"

enum { HC_DEMO_INTERVALS_MAX = 8, HC_DEMO_SYMBOLS_MAX = 1000, HC_DEMO_DAYS_MAX = 3660 };

struct hc_demo_options {
    uint64_t seed;
    struct hc_slice_list symbols;                        /* ascending by bytes, each once; arena */
    struct hc_interval intervals[HC_DEMO_INTERVALS_MAX]; /* ascending, multiples of the first */
    size_t interval_count;
    int64_t days, from_s;
};

/* "", "?seed=1&symbols=8&interval=1m,1h&days=7&from=2025-01-01". The spec's interval stands in for
 * one that is not given. HC_USAGE. */
HC_MUST_USE enum hc_status
hc_demo_options_parse(struct hc_slice text, const struct hc_topic_spec *spec,
                      struct hc_arena *arena, struct hc_demo_options *ret, struct hc_error *error);

#endif
