/* What the target holds behind the position: records whose transaction was committed by a request
 * that outlived its mirror. They count as sent. And whether the target still is what it was. */
#include "mirror/internal.h"

#include "base/memory.h"

#include <stdlib.h>

enum { FIRST_LOOK = 100 };

#ifdef HINDCAST_MIRROR_NO_TAIL_SCAN
enum { BELIEVE_TAILS = 0 }; /* a build that must fail its tests */
#else
enum { BELIEVE_TAILS = 1 };
#endif

struct tail {
    int64_t next, anchor;
    int64_t high;
    bool must_begin; /* with the record at the anchor */
};

struct scan {
    struct hc_mirror *mirror;
    struct tail *tails;
    bool begun;
};

static enum hc_mirror_step recreated(const struct scan *scan, const struct hc_mirror_lane *lane,
                                     struct hc_error *error)
{
    const struct hc_mirror_topic *topic = hc_mirror_topic_of(scan->mirror, lane);
    hc_error_set(error, HC_CHANGED,
                 "target-recreated: record %lld of mirror " HC_SLICE_FMT
                 " was committed at offset %lld of " HC_SLICE_FMT
                 "-%d and is not there now, so the topic was deleted, made again or truncated: use "
                 "another --name, or --restart to begin anew knowingly",
                 (long long)lane->next - 1, HC_SLICE_ARG(scan->mirror->config->name),
                 (long long)lane->anchor, HC_SLICE_ARG(topic->target), (int)lane->partition);
    return HC_STEP_REFUSED;
}

static enum hc_mirror_step lost(const struct scan *scan, const struct hc_mirror_lane *lane,
                                int64_t offset, struct hc_error *error)
{
    const struct hc_mirror_topic *topic = hc_mirror_topic_of(scan->mirror, lane);
    hc_error_set(error, HC_CHANGED,
                 "progress-lost: " HC_SLICE_FMT "-%d holds records of mirror " HC_SLICE_FMT
                 " (offset %lld), but %s knows nothing of it: use another --name, or --restart to "
                 "begin anew knowingly",
                 HC_SLICE_ARG(topic->target), (int)lane->partition,
                 HC_SLICE_ARG(scan->mirror->config->name), (long long)offset,
                 scan->mirror->progress_topic);
    return HC_STEP_REFUSED;
}

static enum hc_mirror_step out_of_order(const struct scan *scan, const struct hc_mirror_lane *lane,
                                        const struct tail *tail, int64_t sequence, int64_t offset,
                                        struct hc_error *error)
{
    const struct hc_mirror_topic *topic = hc_mirror_topic_of(scan->mirror, lane);
    hc_error_set(error, HC_CHANGED,
                 "target-damaged: offset %lld of " HC_SLICE_FMT
                 "-%d holds record %lld of mirror " HC_SLICE_FMT
                 " where %lld belongs: look with `hindcast verify`, then use another --name",
                 (long long)offset, HC_SLICE_ARG(topic->target), (int)lane->partition,
                 (long long)sequence, HC_SLICE_ARG(scan->mirror->config->name),
                 (long long)tail->next);
    return HC_STEP_REFUSED;
}

static enum hc_mirror_step take(void *context, struct hc_mirror_range *range,
                                const rd_kafka_message_t *message, struct hc_error *error)
{
    struct scan *scan = context;
    struct hc_mirror_lane *lane = &scan->mirror->lanes[range->lane];
    struct tail *tail = &scan->tails[range->lane];
    bool ours;
    int64_t sequence = hc_mirror_sequence_of(scan->mirror, message, &ours);
    if (!scan->begun) {
        return sequence >= 0 ? lost(scan, lane, message->offset, error) : HC_STEP_OK;
    }
    if (tail->must_begin) {
        tail->must_begin = false;
        bool there = ours && message->offset == lane->anchor && sequence == lane->next - 1;
        return there ? HC_STEP_OK : recreated(scan, lane, error);
    }
    bool again = sequence < tail->next && !hc_mirror_transacts(scan->mirror);
    if (!ours || again) {
        return HC_STEP_OK;
    }
    if (sequence != tail->next) {
        return out_of_order(scan, lane, tail, sequence, message->offset, error);
    }
    tail->next++;
    tail->anchor = message->offset;
    return HC_STEP_OK;
}

