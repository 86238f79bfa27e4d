/* Records into the cluster, transaction by transaction. */
#include "mirror/internal.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

/* What a failed delivery report means: the producer's own end, where it has ended, else the
 * report. */
static enum hc_mirror_step judge_reports(struct hc_mirror *mirror, struct hc_error *error)
{
    char why[512] = "";
    rd_kafka_resp_err_t fatal = mirror->kafka->fatal_error(mirror->producer, why, sizeof why);
    hc_error_set(error, HC_IO, "%zu records were not delivered: %s", mirror->failed,
                 fatal != RD_KAFKA_RESP_ERR_NO_ERROR ? why : mirror->failure);
    if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR) {
        enum hc_mirror_step step = hc_mirror_judge_code(fatal);
        return step == HC_STEP_AGAIN ? HC_STEP_FATAL : step;
    }
    return mirror->refused_for_good ? HC_STEP_REFUSED : HC_STEP_AGAIN;
}

static enum hc_mirror_step must_wait(struct hc_mirror *mirror, struct hc_error *error)
{
    mirror->kafka->poll(mirror->producer, 10);
    if (hc_mirror_must_end(mirror)) {
        return HC_STEP_STOPPED;
    }
    return mirror->failed > 0 ? judge_reports(mirror, error) : HC_STEP_OK;
}

/* The library's queue is bounded; waiting for room in it is the backpressure. */
static enum hc_mirror_step enqueue(struct hc_mirror *mirror, const rd_kafka_vu_t *parts,
                                   size_t count, struct hc_error *error)
{
    for (;;) {
        rd_kafka_error_t *failure = mirror->kafka->produceva(mirror->producer, parts, count);
        if (!failure) {
            mirror->undelivered++;
            return HC_STEP_OK;
        }
        if (mirror->kafka->error_code(failure) != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            return hc_mirror_judge(mirror, failure, "sending a record", error);
        }
        mirror->kafka->error_destroy(failure);
        enum hc_mirror_step step = must_wait(mirror, error);
        if (step != HC_STEP_OK) {
            return step;
        }
    }
}

static void add_header(struct hc_mirror *mirror, rd_kafka_headers_t *headers, struct hc_slice name,
                       struct hc_slice value)
{
    rd_kafka_resp_err_t code = mirror->kafka->header_add(headers, name.data, (ssize_t)name.size,
                                                         value.data, (ssize_t)value.size);
    HC_ASSERT(code == RD_KAFKA_RESP_ERR_NO_ERROR);
}

static rd_kafka_headers_t *make_headers(struct hc_mirror *mirror, const struct hp_record *record)
{
    const struct hc_mirror_config *config = mirror->config;
    char sequence[24];
    int size = snprintf(sequence, sizeof sequence, "%lld", (long long)record->offset);
    rd_kafka_headers_t *headers =
        mirror->kafka->headers_new((size_t)record->header_count + config->marker_count + 2);
    for (int32_t i = 0; i < record->header_count; i++) {
        add_header(mirror, headers, record->headers[i].key, record->headers[i].value);
    }
    for (size_t i = 0; i < config->marker_count; i++) {
        add_header(mirror, headers, config->markers[i].key, config->markers[i].value);
    }
    add_header(mirror, headers, HC_SLICE(HC_MIRROR_HEADER), hc_slice_str(mirror->mark));
    add_header(mirror, headers, HC_SLICE(HC_MIRROR_SEQUENCE_HEADER),
               hc_slice_of(sequence, (size_t)size));
    return headers;
}

struct sending {
    struct hc_mirror *mirror;
    struct hc_mirror_lane *lane;
    int64_t bytes;
};

static rd_kafka_vu_t part_bytes(rd_kafka_vtype_t type, struct hc_slice bytes)
{
    rd_kafka_vu_t part = {.vtype = type};
    part.u.mem.ptr = (void *)(uintptr_t)bytes.data; /* copied by the library */
    part.u.mem.size = bytes.size;
    return part;
}

