#include "ingest/feed_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "ingest/identity.h"
#include "ingest/report.h"
#include "store/evict.h"

#include <inttypes.h>
#include <stdlib.h>

enum { ROWS_PER_STEP = 4096, SURVEY_SHARE_PERCENT = 30 };

struct hc_feed *hc_feed_new(const struct hc_topic_spec *spec, struct hc_feed_context *context)
{
    HC_ASSERT(context->cache != NULL && context->outbox != NULL && context->open_source != NULL);
    struct hc_feed *feed = hc_alloc(sizeof *feed);
    feed->spec = spec;
    feed->context = context;
    feed->edge_ms = HC_TIME_MIN;
    hc_arena_init(&feed->arena, 0);
    hc_tally_init(&feed->tally, spec, &feed->facts, &feed->arena);
    struct hc_buffer name = {0};
    char text[512];
    hc_identity_source(spec->source, &name);
    feed->name = hc_strdup(hc_log_quote(hc_buffer_slice(&name), text, sizeof text));
    hc_buffer_done(&name);
    return feed;
}

void hc_feed_free(struct hc_feed *feed)
{
    if (!feed) {
        return;
    }
    hc_load_free(feed->load);
    hc_source_close(feed->source);
    hc_store_unlock(feed->lock);
    for (size_t i = 0; i < feed->topic_count; i++) {
        hc_store_unlock(feed->uses[i]);
    }
    hc_buffer_done(&feed->fingerprint);
    free(feed->directory);
    free(feed->name);
    hc_arena_done(&feed->arena);
    free(feed);
}

enum hc_status hc_feed_claim(struct hc_feed *feed, struct hc_slice name, struct hc_error *error)
{
    const struct hc_topic_spec *other = hc_map_get(&feed->context->claims, name);
    if (!other) {
        hc_map_put(&feed->context->claims, name, (void *)(uintptr_t)feed->spec);
        return HC_OK;
    }
    struct hc_buffer first = {0};
    hc_identity_source(other->source, &first);
    hc_error_set(error, HC_USAGE,
                 "topic \"" HC_SLICE_FMT "\" is claimed by two sources, " HC_SLICE_FMT
                 " and %s; give one of them another --topic",
                 HC_SLICE_ARG(name), HC_SLICE_ARG(hc_buffer_slice(&first)), feed->name);
    hc_buffer_done(&first);
    return HC_USAGE;
}

/* ---- steps ---- */

static enum hc_status step_open(struct hc_feed *feed, struct hc_error *error)
{
    if (feed->spec->compression.size && !hp_codec_parse(feed->spec->compression, &feed->codec)) {
        return hc_error_set(error, HC_USAGE,
                            "compression \"" HC_SLICE_FMT
                            "\" is none of none, zstd, lz4, snappy, gzip",
                            HC_SLICE_ARG(feed->spec->compression));
    }
    hc_cache_variant(feed->codec, feed->spec->range_to_ms, feed->variant);
    feed->directory = hc_cache_source_of(feed->context->cache, feed->spec);
    enum hc_status status = feed->context->open_source(feed->spec, &feed->source, error);
    if (status == HC_OK) {
        status = hc_cache_fingerprint(feed->source, &feed->fingerprint, error);
        feed->far = status == HC_AGAIN;
    }
    return status == HC_OK || feed->far ? hc_feed_try_stored(feed, HC_FEED_LOCK, error) : status;
}

static enum hc_status step_lock(struct hc_feed *feed, struct hc_error *error)
{
    enum hc_status status = hc_cache_make_one(feed->directory, error);
    if (status == HC_OK) {
        status = hc_store_lock_build(feed->directory, &feed->lock, error);
    }
    if (status == HC_LOCKED) {
        if (!feed->told_waiting) {
            hc_log(HC_LOG_INFO, "load-wait", "source=%s why=\"another process is loading it\"",
                   feed->name);
            feed->told_waiting = true;
        }
        return HC_AGAIN;
    }
    /* Whoever held the lock before may have just loaded what is wanted. */
    if (status == HC_OK) {
        status = hc_feed_try_stored(feed, HC_FEED_SURVEY, error);
    }
    return status == HC_OK && feed->state == HC_FEED_SURVEY ? hc_feed_foretell(feed, error)
                                                            : status;
}

static enum hc_status step_survey(struct hc_feed *feed, struct hc_error *error)
{
    HC_ASSERT(feed->lock != NULL && feed->topic_count == (feed->identified ? 1 : 0));
    atomic_store(&feed->load_state, HC_LOAD_SURVEY);
    enum hc_status status = hc_source_survey(feed->source, &feed->control, &feed->facts, error);
    if (status == HC_OK && feed->far) {
        status = hc_feed_survey_fingerprint(feed, error);
    }
    if (status == HC_OK) {
        hc_tally_take_survey(&feed->tally);
        status =
            hc_topic_map_make(feed->spec->topic, &feed->facts, &feed->arena, &feed->map, error);
    }
    for (size_t i = 0; i < feed->map.count && status == HC_OK && !feed->identified; i++) {
        status = hc_feed_claim(feed, feed->map.names[i], error);
    }
    feed->state = HC_FEED_PREPARE;
    return status;
}

