/* Reading ranges of target partitions to their end, with nothing kept in the cluster: no group. */
#include "base/memory.h"
#include "base/timetext.h"
#include "mirror/internal.h"

#include <stdlib.h>

enum { POLL_BATCH = 1000 };

rd_kafka_topic_t *hc_mirror_reader_topic(struct hc_mirror *mirror, struct hc_slice name,
                                         struct hc_mirror_range *ranges, int32_t partitions)
{
    char *text = hc_slice_dup(name);
    rd_kafka_topic_conf_t *conf = mirror->kafka->topic_conf_new();
    mirror->kafka->topic_conf_set_opaque(conf, ranges);
    rd_kafka_topic_t *topic = mirror->kafka->topic_new(mirror->reader, text, conf);
    free(text);
    HC_ASSERT(topic);
    for (int32_t p = 0; p < partitions; p++) {
        ranges[p].topic = topic;
        ranges[p].partition = p;
    }
    return topic;
}

struct hc_mirror_range *hc_mirror_ranges_new(struct hc_mirror *mirror)
{
    struct hc_mirror_range *ranges = hc_alloc_array(mirror->lane_count, sizeof *ranges);
    for (size_t t = 0; t < mirror->config->topic_count; t++) {
        const struct hc_mirror_topic *topic = &mirror->config->topics[t];
        size_t first = mirror->first_lane[t];
        hc_mirror_reader_topic(mirror, topic->target, &ranges[first], topic->partitions);
        for (int32_t p = 0; p < topic->partitions; p++) {
            ranges[first + (size_t)p].lane = first + (size_t)p;
        }
    }
    return ranges;
}

void hc_mirror_ranges_free(struct hc_mirror *mirror, struct hc_mirror_range *ranges)
{
    if (!ranges) {
        return;
    }
    for (size_t t = 0; t < mirror->config->topic_count; t++) {
        mirror->kafka->topic_destroy(ranges[mirror->first_lane[t]].topic);
    }
    free(ranges);
}

static struct hc_mirror_range *range_of(struct hc_mirror *mirror, const rd_kafka_message_t *message)
{
    struct hc_mirror_range *first = mirror->kafka->topic_opaque(message->rkt);
    struct hc_mirror_range *range = &first[message->partition];
    HC_ASSERT(range->topic == message->rkt && range->partition == message->partition);
    return range;
}

/* What one message is to its range. An end of partition tells an offset that also counts what no
 * reader sees: markers and aborted records. */
static enum hc_mirror_step take(struct hc_mirror *mirror, const rd_kafka_message_t *message,
                                hc_mirror_visit *visit, void *context, struct hc_error *error)
{
    if (!message->rkt) {
        return HC_STEP_OK; /* the client's own complaint: on_error has it */
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR &&
        message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        enum hc_mirror_step step = hc_mirror_judge_code(message->err);
        hc_error_set(error, HC_IO, "reading the target failed: %s",
                     mirror->kafka->err2str(message->err));
        return step == HC_STEP_REFUSED ? step : HC_STEP_AGAIN;
    }
    struct hc_mirror_range *range = range_of(mirror, message);
    if (range->done) {
        return HC_STEP_OK;
    }
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        range->done = message->offset >= range->to;
        return HC_STEP_OK;
    }
    enum hc_mirror_step step = HC_STEP_OK;
    if (message->offset < range->to) {
        step = visit(context, range, message, error);
    }
    range->done = message->offset >= range->to - 1;
    return step;
}

static size_t begin(struct hc_mirror *mirror, struct hc_mirror_range *ranges, size_t count,
                    rd_kafka_queue_t *queue)
{
    size_t open = 0;
    for (size_t i = 0; i < count; i++) {
        ranges[i].done = ranges[i].from >= ranges[i].to;
        if (!ranges[i].done) {
            int failed = mirror->kafka->consume_start_queue(ranges[i].topic, ranges[i].partition,
                                                            ranges[i].from, queue);
            HC_ASSERT(failed == 0);
            open++;
        }
    }
    return open;
}

static bool all_done(const struct hc_mirror_range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!ranges[i].done) {
            return false;
        }
    }
    return true;
}

