/* Key 44, IncrementalAlterConfigs v0-1 (KIP-339).
 *
 * The node's replay.* keys are set here, only with SET; all keys of a request apply as one. Unknown
 * keys: INVALID_CONFIG; read-only ones: INVALID_REQUEST, as Kafka answers; topics are history:
 * POLICY_VIOLATION. validate_only changes nothing.
 */
#include "api/api.h"
#include "api/configs.h"

enum { OPERATION_SET = 0 };

static const struct hc_config_view *find_view(const struct hc_config_view *views, size_t count,
                                              struct hc_slice name)
{
    for (size_t i = 0; i < count; i++) {
        if (hc_slice_equal(views[i].name, name)) {
            return &views[i];
        }
    }
    return NULL;
}

static int16_t check_config(const struct hc_config_view *view,
                            const struct hp_incremental_alter_configs_request_config *config,
                            struct hc_slice *ret_why)
{
    if (!view) {
        *ret_why = HC_SLICE("There is no such config; see DescribeConfigs of the node.");
        return HP_ERR_INVALID_CONFIG;
    }
    if (view->read_only) {
        *ret_why = HC_SLICE("This config is read-only while the broker runs.");
        return HP_ERR_INVALID_REQUEST;
    }
    if (config->config_operation != OPERATION_SET || hc_slice_is_null(config->value)) {
        *ret_why = HC_SLICE("Configs of the replay can only be set, not deleted or appended to.");
        return HP_ERR_INVALID_CONFIG;
    }
    if (!hc_slice_equal_str(view->name, "replay.state")) {
        *ret_why = HC_SLICE("This config cannot be changed while the replay runs.");
        return HP_ERR_INVALID_REQUEST;
    }
    if (!hc_slice_equal_str(config->value, "paused") &&
        !hc_slice_equal_str(config->value, "running")) {
        *ret_why = HC_SLICE("replay.state is set to paused or running.");
        return HP_ERR_INVALID_CONFIG;
    }
    return HP_ERR_NONE;
}

static int16_t apply(struct hc_request *request, struct hc_slice state, struct hc_now now,
                     struct hc_slice *ret_why)
{
    struct hc_error error = {0};
    struct hc_session *session = request->cluster->session;
    bool pause = hc_slice_equal_str(state, "paused");
    enum hc_status status =
        pause ? hc_session_pause(session, now, &error) : hc_session_resume(session, now, &error);
    if (status == HC_OK) {
        return HP_ERR_NONE;
    }
    *ret_why = hc_arena_copy(request->arena, hc_slice_str(error.text));
    return HP_ERR_INVALID_REQUEST;
}

static int16_t alter_node(struct hc_request *request,
                          const struct hp_incremental_alter_configs_request_resource *asked,
                          struct hc_now now, struct hc_slice *ret_why)
{
    const struct hp_incremental_alter_configs_request *message = request->message;
    struct hc_config_view views[HC_CONFIGS_MAX];
    size_t count = hc_configs_of_node(request, views);
    for (int32_t i = 0; i < asked->configs_count; i++) {
        const struct hc_config_view *view = find_view(views, count, asked->configs[i].name);
        int16_t error = check_config(view, &asked->configs[i], ret_why);
        if (error != HP_ERR_NONE) {
            return error;
        }
    }
    if (message->validate_only || asked->configs_count == 0) {
        return HP_ERR_NONE;
    }
    return apply(request, asked->configs[asked->configs_count - 1].value, now, ret_why);
}

enum hc_outcome hc_api_incremental_alter_configs(struct hc_request *request, struct hc_now now)
{
    const struct hp_incremental_alter_configs_request *message = request->message;
    struct hp_incremental_alter_configs_response *response = request->response;
    response->responses = HP_NEW_ARRAY(request->arena, incremental_alter_configs_response_resource,
                                       message->resources_count);
    response->responses_count = message->resources_count;
    for (int32_t r = 0; r < message->resources_count; r++) {
        const struct hp_incremental_alter_configs_request_resource *asked = &message->resources[r];
        struct hp_incremental_alter_configs_response_resource *out = &response->responses[r];
        out->resource_type = asked->resource_type;
        out->resource_name = asked->resource_name;
        if (asked->resource_type == HC_RESOURCE_TOPIC) {
            out->error_code = HP_ERR_POLICY_VIOLATION;
            out->error_message = HC_SLICE(HC_READ_ONLY_SENTENCE);
        } else if (asked->resource_type == HC_RESOURCE_BROKER &&
                   hc_configs_is_node(asked->resource_name)) {
            out->error_code = alter_node(request, asked, now, &out->error_message);
        } else {
            out->error_code = HP_ERR_INVALID_REQUEST;
            out->error_message = HC_SLICE("Only the node 1 has configs that can be set.");
        }
        hc_api_note_error(request, out->error_code);
    }
    return HC_DONE;
}
