/* A coordinator, its time, and the tickets of a few clients: what the tests of groups play with. */
#ifndef HC_TEST_GROUP_WORLD_H
#define HC_TEST_GROUP_WORLD_H

#include "base/log.h"
#include "group/coordinator.h"
#include "group/group.h"
#include "protocol/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { SESSION_MS = 10000, REBALANCE_MS = 60000 };

/* A client: at most one request under way. The same ids serve the next one. */
struct client {
    struct hc_join join;
    struct hc_sync sync;
    struct hc_arena arena;
    char id[512]; /* as the coordinator told it */
    int wakes;
};

struct world {
    struct hc_group_config config;
    struct hc_coordinator *groups;
    struct hc_now now;
};

/* A slice where only constants may stand. */
#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static const struct hc_group_protocol RANGE[] = {{TEXT("range"), TEXT("r")}};

static void world_wake(void *context, void *token)
{
    (void)context;
    ((struct client *)token)->wakes++;
}

static void world_quiet(void *context, enum hc_log_level level, struct hc_slice line)
{
    (void)context;
    (void)level;
    (void)line;
}

/* `config` may be changed before world_start. */
static inline void world_init(struct world *world)
{
    *world = (struct world){.now = {.mono_ns = 1000 * HC_NS_PER_S, .wall_ms = 1}};
    hc_group_config_init(&world->config);
    hc_log_set_sink(world_quiet, NULL);
}

static inline void world_start(struct world *world)
{
    struct hc_coordinator_events events = {world, world_wake};
    world->groups = hc_coordinator_new(&world->config, events, 7);
}

static inline void world_done(struct world *world)
{
    hc_coordinator_free(world->groups);
}

/* Lets time pass in steps of a millisecond at most where something is due. */
static inline void world_pass(struct world *world, int64_t ms)
{
    int64_t until = world->now.mono_ns + ms * HC_NS_PER_MS;
    int64_t next;
    while ((next = hc_coordinator_next_wake_ns(world->groups)) <= until) {
        assert_true(next >= world->now.mono_ns);
        world->now.mono_ns = next;
        hc_coordinator_advance(world->groups, world->now);
    }
    world->now.mono_ns = until;
    hc_coordinator_advance(world->groups, world->now);
}

static inline void client_init(struct client *client, uint64_t connection)
{
    *client = (struct client){0};
    hc_arena_init(&client->arena, 0);
    client->join = (struct hc_join){
        .group = HC_SLICE("g"),
        .name = {HC_SLICE_EMPTY, HC_SLICE_NULL},
        .caller = {connection, HC_SLICE("tester"), HC_SLICE("/127.0.0.1")},
        .session_timeout_ms = SESSION_MS,
        .rebalance_timeout_ms = REBALANCE_MS,
        .protocol_type = HC_SLICE("consumer"),
        .protocols = RANGE,
        .protocol_count = 1,
        .arena = &client->arena,
        .token = client,
    };
    client->sync = (struct hc_sync){
        .group = HC_SLICE("g"),
        .caller = client->join.caller,
        .arena = &client->arena,
        .token = client,
    };
}

static inline void client_done(struct client *client)
{
    hc_arena_done(&client->arena);
}

/* Withdraws what it waits for. */
static inline void client_quit(struct world *world, struct client *client)
{
    if (client->join._member) {
        hc_coordinator_abandon_join(world->groups, &client->join, world->now);
    }
    if (client->sync._member) {
        hc_coordinator_abandon_sync(world->groups, &client->sync, world->now);
    }
}

static inline void client_take_id(struct client *client)
{
    if (client->join.done && client->join.member_id.size > 0) {
        hc_slice_to_str(client->join.member_id, client->id, sizeof client->id);
        client->join.name.id = hc_slice_str(client->id);
    }
}

/* Sends a JoinGroup; true when it was answered at once. */
static inline bool client_join(struct world *world, struct client *client)
{
    client->join.done = false;
    client->join.error = 0;
    client->join.members = NULL;
    client->join.member_count = 0;
    client->join.skip_assignment = false;
    client->wakes = 0;
    bool done = hc_coordinator_join(world->groups, &client->join, world->now);
    client_take_id(client);
    return done;
}

static inline bool client_sync(struct world *world, struct client *client, int32_t generation,
                               const struct hc_sync_assignment *assignments, size_t count)
{
    client->sync.done = false;
    client->sync.error = 0;
    client->sync.name = client->join.name;
    client->sync.generation = generation;
    client->sync.assignments = assignments;
    client->sync.assignment_count = count;
    client->wakes = 0;
    return hc_coordinator_sync(world->groups, &client->sync, world->now);
}

static inline int16_t client_beat(struct world *world, struct client *client, int32_t generation)
{
    return hc_coordinator_heartbeat(world->groups, HC_SLICE("g"), client->join.name, generation,
                                    client->join.caller.connection_id, world->now);
}

static inline int16_t client_leave(struct world *world, struct client *client)
{
    struct hc_leaver leaver = {.name = client->join.name};
    int16_t error = hc_coordinator_leave(world->groups, HC_SLICE("g"), &leaver, 1, world->now);
    return error != 0 ? error : leaver.error;
}

static inline const struct hc_group *world_group(const struct world *world)
{
    return hc_coordinator_group_named(world->groups, HC_SLICE("g"));
}

static inline enum hc_group_state world_state(const struct world *world)
{
    const struct hc_group *group = world_group(world);
    return group ? group->state : HC_GROUP_DEAD;
}

/* `a` leads, `b` follows, both stable with assignments "for a" and "for b" in generation 2. */
static inline void world_pair(struct world *world, struct client *a, struct client *b)
{
    assert_true(client_join(world, a));
    assert_int_equal(a->join.generation, 1);
    assert_false(client_join(world, b)); /* a has to rejoin first */
    assert_true(client_join(world, a));
    client_take_id(b);
    assert_int_equal(b->wakes, 1);
    assert_true(b->join.done);
    assert_int_equal(a->join.generation, 2);
    assert_false(client_sync(world, b, 2, NULL, 0));
    struct hc_sync_assignment assignments[] = {{hc_slice_str(a->id), HC_SLICE("for a")},
                                               {hc_slice_str(b->id), HC_SLICE("for b")}};
    assert_true(client_sync(world, a, 2, assignments, 2));
    assert_int_equal(b->wakes, 1);
    assert_int_equal(world_state(world), HC_GROUP_STABLE);
}

#define assert_slice_equal(slice, text)                                                            \
    do {                                                                                           \
        struct hc_slice slice_ = (slice);                                                          \
        assert_int_equal(slice_.size, strlen(text));                                               \
        assert_memory_equal(slice_.data ? slice_.data : "", text, slice_.size);                    \
    } while (0)

#endif
