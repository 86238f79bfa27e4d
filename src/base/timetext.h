/* Civil time and its spellings: ISO-8601, durations, sizes. Proleptic Gregorian, no leap seconds,
 * UTC.
 *
 * Parsing is locale-free and strict: the whole text must match.
 */
#ifndef HC_BASE_TIMETEXT_H
#define HC_BASE_TIMETEXT_H

#include "base/slice.h"

struct hc_civil {
    int32_t year; /* 1..9999 */
    int8_t month; /* 1..12 */
    int8_t day;   /* 1..31 */
    int8_t hour, minute, second;
    int32_t nanosecond;
};

/* Days since 1970-01-01 of a civil date, and back. */
int64_t hc_days_from_civil(int32_t year, int32_t month, int32_t day);
void hc_civil_from_days(int64_t days, int32_t *ret_year, int32_t *ret_month, int32_t *ret_day);
int32_t hc_days_in_month(int32_t year, int32_t month);

/* Seconds since the epoch, ignoring the nanosecond. */
int64_t hc_civil_to_seconds(const struct hc_civil *civil);
void hc_civil_from_seconds(int64_t seconds, struct hc_civil *ret);

/* "2023-01-01T00:00:00.000Z" for ms since the epoch. Returns `out`. */
enum { HC_ISO_BYTES = 40 };
char *hc_iso_ms(int64_t ms, char out[HC_ISO_BYTES]);

/* A point in time as flags and the configuration spell it: ISO-8601 with zone ("Z" or "+03:00"), a
 * bare date (UTC), or epoch ms (13 digits). False when it is none of these. */
bool hc_parse_time_ms(struct hc_slice text, int64_t *ret_ms);

/* "500ms 90s 5m 36h 30d 2w" in ns; "1mo" is accepted only where `ret_months` is not NULL (then one
 * of the two is 0). */
bool hc_parse_duration_ns(struct hc_slice text, int64_t *ret_ns, int32_t *ret_months);

/* The shortest exact spelling, e.g. "90s", "36h", "1.5s". Returns `out`. */
enum { HC_DURATION_BYTES = 32 };
char *hc_duration_text(int64_t ns, char out[HC_DURATION_BYTES]);

/* "64KiB", "1MiB", "2GiB", "1000" in bytes. */
bool hc_parse_size(struct hc_slice text, uint64_t *ret_bytes);

/* A decimal integer with optional sign; false on overflow or other characters. */
bool hc_parse_i64(struct hc_slice text, int64_t *ret);

#endif
