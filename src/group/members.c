#include "group/inside.h"

static int64_t ns_of_ms(int32_t ms)
{
    return (int64_t)ms * HC_NS_PER_MS;
}

struct hc_member *hc_group_member(const struct hc_group *group, struct hc_slice id)
{
    struct hc_member *member = hc_map_get(&group->by_id, id);
    return member && !member->pending ? member : NULL;
}

struct hc_member *hc_group_find(const struct hc_group *group, struct hc_member_name name,
                                int16_t *ret_error)
{
    struct hc_member *member = hc_group_member(group, name.id);
    if (!hc_slice_is_null(name.instance_id)) {
        struct hc_member *holder = hc_map_get(&group->by_instance, name.instance_id);
        if (holder && holder != member) {
            *ret_error = HP_ERR_FENCED_INSTANCE_ID;
            return NULL;
        }
        member = holder;
    }
    if (!member) {
        *ret_error = HP_ERR_UNKNOWN_MEMBER_ID;
    }
    return member;
}

void hc_group_arm_member(struct hc_group *group, struct hc_member *member, int64_t silent_at_ns)
{
    member->silent_at_ns = silent_at_ns;
    hc_heap_move(&group->timers, &member->timer, HC_MIN(silent_at_ns, member->expel_at_ns));
}

void hc_group_touch(struct hc_group *group, struct hc_member *member, uint64_t connection_id,
                    struct hc_step *step)
{
    member->connection_id = connection_id;
    member->expel_at_ns = HC_NEVER;
    hc_group_arm_member(group, member, step->now_ns + ns_of_ms(member->session_timeout_ms));
}

void hc_group_add_pending(struct hc_group *group, struct hc_member *member, struct hc_step *step)
{
    HC_ASSERT(!hc_member_is_static(member));
    member->pending = true;
    HC_ASSERT(hc_map_put(&group->by_id, member->id, member) == NULL);
    hc_list_append(&group->pending, &member->link);
    group->pending_count++;
    int64_t wait_ns = HC_MIN(ns_of_ms(member->session_timeout_ms), step->config->pending_ns_max);
    hc_group_arm_member(group, member, step->now_ns + wait_ns);
}

static void take_pending_out(struct hc_group *group, struct hc_member *member)
{
    HC_ASSERT(member->pending && group->pending_count > 0);
    hc_list_remove(&member->link);
    group->pending_count--;
    member->pending = false;
}

void hc_group_admit(struct hc_group *group, struct hc_member *member, struct hc_step *step)
{
    if (member->pending) {
        take_pending_out(group, member);
    } else {
        HC_ASSERT(hc_map_put(&group->by_id, member->id, member) == NULL);
    }
    if (hc_member_is_static(member)) {
        HC_ASSERT(hc_map_put(&group->by_instance, member->instance_id, member) == NULL);
    }
    hc_list_append(&group->members, &member->link);
    group->member_count++;
    if (!group->leader) {
        group->leader = member;
    }
    if (group->state == HC_GROUP_PREPARING && group->initial) {
        group->grew = true;
    }
    member->is_new = true;
    /* Without an id it can send no heartbeat; only the age of its JoinGroup tells whether it is
     * still there. */
    hc_group_arm_member(group, member, step->now_ns + step->config->new_member_wait_ns);
}

void hc_group_remove(struct hc_group *group, struct hc_member *member, int16_t error,
                     struct hc_step *step)
{
    hc_group_end_join(group, member, error, step);
    hc_group_end_sync(group, member, error, step);
    hc_heap_remove(&group->timers, &member->timer);
    HC_ASSERT(hc_map_remove(&group->by_id, member->id) == member);
    if (member->pending) {
        take_pending_out(group, member);
        hc_member_free(member);
        return;
    }
    if (hc_member_is_static(member)) {
        HC_ASSERT(hc_map_remove(&group->by_instance, member->instance_id) == member);
    }
    hc_group_note_synced(group, member);
    hc_list_remove(&member->link);
    HC_ASSERT(group->member_count > 0);
    group->member_count--;
    if (group->leader == member) {
        group->leader = hc_list_empty(&group->members)
                            ? NULL
                            : HC_CONTAINER(group->members.next, struct hc_member, link);
    }
    hc_member_free(member);
}

void hc_group_disconnected(struct hc_group *group, uint64_t connection_id, struct hc_step *step)
{
    if (step->config->expel_after_ns == HC_NEVER) {
        return;
    }
    struct hc_list *lists[] = {&group->members, &group->pending};
    for (size_t i = 0; i < HC_COUNT(lists); i++) {
        HC_LIST_EACH(lists[i], node)
        {
            struct hc_member *member = HC_CONTAINER(node, struct hc_member, link);
            if (member->connection_id == connection_id && !hc_member_is_static(member)) {
                member->expel_at_ns = step->now_ns + step->config->expel_after_ns;
                hc_group_arm_member(group, member, member->silent_at_ns);
            }
        }
    }
}

/* The member's time is up. While somebody waits on its behalf it needs no heartbeat, and is armed
 * again when that ends; a new member's JoinGroup has a limit all the same. */
static void member_due(struct hc_group *group, struct hc_member *member, struct hc_step *step)
{
    bool expelled = member->expel_at_ns <= step->now_ns;
    if (!expelled && hc_member_is_waiting(member) && !member->is_new) {
        hc_heap_remove(&group->timers, &member->timer);
        return;
    }
    bool was_pending = member->pending;
    hc_step_lost(step, member->id,
                 expelled      ? "its connection was lost"
                 : was_pending ? "it never joined with the id it was told"
                               : "nothing was heard of it within its session timeout");
    hc_group_remove(group, member, HP_ERR_UNKNOWN_MEMBER_ID, step);
    if (was_pending) {
        hc_group_maybe_complete(group, step);
    } else {
        hc_group_changed(group, "a member was lost", step);
    }
}

void hc_group_advance(struct hc_group *group, struct hc_step *step)
{
    struct hc_heap_node *first;
    while ((first = hc_heap_first(&group->timers)) != NULL && first->key <= step->now_ns) {
        if (first == &group->timer) {
            hc_group_timer_fired(group, step);
        } else {
            member_due(group, HC_CONTAINER(first, struct hc_member, timer), step);
        }
    }
}

int64_t hc_group_deadline(const struct hc_group *group)
{
    const struct hc_heap_node *first = hc_heap_first(&group->timers);
    return first ? first->key : HC_NEVER;
}
