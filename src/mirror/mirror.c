/* The mirror's thread, and what it exchanges with the loop. */
#include "base/log.h"
#include "base/memory.h"
#include "mirror/internal.h"

#include <stdlib.h>

enum { READER_CACHE_BYTES = 1 << 20 };

/* ---- between the threads ---- */

bool hc_mirror_must_end(const struct hc_mirror *mirror)
{
    return atomic_load(&mirror->stopping) && hc_mirror_now(mirror) >= atomic_load(&mirror->stop_ns);
}

void hc_mirror_sleep(struct hc_mirror *mirror, int64_t ns, bool for_records)
{
    int64_t until = hc_mirror_now(mirror) + ns;
    struct timespec deadline = {.tv_sec = until / HC_NS_PER_S, .tv_nsec = until % HC_NS_PER_S};
    pthread_mutex_lock(&mirror->lock);
    int failed = 0;
    if (for_records) {
        mirror->published = false;
    }
    while (failed == 0 && !atomic_load(&mirror->stopping) && !(for_records && mirror->published)) {
        failed = pthread_cond_timedwait(&mirror->changed, &mirror->lock, &deadline);
    }
    pthread_mutex_unlock(&mirror->lock);
}

void hc_mirror_tell_positioned(struct hc_mirror *mirror, int64_t market_ms)
{
    mirror->positioned_ms = market_ms;
    mirror->config->mailbox->post(mirror->config->mailbox, &mirror->positioned_job);
}

void hc_mirror_tell_advanced(struct hc_mirror *mirror)
{
    if (!atomic_exchange(&mirror->told, true)) {
        mirror->config->mailbox->post(mirror->config->mailbox, &mirror->advanced_job);
    }
}

#define OWNER(job, member) ((struct hc_mirror *)((char *)(job)-offsetof(struct hc_mirror, member)))

static void run_positioned(struct hc_job *job)
{
    struct hc_mirror *mirror = OWNER(job, positioned_job);
    HC_CHECK_MAGIC(mirror, HC_MIRROR_MAGIC);
    mirror->config->listener.positioned(mirror->config->listener.context, mirror->positioned_ms);
}

static void run_advanced(struct hc_job *job)
{
    struct hc_mirror *mirror = OWNER(job, advanced_job);
    HC_CHECK_MAGIC(mirror, HC_MIRROR_MAGIC);
    atomic_store(&mirror->told, false);
    mirror->config->listener.advanced(mirror->config->listener.context);
}

static void run_ended(struct hc_job *job)
{
    struct hc_mirror *mirror = OWNER(job, ended_job);
    HC_CHECK_MAGIC(mirror, HC_MIRROR_MAGIC);
    mirror->config->listener.ended(mirror->config->listener.context, mirror->end, &mirror->error);
}

/* ---- the thread ---- */

/* A fenced producer whose transaction may have run into its own timeout (a stopped process, a long
 * cut) is not the loser of a double start: nobody took over where the position still is this
 * process's own. */
static enum hc_mirror_step who_fenced(struct hc_mirror *mirror, bool may_be_time,
                                      struct hc_error *error)
{
    struct hc_mirror_found found;
    struct hc_error unread = {0};
    bool ours = false;
    if (may_be_time && hc_mirror_open_reader(mirror, &unread) == HC_STEP_OK) {
        enum hc_mirror_step step =
            hc_mirror_read_progress(mirror, false, &mirror->arena, &found, &unread);
        ours = step == HC_STEP_OK && found.any && strcmp(found.progress.run, mirror->run) == 0;
    }
    hc_mirror_close_reader(mirror);
    if (ours) {
        hc_log(HC_LOG_WARN, "mirror-timed-out",
               "why=\"the cluster ended our transaction after its timeout; nobody took over\"");
        return HC_STEP_AGAIN;
    }
    hc_error_set(error, HC_LOCKED,
                 "fenced: another mirror named " HC_SLICE_FMT
                 " has taken over at this cluster; this one ends and has left nothing half done",
                 HC_SLICE_ARG(mirror->config->name));
    return HC_STEP_FENCED;
}

