/* Heap allocation for sizes the program itself bounds: out of memory ends the process with
 * status 75.
 *
 * Sizes that a peer or a file controls are bounded before they come here.
 */
#ifndef HC_BASE_MEMORY_H
#define HC_BASE_MEMORY_H

#include <stddef.h>

/* Zeroed memory, never NULL. The caller owns it; release with free(). */
void *hc_alloc(size_t size);
void *hc_alloc_array(size_t count, size_t size);

/* Like realloc, never NULL for size > 0; new bytes are not zeroed. `count * size` must not overflow
 * (asserted). */
void *hc_realloc_array(void *memory, size_t count, size_t size);

/* Makes room for `need` elements in a growing array of `*capacity`, doubling. Returns the array. */
void *hc_grow(void *array, size_t *capacity, size_t need, size_t element_size);

char *hc_strdup(const char *text); /* NULL gives NULL */

/* printf into fresh heap memory; the caller owns it. */
#include "base/assert.h"
char *hc_format(const char *format, ...) HC_PRINTF(1, 2);

#endif