static enum hc_mirror_step send_record(void *context, const struct hp_record *record,
                                       struct hc_error *error)
{
    struct sending *sending = context;
    struct hc_mirror *mirror = sending->mirror;
    struct hc_mirror_lane *lane = sending->lane;
    int64_t timestamp = mirror->config->timestamps_now ? 0 : record->timestamp_ms;
    if (!mirror->config->timestamps_now && timestamp <= 0) {
        hc_error_set(error, HC_UNSUPPORTED,
                     "record %lld of " HC_SLICE_FMT
                     "-%d lies at or before 1970, which the protocol's clients cannot say: use "
                     "--timestamps now",
                     (long long)record->offset,
                     HC_SLICE_ARG(hc_mirror_topic_of(mirror, lane)->source), (int)lane->partition);
        return HC_STEP_REFUSED;
    }
    rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = mirror->producer_topics[lane->topic]},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = lane->partition},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = timestamp},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE,
         .u.ptr = (void *)(uintptr_t)((size_t)(lane - mirror->lanes) + 1)},
        part_bytes(RD_KAFKA_VTYPE_KEY, record->key),
        part_bytes(RD_KAFKA_VTYPE_VALUE, record->value),
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = make_headers(mirror, record)},
    };
    enum hc_mirror_step step = enqueue(mirror, parts, HC_COUNT(parts), error);
    if (step != HC_STEP_OK) {
        mirror->kafka->headers_destroy(parts[HC_COUNT(parts) - 1].u.headers);
    }
    sending->bytes += (int64_t)(record->key.size + record->value.size);
    return step;
}

/* Waits until the cluster has everything that was sent. */
static enum hc_mirror_step settle(struct hc_mirror *mirror, struct hc_error *error)
{
    while (mirror->undelivered > 0) {
        mirror->kafka->flush(mirror->producer, HC_MIRROR_SLICE_MS);
        if (mirror->failed > 0) {
            break;
        }
        if (hc_mirror_must_end(mirror)) {
            return HC_STEP_STOPPED;
        }
    }
    if (mirror->offset_differs) {
        hc_error_set(error, HC_CHANGED, "--offsets exact: %s", mirror->failure);
        return HC_STEP_REFUSED;
    }
    return mirror->failed > 0 ? judge_reports(mirror, error) : HC_STEP_OK;
}

/* The next progress record, from the lanes. `acked` only: what the cluster is known to have. */
static void note_progress(struct hc_mirror *mirror, int64_t market_ms)
{
    struct hc_progress *progress = &mirror->progress;
    progress->transaction++;
    progress->market_ms = HC_MAX(progress->market_ms, market_ms);
    for (size_t i = 0; i < mirror->lane_count; i++) {
        struct hc_mirror_lane *lane = &mirror->lanes[i];
        struct hc_progress_partition *part =
            &progress->topics[lane->topic].partitions[lane->partition];
        HC_ASSERT(lane->acked >= part->next || mirror->config->restart);
        part->start = lane->start;
        part->next = lane->acked;
        part->anchor = lane->acked > lane->next ? lane->acked_offset : lane->anchor;
    }
}

static enum hc_mirror_step send_progress(struct hc_mirror *mirror, struct hc_error *error)
{
    hc_buffer_clear(&mirror->text);
    hc_progress_write(&mirror->progress, &mirror->text);
    rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = mirror->progress_topic_handle},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = 0},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        part_bytes(RD_KAFKA_VTYPE_KEY, HC_SLICE("progress")),
        part_bytes(RD_KAFKA_VTYPE_VALUE, hc_buffer_slice(&mirror->text)),
    };
    return enqueue(mirror, parts, HC_COUNT(parts), error);
}

