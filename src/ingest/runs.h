/* Sorted runs in a temporary file, written one after the other, read back side by side. The lower
 * half of the sorter. One thread. */
#ifndef HC_INGEST_RUNS_H
#define HC_INGEST_RUNS_H

#include "base/status.h"
#include "ingest/packed.h"

struct hc_run {
    uint64_t begin, end; /* bytes in the file */
};

struct hc_run_file {
    int fd; /* -1: none yet */
    uint64_t size;
    struct hc_run *runs; /* own */
    size_t count;
    size_t capacity;
};

void hc_run_file_init(struct hc_run_file *file);
void hc_run_file_done(struct hc_run_file *file); /* closes: the unlinked file is gone */

/* Starts a run at the end of the file; makes the file when there is none. */
HC_MUST_USE enum hc_status hc_run_begin(struct hc_run_file *file, const char *directory,
                                        struct hc_error *error);

/* Appends bytes to the newest run. */
HC_MUST_USE enum hc_status hc_run_write(struct hc_run_file *file, const void *bytes, size_t size,
                                        struct hc_error *error);

/* One of the runs being merged, seen through a window of borrowed memory. */
struct hc_run_reader {
    const struct hc_run_file *file;
    uint64_t next, end; /* bytes not yet in the window */
    char *window;       /* borrowed, aligned */
    size_t capacity;    /* holds the largest row */
    size_t used, position;
};

void hc_run_reader_init(struct hc_run_reader *reader, const struct hc_run_file *file, size_t run,
                        char *window, size_t capacity);

/* The row at the reader's position, NULL at the end of the run; valid until the next advance. */
HC_MUST_USE enum hc_status hc_run_peek(struct hc_run_reader *reader,
                                       const struct hc_packed_row **ret, struct hc_error *error);
void hc_run_advance(struct hc_run_reader *reader); /* after a peek that gave a row */

#endif
