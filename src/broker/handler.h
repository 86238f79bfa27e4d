/* What an API handler sees: one request, one function, run again each time it is woken.
 *
 *   (request, now) -> HC_DONE with request->response filled | HC_WAIT with request->wait filled |
 * HC_CLOSE with a reason
 *
 * Handlers run on the loop's thread, never block and never touch sockets. Everything a handler
 * allocates comes from request->arena and dies with the answer. A handler that waits keeps what it
 * needs in request->state; the same function is called again when the market or monotonic deadline
 * passes or hc_request_wake was called, and decides anew. A handler asserts its API key first: that
 * is what makes its casts of message and response right.
 */
#ifndef HC_BROKER_HANDLER_H
#define HC_BROKER_HANDLER_H

#include "base/arena.h"
#include "base/clock.h"
#include "protocol/api.h"

enum hc_outcome { HC_DONE, HC_WAIT, HC_CLOSE };

struct hc_cluster;    /* broker/cluster.h: session, groups, offsets of one virtual cluster */
struct hc_connection; /* broker/connection.h */
struct hc_broker;     /* broker/broker.h */

struct hc_wait {
    int64_t market_ms; /* HC_NEVER: not by market time */
    int64_t mono_ns;   /* HC_NEVER: no deadline */
};

struct hc_request {
    struct hc_connection *connection;
    struct hc_cluster *cluster;
    const struct hp_api *api;
    struct hp_request_header header;
    int16_t version;
    const void *message; /* the decoded request struct; slices in it live until the answer */
    void *response;      /* zeroed by hp_message_init before the first call; the handler fills it */
    struct hc_arena *arena;
    void *state;              /* the handler's own, NULL on the first call */
    struct hc_wait wait;      /* reset to never/never before each call */
    const char *close_reason; /* static text for HC_CLOSE: counted in a metric */
    int64_t received_ns;      /* when its last byte arrived */
    bool no_response;         /* HC_DONE without an answer (Produce with acks=0) */
    bool draining;            /* the process stops: answer now, with what there is */
    int16_t error;            /* the error code that metrics count this request under */
    int64_t released_ns; /* the monotonic instant from which lateness of this answer is measured; 0:
                            not measured */
    int64_t records;     /* records in the answer, and (one of) their topics, for metrics */
    struct hc_slice topic;
    /* Called once when the connection closes under a waiting request, so that a handler can
     * withdraw what it registered elsewhere; may be NULL. */
    void (*abandon)(struct hc_request *request, struct hc_now now);
};

typedef enum hc_outcome hc_handler(struct hc_request *request, struct hc_now now);

/* One per API key; NULL: not served. `handlers[key]`. */
struct hc_handler_table {
    hc_handler *handlers[HP_API_KEY_MAX + 1];
};

/* Makes a waiting request run again soon (on this loop, not inside this call). Harmless for one
 * that is not waiting. */
void hc_request_wake(struct hc_request *request);

#endif
