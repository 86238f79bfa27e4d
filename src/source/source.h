/* A source: rows of market history, read on a worker thread. Knows nothing of Kafka.
 *
 * Life: open (cheap, looks at names only) -> survey (reads what must be known before the first
 * record: layout, unit, order, interval, symbols, counts) -> read (rows one after the other) ->
 * close. Survey and read block and belong on HC_LANE_LOAD; both look at `control` often. One thread
 * at a time.
 */
#ifndef HC_SOURCE_SOURCE_H
#define HC_SOURCE_SOURCE_H

#include "base/buffer.h"
#include "source/spec.h"

#include <stdatomic.h>

enum hc_cell_kind {
    HC_CELL_NULL,
    HC_CELL_NUMBER, /* text is a valid JSON number, already normalised */
    HC_CELL_STRING, /* UTF-8 text, not yet escaped */
    HC_CELL_BOOL,   /* "true" or "false" */
    HC_CELL_JSON,   /* embedded as it is */
    HC_CELL_TIME,   /* `time_ns` is set; text as the source wrote it */
};

struct hc_cell {
    enum hc_cell_kind kind;
    struct hc_slice text;
    int64_t time_ns;
};

/* Which of several streams a source holds a row belongs to: what topic templates and symbol filters
 * look at. */
struct hc_stream {
    struct hc_slice symbol;   /* null: none */
    struct hc_slice exchange; /* null: none */
    struct hc_slice table;    /* null: none */
    struct hc_interval interval;
    int64_t rows; /* as surveyed, after refusals and filters, before duplicates */
    int64_t first_open_ns, last_open_ns;
    int64_t first_visible_ns, last_visible_ns;
    int64_t gaps;    /* places where more than one interval passes between neighbouring bars */
    int64_t missing; /* bars that would fill them */
};

struct hc_row {
    int64_t open_ns;    /* open time, ns since the epoch */
    int64_t visible_ns; /* when it becomes visible: close + publish delay, or open (spec.visible) */
    uint32_t stream;    /* index into facts.streams */
    uint32_t file;      /* index into facts.files; the place of a row is file and line */
    uint64_t line;      /* 1-based line in the file, or row number of a table */
    const struct hc_cell *cells; /* one per column of its file; borrowed until the next call */
};

/* The cells of one file's rows, where files differ (the tables of a database). */
struct hc_shape {
    struct hc_slice_list columns;
    const uint32_t *keys; /* indices of the default key's columns, joined by `:` */
    size_t key_count;
};

struct hc_source_facts {
    const struct hc_shape *shapes; /* one for each file; NULL: all rows have `columns` and
                                      `symbol_column`. Then rows have no numbers: hc_row.line is
                                      what their order follows, and then their bytes */
    struct hc_slice_list
        columns; /* names of the cells, the symbol from a path or flag first as "symbol" */
    int32_t symbol_column;      /* index of the default key column, or -1 */
    struct hc_slice_list files; /* paths or table names, in source order */
    struct hc_stream *streams;
    size_t stream_count;
    bool ordered;        /* rows come in ascending visible_ns; else any order */
    bool mixed_interval; /* streams differ in interval */
    int64_t rows;        /* in range, accepted */
    int64_t refused;
    int64_t duplicates; /* identical neighbours seen while surveying; ingest counts exactly */
    int64_t first_visible_ns, last_visible_ns; /* undefined when rows == 0 */
    struct hc_slice_list notes;                /* what was detected, one sentence each */
    struct hc_slice_list warnings;
    struct hc_slice_list refusals; /* the first 20 refused rows: "file:line:column: reason" */
};

/* What is known of the place that rows come from, beyond the rows. */
enum hc_source_health {
    HC_HEALTH_OK,
    HC_HEALTH_DEGRADED, /* does not answer, is asked again */
    HC_HEALTH_LOST,     /* has not answered for long; still asked */
    HC_HEALTH_CHANGED,  /* has other rows than those that were loaded */
};

