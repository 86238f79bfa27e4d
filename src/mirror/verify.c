/* Comparing the cluster with the source, record by record, partition by partition. */
#include "mirror/internal.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/timetext.h"

#include <stdlib.h>

/* What is expected next in a partition: a window of source records, walked along. */
struct expected {
    struct hc_log *log;
    int64_t next, end;
    int64_t found, foreign;
};

struct comparison {
    struct hc_mirror *mirror;
    struct expected *lanes;
};

struct one {
    struct comparison *comparison;
    struct hc_mirror_lane *lane;
    const rd_kafka_message_t *message;
};

static enum hc_mirror_step differ(const struct one *one, int64_t sequence, const char *what,
                                  struct hc_error *error)
{
    const struct hc_mirror_topic *topic = hc_mirror_topic_of(one->comparison->mirror, one->lane);
    hc_error_set(error, HC_CHANGED,
                 "difference: offset %lld of " HC_SLICE_FMT "-%d, record %lld of the source: %s",
                 (long long)one->message->offset, HC_SLICE_ARG(topic->target),
                 (int)one->lane->partition, (long long)sequence, what);
    return HC_STEP_REFUSED;
}

static bool same_bytes(struct hc_slice ours, const void *data, size_t size)
{
    bool theirs_null = data == NULL;
    return hc_slice_is_null(ours) == theirs_null &&
           hc_slice_equal(ours, hc_slice_of(data, theirs_null ? 0 : size));
}

/* Our own headers come first, in their order; markers and the mirror's follow. */
static bool same_headers(const struct hc_mirror *mirror, const struct hp_record *record,
                         const rd_kafka_headers_t *headers)
{
    for (int32_t i = 0; i < record->header_count; i++) {
        const char *name;
        const void *value;
        size_t size;
        if (mirror->kafka->header_get_all(headers, (size_t)i, &name, &value, &size) !=
                RD_KAFKA_RESP_ERR_NO_ERROR ||
            !hc_slice_equal_str(record->headers[i].key, name) ||
            !same_bytes(record->headers[i].value, value, size)) {
            return false;
        }
    }
    return true;
}

static enum hc_mirror_step compare(void *context, const struct hp_record *record,
                                   struct hc_error *error)
{
    const struct one *one = context;
    const struct hc_mirror *mirror = one->comparison->mirror;
    const rd_kafka_message_t *message = one->message;
    rd_kafka_timestamp_type_t kind;
    rd_kafka_headers_t *headers = NULL;
    if (!same_bytes(record->key, message->key, message->key_len)) {
        return differ(one, record->offset, "the keys differ", error);
    }
    if (!same_bytes(record->value, message->payload, message->len)) {
        return differ(one, record->offset, "the values differ", error);
    }
    int64_t timestamp = mirror->kafka->message_timestamp(message, &kind);
    if (!mirror->config->timestamps_now && timestamp != record->timestamp_ms) {
        return differ(one, record->offset, "the timestamps differ", error);
    }
    mirror->kafka->message_headers(message, &headers);
    HC_ASSERT(headers);
    if (!same_headers(mirror, record, headers)) {
        return differ(one, record->offset, "the headers differ", error);
    }
    return HC_STEP_OK;
}

static enum hc_mirror_step take(void *context, struct hc_mirror_range *range,
                                const rd_kafka_message_t *message, struct hc_error *error)
{
    struct comparison *comparison = context;
    struct hc_mirror *mirror = comparison->mirror;
    struct expected *expected = &comparison->lanes[range->lane];
    struct one one = {comparison, &mirror->lanes[range->lane], message};
    bool ours;
    int64_t sequence = hc_mirror_sequence_of(mirror, message, &ours);
    if (!ours) {
        expected->foreign++;
        return HC_STEP_OK;
    }
    if (sequence < expected->next) {
        return differ(&one, sequence, "it is there twice, or out of order", error);
    }
    if (sequence > expected->next && expected->found > 0) {
        return differ(&one, expected->next, "it is missing before this one", error);
    }
    if (sequence > expected->next && range->from == 0) {
        return differ(&one, expected->next, "it is missing: the target begins behind it", error);
    }
    if (sequence >= expected->end) {
        return differ(&one, sequence, "the source has no such record", error);
    }
    expected->next = sequence + 1;
    expected->found++;
    return hc_mirror_walk(mirror, expected->log, sequence, sequence + 1, compare, &one, error);
}

