#include "base/memory.h"
#include "group/inside.h"

#include <stdlib.h>

struct hc_group *hc_group_new(struct hc_slice name, uint64_t seed)
{
    struct hc_group *group = hc_alloc(sizeof *group);
    group->magic = HC_GROUP_MAGIC;
    group->state = HC_GROUP_EMPTY;
    hc_group_set_text(&group->name, name);
    hc_list_init(&group->members);
    hc_list_init(&group->pending);
    hc_list_init(&group->idle);
    hc_map_init(&group->by_id, seed);
    hc_map_init(&group->by_instance, seed);
    return group;
}

static void free_members(struct hc_group *group, struct hc_list *list)
{
    HC_LIST_EACH_SAFE(list, node)
    {
        struct hc_member *member = HC_CONTAINER(node, struct hc_member, link);
        hc_list_remove(node);
        hc_heap_remove(&group->timers, &member->timer);
        hc_member_free(member);
    }
}

void hc_group_free(struct hc_group *group)
{
    if (!group) {
        return;
    }
    HC_CHECK_MAGIC(group, HC_GROUP_MAGIC);
    HC_ASSERT(!hc_heap_contains(&group->wake));
    free_members(group, &group->members);
    free_members(group, &group->pending);
    hc_heap_remove(&group->timers, &group->timer);
    hc_heap_done(&group->timers);
    hc_map_done(&group->by_id);
    hc_map_done(&group->by_instance);
    hc_group_set_text(&group->name, HC_SLICE_NULL);
    hc_group_set_text(&group->protocol_type, HC_SLICE_NULL);
    hc_group_set_text(&group->protocol_name, HC_SLICE_NULL);
    group->magic = 0;
    free(group);
}

void hc_group_set_text(struct hc_slice *own, struct hc_slice value)
{
    struct hc_slice copy = HC_SLICE_NULL;
    if (!hc_slice_is_null(value)) {
        copy = hc_slice_of(hc_slice_dup(value), value.size);
    }
    free((void *)own->data);
    *own = copy;
}

const char *hc_group_state_name(enum hc_group_state state)
{
    static const char *const names[HC_GROUP_STATE_COUNT] = {
        [HC_GROUP_EMPTY] = "Empty",
        [HC_GROUP_PREPARING] = "PreparingRebalance",
        [HC_GROUP_COMPLETING] = "CompletingRebalance",
        [HC_GROUP_STABLE] = "Stable",
        [HC_GROUP_DEAD] = "Dead",
    };
    HC_ASSERT((unsigned)state < HC_GROUP_STATE_COUNT);
    return names[state];
}

int16_t hc_group_heartbeat(struct hc_group *group, struct hc_member_name name, int32_t generation,
                           uint64_t connection_id, struct hc_step *step)
{
    int16_t error;
    struct hc_member *member = hc_group_find(group, name, &error);
    if (!member) {
        return error;
    }
    if (generation != group->generation) {
        return HP_ERR_ILLEGAL_GENERATION;
    }
    HC_ASSERT(group->state != HC_GROUP_EMPTY);
    hc_group_touch(group, member, connection_id, step);
    return group->state == HC_GROUP_PREPARING ? HP_ERR_REBALANCE_IN_PROGRESS : HP_ERR_NONE;
}

int16_t hc_group_check_commit(struct hc_group *group, struct hc_member_name name,
                              int32_t generation, uint64_t connection_id, struct hc_step *step)
{
    bool is_empty = group->state == HC_GROUP_EMPTY;
    if (generation < 0 && is_empty) {
        return HP_ERR_NONE;
    }
    if (generation < 0 && name.id.size == 0 && hc_slice_is_null(name.instance_id)) {
        return HP_ERR_UNKNOWN_MEMBER_ID; /* a tool may not move positions under living members */
    }
    int16_t error;
    struct hc_member *member = hc_group_find(group, name, &error);
    if (!member) {
        return error;
    }
    if (generation != group->generation) {
        return HP_ERR_ILLEGAL_GENERATION;
    }
    hc_group_touch(group, member, connection_id, step);
    return group->state == HC_GROUP_COMPLETING ? HP_ERR_REBALANCE_IN_PROGRESS : HP_ERR_NONE;
}

static int16_t leave_one(struct hc_group *group, struct hc_member_name name, struct hc_step *step)
{
    struct hc_member *member = hc_map_get(&group->by_id, name.id);
    if (name.id.size == 0) { /* an administrator removes a static member (KIP-345) */
        member = hc_slice_is_null(name.instance_id)
                     ? NULL
                     : hc_map_get(&group->by_instance, name.instance_id);
        if (!member) {
            return HP_ERR_UNKNOWN_MEMBER_ID;
        }
    } else if (!member || !member->pending) {
        int16_t error;
        member = hc_group_find(group, name, &error);
        if (!member) {
            return error;
        }
    }
    hc_group_remove(group, member, HP_ERR_UNKNOWN_MEMBER_ID, step);
    return HP_ERR_NONE;
}

void hc_group_leave(struct hc_group *group, struct hc_leaver *leavers, size_t count,
                    struct hc_step *step)
{
    size_t members_before = group->member_count;
    for (size_t i = 0; i < count; i++) {
        leavers[i].error = leave_one(group, leavers[i].name, step);
    }
    if (group->member_count != members_before) {
        hc_group_changed(group, "a member left", step);
    } else {
        hc_group_maybe_complete(group, step); /* a pending one may have been waited for */
    }
}

void hc_group_rebalance(struct hc_group *group, const char *why, struct hc_step *step)
{
    if (group->state == HC_GROUP_STABLE || group->state == HC_GROUP_COMPLETING) {
        hc_group_prepare(group, why, step);
    }
}
