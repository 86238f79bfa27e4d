#include "broker/internal.h"

#include "base/memory.h"
#include "broker/control.h"
#include "broker/lockstep.h"
#include "group/group.h"

#include <stdlib.h>

static const struct hc_limits default_limits = {
    .connections_max = 10000,
    .frame_bytes_max = 1 << 20,
    .first_frame_bytes_max = 16 << 10,
    .response_bytes_max = 55u << 20,
    .request_memory_max = (4u << 20) + (256u << 10),
    .first_request_ns = 10 * HC_NS_PER_S,
    .frame_ns = 30 * HC_NS_PER_S,
    .idle_ns = 600 * HC_NS_PER_S,
    .write_stall_ns = 60 * HC_NS_PER_S,
    .fetch_wait_ns_max = 30 * HC_NS_PER_S,
    .fetch_partitions_max = 10000,
    .pipelined_bytes_max = 16 << 10,
};

void hc_limits_init(struct hc_limits *limits)
{
    *limits = default_limits;
}

struct hc_broker *hc_broker_new(const struct hc_broker_config *config)
{
    struct hc_broker *broker = hc_alloc(sizeof *broker);
    broker->config = *config;
    hc_list_init(&broker->connections);
    hc_list_init(&broker->ready);
    hc_list_init(&broker->touched);
    hc_broker_metrics_init(&broker->metrics, config->metrics);
    return broker;
}

void hc_broker_free(struct hc_broker *broker)
{
    if (!broker) {
        return;
    }
    HC_ASSERT(hc_list_empty(&broker->connections) && broker->cluster_count == 0);
    hc_heap_done(&broker->deadlines);
    hc_heap_done(&broker->wakes);
    free(broker);
}

/* It finds its place in the heap of clusters again. */
static void move(struct hc_cluster *cluster)
{
    struct hc_broker *broker = cluster->broker;
    if (hc_list_empty(&cluster->_touched)) {
        hc_list_append(&broker->touched, &cluster->_touched);
        hc_broker_rearm(broker);
    }
}

static void touched(void *context)
{
    move(context);
}

void hc_broker_touch(struct hc_cluster *cluster)
{
    cluster->_stale = true;
    move(cluster);
}

void hc_broker_add_cluster(struct hc_broker *broker, struct hc_cluster *cluster)
{
    cluster->broker = broker;
    cluster->control = hc_control_desk_new(cluster);
    hc_list_init(&cluster->_touched);
    broker->cluster_count++;
    hc_session_watch(cluster->session, touched, cluster);
    hc_broker_touch(cluster);
}

void hc_broker_remove_cluster(struct hc_broker *broker, struct hc_cluster *cluster)
{
    HC_ASSERT(cluster->broker == broker && cluster->connection_count == 0);
    struct hc_slice name = hc_session_config(cluster->session)->name;
    hc_metric_drop(broker->metrics.records_sent, name);
    hc_metric_drop(broker->metrics.lateness, name);
    hc_session_watch(cluster->session, NULL, NULL);
    hc_control_desk_free(cluster->control);
    hc_heap_remove(&broker->wakes, &cluster->_wake);
    hc_list_remove(&cluster->_touched);
    cluster->control = NULL;
    cluster->broker = NULL;
    broker->cluster_count--;
}

void hc_broker_close_connections(struct hc_broker *broker, struct hc_cluster *cluster,
                                 struct hc_now now)
{
    HC_LIST_EACH_SAFE(&broker->connections, node)
    {
        struct hc_connection *connection = HC_CONTAINER(node, struct hc_connection, node);
        if (connection->cluster == cluster) {
            hc_connection_fail(connection, "session-removed", now);
        }
    }
}

/* The waiters of one session that market time has reached. */
static void run_market_waiters(struct hc_cluster *cluster, struct hc_now now)
{
    struct hc_market_waiter *waiter;
    while ((waiter = hc_session_pop_due(cluster->session)) != NULL) {
        struct hc_connection *connection = HC_CONTAINER(waiter, struct hc_connection, market);
        HC_CHECK_MAGIC(connection, HC_CONNECTION_MAGIC);
        connection->market_waits = false;
        hc_dispatch_run(connection, now);
    }
}

static void run_deadlines(struct hc_broker *broker, struct hc_now now)
{
    struct hc_heap_node *node;
    while ((node = hc_heap_first(&broker->deadlines)) != NULL && node->key <= now.mono_ns) {
        struct hc_connection *connection = HC_CONTAINER(node, struct hc_connection, deadline);
        HC_CHECK_MAGIC(connection, HC_CONNECTION_MAGIC);
        hc_heap_remove(&broker->deadlines, node);
        hc_connection_deadline_passed(connection, now);
    }
}

/* Requests woken while these run are left for the next turn, so that a loop of wakes cannot starve
 * the rest. */
static void run_ready(struct hc_broker *broker, struct hc_now now)
{
    struct hc_list batch;
    hc_list_init(&batch);
    while (!hc_list_empty(&broker->ready)) {
        struct hc_list *node = broker->ready.next;
        hc_list_remove(node);
        hc_list_append(&batch, node);
    }
    while (!hc_list_empty(&batch)) {
        struct hc_connection *connection = HC_CONTAINER(batch.next, struct hc_connection, ready);
        hc_list_remove(&connection->ready);
        hc_dispatch_run(connection, now);
    }
}

