/* "Did you mean": the known names nearest to one that is not known, for error sentences.
 *
 * Pure functions. Cost grows with the lengths of the names, so not for hot paths.
 */
#ifndef HC_BASE_NEAREST_H
#define HC_BASE_NEAREST_H

#include "base/slice.h"

/* Letters to insert, delete, replace or swap to turn one into the other, ASCII case ignored. Names
 * are compared by their first 64 bytes. */
size_t hc_edit_distance(struct hc_slice a, struct hc_slice b);

/* Index of the name nearest to `wanted` (the first of several), or `count` when there are none. */
size_t hc_nearest(struct hc_slice wanted, const struct hc_slice *names, size_t count);

/* Writes the up to three nearest names as "a", "a or b", "a, b or c" into `out` (cut to capacity),
 * or "none" when there are no names. Returns `out`. */
char *hc_nearest_text(struct hc_slice wanted, const struct hc_slice *names, size_t count, char *out,
                      size_t capacity);

#endif
