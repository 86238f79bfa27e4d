#include "group/inside.h"

void hc_group_stop_timer(struct hc_group *group)
{
    hc_heap_remove(&group->timers, &group->timer);
    group->timer_kind = HC_GROUP_TIMER_NONE;
}

static void start_timer(struct hc_group *group, enum hc_group_timer kind, int64_t at_ns)
{
    group->timer_kind = kind;
    hc_heap_move(&group->timers, &group->timer, at_ns);
}

/* The longest that any member allows. */
static int64_t rebalance_ns(const struct hc_group *group)
{
    int32_t longest_ms = 0;
    HC_GROUP_EACH_MEMBER(group, member)
    {
        longest_ms = HC_MAX(longest_ms, member->rebalance_timeout_ms);
    }
    return (int64_t)longest_ms * HC_NS_PER_MS;
}

static bool all_have_joined(const struct hc_group *group)
{
    return group->awaiting_join_count == group->member_count && group->pending_count == 0;
}

void hc_group_note_synced(struct hc_group *group, struct hc_member *member)
{
    if (!member->pending_sync) {
        return;
    }
    member->pending_sync = false;
    HC_GROUP_EACH_MEMBER(group, other)
    {
        if (other->pending_sync) {
            return;
        }
    }
    if (group->timer_kind == HC_GROUP_TIMER_SYNC) {
        hc_group_stop_timer(group);
    }
}

/* The leader of the last generation stays, if it has rejoined; else the first that has. */
static bool elect_leader(struct hc_group *group)
{
    if (group->leader->awaiting_join) {
        return true;
    }
    HC_GROUP_EACH_MEMBER(group, member)
    {
        if (member->awaiting_join) {
            group->leader = member;
            return true;
        }
    }
    return false;
}

static void begin_generation(struct hc_group *group, struct hc_step *step)
{
    group->generation = group->generation == INT32_MAX ? 1 : group->generation + 1;
    hc_step_generation(step);
    if (group->member_count == 0) {
        HC_ASSERT(group->leader == NULL);
        hc_group_set_text(&group->protocol_name, HC_SLICE_NULL);
        group->state = HC_GROUP_EMPTY;
        return;
    }
    hc_group_set_text(&group->protocol_name, hc_group_select_protocol(group));
    group->state = HC_GROUP_COMPLETING;
    HC_GROUP_EACH_MEMBER(group, member)
    {
        bool somebody_waited = member->join != NULL;
        hc_group_end_join(group, member, HP_ERR_NONE, step);
        member->pending_sync = true;
        if (member->is_new || somebody_waited) {
            hc_group_touch(group, member, member->connection_id, step);
        }
        member->is_new = false;
    }
    HC_ASSERT(group->awaiting_join_count == 0);
    start_timer(group, HC_GROUP_TIMER_SYNC, step->now_ns + rebalance_ns(group));
}

/* Ends the rebalance: dynamic members that have not rejoined are dropped, static ones keep their
 * place until their session ends. */
static void complete(struct hc_group *group, struct hc_step *step)
{
    HC_ASSERT(group->state == HC_GROUP_PREPARING);
    hc_group_stop_timer(group);
    HC_LIST_EACH_SAFE(&group->members, node)
    {
        struct hc_member *member = HC_CONTAINER(node, struct hc_member, link);
        if (!member->awaiting_join && !hc_member_is_static(member)) {
            hc_step_lost(step, member->id, "it did not rejoin within the rebalance timeout");
            hc_group_remove(group, member, HP_ERR_UNKNOWN_MEMBER_ID, step);
        }
    }
    if (group->member_count > 0 && !elect_leader(group)) {
        start_timer(group, HC_GROUP_TIMER_JOIN, step->now_ns + rebalance_ns(group));
        return;
    }
    begin_generation(group, step);
}

void hc_group_maybe_complete(struct hc_group *group, struct hc_step *step)
{
    if (group->state == HC_GROUP_PREPARING && !group->initial && all_have_joined(group)) {
        complete(group, step);
    }
}

static void begin_initial_delay(struct hc_group *group, struct hc_step *step)
{
    int64_t delay_ns = step->config->initial_rebalance_delay_ns;
    if (delay_ns == 0) {
        complete(group, step);
        return;
    }
    group->grew = false;
    group->delay_left_ns = HC_MAX(rebalance_ns(group) - delay_ns, 0);
    start_timer(group, HC_GROUP_TIMER_DELAY, step->now_ns + delay_ns);
}

void hc_group_prepare(struct hc_group *group, const char *why, struct hc_step *step)
{
    HC_ASSERT(group->state != HC_GROUP_PREPARING && group->state != HC_GROUP_DEAD);
    if (group->state == HC_GROUP_COMPLETING) {
        HC_GROUP_EACH_MEMBER(group, member)
        {
            bool somebody_waited = member->sync != NULL;
            hc_member_set_assignment(member, HC_SLICE_EMPTY);
            hc_group_end_sync(group, member, HP_ERR_REBALANCE_IN_PROGRESS, step);
            if (somebody_waited) {
                hc_group_touch(group, member, member->connection_id, step);
            }
        }
    }
    HC_GROUP_EACH_MEMBER(group, member)
    {
        member->pending_sync = false;
    }
    hc_group_stop_timer(group);
    hc_step_rebalance(step, why);
    group->initial = group->state == HC_GROUP_EMPTY;
    group->state = HC_GROUP_PREPARING;
    if (group->initial) {
        begin_initial_delay(group, step);
    } else if (all_have_joined(group)) {
        complete(group, step);
    } else {
        start_timer(group, HC_GROUP_TIMER_JOIN, step->now_ns + rebalance_ns(group));
    }
}

void hc_group_changed(struct hc_group *group, const char *why, struct hc_step *step)
{
    if (group->state == HC_GROUP_PREPARING) {
        hc_group_maybe_complete(group, step);
    } else {
        hc_group_prepare(group, why, step);
    }
}

/* As long as members keep coming, the initial delay is prolonged, at most up to the rebalance
 * timeout. */
static void initial_delay_over(struct hc_group *group, struct hc_step *step)
{
    if (!group->grew || group->delay_left_ns == 0) {
        complete(group, step);
        return;
    }
    int64_t more_ns = HC_MIN(step->config->initial_rebalance_delay_ns, group->delay_left_ns);
    group->grew = false;
    group->delay_left_ns -= more_ns;
    start_timer(group, HC_GROUP_TIMER_DELAY, step->now_ns + more_ns);
}

static void sync_time_over(struct hc_group *group, struct hc_step *step)
{
    HC_LIST_EACH_SAFE(&group->members, node)
    {
        struct hc_member *member = HC_CONTAINER(node, struct hc_member, link);
        if (member->pending_sync) {
            hc_step_lost(step, member->id, "it did not sync within the rebalance timeout");
            hc_group_remove(group, member, HP_ERR_UNKNOWN_MEMBER_ID, step);
        }
    }
    hc_group_prepare(group, "a member did not sync", step);
}

void hc_group_timer_fired(struct hc_group *group, struct hc_step *step)
{
    enum hc_group_timer kind = group->timer_kind;
    hc_group_stop_timer(group);
    switch (kind) {
    case HC_GROUP_TIMER_DELAY:
        initial_delay_over(group, step);
        break;
    case HC_GROUP_TIMER_JOIN:
        complete(group, step);
        break;
    case HC_GROUP_TIMER_SYNC:
        sync_time_over(group, step);
        break;
    case HC_GROUP_TIMER_NONE:
        HC_UNREACHABLE();
    }
}
