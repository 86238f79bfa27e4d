/* Everything a user may say about one topic: the keys below `topics.NAME` and the topic flags
 * (docs/configuration.md).
 *
 * A spec is plain data: filled once from the configuration, then shared read-only by source, ingest
 * and session. Strings are owned by the arena they were made in.
 */
#ifndef HC_SOURCE_SPEC_H
#define HC_SOURCE_SPEC_H

#include "base/arena.h"
#include "base/status.h"

/* An interval: a fixed length, or calendar steps in the topic's time zone (1d and longer). All
 * zero: events. */
struct hc_interval {
    int64_t ns;     /* fixed length; 0 where days or months are set, or for events */
    int32_t days;   /* 1d = 1, 1w = 7 */
    int32_t months; /* 1mo = 1 */
};

enum hc_stamp { HC_STAMP_OPEN, HC_STAMP_CLOSE };
enum hc_visible { HC_VISIBLE_CLOSE, HC_VISIBLE_OPEN };
enum hc_timestamp_kind { HC_TIMESTAMP_VISIBLE, HC_TIMESTAMP_OPEN };
enum hc_duplicates {
    HC_DUPLICATES_DEFAULT, /* bars: identical rows dropped, conflicting ones refused; events: keep
                            */
    HC_DUPLICATES_KEEP,
    HC_DUPLICATES_DROP_IDENTICAL,
    HC_DUPLICATES_LAST,
    HC_DUPLICATES_REFUSE,
};

enum hc_field_as { HC_AS_DEFAULT, HC_AS_NUMBER, HC_AS_STRING, HC_AS_ISO, HC_AS_EPOCH_MS };

/* One field of the value: a column renamed, or a constant. */
struct hc_field_spec {
    struct hc_slice name;
    struct hc_slice from;     /* column; null where constant */
    struct hc_slice constant; /* null where from a column */
    enum hc_field_as as;
};

struct hc_name_value {
    struct hc_slice name;
    struct hc_slice value;
};

struct hc_slice_list {
    struct hc_slice *items;
    size_t count;
};

struct hc_topic_spec {
    struct hc_slice topic;  /* template: {table} {symbol} {exchange} {interval} {interval-long} */
    struct hc_slice source; /* URI: demo:..., csv:PATH-OR-PATTERN, postgresql://... */
    struct hc_slice_list tables;
    struct hc_slice query;                         /* null: none */
    struct hc_slice_list symbols, exclude_symbols; /* globs */
    struct hc_slice symbol;       /* for files without one; null: from path or column */
    struct hc_slice_list columns; /* names of a file without header */

    struct hc_slice time_column; /* null: found */
    enum hc_stamp stamp;
    struct hc_slice time_unit; /* null or "auto", s, ms, us, ns, iso, or a strptime-like FORMAT */
    struct hc_slice timezone;  /* null: UTC */
    bool interval_set;
    struct hc_interval interval;
    struct hc_slice interval_column; /* null: none */
    enum hc_visible visible;
    int64_t publish_delay_ns;
    enum hc_timestamp_kind timestamp;

    bool key_none;
    struct hc_slice_list key; /* empty: the symbol column */
    int32_t partitions;       /* >= 1 */
    struct hc_field_spec *fields;
    size_t field_count; /* 0: all columns */
    bool numbers_as_strings;
    struct hc_name_value *headers;
    size_t header_count;
    struct hc_slice compression; /* null: none */
    enum hc_duplicates duplicates;
    int64_t refused_max;
    bool nonfinite_as_null;

    /* Loaded range of open times [from, to) in ms; HC_TIME_MIN and HC_NEVER where open-ended. For
     * topics of mixed intervals it bounds visible instants, (from, to]. */
    int64_t range_from_ms, range_to_ms;
    bool latch;
    bool refresh; /* load again though the source proves unchanged */
};

/* Defaults: partitions 1, open range, everything else zero. */
void hc_topic_spec_init(struct hc_topic_spec *spec);

/* "1m", "5m", "1h", "1d", "1w", "1mo", "0". False when it is none. */
bool hc_interval_parse(struct hc_slice text, struct hc_interval *ret);

/* The short ("1m", "1h", "1mo") and long ("1-min", "1-hour", "1-day", "1-week", "1-month")
 * spellings. Returns `out`. */
enum { HC_INTERVAL_BYTES = 32 };
char *hc_interval_text(const struct hc_interval *interval, bool long_form,
                       char out[HC_INTERVAL_BYTES]);

/* "timestamp,pair,o=open,source='simulator'" into field specs in `arena`. HC_USAGE names the part
 * that is wrong. */
HC_MUST_USE enum hc_status hc_fields_parse(struct hc_slice text, struct hc_arena *arena,
                                           struct hc_field_spec **ret, size_t *ret_count,
                                           struct hc_error *error);

#endif
