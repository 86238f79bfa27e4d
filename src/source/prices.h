/* Do the four prices of the rows agree with their names? High is never below open, close and low.
 */
#ifndef HC_SOURCE_PRICES_H
#define HC_SOURCE_PRICES_H

#include "source/csv_internal.h"

struct hc_prices {
    int64_t rows;
    int64_t inverted;   /* high < low */
    int64_t outside;    /* open or close outside low..high */
    int64_t highest[4]; /* rows in which open, high, low, close is at least every other */
    int64_t lowest[4];
    int64_t negative; /* volumes */
};

void hc_prices_add(struct hc_prices *prices, const struct hc_layout *layout,
                   const struct hc_cell *cells);

/* After all rows. HC_USAGE where the order of columns is contradicted, or assumed and not proven;
 * the text shows the --columns that fit. Else notes and warnings. `file` stands for all in
 * messages. */
HC_MUST_USE enum hc_status hc_prices_judge(const struct hc_prices *prices, struct hc_csv *csv,
                                           const struct hc_csv_file *file, struct hc_error *error);

#endif