static enum hc_mirror_step open_lane(struct comparison *comparison, struct hc_mirror_range *range,
                                     struct hc_error *error)
{
    struct hc_mirror *mirror = comparison->mirror;
    struct hc_mirror_lane *lane = &mirror->lanes[range->lane];
    struct expected *expected = &comparison->lanes[range->lane];
    char *name = hc_slice_dup(hc_mirror_topic_of(mirror, lane)->target);
    enum hc_mirror_step step =
        hc_mirror_watermarks(mirror, name, range->partition, &range->from, &range->to, error);
    free(name);
    pthread_mutex_lock(&mirror->lock);
    expected->log = hc_log_get(lane->log);
    expected->end = lane->visible;
    pthread_mutex_unlock(&mirror->lock);
    expected->next = mirror->progress.topics[lane->topic].partitions[lane->partition].start;
    return step;
}

static enum hc_mirror_step conclude(const struct comparison *comparison, struct hc_error *error)
{
    struct hc_mirror *mirror = comparison->mirror;
    int64_t found = 0, foreign = 0;
    for (size_t i = 0; i < mirror->lane_count; i++) {
        const struct hc_mirror_lane *lane = &mirror->lanes[i];
        const struct expected *expected = &comparison->lanes[i];
        found += expected->found;
        foreign += expected->foreign;
        if (expected->next < expected->end) {
            hc_error_set(error, HC_CHANGED,
                         "difference: " HC_SLICE_FMT
                         "-%d ends before record %lld of the source, which has %lld",
                         HC_SLICE_ARG(hc_mirror_topic_of(mirror, lane)->target),
                         (int)lane->partition, (long long)expected->next, (long long)expected->end);
            return HC_STEP_REFUSED;
        }
    }
    atomic_store(&mirror->records, found);
    hc_log(HC_LOG_INFO, "verified", "records=%lld foreign=%lld partitions=%zu", (long long)found,
           (long long)foreign, mirror->lane_count);
    return HC_STEP_OK;
}

static enum hc_mirror_step compare_all(struct comparison *comparison, struct hc_error *error)
{
    struct hc_mirror *mirror = comparison->mirror;
    struct hc_mirror_range *ranges = hc_mirror_ranges_new(mirror);
    enum hc_mirror_step step = HC_STEP_OK;
    for (size_t i = 0; i < mirror->lane_count && step == HC_STEP_OK; i++) {
        step = open_lane(comparison, &ranges[i], error);
    }
    if (step == HC_STEP_OK) {
        step = hc_mirror_consume(mirror, ranges, mirror->lane_count, take, comparison, error);
    }
    if (step == HC_STEP_OK) {
        step = conclude(comparison, error);
    }
    hc_mirror_ranges_free(mirror, ranges);
    return step;
}

enum hc_mirror_step hc_mirror_verify(struct hc_mirror *mirror, struct hc_error *error)
{
    struct hc_mirror_found found;
    enum hc_mirror_step step = hc_mirror_open_reader(mirror, error);
    if (step == HC_STEP_OK) {
        step = hc_mirror_read_progress(mirror, false, &mirror->arena, &found, error);
    }
    if (step == HC_STEP_OK && !found.any) {
        hc_error_set(error, HC_NOT_FOUND,
                     "progress-missing: %s is empty: name the mirror that wrote here with --name",
                     mirror->progress_topic);
        step = HC_STEP_REFUSED;
    }
    if (step == HC_STEP_OK) {
        mirror->progress = found.progress;
        step = hc_mirror_resume(mirror, &found.progress, error);
    }
    if (step == HC_STEP_OK) {
        hc_mirror_order_progress(mirror);
        struct comparison comparison = {
            mirror, hc_alloc_array(mirror->lane_count, sizeof(struct expected))};
        step = compare_all(&comparison, error);
        for (size_t i = 0; i < mirror->lane_count; i++) {
            hc_log_put(comparison.lanes[i].log);
        }
        free(comparison.lanes);
    }
    hc_mirror_close_reader(mirror);
    return step;
}
