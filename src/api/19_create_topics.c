/* Key 19, CreateTopics v0-7. Refused with POLICY_VIOLATION: topics come from the configuration. A
 * name that is there already: TOPIC_ALREADY_EXISTS, so that tools which "create if absent" go on.
 * Illegal names: INVALID_TOPIC_EXCEPTION. */
#include "api/api.h"
#include "api/common.h"

static int16_t refusal(const struct hc_request *request, struct hc_slice name)
{
    if (!hc_topic_name_is_legal(name)) {
        return HP_ERR_INVALID_TOPIC_EXCEPTION;
    }
    return hc_session_topic_named(request->cluster->session, name) ? HP_ERR_TOPIC_ALREADY_EXISTS
                                                                   : HP_ERR_POLICY_VIOLATION;
}

enum hc_outcome hc_api_create_topics(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_CREATE_TOPICS);
    const struct hp_create_topics_request *message = request->message;
    struct hp_create_topics_response *response = request->response;
    response->topics =
        HP_NEW_ARRAY(request->arena, create_topics_response_topic, message->topics_count);
    response->topics_count = message->topics_count;
    for (int32_t i = 0; i < message->topics_count; i++) {
        struct hp_create_topics_response_topic *out = &response->topics[i];
        out->name = message->topics[i].name;
        out->error_code = refusal(request, out->name);
        if (out->error_code == HP_ERR_POLICY_VIOLATION) {
            out->error_message = HC_SLICE("Topics are defined by Hindcast's own configuration "
                                          "(--source, --topic); clients cannot create them.");
        }
        hc_api_note_error(request, out->error_code);
    }
    return HC_DONE;
}