static enum hc_status step_prepare(struct hc_feed *feed, struct hc_error *error)
{
    struct hc_load_config config = {
        .source = feed->source,
        .facts = &feed->facts,
        .map = &feed->map,
        .control = &feed->control,
        .tally = &feed->tally,
        .cache = feed->context->cache,
        .variant = hc_slice_str(feed->variant),
        .codec = feed->codec,
        .fingerprint = hc_buffer_slice(&feed->fingerprint),
        .index = &feed->index,
        .published = hc_feed_published,
        .context = feed,
    };
    enum hc_status status = hc_load_new(&config, &feed->load, error);
    if (status == HC_LOCKED) {
        return HC_AGAIN;
    }
    if (status != HC_OK) {
        return status;
    }
    hc_log(HC_LOG_INFO, "load-start", "source=%s topics=%zu rows=%" PRId64 " ordered=%s",
           feed->name, feed->map.count, feed->facts.rows, feed->facts.ordered ? "yes" : "no");
    hc_feed_make_topics(feed);
    atomic_store(&feed->load_state, HC_LOAD_READ);
    feed->state = HC_FEED_LOAD;
    return HC_OK;
}

static enum hc_status step_load(struct hc_feed *feed, struct hc_error *error)
{
    enum hc_status status = hc_load_step(feed->load, ROWS_PER_STEP, error);
    if (status == HC_OK) {
        atomic_store(&feed->percent, hc_load_percent(feed->load));
        atomic_store(&feed->load_state,
                     hc_load_is_merging(feed->load) ? HC_LOAD_MERGE : HC_LOAD_READ);
    }
    if (status == HC_END) {
        feed->state = HC_FEED_SYNC;
        status = HC_OK;
    }
    return status;
}

static void make_room(const struct hc_feed *feed)
{
    char *topics = hc_cache_topics(feed->context->cache);
    struct hc_evict_result result;
    struct hc_error error = {0};
    enum hc_status status =
        hc_store_evict(topics, feed->context->cache_limit_bytes, &result, &error);
    if (status != HC_OK) {
        hc_log(HC_LOG_WARN, "cache-evict-failed", "why=\"%s\"", error.text);
    } else if (result.bytes_after > feed->context->cache_limit_bytes) {
        hc_log(HC_LOG_WARN, "cache-full", "bytes=%" PRIu64 " limit=%" PRIu64 " why=\"in use\"",
               result.bytes_after, feed->context->cache_limit_bytes);
    }
    free(topics);
}

static enum hc_status step_sync(struct hc_feed *feed, struct hc_error *error)
{
    enum hc_status status = hc_load_finish(feed->load, error);
    if (status != HC_OK) {
        return status;
    }
    HC_ASSERT(feed->edge_ms == HC_NEVER && feed->identified);
    struct hc_load_topic *topics = hc_load_topics(feed->load);
    for (size_t i = 0; i < feed->topic_count; i++) {
        feed->uses[i] = topics[i].use; /* keeps evictors away while this process serves it */
        topics[i].use = NULL;
    }
    hc_load_free(feed->load);
    feed->load = NULL;
    hc_store_unlock(feed->lock);
    feed->lock = NULL;
    if (feed->context->cache_limit_bytes > 0) {
        make_room(feed);
    }
    atomic_store(&feed->percent, 100);
    atomic_store(&feed->load_state, HC_LOAD_DONE);
    feed->state = HC_FEED_COMPLETE;
    return HC_OK;
}

enum hc_status hc_feed_step(struct hc_feed *feed, struct hc_error *error)
{
    switch (feed->state) {
    case HC_FEED_OPEN:
        return step_open(feed, error);
    case HC_FEED_LOCK:
        return step_lock(feed, error);
    case HC_FEED_SURVEY:
        return step_survey(feed, error);
    case HC_FEED_PREPARE:
        return step_prepare(feed, error);
    case HC_FEED_LOAD:
        return step_load(feed, error);
    case HC_FEED_SYNC:
        return step_sync(feed, error);
    case HC_FEED_COMPLETE:
        return HC_END;
    }
    HC_UNREACHABLE();
}

/* ---- looking ---- */

enum hc_feed_rank hc_feed_rank(const struct hc_feed *feed)
{
    if (feed->state == HC_FEED_COMPLETE) {
        return HC_FEED_DONE;
    }
    if (feed->identified) {
        return HC_FEED_DECIDED;
    }
    return feed->state < HC_FEED_LOAD ? HC_FEED_UNKNOWN : HC_FEED_UNDECIDED;
}

int64_t hc_feed_edge_ms(const struct hc_feed *feed)
{
    return feed->edge_ms;
}

bool hc_feed_is_loading(const struct hc_feed *feed)
{
    return feed->state >= HC_FEED_SURVEY && feed->state < HC_FEED_COMPLETE;
}

void hc_feed_cancel(struct hc_feed *feed)
{
    atomic_store(&feed->control.cancel, true);
}

int64_t hc_feed_rows(const struct hc_feed *feed)
{
    return atomic_load(&feed->tally.records);
}

struct hc_ingest_progress hc_feed_progress(const struct hc_feed *feed)
{
    struct hc_ingest_progress progress = {
        .state = (enum hc_load_state)atomic_load(&feed->load_state),
        .rows = hc_feed_rows(feed),
        .refused = atomic_load(&feed->tally.refused),
        .percent = -1,
    };
    long long done = atomic_load(&feed->control.bytes_done);
    long long total = atomic_load(&feed->control.bytes_total);
    int percent = atomic_load(&feed->percent);
    switch (progress.state) {
    case HC_LOAD_PENDING:
        progress.percent = 0;
        break;
    case HC_LOAD_SURVEY:
        progress.rows = atomic_load(&feed->control.rows_done);
        progress.percent =
            total > 0 ? (int32_t)(HC_MIN(done, total) * SURVEY_SHARE_PERCENT / total) : -1;
        break;
    case HC_LOAD_READ:
    case HC_LOAD_MERGE:
        progress.percent =
            percent < 0 ? -1 : SURVEY_SHARE_PERCENT + percent * (100 - SURVEY_SHARE_PERCENT) / 100;
        break;
    case HC_LOAD_DONE:
        progress.percent = 100;
        break;
    case HC_LOAD_FAILED:
        break;
    }
    return progress;
}