/* More than STARTS_MAX fatal failures in STARTS_WINDOW are no accident. */
static enum hc_mirror_step count_fatal(struct hc_mirror *mirror, struct hc_error *error)
{
    int64_t now = hc_mirror_now(mirror);
    int64_t oldest = mirror->fatal_ns[0];
    memmove(&mirror->fatal_ns[0], &mirror->fatal_ns[1],
            (HC_MIRROR_STARTS_MAX - 1) * sizeof mirror->fatal_ns[0]);
    mirror->fatal_ns[HC_MIRROR_STARTS_MAX - 1] = now;
    if (oldest != 0 && now - oldest < HC_MIRROR_STARTS_WINDOW) {
        hc_error_prefix(error, "failing: more than %d fatal failures in ten minutes, the last one",
                        HC_MIRROR_STARTS_MAX);
        return HC_STEP_LOST;
    }
    return HC_STEP_AGAIN;
}

/* From the birth of a producer to its end. */
static enum hc_mirror_step serve_once(struct hc_mirror *mirror, struct hc_error *error)
{
    atomic_fetch_add(&mirror->starts, 1);
    mirror->begun_ns = 0;
    mirror->failure[0] = '\0';
    enum hc_mirror_step step = hc_mirror_position(mirror, error);
    if (step == HC_STEP_OK) {
        step = hc_mirror_transfer(mirror, error);
    }
    int64_t open_ns = mirror->begun_ns ? hc_mirror_now(mirror) - mirror->begun_ns : 0;
    bool silent_long = hc_mirror_now(mirror) - mirror->contact_ns >= 30 * HC_NS_PER_S;
    if (mirror->begun_ns) {
        atomic_fetch_add(&mirror->abandoned, 1);
    }
    hc_mirror_close_producer(mirror);
    atomic_store(&mirror->connected, false);
    if (step == HC_STEP_FENCED) {
        step = who_fenced(mirror, open_ns >= 10 * HC_NS_PER_S || silent_long, error);
    }
    return step == HC_STEP_FATAL ? count_fatal(mirror, error) : step;
}

static enum hc_mirror_step serve(struct hc_mirror *mirror, struct hc_error *error)
{
    int64_t pause = 100 * HC_NS_PER_MS;
    for (;;) {
        int64_t before = atomic_load(&mirror->transactions);
        enum hc_mirror_step step = serve_once(mirror, error);
        if (step != HC_STEP_AGAIN) {
            return step;
        }
        if (atomic_load(&mirror->stopping)) {
            return HC_STEP_STOPPED;
        }
        char quoted[HC_ERROR_TEXT_BYTES];
        hc_log(HC_LOG_WARN, "mirror-starts-over", "why=%s",
               hc_log_quote(hc_slice_str(error->text), quoted, sizeof quoted));
        bool moved = atomic_load(&mirror->transactions) > before;
        pause = moved ? 100 * HC_NS_PER_MS : HC_MIN(2 * pause, 5 * HC_NS_PER_S);
        if (hc_mirror_now(mirror) - mirror->contact_ns > HC_MIRROR_LOST_NS) {
            hc_error_prefix(error, "lost: nothing could be committed for five minutes");
            return HC_STEP_LOST;
        }
        hc_mirror_sleep(mirror, pause, false);
    }
}

static enum hc_mirror_step work(struct hc_mirror *mirror, struct hc_error *error)
{
    if (hc_rdkafka_open(&mirror->kafka, error) != HC_OK) {
        return HC_STEP_REFUSED;
    }
    enum hc_mirror_step step;
    do {
        step = hc_mirror_preflight(mirror, error);
        if (step == HC_STEP_AGAIN) {
            hc_mirror_close_admin(mirror);
            hc_mirror_sleep(mirror, HC_NS_PER_S, false);
        }
    } while (step == HC_STEP_AGAIN && !atomic_load(&mirror->stopping));
    if (step == HC_STEP_OK && mirror->config->dry_run) {
        return HC_STEP_STOPPED;
    }
    if (step == HC_STEP_OK && mirror->config->verify) {
        step = hc_mirror_verify(mirror, error);
    } else if (step == HC_STEP_OK) {
        step = serve(mirror, error);
    }
    return step;
}

