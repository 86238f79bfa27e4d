/* Key 44, IncrementalAlterConfigs v0-1 (KIP-339).
 *
 * The node's replay.state, replay.time and replay.speed are set here, only with SET; all keys of a
 * resource are one command to the session, time before state. Unknown keys: INVALID_CONFIG;
 * read-only ones: INVALID_REQUEST, as Kafka answers; a value that cannot be: INVALID_CONFIG; what
 * the session's state does not allow: INVALID_REQUEST. Topics are history: POLICY_VIOLATION.
 * validate_only says what would be answered, and changes nothing.
 */
#include "api/api.h"
#include "api/configs.h"
#include "base/timetext.h"
#include "broker/control.h"

enum { OPERATION_SET = 0, COMMANDS_MAX = 16 };

/* The commands of a request while they wait. Arena. */
struct alter {
    struct hc_control *commands; /* by resource; not submitted: status HC_OK, _cluster NULL */
    bool *submitted;
    int32_t waiting;
};

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
    return HP_ERR_NONE;
}

static int16_t parse_state(struct hc_slice value, struct hc_session_command *command,
                           struct hc_slice *ret_why)
{
    bool pauses = hc_slice_equal_str(value, "paused");
    if (!pauses && !hc_slice_equal_str(value, "running")) {
        *ret_why = HC_SLICE("replay.state is set to paused or running.");
        return HP_ERR_INVALID_CONFIG;
    }
    command->run = pauses ? HC_RUN_PAUSE : HC_RUN_RESUME;
    return HP_ERR_NONE;
}

static int16_t parse_time(struct hc_slice value, struct hc_session_command *command,
                          struct hc_slice *ret_why)
{
    if (!hc_parse_time_ms(value, &command->time_ms)) {
        *ret_why = HC_SLICE("replay.time is set to ISO-8601 with zone, a date, or epoch ms.");
        return HP_ERR_INVALID_CONFIG;
    }
    command->seek = true;
    return HP_ERR_NONE;
}

static int16_t parse_speed(struct hc_slice value, struct hc_session_command *command,
                           struct hc_slice *ret_why)
{
    if (!hc_speed_parse(value, &command->speed)) {
        *ret_why = HC_SLICE("replay.speed is set to a decimal number above 0, or max.");
        return HP_ERR_INVALID_CONFIG;
    }
    command->set_speed = true;
    return HP_ERR_NONE;
}

typedef int16_t parse_fn(struct hc_slice value, struct hc_session_command *command,
                         struct hc_slice *ret_why);

static const struct {
    const char *name;
    parse_fn *parse;
} settable[] = {
    {"replay.state", parse_state},
    {"replay.time", parse_time},
    {"replay.speed", parse_speed},
};

static int16_t parse_config(const struct hc_config_view *views, size_t count,
                            const struct hp_incremental_alter_configs_request_config *config,
                            unsigned *seen, struct hc_session_command *command,
                            struct hc_slice *ret_why)
{
    int16_t error = check_config(find_view(views, count, config->name), config, ret_why);
    for (size_t i = 0; error == HP_ERR_NONE && i < HC_COUNT(settable); i++) {
        if (!hc_slice_equal_str(config->name, settable[i].name)) {
            continue;
        }
        if (*seen & 1u << i) {
            *ret_why = HC_SLICE("A config may be set once in a request.");
            return HP_ERR_INVALID_REQUEST;
        }
        *seen |= 1u << i;
        return settable[i].parse(config->value, command, ret_why);
    }
    return error;
}

static int16_t parse_node(struct hc_request *request,
                          const struct hp_incremental_alter_configs_request_resource *asked,
                          struct hc_session_command *command, struct hc_slice *ret_why)
{
    struct hc_config_view views[HC_CONFIGS_MAX];
    size_t count = hc_configs_of_node(request, views);
    unsigned seen = 0;
    for (int32_t i = 0; i < asked->configs_count; i++) {
        int16_t error = parse_config(views, count, &asked->configs[i], &seen, command, ret_why);
        if (error != HP_ERR_NONE) {
            return error;
        }
    }
    return HP_ERR_NONE;
}

static void ended(struct hc_control *control, struct hc_now now)
{
    (void)now;
    hc_request_wake(control->user);
}

