/* What a data directory keeps of a session, and the ceiling that makes it enough. */
#include "base/assert.h"
#include "session/internal.h"

void hc_session_restore(struct hc_session *session, const struct hc_session_saved *saved)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(session->topic_count == 0 && !session->topics_complete);
    HC_ASSERT(saved->generation >= 0 && saved->generation <= INT32_MAX);
    session->restored = saved->market_ms != HC_TIME_MIN;
    session->place_ms = saved->market_ms;
    session->generation = saved->generation;
    session->timeline.clock.speed = saved->speed;
    switch (saved->state) {
    case HC_SESSION_LOADING: /* had not begun: its start condition applies as ever */
    case HC_SESSION_WAITING:
        break;
    case HC_SESSION_PAUSED:
        session->intent = HC_INTENT_PAUSE;
        break;
    case HC_SESSION_ENDED:
        session->restored_ended = true;
        session->intent = HC_INTENT_RUN;
        break;
    case HC_SESSION_RUNNING:
        session->intent = HC_INTENT_RUN;
        break;
    }
}

void hc_session_start_fresh(struct hc_session *session, int64_t generation)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(session->topic_count == 0 && !session->topics_complete);
    HC_ASSERT(generation >= 0 && generation <= INT32_MAX);
    session->generation = generation;
}

void hc_session_set_ceiling(struct hc_session *session, int64_t market_ms, struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    hc_session_catch_up(session, now);
    struct hc_timeline *timeline = &session->timeline;
    hc_timeline_set_limits(timeline, timeline->edge_ms, timeline->end_ms, market_ms);
    hc_session_settle(session);
}

int64_t hc_session_wanted_ceiling(const struct hc_session *session, struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    const struct hc_timeline *timeline = &session->timeline;
    if (timeline->ceiling_ms == HC_NEVER || !timeline->clock.running) {
        return HC_TIME_MIN;
    }
    int64_t late = HC_MAX(now.mono_ns - timeline->now_ns, 0);
    if (timeline->ceiling_ms >= hc_timeline_foresee(timeline, late + HC_NS_PER_S / 2)) {
        return HC_TIME_MIN;
    }
    int64_t wanted = hc_timeline_foresee(timeline, late + HC_NS_PER_S);
    HC_ASSERT(wanted <= timeline->edge_ms && wanted <= timeline->end_ms);
    return wanted;
}

enum hc_session_state hc_session_meant(const struct hc_session *session)
{
    if (session->ended) {
        return HC_SESSION_ENDED;
    }
    switch (session->intent) {
    case HC_INTENT_WAIT:
        return HC_SESSION_WAITING;
    case HC_INTENT_PAUSE:
        return HC_SESSION_PAUSED;
    case HC_INTENT_RUN:
        return HC_SESSION_RUNNING;
    }
    HC_UNREACHABLE();
}

void hc_session_save(const struct hc_session *session, struct hc_session_saved *ret)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    const struct hc_timeline *timeline = &session->timeline;
    int64_t market = timeline->market_ms;
    if (!session->loaded) {
        market = session->placed ? timeline->clock.anchor_market_ms : session->place_ms;
    } else if (timeline->clock.running && timeline->ceiling_ms != HC_NEVER) {
        market = HC_MAX(market, timeline->ceiling_ms);
    }
    *ret = (struct hc_session_saved){market, hc_session_meant(session), session->generation,
                                     timeline->clock.speed};
}