static void *run(void *argument)
{
    struct hc_mirror *mirror = argument;
    struct hc_error error = {0};
    enum hc_mirror_step step = work(mirror, &error);
    hc_mirror_close_admin(mirror);
    bool done = step == HC_STEP_OK || step == HC_STEP_STOPPED || step == HC_STEP_AGAIN;
    mirror->end = done                      ? HC_MIRROR_DONE
                  : step == HC_STEP_FENCED  ? HC_MIRROR_FENCED
                  : step == HC_STEP_REFUSED ? HC_MIRROR_REFUSED
                                            : HC_MIRROR_LOST;
    if (!done) {
        HC_ASSERT(error.status != HC_OK);
        mirror->error = error;
    }
    mirror->config->mailbox->post(mirror->config->mailbox, &mirror->ended_job);
    return NULL;
}

/* ---- the loop's side ---- */

struct hc_mirror_lane *hc_mirror_lane(const struct hc_mirror *mirror, size_t topic,
                                      int32_t partition)
{
    HC_ASSERT(topic < mirror->config->topic_count);
    HC_ASSERT(partition >= 0 && partition < mirror->config->topics[topic].partitions);
    return &mirror->lanes[mirror->first_lane[topic] + (size_t)partition];
}

static void make_lanes(struct hc_mirror *mirror)
{
    const struct hc_mirror_config *config = mirror->config;
    mirror->first_lane = hc_alloc_array(config->topic_count, sizeof *mirror->first_lane);
    for (size_t t = 0; t < config->topic_count; t++) {
        mirror->first_lane[t] = mirror->lane_count;
        HC_ASSERT(config->topics[t].partitions > 0);
        mirror->lane_count += (size_t)config->topics[t].partitions;
    }
    mirror->lanes = hc_alloc_array(mirror->lane_count, sizeof *mirror->lanes);
    for (size_t t = 0; t < config->topic_count; t++) {
        for (int32_t p = 0; p < config->topics[t].partitions; p++) {
            struct hc_mirror_lane *lane = hc_mirror_lane(mirror, t, p);
            lane->topic = t;
            lane->partition = p;
            lane->start = lane->next = lane->acked = config->topics[t].starts[p];
            atomic_store(&lane->committed, lane->next);
        }
    }
}

