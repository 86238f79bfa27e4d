/* Key 60, DescribeCluster v0-2.
 *   v1  endpoint type: controllers (2) are refused with UNSUPPORTED_ENDPOINT_TYPE, as by brokers
 *   v2  fenced brokers: there are none
 */
#include "api/api.h"
#include "api/common.h"

enum {
    ENDPOINT_BROKERS = 1,
};

enum hc_outcome hc_api_describe_cluster(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_DESCRIBE_CLUSTER);
    const struct hp_describe_cluster_request *message = request->message;
    struct hp_describe_cluster_response *response = request->response;
    response->endpoint_type = message->endpoint_type;
    if (message->endpoint_type != ENDPOINT_BROKERS) {
        response->error_code = HP_ERR_UNSUPPORTED_ENDPOINT_TYPE;
        response->error_message = HC_SLICE("This endpoint knows brokers only.");
        hc_api_note_error(request, response->error_code);
        return HC_DONE;
    }
    const struct hc_address *address = hc_connection_advertised(request->connection);
    response->cluster_id = hc_session_cluster_id(request->cluster->session);
    response->controller_id = HC_NODE_ID;
    response->brokers = HP_NEW_ARRAY(request->arena, describe_cluster_response_broker, 1);
    response->brokers_count = 1;
    response->brokers[0].broker_id = HC_NODE_ID;
    response->brokers[0].host = hc_slice_str(address->host);
    response->brokers[0].port = address->port;
    if (message->include_cluster_authorized_operations) {
        response->cluster_authorized_operations = HC_CLUSTER_OPERATIONS;
    }
    return HC_DONE;
}
