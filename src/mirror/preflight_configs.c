/* What the configs of the target topics would do to historical records. */
#include "mirror/internal.h"

#include "base/memory.h"
#include "base/timetext.h"

#include <stdlib.h>

enum { SAMPLE = 1000, RECORD_OVERHEAD = 160 };

/* The configs that matter, of one topic. */
struct configs {
    struct hc_slice cleanup, timestamp_type;
    int64_t retention_ms, before_ms, after_ms, message_bytes;
};

struct context {
    struct hc_mirror *mirror;
    struct hc_findings *findings;
    const struct hc_mirror_topic *topic; /* NULL: the progress topic */
    const char *name;
    int64_t largest; /* record of the topic, as far as looked at */
};

static void read_configs(const struct hc_rdkafka *kafka, const rd_kafka_ConfigResource_t *resource,
                         struct configs *ret)
{
    size_t count;
    const rd_kafka_ConfigEntry_t **entries = kafka->ConfigResource_configs(resource, &count);
    struct {
        const char *name;
        struct hc_slice *text;
        int64_t *number;
    } wanted[] = {
        {"cleanup.policy", &ret->cleanup, NULL},
        {"message.timestamp.type", &ret->timestamp_type, NULL},
        {"retention.ms", NULL, &ret->retention_ms},
        {"message.timestamp.before.max.ms", NULL, &ret->before_ms},
        {"message.timestamp.difference.max.ms", NULL, &ret->before_ms},
        {"message.timestamp.after.max.ms", NULL, &ret->after_ms},
        {"max.message.bytes", NULL, &ret->message_bytes},
    };
    *ret = (struct configs){.retention_ms = -1, .before_ms = INT64_MAX, .after_ms = INT64_MAX};
    for (size_t i = 0; i < count; i++) {
        struct hc_slice name = hc_slice_str(kafka->ConfigEntry_name(entries[i]));
        struct hc_slice value = hc_slice_str(kafka->ConfigEntry_value(entries[i]));
        for (size_t w = 0; w < HC_COUNT(wanted); w++) {
            if (!hc_slice_equal_str(name, wanted[w].name)) {
                continue;
            }
            if (wanted[w].text) {
                *wanted[w].text = value;
            } else {
                hc_parse_i64(value, wanted[w].number);
            }
        }
    }
}

static bool mentions(struct hc_slice list, const char *word)
{
    while (!hc_slice_is_null(list)) {
        if (hc_slice_equal_str(hc_slice_trim(hc_slice_cut(&list, ',')), word)) {
            return true;
        }
    }
    return false;
}

#define ALTER "kafka-configs.sh --alter --entity-type topics --entity-name %s --add-config "

static void check_kept(const struct context *at, const struct configs *configs, int64_t now_ms)
{
    if (mentions(configs->cleanup, "compact")) {
        hc_mirror_find(at->findings, true, "compacted",
                       "topic %s is compacted (cleanup.policy=" HC_SLICE_FMT
                       "), which would remove all but the last record of each key: run " ALTER
                       "cleanup.policy=delete",
                       at->name, HC_SLICE_ARG(configs->cleanup), at->name);
    }
    bool record_time = !at->mirror->config->timestamps_now &&
                       !hc_slice_equal_str(configs->timestamp_type, "LogAppendTime");
    if (record_time && configs->retention_ms >= 0 && at->topic->first_ms != HC_NEVER &&
        now_ms - at->topic->first_ms > configs->retention_ms) {
        char iso[HC_ISO_BYTES];
        hc_mirror_find(at->findings, true, "retention",
                       "topic %s deletes records that are older than retention.ms=%lld, and ours "
                       "begin at %s: run " ALTER "retention.ms=-1, or give --timestamps now",
                       at->name, (long long)configs->retention_ms,
                       hc_iso_ms(at->topic->first_ms, iso), at->name);
    }
}

