/* External merge sorter of rows in canonical order (ingest/row.h), in bounded memory.
 *
 * Rows go in with hc_sorter_add, in any order; after hc_sorter_sort they come out with
 * hc_sorter_next. What does not fit `memory_bytes` is spilled as sorted runs to a temporary file in
 * `directory`, which is unlinked as soon as it is made, and merged HC_SORTER_FAN_IN at a time, in
 * as many passes as it takes. Equal rows keep the order in which they were added. One thread.
 */
#ifndef HC_INGEST_SORTER_H
#define HC_INGEST_SORTER_H

#include "base/status.h"
#include "ingest/row.h"

#include <stdatomic.h>

enum { HC_SORTER_FAN_IN = 64, HC_SORTER_MEMORY_MIN = 4096 };
#define HC_SORTER_MEMORY ((size_t)64 * 1024 * 1024)

struct hc_sorter;

/* `directory` (copied) is touched only when rows must be spilled. `cancel` (may be NULL) is looked
 * at while sorting and merging. HC_SORTER_MEMORY_MIN <= memory_bytes < 4 GiB; untouched memory
 * costs nothing. Own. */
struct hc_sorter *hc_sorter_new(const char *directory, size_t memory_bytes,
                                const atomic_bool *cancel);
void hc_sorter_free(struct hc_sorter *sorter); /* NULL allowed */

/* Copies the row. HC_LIMIT: a row larger than an eighth of the memory; HC_NO_SPACE, HC_IO,
 * HC_DENIED: the temporary file. */
HC_MUST_USE enum hc_status hc_sorter_add(struct hc_sorter *sorter, const struct hc_load_row *row,
                                         struct hc_error *error);

/* No more rows; prepares hc_sorter_next. Takes its time. HC_CANCELLED and as above. */
HC_MUST_USE enum hc_status hc_sorter_sort(struct hc_sorter *sorter, struct hc_error *error);

/* The next row in order, its slices valid until the next call; HC_END behind the last. */
HC_MUST_USE enum hc_status hc_sorter_next(struct hc_sorter *sorter, struct hc_load_row *ret,
                                          struct hc_error *error);

/* Empties the sorter for new rows; keeps its memory. Cheap when nothing was spilled. */
void hc_sorter_reset(struct hc_sorter *sorter);

uint64_t hc_sorter_count(const struct hc_sorter *sorter); /* rows added since the last reset */
int hc_sorter_passes(const struct hc_sorter *sorter);     /* merge passes made; 0: all in memory */

#endif
