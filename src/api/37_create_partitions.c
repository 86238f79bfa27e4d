/* Key 37, CreatePartitions v0-3. Refused with POLICY_VIOLATION: the partition count is part of a
 * topic's identity. */
#include "api/api.h"
#include "api/common.h"

enum hc_outcome hc_api_create_partitions(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_CREATE_PARTITIONS);
    const struct hp_create_partitions_request *message = request->message;
    struct hp_create_partitions_response *response = request->response;
    response->results =
        HP_NEW_ARRAY(request->arena, create_partitions_response_result, message->topics_count);
    response->results_count = message->topics_count;
    for (int32_t i = 0; i < message->topics_count; i++) {
        struct hp_create_partitions_response_result *out = &response->results[i];
        out->name = message->topics[i].name;
        out->error_code = HP_ERR_POLICY_VIOLATION;
        if (hc_api_topic_named(request, out->name, &out->error_code)) {
            out->error_message = HC_SLICE(HC_READ_ONLY_SENTENCE);
        }
        hc_api_note_error(request, out->error_code);
    }
    return HC_DONE;
}
