#include "base/clock.h"
#include "ingest/feed_internal.h"
#include "ingest/report.h"

void hc_feed_reserve_topics(struct hc_feed *feed, size_t count)
{
    HC_ASSERT(feed->topic_count == 0);
    feed->topics = HC_ARENA_ARRAY(&feed->arena, struct hc_outbox_topic *, count);
    feed->uses = HC_ARENA_ARRAY(&feed->arena, struct hc_store_lock *, count);
}

void hc_feed_span(struct hc_log *const *logs, int32_t partitions, struct hc_outbox_news *news)
{
    news->first_visible_ms = HC_NEVER;
    news->last_visible_ms = HC_TIME_MIN;
    for (int32_t i = 0; i < partitions; i++) {
        int64_t end = hc_log_end(logs[i]);
        if (end > 0) {
            int64_t first = hc_log_visible_ms(logs[i], 0);
            int64_t last = hc_log_visible_ms(logs[i], end - 1);
            news->first_visible_ms = HC_MIN(news->first_visible_ms, first);
            news->last_visible_ms = HC_MAX(news->last_visible_ms, last);
        }
    }
    news->span_known = true;
}

/* As surveyed: exact unless rows are refused later. */
static void surveyed_span(const struct hc_feed *feed, size_t topic, struct hc_outbox_news *news)
{
    struct hc_topic_span span = hc_topic_span(&feed->facts, &feed->map, (uint32_t)topic);
    bool rows = span.rows > 0;
    news->first_visible_ms = rows ? hc_ms_of_ns(span.first_visible_ns) : HC_NEVER;
    news->last_visible_ms = rows ? hc_ms_of_ns(span.last_visible_ns) : HC_TIME_MIN;
    news->span_known = true;
}

static void put_report(struct hc_feed *feed, size_t topic)
{
    struct hc_buffer report = {0};
    hc_report_write(&feed->tally, &feed->map, (uint32_t)topic,
                    hc_load_topics(feed->load)[topic].records, &report);
    hc_outbox_put_report(feed->context->outbox, feed->topics[topic], hc_buffer_slice(&report));
    hc_buffer_done(&report);
}

static void identify(struct hc_feed *feed)
{
    const struct hc_load_topic *topics = hc_load_topics(feed->load);
    for (size_t i = 0; i < feed->topic_count; i++) {
        hc_outbox_identify(feed->context->outbox, feed->topics[i], topics[i].identity,
                           topics[i].generation, topics[i].settings);
    }
    HC_ASSERT(feed->topic_count == feed->map.count);
    feed->identified = true;
}

enum hc_status hc_feed_foretell(struct hc_feed *feed, struct hc_error *error)
{
    struct hc_slice name = feed->spec->topic;
    int64_t generation;
    HC_ASSERT(!feed->identified && feed->topic_count == 0);
    if (!hc_template_is_plain(name) ||
        !hc_load_knows_generation(&feed->index, hc_buffer_slice(&feed->fingerprint), feed->spec,
                                  name, &generation)) {
        return HC_OK;
    }
    enum hc_status status = hc_topic_name_check(name, error);
    if (status == HC_OK) {
        status = hc_feed_claim(feed, name, error);
    }
    if (status != HC_OK) {
        return status;
    }
    struct hc_buffer settings = {0};
    uint8_t identity[HC_IDENTITY_BYTES];
    hc_identity_settings(feed->spec, name, &settings);
    hc_identity_hash(hc_buffer_slice(&settings), generation, identity);
    hc_feed_reserve_topics(feed, 1);
    feed->topics[feed->topic_count++] =
        hc_outbox_add(feed->context->outbox, feed->spec, name, feed->codec);
    hc_outbox_identify(feed->context->outbox, feed->topics[0], identity, generation,
                       hc_buffer_slice(&settings));
    hc_buffer_done(&settings);
    feed->identified = true;
    return HC_OK;
}

static void add_topics(struct hc_feed *feed)
{
    hc_feed_reserve_topics(feed, feed->map.count);
    for (size_t i = 0; i < feed->map.count; i++) {
        feed->topics[feed->topic_count++] =
            hc_outbox_add(feed->context->outbox, feed->spec, feed->map.names[i], feed->codec);
    }
}

/* What was foretold has come true: no session is ever told another identity than that of its
 * records. */
static void check_foretold(const struct hc_feed *feed)
{
    const struct hc_load_topic *topic = hc_load_topics(feed->load);
    HC_ASSERT(feed->topic_count == 1 && feed->map.count == 1);
    HC_ASSERT(hc_load_is_decided(feed->load));
    HC_ASSERT(memcmp(topic->identity, feed->topics[0]->log.identity, HC_IDENTITY_BYTES) == 0);
}

void hc_feed_make_topics(struct hc_feed *feed)
{
    if (feed->identified) {
        check_foretold(feed);
    } else {
        add_topics(feed);
    }
    for (size_t i = 0; i < feed->map.count; i++) {
        struct hc_outbox_news news = {.edge_ms = HC_TIME_MIN};
        surveyed_span(feed, i, &news);
        hc_outbox_put(feed->context->outbox, feed->topics[i], &news);
        put_report(feed, i);
    }
    if (!feed->identified && hc_load_is_decided(feed->load)) {
        identify(feed);
    }
}

void hc_feed_published(void *context, int64_t edge_ms)
{
    struct hc_feed *feed = context;
    if (!hc_load_is_decided(feed->load)) {
        return; /* who these records belong to is not certain yet */
    }
    if (!feed->identified) {
        identify(feed);
    }
    HC_ASSERT(edge_ms >= feed->edge_ms);
    feed->edge_ms = edge_ms;
    const struct hc_load_topic *topics = hc_load_topics(feed->load);
    for (size_t i = 0; i < feed->topic_count; i++) {
        struct hc_outbox_news news = {.logs = topics[i].logs, .edge_ms = edge_ms};
        if (edge_ms == HC_NEVER) {
            hc_feed_span(topics[i].logs, feed->spec->partitions, &news);
        } else {
            surveyed_span(feed, i, &news);
        }
        hc_outbox_put(feed->context->outbox, feed->topics[i], &news);
        put_report(feed, i);
    }
}
