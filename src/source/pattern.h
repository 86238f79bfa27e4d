/* csv:PATH-OR-PATTERN into data files: `*` and `?`, folders, zip members, and what {symbol}
 * {exchange} {interval} {date} catch. */
#ifndef HC_SOURCE_PATTERN_H
#define HC_SOURCE_PATTERN_H

#include "base/arena.h"
#include "base/status.h"
#include "source/spec.h"

enum { HC_FILES_MAX = 100000 };

/* What the place of a file says about its rows. Slices are arena. */
struct hc_captures {
    struct hc_slice symbol, exchange; /* null: nothing */
    bool interval_set, date_set;
    struct hc_interval interval;
    int64_t date_days; /* since the epoch */
};

struct hc_data_file {
    const char *path;
    struct hc_slice member; /* null outside archives */
    struct hc_slice shown;  /* how messages and facts name it */
    struct hc_captures captures;
};

/* Every data file that `pattern` names, ascending by the bytes of path and member. HC_NOT_FOUND
 * (nothing matches), HC_DENIED, HC_USAGE (malformed pattern), HC_UNSUPPORTED (JSON), HC_LIMIT.
 * Looks at names only, and into zip directories. */
HC_MUST_USE enum hc_status hc_pattern_expand(struct hc_slice pattern, struct hc_arena *arena,
                                             struct hc_data_file **ret, size_t *ret_count,
                                             struct hc_error *error);

/* One path component against one pattern component. Captures are lazy; {interval} takes intervals
 * only, {date} whole dates only. Slices of *ret point into `text`. */
bool hc_pattern_match(struct hc_slice pattern, struct hc_slice text, struct hc_captures *ret);

#endif
