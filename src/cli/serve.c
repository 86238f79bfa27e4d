#include "cli/app.h"
#include "cli/reload.h"

#include "api/api.h"
#include "base/memory.h"
#include "base/random.h"
#include "broker/control.h"
#include "cli/mirror.h"
#include "store/ahead.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define STOP_NS (5 * HC_NS_PER_S)

enum {
    RESERVED_DESCRIPTORS = 64, /* segments, database, listeners */
    SHORT_WORKERS = 2,
    LOAD_WORKERS = 1,
    CUT_CACHE_BYTES = 1 << 20,
};

/* Every connection is a descriptor: take what the system allows, unless the process is another's,
 * and refuse by ourselves before it does. */
static size_t descriptor_limit(bool raise_it)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return 1024;
    }
    if (raise_it) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur == RLIM_INFINITY ? 1u << 20 : (size_t)limit.rlim_cur;
}

void hc_app_stop(struct hc_app *app, int exit_status)
{
    if (app->stopping) {
        return;
    }
    if (app->mode->failed && exit_status != HC_EXIT_DONE) {
        app->mode->failed(app);
    }
    app->stopping = true;
    app->exit_status = exit_status;
    struct hc_now now = hc_now_read();
    app->stop_deadline_ns = now.mono_ns + STOP_NS;
    hc_log(HC_LOG_INFO, "stopping", "connections=%zu", hc_broker_connection_count(app->broker));
    for (size_t i = 0; i < app->session_count; i++) {
        hc_kafka_listener_close(app->sessions[i]->listener);
        app->sessions[i]->listener = NULL;
        hc_session_stop(app->sessions[i]->cluster.session, now);
    }
    hc_http_server_stop(app->http);
    hc_app_mirror_stop(app->mirror);
    hc_broker_drain(app->broker, now);
    hc_loop_touch(app->loop);
}

void hc_app_fail(struct hc_app *app, enum hc_exit_place place, const struct hc_error *error)
{
    if (app->failure.status == HC_OK) {
        app->failure = *error;
    }
    hc_app_stop(app, (int)hc_exit_of(place, error->status));
}

static void on_signal(void *context, int signal_number)
{
    struct hc_app *app = context;
    if (app->mode->signal && app->mode->signal(app, signal_number)) {
        return;
    }
    if (signal_number == SIGUSR1 || signal_number == SIGUSR2) {
        struct hc_session_command command = {.run = signal_number == SIGUSR1 ? HC_RUN_PAUSE
                                                                             : HC_RUN_RESUME};
        for (size_t i = 0; i < app->session_count; i++) {
            hc_control_order(&app->sessions[i]->cluster, &command);
        }
    }
    if (signal_number == SIGHUP) {
        hc_reload();
    }
    if (signal_number == SIGTERM || signal_number == SIGINT) {
        if (app->stopping) {
            _exit(128 + signal_number); /* asked twice: nothing is waited for */
        }
        hc_app_stop(app, HC_EXIT_DONE);
    }
    hc_loop_touch(app->loop);
}

static bool is_quiet(const struct hc_app *app)
{
    bool finished = !app->mode->finished || app->mode->finished(app);
    return finished && hc_broker_connection_count(app->broker) == 0 &&
           hc_app_mirror_ended(app->mirror);
}

/* The graceful stop ends when the mirror has and the last Kafka connection is gone, or its time is
 * over. */
static void finish_stop(void *context, struct hc_now now)
{
    struct hc_app *app = context;
    if (app->stopping && (is_quiet(app) || now.mono_ns >= app->stop_deadline_ns)) {
        hc_loop_stop(app->loop);
    }
}

static int64_t stop_wake_ns(void *context)
{
    const struct hc_app *app = context;
    if (!app->stopping) {
        return HC_NEVER;
    }
    return is_quiet(app) ? 0 : app->stop_deadline_ns;
}

void hc_app_storage_failed(void *context, const struct hc_error *error)
{
    hc_app_fail(context, HC_AT_DIRECTORY, error);
}

static void make_broker(struct hc_app *app)
{
    size_t descriptors = descriptor_limit(!app->mode->embedded);
    struct hc_broker_config config = {
        .limits = app->plan->limits,
        .handlers = hc_api_handlers(),
        .metrics = app->metrics,
        .seed = hc_entropy(),
    };
    size_t room = descriptors > 2 * RESERVED_DESCRIPTORS ? descriptors - RESERVED_DESCRIPTORS
                                                         : RESERVED_DESCRIPTORS;
    size_t wanted = config.limits.connections_max;
    config.limits.connections_max = wanted ? HC_MIN(wanted, room) : room;
    app->broker = hc_broker_new(&config);
    app->reader = hc_log_reader_new(CUT_CACHE_BYTES);
    app->ahead = hc_read_ahead_new(app->workers, hc_loop_mailbox(app->loop));
}