struct hc_mirror *hc_mirror_start(const struct hc_mirror_config *config)
{
    struct hc_mirror *mirror = hc_alloc(sizeof *mirror);
    HC_ASSERT(config->topic_count > 0 && config->name.size > 0);
    HC_ASSERT(config->name.size <= HC_MIRROR_NAME_BYTES_MAX);
    mirror->magic = HC_MIRROR_MAGIC;
    mirror->config = config;
    make_lanes(mirror);
    mirror->producer_topics = hc_alloc_array(config->topic_count, sizeof(rd_kafka_topic_t *));
    mirror->transactional_id =
        hc_format("hindcast-mirror/" HC_SLICE_FMT, HC_SLICE_ARG(config->name));
    mirror->progress_topic = hc_format("hindcast-mirror-" HC_SLICE_FMT, HC_SLICE_ARG(config->name));
    hc_progress_id(mirror->run);
    hc_arena_init(&mirror->arena, 0);
    mirror->log_reader = hc_log_reader_new(READER_CACHE_BYTES);
    mirror->market_ms = HC_TIME_MIN;
    atomic_store(&mirror->committed_ms, HC_TIME_MIN);
    mirror->positioned_job.run = run_positioned;
    mirror->advanced_job.run = run_advanced;
    mirror->ended_job.run = run_ended;
    pthread_condattr_t attributes;
    int failed = pthread_mutex_init(&mirror->lock, NULL);
    failed |= pthread_condattr_init(&attributes);
    failed |= pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    failed |= pthread_cond_init(&mirror->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    failed |= pthread_create(&mirror->thread, NULL, run, mirror);
    HC_ASSERT(failed == 0);
    return mirror;
}

void hc_mirror_publish(struct hc_mirror *mirror, const struct hc_mirror_visible *partitions,
                       int64_t market_ms)
{
    HC_CHECK_MAGIC(mirror, HC_MIRROR_MAGIC);
    pthread_mutex_lock(&mirror->lock);
    for (size_t i = 0; i < mirror->lane_count; i++) {
        struct hc_mirror_lane *lane = &mirror->lanes[i];
        HC_ASSERT(partitions[i].end >= lane->visible);
        HC_ASSERT(partitions[i].end <= hc_log_end(partitions[i].log));
        lane->visible = partitions[i].end;
        if (lane->log != partitions[i].log) {
            hc_log_put(lane->log);
            lane->log = hc_log_get(partitions[i].log);
        }
    }
    mirror->market_ms = HC_MAX(mirror->market_ms, market_ms);
    mirror->published = true;
    pthread_cond_signal(&mirror->changed);
    pthread_mutex_unlock(&mirror->lock);
}

void hc_mirror_stop(struct hc_mirror *mirror)
{
    HC_CHECK_MAGIC(mirror, HC_MIRROR_MAGIC);
    pthread_mutex_lock(&mirror->lock);
    if (!atomic_load(&mirror->stopping)) {
        atomic_store(&mirror->stop_ns, hc_mirror_now(mirror) + HC_MIRROR_STOP_NS);
        atomic_store(&mirror->stopping, true);
    }
    pthread_cond_signal(&mirror->changed);
    pthread_mutex_unlock(&mirror->lock);
}

void hc_mirror_join(struct hc_mirror *mirror)
{
    HC_CHECK_MAGIC(mirror, HC_MIRROR_MAGIC);
    HC_ASSERT(atomic_load(&mirror->stopping));
    int failed = pthread_join(mirror->thread, NULL);
    HC_ASSERT(failed == 0);
}

void hc_mirror_free(struct hc_mirror *mirror)
{
    if (!mirror) {
        return;
    }
    HC_CHECK_MAGIC(mirror, HC_MIRROR_MAGIC);
    for (size_t i = 0; i < mirror->lane_count; i++) {
        hc_log_put(mirror->lanes[i].log);
    }
    pthread_cond_destroy(&mirror->changed);
    pthread_mutex_destroy(&mirror->lock);
    hc_log_reader_free(mirror->log_reader);
    hc_arena_done(&mirror->arena);
    hc_buffer_done(&mirror->scratch);
    hc_buffer_done(&mirror->text);
    free(mirror->lanes);
    free(mirror->first_lane);
    free(mirror->producer_topics);
    free(mirror->transactional_id);
    free(mirror->progress_topic);
    free(mirror->mark);
    mirror->magic = 0;
    free(mirror);
}

void hc_mirror_status(struct hc_mirror *mirror, struct hc_mirror_status *ret)
{
    HC_CHECK_MAGIC(mirror, HC_MIRROR_MAGIC);
    *ret = (struct hc_mirror_status){
        .records = atomic_load(&mirror->records),
        .bytes = atomic_load(&mirror->bytes),
        .transactions = atomic_load(&mirror->transactions),
        .abandoned = atomic_load(&mirror->abandoned),
        .starts = atomic_load(&mirror->starts),
        .market_ms = atomic_load(&mirror->committed_ms),
        .connected = atomic_load(&mirror->connected),
    };
}

int64_t hc_mirror_committed(struct hc_mirror *mirror, size_t partition)
{
    HC_CHECK_MAGIC(mirror, HC_MIRROR_MAGIC);
    HC_ASSERT(partition < mirror->lane_count);
    return atomic_load(&mirror->lanes[partition].committed);
}
