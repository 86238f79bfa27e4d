/* What the files of the broker room share; nobody else includes it. */
#ifndef HC_BROKER_INTERNAL_H
#define HC_BROKER_INTERNAL_H

#include "base/arena.h"
#include "base/buffer.h"
#include "broker/connection.h"
#include "broker/metrics.h"
#include "broker/refusals.h"

enum hc_phase {
    HC_PHASE_READING, /* a frame is being received, or nothing */
    HC_PHASE_WORKING, /* a request is in work: running, waiting or woken */
    HC_PHASE_WRITING, /* its answer is being sent */
    HC_PHASE_CLOSED,
};

struct hc_connection {
    uint32_t magic;
    enum hc_phase phase;
    uint64_t id;
    struct hc_broker *broker;
    struct hc_cluster *cluster;
    struct hc_transport transport;
    struct hc_list node;  /* in broker->connections */
    struct hc_list ready; /* in broker->ready while woken */

    struct hc_buffer input; /* bytes of frames that are not whole yet, or must wait */
    struct hc_slice fresh;  /* inside hc_connection_input: what came now, when `input` is empty */
    int64_t frame_begun_ns; /* when the first byte of a partial frame arrived; HC_NEVER: none */
    bool spoken;            /* has sent a valid request */
    bool draining;
    bool stepping; /* inside hc_connection_step: guards against recursion */

    struct hc_arena arena;
    struct hc_request request;
    struct hc_market_waiter market;
    bool market_waits;

    struct hp_output output;
    size_t output_first; /* chunks before it are sent and released */
    int64_t last_progress_ns;

    struct hc_heap_node deadline; /* in broker->deadlines */
    struct hc_address peer;
    struct hc_address advertised;
    char client_id[HC_CLIENT_ID_BYTES];
    char software[2 * HC_CLIENT_SOFTWARE_BYTES];
    struct hc_fetch_session *fetch_session;
};

enum { HC_CONNECTION_MAGIC = 0x48434f4e };

struct hc_broker {
    struct hc_broker_config config;
    struct hc_list connections;
    struct hc_list ready;
    struct hc_heap deadlines; /* monotonic ns */
    size_t cluster_count;
    struct hc_heap wakes;   /* clusters, by when something is due in them */
    struct hc_list touched; /* clusters whose place there may be another */
    size_t connection_count;
    int64_t next_id;
    bool draining;
    struct hc_broker_metrics metrics;
    struct hc_refusals refusals;
    void (*rearm)(void *context);
    void *rearm_context;
};

/* dispatch.c: begins the request whose frame is at the front of the input; runs, or runs again, the
 * one in work. */
void hc_dispatch_frame(struct hc_connection *connection, struct hc_slice frame, struct hc_now now);
void hc_dispatch_run(struct hc_connection *connection, struct hc_now now);

/* connection.c */
void hc_connection_fail(struct hc_connection *connection, const char *reason, struct hc_now now);
void hc_connection_step(struct hc_connection *connection, struct hc_now now);
void hc_connection_arm(struct hc_connection *connection, struct hc_now now);
void hc_connection_stop_waiting(struct hc_connection *connection);
void hc_connection_deadline_passed(struct hc_connection *connection, struct hc_now now);

void hc_broker_rearm(struct hc_broker *broker);
/* Something happened in the cluster: when it is due may have changed. */
void hc_broker_touch(struct hc_cluster *cluster);

#endif
