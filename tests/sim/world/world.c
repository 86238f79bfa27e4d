#include "sim/world/world.h"

#include "base/log.h"
#include "base/memory.h"
#include "group/config.h"
#include "sim/world/client.h"
#include "sim/world/disk.h"

#include <stdio.h>
#include <stdlib.h>

enum { TURNS_MAX = 2000000 };

/* A job on its way through a worker. */
struct world_job {
    struct world_job *next;
    struct hc_job *job;
    int64_t ends_ns;
};

static void submit(struct hc_executor *executor, enum hc_lane lane, struct hc_job *job)
{
    (void)lane;
    struct world *world = HC_CONTAINER(executor, struct world, executor);
    struct world_job *entry = hc_alloc(sizeof *entry);
    uint64_t range = (uint64_t)world->config.job_ns_max + 1;
    entry->job = job;
    entry->ends_ns = world->now.mono_ns + (int64_t)hc_random_below(&world->random, range);
    struct world_job **at = &world->jobs;
    while (*at && (*at)->ends_ns <= entry->ends_ns) {
        at = &(*at)->next;
    }
    entry->next = *at;
    *at = entry;
}

static void post(struct hc_mailbox *mailbox, struct hc_job *job)
{
    struct world *world = HC_CONTAINER(mailbox, struct world, mailbox);
    job->_next = NULL;
    *world->posted_end = job;
    world->posted_end = &job->_next;
}

static bool run_jobs(struct world *world)
{
    bool ran = false;
    while (world->jobs && world->jobs->ends_ns <= world->now.mono_ns) {
        struct world_job *entry = world->jobs;
        world->jobs = entry->next;
        entry->job->run(entry->job);
        free(entry);
        ran = true;
    }
    while (world->posted) {
        struct hc_job *job = world->posted;
        world->posted = job->_next;
        if (!world->posted) {
            world->posted_end = &world->posted;
        }
        job->run(job);
        ran = true;
    }
    return ran;
}

static void wake(void *context, void *token)
{
    (void)context;
    hc_request_wake(token);
}

struct hc_session_config world_session(void)
{
    return (struct hc_session_config){
        .name = HC_SLICE("main"),
        .from_ms = HC_TIME_MIN,
        .to_ms = HC_NEVER,
        .speed = hc_speed_of(1, 1),
        .drain_timeout_ns = 30 * HC_NS_PER_S,
        .incarnation = {1, 2, 3},
        .virtual_time = true,
    };
}

static void silent(void *context, enum hc_log_level level, struct hc_slice line)
{
    (void)context;
    (void)level;
    (void)line;
}

static void make_cluster(struct world *world)
{
    struct hc_error error = {0};
    struct hc_cluster *cluster = &world->cluster;
    struct hc_group_config groups;
    hc_group_config_init(&groups);
    cluster->session = hc_session_new(&world->config.session);
    if (world->config.saved) {
        hc_session_restore(cluster->session, world->config.saved);
    }
    cluster->groups =
        hc_coordinator_new(&groups, (struct hc_coordinator_events){NULL, wake}, world->config.seed);
    assert_int_equal(hc_offsets_new(NULL, world->config.session.name, &cluster->offsets, &error),
                     HC_OK);
    cluster->reader = hc_log_reader_new(1 << 20);
    cluster->executor = &world->executor;
    cluster->mailbox = &world->mailbox;
}

static void make_broker(struct world *world)
{
    world->metrics = hc_metric_registry_new();
    struct hc_broker_config config = {
        .handlers = hc_api_handlers(), .metrics = world->metrics, .seed = world->config.seed};
    hc_limits_init(&config.limits);
    if (world->config.adjust_limits) {
        world->config.adjust_limits(&config.limits);
    }
    world->broker = hc_broker_new(&config);
    hc_broker_add_cluster(world->broker, &world->cluster);
}

static void make_topic(struct world *world, size_t index)
{
    struct world_topic *topic = &world->topics[index];
    model_init(&topic->model, &world->config.topics[index], world->config.seed);
    const struct world_topic_config *config = &topic->model.config;
    (void)snprintf(topic->directory, sizeof topic->directory, "%.200s/%zu", world->directory,
                   index);
    topic->loads = world_disk_write(&topic->model, topic->directory);
    uint8_t identity[32] = {(uint8_t)(index + 1)};
    topic->topic =
        hc_session_add_topic(world->cluster.session, hc_slice_str(config->name), identity,
                             config->partitions, hc_slice_str(hp_codec_name(config->codec)));
    (void)hc_offsets_add_topic(world->cluster.offsets, hc_slice_str(config->name), HC_SLICE("00ff"),
                               HC_SLICE(""), NULL);
}

struct world *world_new(const struct world_config *config)
{
    struct world *world = hc_alloc(sizeof *world);
    hc_log_set_sink(silent, NULL);
    world->config = *config;
    hc_random_seed(&world->random, config->seed);
    world->now = (struct hc_now){HC_NS_PER_S, WORLD_WALL0};
    world->executor.submit = submit;
    world->mailbox.post = post;
    world->posted_end = &world->posted;
    world_disk_make(world->directory, sizeof world->directory);
    make_cluster(world);
    make_broker(world);
    HC_ASSERT(config->topic_count <= WORLD_TOPICS_MAX);
    for (size_t i = 0; i < config->topic_count; i++) {
        make_topic(world, i);
    }
    hc_session_topics_complete(world->cluster.session);
    for (size_t i = 0; i < config->topic_count; i++) {
        (void)world_load(world, i);
    }
    return world;
}

