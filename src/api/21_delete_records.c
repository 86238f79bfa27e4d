/* Key 21, DeleteRecords v0-2. Refused with POLICY_VIOLATION: the log start follows from `from` and
 * `warmup`. */
#include "api/api.h"
#include "api/common.h"

static void refuse_topic(struct hc_request *request,
                         const struct hp_delete_records_request_topic *asked,
                         struct hp_delete_records_response_topic *out)
{
    int16_t error = HP_ERR_POLICY_VIOLATION;
    hc_api_topic_named(request, asked->name, &error);
    out->name = asked->name;
    out->partitions =
        HP_NEW_ARRAY(request->arena, delete_records_response_partition, asked->partitions_count);
    out->partitions_count = asked->partitions_count;
    for (int32_t i = 0; i < asked->partitions_count; i++) {
        out->partitions[i].partition_index = asked->partitions[i].partition_index;
        out->partitions[i].low_watermark = -1;
        out->partitions[i].error_code = error;
    }
    hc_api_note_error(request, error);
}

enum hc_outcome hc_api_delete_records(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_DELETE_RECORDS);
    const struct hp_delete_records_request *message = request->message;
    struct hp_delete_records_response *response = request->response;
    response->topics =
        HP_NEW_ARRAY(request->arena, delete_records_response_topic, message->topics_count);
    response->topics_count = message->topics_count;
    for (int32_t i = 0; i < message->topics_count; i++) {
        refuse_topic(request, &message->topics[i], &response->topics[i]);
    }
    return HC_DONE;
}
