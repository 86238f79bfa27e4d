/* Key 13, LeaveGroup v0-5.
 *   v0-2  one member; its error is the answer's
 *   v3    several members, by id or by instance id alone (KIP-345), each with its own error
 *   v4    flexible; v5 reasons (KIP-800)
 */
#include "api/api.h"
#include "api/groups.h"

enum { SEVERAL_SINCE = 3 };

static enum hc_outcome leave_one(struct hc_request *request, struct hc_now now)
{
    const struct hp_leave_group_request *message = request->message;
    struct hp_leave_group_response *response = request->response;
    struct hc_leaver leaver = {.name = {message->member_id, HC_SLICE_NULL}};
    int16_t error =
        hc_coordinator_leave(request->cluster->groups, message->group_id, &leaver, 1, now);
    response->error_code = error != HP_ERR_NONE ? error : leaver.error;
    hc_api_note_error(request, response->error_code);
    return HC_DONE;
}

enum hc_outcome hc_api_leave_group(struct hc_request *request, struct hc_now now)
{
    HC_ASSERT(request->api->key == HP_LEAVE_GROUP);
    if (request->version < SEVERAL_SINCE) {
        return leave_one(request, now);
    }
    const struct hp_leave_group_request *message = request->message;
    struct hp_leave_group_response *response = request->response;
    size_t count = message->members_count > 0 ? (size_t)message->members_count : 0;
    struct hc_leaver *leavers = HC_ARENA_ARRAY(request->arena, struct hc_leaver, count);
    for (size_t i = 0; i < count; i++) {
        leavers[i].name.id = message->members[i].member_id;
        leavers[i].name.instance_id = message->members[i].group_instance_id;
        leavers[i].reason = message->members[i].reason;
    }
    response->error_code =
        hc_coordinator_leave(request->cluster->groups, message->group_id, leavers, count, now);
    hc_api_note_error(request, response->error_code);
    if (response->error_code != HP_ERR_NONE) {
        return HC_DONE;
    }
    response->members = HP_NEW_ARRAY(request->arena, leave_group_response_member, count);
    response->members_count = (int32_t)count;
    for (size_t i = 0; i < count; i++) {
        response->members[i].member_id = leavers[i].name.id;
        response->members[i].group_instance_id = leavers[i].name.instance_id;
        response->members[i].error_code = leavers[i].error;
        hc_api_note_error(request, leavers[i].error);
    }
    return HC_DONE;
}
