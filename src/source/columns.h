/* What a column's name says about its role. */
#ifndef HC_SOURCE_COLUMNS_H
#define HC_SOURCE_COLUMNS_H

#include "base/slice.h"

enum hc_role {
    HC_ROLE_NONE,
    HC_ROLE_OPEN,
    HC_ROLE_HIGH,
    HC_ROLE_LOW,
    HC_ROLE_CLOSE,
    HC_ROLE_VOLUME,
    HC_ROLE_PRICE,
    HC_ROLE_SYMBOL,
    HC_ROLE_EXCHANGE,
    HC_ROLE_TIME_OPEN,  /* surely the beginning of a bar: open_time */
    HC_ROLE_TIME,       /* a time: timestamp, date, datetime, ... */
    HC_ROLE_TIME_CLOSE, /* surely the end of a bar: close_time */
};

/* Regardless of case, of <...> around the name and of an interval behind it (Open_1h). */
enum hc_role hc_column_role(struct hc_slice name);

/* Cells of such a column must be numbers. */
bool hc_role_is_number(enum hc_role role);
bool hc_role_is_time(enum hc_role role);

#endif
