#include "group/inside.h"

static void fail(struct hc_sync *sync, int16_t error)
{
    sync->done = true;
    sync->error = error;
    sync->assignment = HC_SLICE_EMPTY;
}

static bool contradicts(struct hc_slice asked, struct hc_slice own)
{
    return !hc_slice_is_null(asked) && !hc_slice_equal(asked, own);
}

static bool all_are_members(const struct hc_group *group, const struct hc_sync *sync)
{
    for (size_t i = 0; i < sync->assignment_count; i++) {
        if (!hc_group_member(group, sync->assignments[i].member_id)) {
            return false;
        }
    }
    return true;
}

/* Hands out what the leader sent. Members it did not name get an empty assignment. */
static void distribute(struct hc_group *group, const struct hc_sync *sync, struct hc_step *step)
{
    HC_GROUP_EACH_MEMBER(group, member)
    {
        hc_member_set_assignment(member, HC_SLICE_EMPTY);
    }
    for (size_t i = 0; i < sync->assignment_count; i++) {
        struct hc_member *member = hc_group_member(group, sync->assignments[i].member_id);
        HC_ASSERT(member != NULL);
        hc_member_set_assignment(member, sync->assignments[i].assignment);
    }
    group->state = HC_GROUP_STABLE;
    HC_GROUP_EACH_MEMBER(group, member)
    {
        bool somebody_waited = member->sync != NULL;
        hc_group_end_sync(group, member, HP_ERR_NONE, step);
        if (somebody_waited) {
            hc_group_touch(group, member, member->connection_id, step);
        }
    }
}

static void wait_to_sync(struct hc_group *group, struct hc_member *member, struct hc_sync *sync,
                         struct hc_step *step)
{
    hc_group_end_sync(group, member, HP_ERR_REBALANCE_IN_PROGRESS, step);
    member->sync = sync;
    sync->_member = member;
    member->awaiting_sync = true;
}

static int16_t check(const struct hc_group *group, const struct hc_sync *sync,
                     struct hc_member **ret_member)
{
    int16_t error;
    struct hc_member *member = hc_group_find(group, sync->name, &error);
    if (!member) {
        return error;
    }
    if (sync->generation != group->generation) {
        return HP_ERR_ILLEGAL_GENERATION;
    }
    if (contradicts(sync->protocol_type, group->protocol_type) ||
        contradicts(sync->protocol_name, group->protocol_name)) {
        return HP_ERR_INCONSISTENT_GROUP_PROTOCOL;
    }
    if (group->state == HC_GROUP_PREPARING) {
        return HP_ERR_REBALANCE_IN_PROGRESS;
    }
    if (group->state == HC_GROUP_COMPLETING && member == group->leader &&
        !all_are_members(group, sync)) {
        return HP_ERR_UNKNOWN_MEMBER_ID;
    }
    *ret_member = member;
    return HP_ERR_NONE;
}

void hc_group_sync(struct hc_group *group, struct hc_sync *sync, struct hc_step *step)
{
    HC_CHECK_MAGIC(group, HC_GROUP_MAGIC);
    HC_ASSERT(!sync->done && sync->_member == NULL);
    step->asking = sync;
    struct hc_member *member = NULL;
    int16_t error = check(group, sync, &member);
    if (error != HP_ERR_NONE) {
        fail(sync, error);
        return;
    }
    HC_ASSERT(member != NULL);
    HC_ASSERT(group->state == HC_GROUP_COMPLETING || group->state == HC_GROUP_STABLE);
    hc_group_touch(group, member, sync->caller.connection_id, step);
    hc_group_note_synced(group, member);
    wait_to_sync(group, member, sync, step);
    if (group->state == HC_GROUP_STABLE) {
        hc_group_end_sync(group, member, HP_ERR_NONE, step);
    } else if (member == group->leader) {
        distribute(group, sync, step);
    }
}

void hc_group_abandon_sync(struct hc_group *group, struct hc_sync *sync, struct hc_step *step)
{
    struct hc_member *member = sync->_member;
    HC_ASSERT(member && member->sync == sync);
    member->sync = NULL;
    sync->_member = NULL;
    hc_group_arm_member(group, member,
                        step->now_ns + (int64_t)member->session_timeout_ms * HC_NS_PER_MS);
}
