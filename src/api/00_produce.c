/* Key 0, Produce v0-9.
 *
 * Replayed topics are read-only: every partition is answered with POLICY_VIOLATION and a sentence
 * (v8+), so that a producer's first error says why. With acks=0 there is no answer to put it in:
 * the connection is closed, as Kafka does on an error. Versions 0-2 are advertised because
 * librdkafka before 2.1 refuses to compress otherwise; they are answered with the same error.
 */
#include "api/api.h"
#include "api/common.h"

static void refuse_topic(struct hc_request *request, const struct hp_produce_request_topic *asked,
                         struct hp_produce_response_topic *out)
{
    int16_t error = HP_ERR_POLICY_VIOLATION;
    bool known = hc_api_topic_named(request, asked->name, &error) != NULL;
    out->name = asked->name;
    out->partition_responses =
        HP_NEW_ARRAY(request->arena, produce_response_partition, asked->partition_data_count);
    out->partition_responses_count = asked->partition_data_count;
    for (int32_t i = 0; i < asked->partition_data_count; i++) {
        struct hp_produce_response_partition *partition = &out->partition_responses[i];
        partition->index = asked->partition_data[i].index;
        partition->error_code = error;
        partition->base_offset = -1;
        if (known) {
            partition->error_message = HC_SLICE(HC_READ_ONLY_SENTENCE);
        }
    }
    hc_api_note_error(request, error);
}

enum hc_outcome hc_api_produce(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_PRODUCE);
    const struct hp_produce_request *message = request->message;
    struct hp_produce_response *response = request->response;
    if (message->acks == 0) {
        request->close_reason = "produce-without-acks";
        return HC_CLOSE;
    }
    response->responses =
        HP_NEW_ARRAY(request->arena, produce_response_topic, message->topic_data_count);
    response->responses_count = message->topic_data_count;
    for (int32_t i = 0; i < message->topic_data_count; i++) {
        refuse_topic(request, &message->topic_data[i], &response->responses[i]);
    }
    return HC_DONE;
}
