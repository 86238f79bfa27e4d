/* Key 61, DescribeProducers v0. No producer is ever active. */
#include "api/api.h"
#include "api/common.h"

enum hc_outcome hc_api_describe_producers(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_DESCRIBE_PRODUCERS);
    const struct hp_describe_producers_request *message = request->message;
    struct hp_describe_producers_response *response = request->response;
    response->topics =
        HP_NEW_ARRAY(request->arena, describe_producers_response_topic, message->topics_count);
    response->topics_count = message->topics_count;
    for (int32_t t = 0; t < message->topics_count; t++) {
        const struct hp_describe_producers_request_topic *asked = &message->topics[t];
        struct hp_describe_producers_response_topic *out = &response->topics[t];
        int32_t count = asked->partition_indexes_count;
        out->name = asked->name;
        out->partitions =
            HP_NEW_ARRAY(request->arena, describe_producers_response_partition, count);
        out->partitions_count = count;
        for (int32_t i = 0; i < count; i++) {
            int16_t error = HP_ERR_NONE;
            out->partitions[i].partition_index = asked->partition_indexes[i];
            struct hc_session_topic *topic = hc_api_topic_named(request, asked->name, &error);
            if (topic) {
                error = hc_api_check_partition(request, topic, asked->partition_indexes[i], -1);
            }
            out->partitions[i].error_code = error;
            hc_api_note_error(request, error);
        }
    }
    return HC_DONE;
}
