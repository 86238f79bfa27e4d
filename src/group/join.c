#include "group/consumer.h"
#include "group/inside.h"

static struct hc_member *static_holder(const struct hc_group *group, const struct hc_join *join)
{
    return hc_slice_is_null(join->name.instance_id)
               ? NULL
               : hc_map_get(&group->by_instance, join->name.instance_id);
}

/* Ids given out and not used yet count too, so that they cannot be used to pass the limit
 * (KAFKA-9885). */
static bool has_room(const struct hc_group *group, const struct hc_join *join,
                     const struct hc_step *step)
{
    return group->member_count + group->pending_count < step->config->members_max ||
           hc_map_get(&group->by_id, join->name.id) != NULL || static_holder(group, join) != NULL;
}

/* Lets the member wait with this ticket. A ticket it waited with before is told to try again. */
static void wait_to_join(struct hc_group *group, struct hc_member *member, struct hc_join *join,
                         struct hc_step *step)
{
    hc_group_end_join(group, member, HP_ERR_REBALANCE_IN_PROGRESS, step);
    hc_group_end_sync(group, member, HP_ERR_REBALANCE_IN_PROGRESS, step);
    member->join = join;
    join->_member = member;
    member->awaiting_join = true;
    group->awaiting_join_count++;
    member->expel_at_ns = HC_NEVER;
    hc_group_arm_member(group, member, member->silent_at_ns);
}

static void update_and_wait(struct hc_group *group, struct hc_member *member, struct hc_join *join,
                            const char *why, struct hc_step *step)
{
    hc_member_update(member, join);
    if (member->is_new) {
        hc_group_arm_member(group, member, step->now_ns + step->config->new_member_wait_ns);
    } else {
        hc_group_touch(group, member, join->caller.connection_id, step);
    }
    wait_to_join(group, member, join, step);
    hc_group_changed(group, why, step);
}

static void admit_and_wait(struct hc_group *group, struct hc_member *member, struct hc_join *join,
                           struct hc_step *step)
{
    if (group->member_count == 0) {
        hc_group_set_text(&group->protocol_type, join->protocol_type);
    }
    hc_group_admit(group, member, step);
    wait_to_join(group, member, join, step);
    hc_group_changed(group, "a member joined", step);
}

/* A static leader that only restarted is not to compute assignments anew; clients that cannot be
 * told so (before v9) are told that their old self is the leader, as Kafka does. */
static void tell_static_successor(struct hc_group *group, struct hc_member *member,
                                  struct hc_join *join, struct hc_slice old_id)
{
    bool leads = member == group->leader;
    hc_group_tell_generation(group, member, join);
    join->skip_assignment = leads && join->knows_skip_assignment;
    if (leads && !join->knows_skip_assignment) {
        join->leader = old_id;
        join->members = NULL;
        join->member_count = 0;
    }
}

/* A static member came back under its instance id: it takes over the place of its old self. */
static void replace_static(struct hc_group *group, struct hc_member *member, struct hc_join *join,
                           struct hc_step *step)
{
    struct hc_slice old_id = hc_arena_copy(join->arena, member->id);
    bool same_topics =
        group->state == HC_GROUP_STABLE &&
        hc_consumer_same_topics(group->protocol_type, group->protocol_name, member, join);
    hc_group_end_join(group, member, HP_ERR_FENCED_INSTANCE_ID, step);
    hc_group_end_sync(group, member, HP_ERR_FENCED_INSTANCE_ID, step);
    HC_ASSERT(hc_map_remove(&group->by_id, member->id) == member);
    hc_member_rename(member, hc_member_new_id(join->name.instance_id, step->random));
    HC_ASSERT(hc_map_put(&group->by_id, member->id, member) == NULL);
    hc_member_update(member, join);
    hc_group_touch(group, member, join->caller.connection_id, step);

    HC_ASSERT(group->state != HC_GROUP_EMPTY);
    if (same_topics && hc_slice_equal(hc_group_select_protocol(group), group->protocol_name)) {
        tell_static_successor(group, member, join, old_id);
        return;
    }
    /* In Completing the leader may be assigning to the id of the old self: everybody starts over.
     */
    wait_to_join(group, member, join, step);
    hc_group_changed(group, "a static member came back changed", step);
}

static void join_new(struct hc_group *group, struct hc_join *join, struct hc_step *step)
{
    bool is_static = !hc_slice_is_null(join->name.instance_id);
    struct hc_member *holder = static_holder(group, join);
    if (holder) {
        replace_static(group, holder, join, step);
        return;
    }
    struct hc_slice prefix = is_static ? join->name.instance_id : join->caller.client_id;
    struct hc_member *member = hc_member_new(hc_member_new_id(prefix, step->random), join);
    if (!is_static && join->member_id_required) {
        hc_group_add_pending(group, member, step);
        hc_join_fail(join, member->id, HP_ERR_MEMBER_ID_REQUIRED);
        return;
    }
    admit_and_wait(group, member, join, step);
}

static void join_known(struct hc_group *group, struct hc_member *member, struct hc_join *join,
                       struct hc_step *step)
{
    bool same = hc_member_matches(member, join);
    bool leads = member == group->leader;
    if (group->state == HC_GROUP_COMPLETING && same) {
        hc_group_touch(group, member, join->caller.connection_id, step);
        hc_group_tell_generation(group, member, join); /* its first answer was lost */
        return;
    }
    if (group->state == HC_GROUP_STABLE && same && !leads) {
        hc_group_touch(group, member, join->caller.connection_id, step);
        hc_group_tell_generation(group, member, join);
        return;
    }
    /* A leader that rejoins for no visible reason has seen its topics change. */
    update_and_wait(group, member, join,
                    leads && same ? "the leader rejoined" : "a member rejoined or changed", step);
}

static void join_existing(struct hc_group *group, struct hc_join *join, struct hc_step *step)
{
    struct hc_member *pending = hc_map_get(&group->by_id, join->name.id);
    if (pending && pending->pending && hc_slice_is_null(join->name.instance_id)) {
        hc_member_update(pending, join);
        admit_and_wait(group, pending, join, step);
        return;
    }
    int16_t error;
    struct hc_member *member = hc_group_find(group, join->name, &error);
    if (!member) {
        hc_join_fail(join, join->name.id, error);
        return;
    }
    join_known(group, member, join, step);
}

void hc_group_join(struct hc_group *group, struct hc_join *join, struct hc_step *step)
{
    HC_CHECK_MAGIC(group, HC_GROUP_MAGIC);
    HC_ASSERT(!join->done && join->_member == NULL);
    step->asking = join;
    if (!has_room(group, join, step)) {
        hc_join_fail(join, HC_SLICE_EMPTY, HP_ERR_GROUP_MAX_SIZE_REACHED);
    } else if (!hc_group_supports(group, join)) {
        hc_join_fail(join, join->name.id, HP_ERR_INCONSISTENT_GROUP_PROTOCOL);
    } else if (join->name.id.size == 0) {
        join_new(group, join, step);
    } else {
        join_existing(group, join, step);
    }
    HC_ASSERT(join->done != (join->_member != NULL));
}

/* The member itself stays and counts as joined; but nobody answers for it, so its session runs. */
void hc_group_abandon_join(struct hc_group *group, struct hc_join *join, struct hc_step *step)
{
    struct hc_member *member = join->_member;
    HC_ASSERT(member && member->join == join);
    member->join = NULL;
    join->_member = NULL;
    hc_group_arm_member(group, member,
                        step->now_ns + (int64_t)member->session_timeout_ms * HC_NS_PER_MS);
}