static void check_times(const struct context *at, const struct configs *configs, int64_t now_ms)
{
    char iso[HC_ISO_BYTES];
    const struct hc_mirror_topic *topic = at->topic;
    if (at->mirror->config->timestamps_now) {
        return;
    }
    if (hc_slice_equal_str(configs->timestamp_type, "LogAppendTime")) {
        hc_mirror_find(at->findings, true, "append-time",
                       "topic %s replaces every timestamp by its own time "
                       "(message.timestamp.type=LogAppendTime): run " ALTER
                       "message.timestamp.type=CreateTime, or give --timestamps now",
                       at->name, at->name);
    } else if (topic->first_ms != HC_NEVER && now_ms - topic->first_ms > configs->before_ms) {
        hc_mirror_find(
            at->findings, true, "timestamps-too-old",
            "topic %s refuses records older than %lld ms, and ours begin at %s: run " ALTER
            "message.timestamp.before.max.ms=9223372036854775807, or give --timestamps "
            "now",
            at->name, (long long)configs->before_ms, hc_iso_ms(topic->first_ms, iso), at->name);
    } else if (topic->last_ms != HC_TIME_MIN && topic->last_ms - now_ms > 0 &&
               topic->last_ms - now_ms > configs->after_ms) {
        hc_mirror_find(at->findings, true, "timestamps-too-new",
                       "topic %s refuses records more than %lld ms ahead of the wall clock, and "
                       "ours end at %s: run " ALTER
                       "message.timestamp.after.max.ms=9223372036854775807, or give --timestamps "
                       "now",
                       at->name, (long long)configs->after_ms, hc_iso_ms(topic->last_ms, iso),
                       at->name);
    }
}

static void check_size(const struct context *at, const struct configs *configs)
{
    struct hc_mirror *mirror = at->mirror;
    if (configs->message_bytes <= 0) {
        return;
    }
    if (at->largest > configs->message_bytes) {
        hc_mirror_find(at->findings, true, "message-size",
                       "topic %s takes batches up to max.message.bytes=%lld, and a record of ours "
                       "needs %lld: run " ALTER "max.message.bytes=%lld",
                       at->name, (long long)configs->message_bytes, (long long)at->largest,
                       at->name, (long long)HC_MAX(at->largest, 1048588));
    }
    bool smaller =
        mirror->message_bytes_max == 0 || configs->message_bytes < mirror->message_bytes_max;
    mirror->message_bytes_max = smaller ? configs->message_bytes : mirror->message_bytes_max;
}

static void check_progress(const struct context *at, const struct configs *configs)
{
    if (!mentions(configs->cleanup, "compact") || mentions(configs->cleanup, "delete")) {
        hc_mirror_find(at->findings, true, "progress-retention",
                       "topic %s, where the mirror keeps its position, would lose it in time "
                       "(cleanup.policy=" HC_SLICE_FMT "): run " ALTER "cleanup.policy=compact",
                       at->name, HC_SLICE_ARG(configs->cleanup), at->name);
    }
}

static void check_one(const struct context *at, const rd_kafka_ConfigResource_t *resource)
{
    const struct hc_rdkafka *kafka = at->mirror->kafka;
    rd_kafka_resp_err_t code = kafka->ConfigResource_error(resource);
    struct configs configs;
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
        return; /* told already, or about to be made by a run that is not dry */
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        hc_mirror_find(
            at->findings, false, "configs-hidden",
            "the configs of topic %s cannot be read (%s), so what they do to our records "
            "is not checked: allow DESCRIBE_CONFIGS on it",
            at->name, kafka->err2str(code));
        return;
    }
    read_configs(kafka, resource, &configs);
    if (!at->topic) {
        check_progress(at, &configs);
        return;
    }
    int64_t now_ms = at->mirror->config->wall_ms();
    check_kept(at, &configs, now_ms);
    check_times(at, &configs, now_ms);
    check_size(at, &configs);
}