static enum hc_mirror_step send_settings(struct hc_mirror *mirror, struct hc_error *error)
{
    enum hc_mirror_step step = HC_STEP_OK;
    for (size_t t = 0; t < mirror->config->topic_count && step == HC_STEP_OK; t++) {
        const struct hc_mirror_topic *topic = &mirror->config->topics[t];
        hc_buffer_clear(&mirror->text);
        hc_buffer_printf(&mirror->text, "source " HC_SLICE_FMT, HC_SLICE_ARG(topic->target));
        rd_kafka_vu_t parts[] = {
            {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = mirror->progress_topic_handle},
            {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = 0},
            {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
            part_bytes(RD_KAFKA_VTYPE_KEY, hc_buffer_slice(&mirror->text)),
            part_bytes(RD_KAFKA_VTYPE_VALUE, topic->settings),
        };
        step = enqueue(mirror, parts, HC_COUNT(parts), error);
    }
    return step;
}

static enum hc_mirror_step begin(struct hc_mirror *mirror, struct hc_error *error)
{
    mirror->begun_ns = hc_mirror_now(mirror);
    if (hc_mirror_transacts(mirror)) {
        rd_kafka_error_t *failure = mirror->kafka->begin_transaction(mirror->producer);
        if (failure) {
            return hc_mirror_judge(mirror, failure, "beginning a transaction", error);
        }
    }
    return HC_STEP_OK;
}

/* A commit that timed out is asked for again: the library goes on with the same one. */
static enum hc_mirror_step commit(struct hc_mirror *mirror, struct hc_error *error)
{
    enum hc_mirror_step step = settle(mirror, error);
    if (step != HC_STEP_OK || !hc_mirror_transacts(mirror)) {
        return step;
    }
    for (;;) {
        rd_kafka_error_t *failure =
            mirror->kafka->commit_transaction(mirror->producer, HC_MIRROR_SLICE_MS);
        if (!failure) {
            return HC_STEP_OK;
        }
        if (!mirror->kafka->error_is_retriable(failure)) {
            return hc_mirror_judge(mirror, failure, "committing a transaction", error);
        }
        mirror->kafka->error_destroy(failure);
        if (hc_mirror_must_end(mirror)) {
            return HC_STEP_STOPPED;
        }
    }
}

/* What the cluster has acknowledged for good becomes ours. */
static void advance(struct hc_mirror *mirror, size_t records, int64_t bytes)
{
    for (size_t i = 0; i < mirror->lane_count; i++) {
        struct hc_mirror_lane *lane = &mirror->lanes[i];
        if (lane->acked > lane->next) {
            lane->anchor = lane->acked_offset;
            lane->next = lane->acked;
        }
        atomic_store(&lane->committed, lane->next);
    }
    mirror->begun_ns = 0;
    mirror->contact_ns = hc_mirror_now(mirror);
    atomic_store(&mirror->connected, true);
    atomic_fetch_add(&mirror->records, (int64_t)records);
    atomic_fetch_add(&mirror->bytes, bytes);
    atomic_fetch_add(&mirror->transactions, 1);
    atomic_store(&mirror->committed_ms, mirror->progress.market_ms);
    hc_mirror_tell_advanced(mirror);
}

enum hc_mirror_step hc_mirror_claim(struct hc_mirror *mirror, struct hc_error *error)
{
    enum hc_mirror_step step = begin(mirror, error);
    if (step == HC_STEP_OK) {
        note_progress(mirror, HC_TIME_MIN);
        step = send_settings(mirror, error);
    }
    if (step == HC_STEP_OK) {
        step = send_progress(mirror, error);
    }
    if (step == HC_STEP_OK) {
        step = commit(mirror, error);
    }
    if (step == HC_STEP_OK) {
        advance(mirror, 0, 0);
    }
    return step;
}

static enum hc_mirror_step send_lanes(struct hc_mirror *mirror, struct sending *sending,
                                      struct hc_error *error)
{
    enum hc_mirror_step step = HC_STEP_OK;
    for (size_t i = 0; i < mirror->lane_count && step == HC_STEP_OK; i++) {
        struct hc_mirror_lane *lane = &mirror->lanes[i];
        if (lane->planned > lane->next) {
            pthread_mutex_lock(&mirror->lock);
            struct hc_log *log = hc_log_get(lane->log);
            pthread_mutex_unlock(&mirror->lock);
            sending->lane = lane;
            step =
                hc_mirror_walk(mirror, log, lane->next, lane->planned, send_record, sending, error);
            hc_log_put(log);
            mirror->kafka->poll(mirror->producer, 0);
        }
    }
    return step;
}

/* The position goes last and only behind records that the cluster has: if a dead request commits
 * this transaction early, records may be there without it, never the other way round. */
static enum hc_mirror_step send_transaction(struct hc_mirror *mirror, size_t records,
                                            int64_t market_ms, struct hc_error *error)
{
    struct sending sending = {.mirror = mirror};
    enum hc_mirror_step step = begin(mirror, error);
    if (step == HC_STEP_OK) {
        step = send_lanes(mirror, &sending, error);
    }
    if (step == HC_STEP_OK) {
        step = settle(mirror, error);
    }
    if (step == HC_STEP_OK) {
        note_progress(mirror, market_ms);
        step = send_progress(mirror, error);
    }
    if (step == HC_STEP_OK) {
        step = commit(mirror, error);
    }
    if (step == HC_STEP_OK) {
        advance(mirror, records, sending.bytes);
    }
    return step;
}

enum hc_mirror_step hc_mirror_transfer(struct hc_mirror *mirror, struct hc_error *error)
{
    enum hc_mirror_step step = HC_STEP_OK;
    while (step == HC_STEP_OK && !atomic_load(&mirror->stopping)) {
        int64_t market_ms;
        size_t records = hc_mirror_plan(mirror, &market_ms);
        int64_t now = hc_mirror_now(mirror);
        int64_t early = mirror->last_batch_ns + HC_MIRROR_LINGER_NS - now;
        if (records == 0) {
            mirror->kafka->poll(mirror->producer, 0);
            hc_mirror_sleep(mirror, HC_MIRROR_SLICE_MS * HC_NS_PER_MS, true);
        } else if (records < HC_MIRROR_BATCH_RECORDS / 2 && early > 0) {
            hc_mirror_sleep(mirror, early, false);
            mirror->last_batch_ns = 0;
        } else {
            mirror->last_batch_ns = now;
            step = send_transaction(mirror, records, market_ms, error);
        }
    }
    return step == HC_STEP_OK ? HC_STEP_STOPPED : step;
}
