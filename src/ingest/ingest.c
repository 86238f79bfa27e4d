#include "ingest/ingest.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "base/memory.h"
#include "ingest/cache.h"
#include "ingest/feed.h"
#include "ingest/outbox.h"
#include "ingest/progress.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { NAP_MS = 20, STEPS_BETWEEN_RETRIES = 64, PROBE_MS = 100, PROBE_MS_MAX = 1000 };

struct hc_ingest {
    struct hc_job job;
    const struct hc_ingest_config *config;
    struct hc_feed_context context;
    struct hc_feed **feeds;
    bool *waiting; /* feeds that another process holds up */
    bool announced;
    struct hc_teller teller;
    atomic_bool cancel, failed;
    pthread_mutex_t lock;
    pthread_cond_t ended_changed;
    bool ended;
};

static void run(struct hc_job *job);

struct hc_ingest *hc_ingest_start(const struct hc_ingest_config *config)
{
    HC_ASSERT(config->cache_dir != NULL && config->executor != NULL && config->mailbox != NULL);
    struct hc_ingest *ingest = hc_alloc(sizeof *ingest);
    ingest->config = config;
    ingest->context = (struct hc_feed_context){
        .cache = config->cache_dir,
        .cache_limit_bytes = config->cache_limit_bytes,
        .open_source = config->open_source ? config->open_source : hc_source_open,
        .outbox = hc_outbox_new(config->mailbox, &config->listener),
    };
    hc_map_init(&ingest->context.claims, 0);
    ingest->feeds = hc_alloc_array(config->spec_count, sizeof *ingest->feeds);
    ingest->waiting = hc_alloc_array(config->spec_count, sizeof *ingest->waiting);
    for (size_t i = 0; i < config->spec_count; i++) {
        ingest->feeds[i] = hc_feed_new(&config->specs[i], &ingest->context);
    }
    pthread_mutex_init(&ingest->lock, NULL);
    pthread_cond_init(&ingest->ended_changed, NULL);
    ingest->job.run = run;
    config->executor->submit(config->executor, HC_LANE_LOAD, &ingest->job);
    return ingest;
}

void hc_ingest_free(struct hc_ingest *ingest)
{
    if (!ingest) {
        return;
    }
    atomic_store(&ingest->cancel, true);
    for (size_t i = 0; i < ingest->config->spec_count; i++) {
        hc_feed_cancel(ingest->feeds[i]);
    }
    pthread_mutex_lock(&ingest->lock);
    while (!ingest->ended) {
        pthread_cond_wait(&ingest->ended_changed, &ingest->lock);
    }
    pthread_mutex_unlock(&ingest->lock);
    for (size_t i = 0; i < ingest->config->spec_count; i++) {
        hc_feed_free(ingest->feeds[i]);
    }
    hc_outbox_close(ingest->context.outbox);
    hc_map_done(&ingest->context.claims);
    pthread_cond_destroy(&ingest->ended_changed);
    pthread_mutex_destroy(&ingest->lock);
    free(ingest->feeds);
    free(ingest->waiting);
    free(ingest);
}

/* ---- the worker ---- */

static bool goes_before(const struct hc_feed *a, const struct hc_feed *b)
{
    if (hc_feed_rank(a) != hc_feed_rank(b)) {
        return hc_feed_rank(a) < hc_feed_rank(b);
    }
    return hc_feed_edge_ms(a) < hc_feed_edge_ms(b);
}

/* The feed to step next, or the spec count when all that is left waits or is done. */
static size_t pick(const struct hc_ingest *ingest)
{
    size_t count = ingest->config->spec_count, best = count;
    for (size_t i = 0; i < count; i++) {
        if (ingest->waiting[i] || hc_feed_rank(ingest->feeds[i]) == HC_FEED_DONE) {
            continue;
        }
        if (best == count || goes_before(ingest->feeds[i], ingest->feeds[best])) {
            best = i;
        }
    }
    return best;
}

static bool all_at_least(const struct hc_ingest *ingest, enum hc_feed_rank rank)
{
    for (size_t i = 0; i < ingest->config->spec_count; i++) {
        if (hc_feed_rank(ingest->feeds[i]) < rank) {
            return false;
        }
    }
    return true;
}

static void forget_waiting(struct hc_ingest *ingest)
{
    memset(ingest->waiting, 0, ingest->config->spec_count * sizeof *ingest->waiting);
}

/* Another process is at work; its lock can only be asked for again. */
static void nap(void)
{
    struct timespec time = {.tv_nsec = NAP_MS * 1000000L};
    nanosleep(&time, NULL);
}

