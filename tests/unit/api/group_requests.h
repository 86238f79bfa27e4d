/* Group requests in one line each, for tests over fixture.h. Include once per test. */
#ifndef HC_TESTS_API_GROUP_REQUESTS_H
#define HC_TESTS_API_GROUP_REQUESTS_H

#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

enum { ID_BYTES = 128 };

static inline void send_join(struct world_client *client, int16_t version, const char *group,
                             const char *id, const char *instance)
{
    struct hp_join_group_request *request = WORLD_NEW(client, join_group_request);
    request->group_id = hc_slice_str(group);
    request->session_timeout_ms = 10000;
    if (version >= 1) {
        request->rebalance_timeout_ms = 20000;
    }
    request->member_id = hc_slice_str(id);
    if (version >= 5) {
        request->group_instance_id = hc_slice_str(instance);
    }
    request->protocol_type = HC_SLICE("consumer");
    request->protocols = WORLD_ARRAY(client, join_group_request_protocol, 1);
    request->protocols_count = 1;
    request->protocols[0].name = HC_SLICE("range");
    request->protocols[0].metadata =
        hc_slice_of("\0\1\0\0\0\1\0\7candles\xff\xff\xff\xff\0\0\0", 22);
    world_send(client, HP_JOIN_GROUP, version, request);
    world_forget(client);
}

static inline bool call_ended(void *context)
{
    const struct world_client *client = context;
    return client->answered > 0;
}

/* The answer to what was sent; runs until it is there. */
static inline const void *await(struct world_client *client)
{
    assert_true(world_run_until(client->world, call_ended, client, 3600 * HC_NS_PER_S));
    const void *answer = world_take(client, NULL);
    assert_non_null(answer);
    return answer;
}

/* Joins as far as a generation, with the id that is asked for; copies the id. */
static inline const struct hp_join_group_response *
join(struct world_client *client, int16_t version, const char *group, char id[ID_BYTES])
{
    const struct hp_join_group_response *answer;
    do {
        send_join(client, version, group, id, NULL);
        answer = await(client);
        hc_slice_to_str(answer->member_id, id, ID_BYTES);
    } while (answer->error_code == HP_ERR_MEMBER_ID_REQUIRED);
    assert_int_equal(answer->error_code, 0);
    return answer;
}

static inline const struct hp_sync_group_response *sync_group(struct world_client *client,
                                                              int16_t version, const char *group,
                                                              const char *id, int32_t generation,
                                                              const char *assignment)
{
    struct hp_sync_group_request *request = WORLD_NEW(client, sync_group_request);
    request->group_id = hc_slice_str(group);
    request->generation_id = generation;
    request->member_id = hc_slice_str(id);
    if (version >= 5) {
        request->protocol_type = HC_SLICE("consumer");
        request->protocol_name = HC_SLICE("range");
    }
    if (assignment) {
        request->assignments = WORLD_ARRAY(client, sync_group_request_assignment, 1);
        request->assignments_count = 1;
        request->assignments[0].member_id = request->member_id;
        request->assignments[0].assignment = hc_slice_str(assignment);
    }
    return world_ask(client, HP_SYNC_GROUP, version, request);
}

static inline int16_t beat(struct world_client *client, int16_t version, const char *group,
                           const char *id, int32_t generation)
{
    struct hp_heartbeat_request *request = WORLD_NEW(client, heartbeat_request);
    request->group_id = hc_slice_str(group);
    request->generation_id = generation;
    request->member_id = hc_slice_str(id);
    const struct hp_heartbeat_response *answer = world_ask(client, HP_HEARTBEAT, version, request);
    return answer->error_code;
}

/* Beats until the group is seen to rebalance: requests of others are on their way. */
static inline void await_rebalance(struct world_client *client, const char *group, const char *id,
                                   int32_t generation)
{
    while (beat(client, 4, group, id, generation) != HP_ERR_REBALANCE_IN_PROGRESS) {
        world_sleep(client->world, HC_NS_PER_MS);
    }
}

static inline int16_t leave(struct world_client *client, int16_t version, const char *group,
                            const char *id)
{
    struct hp_leave_group_request *request = WORLD_NEW(client, leave_group_request);
    request->group_id = hc_slice_str(group);
    if (version < 3) {
        request->member_id = hc_slice_str(id);
    } else {
        request->members = WORLD_ARRAY(client, leave_group_request_member, 1);
        request->members_count = 1;
        request->members[0].member_id = hc_slice_str(id);
    }
    const struct hp_leave_group_response *answer =
        world_ask(client, HP_LEAVE_GROUP, version, request);
    if (version < 3 || answer->error_code != 0) {
        return answer->error_code;
    }
    assert_int_equal(answer->members_count, 1);
    return answer->members[0].error_code;
}

/* One member of a stable group in its first generation. */
static inline void become_stable(struct world_client *client, const char *group, char id[ID_BYTES])
{
    id[0] = 0;
    int32_t generation = join(client, 9, group, id)->generation_id;
    assert_int_equal(sync_group(client, 5, group, id, generation, "mine")->error_code, 0);
}

