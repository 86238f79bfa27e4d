#include "ingest/outbox.h"

#include "base/clock.h"
#include "base/memory.h"

#include <pthread.h>
#include <stdlib.h>

struct hc_outbox {
    struct hc_job job; /* in the mailbox while `posted` */
    pthread_mutex_t lock;
    struct hc_mailbox *mailbox;
    struct hc_ingest_listener listener;
    struct hc_outbox_topic **topics;
    size_t count;
    size_t capacity;
    struct hc_topic_log **told; /* what the listener was given */
    bool posted, closed;
    bool announced, failed, complete; /* to be told */
    bool told_topics, told_end;
    struct hc_error error;
};

static void deliver(struct hc_job *job);

struct hc_outbox *hc_outbox_new(struct hc_mailbox *mailbox,
                                const struct hc_ingest_listener *listener)
{
    struct hc_outbox *outbox = hc_alloc(sizeof *outbox);
    outbox->job.run = deliver;
    outbox->mailbox = mailbox;
    outbox->listener = *listener;
    pthread_mutex_init(&outbox->lock, NULL);
    return outbox;
}

static void free_topic(struct hc_outbox_topic *topic)
{
    for (int32_t i = 0; i < topic->log.partitions; i++) {
        hc_log_put(topic->log.logs[i]);
        hc_log_put(topic->news[i]);
    }
    free(topic->log.logs);
    free(topic->news);
    hc_buffer_done(&topic->report);
    hc_buffer_done(&topic->settings);
    hc_buffer_done(&topic->name);
    free(topic);
}

static void free_shell(struct hc_outbox *outbox)
{
    pthread_mutex_destroy(&outbox->lock);
    free(outbox);
}

void hc_outbox_close(struct hc_outbox *outbox)
{
    for (size_t i = 0; i < outbox->count; i++) {
        free_topic(outbox->topics[i]);
    }
    free(outbox->topics);
    free(outbox->told);
    pthread_mutex_lock(&outbox->lock);
    bool posted = outbox->posted;
    outbox->closed = true;
    outbox->count = 0;
    outbox->topics = NULL;
    pthread_mutex_unlock(&outbox->lock);
    if (!posted) {
        free_shell(outbox);
    }
}

/* ---- the worker's side ---- */

/* Under the lock. */
static bool want_post(struct hc_outbox *outbox)
{
    bool news = outbox->announced || outbox->failed;
    if (!news || outbox->posted) {
        return false;
    }
    outbox->posted = true;
    return true;
}

static void unlock_and_post(struct hc_outbox *outbox)
{
    bool post = want_post(outbox);
    pthread_mutex_unlock(&outbox->lock);
    if (post) {
        outbox->mailbox->post(outbox->mailbox, &outbox->job);
    }
}

struct hc_outbox_topic *hc_outbox_add(struct hc_outbox *outbox, const struct hc_topic_spec *spec,
                                      struct hc_slice name, enum hp_codec codec)
{
    HC_ASSERT(!outbox->announced);
    struct hc_outbox_topic *topic = hc_alloc(sizeof *topic);
    size_t partitions = (size_t)spec->partitions;
    hc_buffer_append_slice(&topic->name, name);
    topic->news = hc_alloc_array(partitions, sizeof *topic->news);
    topic->news_edge_ms = HC_TIME_MIN;
    topic->log = (struct hc_topic_log){
        .name = hc_buffer_slice(&topic->name),
        .partitions = spec->partitions,
        .logs = hc_alloc_array(partitions, sizeof *topic->log.logs),
        .edge_ms = HC_TIME_MIN,
        .first_visible_ms = HC_NEVER,
        .last_visible_ms = HC_TIME_MIN,
        .spec = spec,
        .codec = codec,
    };
    for (size_t i = 0; i < partitions; i++) {
        topic->log.logs[i] = hc_log_empty();
    }
    pthread_mutex_lock(&outbox->lock);
    outbox->topics = hc_grow(outbox->topics, &outbox->capacity, outbox->count + 1,
                             sizeof(struct hc_outbox_topic *));
    outbox->topics[outbox->count++] = topic;
    pthread_mutex_unlock(&outbox->lock);
    return topic;
}

void hc_outbox_identify(struct hc_outbox *outbox, struct hc_outbox_topic *topic,
                        const uint8_t identity[32], int64_t generation, struct hc_slice settings)
{
    pthread_mutex_lock(&outbox->lock);
    HC_ASSERT(!outbox->announced);
    memcpy(topic->log.identity, identity, sizeof topic->log.identity);
    topic->log.generation = generation;
    hc_buffer_clear(&topic->settings);
    hc_buffer_append_slice(&topic->settings, settings);
    topic->log.settings = hc_buffer_slice(&topic->settings);
    pthread_mutex_unlock(&outbox->lock);
}

