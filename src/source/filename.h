/* What the name of a data file says for certain: its symbol, interval and date. */
#ifndef HC_SOURCE_FILENAME_H
#define HC_SOURCE_FILENAME_H

#include "source/pattern.h"

/* Case-insensitive. */
bool hc_name_ends(struct hc_slice name, const char *suffix);

/* .csv .tsv .txt, plain or with .gz .zst behind; or .zip. */
bool hc_name_is_data(struct hc_slice name);

/* Intervals as names spell them: "5m", "1h", "1min", "M10", "H1", "D1", "1H", "minute". Not "1M",
 * which is a minute here and a month there. */
bool hc_name_interval(struct hc_slice text, struct hc_interval *ret);

/* Reads the last component of `path`. A symbol only where exactly one part looks like one:
 * upper-case letters and digits, or a lower-case pair that ends with a quote currency. An interval
 * or date only where there is exactly one. Slices point into `path`. */
void hc_name_read(struct hc_slice path, struct hc_captures *ret);

/* The pattern a user may type to say which part is the symbol: `path` with the first part that says
 * nothing replaced by {symbol}. In `arena`. */
struct hc_slice hc_name_suggest(struct hc_slice path, struct hc_arena *arena);

#endif
