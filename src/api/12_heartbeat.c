/* Key 12, Heartbeat v0-4.
 *   v3  group_instance_id (KIP-345); v4 flexible
 * As Apache Kafka: REBALANCE_IN_PROGRESS while the group prepares a rebalance, nothing special
 * while the leader assigns.
 */
#include "api/api.h"
#include "api/groups.h"

enum hc_outcome hc_api_heartbeat(struct hc_request *request, struct hc_now now)
{
    HC_ASSERT(request->api->key == HP_HEARTBEAT);
    const struct hp_heartbeat_request *message = request->message;
    struct hp_heartbeat_response *response = request->response;
    struct hc_member_name name = {message->member_id, message->group_instance_id};
    response->error_code = hc_coordinator_heartbeat(request->cluster->groups, message->group_id,
                                                    name, message->generation_id,
                                                    hc_connection_id(request->connection), now);
    hc_api_note_error(request, response->error_code);
    return HC_DONE;
}
