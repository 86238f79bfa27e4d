/* Fetch sessions (KIP-227): the partitions that a client fetches again and again, remembered
 * between requests.
 *
 * A session belongs to one connection and dies with it, so no other peer can use it. Pure
 * bookkeeping: it holds what was asked for and what was last told; the Fetch handler reads logs.
 * One thread.
 */
#ifndef HC_BROKER_FETCH_SESSION_H
#define HC_BROKER_FETCH_SESSION_H

#include "base/arena.h"
#include "base/list.h"
#include "base/map.h"
#include "protocol/messages.h"

/* One partition of a fetch: as asked, and as last answered. */
struct hc_fetch_partition {
    struct hc_list node;
    struct hc_slice topic;   /* null when asked by id */
    struct hp_uuid topic_id; /* zero when asked by name */
    int32_t partition;
    int32_t current_leader_epoch;
    int64_t fetch_offset;
    int32_t bytes_max;
    int64_t last_high_watermark; /* -1: not answered yet in this session */
    int64_t last_log_start;
    int16_t last_error;
};

struct hc_fetch_session {
    int32_t id;
    int32_t epoch;             /* the epoch the next request must carry */
    struct hc_list partitions; /* in answering order: those that got data move to the end */
    struct hc_map index;       /* by name or id and partition */
    bool by_id;                /* all requests of a session name topics the same way */
};

/* `seed`: for the index, whose keys the peer chooses. */
struct hc_fetch_session *hc_fetch_session_new(int32_t id, bool by_id, uint64_t seed);
void hc_fetch_session_free(struct hc_fetch_session *session); /* NULL allowed */

/* Adds the request's partitions or changes those already there, then removes the forgotten ones.
 * False when the session would hold more than `partitions_max`. */
HC_MUST_USE bool hc_fetch_session_update(struct hc_fetch_session *session,
                                         const struct hp_fetch_request *request,
                                         int32_t partitions_max);

/* The epoch that follows: wraps from INT32_MAX to 1. */
int32_t hc_fetch_session_next_epoch(int32_t epoch);

#endif
