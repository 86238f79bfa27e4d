/* A whole broker in one test process, on virtual time, from a seed.
 *
 * Everything is real but the sockets, the workers and the clock: topics are written by the store's
 * own writer into a temporary directory, jobs run on this thread some virtual milliseconds later,
 * and bytes travel in pieces through memory. Time stands still while anything can happen and then
 * jumps to the next deadline. The same seed gives the same run.
 *
 * Include once per test; failures are cmocka's.
 */
#ifndef HC_TESTS_WORLD_WORLD_H
#define HC_TESTS_WORLD_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/api.h"
#include "base/random.h"
#include "broker/broker.h"
#include "broker/cluster.h"
#include "broker/connection.h"
#include "protocol/error.h"
#include "protocol/messages.h"
#include "sim/world/model.h"

/* Wall time begins far from market time, so that the two are never mistaken. */
#define WORLD_WALL0 INT64_C(1800000000000)

enum { WORLD_TOPICS_MAX = 6, WORLD_CLIENTS_MAX = 64 };

struct world_config {
    uint64_t seed;
    struct hc_session_config session;     /* see world_session */
    const struct hc_session_saved *saved; /* a restart: goes on from there; NULL: fresh */
    const struct world_topic_config *topics;
    size_t topic_count;
    int64_t job_ns_max; /* a job takes up to that long: 0 runs it at once */
    void (*adjust_limits)(struct hc_limits *limits); /* may be NULL */
};

struct world_topic {
    struct model model;
    struct hc_session_topic *topic;
    char directory[256];
    struct hc_log ***loads; /* [load][partition] */
    int32_t loaded;
};

struct world_client;

struct world {
    struct world_config config;
    struct hc_random random;
    struct hc_now now;
    struct hc_cluster cluster;
    struct hc_broker *broker;
    struct hc_metric_registry *metrics;
    struct hc_executor executor;
    struct hc_mailbox mailbox;
    struct world_job *jobs; /* submitted, by the instant at which they end */
    struct hc_job *posted;  /* the mailbox, in order */
    struct hc_job **posted_end;
    struct world_topic topics[WORLD_TOPICS_MAX];
    struct world_client *clients[WORLD_CLIENTS_MAX];
    size_t client_count;
    int64_t alarm_ns; /* the next instant the test wants to look at; reset before each look */
    char directory[256];
    long turns; /* since time last moved, against endless loops */
};

/* Defaults: speed 1, from the first record on, running at once. */
struct hc_session_config world_session(void);

/* Every topic shows its first load. Own. */
struct world *world_new(const struct world_config *config);
void world_free(struct world *world);

/* The next load of the topic becomes visible to the session; false: it has them all. */
bool world_load(struct world *world, size_t topic);

/* Lets everything happen that can, and jumps on, until `until` says so. False: `horizon_ns` of
 * virtual time have passed first. `until` (may be NULL: runs to the horizon) is called whenever
 * nothing more can happen at an instant; it may send, and set world->alarm_ns. */
typedef bool world_condition(void *context);
bool world_run_until(struct world *world, world_condition *until, void *context,
                     int64_t horizon_ns);

/* Virtual time passes. */
void world_sleep(struct world *world, int64_t ns);
/* Runs until market time is `market_ms`, which must come. */
void world_market(struct world *world, int64_t market_ms);

static inline int64_t world_now_market(const struct world *world)
{
    return hc_session_market_ms(world->cluster.session);
}

/* The visible end by the model, for everything the session shows. */
int64_t world_end(const struct world *world, size_t topic, int32_t partition);

/* The counter hindcast_connections_closed_total{reason}. */
uint64_t world_closed(const struct world *world, const char *reason);

#endif
