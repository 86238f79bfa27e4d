/* Lockstep: who has to have had an instant before the next one comes. */
#include "base/timetext.h"
#include "cli/plan_internal.h"

_Static_assert(HC_LOCKSTEP_HOLD == 0 && HC_LOCKSTEP_CONTINUE == 1 && HC_LOCKSTEP_FAIL == 2,
               "lockstep-on-timeout: hold|continue|fail");

static enum hc_status plan_groups(const struct hc_scope *scope, struct hc_arena *arena,
                                  struct hc_lockstep_config *lockstep, struct hc_error *error)
{
    const struct hc_value *value = &hc_scope_get(scope, HC_KEY_LOCKSTEP)->value;
    struct hc_slice *groups = HC_ARENA_ARRAY(arena, struct hc_slice, value->count + 1);
    if (value->count > HC_LOCKSTEP_NAMES_MAX) {
        return hc_scope_refuse(scope, HC_KEY_LOCKSTEP, error, "at most %d groups",
                               HC_LOCKSTEP_NAMES_MAX);
    }
    for (size_t i = 0; i < value->count; i++) {
        groups[i] = hc_arena_copy(arena, value->items[i]);
    }
    lockstep->groups = groups;
    lockstep->group_count = value->count;
    return HC_OK;
}

static enum hc_status plan_clients(const struct hc_scope *scope, struct hc_arena *arena,
                                   struct hc_lockstep_config *lockstep, struct hc_error *error)
{
    const struct hc_value *value = &hc_scope_get(scope, HC_KEY_LOCKSTEP_CLIENTS)->value;
    struct hc_lockstep_client *clients =
        HC_ARENA_ARRAY(arena, struct hc_lockstep_client, value->count + 1);
    if (value->count > HC_LOCKSTEP_NAMES_MAX) {
        return hc_scope_refuse(scope, HC_KEY_LOCKSTEP_CLIENTS, error, "at most %d client ids",
                               HC_LOCKSTEP_NAMES_MAX);
    }
    for (size_t i = 0; i < value->count; i++) {
        struct hc_slice count = value->items[i];
        struct hc_slice glob = hc_slice_cut(&count, '=');
        int64_t number = 1;
        bool counted = hc_slice_is_null(count) || hc_parse_i64(count, &number);
        if (glob.size == 0 || !counted || number < 1 || number > 100000) {
            return hc_scope_refuse(scope, HC_KEY_LOCKSTEP_CLIENTS, error,
                                   "\"" HC_SLICE_FMT "\": write GLOB or GLOB=N, N from 1 to 100000",
                                   HC_SLICE_ARG(value->items[i]));
        }
        clients[i] = (struct hc_lockstep_client){hc_arena_copy(arena, glob), (int32_t)number};
    }
    lockstep->clients = clients;
    lockstep->client_count = value->count;
    return HC_OK;
}

enum hc_status hc_plan_lockstep(const struct hc_scope *scope, struct hc_arena *arena,
                                struct hc_plan_session *session, struct hc_error *error)
{
    struct hc_lockstep_config *lockstep = &session->lockstep;
    lockstep->lead = (int32_t)hc_scope_number(scope, HC_KEY_LOCKSTEP_LEAD);
    lockstep->timeout_ns = hc_scope_number(scope, HC_KEY_LOCKSTEP_TIMEOUT);
    lockstep->on_timeout =
        (enum hc_lockstep_timeout)hc_scope_number(scope, HC_KEY_LOCKSTEP_ON_TIMEOUT);
    enum hc_status status = plan_groups(scope, arena, lockstep, error);
    if (status == HC_OK) {
        status = plan_clients(scope, arena, lockstep, error);
    }
    session->config.lockstep = lockstep->group_count > 0 || lockstep->client_count > 0;
    if (session->config.lockstep && !hc_scope_is_given(scope, HC_KEY_SPEED)) {
        session->config.speed = hc_speed_max();
    }
    return status;
}