static enum hc_status open_http(struct hc_app *app, struct hc_error *error)
{
    hc_app_metrics_init(app);
    if (!app->plan->http_on) {
        return HC_OK;
    }
    struct hc_http_site site = hc_app_site(app);
    enum hc_status status =
        hc_http_listen(app->loop, &app->plan->http, &site, &app->http, &app->http_bound, error);
    if (status == HC_OK && !hc_address_is_loopback(&app->http_bound)) {
        hc_log(
            HC_LOG_WARN, "no-authentication",
            "what=http why=\"the HTTP address is reachable from other machines, and anybody there "
            "may steer the replay\"");
    }
    return status;
}

static int64_t monotonic_ns(void)
{
    return hc_now_read().mono_ns;
}

static enum hc_status start(struct hc_app *app, enum hc_exit_place *ret_place)
{
    struct hc_error *error = &app->failure;
    *ret_place = HC_AT_DIRECTORY;
    enum hc_status status = hc_app_open_directories(app, error);
    if (status != HC_OK) {
        return status;
    }
    make_broker(app);
    status = hc_app_open_sessions(app, error, ret_place);
    if (status != HC_OK) {
        return status;
    }
    *ret_place = HC_AT_ADDRESS;
    status = open_http(app, error);
    if (status != HC_OK) {
        return status;
    }
    hc_kafka_drive(app->loop, app->broker);
    hc_app_durable_drive(app);
    hc_app_manage_drive(app);
    app->mirror = hc_app_mirror_new(app);
    hc_loop_drive(app->loop, (struct hc_loop_driver){.context = app,
                                                     .advance = finish_stop,
                                                     .next_wake_ns = stop_wake_ns});
    static const int signals[] = {SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGHUP};
    for (size_t i = 0; i < HC_COUNT(signals) && !app->mode->embedded; i++) {
        hc_loop_on_signal(app->loop, signals[i], on_signal, app);
    }
    app->ingest_config = (struct hc_ingest_config){
        .specs = app->plan->specs,
        .spec_count = app->plan->spec_count,
        .cache_dir = app->plan->cache_dir,
        .cache_limit_bytes = app->plan->cache_limit_bytes,
        .executor = app->workers,
        .mailbox = hc_loop_mailbox(app->loop),
        .listener = hc_app_ingest_listener(app),
        .clock_ns = monotonic_ns,
        .progress_line =
            !app->mode->embedded && isatty(STDERR_FILENO) && hc_log_enabled(HC_LOG_INFO),
    };
    app->ingest = hc_ingest_start(&app->ingest_config);
    return HC_OK;
}

/* The order matters: nobody may be called back into what is already gone. */
static void tear_down(struct hc_app *app)
{
    hc_app_mirror_free(app->mirror);
    hc_streams_close_all(app->loop);
    hc_http_server_stop(app->http);
    for (size_t i = 0; i < app->session_count; i++) {
        hc_kafka_listener_close(app->sessions[i]->listener);
        app->sessions[i]->listener = NULL;
    }
    hc_loop_settle(app->loop);
    hc_ingest_free(app->ingest);
    app->ingest = NULL;
    hc_loop_settle(app->loop); /* what loading still had to tell finds its sessions */
    if (app->db) {
        hc_app_durable_save_last(app);
        hc_offsets_db_flush(app->db);
    }
    hc_app_close_sessions(app);
    if (app->db) {
        hc_offsets_db_flush(app->db);
        hc_loop_settle(app->loop); /* what the database has posted finds it */
    }
    hc_offsets_db_close(app->db);
    hc_worker_pool_free(app->workers);
    hc_loop_settle(app->loop);
    hc_http_server_free(app->http);
    hc_broker_free(app->broker);
    hc_read_ahead_free(app->ahead);
    hc_log_reader_free(app->reader);
    hc_loop_free(app->loop);
    hc_metric_registry_free(app->metrics);
}

int hc_serve(const struct hc_plan *plan)
{
    static const struct hc_app_mode serving = {0};
    return hc_serve_as(plan, &serving);
}

static void run(struct hc_app *app)
{
    enum hc_exit_place place = HC_AT_ADDRESS;
    app->workers = hc_worker_pool_new((const int[HC_LANE_COUNT]){SHORT_WORKERS, LOAD_WORKERS});
    app->metrics = hc_metric_registry_new();
    enum hc_status status = start(app, &place);
    if (status == HC_OK) {
        if (app->mode->opened) {
            app->mode->opened(app);
        }
        hc_loop_run(app->loop);
        if (app->mode->closing) {
            app->mode->closing(app);
        }
    } else {
        app->exit_status = (int)hc_exit_of(place, status);
    }
    tear_down(app);
}

int hc_serve_as(const struct hc_plan *plan, const struct hc_app_mode *mode)
{
    struct hc_app app = {.plan = plan, .mode = mode};
    if (!mode->embedded) {
        hc_log_configure(plan->log_level, plan->log_format);
    }
    if (hc_loop_new(&app.loop, &app.failure) == HC_OK) {
        run(&app);
    } else {
        app.exit_status = HC_EXIT_INTERNAL;
    }
    if (mode->ended) {
        mode->ended(&app);
    } else if (app.failure.status != HC_OK) {
        fprintf(stderr, "hindcast: %s\n", app.failure.text);
    }
    return app.exit_status;
}
