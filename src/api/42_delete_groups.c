/* Key 42, DeleteGroups v0-2.
 *   v2  flexible
 * A group without members goes with all its committed offsets: NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND
 * otherwise. Answered when durable.
 */
#include "api/api.h"
#include "api/groups.h"

static int16_t delete_one(struct hc_request *request, struct hc_slice name, struct hc_now now)
{
    bool has_committed = hc_offsets_has_group(request->cluster->offsets, name);
    int16_t error = hc_coordinator_delete(request->cluster->groups, name, now);
    return error == HP_ERR_GROUP_ID_NOT_FOUND && has_committed ? HP_ERR_NONE : error;
}

static enum hc_outcome answer(struct hc_request *request)
{
    struct hp_delete_groups_response *response = request->response;
    int16_t error = hc_api_store_error(request);
    for (int32_t i = 0; i < response->results_count; i++) {
        if (response->results[i].error_code == HP_ERR_NONE) {
            response->results[i].error_code = error;
        }
        hc_api_note_error(request, response->results[i].error_code);
    }
    return HC_DONE;
}

enum hc_outcome hc_api_delete_groups(struct hc_request *request, struct hc_now now)
{
    HC_ASSERT(request->api->key == HP_DELETE_GROUPS);
    if (request->state) {
        return hc_api_store_ended(request) ? answer(request) : HC_WAIT;
    }
    const struct hp_delete_groups_request *message = request->message;
    struct hp_delete_groups_response *response = request->response;
    size_t count = message->groups_names_count > 0 ? (size_t)message->groups_names_count : 0;
    struct hc_offsets_change *changes =
        HC_ARENA_ARRAY(request->arena, struct hc_offsets_change, count);
    size_t deleted = 0;
    response->results = HP_NEW_ARRAY(request->arena, delete_groups_response_result, count);
    response->results_count = (int32_t)count;
    for (size_t i = 0; i < count; i++) {
        struct hc_slice name = message->groups_names[i];
        response->results[i].group_id = name;
        response->results[i].error_code = delete_one(request, name, now);
        if (response->results[i].error_code == HP_ERR_NONE) {
            changes[deleted++] =
                (struct hc_offsets_change){.kind = HC_CHANGE_DELETE_GROUP, .group = name};
        }
    }
    return hc_api_store_begin(request, changes, deleted, NULL) ? answer(request) : HC_WAIT;
}
