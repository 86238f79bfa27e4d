/* The parts of the Fetch handler: which partitions are asked for, whether to wait, what to read. */
#ifndef HC_API_FETCH_H
#define HC_API_FETCH_H

#include "api/common.h"
#include "broker/fetch_session.h"

/* One partition of the request in work. */
struct hc_fetch_item {
    struct hc_fetch_partition *asked;
    struct hc_session_topic *topic; /* NULL when unknown */
    int16_t error;
    int64_t high_watermark; /* -1 with an error that has none */
    int64_t log_start;
    int64_t available; /* record bytes between the fetch offset and the high watermark */
    struct hp_records records;
};

struct hc_fetch_wakeup; /* fetch_read.c: a worker's message that bytes have become readable */

/* What the handler keeps over waits. Arena. */
struct hc_fetch_state {
    struct hc_fetch_item *items;
    int32_t item_count;
    bool by_id;
    bool incremental;                 /* the answer leaves out what has not changed */
    struct hc_fetch_session *session; /* NULL: sessionless */
    int64_t deadline_ns;
    int64_t bytes_min;
    int64_t bytes_max;
    int64_t generation;       /* of the session when the request came */
    int64_t parked_market_ms; /* market time when it first waited; HC_TIME_MIN: has not waited */
    bool read_any; /* some partition was asked of the store in this run and was not ready */
    struct hc_fetch_wakeup *wakeup;
};

/* fetch_context.c: resolves fetch session and partitions. HP_ERR_NONE, or the top-level error that
 * ends the request. */
int16_t hc_fetch_begin(struct hc_request *request, struct hc_fetch_state *state);

/* fetch_wait.c: looks at every partition as of now; true when the request must be answered. */
bool hc_fetch_evaluate(struct hc_request *request, struct hc_fetch_state *state, struct hc_now now);
/* The market instant at which it is worth looking again. */
int64_t hc_fetch_next_instant(const struct hc_request *request, const struct hc_fetch_state *state);

/* fetch_read.c: reads what is visible into the items. False: nothing could be read yet and a worker
 * was asked; wait. */
bool hc_fetch_read(struct hc_request *request, struct hc_fetch_state *state, struct hc_now now);
void hc_fetch_abandon(struct hc_request *request, struct hc_now now);

#endif