/* Shared between the thread that loads and whoever watches or cancels it. */
struct hc_load_control {
    atomic_bool cancel;
    atomic_llong bytes_done, bytes_total; /* of the current pass; total 0: unknown */
    atomic_llong rows_done;
    atomic_int health; /* enum hc_source_health; set by the source, and by who probes it */
};

struct hc_source;

struct hc_source_ops {
    enum hc_status (*survey)(struct hc_source *source, struct hc_load_control *control,
                             struct hc_source_facts *ret, struct hc_error *error);
    enum hc_status (*read_begin)(struct hc_source *source, struct hc_load_control *control,
                                 struct hc_error *error);
    enum hc_status (*read_next)(struct hc_source *source, struct hc_row *ret,
                                struct hc_error *error);
    enum hc_status (*fingerprint)(struct hc_source *source, struct hc_buffer *out,
                                  struct hc_error *error);
    enum hc_status (*probe)(struct hc_source *source, struct hc_load_control *control,
                            struct hc_buffer *out, struct hc_error *error); /* may be NULL */
    void (*close)(struct hc_source *source);
};

/* Embedded first in every implementation. */
struct hc_source {
    const struct hc_source_ops *ops;
    const struct hc_topic_spec *spec;
    struct hc_arena arena; /* facts and what else lives as long as the source */
};

/* Opens the source that the spec's URI names. `spec` is borrowed for the source's life. HC_USAGE:
 * unknown scheme or a setting that contradicts; HC_NOT_FOUND, HC_DENIED: no such file. *ret is
 * owned; close with hc_source_close. */
HC_MUST_USE enum hc_status hc_source_open(const struct hc_topic_spec *spec, struct hc_source **ret,
                                          struct hc_error *error);
void hc_source_close(struct hc_source *source); /* NULL allowed */

/* Facts live in the source's arena. Call once. HC_USAGE: something is ambiguous, the text names the
 * flag that answers it; HC_INVALID: a row is refused (strict); HC_CANCELLED. */
HC_MUST_USE enum hc_status hc_source_survey(struct hc_source *source,
                                            struct hc_load_control *control,
                                            struct hc_source_facts *ret, struct hc_error *error);

/* Starts (or restarts) reading rows; after a survey. */
HC_MUST_USE enum hc_status hc_source_read_begin(struct hc_source *source,
                                                struct hc_load_control *control,
                                                struct hc_error *error);

/* HC_OK with a row inside the spec's range and filters, HC_END, HC_CHANGED (the file changed while
 * it was read), HC_CANCELLED. HC_INVALID: a row that the survey has not refused is refused, the
 * text says which and why; reading may go on. HC_AGAIN, only where rows are not ordered: the source
 * was lost in a place that cannot be found again; begin reading anew. When facts.ordered,
 * visible_ns never decreases. */
HC_MUST_USE enum hc_status hc_source_read_next(struct hc_source *source, struct hc_row *ret,
                                               struct hc_error *error);

/* Appends text that changes whenever the source's content may have changed: for files path, size,
 * mtime in ns, inode and a hash of the first and last 64 KiB; for demo: its seed and version.
 * Source location and settings are not part of it. Cheap; needs a survey only where it answers
 * HC_AGAIN before: a source that may be far away (hc_source_probe). */
HC_MUST_USE enum hc_status hc_source_fingerprint(struct hc_source *source, struct hc_buffer *out,
                                                 struct hc_error *error);

/* What hc_source_fingerprint would say after a survey, into `out` (cleared first), for sources that
 * answered HC_AGAIN; no survey may have been made. Blocks, and belongs on HC_LANE_LOAD. HC_AGAIN:
 * the source does not answer now. */
HC_MUST_USE enum hc_status hc_source_probe(struct hc_source *source,
                                           struct hc_load_control *control, struct hc_buffer *out,
                                           struct hc_error *error);

#endif
