/* Work away from the loop, and the way back.
 *
 * An executor runs jobs on a bounded set of worker threads (ingest, compression, verification,
 * commits to disk). A mailbox carries closures back to the thread that owns it (the loop). Both are
 * seams: the simulator supplies versions that run in virtual time on one thread.
 */
#ifndef HC_BASE_EXECUTOR_H
#define HC_BASE_EXECUTOR_H

#include "base/status.h"

/* A unit of work; embed it in what it works on. The owner keeps it alive until it has run. */
struct hc_job {
    void (*run)(struct hc_job *job);
    struct hc_job *_next;
};

/* HC_LANE_LOAD: long work (a load runs for minutes); HC_LANE_SHORT: short work that a request waits
 * for (verification, decompression, commits). Lanes never starve each other. */
enum hc_lane { HC_LANE_SHORT, HC_LANE_LOAD, HC_LANE_COUNT };

struct hc_executor {
    void (*submit)(struct hc_executor *executor, enum hc_lane lane, struct hc_job *job);
};

/* Any thread may post; `run` is called later on the owner's thread, in order of posting. */
struct hc_mailbox {
    void (*post)(struct hc_mailbox *mailbox, struct hc_job *job);
};

/* A pool of threads: `counts[lane]` of them for each lane. Own; free waits for running jobs and
 * drops waiting ones after calling nothing (so cancel first). */
struct hc_executor *hc_worker_pool_new(const int counts[HC_LANE_COUNT]);
void hc_worker_pool_free(struct hc_executor *executor);

/* Runs every job inside submit, on the caller's thread: for tools and tests. Static storage. */
struct hc_executor *hc_executor_inline(void);

#endif