static enum hc_mirror_step find_range(struct scan *scan, struct hc_mirror_range *range,
                                      struct hc_error *error)
{
    struct hc_mirror *mirror = scan->mirror;
    struct hc_mirror_lane *lane = &mirror->lanes[range->lane];
    struct tail *tail = &scan->tails[range->lane];
    int64_t low, high;
    char *name = hc_slice_dup(hc_mirror_topic_of(mirror, lane)->target);
    enum hc_mirror_step step =
        hc_mirror_watermarks(mirror, name, lane->partition, &low, &high, error);
    free(name);
    if (step != HC_STEP_OK) {
        return step;
    }
    bool wrote = scan->begun && lane->next > lane->start;
    *tail = (struct tail){.next = lane->next, .anchor = lane->anchor, .high = high};
    if (!scan->begun) {
        lane->anchor = high;
        tail->anchor = high;
        range->from = HC_MAX(low, high - FIRST_LOOK);
    } else if (wrote ? high <= lane->anchor : high < lane->anchor) {
        return recreated(scan, lane, error);
    } else {
        /* What retention has removed since cannot be looked at, and is no sign of anything. */
        tail->must_begin = wrote && low <= lane->anchor;
        range->from = HC_MAX(low, lane->anchor);
    }
    range->to = high;
    return HC_STEP_OK;
}

/* Offsets equal ours only where nothing else ever was in the partition. */
static enum hc_mirror_step check_exact(const struct scan *scan, const struct hc_mirror_lane *lane,
                                       const struct tail *tail, struct hc_error *error)
{
    const struct hc_mirror_topic *topic = hc_mirror_topic_of(scan->mirror, lane);
    if (tail->high == tail->next && lane->start == 0) {
        return HC_STEP_OK;
    }
    hc_error_set(error, HC_CHANGED,
                 "offsets-differ: --offsets exact needs " HC_SLICE_FMT
                 "-%d to end at offset %lld, our next record's, and it ends at %lld%s",
                 HC_SLICE_ARG(topic->target), (int)lane->partition, (long long)tail->next,
                 (long long)tail->high,
                 lane->start > 0 ? "; the log must start at offset 0 (no --from behind the range)"
                                 : ": begin with an empty topic");
    return HC_STEP_REFUSED;
}

static enum hc_mirror_step conclude(struct scan *scan, struct hc_error *error)
{
    struct hc_mirror *mirror = scan->mirror;
    int64_t found = 0;
    for (size_t i = 0; i < mirror->lane_count; i++) {
        struct hc_mirror_lane *lane = &mirror->lanes[i];
        struct tail *tail = &scan->tails[i];
        if (tail->must_begin) {
            return recreated(scan, lane, error);
        }
        if (mirror->config->exact_offsets && check_exact(scan, lane, tail, error) != HC_STEP_OK) {
            return HC_STEP_REFUSED;
        }
        found += tail->next - lane->next;
        if (BELIEVE_TAILS) {
            lane->next = tail->next;
            lane->anchor = tail->anchor;
        }
        lane->acked = lane->next;
    }
    if (found > HC_MIRROR_TAIL_TRANSACTIONS_MAX * HC_MIRROR_BATCH_RECORDS) {
        hc_error_set(error, HC_CHANGED,
                     "progress-regressed: the target holds %lld records behind the position in %s, "
                     "more than any stop can leave there: look with `hindcast verify`, then use "
                     "another --name",
                     (long long)found, mirror->progress_topic);
        return HC_STEP_REFUSED;
    }
    return HC_STEP_OK;
}

enum hc_mirror_step hc_mirror_scan_tails(struct hc_mirror *mirror, bool begun,
                                         struct hc_error *error)
{
    struct scan scan = {
        .mirror = mirror,
        .tails = hc_alloc_array(mirror->lane_count, sizeof(struct tail)),
        .begun = begun,
    };
    struct hc_mirror_range *ranges = hc_mirror_ranges_new(mirror);
    enum hc_mirror_step step = HC_STEP_OK;
    for (size_t i = 0; i < mirror->lane_count && step == HC_STEP_OK; i++) {
        step = find_range(&scan, &ranges[i], error);
        if (!begun && mirror->config->restart) {
            ranges[i].from = ranges[i].to; /* knowingly */
        }
    }
    if (step == HC_STEP_OK) {
        step = hc_mirror_consume(mirror, ranges, mirror->lane_count, take, &scan, error);
    }
    if (step == HC_STEP_OK) {
        step = conclude(&scan, error);
    }
    hc_mirror_ranges_free(mirror, ranges);
    free(scan.tails);
    return step;
}
