/* Key 18, ApiVersions v0-4.
 *   v3  flexible; client software name and version
 *   v4  the same; features (KIP-584): none are finalized here
 *
 * A version we do not know is answered in the form of v0 with UNSUPPORTED_VERSION and the whole
 * list (KIP-511), of which clients look at key 18; the header of the answer is always version 0.
 */
#include "api/api.h"
#include "api/common.h"

static void fill_keys(struct hc_request *request)
{
    struct hp_api_versions_response *response = request->response;
    const struct hc_handler_table *table =
        hc_broker_handlers(hc_connection_broker(request->connection));
    response->api_keys =
        HP_NEW_ARRAY(request->arena, api_versions_response_api_key, HP_API_KEY_MAX + 1);
    for (int key = 0; key <= HP_API_KEY_MAX; key++) {
        const struct hp_api *api = hp_api_find((int16_t)key);
        if (!api || api->served_max < 0 || !table->handlers[key]) {
            continue;
        }
        struct hp_api_versions_response_api_key *out =
            &response->api_keys[response->api_keys_count++];
        out->api_key = (int16_t)key;
        out->min_version = api->served_min;
        out->max_version = api->served_max;
    }
}

enum hc_outcome hc_api_api_versions(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_API_VERSIONS);
    const struct hp_api_versions_request *message = request->message;
    struct hp_api_versions_response *response = request->response;
    response->error_code = request->error;
    if (request->error == HP_ERR_NONE && request->version >= 3) {
        hc_connection_set_software(request->connection, message->client_software_name,
                                   message->client_software_version);
    }
    fill_keys(request);
    return HC_DONE;
}
