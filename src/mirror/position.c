/* The start of a producer: fence older ones, then ask the cluster where we are. The order
 * matters. */
#include "mirror/internal.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

/* Sentences for what fencing may be refused with. */
static void explain(const struct hc_mirror *mirror, rd_kafka_resp_err_t code,
                    struct hc_error *error)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
        hc_error_set(error, HC_DENIED,
                     "denied-transactions: the cluster does not let this user write transactions: "
                     "allow WRITE and DESCRIBE on the transactional id %s",
                     mirror->transactional_id);
        break;
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        hc_error_set(error, HC_DENIED,
                     "denied-idempotence: the cluster does not let this user write idempotently: "
                     "allow IDEMPOTENT_WRITE on the cluster");
        break;
    case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
        hc_error_set(
            error, HC_USAGE,
            "transaction-timeout: the cluster takes no transaction timeout as long as ours "
            "(30 s, or what -X says): raise its transaction.max.timeout.ms, or give -X "
            "transaction.timeout.ms=MS");
        break;
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
        hc_error_set(error, HC_UNSUPPORTED,
                     "no-transactions: the cluster has no transactions: use Kafka 2.5 or newer, or "
                     "Redpanda, or --delivery at-least-once");
        break;
    default:
        break;
    }
}

static enum hc_mirror_step fence(struct hc_mirror *mirror, struct hc_error *error)
{
    int64_t deadline = hc_mirror_now(mirror) + HC_MIRROR_ANSWER_NS;
    while (hc_mirror_transacts(mirror)) {
        rd_kafka_error_t *failure =
            mirror->kafka->init_transactions(mirror->producer, 5 * HC_MIRROR_SLICE_MS);
        if (!failure) {
            break;
        }
        rd_kafka_resp_err_t code = mirror->kafka->error_code(failure);
        bool again = mirror->kafka->error_is_retriable(failure);
        if (!again || hc_mirror_now(mirror) > deadline) {
            enum hc_mirror_step step =
                hc_mirror_judge(mirror, failure, "taking over the transactional id", error);
            explain(mirror, code, error);
            return step;
        }
        mirror->kafka->error_destroy(failure);
        mirror->kafka->poll(mirror->producer, 0);
        if (hc_mirror_must_end(mirror)) {
            return HC_STEP_STOPPED;
        }
    }
    return HC_STEP_OK;
}

/* Begins with nothing: the first start of this name, or a restart. */
static void begin_anew(struct hc_mirror *mirror)
{
    const struct hc_mirror_config *config = mirror->config;
    struct hc_progress *progress = &mirror->progress;
    *progress = (struct hc_progress){.name = config->name, .market_ms = HC_TIME_MIN};
    progress->topic_count = config->topic_count;
    progress->topics =
        HC_ARENA_ARRAY(&mirror->arena, struct hc_progress_topic, config->topic_count);
    hc_progress_id(progress->incarnation);
    for (size_t t = 0; t < config->topic_count; t++) {
        const struct hc_mirror_topic *topic = &config->topics[t];
        progress->topics[t] = (struct hc_progress_topic){
            .target = topic->target,
            .identity = topic->identity,
            .partition_count = topic->partitions,
            .partitions = HC_ARENA_ARRAY(&mirror->arena, struct hc_progress_partition,
                                         (size_t)topic->partitions)};
        for (int32_t p = 0; p < topic->partitions; p++) {
            struct hc_mirror_lane *lane = hc_mirror_lane(mirror, t, p);
            lane->start = lane->next = lane->acked = topic->starts[p];
        }
    }
}

void hc_mirror_order_progress(struct hc_mirror *mirror)
{
    struct hc_progress *progress = &mirror->progress;
    size_t count = mirror->config->topic_count;
    struct hc_progress_topic *ordered =
        HC_ARENA_ARRAY(&mirror->arena, struct hc_progress_topic, count);
    HC_ASSERT(progress->topic_count == count);
    for (size_t t = 0; t < count; t++) {
        const struct hc_progress_topic *known =
            hc_progress_topic(progress, mirror->config->topics[t].target);
        HC_ASSERT(known);
        ordered[t] = *known;
    }
    progress->topics = ordered;
}

static enum hc_mirror_step find_place(struct hc_mirror *mirror, struct hc_error *error)
{
    struct hc_mirror_found found;
    enum hc_mirror_step step =
        hc_mirror_read_progress(mirror, false, &mirror->arena, &found, error);
    if (step != HC_STEP_OK) {
        return step;
    }
    bool anew = !found.any || (mirror->config->restart && !mirror->was_positioned);
    if (anew && mirror->was_positioned) {
        hc_error_set(error, HC_CHANGED,
                     "progress-lost: %s has lost its record while the mirror ran: look with "
                     "`hindcast verify`, then use another --name",
                     mirror->progress_topic);
        return HC_STEP_REFUSED;
    }
    if (anew) {
        begin_anew(mirror);
    } else {
        mirror->progress = found.progress;
        step = hc_mirror_resume(mirror, &found.progress, error);
        if (step == HC_STEP_OK) {
            hc_mirror_order_progress(mirror);
        }
    }
    if (step == HC_STEP_OK) {
        memcpy(mirror->progress.run, mirror->run, sizeof mirror->run);
        step = hc_mirror_scan_tails(mirror, !anew, error);
    }
    return step;
}

/* A market time that every lane has reached, for the clock: never later than what is committed. */
static void tell(struct hc_mirror *mirror)
{
    for (size_t i = 0; i < mirror->lane_count; i++) {
        atomic_store(&mirror->lanes[i].committed, mirror->lanes[i].next);
    }
    if (!mirror->was_positioned) {
        mirror->was_positioned = true;
        atomic_store(&mirror->committed_ms, mirror->progress.market_ms);
        hc_mirror_tell_positioned(mirror, mirror->progress.market_ms);
    }
}

enum hc_mirror_step hc_mirror_position(struct hc_mirror *mirror, struct hc_error *error)
{
    hc_arena_reset(&mirror->arena);
    enum hc_mirror_step step = hc_mirror_open_producer(mirror, error);
    if (step == HC_STEP_OK) {
        step = fence(mirror, error);
    }
    if (step == HC_STEP_OK) {
        step = hc_mirror_open_reader(mirror, error);
    }
    if (step == HC_STEP_OK) {
        step = find_place(mirror, error);
    }
    hc_mirror_close_reader(mirror);
    if (step == HC_STEP_OK) {
        free(mirror->mark);
        mirror->mark = hc_format(HC_SLICE_FMT "/%s", HC_SLICE_ARG(mirror->config->name),
                                 mirror->progress.incarnation);
        step = hc_mirror_claim(mirror, error);
    }
    if (step == HC_STEP_OK) {
        hc_log(HC_LOG_INFO, "mirror-positioned", "name=" HC_SLICE_FMT " transaction=%lld",
               HC_SLICE_ARG(mirror->config->name), (long long)mirror->progress.transaction);
        tell(mirror);
    }
    return step;
}
