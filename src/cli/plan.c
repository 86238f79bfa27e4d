#include "cli/plan_internal.h"
#include "cli/plan_mirror.h"

#include <unistd.h>

_Static_assert(HC_LOG_ERROR == 0 && HC_LOG_DEBUG == 3, "log.level: error|warn|info|debug");

enum hc_status hc_plan_address(const struct hc_scope *scope, enum hc_key_id id,
                               struct hc_address *ret, struct hc_error *error)
{
    struct hc_error why = {0};
    struct hc_slice text = hc_scope_get(scope, id)->value.text;
    if (hc_address_parse(text, ret, &why) != HC_OK) {
        return hc_scope_refuse(scope, id, error, "%s", why.text);
    }
    return HC_OK;
}

static size_t size_of(const struct hc_scope *root, enum hc_key_id id)
{
    int64_t number = hc_scope_number(root, id);
    HC_ASSERT(number >= 0);
    return (size_t)number;
}

static void plan_limits(const struct hc_scope *root, struct hc_limits *limits)
{
    hc_limits_init(limits);
    limits->connections_max = size_of(root, HC_KEY_LIMIT_CONNECTIONS); /* 0: auto */
    limits->frame_bytes_max = size_of(root, HC_KEY_LIMIT_FRAME);
    limits->first_frame_bytes_max = size_of(root, HC_KEY_LIMIT_FIRST_FRAME);
    limits->response_bytes_max = size_of(root, HC_KEY_LIMIT_RESPONSE);
    limits->request_memory_max = size_of(root, HC_KEY_LIMIT_REQUEST_MEMORY);
    limits->pipelined_bytes_max = size_of(root, HC_KEY_LIMIT_PIPELINED);
    limits->first_request_ns = hc_scope_number(root, HC_KEY_LIMIT_FIRST_REQUEST);
    limits->frame_ns = hc_scope_number(root, HC_KEY_LIMIT_FRAME_TIME);
    limits->idle_ns = hc_scope_number(root, HC_KEY_LIMIT_IDLE);
    limits->write_stall_ns = hc_scope_number(root, HC_KEY_LIMIT_WRITE_STALL);
    limits->fetch_wait_ns_max = hc_scope_number(root, HC_KEY_LIMIT_FETCH_WAIT);
    limits->fetch_partitions_max = (int32_t)hc_scope_number(root, HC_KEY_LIMIT_FETCH_PARTITIONS);
}

static enum hc_status plan_groups(const struct hc_scope *root, struct hc_group_config *groups,
                                  struct hc_error *error)
{
    hc_group_config_init(groups);
    int64_t least = hc_scope_number(root, HC_KEY_GROUP_SESSION_MIN);
    int64_t most = hc_scope_number(root, HC_KEY_GROUP_SESSION_MAX);
    if (least > most) {
        return hc_scope_refuse(root, HC_KEY_GROUP_SESSION_MIN, error,
                               "%s is longer than groups.session-timeout-max, %s",
                               hc_scope_text(root, HC_KEY_GROUP_SESSION_MIN),
                               hc_scope_text(root, HC_KEY_GROUP_SESSION_MAX));
    }
    HC_ASSERT(most / HC_NS_PER_MS <= INT32_MAX);
    groups->initial_rebalance_delay_ns = hc_scope_number(root, HC_KEY_GROUP_DELAY);
    groups->session_timeout_min_ms = (int32_t)(least / HC_NS_PER_MS);
    groups->session_timeout_max_ms = (int32_t)(most / HC_NS_PER_MS);
    groups->expel_after_ns = hc_scope_number(root, HC_KEY_GROUP_DISCONNECT);
    groups->pending_ns_max = hc_scope_number(root, HC_KEY_GROUP_PENDING);
    groups->new_member_wait_ns = hc_scope_number(root, HC_KEY_GROUP_NEW_MEMBER);
    groups->members_max = size_of(root, HC_KEY_LIMIT_MEMBERS);
    groups->groups_max = size_of(root, HC_KEY_LIMIT_GROUPS);
    groups->protocols_max = size_of(root, HC_KEY_LIMIT_PROTOCOLS);
    groups->metadata_bytes_max = size_of(root, HC_KEY_LIMIT_METADATA);
    groups->assignment_bytes_max = size_of(root, HC_KEY_LIMIT_ASSIGNMENT);
    groups->name_bytes_max = size_of(root, HC_KEY_LIMIT_NAME);
    return HC_OK;
}

static enum hc_log_format log_format(const struct hc_scope *root)
{
    enum { AUTO, TEXT, JSON };
    int64_t choice = hc_scope_number(root, HC_KEY_LOG_FORMAT);
    bool text = choice == TEXT || (choice == AUTO && isatty(STDERR_FILENO));
    HC_ASSERT(choice >= AUTO && choice <= JSON);
    return text ? HC_LOG_TEXT : HC_LOG_JSON;
}

/* A copy that outlives the configuration, NULL where it is not set. */
static const char *path_of(const struct hc_scope *root, enum hc_key_id id, struct hc_arena *arena)
{
    const char *text = hc_scope_text(root, id);
    return text ? hc_arena_str(arena, hc_slice_str(text)) : NULL;
}

static enum hc_status plan_server(const struct hc_config *config, struct hc_arena *arena,
                                  struct hc_plan *plan, struct hc_error *error)
{
    const struct hc_scope *root = &config->root;
    plan->data_dir = path_of(root, HC_KEY_DATA_DIR, arena);
    plan->cache_dir = path_of(root, HC_KEY_CACHE_DIR, arena);
    plan->ready_file = path_of(root, HC_KEY_READY_FILE, arena);
    plan->cache_limit_bytes = (uint64_t)hc_scope_number(root, HC_KEY_CACHE_LIMIT);
    plan->log_level = (enum hc_log_level)hc_scope_number(root, HC_KEY_LOG_LEVEL);
    plan->log_format = log_format(root);
    plan->fresh = hc_scope_number(root, HC_KEY_FRESH) != 0;
    plan->http_on = !hc_scope_get(root, HC_KEY_HTTP)->value.word;
    plan_limits(root, &plan->limits);
    enum hc_status status = plan_groups(root, &plan->groups, error);
    if (status == HC_OK && plan->http_on) {
        status = hc_plan_address(root, HC_KEY_HTTP, &plan->http, error);
    }
    return status;
}

enum hc_status hc_plan_make(const struct hc_config *config, struct hc_arena *arena,
                            struct hc_plan *ret, struct hc_error *error)
{
    HC_ASSERT(config != NULL && arena != NULL && ret != NULL);
    struct hc_plan plan = {.config = config};
    enum hc_status status = plan_server(config, arena, &plan, error);
    if (status == HC_OK) {
        status = hc_plan_sessions(config, arena, &plan, error);
    }
    if (status == HC_OK) {
        status = hc_plan_topics(config, arena, &plan, error);
    }
    if (status == HC_OK) {
        status = hc_plan_mirror(config, arena, &plan.mirror, error);
        plan.sessions[0].config.forward_only = plan.mirror != NULL;
    }
    if (status == HC_OK) {
        status = hc_plan_agree(config, &plan, error);
    }
    if (status == HC_OK) {
        HC_ASSERT(plan.session_count >= 1 && plan.spec_count >= 1 && plan.cache_dir);
        *ret = plan;
    }
    return status;
}