static enum hc_mirror_step drain(struct hc_mirror *mirror, struct hc_mirror_range *ranges,
                                 size_t count, rd_kafka_queue_t *queue, hc_mirror_visit *visit,
                                 void *context, struct hc_error *error)
{
    enum hc_mirror_step step = HC_STEP_OK;
    int64_t deadline = hc_mirror_now(mirror) + HC_MIRROR_ANSWER_NS;
    while (step == HC_STEP_OK && !all_done(ranges, count)) {
        mirror->kafka->poll(mirror->reader, 0);
        for (int i = 0; i < POLL_BATCH && step == HC_STEP_OK; i++) {
            rd_kafka_message_t *message = mirror->kafka->consume_queue(queue, i == 0 ? 50 : 0);
            if (!message) {
                break;
            }
            step = take(mirror, message, visit, context, error);
            if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
                deadline = hc_mirror_now(mirror) + HC_MIRROR_ANSWER_NS;
            }
            mirror->kafka->message_destroy(message);
        }
        if (hc_mirror_must_end(mirror)) {
            return HC_STEP_STOPPED;
        }
        if (step == HC_STEP_OK && hc_mirror_now(mirror) > deadline) {
            hc_error_set(error, HC_IO,
                         "the target cannot be read to its end: an open transaction of another "
                         "producer holds it, or its brokers do not answer (%s)",
                         mirror->failure[0] ? mirror->failure : "no complaint");
            return HC_STEP_AGAIN;
        }
    }
    return step;
}

enum hc_mirror_step hc_mirror_consume(struct hc_mirror *mirror, struct hc_mirror_range *ranges,
                                      size_t count, hc_mirror_visit *visit, void *context,
                                      struct hc_error *error)
{
    rd_kafka_queue_t *queue = mirror->kafka->queue_new(mirror->reader);
    enum hc_mirror_step step = HC_STEP_OK;
    if (begin(mirror, ranges, count, queue) > 0) {
        step = drain(mirror, ranges, count, queue, visit, context, error);
    }
    for (size_t i = 0; i < count; i++) {
        if (ranges[i].from < ranges[i].to) {
            mirror->kafka->consume_stop(ranges[i].topic, ranges[i].partition);
        }
    }
    mirror->kafka->queue_destroy(queue);
    return step;
}

enum hc_mirror_step hc_mirror_watermarks(struct hc_mirror *mirror, const char *topic,
                                         int32_t partition, int64_t *ret_low, int64_t *ret_high,
                                         struct hc_error *error)
{
    int64_t deadline = hc_mirror_now(mirror) + HC_MIRROR_ANSWER_NS;
    rd_kafka_resp_err_t code;
    do {
        int64_t low = -1, high = -1;
        mirror->kafka->poll(mirror->admin, 0);
        code = mirror->kafka->query_watermark_offsets(mirror->admin, topic, partition, &low, &high,
                                                      5000);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            HC_ASSERT(low >= 0 && high >= low);
            *ret_low = low;
            *ret_high = high;
            return HC_STEP_OK;
        }
        if (hc_mirror_must_end(mirror)) {
            return HC_STEP_STOPPED;
        }
        /* A topic that was made a moment ago may not be known everywhere yet. */
        bool unknown = code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
                       code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
        if (!unknown && hc_mirror_judge_code(code) == HC_STEP_REFUSED) {
            break;
        }
        hc_mirror_sleep(mirror, 100 * HC_NS_PER_MS, false);
    } while (hc_mirror_now(mirror) < deadline);
    hc_error_set(error, HC_IO, "asking for the end of %s-%d failed: %s", topic, (int)partition,
                 mirror->kafka->err2str(code));
    return hc_mirror_judge_code(code) == HC_STEP_REFUSED ? HC_STEP_REFUSED : HC_STEP_AGAIN;
}

int64_t hc_mirror_sequence_of(const struct hc_mirror *mirror, const rd_kafka_message_t *message,
                              bool *ret_ours)
{
    rd_kafka_headers_t *headers;
    const void *mark, *text;
    size_t mark_size, text_size;
    int64_t sequence;
    *ret_ours = false;
    if (mirror->kafka->message_headers(message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        mirror->kafka->header_get_last(headers, HC_MIRROR_HEADER, &mark, &mark_size) !=
            RD_KAFKA_RESP_ERR_NO_ERROR ||
        mirror->kafka->header_get_last(headers, HC_MIRROR_SEQUENCE_HEADER, &text, &text_size) !=
            RD_KAFKA_RESP_ERR_NO_ERROR ||
        !hc_parse_i64(hc_slice_of(text, text_size), &sequence) || sequence < 0) {
        return -1;
    }
    struct hc_slice incarnation = hc_slice_of(mark, mark_size);
    if (!hc_slice_equal(hc_slice_cut(&incarnation, '/'), mirror->config->name)) {
        return -1;
    }
    *ret_ours = hc_slice_equal_str(incarnation, mirror->progress.incarnation);
    return sequence;
}