void world_free(struct world *world)
{
    for (size_t i = 0; i < world->client_count; i++) {
        world_client_free(world->clients[i]);
    }
    while (world->jobs || world->posted) {
        world->now.mono_ns += world->config.job_ns_max;
        (void)run_jobs(world);
    }
    hc_broker_remove_cluster(world->broker, &world->cluster);
    hc_broker_free(world->broker);
    hc_coordinator_free(world->cluster.groups);
    hc_session_free(world->cluster.session);
    hc_offsets_free(world->cluster.offsets);
    hc_log_reader_free(world->cluster.reader);
    hc_metric_registry_free(world->metrics);
    for (size_t i = 0; i < world->config.topic_count; i++) {
        world_disk_release(&world->topics[i].model, world->topics[i].loads);
        world_disk_remove(world->topics[i].directory);
        model_done(&world->topics[i].model);
    }
    world_disk_remove(world->directory);
    hc_log_set_sink(NULL, NULL);
    free(world);
}

/* Up to where a load is complete: just before the first instant that it lacks. */
static int64_t edge_of(const struct world_topic *topic, struct hc_log *const *logs)
{
    int64_t edge = HC_NEVER;
    for (int32_t p = 0; p < topic->model.config.partitions; p++) {
        int64_t end = hc_log_end(logs[p]);
        if (end < topic->model.config.records) {
            edge = HC_MIN(edge, topic->model.visible[p][end] - 1);
        }
    }
    return edge;
}

bool world_load(struct world *world, size_t index)
{
    struct world_topic *topic = &world->topics[index];
    const struct world_topic_config *config = &topic->model.config;
    if (topic->loaded == config->loads) {
        return false;
    }
    struct hc_log **logs = topic->loads[topic->loaded++];
    int64_t first = HC_NEVER, last = HC_TIME_MIN;
    for (int32_t p = 0; config->records > 0 && p < config->partitions; p++) {
        first = HC_MIN(first, topic->model.visible[p][0]);
        last = HC_MAX(last, topic->model.visible[p][config->records - 1]);
    }
    int64_t edge = edge_of(topic, logs);
    bool complete = edge == HC_NEVER;
    hc_session_update_topic(world->cluster.session, topic->topic, logs, edge, complete, first,
                            complete ? last : HC_TIME_MIN, world->now);
    return true;
}

/* One round at the present instant, clients in an order that the seed decides. */
static bool turn(struct world *world)
{
    bool moved = run_jobs(world);
    size_t order[WORLD_CLIENTS_MAX];
    for (size_t i = 0; i < world->client_count; i++) {
        size_t j = hc_random_below(&world->random, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    for (size_t i = 0; i < world->client_count; i++) {
        moved = world_client_move(world->clients[order[i]]) || moved;
    }
    if (hc_broker_next_wake_ns(world->broker) <= world->now.mono_ns) {
        hc_broker_advance(world->broker, world->now);
        moved = true;
    }
    HC_ASSERT(++world->turns < TURNS_MAX);
    return moved;
}

static void jump(struct world *world, int64_t to_ns)
{
    HC_ASSERT(to_ns >= world->now.mono_ns);
    if (to_ns > world->now.mono_ns) {
        world->turns = 0;
    }
    world->now.mono_ns = to_ns;
    world->now.wall_ms = WORLD_WALL0 + to_ns / HC_NS_PER_MS;
    hc_session_advance(world->cluster.session, world->now);
}

bool world_run_until(struct world *world, world_condition *until, void *context, int64_t horizon_ns)
{
    int64_t end = world->now.mono_ns + horizon_ns;
    for (;;) {
        while (turn(world)) {
        }
        world->alarm_ns = HC_NEVER;
        if (until && until(context)) {
            return true;
        }
        if (turn(world)) {
            continue; /* `until` has sent something */
        }
        int64_t next = HC_MIN(hc_broker_next_wake_ns(world->broker), world->alarm_ns);
        next = world->jobs ? HC_MIN(next, world->jobs->ends_ns) : next;
        if (next > end) {
            jump(world, end);
            return false;
        }
        jump(world, HC_MAX(next, world->now.mono_ns));
    }
}

void world_sleep(struct world *world, int64_t ns)
{
    (void)world_run_until(world, NULL, NULL, ns);
}

struct market_target {
    struct world *world;
    int64_t market_ms;
};

static bool market_reached(void *context)
{
    const struct market_target *target = context;
    struct world *world = target->world;
    if (world_now_market(world) >= target->market_ms) {
        return true;
    }
    world->alarm_ns = hc_session_instant_ns(world->cluster.session, target->market_ms);
    return false;
}

void world_market(struct world *world, int64_t market_ms)
{
    struct market_target target = {world, market_ms};
    assert_true(world_run_until(world, market_reached, &target, 1000000 * HC_NS_PER_S));
    assert_int_equal(world_now_market(world), market_ms);
}

int64_t world_end(const struct world *world, size_t topic, int32_t partition)
{
    return model_end(&world->topics[topic].model, partition, world_now_market(world));
}

uint64_t world_closed(const struct world *world, const char *reason)
{
    struct hc_buffer text = {0};
    struct hc_buffer name = {0};
    hc_metric_print(world->metrics, &text);
    hc_buffer_printf(&name, "hindcast_connections_closed_total{reason=\"%s\"} ", reason);
    const char *at = strstr(hc_buffer_str(&text), hc_buffer_str(&name));
    uint64_t count = at ? strtoull(at + name.size, NULL, 10) : 0;
    hc_buffer_done(&text);
    hc_buffer_done(&name);
    return count;
}
