/* Key 35, DescribeLogDirs v1-5. One directory; sizes count batches that are visible as a whole, so
 * that they tell nothing of what is to come: a share of a batch would depend on its later records.
 */
#include "api/api.h"
#include "api/common.h"

static void fill_partition(const struct hc_request *request, const struct hc_session_topic *topic,
                           int32_t index, struct hp_describe_log_dirs_response_partition *out)
{
    const struct hc_session *session = request->cluster->session;
    out->partition_index = index;
    int64_t end = hc_session_high_watermark(session, topic, index);
    int64_t start = hc_session_log_start(session, topic, index);
    out->partition_size = hc_log_whole_bytes_between(topic->partitions[index].log, start, end);
}

static void fill_topic(struct hc_request *request, const struct hc_session_topic *topic,
                       const struct hp_describe_log_dirs_request_topic *asked,
                       struct hp_describe_log_dirs_response_topic *out)
{
    int32_t count = asked ? asked->partitions_count : topic->partition_count;
    out->name = topic->name;
    out->partitions = HP_NEW_ARRAY(request->arena, describe_log_dirs_response_partition, count);
    for (int32_t i = 0; i < count; i++) {
        int32_t index = asked ? asked->partitions[i] : i;
        if (index >= 0 && index < topic->partition_count) {
            fill_partition(request, topic, index, &out->partitions[out->partitions_count++]);
        }
    }
}

enum hc_outcome hc_api_describe_log_dirs(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_DESCRIBE_LOG_DIRS);
    const struct hp_describe_log_dirs_request *message = request->message;
    struct hp_describe_log_dirs_response *response = request->response;
    const struct hc_session *session = request->cluster->session;
    bool all = message->topics_count < 0;
    int32_t count = all ? (int32_t)hc_session_topic_count(session) : message->topics_count;
    response->results = HP_NEW_ARRAY(request->arena, describe_log_dirs_response_result, 1);
    response->results_count = 1;
    struct hp_describe_log_dirs_response_result *result = &response->results[0];
    result->log_dir = HC_SLICE("hindcast");
    result->topics = HP_NEW_ARRAY(request->arena, describe_log_dirs_response_topic, count);
    for (int32_t i = 0; i < count; i++) {
        const struct hc_session_topic *topic =
            all ? hc_session_topic_at(session, (size_t)i)
                : hc_session_topic_named(session, message->topics[i].topic);
        if (topic) {
            fill_topic(request, topic, all ? NULL : &message->topics[i],
                       &result->topics[result->topics_count++]);
        }
    }
    return HC_DONE;
}
