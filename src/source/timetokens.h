/* Pieces of spelled times, shared by the ISO reader and the FORMAT reader. */
#ifndef HC_SOURCE_TIMETOKENS_H
#define HC_SOURCE_TIMETOKENS_H

#include "source/timeparse.h"

#define HC_DAY_NS (INT64_C(86400) * 1000000000)

struct hc_tokens {
    const char *at, *end;
};

struct hc_time_parts {
    int32_t year, month, day;
    int32_t hour, minute, second;
    int64_t fraction_ns;
    int32_t offset_s;
    bool has_date, has_time, zoned;
    int meridiem; /* 0: none, 1: AM, 2: PM */
};

/* Between `min` and `max` digits, as many as there are. */
bool hc_tokens_number(struct hc_tokens *tokens, int min, int max, int32_t *ret);
bool hc_tokens_char(struct hc_tokens *tokens, char c);
bool hc_tokens_fraction(struct hc_tokens *tokens,
                        int64_t *ret_ns); /* digits; beyond the ninth they are cut */
bool hc_tokens_meridiem(struct hc_tokens *tokens, int *ret);          /* AM, PM in any case */
bool hc_tokens_zone(struct hc_tokens *tokens, int32_t *ret_offset_s); /* Z UTC GMT +03:00 +0300 */

/* Checks every part and makes the time of them. NULL, or why not. */
const char *hc_time_assemble(const struct hc_time_parts *parts, struct hc_time *ret);

/* By a strptime-like format. */
bool hc_time_format_valid(struct hc_slice format);
const char *hc_time_parse_format(struct hc_slice format, struct hc_slice text, struct hc_time *ret);

#endif