/* ---- committed offsets ---- */

struct commit {
    const char *group;
    const char *member; /* NULL: none */
    int32_t generation; /* with a member */
    const char *topic;
    int32_t partition;
    int64_t offset;
    const char *metadata;
};

static inline struct hp_uuid id_of(const struct world_client *client, const char *topic)
{
    const struct hc_session_topic *known =
        hc_session_topic_named(client->world->cluster.session, hc_slice_str(topic));
    return known ? known->id : (struct hp_uuid){{9}};
}

static inline void send_commit(struct world_client *client, int16_t version, struct commit commit)
{
    struct hp_offset_commit_request *request = WORLD_NEW(client, offset_commit_request);
    request->group_id = hc_slice_str(commit.group);
    request->member_id = hc_slice_str(commit.member ? commit.member : "");
    request->generation_id_or_member_epoch = commit.member ? commit.generation : -1;
    request->topics = WORLD_ARRAY(client, offset_commit_request_topic, 1);
    request->topics_count = 1;
    request->topics[0].name = hc_slice_str(version < 10 ? commit.topic : "");
    if (version >= 10) {
        request->topics[0].topic_id = id_of(client, commit.topic);
    }
    request->topics[0].partitions = WORLD_ARRAY(client, offset_commit_request_partition, 1);
    request->topics[0].partitions_count = 1;
    request->topics[0].partitions[0].partition_index = commit.partition;
    request->topics[0].partitions[0].committed_offset = commit.offset;
    request->topics[0].partitions[0].committed_metadata = hc_slice_str(commit.metadata);
    if (version >= 6) {
        request->topics[0].partitions[0].committed_leader_epoch = 4;
    }
    world_send(client, HP_OFFSET_COMMIT, version, request);
    world_forget(client);
}

static inline int16_t commit_error(const struct hp_offset_commit_response *answer)
{
    assert_int_equal(answer->topics_count, 1);
    assert_int_equal(answer->topics[0].partitions_count, 1);
    return answer->topics[0].partitions[0].error_code;
}

static inline int16_t commit(struct world_client *client, int16_t version, struct commit commit)
{
    send_commit(client, version, commit);
    return commit_error(await(client));
}

/* What is committed of a partition, in any version's shape. */
struct fetched {
    int16_t error;
    int64_t offset;
    int32_t epoch;
    char metadata[32];
};

static inline struct fetched fetch_new(struct world_client *client, int16_t version,
                                       const char *group, const char *topic, int32_t partition)
{
    struct hp_offset_fetch_request *request = WORLD_NEW(client, offset_fetch_request);
    request->groups = WORLD_ARRAY(client, offset_fetch_request_group, 1);
    request->groups_count = 1;
    request->groups[0].group_id = hc_slice_str(group);
    request->groups[0].topics = WORLD_ARRAY(client, offset_fetch_request_group_topic, 1);
    request->groups[0].topics_count = 1;
    struct hp_offset_fetch_request_group_topic *asked = &request->groups[0].topics[0];
    asked->name = hc_slice_str(version < 10 ? topic : "");
    if (version >= 10) {
        asked->topic_id = id_of(client, topic);
    }
    asked->partition_indexes = HC_ARENA_ARRAY(&client->arena, int32_t, 1);
    asked->partition_indexes[0] = partition;
    asked->partition_indexes_count = 1;
    const struct hp_offset_fetch_response *answer =
        world_ask(client, HP_OFFSET_FETCH, version, request);
    assert_int_equal(answer->groups[0].error_code, 0);
    const struct hp_offset_fetch_response_group_partition *got =
        &answer->groups[0].topics[0].partitions[0];
    struct fetched fetched = {
        got->error_code, got->committed_offset, got->committed_leader_epoch, {0}};
    hc_slice_to_str(got->metadata, fetched.metadata, sizeof fetched.metadata);
    return fetched;
}

static inline struct fetched fetch(struct world_client *client, int16_t version, const char *group,
                                   const char *topic, int32_t partition)
{
    if (version >= 8) {
        return fetch_new(client, version, group, topic, partition);
    }
    struct hp_offset_fetch_request *request = WORLD_NEW(client, offset_fetch_request);
    request->group_id = hc_slice_str(group);
    request->topics = WORLD_ARRAY(client, offset_fetch_request_topic, 1);
    request->topics_count = 1;
    request->topics[0].name = hc_slice_str(topic);
    request->topics[0].partition_indexes = HC_ARENA_ARRAY(&client->arena, int32_t, 1);
    request->topics[0].partition_indexes[0] = partition;
    request->topics[0].partition_indexes_count = 1;
    const struct hp_offset_fetch_response *answer =
        world_ask(client, HP_OFFSET_FETCH, version, request);
    assert_int_equal(answer->error_code, 0);
    const struct hp_offset_fetch_response_partition *got = &answer->topics[0].partitions[0];
    struct fetched fetched = {
        got->error_code, got->committed_offset, got->committed_leader_epoch, {0}};
    hc_slice_to_str(got->metadata, fetched.metadata, sizeof fetched.metadata);
    return fetched;
}

#endif
