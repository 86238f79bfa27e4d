/* Key 20, DeleteTopics v0-6 (v6: by name or id). Refused with POLICY_VIOLATION; unknown topics as
 * Kafka answers them. */
#include "api/api.h"
#include "api/common.h"

static void refuse(struct hc_request *request, const struct hp_delete_topics_request_topic *asked,
                   struct hp_delete_topics_response_topic *out)
{
    out->name = asked->name;
    out->topic_id = asked->topic_id;
    out->error_code = HP_ERR_POLICY_VIOLATION;
    if (hc_slice_is_null(asked->name)) {
        const struct hc_session_topic *topic =
            hc_session_topic_by_id(request->cluster->session, asked->topic_id);
        out->name = topic ? topic->name : HC_SLICE_NULL;
        out->error_code = topic ? HP_ERR_POLICY_VIOLATION : HP_ERR_UNKNOWN_TOPIC_ID;
    } else {
        hc_api_topic_named(request, asked->name, &out->error_code);
    }
    if (out->error_code == HP_ERR_POLICY_VIOLATION) {
        out->error_message = HC_SLICE(HC_READ_ONLY_SENTENCE);
    }
    hc_api_note_error(request, out->error_code);
}

enum hc_outcome hc_api_delete_topics(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_DELETE_TOPICS);
    const struct hp_delete_topics_request *message = request->message;
    struct hp_delete_topics_response *response = request->response;
    bool by_entry = request->version >= 6;
    int32_t count = by_entry ? message->topics_count : message->topic_names_count;
    response->responses = HP_NEW_ARRAY(request->arena, delete_topics_response_topic, count);
    response->responses_count = count;
    for (int32_t i = 0; i < count; i++) {
        struct hp_delete_topics_request_topic named = {0};
        if (!by_entry) {
            named.name = message->topic_names[i];
        }
        refuse(request, by_entry ? &message->topics[i] : &named, &response->responses[i]);
    }
    return HC_DONE;
}
