/* What is true of a group whatever befalls its consumers, judged by what they were told: the
 * checker of sim_group.c. */
#ifndef HC_TESTS_SIM_GROUP_CHECKER_H
#define HC_TESTS_SIM_GROUP_CHECKER_H

#include "unit/group/world.h"

#include "support/seed.h"

#include <stdlib.h>

enum {
    CLIENTS = 12,
    FAULTS = 20000,
    CALM_EVERY = 200,
    SIM_SESSION_MS = 6000,
    SIM_REBALANCE_MS = 15000,
    BEAT_MS = 1000,
    RETRY_MS = 10,
    GENERATIONS_MAX = 200000,
    ALARMS_MAX = 256,
    LEADER_BYTES = 128,
};

enum mood { OFF, JOINING, SYNCING, MEMBER, RETRYING, HUNG };

struct consumer {
    struct client client;
    enum mood mood;
    int64_t next_ns; /* MEMBER: heartbeat; RETRYING: join */
    int32_t generation;
    char instance[16];
};

/* What has been said of a generation. */
struct told {
    char leader[LEADER_BYTES];
    char protocol[8];
};

/* Nobody may be a member of this generation any more at that time. */
struct alarm {
    int64_t at_ns;
    int32_t generation;
};

struct sim {
    struct world world;
    struct hc_random random;
    struct consumer consumers[CLIENTS];
    struct told *told;
    int32_t newest;
    struct alarm alarms[ALARMS_MAX];
    size_t alarm_count;
    uint64_t connections;
    size_t generations, lone_joins;
};

static void check_told(struct sim *sim, const struct hc_join *join)
{
    assert_true(join->generation > 0 && join->generation < GENERATIONS_MAX);
    struct told *told = &sim->told[join->generation];
    char leader[LEADER_BYTES], protocol[8];
    hc_slice_to_str(join->leader, leader, sizeof leader);
    hc_slice_to_str(join->protocol_name, protocol, sizeof protocol);
    bool leads = hc_slice_equal(join->leader, join->member_id);
    if (told->leader[0] == 0 || join->skip_assignment) {
        assert_true(join->skip_assignment || join->generation > sim->newest);
        sim->newest = HC_MAX(sim->newest, join->generation);
        strcpy(told->leader, leader);
        strcpy(told->protocol, protocol);
        sim->generations++;
    }
    assert_string_equal(told->leader, leader);
    assert_string_equal(told->protocol, protocol);
    assert_int_equal(join->member_count > 0, leads);
}

static void check_assignment(const struct consumer *consumer)
{
    char expected[600];
    struct hc_slice got = consumer->client.sync.assignment;
    int size = consumer->instance[0] ? snprintf(expected, sizeof expected, "%d/%s-",
                                                consumer->generation, consumer->instance)
                                     : snprintf(expected, sizeof expected, "%d/%s",
                                                consumer->generation, consumer->client.id);
    assert_true(got.size >= (size_t)size);
    assert_memory_equal(got.data, expected, (size_t)size);
}

static void check_group(const struct sim *sim)
{
    const struct hc_group *group = world_group(&sim->world);
    if (!group) {
        return;
    }
    size_t members = 0, awaiting = 0;
    bool leader_seen = group->leader == NULL;
    HC_GROUP_EACH_MEMBER(group, member)
    {
        members++;
        awaiting += member->awaiting_join;
        leader_seen = leader_seen || member == group->leader;
        assert_true(!member->awaiting_join || group->state == HC_GROUP_PREPARING);
        assert_true(!member->awaiting_sync || group->state == HC_GROUP_COMPLETING);
        assert_true(hc_heap_contains(&member->timer) || hc_member_is_waiting(member));
    }
    assert_int_equal(members, group->member_count);
    assert_int_equal(awaiting, group->awaiting_join_count);
    assert_true(leader_seen && (group->leader != NULL) == (members > 0));
    assert_true(group->state != HC_GROUP_EMPTY || members == 0);
    assert_int_equal(group->pending_count + members, hc_map_count(&group->by_id));
}

static void check_alarms(struct sim *sim)
{
    size_t kept = 0;
    for (size_t i = 0; i < sim->alarm_count; i++) {
        if (sim->alarms[i].at_ns > sim->world.now.mono_ns) {
            sim->alarms[kept++] = sim->alarms[i];
            continue;
        }
        for (size_t c = 0; c < CLIENTS; c++) {
            const struct consumer *consumer = &sim->consumers[c];
            assert_false(consumer->mood == MEMBER &&
                         consumer->generation == sim->alarms[i].generation);
        }
    }
    sim->alarm_count = kept;
}

#endif
