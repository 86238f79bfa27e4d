/* Telling people how a load goes: log events, and a line that keeps changing on a terminal.
 *
 * A survey is one long call, so a thread of its own looks at the counters, from the first moment at
 * which there is something to load. Everything else here is for one thread. */
#ifndef HC_INGEST_PROGRESS_H
#define HC_INGEST_PROGRESS_H

#include "ingest/ingest.h"

#include <pthread.h>

struct hc_teller {
    const struct hc_ingest *ingest; /* borrowed */
    int64_t (*clock_ns)(void);      /* NULL: says nothing on the way */
    bool line;
    bool line_shown;
    int64_t start_ns, line_ns, event_ns;
    bool running;
    pthread_t thread;
    int wake_fd; /* readable: the thread is to end */
};

void hc_teller_init(struct hc_teller *teller, const struct hc_ingest *ingest,
                    int64_t (*clock_ns)(void), bool line);

/* The line 5 times a second, an event every 5 seconds, until the end. Again: nothing. */
void hc_teller_start(struct hc_teller *teller);

/* Ends it and removes the line; `loaded`: logs `load-done`. */
void hc_teller_end(struct hc_teller *teller, bool loaded);

/* "loading: 1,234,567 rows  1,020,000 rows/s  37 %  4 s left" without what is unknown; before the
 * survey is done, "surveying: ...". Returns `out`. */
enum { HC_PROGRESS_TEXT_BYTES = 160 };
char *hc_progress_text(const struct hc_ingest_progress *progress, int64_t elapsed_ns,
                       char out[HC_PROGRESS_TEXT_BYTES]);

#endif
