#include "group/inside.h"

void hc_join_fail(struct hc_join *join, struct hc_slice member_id, int16_t error)
{
    HC_ASSERT(!join->done && error != HP_ERR_NONE);
    join->done = true;
    join->error = error;
    join->generation = -1;
    join->answer_protocol_type = HC_SLICE_NULL;
    join->protocol_name = HC_SLICE_NULL;
    join->leader = HC_SLICE_EMPTY;
    join->member_id = member_id.size > 0 ? hc_arena_copy(join->arena, member_id) : HC_SLICE_EMPTY;
}

static void list_members(const struct hc_group *group, struct hc_join *join)
{
    join->members = HC_ARENA_ARRAY(join->arena, struct hc_join_member, group->member_count);
    join->member_count = group->member_count;
    size_t i = 0;
    HC_GROUP_EACH_MEMBER(group, member)
    {
        const struct hc_group_protocol *protocol = hc_member_protocol(member, group->protocol_name);
        join->members[i++] = (struct hc_join_member){
            .id = hc_arena_copy(join->arena, member->id),
            .instance_id = hc_arena_copy(join->arena, member->instance_id),
            .metadata = protocol ? hc_arena_copy(join->arena, protocol->metadata) : HC_SLICE_EMPTY,
        };
    }
    HC_ASSERT(i == group->member_count);
}

void hc_group_tell_generation(const struct hc_group *group, const struct hc_member *member,
                              struct hc_join *join)
{
    HC_ASSERT(!join->done && group->leader != NULL && !hc_slice_is_null(group->protocol_name));
    join->done = true;
    join->error = HP_ERR_NONE;
    join->generation = group->generation;
    join->answer_protocol_type = hc_arena_copy(join->arena, group->protocol_type);
    join->protocol_name = hc_arena_copy(join->arena, group->protocol_name);
    join->leader = hc_arena_copy(join->arena, group->leader->id);
    join->member_id = hc_arena_copy(join->arena, member->id);
    if (member == group->leader) {
        list_members(group, join);
    }
}

void hc_group_end_join(struct hc_group *group, struct hc_member *member, int16_t error,
                       struct hc_step *step)
{
    if (member->awaiting_join) {
        HC_ASSERT(group->awaiting_join_count > 0);
        group->awaiting_join_count--;
        member->awaiting_join = false;
    }
    struct hc_join *join = member->join;
    if (!join) {
        return;
    }
    member->join = NULL;
    join->_member = NULL;
    if (error != HP_ERR_NONE) {
        hc_join_fail(join, member->id, error);
    } else {
        hc_group_tell_generation(group, member, join);
    }
    if (join != step->asking) {
        hc_step_wake(step, join->token);
    }
}

void hc_group_end_sync(struct hc_group *group, struct hc_member *member, int16_t error,
                       struct hc_step *step)
{
    member->awaiting_sync = false;
    struct hc_sync *sync = member->sync;
    if (!sync) {
        return;
    }
    member->sync = NULL;
    sync->_member = NULL;
    sync->done = true;
    sync->error = error;
    sync->answer_protocol_type = HC_SLICE_NULL;
    sync->answer_protocol_name = HC_SLICE_NULL;
    sync->assignment = HC_SLICE_EMPTY;
    if (error == HP_ERR_NONE) {
        sync->answer_protocol_type = hc_arena_copy(sync->arena, group->protocol_type);
        sync->answer_protocol_name = hc_arena_copy(sync->arena, group->protocol_name);
        sync->assignment = hc_arena_copy(sync->arena, member->assignment);
    }
    if (sync != step->asking) {
        hc_step_wake(step, sync->token);
    }
}
