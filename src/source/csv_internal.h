/* The CSV source from the inside: what csv.c, streams.c, cursor.c, survey.c and merge.c share.
 * Nobody else includes this. */
#ifndef HC_SOURCE_CSV_INTERNAL_H
#define HC_SOURCE_CSV_INTERNAL_H

#include "base/map.h"
#include "source/filters.h"
#include "source/layout.h"
#include "source/lines.h"
#include "source/source.h"
#include "source/steps.h"

enum { HC_STREAMS_MAX = 200000, HC_OPEN_WEIGHT_MAX = 256 };

/* A stream while it is surveyed. */
struct hc_csv_stream {
    struct hc_slice symbol, exchange;
    bool interval_set; /* known before the rows: from the spec, a column or a name */
    struct hc_interval interval;
    bool included;             /* by the symbol filters */
    int32_t index;             /* in facts.streams; -1: excluded or without rows in range */
    struct hc_steps steps;     /* of bars */
    int64_t rows, first, last; /* stamps of events, in range */
};

struct hc_csv_file {
    struct hc_data_file data;
    struct hc_layout layout;
    struct hc_slice symbol; /* of its rows where no column names it; null: none */
    bool symbol_from_name;
    bool interval_set;
    struct hc_interval interval;
    uint32_t index;
    /* Surveyed: */
    int64_t rows, backward;
    int64_t first_stamp, last_stamp;
    int64_t first_visible; /* a lower bound, for opening files when they are due */
    bool many_streams;
    int32_t stream; /* the only one, or the first */
    int weight;
};

struct hc_csv {
    struct hc_source base;
    struct hc_csv_file *files;
    size_t file_count;
    struct hc_zone *zone;
    struct hc_filters filters;
    struct hc_slice_list columns;
    bool symbol_first; /* the first column is the symbol that no column of the files names */
    bool bars;         /* rows have high and low */
    bool stamp_close;
    int64_t slack_ns; /* what stamps of ends lack to the grid */
    bool mixed, ordered;
    int64_t from_ns, to_ns;
    struct hc_csv_stream **streams; /* heap, each in the arena */
    size_t stream_count, stream_capacity;
    struct hc_map stream_map;
    struct hc_buffer stream_key; /* of the look-up under way */
    struct hc_slice_list notes, warnings;
    struct hc_load_control *control;
    struct hc_merge *merge;
};

/* One row as its file has it. */
struct hc_csv_row {
    uint64_t line;
    int64_t stamp_ns;
    int32_t stream; /* index among csv->streams */
    struct hc_cell *cells;
    struct hc_slice text; /* the whole line */
};

struct hc_refusal {
    uint64_t line;
    size_t column;    /* 1-based; 0: the row */
    char reason[192]; /* empty: not refused */
};

struct hc_csv_cursor;

/* Streams: the one of these names, made when it is new. HC_LIMIT. */
HC_MUST_USE enum hc_status
hc_csv_stream_find(struct hc_csv *csv, struct hc_slice symbol, struct hc_slice exchange,
                   const struct hc_interval *interval, /* NULL: not known */
                   int32_t *ret, struct hc_error *error);

/* The two instants of a row, once intervals are known. */
void hc_csv_times(const struct hc_csv *csv, const struct hc_csv_stream *stream, int64_t stamp_ns,
                  int64_t *ret_open, int64_t *ret_visible);
bool hc_csv_in_range(const struct hc_csv *csv, int64_t open_ns, int64_t visible_ns);

/* One file, row by row in its own order. `file` is borrowed. */
HC_MUST_USE enum hc_status hc_csv_cursor_open(struct hc_csv *csv, const struct hc_csv_file *file,
                                              struct hc_csv_cursor **ret, struct hc_error *error);
void hc_csv_cursor_close(struct hc_csv_cursor *cursor); /* NULL allowed */

/* HC_OK with a row, or with ret_refusal->reason set; HC_END; what the input answers. The row is
 * borrowed until the next call. */
HC_MUST_USE enum hc_status hc_csv_cursor_next(struct hc_csv_cursor *cursor, struct hc_csv_row *ret,
                                              struct hc_refusal *ret_refusal,
                                              struct hc_error *error);
int64_t hc_csv_cursor_consumed(const struct hc_csv_cursor *cursor);
int hc_csv_cursor_weight(const struct hc_csv_cursor *cursor);

/* Detects every layout and makes one table of them (prepare.c). */
HC_MUST_USE enum hc_status hc_csv_prepare(struct hc_csv *csv, struct hc_error *error);

/* Steps, gaps, ranges into facts (facts.c), after all rows were seen. */
HC_MUST_USE enum hc_status hc_csv_conclude(struct hc_csv *csv, struct hc_source_facts *facts,
                                           struct hc_error *error);

enum hc_status hc_csv_survey(struct hc_source *source, struct hc_load_control *control,
                             struct hc_source_facts *ret, struct hc_error *error);

/* Rows of all files, in order or one file after the other. */
enum hc_status hc_csv_read_begin(struct hc_source *source, struct hc_load_control *control,
                                 struct hc_error *error);
enum hc_status hc_csv_read_next(struct hc_source *source, struct hc_row *ret,
                                struct hc_error *error);
void hc_csv_merge_free(struct hc_merge *merge); /* NULL allowed */

#endif
