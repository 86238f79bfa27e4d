#include "base/assert.h"
#include "base/memory.h"
#include "session/internal.h"

#include <stdlib.h>

static void check_config(const struct hc_session_config *config)
{
    HC_ASSERT(config->name.size > 0);
    HC_ASSERT(config->warmup_ms >= 0 && config->idle_max_ns >= 0);
    HC_ASSERT(config->start_timeout_ns >= 0 && config->drain_timeout_ns >= 0);
    HC_ASSERT(config->rewind_settle_ns >= 0);
    HC_ASSERT(config->start != HC_START_MEMBERS || config->start_members >= 1);
    HC_ASSERT(config->speed.max || config->speed.num >= 1);
    HC_ASSERT(config->from_ms <= config->to_ms);
}

static enum hc_intent intent_of(enum hc_start_kind start)
{
    switch (start) {
    case HC_START_NOW:
        return HC_INTENT_RUN;
    case HC_START_PAUSED:
        return HC_INTENT_PAUSE;
    case HC_START_FIRST_CONSUMER:
    case HC_START_MEMBERS:
        return HC_INTENT_WAIT;
    }
    HC_UNREACHABLE();
}

struct hc_session *hc_session_new(const struct hc_session_config *config)
{
    check_config(config);
    struct hc_session *session = hc_alloc(sizeof *session);
    session->magic = HC_SESSION_MAGIC;
    session->config = *config;
    session->name = hc_slice_dup(config->name);
    session->config.name = hc_slice_of(session->name, config->name.size);
    if (!hc_slice_is_null(config->start_group)) {
        session->start_group = hc_slice_dup(config->start_group);
        session->config.start_group = hc_slice_of(session->start_group, config->start_group.size);
    }
    hc_session_make_cluster_id(session);
    hc_map_init(&session->topics_by_name, 1);
    hc_map_init(&session->topics_by_id, 2);
    hc_list_init(&session->due);
    hc_start_init(&session->start);
    hc_readers_init(&session->readers);
    hc_timeline_init(&session->timeline, config->speed, config->idle_max_ns,
                     hc_window_log(session));
    session->timeline.stall_off = config->virtual_time;
    session->timeline.gate_ms = config->lockstep ? HC_TIME_MIN : HC_NEVER;
    session->intent = intent_of(config->start);
    session->place_ms = HC_TIME_MIN;
    session->skip_ms = HC_TIME_MIN;
    session->rewind_until_ns = HC_NEVER;
    session->reported = HC_SESSION_LOADING;
    session->load.percent = -1;
    return session;
}

void hc_session_free(struct hc_session *session)
{
    if (session == NULL) {
        return;
    }
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    for (size_t i = 0; i < session->topic_count; i++) {
        hc_session_topic_free(session->topics[i]);
    }
    for (size_t i = 0; i < session->source_count; i++) {
        free(session->sources[i].name);
    }
    hc_start_done(&session->start);
    hc_readers_done(&session->readers);
    hc_map_done(&session->topics_by_name);
    hc_map_done(&session->topics_by_id);
    hc_heap_done(&session->waiters);
    free(session->sources);
    free(session->topics);
    free(session->start_group);
    free(session->name);
    session->magic = 0;
    free(session);
}

const struct hc_session_config *hc_session_config(const struct hc_session *session)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    return &session->config;
}

void hc_session_set_events(struct hc_session *session, struct hc_session_events events)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    session->events = events;
}

void hc_session_watch(struct hc_session *session, void (*touched)(void *context), void *context)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    session->touched = touched;
    session->touched_context = context;
}

void hc_session_set_load(struct hc_session *session, struct hc_session_load load)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(load.percent >= -1 && load.percent <= 100 && load.refused >= 0);
    session->load = load;
}

void hc_session_set_source(struct hc_session *session, struct hc_slice name,
                           enum hc_source_state state)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    for (size_t i = 0; i < session->source_count; i++) {
        if (hc_slice_equal_str(name, session->sources[i].name)) {
            session->sources[i].state = state;
            return;
        }
    }
    session->sources = hc_grow(session->sources, &session->source_capacity,
                               session->source_count + 1, sizeof *session->sources);
    session->sources[session->source_count++] =
        (struct hc_session_source){hc_slice_dup(name), state};
}
