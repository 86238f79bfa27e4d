/* Telling people how a load goes: log events, and a line that keeps changing on a terminal. One
 * thread. */
#ifndef HC_INGEST_PROGRESS_H
#define HC_INGEST_PROGRESS_H

#include "ingest/ingest.h"

struct hc_progress_teller {
    int64_t (*clock_ns)(void); /* NULL: says nothing */
    bool line;
    bool line_shown;
    int64_t start_ns, line_ns, event_ns;
};

void hc_progress_init(struct hc_progress_teller *teller, int64_t (*clock_ns)(void), bool line);

/* Says something when it is time: the line at most 5 times a second, an event every 5 seconds. */
void hc_progress_tick(struct hc_progress_teller *teller, const struct hc_ingest_progress *progress);

/* Removes the line and logs `load-done`. */
void hc_progress_done(struct hc_progress_teller *teller, const struct hc_ingest_progress *progress);

/* Removes the line, so that something else can be written. */
void hc_progress_clear(struct hc_progress_teller *teller);

/* "1,234,567 rows  1,020,000 rows/s  37 %  4 s left" without what is unknown; returns `out`. */
enum { HC_PROGRESS_TEXT_BYTES = 160 };
char *hc_progress_text(const struct hc_ingest_progress *progress, int64_t elapsed_ns,
                       char out[HC_PROGRESS_TEXT_BYTES]);

#endif
