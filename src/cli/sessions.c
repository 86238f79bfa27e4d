#include "cli/app.h"

#include "base/memory.h"
#include "base/random.h"

#include <stdlib.h>

static void wake_request(void *context, void *token)
{
    (void)context;
    hc_request_wake(token);
}

static void state_changed(void *context, struct hc_session *session)
{
    struct hc_app_session *owner = context;
    (void)session; /* it logs its own states */
    owner->changed = true;
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
    for (size_t i = 0; i < app->plan->session_count; i++) {
        bool waits = app->plan->sessions[i].config.on_end != HC_ON_END_EXIT;
        if (waits || !app->sessions[i].drained) {
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
    enum hc_status status = hc_offsets_new(app->db, config.name, &session->cluster.offsets, error);
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
    session->cluster.reader = app->reader;
    session->cluster.ahead = app->ahead;
    session->cluster.executor = app->workers;
    session->cluster.mailbox = hc_loop_mailbox(app->loop);
    session->cluster.user = session;
    hc_broker_add_cluster(app->broker, &session->cluster);

    *ret_place = HC_AT_ADDRESS;
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

enum hc_status hc_app_open_sessions(struct hc_app *app, struct hc_error *error,
                                    enum hc_exit_place *ret_place)
{
    app->sessions = hc_alloc_array(app->plan->session_count, sizeof *app->sessions);
    for (size_t i = 0; i < app->plan->session_count; i++) {
        app->sessions[i].app = app;
        app->sessions[i].plan = &app->plan->sessions[i];
        app->sessions[i].ceiling_ms = HC_TIME_MIN;
        enum hc_status status = open_session(&app->sessions[i], error, ret_place);
        if (status != HC_OK) {
            return status;
        }
    }
    return HC_OK;
}

void hc_app_close_sessions(struct hc_app *app)
{
    for (size_t i = 0; app->sessions && i < app->plan->session_count; i++) {
        struct hc_app_session *session = &app->sessions[i];
        if (session->cluster.session) {
            hc_broker_remove_cluster(app->broker, &session->cluster);
        }
        hc_coordinator_free(session->cluster.groups);
        hc_session_free(session->cluster.session);
        hc_offsets_free(session->cluster.offsets);
        free(session->topics);
    }
    free(app->sessions);
    app->sessions = NULL;
}
