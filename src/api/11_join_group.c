/* Key 11, JoinGroup v0-9.
 *   v1  the rebalance timeout is its own; v0 uses the session timeout for both
 *   v4  a dynamic member without id is told one first: MEMBER_ID_REQUIRED (KIP-394)
 *   v5  group_instance_id: static members (KIP-345)
 *   v6  flexible; v7 protocol type in the answer, the protocol name may be null
 *   v8  reason (KIP-800); v9 skip_assignment (KIP-814)
 * Deviations: ids given out count as members and expire after at most 10 s; a static member that
 * returns to a Stable consumer group with other topics than before begins a rebalance (Kafka looks
 * at the protocol's name alone); more than 1,000 members, 10,000 groups, 16 protocols or 64 KiB of
 * metadata are refused with 81, 44, 23, 42.
 */
#include "api/api.h"
#include "api/groups.h"

enum { MEMBER_ID_REQUIRED_SINCE = 4, PROTOCOL_NAME_NULLABLE_SINCE = 7, SKIP_SINCE = 9 };

static struct hc_join *make_ticket(struct hc_request *request)
{
    const struct hp_join_group_request *message = request->message;
    size_t count = message->protocols_count > 0 ? (size_t)message->protocols_count : 0;
    struct hc_group_protocol *protocols =
        HC_ARENA_ARRAY(request->arena, struct hc_group_protocol, count);
    for (size_t i = 0; i < count; i++) {
        protocols[i].name = message->protocols[i].name;
        protocols[i].metadata = message->protocols[i].metadata;
    }
    int32_t rebalance_ms = message->rebalance_timeout_ms;
    struct hc_join *join = HC_ARENA_NEW(request->arena, struct hc_join);
    *join = (struct hc_join){
        .group = message->group_id,
        .name = {message->member_id, message->group_instance_id},
        .caller = hc_api_caller(request),
        .session_timeout_ms = message->session_timeout_ms,
        .rebalance_timeout_ms = request->version == 0 ? -1 : HC_MAX(rebalance_ms, 0),
        .protocol_type = message->protocol_type,
        .protocols = protocols,
        .protocol_count = count,
        .reason = message->reason,
        .member_id_required = request->version >= MEMBER_ID_REQUIRED_SINCE,
        .knows_skip_assignment = request->version >= SKIP_SINCE,
        .arena = request->arena,
        .token = request,
    };
    return join;
}

static void abandon(struct hc_request *request, struct hc_now now)
{
    hc_coordinator_abandon_join(request->cluster->groups, request->state, now);
}

static enum hc_outcome answer(struct hc_request *request, const struct hc_join *join)
{
    struct hp_join_group_response *response = request->response;
    response->error_code = join->error;
    response->generation_id = join->generation;
    response->protocol_type = join->answer_protocol_type;
    response->protocol_name = request->version < PROTOCOL_NAME_NULLABLE_SINCE
                                  ? hc_api_not_null(join->protocol_name)
                                  : join->protocol_name;
    response->leader = hc_api_not_null(join->leader);
    response->skip_assignment = join->skip_assignment;
    response->member_id = hc_api_not_null(join->member_id);
    response->members =
        HP_NEW_ARRAY(request->arena, join_group_response_member, join->member_count);
    response->members_count = (int32_t)join->member_count;
    for (size_t i = 0; i < join->member_count; i++) {
        response->members[i].member_id = join->members[i].id;
        response->members[i].group_instance_id = join->members[i].instance_id;
        response->members[i].metadata = join->members[i].metadata;
    }
    hc_api_note_error(request, join->error);
    return HC_DONE;
}

enum hc_outcome hc_api_join_group(struct hc_request *request, struct hc_now now)
{
    HC_ASSERT(request->api->key == HP_JOIN_GROUP);
    struct hc_join *join = request->state;
    if (!join) {
        join = make_ticket(request);
        request->state = join;
        request->abandon = abandon;
        return hc_coordinator_join(request->cluster->groups, join, now) ? answer(request, join)
                                                                        : HC_WAIT;
    }
    if (!join->done && request->draining) {
        hc_coordinator_abandon_join(request->cluster->groups, join, now);
        join->done = true;
        join->generation = -1;
        join->error =
            HP_ERR_NOT_COORDINATOR; /* look for it again: another process may come up here */
    }
    return join->done ? answer(request, join) : HC_WAIT;
}