void hc_outbox_announce(struct hc_outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    HC_ASSERT(!outbox->announced);
    outbox->announced = true;
    unlock_and_post(outbox);
}

void hc_outbox_put(struct hc_outbox *outbox, struct hc_outbox_topic *topic,
                   const struct hc_outbox_news *news)
{
    HC_ASSERT(news->edge_ms != HC_TIME_MIN || !news->logs);
    pthread_mutex_lock(&outbox->lock);
    HC_ASSERT(!outbox->closed && news->edge_ms >= topic->news_edge_ms);
    for (int32_t i = 0; news->logs && i < topic->log.partitions; i++) {
        hc_log_put(topic->news[i]);
        topic->news[i] = hc_log_get(news->logs[i]);
    }
    topic->news_edge_ms = news->edge_ms;
    topic->news_first_ms = news->first_visible_ms;
    topic->news_last_ms = news->last_visible_ms;
    topic->news_span_known = news->span_known;
    topic->has_news = true;
    unlock_and_post(outbox);
}

void hc_outbox_put_report(struct hc_outbox *outbox, struct hc_outbox_topic *topic,
                          struct hc_slice report)
{
    pthread_mutex_lock(&outbox->lock);
    hc_buffer_clear(&topic->report);
    hc_buffer_append_slice(&topic->report, report);
    pthread_mutex_unlock(&outbox->lock);
}

void hc_outbox_fail(struct hc_outbox *outbox, const struct hc_error *error)
{
    pthread_mutex_lock(&outbox->lock);
    HC_ASSERT(!outbox->failed && !outbox->complete);
    outbox->failed = true;
    outbox->error = *error;
    unlock_and_post(outbox);
}

void hc_outbox_complete(struct hc_outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    HC_ASSERT(outbox->announced && !outbox->failed && !outbox->complete);
    outbox->complete = true;
    unlock_and_post(outbox);
}

void hc_outbox_report(struct hc_outbox *outbox, const struct hc_outbox_topic *topic,
                      struct hc_buffer *out)
{
    pthread_mutex_lock(&outbox->lock);
    hc_buffer_append_slice(out, hc_buffer_slice(&topic->report));
    pthread_mutex_unlock(&outbox->lock);
}

/* ---- the loop's side ---- */

static bool take_news(struct hc_outbox *outbox, struct hc_outbox_topic *topic)
{
    pthread_mutex_lock(&outbox->lock);
    bool news = topic->has_news;
    topic->has_news = false;
    if (news) {
        topic->log.edge_ms = topic->news_edge_ms;
        topic->log.first_visible_ms = topic->news_first_ms;
        topic->log.last_visible_ms = topic->news_last_ms;
        topic->log.span_known = topic->news_span_known;
    }
    for (int32_t i = 0; news && i < topic->log.partitions; i++) {
        if (topic->news[i]) {
            hc_log_put(topic->log.logs[i]);
            topic->log.logs[i] = topic->news[i];
            topic->news[i] = NULL;
        }
    }
    pthread_mutex_unlock(&outbox->lock);
    return news;
}

/* The first call shows topics as they are by then; what they hold is told of right after. */
static void tell_topics(struct hc_outbox *outbox)
{
    outbox->told = hc_alloc_array(outbox->count + 1, sizeof(struct hc_topic_log *));
    for (size_t i = 0; i < outbox->count; i++) {
        outbox->told[i] = &outbox->topics[i]->log;
    }
    outbox->told_topics = true;
    outbox->listener.topics(outbox->listener.context, outbox->told, outbox->count);
}

static void deliver(struct hc_job *job)
{
    struct hc_outbox *outbox = HC_CONTAINER(job, struct hc_outbox, job);
    pthread_mutex_lock(&outbox->lock);
    outbox->posted = false;
    bool closed = outbox->closed;
    bool announced = outbox->announced, failed = outbox->failed, complete = outbox->complete;
    pthread_mutex_unlock(&outbox->lock);
    HC_ASSERT(!(failed && complete));
    if (closed) {
        free_shell(outbox);
        return;
    }
    if (announced && !outbox->told_topics) {
        tell_topics(outbox);
    }
    for (size_t i = 0; announced && i < outbox->count; i++) {
        if (take_news(outbox, outbox->topics[i])) {
            outbox->listener.advanced(outbox->listener.context, &outbox->topics[i]->log);
        }
    }
    if ((failed || complete) && !outbox->told_end) {
        outbox->told_end = true;
        if (failed) {
            outbox->listener.failed(outbox->listener.context, &outbox->error);
        } else {
            outbox->listener.complete(outbox->listener.context);
        }
    }
}
