/* Key 14, SyncGroup v0-5.
 *   v3  group_instance_id (KIP-345); v4 flexible
 *   v5  protocol type and name are compared and answered (KIP-559)
 * Deviations: assignments over 1 MiB in all are refused with INVALID_REQUEST; a leader that assigns
 * to somebody who is no member is told UNKNOWN_MEMBER_ID and nothing is handed out (Kafka drops
 * such entries).
 */
#include "api/api.h"
#include "api/groups.h"

static struct hc_sync *make_ticket(struct hc_request *request)
{
    const struct hp_sync_group_request *message = request->message;
    size_t count = message->assignments_count > 0 ? (size_t)message->assignments_count : 0;
    struct hc_sync_assignment *assignments =
        HC_ARENA_ARRAY(request->arena, struct hc_sync_assignment, count);
    for (size_t i = 0; i < count; i++) {
        assignments[i].member_id = message->assignments[i].member_id;
        assignments[i].assignment = message->assignments[i].assignment;
    }
    struct hc_sync *sync = HC_ARENA_NEW(request->arena, struct hc_sync);
    *sync = (struct hc_sync){
        .group = message->group_id,
        .name = {message->member_id, message->group_instance_id},
        .caller = hc_api_caller(request),
        .generation = message->generation_id,
        .protocol_type = message->protocol_type,
        .protocol_name = message->protocol_name,
        .assignments = assignments,
        .assignment_count = count,
        .arena = request->arena,
        .token = request,
    };
    return sync;
}

static void abandon(struct hc_request *request, struct hc_now now)
{
    hc_coordinator_abandon_sync(request->cluster->groups, request->state, now);
}

static enum hc_outcome answer(struct hc_request *request, const struct hc_sync *sync)
{
    struct hp_sync_group_response *response = request->response;
    response->error_code = sync->error;
    response->protocol_type = sync->answer_protocol_type;
    response->protocol_name = sync->answer_protocol_name;
    response->assignment = hc_api_not_null(sync->assignment);
    hc_api_note_error(request, sync->error);
    return HC_DONE;
}

enum hc_outcome hc_api_sync_group(struct hc_request *request, struct hc_now now)
{
    HC_ASSERT(request->api->key == HP_SYNC_GROUP);
    struct hc_sync *sync = request->state;
    if (!sync) {
        sync = make_ticket(request);
        request->state = sync;
        request->abandon = abandon;
        return hc_coordinator_sync(request->cluster->groups, sync, now) ? answer(request, sync)
                                                                        : HC_WAIT;
    }
    if (!sync->done && request->draining) {
        hc_coordinator_abandon_sync(request->cluster->groups, sync, now);
        sync->done = true;
        sync->error = HP_ERR_NOT_COORDINATOR;
    }
    return sync->done ? answer(request, sync) : HC_WAIT;
}
