#include "cli/embed.h"

#include "base/memory.h"
#include "cli/app.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define EMBED_MAGIC UINT64_C(0x656d6265646d6b74)

_Static_assert((int)HINDCAST_ERROR_BYTES >= (int)HC_ERROR_TEXT_BYTES, "a whole sentence fits");
_Static_assert((int)HINDCAST_SOURCE == (int)HC_EXIT_SOURCE &&
                   (int)HINDCAST_ADDRESS == (int)HC_EXIT_ADDRESS &&
                   (int)HINDCAST_DIRECTORY == (int)HC_EXIT_DIRECTORY &&
                   (int)HINDCAST_START_TIMEOUT == (int)HC_EXIT_TIMED_OUT &&
                   (int)HINDCAST_STORAGE == (int)HC_EXIT_STORAGE,
               "the statuses are those of the tool");

struct hindcast {
    uint64_t magic;
    /* The starter's until the thread runs, then the thread's. */
    struct hc_config *config;
    struct hc_arena arena;
    struct hc_plan plan;
    struct hc_app_mode mode;
    struct hc_job stop_job; /* in the app's mailbox once `stop` */
    pthread_t thread;
    /* Written before `open` is seen, then constant. */
    char kafka[HC_ADDRESS_BYTES], http[HC_ADDRESS_BYTES];
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* Under the lock: */
    struct hc_app *app; /* NULL: nothing may be posted to it */
    bool open, ready, ended, stop;
    int status;
    struct hc_error failure;
};

static void tell(char *error, size_t error_bytes, const char *text)
{
    if (error && error_bytes > 0) {
        snprintf(error, error_bytes, "%s", text);
    }
}

/* ---- the broker's thread ---- */

static struct hindcast *broker_of(const struct hc_app *app)
{
    struct hindcast *broker = app->mode->context;
    HC_CHECK_MAGIC(broker, EMBED_MAGIC);
    return broker;
}

static void set(struct hindcast *broker, bool *what)
{
    pthread_mutex_lock(&broker->lock);
    *what = true;
    pthread_cond_broadcast(&broker->changed);
    pthread_mutex_unlock(&broker->lock);
}

static void opened(struct hc_app *app)
{
    struct hindcast *broker = broker_of(app);
    hc_address_text(&app->sessions[0]->bound, broker->kafka);
    if (app->http) {
        hc_address_text(&app->http_bound, broker->http);
    }
    pthread_mutex_lock(&broker->lock);
    broker->app = app;
    pthread_mutex_unlock(&broker->lock);
    set(broker, &broker->open);
}

static void ready(struct hc_app *app)
{
    struct hindcast *broker = broker_of(app);
    set(broker, &broker->ready);
}

static void closing(struct hc_app *app)
{
    struct hindcast *broker = broker_of(app);
    pthread_mutex_lock(&broker->lock);
    broker->app = NULL;
    pthread_mutex_unlock(&broker->lock);
}

static void ended(struct hc_app *app)
{
    struct hindcast *broker = broker_of(app);
    HC_ASSERT(broker->app == NULL);
    broker->failure = app->failure;
}

static void *run(void *argument)
{
    struct hindcast *broker = argument;
    HC_CHECK_MAGIC(broker, EMBED_MAGIC);
    int status = hc_serve_as(&broker->plan, &broker->mode);
    pthread_mutex_lock(&broker->lock);
    broker->status = status;
    broker->ended = true;
    pthread_cond_broadcast(&broker->changed);
    pthread_mutex_unlock(&broker->lock);
    return NULL;
}

static void stop_now(struct hc_job *job)
{
    struct hindcast *broker = HC_CONTAINER(job, struct hindcast, stop_job);
    HC_CHECK_MAGIC(broker, EMBED_MAGIC);
    if (broker->app) {
        hc_app_stop(broker->app, HC_EXIT_DONE);
    }
}

/* ---- starting ---- */

static void set_defaults(struct hc_config *config)
{
    hc_config_set_default(config, HC_KEY_LISTEN, "127.0.0.1:0");
    hc_config_set_default(config, HC_KEY_HTTP, "127.0.0.1:0");
    hc_config_set_default(config, HC_KEY_LOG_LEVEL, "warn");
}

static enum hc_status make_plan(struct hindcast *broker, const char *const *flags,
                                struct hc_error *error)
{
    struct hc_config_input input = {.arguments = flags};
    while (flags[input.argument_count]) {
        input.argument_count++;
    }
    enum hc_status status = hc_config_load(&input, &broker->config, error);
    if (status != HC_OK) {
        return status;
    }
    set_defaults(broker->config);
    status = hc_plan_make(broker->config, &broker->arena, &broker->plan, error);
    if (status == HC_OK) {
        hc_log_configure(broker->plan.log_level, broker->plan.log_format);
    }
    return status;
}

