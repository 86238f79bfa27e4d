/* What members ask of the coordinator: limits first, then a step of their group. */
#include "group/coordinator_state.h"

static int16_t check_join(const struct hc_coordinator *coordinator, const struct hc_join *join)
{
    const struct hc_group_config *config = &coordinator->config;
    if (join->group.size == 0 || join->group.size > config->name_bytes_max) {
        return HP_ERR_INVALID_GROUP_ID;
    }
    if (join->session_timeout_ms < config->session_timeout_min_ms ||
        join->session_timeout_ms > config->session_timeout_max_ms ||
        join->rebalance_timeout_ms <= 0) {
        return HP_ERR_INVALID_SESSION_TIMEOUT;
    }
    if (join->protocol_count == 0 || join->protocol_count > config->protocols_max) {
        return HP_ERR_INCONSISTENT_GROUP_PROTOCOL;
    }
    size_t names = join->protocol_type.size;
    for (size_t i = 0; i < join->protocol_count; i++) {
        names = HC_MAX(names, join->protocols[i].name.size);
        if (join->protocols[i].metadata.size > config->metadata_bytes_max) {
            return HP_ERR_INVALID_REQUEST;
        }
    }
    if (names > config->name_bytes_max || join->name.instance_id.size > config->name_bytes_max) {
        return HP_ERR_INVALID_REQUEST;
    }
    return HP_ERR_NONE;
}

bool hc_coordinator_join(struct hc_coordinator *coordinator, struct hc_join *join,
                         struct hc_now now)
{
    if (join->rebalance_timeout_ms == -1) {
        join->rebalance_timeout_ms = join->session_timeout_ms;
    }
    int16_t error = check_join(coordinator, join);
    if (error != HP_ERR_NONE) {
        hc_join_fail(join, join->name.id, error);
        return true;
    }
    struct hc_group *group = hc_coordinator_find(coordinator, join->group);
    if (!group && join->name.id.size > 0) {
        hc_join_fail(join, join->name.id, HP_ERR_UNKNOWN_MEMBER_ID);
        return true;
    }
    bool is_fresh = group == NULL;
    if (is_fresh && (group = hc_coordinator_create(coordinator, join->group)) == NULL) {
        hc_join_fail(join, join->name.id, HP_ERR_POLICY_VIOLATION);
        return true;
    }
    struct hc_step step = hc_coordinator_begin(coordinator, now);
    hc_group_join(group, join, &step);
    hc_coordinator_settle(coordinator, group);
    if (is_fresh && !hc_list_empty(&group->idle)) {
        hc_coordinator_forget(coordinator, group); /* refused: it left no trace */
    }
    return join->done;
}

static int16_t check_sync(const struct hc_coordinator *coordinator, const struct hc_sync *sync)
{
    const struct hc_group_config *config = &coordinator->config;
    if (sync->group.size == 0 || sync->group.size > config->name_bytes_max) {
        return HP_ERR_INVALID_GROUP_ID;
    }
    size_t bytes = 0;
    for (size_t i = 0; i < sync->assignment_count; i++) {
        bytes += sync->assignments[i].assignment.size;
    }
    if (bytes > config->assignment_bytes_max || sync->assignment_count > config->members_max) {
        return HP_ERR_INVALID_REQUEST;
    }
    return hc_coordinator_find(coordinator, sync->group) ? HP_ERR_NONE : HP_ERR_UNKNOWN_MEMBER_ID;
}

bool hc_coordinator_sync(struct hc_coordinator *coordinator, struct hc_sync *sync,
                         struct hc_now now)
{
    int16_t error = check_sync(coordinator, sync);
    if (error != HP_ERR_NONE) {
        sync->done = true;
        sync->error = error;
        sync->assignment = HC_SLICE_EMPTY;
        return true;
    }
    struct hc_group *group = hc_coordinator_find(coordinator, sync->group);
    struct hc_step step = hc_coordinator_begin(coordinator, now);
    hc_group_sync(group, sync, &step);
    hc_coordinator_settle(coordinator, group);
    return sync->done;
}

void hc_coordinator_abandon_join(struct hc_coordinator *coordinator, struct hc_join *join,
                                 struct hc_now now)
{
    if (join->done) {
        return;
    }
    struct hc_group *group = hc_coordinator_find(coordinator, join->group);
    HC_ASSERT(group != NULL);
    struct hc_step step = hc_coordinator_begin(coordinator, now);
    hc_group_abandon_join(group, join, &step);
    hc_coordinator_settle(coordinator, group);
}

void hc_coordinator_abandon_sync(struct hc_coordinator *coordinator, struct hc_sync *sync,
                                 struct hc_now now)
{
    if (sync->done) {
        return;
    }
    struct hc_group *group = hc_coordinator_find(coordinator, sync->group);
    HC_ASSERT(group != NULL);
    struct hc_step step = hc_coordinator_begin(coordinator, now);
    hc_group_abandon_sync(group, sync, &step);
    hc_coordinator_settle(coordinator, group);
}

int16_t hc_coordinator_heartbeat(struct hc_coordinator *coordinator, struct hc_slice name,
                                 struct hc_member_name member, int32_t generation,
                                 uint64_t connection_id, struct hc_now now)
{
    if (name.size == 0) {
        return HP_ERR_INVALID_GROUP_ID;
    }
    struct hc_group *group = hc_coordinator_find(coordinator, name);
    if (!group) {
        return HP_ERR_UNKNOWN_MEMBER_ID;
    }
    struct hc_step step = hc_coordinator_begin(coordinator, now);
    int16_t error = hc_group_heartbeat(group, member, generation, connection_id, &step);
    hc_coordinator_settle(coordinator, group);
    return error;
}

int16_t hc_coordinator_leave(struct hc_coordinator *coordinator, struct hc_slice name,
                             struct hc_leaver *leavers, size_t count, struct hc_now now)
{
    if (name.size == 0) {
        return HP_ERR_INVALID_GROUP_ID;
    }
    struct hc_group *group = hc_coordinator_find(coordinator, name);
    if (!group) {
        for (size_t i = 0; i < count; i++) {
            leavers[i].error = HP_ERR_UNKNOWN_MEMBER_ID;
        }
        return HP_ERR_NONE;
    }
    struct hc_step step = hc_coordinator_begin(coordinator, now);
    hc_group_leave(group, leavers, count, &step);
    hc_coordinator_settle(coordinator, group);
    return HP_ERR_NONE;
}

int16_t hc_coordinator_check_commit(struct hc_coordinator *coordinator, struct hc_slice name,
                                    struct hc_member_name member, int32_t generation,
                                    int16_t version, uint64_t connection_id, struct hc_now now)
{
    struct hc_group *group = hc_coordinator_find(coordinator, name);
    if (group) {
        struct hc_step step = hc_coordinator_begin(coordinator, now);
        int16_t error = hc_group_check_commit(group, member, generation, connection_id, &step);
        hc_coordinator_settle(coordinator, group);
        return error;
    }
    if (generation < 0) {
        return HP_ERR_NONE;
    }
    if (member.id.size > 0) {
        return HP_ERR_UNKNOWN_MEMBER_ID;
    }
    return version >= 9 ? HP_ERR_GROUP_ID_NOT_FOUND : HP_ERR_ILLEGAL_GENERATION;
}
