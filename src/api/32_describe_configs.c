/* Key 32, DescribeConfigs v0-4.
 *   v1  synonyms and sources. v3: types and documentation. v4: flexible
 *
 * Topics show how history is kept; the node (its id, or the empty default) shows the replay.* keys
 * beside what tools look for. Other resource types: INVALID_REQUEST.
 */
#include "api/api.h"
#include "api/configs.h"

static bool is_wanted(const struct hp_describe_configs_request_resource *asked,
                      struct hc_slice name)
{
    for (int32_t i = 0; i < asked->configuration_keys_count; i++) {
        if (hc_slice_equal(asked->configuration_keys[i], name)) {
            return true;
        }
    }
    /* Null asks for all, and so does an empty list: that is how Kafka reads it. */
    return asked->configuration_keys_count <= 0;
}

static void fill_config(struct hc_request *request, const struct hc_config_view *view,
                        struct hp_describe_configs_response_config *out)
{
    const struct hp_describe_configs_request *message = request->message;
    out->name = view->name;
    out->value = view->value;
    out->read_only = view->read_only;
    out->is_default = view->source == HC_CONFIG_DEFAULT;
    out->config_source = (int8_t)view->source;
    out->config_type = (int8_t)view->type;
    if (message->include_documentation) {
        out->documentation = view->documentation;
    }
    if (message->include_synonyms) {
        out->synonyms = HP_NEW_ARRAY(request->arena, describe_configs_response_synonym, 1);
        out->synonyms_count = 1;
        out->synonyms[0].name = view->name;
        out->synonyms[0].value = view->value;
        out->synonyms[0].source = (int8_t)view->source;
    }
}

/* True the second time that a topic or the node is asked for in one request: a request of a few
 * bytes a resource must not be answered with kilobytes for each. */
static bool is_repeated(const struct hc_request *request,
                        const struct hp_describe_configs_request_resource *asked, bool *seen)
{
    const struct hc_session *session = request->cluster->session;
    size_t index = hc_session_topic_count(session); /* the node's place is behind the topics */
    if (asked->resource_type == HC_RESOURCE_TOPIC) {
        const struct hc_session_topic *topic =
            hc_session_topic_named(session, asked->resource_name);
        if (!topic) {
            return false;
        }
        index = topic->index;
    } else if (asked->resource_type != HC_RESOURCE_BROKER ||
               !hc_configs_is_node(asked->resource_name)) {
        return false;
    } else if (asked->resource_name.size == 0) {
        index++; /* the default is a resource of its own */
    }
    bool before = seen[index];
    seen[index] = true;
    return before;
}

/* How many configs the resource has, in `views`; or -1 with an error filled in. */
static int find_configs(struct hc_request *request,
                        const struct hp_describe_configs_request_resource *asked,
                        struct hc_config_view *views,
                        struct hp_describe_configs_response_result *out)
{
    if (asked->resource_type == HC_RESOURCE_TOPIC) {
        struct hc_session_topic *topic =
            hc_api_topic_named(request, asked->resource_name, &out->error_code);
        return topic ? (int)hc_configs_of_topic(request, topic, views) : -1;
    }
    if (asked->resource_type == HC_RESOURCE_BROKER && hc_configs_is_node(asked->resource_name)) {
        return (int)hc_configs_of_node(request, views);
    }
    out->error_code = HP_ERR_INVALID_REQUEST;
    out->error_message = HC_SLICE("Only topics and the node 1 have configs here.");
    return -1;
}

enum hc_outcome hc_api_describe_configs(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_DESCRIBE_CONFIGS);
    const struct hp_describe_configs_request *message = request->message;
    struct hp_describe_configs_response *response = request->response;
    response->results =
        HP_NEW_ARRAY(request->arena, describe_configs_response_result, message->resources_count);
    response->results_count = message->resources_count;
    bool *seen =
        HC_ARENA_ARRAY(request->arena, bool, hc_session_topic_count(request->cluster->session) + 2);
    for (int32_t r = 0; r < message->resources_count; r++) {
        const struct hp_describe_configs_request_resource *asked = &message->resources[r];
        struct hp_describe_configs_response_result *out = &response->results[r];
        struct hc_config_view views[HC_CONFIGS_MAX];
        out->resource_type = asked->resource_type;
        out->resource_name = asked->resource_name;
        int count = -1;
        if (is_repeated(request, asked, seen)) {
            out->error_code = HP_ERR_INVALID_REQUEST;
            out->error_message = HC_SLICE("Each resource may be asked for once in a request.");
        } else {
            count = find_configs(request, asked, views, out);
        }
        hc_api_note_error(request, out->error_code);
        if (count <= 0) {
            continue;
        }
        out->configs = HP_NEW_ARRAY(request->arena, describe_configs_response_config, count);
        for (int i = 0; i < count; i++) {
            if (is_wanted(asked, views[i].name)) {
                fill_config(request, &views[i], &out->configs[out->configs_count++]);
            }
        }
    }
    return HC_DONE;
}