static void withdraw(struct hc_request *request, struct hc_now now)
{
    (void)now;
    const struct hp_incremental_alter_configs_request *message = request->message;
    struct alter *alter = request->state;
    for (int32_t r = 0; r < message->resources_count; r++) {
        if (alter->submitted[r]) {
            hc_control_withdraw(&alter->commands[r]);
        }
    }
}

/* Looks at one resource, and submits what it asks for. */
static void begin_resource(struct hc_request *request, struct alter *alter, int32_t r)
{
    const struct hp_incremental_alter_configs_request *message = request->message;
    struct hp_incremental_alter_configs_response *response = request->response;
    const struct hp_incremental_alter_configs_request_resource *asked = &message->resources[r];
    struct hp_incremental_alter_configs_response_resource *out = &response->responses[r];
    struct hc_control *control = &alter->commands[r];
    out->resource_type = asked->resource_type;
    out->resource_name = asked->resource_name;
    if (asked->resource_type == HC_RESOURCE_TOPIC) {
        out->error_code = HP_ERR_POLICY_VIOLATION;
        out->error_message = HC_SLICE(HC_READ_ONLY_SENTENCE);
    } else if (asked->resource_type != HC_RESOURCE_BROKER ||
               !hc_configs_is_node(asked->resource_name)) {
        out->error_code = HP_ERR_INVALID_REQUEST;
        out->error_message = HC_SLICE("Only the node 1 has configs that can be set.");
    } else {
        out->error_code = parse_node(request, asked, &control->command, &out->error_message);
    }
    if (out->error_code != HP_ERR_NONE || asked->configs_count <= 0) {
        return;
    }
    if (alter->waiting == COMMANDS_MAX || !hc_control_has_room(request->cluster)) {
        out->error_code = HP_ERR_POLICY_VIOLATION;
        out->error_message = HC_SLICE("Too many commands wait for the session.");
        return;
    }
    control->validate_only = message->validate_only;
    control->done = ended;
    control->user = request;
    alter->submitted[r] = true;
    alter->waiting++;
    hc_control_submit(control, request->cluster);
}

static int16_t error_of(enum hc_status status)
{
    switch (status) {
    case HC_OK:
        return HP_ERR_NONE;
    case HC_USAGE:
        return HP_ERR_INVALID_CONFIG;
    case HC_INVALID:
        return HP_ERR_INVALID_REQUEST;
    case HC_AGAIN:
        return HP_ERR_REQUEST_TIMED_OUT;
    default:
        return HP_ERR_KAFKA_STORAGE_ERROR;
    }
}

static void begin(struct hc_request *request)
{
    const struct hp_incremental_alter_configs_request *message = request->message;
    struct hp_incremental_alter_configs_response *response = request->response;
    int32_t count = HC_MAX(message->resources_count, 0);
    struct alter *alter = HC_ARENA_NEW(request->arena, struct alter);
    alter->commands = HC_ARENA_ARRAY(request->arena, struct hc_control, (size_t)count);
    alter->submitted = HC_ARENA_ARRAY(request->arena, bool, (size_t)count);
    response->responses =
        HP_NEW_ARRAY(request->arena, incremental_alter_configs_response_resource, (size_t)count);
    response->responses_count = count;
    request->state = alter;
    request->abandon = withdraw;
    for (int32_t r = 0; r < count; r++) {
        begin_resource(request, alter, r);
    }
}

enum hc_outcome hc_api_incremental_alter_configs(struct hc_request *request, struct hc_now now)
{
    HC_ASSERT(request->api->key == HP_INCREMENTAL_ALTER_CONFIGS);
    if (!request->state) {
        begin(request);
    }
    struct alter *alter = request->state;
    struct hp_incremental_alter_configs_response *response = request->response;
    for (int32_t r = 0; r < response->responses_count; r++) {
        if (alter->submitted[r] && alter->commands[r].status == HC_AGAIN && !request->draining) {
            return HC_WAIT;
        }
    }
    for (int32_t r = 0; r < response->responses_count; r++) {
        struct hp_incremental_alter_configs_response_resource *out = &response->responses[r];
        const struct hc_control *control = &alter->commands[r];
        if (alter->submitted[r] && control->status != HC_OK) {
            out->error_code = error_of(control->status);
            out->error_message = hc_arena_copy(request->arena, hc_slice_str(control->error.text));
        }
        hc_api_note_error(request, out->error_code);
    }
    withdraw(request, now);
    request->abandon = NULL;
    return HC_DONE;
}