/* The session's clock depends on what consumers do. */
static bool watches_consumers(const struct hc_cluster *cluster)
{
    return cluster->lockstep || hc_session_config(cluster->session)->start == HC_START_MEMBERS;
}

/* Tells the session how many members the groups have, and moves its lockstep on. */
static void look_at_consumers(struct hc_cluster *cluster, struct hc_now now)
{
    cluster->_stale = false;
    size_t count = hc_coordinator_group_count(cluster->groups);
    bool counts = hc_session_config(cluster->session)->start == HC_START_MEMBERS;
    for (size_t i = 0; i < count && counts; i++) {
        const struct hc_group *group = hc_coordinator_group_at(cluster->groups, i);
        int32_t members = group->state == HC_GROUP_STABLE ? (int32_t)group->member_count : 0;
        hc_session_note_members(cluster->session, group->name, members, now);
    }
    if (cluster->lockstep) {
        hc_lockstep_look(cluster, now);
    }
}

/* When something is due in the cluster; 0: at once. */
static int64_t cluster_wake_ns(const struct hc_cluster *cluster)
{
    if (hc_control_is_due(cluster) || (cluster->_stale && watches_consumers(cluster))) {
        return 0;
    }
    int64_t wake = HC_MIN(hc_session_next_wake_ns(cluster->session),
                          hc_coordinator_next_wake_ns(cluster->groups));
    return cluster->lockstep ? HC_MIN(wake, hc_lockstep_wake_ns(cluster)) : wake;
}

/* Brings the heap of clusters up to date. */
static void place_touched(struct hc_broker *broker)
{
    while (!hc_list_empty(&broker->touched)) {
        struct hc_cluster *cluster =
            HC_CONTAINER(broker->touched.next, struct hc_cluster, _touched);
        hc_list_remove(&cluster->_touched);
        hc_heap_move(&broker->wakes, &cluster->_wake, cluster_wake_ns(cluster));
    }
}

/* Each cluster in which something is due has one turn. */
static void run_clusters(struct hc_broker *broker, struct hc_now now)
{
    struct hc_heap_node *node;
    place_touched(broker);
    while ((node = hc_heap_first(&broker->wakes)) != NULL && node->key <= now.mono_ns) {
        struct hc_cluster *cluster = HC_CONTAINER(node, struct hc_cluster, _wake);
        hc_heap_remove(&broker->wakes, node);
        hc_session_advance(cluster->session, now);
        hc_coordinator_advance(cluster->groups, now);
        hc_control_drive(cluster, now);
        if (watches_consumers(cluster)) {
            look_at_consumers(cluster, now);
        }
        run_market_waiters(cluster, now);
        move(cluster);
    }
}

void hc_broker_advance(struct hc_broker *broker, struct hc_now now)
{
    run_clusters(broker, now);
    run_deadlines(broker, now);
    run_ready(broker, now);
}

int64_t hc_broker_next_wake_ns(struct hc_broker *broker)
{
    if (!hc_list_empty(&broker->ready)) {
        return 0;
    }
    place_touched(broker);
    struct hc_heap_node *first = hc_heap_first(&broker->deadlines);
    int64_t wake = first ? first->key : HC_NEVER;
    first = hc_heap_first(&broker->wakes);
    return first ? HC_MIN(wake, first->key) : wake;
}

void hc_broker_set_rearm(struct hc_broker *broker, void (*rearm)(void *context), void *context)
{
    broker->rearm = rearm;
    broker->rearm_context = context;
}

void hc_broker_rearm(struct hc_broker *broker)
{
    if (broker->rearm) {
        broker->rearm(broker->rearm_context);
    }
}

void hc_broker_drain(struct hc_broker *broker, struct hc_now now)
{
    broker->draining = true;
    HC_LIST_EACH_SAFE(&broker->connections, node)
    {
        hc_connection_drain(HC_CONTAINER(node, struct hc_connection, node), now);
    }
}

size_t hc_broker_connection_count(const struct hc_broker *broker)
{
    return broker->connection_count;
}

uint64_t hc_broker_records_sent(const struct hc_broker *broker, const struct hc_cluster *cluster,
                                struct hc_slice topic)
{
    const struct hc_slice labels[] = {hc_session_config(cluster->session)->name, topic};
    return hc_metric_count(hc_metric_series(broker->metrics.records_sent, labels));
}

const struct hc_metric *hc_broker_lateness(const struct hc_broker *broker,
                                           const struct hc_cluster *cluster)
{
    return hc_metric_series(broker->metrics.lateness, &hc_session_config(cluster->session)->name);
}

const struct hc_limits *hc_broker_limits(const struct hc_broker *broker)
{
    return &broker->config.limits;
}

struct hc_metric_registry *hc_broker_metrics(const struct hc_broker *broker)
{
    return broker->config.metrics;
}

const struct hc_handler_table *hc_broker_handlers(const struct hc_broker *broker)
{
    return broker->config.handlers;
}

int64_t hc_broker_next_id(struct hc_broker *broker)
{
    return ++broker->next_id;
}