static enum hc_mirror_step measure(void *context, const struct hp_record *record,
                                   struct hc_error *error)
{
    int64_t *largest = context;
    (void)error;
    int64_t size = (int64_t)(record->key.size + record->value.size) + RECORD_OVERHEAD;
    *largest = HC_MAX(*largest, size);
    return HC_STEP_OK;
}

/* The largest of the first records: bars are much alike. */
static int64_t largest_of(struct hc_mirror *mirror, size_t topic)
{
    int64_t largest = 0;
    struct hc_error error = {0};
    for (int32_t p = 0; p < mirror->config->topics[topic].partitions; p++) {
        struct hc_mirror_lane *lane = hc_mirror_lane(mirror, topic, p);
        pthread_mutex_lock(&mirror->lock);
        struct hc_log *log = lane->log ? hc_log_get(lane->log) : NULL;
        pthread_mutex_unlock(&mirror->lock);
        int64_t from = mirror->config->topics[topic].starts[p];
        int64_t to = log ? HC_MIN(hc_log_end(log), from + SAMPLE) : 0;
        if (from < to &&
            hc_mirror_walk(mirror, log, from, to, measure, &largest, &error) != HC_STEP_OK) {
            largest = 0; /* the transfer will tell of damage */
        }
        hc_log_put(log);
    }
    return largest;
}

static void check_all(struct hc_mirror *mirror, struct hc_findings *findings,
                      const rd_kafka_event_t *event)
{
    size_t count;
    const rd_kafka_DescribeConfigs_result_t *result =
        mirror->kafka->event_DescribeConfigs_result((rd_kafka_event_t *)(uintptr_t)event);
    const rd_kafka_ConfigResource_t **resources =
        mirror->kafka->DescribeConfigs_result_resources(result, &count);
    for (size_t i = 0; i < count; i++) {
        struct context at = {.mirror = mirror,
                             .findings = findings,
                             .name = mirror->kafka->ConfigResource_name(resources[i])};
        for (size_t t = 0; t < mirror->config->topic_count; t++) {
            if (hc_slice_equal_str(mirror->config->topics[t].target, at.name)) {
                at.topic = &mirror->config->topics[t];
                at.largest = largest_of(mirror, t);
            }
        }
        check_one(&at, resources[i]);
    }
}

enum hc_mirror_step hc_mirror_check_configs(struct hc_mirror *mirror, struct hc_findings *findings,
                                            struct hc_error *error)
{
    const struct hc_rdkafka *kafka = mirror->kafka;
    size_t count = mirror->config->topic_count + 1;
    rd_kafka_ConfigResource_t **resources = hc_alloc_array(count, sizeof *resources);
    for (size_t i = 0; i < count; i++) {
        struct hc_slice name =
            i + 1 < count ? mirror->config->topics[i].target : hc_slice_str(mirror->progress_topic);
        char *text = hc_slice_dup(name);
        resources[i] = kafka->ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, text);
        free(text);
    }
    rd_kafka_queue_t *queue = kafka->queue_new(mirror->admin);
    kafka->DescribeConfigs(mirror->admin, resources, count, NULL, queue);
    rd_kafka_event_t *event = hc_mirror_await(mirror, queue, "reading topic configs", error);
    if (event) {
        check_all(mirror, findings, event);
        kafka->event_destroy(event);
    } else if (!hc_mirror_must_end(mirror)) {
        hc_mirror_find(findings, false, "configs-hidden",
                       "the configs of the target topics cannot be read (%s), so what they do to "
                       "our records is not checked",
                       error->text);
    }
    for (size_t i = 0; i < count; i++) {
        kafka->ConfigResource_destroy(resources[i]);
    }
    kafka->queue_destroy(queue);
    free(resources);
    return hc_mirror_must_end(mirror) ? HC_STEP_STOPPED : HC_STEP_OK;
}