static void announce_when_known(struct hc_ingest *ingest)
{
    if (!ingest->announced && all_at_least(ingest, HC_FEED_DECIDED)) {
        ingest->announced = true;
        hc_outbox_announce(ingest->context.outbox);
    }
}

/* Steps feeds until all are done, one has failed, or somebody cancels. */
static enum hc_status work(struct hc_ingest *ingest, struct hc_error *error)
{
    enum hc_status status = hc_cache_make(ingest->context.cache, error);
    announce_when_known(ingest);
    for (unsigned steps = 1; status == HC_OK && !all_at_least(ingest, HC_FEED_DONE); steps++) {
        if (atomic_load(&ingest->cancel)) {
            return HC_CANCELLED;
        }
        size_t next = pick(ingest);
        HC_ASSERT(next <= ingest->config->spec_count);
        if (next == ingest->config->spec_count) {
            nap();
            forget_waiting(ingest);
            continue;
        }
        status = hc_feed_step(ingest->feeds[next], error);
        if (status == HC_AGAIN) {
            ingest->waiting[next] = true;
            status = HC_OK;
        }
        if (steps % STEPS_BETWEEN_RETRIES == 0) {
            forget_waiting(ingest);
        }
        announce_when_known(ingest);
        if (hc_feed_is_loading(ingest->feeds[next])) {
            hc_teller_start(&ingest->teller);
        }
    }
    return status;
}

/* In the background of serving: asks the sources that could not be asked first. */
static void probe(struct hc_ingest *ingest)
{
    int64_t pause_ms = 0;
    bool silent = true;
    while (silent && !atomic_load(&ingest->cancel)) {
        silent = false;
        for (size_t i = 0; i < ingest->config->spec_count; i++) {
            silent |= hc_feed_probe(ingest->feeds[i], pause_ms) == HC_AGAIN;
        }
        pause_ms = pause_ms == 0 ? PROBE_MS : HC_MIN(pause_ms * 2, (int64_t)PROBE_MS_MAX);
        for (int64_t slept = 0; silent && slept < pause_ms && !atomic_load(&ingest->cancel);
             slept += NAP_MS) {
            nap();
        }
    }
}

static void run(struct hc_job *job)
{
    struct hc_ingest *ingest = HC_CONTAINER(job, struct hc_ingest, job);
    struct hc_error error = {0};
    hc_teller_init(&ingest->teller, ingest, ingest->config->clock_ns,
                   ingest->config->progress_line);
    enum hc_status status = work(ingest, &error);
    hc_teller_end(&ingest->teller, status == HC_OK);
    if (status == HC_OK) {
        hc_outbox_complete(ingest->context.outbox);
        probe(ingest);
    }
    if (status != HC_OK && !atomic_load(&ingest->cancel)) {
        HC_ASSERT(error.text[0] != '\0');
        error.status = status;
        atomic_store(&ingest->failed, true);
        hc_outbox_fail(ingest->context.outbox, &error);
    }
    pthread_mutex_lock(&ingest->lock);
    ingest->ended = true;
    pthread_cond_signal(&ingest->ended_changed);
    pthread_mutex_unlock(&ingest->lock);
}

/* ---- looking ---- */

enum hc_source_health hc_ingest_health(const struct hc_ingest *ingest, size_t spec)
{
    HC_ASSERT(spec < ingest->config->spec_count);
    return hc_feed_health(ingest->feeds[spec]);
}

/* The least of the states tells what the process waits for; an unknown share makes all unknown. */
struct hc_ingest_progress hc_ingest_progress(const struct hc_ingest *ingest)
{
    struct hc_ingest_progress all = {.state = HC_LOAD_DONE};
    size_t count = ingest->config->spec_count;
    int64_t percent = 0;
    for (size_t i = 0; i < count; i++) {
        struct hc_ingest_progress one = hc_feed_progress(ingest->feeds[i]);
        all.state = HC_MIN(all.state, one.state);
        all.rows += one.rows;
        all.refused += one.refused;
        percent = percent < 0 || one.percent < 0 ? -1 : percent + one.percent;
    }
    all.percent = percent < 0 ? -1 : count ? (int32_t)(percent / (int64_t)count) : 100;
    if (atomic_load(&ingest->failed)) {
        all.state = HC_LOAD_FAILED;
    }
    return all;
}

void hc_ingest_report(const struct hc_ingest *ingest, const struct hc_topic_log *topic,
                      struct hc_buffer *out)
{
    const struct hc_outbox_topic *outbox_topic = HC_CONTAINER(topic, struct hc_outbox_topic, log);
    hc_outbox_report(ingest->context.outbox, outbox_topic, out);
}
