/* The broker: connections, dispatch and waiting requests of one loop, without I/O.
 *
 * Everything is handed `now`; the owner (net, or the simulator) calls hc_broker_advance when
 * hc_broker_next_wake_ns has come, feeds connections and writes what they give. One thread.
 */
#ifndef HC_BROKER_BROKER_H
#define HC_BROKER_BROKER_H

#include "base/heap.h"
#include "base/list.h"
#include "base/metric.h"
#include "broker/cluster.h"
#include "broker/handler.h"
#include "broker/limits.h"

struct hc_broker_config {
    struct hc_limits limits;
    const struct hc_handler_table *handlers; /* borrowed */
    struct hc_metric_registry *metrics;      /* borrowed */
    uint64_t seed;                           /* fetch session ids, producer ids */
};

struct hc_broker *hc_broker_new(const struct hc_broker_config *config);
/* All connections have been closed and all clusters removed before. */
void hc_broker_free(struct hc_broker *broker);

/* Adds a virtual cluster whose session, groups and timers the broker drives from now on. Borrowed
 * until removed; connections to it must be closed before it is removed. Commands that still wait
 * are told HC_CANCELLED. */
void hc_broker_add_cluster(struct hc_broker *broker, struct hc_cluster *cluster);
void hc_broker_remove_cluster(struct hc_broker *broker, struct hc_cluster *cluster);

/* Ends every connection to the cluster; their transports close them soon. */
void hc_broker_close_connections(struct hc_broker *broker, struct hc_cluster *cluster,
                                 struct hc_now now);

/* Runs everything that is due by `now`: market and monotonic deadlines, group timers, woken
 * requests. */
void hc_broker_advance(struct hc_broker *broker, struct hc_now now);

/* When hc_broker_advance must be called next; HC_NEVER: nothing is waiting. 0: at once. */
int64_t hc_broker_next_wake_ns(struct hc_broker *broker);

/* Called whenever the answer of hc_broker_next_wake_ns may have become earlier outside of
 * hc_broker_advance, so that the owner re-arms its timer. */
void hc_broker_set_rearm(struct hc_broker *broker, void (*rearm)(void *context), void *context);

/* Lets every connection finish the request under way and no more: see hc_connection_drain. */
void hc_broker_drain(struct hc_broker *broker, struct hc_now now);
size_t hc_broker_connection_count(const struct hc_broker *broker);

/* For summaries: records sent of a topic to the clients of a cluster, and how late records were
 * released there (a histogram). */
uint64_t hc_broker_records_sent(const struct hc_broker *broker, const struct hc_cluster *cluster,
                                struct hc_slice topic);
const struct hc_metric *hc_broker_lateness(const struct hc_broker *broker,
                                           const struct hc_cluster *cluster);

const struct hc_limits *hc_broker_limits(const struct hc_broker *broker);
struct hc_metric_registry *hc_broker_metrics(const struct hc_broker *broker);
const struct hc_handler_table *hc_broker_handlers(const struct hc_broker *broker);
/* A number never given before by this broker object, from 1 (fetch sessions, producer ids). */
int64_t hc_broker_next_id(struct hc_broker *broker);

#endif
