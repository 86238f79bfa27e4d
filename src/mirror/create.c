/* Calls to the cluster's administration. */
#include "mirror/internal.h"

#include "base/log.h"

rd_kafka_event_t *hc_mirror_await(struct hc_mirror *mirror, rd_kafka_queue_t *queue,
                                  const char *doing, struct hc_error *error)
{
    int64_t deadline = hc_mirror_now(mirror) + HC_MIRROR_ANSWER_NS;
    while (hc_mirror_now(mirror) < deadline && !hc_mirror_must_end(mirror)) {
        rd_kafka_event_t *event = mirror->kafka->queue_poll(queue, HC_MIRROR_SLICE_MS);
        mirror->kafka->poll(mirror->admin, 0);
        if (event && mirror->kafka->event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR) {
            return event;
        }
        if (event) {
            hc_error_set(error, HC_IO, "%s failed: %s", doing,
                         mirror->kafka->event_error_string(event));
            mirror->kafka->event_destroy(event);
            return NULL;
        }
    }
    hc_error_set(error, HC_IO, "%s failed: no answer", doing);
    return NULL;
}

static enum hc_mirror_step judge_created(struct hc_mirror *mirror, const rd_kafka_event_t *event,
                                         const struct hc_mirror_new_topic *topic,
                                         struct hc_error *error)
{
    size_t count;
    const rd_kafka_CreateTopics_result_t *result =
        mirror->kafka->event_CreateTopics_result((rd_kafka_event_t *)(uintptr_t)event);
    const rd_kafka_topic_result_t **topics =
        mirror->kafka->CreateTopics_result_topics(result, &count);
    HC_ASSERT(count == 1);
    rd_kafka_resp_err_t code = mirror->kafka->topic_result_error(topics[0]);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
        hc_log(HC_LOG_INFO, "mirror-topic-created", "topic=%s partitions=%d", topic->name,
               (int)topic->partitions);
        return HC_STEP_OK;
    }
    const char *why = mirror->kafka->topic_result_error_string(topics[0]);
    hc_error_set(error, HC_DENIED,
                 "cannot-create: the cluster does not create topic %s (%s): allow CREATE, or let "
                 "somebody else create it with %d partitions",
                 topic->name, why ? why : mirror->kafka->err2str(code), (int)topic->partitions);
    return HC_STEP_REFUSED;
}

enum hc_mirror_step hc_mirror_create_topic(struct hc_mirror *mirror,
                                           const struct hc_mirror_new_topic *topic,
                                           struct hc_error *error)
{
    char text[512];
    const struct hc_rdkafka *kafka = mirror->kafka;
    rd_kafka_NewTopic_t *new_topic =
        kafka->NewTopic_new(topic->name, topic->partitions, -1, text, sizeof text);
    if (!new_topic) {
        hc_error_set(error, HC_USAGE, "topic %s cannot be created: %s", topic->name, text);
        return HC_STEP_REFUSED;
    }
    for (const char *const *pair = topic->configs; *pair; pair += 2) {
        kafka->NewTopic_set_config(new_topic, pair[0], pair[1]);
    }
    rd_kafka_queue_t *queue = kafka->queue_new(mirror->admin);
    kafka->CreateTopics(mirror->admin, &new_topic, 1, NULL, queue);
    rd_kafka_event_t *event = hc_mirror_await(mirror, queue, "creating a topic", error);
    enum hc_mirror_step step = HC_STEP_AGAIN;
    if (event) {
        step = judge_created(mirror, event, topic, error);
        kafka->event_destroy(event);
    }
    kafka->NewTopic_destroy(new_topic);
    kafka->queue_destroy(queue);
    return step;
}
