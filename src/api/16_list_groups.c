/* Key 16, ListGroups v0-5.
 *   v3  flexible; v4 filter by state (KIP-518)
 *   v5  filter by type (KIP-848): every group here is "Classic"
 *
 * Groups with members first, then those that have only committed.
 */
#include "api/api.h"
#include "api/groups.h"
#include "group/group.h"

struct listing {
    struct hc_request *request;
    const struct hp_list_groups_request *message;
    struct hp_list_groups_response *response;
    int32_t capacity;
};

/* An empty filter lets everything pass. Kafka compares without regard to case. */
static bool passes(const struct hc_slice *filter, int32_t count, const char *value)
{
    for (int32_t i = 0; i < count; i++) {
        if (hc_slice_equal_nocase(filter[i], hc_slice_str(value))) {
            return true;
        }
    }
    return count <= 0;
}

static void add(struct listing *listing, struct hc_slice name, struct hc_slice type,
                enum hc_group_state state)
{
    const struct hp_list_groups_request *message = listing->message;
    const char *state_name = hc_group_state_name(state);
    if (!passes(message->states_filter, message->states_filter_count, state_name) ||
        !passes(message->types_filter, message->types_filter_count, "Classic")) {
        return;
    }
    struct hp_list_groups_response *response = listing->response;
    HC_ASSERT(response->groups_count < listing->capacity);
    struct hp_list_groups_response_group *group = &response->groups[response->groups_count++];
    group->group_id = hc_arena_copy(listing->request->arena, name);
    group->protocol_type = hc_api_not_null(hc_arena_copy(listing->request->arena, type));
    group->group_state = hc_slice_str(state_name);
    group->group_type = HC_SLICE("Classic");
}

static void count_committed(void *context, struct hc_slice name)
{
    (void)name;
    ((struct listing *)context)->capacity++;
}

static void add_committed(void *context, struct hc_slice name)
{
    struct listing *listing = context;
    if (!hc_coordinator_group_named(listing->request->cluster->groups, name)) {
        add(listing, name, HC_SLICE_EMPTY, HC_GROUP_EMPTY);
    }
}

enum hc_outcome hc_api_list_groups(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_LIST_GROUPS);
    const struct hc_cluster *cluster = request->cluster;
    size_t living = hc_coordinator_group_count(cluster->groups);
    struct listing listing = {request, request->message, request->response, (int32_t)living};
    hc_offsets_each_group(cluster->offsets, count_committed, &listing);
    listing.response->groups =
        HP_NEW_ARRAY(request->arena, list_groups_response_group, (size_t)listing.capacity);
    for (size_t i = 0; i < living; i++) {
        const struct hc_group *group = hc_coordinator_group_at(cluster->groups, i);
        add(&listing, group->name, group->protocol_type, group->state);
    }
    hc_offsets_each_group(cluster->offsets, add_committed, &listing);
    return HC_DONE;
}
