#include "cli/app.h"

#include "base/memory.h"
#include "ingest/identity.h"

#include <stdlib.h>

static bool serves(const struct hc_plan_session *plan, struct hc_slice topic)
{
    for (size_t i = 0; i < plan->topics.count; i++) {
        if (hc_slice_equal(plan->topics.items[i], topic)) {
            return true;
        }
    }
    return plan->topics.count == 0;
}

/* Stored offsets belong to a topic's identity; a changed one starts without them, and says which
 * setting changed. */
static void claim_offsets(struct hc_app_session *session, const struct hc_topic_log *log)
{
    char identity[HC_IDENTITY_HEX_BYTES];
    hc_identity_hex(log->identity, identity);
    char *before = NULL;
    if (hc_offsets_add_topic(session->cluster.offsets, log->name, hc_slice_str(identity),
                             log->settings, &before)) {
        char text[1024];
        struct hc_buffer changed = {0};
        hc_identity_difference(hc_slice_str(before), log->settings, &changed);
        hc_log(HC_LOG_WARN, "offsets-of-another-topic", "topic=" HC_SLICE_FMT " changed=%s",
               HC_SLICE_ARG(log->name), hc_log_quote(hc_buffer_slice(&changed), text, sizeof text));
        hc_buffer_done(&changed);
        free(before);
    }
}

static void add_topic(struct hc_app_session *session, size_t index, const struct hc_topic_log *log)
{
    struct hc_session *target = session->cluster.session;
    struct hc_session_topic *topic = hc_session_add_topic(
        target, log->name, log->identity, log->partitions, hc_slice_str(hp_codec_name(log->codec)));
    session->topics[index] = topic;
    claim_offsets(session, log);
    for (int32_t p = 0; p < log->partitions && !session->app->plan->fresh; p++) {
        const struct hc_offsets_epoch *stored = NULL;
        size_t count = hc_offsets_epochs(session->cluster.offsets, log->name, p, &stored);
        if (count > 0) {
            struct hc_epoch_entry *entries = hc_alloc_array(count, sizeof *entries);
            for (size_t i = 0; i < count; i++) {
                entries[i] = (struct hc_epoch_entry){stored[i].epoch, stored[i].start};
            }
            hc_session_set_epochs(target, topic, p, entries, count);
            free(entries);
        }
    }
}

static void update(struct hc_app_session *session, size_t index, struct hc_now now)
{
    const struct hc_topic_log *log = session->app->topics[index];
    hc_session_update_topic(session->cluster.session, session->topics[index], log->logs,
                            log->edge_ms, log->span_known, log->first_visible_ms,
                            log->last_visible_ms, now);
}

void hc_app_attach_topics(struct hc_app_session *session)
{
    struct hc_app *app = session->app;
    size_t count = app->topic_count;
    session->topics = hc_alloc_array(HC_MAX(count, (size_t)1), sizeof *session->topics);
    for (size_t i = 0; i < count; i++) {
        if (serves(session->plan, app->topics[i]->name)) {
            add_topic(session, i, app->topics[i]);
        }
    }
    if (app->plan->fresh) {
        hc_app_durable_begin_fresh(session);
    }
    hc_session_topics_complete(session->cluster.session);
    for (size_t i = 0; i < app->plan->spec_count; i++) {
        struct hc_slice uri = app->plan->specs[i].source;
        hc_session_set_source(session->cluster.session, hc_slice_cut(&uri, ':'), HC_SOURCE_OK);
    }
    struct hc_now now = hc_now_read();
    for (size_t i = 0; i < count; i++) {
        if (session->topics[i] && app->topics[i]->edge_ms != HC_TIME_MIN) {
            update(session, i, now);
        }
    }
}

static void on_topics(void *context, struct hc_topic_log *const *topics, size_t count)
{
    struct hc_app *app = context;
    app->topics = topics;
    app->topic_count = count;
    for (size_t s = 0; s < app->session_count; s++) {
        hc_app_attach_topics(app->sessions[s]);
    }
    for (size_t i = 0; i < count; i++) {
        topics[i]->user = (void *)(uintptr_t)(i + 1);
    }
    app->topics_known = true;
    hc_app_tell_ready(app);
    hc_loop_touch(app->loop);
}

static void on_advanced(void *context, struct hc_topic_log *log)
{
    struct hc_app *app = context;
    size_t index = (size_t)(uintptr_t)log->user - 1;
    HC_ASSERT(index < app->topic_count);
    struct hc_now now = hc_now_read();
    for (size_t s = 0; s < app->session_count; s++) {
        if (app->sessions[s]->topics[index]) {
            update(app->sessions[s], index, now);
        }
    }
    hc_loop_touch(app->loop);
}

static void on_failed(void *context, const struct hc_error *error)
{
    hc_app_fail(context, HC_AT_SOURCE, error);
}

static void on_complete(void *context)
{
    struct hc_app *app = context;
    hc_loop_touch(app->loop);
    if (app->mode->loaded) {
        app->mode->loaded(app);
    }
}

/* What status shows of loading, taken from the ingest's counters. */
void hc_app_refresh_load(struct hc_app_session *session)
{
    if (!session->app->ingest) {
        return;
    }
    struct hc_ingest_progress progress = hc_ingest_progress(session->app->ingest);
    struct hc_session_load load = {
        .complete = progress.state == HC_LOAD_DONE,
        .percent = progress.state == HC_LOAD_DONE ? 100 : progress.percent,
        .refused = progress.refused,
    };
    hc_session_set_load(session->cluster.session, load);
}

struct hc_ingest_listener hc_app_ingest_listener(struct hc_app *app)
{
    return (struct hc_ingest_listener){.context = app,
                                       .topics = on_topics,
                                       .advanced = on_advanced,
                                       .failed = on_failed,
                                       .complete = on_complete};
}
