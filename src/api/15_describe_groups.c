/* Key 15, DescribeGroups v0-6.
 *   v3  authorized operations when asked for (KIP-430); v4 group_instance_id; v5 flexible
 *   v6  an unknown group is GROUP_ID_NOT_FOUND with a sentence (KIP-1043), before it is Dead
 *
 * As Apache Kafka: metadata and assignments are shown of Stable groups only. A group that has only
 * committed is Empty, of no type.
 */
#include "api/api.h"
#include "api/groups.h"
#include "group/group.h"

enum {
    NOT_FOUND_SINCE = 6,
    GROUP_OPERATIONS = 1 << 3 | 1 << 6 | 1 << 8, /* READ, DELETE, DESCRIBE */
};

static void describe_members(struct hc_request *request, const struct hc_group *group,
                             struct hp_describe_groups_response_group *ret)
{
    bool is_stable = group->state == HC_GROUP_STABLE;
    ret->members =
        HP_NEW_ARRAY(request->arena, describe_groups_response_member, group->member_count);
    ret->members_count = (int32_t)group->member_count;
    struct hp_describe_groups_response_member *out = ret->members;
    HC_GROUP_EACH_MEMBER(group, member)
    {
        out->member_id = hc_arena_copy(request->arena, member->id);
        out->group_instance_id = hc_arena_copy(request->arena, member->instance_id);
        out->client_id = hc_arena_copy(request->arena, member->client_id);
        out->client_host = hc_arena_copy(request->arena, member->client_host);
        const struct hc_group_protocol *protocol =
            is_stable ? hc_member_protocol(member, group->protocol_name) : NULL;
        if (protocol) {
            out->member_metadata = hc_arena_copy(request->arena, protocol->metadata);
            out->member_assignment = hc_arena_copy(request->arena, member->assignment);
        }
        out++;
    }
}

static void describe(struct hc_request *request, struct hc_slice name,
                     struct hp_describe_groups_response_group *ret)
{
    const struct hc_group *group = hc_coordinator_group_named(request->cluster->groups, name);
    enum hc_group_state state = HC_GROUP_DEAD;
    ret->group_id = name;
    if (group) {
        state = group->state;
        ret->protocol_type = hc_api_not_null(hc_arena_copy(request->arena, group->protocol_type));
        if (state == HC_GROUP_STABLE) {
            ret->protocol_data = hc_arena_copy(request->arena, group->protocol_name);
        }
        describe_members(request, group, ret);
    } else if (hc_offsets_has_group(request->cluster->offsets, name)) {
        state = HC_GROUP_EMPTY;
    } else if (request->version >= NOT_FOUND_SINCE) {
        ret->error_code = HP_ERR_GROUP_ID_NOT_FOUND;
        ret->error_message = hc_slice_str(hc_arena_format(
            request->arena, "Group " HC_SLICE_FMT " not found.", HC_SLICE_ARG(name)));
        hc_api_note_error(request, ret->error_code);
    }
    ret->group_state = hc_slice_str(hc_group_state_name(state));
}

enum hc_outcome hc_api_describe_groups(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_DESCRIBE_GROUPS);
    const struct hp_describe_groups_request *message = request->message;
    struct hp_describe_groups_response *response = request->response;
    size_t count = message->groups_count > 0 ? (size_t)message->groups_count : 0;
    response->groups = HP_NEW_ARRAY(request->arena, describe_groups_response_group, count);
    response->groups_count = (int32_t)count;
    for (size_t i = 0; i < count; i++) {
        describe(request, message->groups[i], &response->groups[i]);
        if (message->include_authorized_operations) {
            response->groups[i].authorized_operations = GROUP_OPERATIONS;
        }
    }
    return HC_DONE;
}
