/* Sentences for a human, kept once each and never more than a few. */
#ifndef HC_SOURCE_NOTES_H
#define HC_SOURCE_NOTES_H

#include "base/arena.h"
#include "source/spec.h"

enum { HC_NOTES_MAX = 40, HC_REFUSALS_KEPT = 20 };

/* Appends to `list` (its items live in `arena`, and start as none) unless it stands there already
 * or `max` are there. */
void hc_notes_add(struct hc_slice_list *list, size_t max, struct hc_arena *arena,
                  const char *format, ...) HC_PRINTF(4, 5);

#endif