/* Signals are for the threads of the program; the broker's inherit a mask that blocks them all. */
static enum hc_status start_thread(struct hindcast *broker, struct hc_error *error)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&broker->thread, NULL, run, broker);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed ? hc_error_errno(error, failed, "cannot start a thread for the broker") : HC_OK;
}

static struct hindcast *broker_new(void)
{
    struct hindcast *broker = hc_alloc(sizeof *broker);
    pthread_condattr_t monotonic;
    broker->magic = EMBED_MAGIC;
    broker->stop_job.run = stop_now;
    broker->mode = (struct hc_app_mode){.context = broker,
                                        .embedded = true,
                                        .opened = opened,
                                        .ready = ready,
                                        .closing = closing,
                                        .ended = ended};
    hc_arena_init(&broker->arena, 0);
    pthread_mutex_init(&broker->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&broker->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return broker;
}

static void broker_free(struct hindcast *broker)
{
    HC_CHECK_MAGIC(broker, EMBED_MAGIC);
    pthread_cond_destroy(&broker->changed);
    pthread_mutex_destroy(&broker->lock);
    hc_arena_done(&broker->arena);
    hc_config_free(broker->config);
    broker->magic = 0;
    free(broker);
}

/* Until *what, the end, or the timeout. */
static int wait_for(struct hindcast *broker, const bool *what, int timeout_ms)
{
    HC_CHECK_MAGIC(broker, EMBED_MAGIC);
    int64_t until_ns = hc_now_read().mono_ns + timeout_ms * HC_NS_PER_MS;
    struct timespec until = {.tv_sec = (time_t)(until_ns / HC_NS_PER_S),
                             .tv_nsec = (long)(until_ns % HC_NS_PER_S)};
    int timed_out = 0;
    pthread_mutex_lock(&broker->lock);
    while (!*what && !broker->ended && !timed_out) {
        timed_out = timeout_ms < 0
                        ? pthread_cond_wait(&broker->changed, &broker->lock)
                        : pthread_cond_timedwait(&broker->changed, &broker->lock, &until);
    }
    int status = broker->ended ? broker->status : *what ? HINDCAST_OK : HINDCAST_TIMED_OUT;
    pthread_mutex_unlock(&broker->lock);
    return status;
}

int hindcast_start(const char *const *flags, struct hindcast **ret, char *error, size_t error_bytes)
{
    HC_ASSERT(flags != NULL && ret != NULL);
    struct hindcast *broker = broker_new();
    struct hc_error why = {0};
    int status = HINDCAST_USAGE;
    if (make_plan(broker, flags, &why) == HC_OK) {
        status = HINDCAST_INTERNAL;
        if (start_thread(broker, &why) == HC_OK) {
            wait_for(broker, &broker->open, -1);
            if (broker->open) {
                *ret = broker;
                return HINDCAST_OK;
            }
            return hindcast_stop(broker, error, error_bytes);
        }
    }
    tell(error, error_bytes, why.text);
    broker_free(broker);
    return status;
}

/* ---- running and stopping ---- */

int hindcast_wait_ready(struct hindcast *broker, int timeout_ms)
{
    return wait_for(broker, &broker->ready, timeout_ms);
}

int hindcast_wait_ended(struct hindcast *broker, int timeout_ms)
{
    return wait_for(broker, &broker->ended, timeout_ms);
}

const char *hindcast_bootstrap(const struct hindcast *broker)
{
    HC_CHECK_MAGIC(broker, EMBED_MAGIC);
    return broker->kafka;
}

const char *hindcast_http(const struct hindcast *broker)
{
    HC_CHECK_MAGIC(broker, EMBED_MAGIC);
    return broker->http[0] ? broker->http : NULL;
}

int hindcast_stop(struct hindcast *broker, char *error, size_t error_bytes)
{
    if (!broker) {
        return HINDCAST_OK;
    }
    HC_CHECK_MAGIC(broker, EMBED_MAGIC);
    pthread_mutex_lock(&broker->lock);
    HC_ASSERT(!broker->stop);
    broker->stop = true;
    if (broker->app) {
        struct hc_mailbox *mailbox = hc_loop_mailbox(broker->app->loop);
        mailbox->post(mailbox, &broker->stop_job);
    }
    pthread_mutex_unlock(&broker->lock);
    pthread_join(broker->thread, NULL);
    int status = broker->status;
    if (broker->failure.status != HC_OK) {
        tell(error, error_bytes, broker->failure.text);
    } else if (status == HINDCAST_OK) {
        tell(error, error_bytes, "");
    }
    broker_free(broker);
    return status;
}

const char *hindcast_version(void)
{
    return HINDCAST_VERSION;
}
