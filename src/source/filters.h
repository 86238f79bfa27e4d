/* Which symbols a topic wants: globs of --symbols and --exclude-symbols, lists in @FILE read. */
#ifndef HC_SOURCE_FILTERS_H
#define HC_SOURCE_FILTERS_H

#include "base/arena.h"
#include "base/status.h"
#include "source/spec.h"

struct hc_filters {
    struct hc_slice_list include, exclude; /* globs, arena */
};

/* An @FILE holds globs separated by commas or line ends; lines that start with # are passed over.
 */
HC_MUST_USE enum hc_status hc_filters_read(const struct hc_topic_spec *spec, struct hc_arena *arena,
                                           struct hc_filters *ret, struct hc_error *error);

bool hc_filters_any(const struct hc_filters *filters);

/* A null symbol passes only where nothing is asked for by name. */
bool hc_filters_include(const struct hc_filters *filters, struct hc_slice symbol);

#endif
