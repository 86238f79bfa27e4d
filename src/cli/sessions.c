#include "cli/app.h"

#include "base/memory.h"
#include "base/random.h"
#include "broker/control.h"
#include "cli/plan_mirror.h"

#include <stdlib.h>

static void wake_request(void *context, void *token)
{
    (void)context;
    hc_request_wake(token);
}

static void state_changed(void *context, struct hc_session *session)
{
    struct hc_app_session *owner = context;
    owner->changed = true; /* it logs its own states */
    owner->drained = owner->drained && hc_session_state(session) == HC_SESSION_ENDED;
}

static void start_timed_out(void *context, struct hc_session *session, int64_t seen)
{
    struct hc_app_session *owner = context;
    struct hc_error error = {0};
    hc_error_set(&error, HC_CANCELLED,
                 "session " HC_SLICE_FMT " did not start within --start-timeout: %lld seen of what "
                 "--start waits for",
                 HC_SLICE_ARG(hc_session_config(session)->name), (long long)seen);
    owner->app->failure = error;
    hc_app_stop(owner->app, HC_EXIT_TIMED_OUT);
}

static void lockstep_failed(void *context, struct hc_cluster *cluster, const char *why)
{
    struct hc_app_session *owner = context;
    struct hc_error error = {0};
    hc_error_set(&error, HC_CANCELLED, "session " HC_SLICE_FMT ": --lockstep-timeout: %s",
                 HC_SLICE_ARG(hc_session_config(cluster->session)->name), why);
    owner->app->failure = error;
    hc_app_stop(owner->app, HC_EXIT_TIMED_OUT);
}

/* The process ends with --on-end exit when every session that says so has been read to its end. */
static void drained(void *context, struct hc_session *session, bool in_time)
{
    struct hc_app_session *owner = context;
    struct hc_app *app = owner->app;
    owner->drained = true;
    if (!in_time) {
        struct hc_buffer behind = {0};
        char text[512];
        hc_session_describe_behind(session, &behind);
        hc_log(HC_LOG_WARN, "not-drained", "session=" HC_SLICE_FMT " behind=%s",
               HC_SLICE_ARG(hc_session_config(session)->name),
               hc_log_quote(hc_buffer_slice(&behind), text, sizeof text));
        hc_buffer_done(&behind);
    }
    if (owner->plan->config.on_end == HC_ON_END_LOOP) {
        struct hc_session_command again = {.to_start = true};
        hc_control_order(&owner->cluster, &again);
    }
    for (size_t i = 0; i < app->session_count; i++) {
        bool waits = app->sessions[i]->plan->config.on_end != HC_ON_END_EXIT;
        if (waits || !app->sessions[i]->drained) {
            return;
        }
    }
    hc_app_stop(app, HC_EXIT_DONE);
}

static enum hc_status open_session(struct hc_app_session *session, struct hc_error *error,
                                   enum hc_exit_place *ret_place)
{
    struct hc_app *app = session->app;
    struct hc_session_config config = session->plan->config;
    *ret_place = HC_AT_DIRECTORY;
    struct hc_offsets_db *db = session->plan->ttl_ns > 0 ? NULL : app->db;
    enum hc_status status = hc_offsets_new(db, config.name, &session->cluster.offsets, error);
    if (status != HC_OK) {
        return status;
    }
    hc_offsets_incarnation(session->cluster.offsets, config.incarnation);
    session->cluster.session = hc_session_new(&config);
    hc_session_set_events(session->cluster.session,
                          (struct hc_session_events){.context = session,
                                                     .changed = state_changed,
                                                     .start_timed_out = start_timed_out,
                                                     .drained = drained});
    hc_app_durable_restore(session);
    struct hc_coordinator_events events = {.wake = wake_request};
    session->cluster.groups = hc_coordinator_new(&app->plan->groups, events, hc_entropy());
    if (config.lockstep) {
        struct hc_lockstep_config lockstep = session->plan->lockstep;
        lockstep.failed = lockstep_failed;
        lockstep.context = session;
        session->cluster.lockstep = hc_lockstep_new(&lockstep);
    }
    session->cluster.reader = app->reader;
    session->cluster.ahead = app->ahead;
    session->cluster.executor = app->workers;
    session->cluster.mailbox = hc_loop_mailbox(app->loop);
    session->cluster.user = session;
    hc_broker_add_cluster(app->broker, &session->cluster);

