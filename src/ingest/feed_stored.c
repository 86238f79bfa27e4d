#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "ingest/feed_internal.h"

#include <inttypes.h>
#include <stdlib.h>

/* A topic of the stored load, opened. */
struct stored {
    struct hc_slice name;
    struct hc_store_topic topic;
    struct hc_store_lock *use;
    uint8_t identity[HC_IDENTITY_BYTES];
    bool open;
};

static void close_stored(struct stored *stored, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (stored[i].open) {
            hc_store_topic_done(&stored[i].topic);
        }
        hc_store_unlock(stored[i].use);
    }
}

/* The manifest has the last word: what the index says may be older. */
static bool is_wanted(const struct hc_feed *feed, const struct stored *stored,
                      struct hc_slice settings)
{
    const struct hc_store_topic *topic = &stored->topic;
    return topic->partitions == feed->spec->partitions && topic->codec == feed->codec &&
           hc_slice_equal(topic->facts.settings, settings) &&
           hc_slice_equal(topic->facts.fingerprint, hc_buffer_slice(&feed->fingerprint));
}

static bool open_stored(struct hc_feed *feed, struct hc_slice name, struct stored *stored)
{
    struct hc_buffer settings = {0};
    char hex[HC_IDENTITY_HEX_BYTES];
    struct hc_error error = {0};
    stored->name = name;
    hc_identity_settings(feed->spec, name, &settings);
    hc_identity_hash(hc_buffer_slice(&settings), 0, stored->identity);
    char *directory =
        hc_cache_topic(feed->context->cache, hc_identity_hex(stored->identity, hex), feed->variant);
    enum hc_status status = hc_store_lock_use(directory, &stored->use, &error);
    if (status == HC_OK) {
        status = hc_store_open(directory, &stored->topic, &error);
    }
    stored->open = status == HC_OK;
    bool wanted = stored->open && is_wanted(feed, stored, hc_buffer_slice(&settings));
    if (wanted) {
        hc_identity_hash(hc_buffer_slice(&settings), stored->topic.facts.generation,
                         stored->identity);
    } else if (status == HC_CORRUPT) {
        hc_log(HC_LOG_WARN, "stored-topic-corrupt", "topic=" HC_SLICE_FMT " why=\"%s\"",
               HC_SLICE_ARG(name), error.text);
    }
    free(directory);
    hc_buffer_done(&settings);
    return wanted;
}

/* Gives a stored topic to the outbox: everything is loaded. */
static void serve(struct hc_feed *feed, struct stored *stored)
{
    struct hc_outbox *outbox = feed->context->outbox;
    const struct hc_store_facts *facts = &stored->topic.facts;
    struct hc_outbox_topic *topic = hc_outbox_add(outbox, feed->spec, stored->name, feed->codec);
    hc_outbox_identify(outbox, topic, stored->identity, facts->generation, facts->settings);
    hc_outbox_put_report(outbox, topic, facts->report);
    struct hc_outbox_news news = {.logs = stored->topic.logs, .edge_ms = HC_NEVER};
    hc_feed_span(stored->topic.logs, stored->topic.partitions, &news);
    hc_outbox_put(outbox, topic, &news);
    for (int32_t i = 0; i < stored->topic.partitions; i++) {
        atomic_fetch_add(&feed->tally.records, hc_log_end(stored->topic.logs[i]));
    }
    HC_ASSERT(stored->open && stored->use != NULL);
    feed->topics[feed->topic_count] = topic;
    feed->uses[feed->topic_count] = stored->use;
    feed->topic_count++;
    stored->use = NULL;
}

static enum hc_status serve_all(struct hc_feed *feed, struct stored *stored, size_t count,
                                struct hc_error *error)
{
    for (size_t i = 0; i < count; i++) {
        enum hc_status status = hc_feed_claim(feed, stored[i].name, error);
        if (status != HC_OK) {
            return status;
        }
    }
    hc_feed_reserve_topics(feed, count);
    for (size_t i = 0; i < count; i++) {
        serve(feed, &stored[i]);
    }
    feed->identified = true;
    feed->edge_ms = HC_NEVER;
    feed->state = HC_FEED_COMPLETE;
    atomic_store(&feed->load_state, HC_LOAD_DONE);
    hc_store_unlock(feed->lock);
    feed->lock = NULL;
    feed->unprobed = feed->far;
    hc_log(HC_LOG_INFO, "load-reused", "source=%s topics=%zu records=%lld", feed->name, count,
           atomic_load(&feed->tally.records));
    return HC_OK;
}

enum hc_status hc_feed_try_stored(struct hc_feed *feed, enum hc_feed_state otherwise,
                                  struct hc_error *error)
{
    feed->state = otherwise;
    enum hc_status status = hc_index_read(feed->directory, &feed->arena, &feed->index);
    const struct hc_index_load *load =
        status == HC_OK ? hc_index_load(&feed->index, hc_slice_str(feed->variant)) : NULL;
    if (status == HC_CORRUPT) {
        hc_log(HC_LOG_WARN, "index-corrupt", "directory=%s", feed->directory);
    }
    if (load && feed->far) { /* served first, asked for afterwards */
        hc_buffer_clear(&feed->fingerprint);
        hc_buffer_append_slice(&feed->fingerprint, feed->index.fingerprint);
    }
    if (!load || feed->spec->refresh ||
        !hc_slice_equal(feed->index.fingerprint, hc_buffer_slice(&feed->fingerprint))) {
        return HC_OK;
    }
    struct stored *stored = HC_ARENA_ARRAY(&feed->arena, struct stored, load->name_count);
    size_t opened = 0;
    while (opened < load->name_count && open_stored(feed, load->names[opened], &stored[opened])) {
        opened++;
    }
    status = HC_OK;
    if (opened == load->name_count) {
        status = serve_all(feed, stored, opened, error);
    }
    close_stored(stored, load->name_count);
    return status;
}
