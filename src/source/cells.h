/* One line into cells, RFC 4180: quoted cells, doubled quotes. */
#ifndef HC_SOURCE_CELLS_H
#define HC_SOURCE_CELLS_H

#include "base/slice.h"

enum { HC_CELL_BYTES_MAX = 64 * 1024, HC_CELLS_MAX = 4096 };

struct hc_raw_cell {
    struct hc_slice text; /* unquoted: without surrounding blanks */
    bool quoted;
};

/* Up to `max` cells into `cells`; returns how many the line has (more than `max`: the rest was not
 * split), or 0 with *ret_reason (static) and *ret_column (1-based). Quotes are undone in `scratch`,
 * which holds at least line.size bytes; texts point into the line or the scratch. `quoted` false
 * promises that the line has no `"`. */
size_t hc_cells_split(struct hc_slice line, char separator, bool quoted, char *scratch,
                      struct hc_raw_cell *cells, size_t max, size_t *ret_column,
                      const char **ret_reason);

#endif