    *ret_place = HC_AT_ADDRESS;
    bool is_main = session->plan == &app->plan->sessions[0];
    if (is_main && app->plan->mirror && app->plan->mirror->alone) {
        return HC_OK;
    }
    status = hc_kafka_listen(app->loop, app->broker, &session->cluster, &session->plan->listener,
                             &session->listener, &session->bound, error);
    if (status == HC_OK && !hc_address_is_loopback(&session->bound)) {
        hc_log(HC_LOG_WARN, "no-authentication",
               "what=kafka session=" HC_SLICE_FMT
               " why=\"the address is reachable from other machines, and anybody there may read\"",
               HC_SLICE_ARG(config.name));
    }
    return status;
}

static void list(struct hc_app *app, struct hc_app_session *session)
{
    app->sessions = hc_grow(app->sessions, &app->session_capacity, app->session_count + 1,
                            sizeof(struct hc_app_session *));
    session->index = app->session_count;
    app->sessions[app->session_count++] = session;
    hc_map_put(&app->sessions_by_name, session->plan->config.name, session);
    if (session->plan->ttl_ns > 0) {
        hc_heap_insert(&app->ttls, &session->ttl, hc_now_read().mono_ns + session->plan->ttl_ns);
    }
}

enum hc_status hc_app_open_session(struct hc_app *app, const struct hc_plan_session *plan,
                                   struct hc_app_session **ret, struct hc_error *error,
                                   enum hc_exit_place *ret_place)
{
    struct hc_app_session *session = hc_alloc(sizeof *session);
    session->app = app;
    session->plan = plan;
    session->ceiling_ms = HC_TIME_MIN;
    enum hc_status status = open_session(session, error, ret_place);
    list(app, session);
    if (status != HC_OK) {
        hc_app_close_session(session);
        return status;
    }
    *ret = session;
    return HC_OK;
}

enum hc_status hc_app_open_sessions(struct hc_app *app, struct hc_error *error,
                                    enum hc_exit_place *ret_place)
{
    hc_map_init(&app->sessions_by_name, hc_entropy());
    for (size_t i = 0; i < app->plan->session_count; i++) {
        struct hc_app_session *session;
        enum hc_status status =
            hc_app_open_session(app, &app->plan->sessions[i], &session, error, ret_place);
        if (status != HC_OK) {
            return status;
        }
    }
    return HC_OK;
}

static void unlist(struct hc_app_session *session)
{
    struct hc_app *app = session->app;
    struct hc_app_session *last = app->sessions[--app->session_count];
    app->sessions[session->index] = last;
    last->index = session->index;
    if (!session->removed) {
        hc_map_remove(&app->sessions_by_name, session->plan->config.name);
    }
    hc_heap_remove(&app->ttls, &session->ttl);
}

void hc_app_close_session(struct hc_app_session *session)
{
    unlist(session);
    hc_kafka_listener_close(session->listener);
    if (session->storing) {
        hc_offsets_abandon(&session->batch);
    }
    if (session->cluster.broker) {
        hc_broker_remove_cluster(session->app->broker, &session->cluster);
    }
    hc_lockstep_free(session->cluster.lockstep);
    hc_coordinator_free(session->cluster.groups);
    hc_session_free(session->cluster.session);
    hc_offsets_free(session->cluster.offsets);
    free(session->topics);
    if (session->arena) {
        hc_arena_done(session->arena);
        free(session->arena);
    }
    free(session);
}

void hc_app_close_sessions(struct hc_app *app)
{
    while (app->session_count > 0) {
        hc_app_close_session(app->sessions[app->session_count - 1]);
    }
    free(app->sessions);
    app->sessions = NULL;
    hc_map_done(&app->sessions_by_name);
    hc_heap_done(&app->ttls);
}
