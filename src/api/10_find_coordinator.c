/* Key 10, FindCoordinator v0-6.
 *   v1  key type and error message; v3 flexible
 *   v4  several keys, each with its own error (KIP-699); v5, v6 nothing that concerns groups
 * Every group is coordinated here, at the address the client connected to. Hindcast has no
 * transactions: a transactional id is answered with TRANSACTIONAL_ID_AUTHORIZATION_FAILED and a
 * sentence, the one error that makes producers give up at once (librdkafka asks again for ever on
 * INVALID_REQUEST or COORDINATOR_NOT_AVAILABLE). Other types (share groups): INVALID_REQUEST, as
 * older brokers.
 */
#include "api/api.h"
#include "api/groups.h"

enum { SEVERAL_SINCE = 4, TYPE_GROUP = 0, TYPE_TRANSACTION = 1 };

static void find(const struct hc_request *request, int8_t type, struct hc_slice key,
                 struct hp_find_coordinator_response_coordinator *ret)
{
    ret->key = key;
    ret->node_id = -1;
    ret->host = HC_SLICE_EMPTY;
    ret->port = -1;
    if (type == TYPE_TRANSACTION) {
        ret->error_code = HP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
        ret->error_message = HC_SLICE("Hindcast replays history: it has no transactions.");
        return;
    }
    if (type != TYPE_GROUP) {
        ret->error_code = HP_ERR_INVALID_REQUEST;
        ret->error_message = HC_SLICE("Hindcast coordinates consumer groups only.");
        return;
    }
    ret->error_code = hc_api_check_group_id(key, true);
    if (ret->error_code != HP_ERR_NONE) {
        ret->error_message = HC_SLICE("A group id has at most 255 bytes.");
        return;
    }
    const struct hc_address *address = hc_connection_advertised(request->connection);
    ret->node_id = HC_NODE_ID;
    ret->host = hc_slice_str(address->host);
    ret->port = address->port;
}

static enum hc_outcome find_one(struct hc_request *request)
{
    const struct hp_find_coordinator_request *message = request->message;
    struct hp_find_coordinator_response *response = request->response;
    struct hp_find_coordinator_response_coordinator found = {0};
    find(request, message->key_type, message->key, &found);
    response->error_code = found.error_code;
    response->error_message = found.error_message;
    response->node_id = found.node_id;
    response->host = found.host;
    response->port = found.port;
    hc_api_note_error(request, found.error_code);
    return HC_DONE;
}

enum hc_outcome hc_api_find_coordinator(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_FIND_COORDINATOR);
    if (request->version < SEVERAL_SINCE) {
        return find_one(request);
    }
    const struct hp_find_coordinator_request *message = request->message;
    struct hp_find_coordinator_response *response = request->response;
    size_t count =
        message->coordinator_keys_count > 0 ? (size_t)message->coordinator_keys_count : 0;
    response->coordinators =
        HP_NEW_ARRAY(request->arena, find_coordinator_response_coordinator, count);
    response->coordinators_count = (int32_t)count;
    for (size_t i = 0; i < count; i++) {
        find(request, message->key_type, message->coordinator_keys[i], &response->coordinators[i]);
        hc_api_note_error(request, response->coordinators[i].error_code);
    }
    return HC_DONE;
}
