/* Stamps as files spell them. One parser per file and column; keeps the last date it saw, so that
 * most rows cost a comparison. Guesses nothing: a spelling that could mean two instants is refused
 * with the flag that decides.
 */
#ifndef HC_SOURCE_TIMEPARSE_H
#define HC_SOURCE_TIMEPARSE_H

#include "base/slice.h"

/* Times of rows lie within these years, so that adding any interval stays within int64 ns. */
enum { HC_TIME_YEAR_FIRST = 1700, HC_TIME_YEAR_LAST = 2199 };

enum hc_time_unit {
    HC_UNIT_AUTO,
    HC_UNIT_S,
    HC_UNIT_MS,
    HC_UNIT_US,
    HC_UNIT_NS,
    HC_UNIT_ISO,
    HC_UNIT_FORMAT,
};

enum hc_time_class {
    HC_CLASS_NONE,   /* not a time */
    HC_CLASS_EPOCH,  /* digits since the epoch: `ns` is UTC */
    HC_CLASS_ZONED,  /* text that names its zone: `ns` is UTC */
    HC_CLASS_LOCAL,  /* text without zone: `ns` counts from 1970-01-01 00:00 local */
    HC_CLASS_DATE,   /* a bare date: as LOCAL, at midnight */
    HC_CLASS_OF_DAY, /* `ns` since local midnight; the date stands elsewhere */
};

struct hc_time {
    enum hc_time_class class;
    int64_t ns;
    int64_t unit_ns; /* EPOCH: what the digits count; else 0 */
};

struct hc_time_parser {
    enum hc_time_unit unit;
    struct hc_slice format; /* HC_UNIT_FORMAT: borrowed */
    bool of_day;            /* bare digits are a time of day, of which the unit is ms under AUTO */
    char _date[10];
    int64_t _days;
    bool _cached;
};

/* `text` as surfaces.md spells --time-unit: null, "auto", "s", "ms", "us", "ns", "iso", or a FORMAT
 * with `%`. False: none of these, or a format with an unknown conversion. */
bool hc_time_parser_init(struct hc_time_parser *parser, struct hc_slice text);

/* NULL, and *ret; or why not, a sentence's end such as "has 11 digits, which ..." (static). */
const char *hc_time_parse(struct hc_time_parser *parser, struct hc_slice text, struct hc_time *ret);

/* "20131008" or "2013-10-08" in days since the epoch, within the years above. */
bool hc_time_parse_date(struct hc_slice text, int64_t *ret_days);

#endif
