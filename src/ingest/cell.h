/* One cell as JSON, in the form that a field asks for. Pure; no allocation but the buffer's. */
#ifndef HC_INGEST_CELL_H
#define HC_INGEST_CELL_H

#include "source/source.h"

/* Appends `cell` to `out`. By default numbers, booleans and JSON go in bare, text as a string, a
 * time as its source wrote it (bare where that is a number); `quote_numbers` makes strings of
 * numbers, but not of times and not where `as` asks for a number. NULL is null in every form.
 *
 * A time asked for as ISO has 3, 6 or 9 digits of the second, as few as are exact. Cells that are
 * not the time column are taken as times by their digits (10, 13, 16, 19: s, ms, us, ns) or as ISO
 * text.
 *
 * Returns NULL, or why the cell cannot take that form (static); then `out` holds nothing useful. */
const char *hc_cell_append(struct hc_buffer *out, const struct hc_cell *cell, enum hc_field_as as,
                           bool quote_numbers);

/* Appends the field's constant; false when it is not what `as` says. */
bool hc_constant_append(struct hc_buffer *out, const struct hc_field_spec *field);

#endif
