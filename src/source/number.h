/* Numbers as text: what is a JSON number, what becomes one without rounding. Locale-free, never
 * through a double, except for comparisons. Pure functions. */
#ifndef HC_SOURCE_NUMBER_H
#define HC_SOURCE_NUMBER_H

#include "base/slice.h"

enum hc_number_kind {
    HC_NUMBER_NONE,      /* no number: "1,5", "1_000", "0x1p3", "" */
    HC_NUMBER_JSON,      /* a JSON number as it stands */
    HC_NUMBER_OTHER,     /* "+1", ".5", "5.", "007": a number once normalised */
    HC_NUMBER_NONFINITE, /* NaN, inf, -Infinity in any case */
};

enum hc_number_kind hc_number_classify(struct hc_slice text);

/* Rewrites an HC_NUMBER_OTHER as a JSON number of the same value and the same digits behind the
 * point. Writes at most text.size + 1 bytes to `out`; returns how many. */
size_t hc_number_normalise(struct hc_slice text, char *out);

/* For comparing prices only; exact up to 15 digits. `text` is of kind JSON or OTHER; anything else
 * gives 0. */
double hc_number_approximate(struct hc_slice text);

#endif
