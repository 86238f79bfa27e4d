/* Commands: each is one re-anchoring at its own instant. */
#include "base/assert.h"
#include "session/internal.h"

enum hc_status hc_session_refuse_ended(const struct hc_session *session, const char *what,
                                       struct hc_error *error)
{
    return hc_error_set(error, HC_INVALID,
                        "session %s has ended and cannot be %s; seek back to an earlier time, or "
                        "start it again with --fresh",
                        session->name, what);
}

enum hc_status hc_session_pause(struct hc_session *session, struct hc_now now,
                                struct hc_error *error)
{
    hc_session_advance(session, now);
    if (session->ended) {
        return hc_session_refuse_ended(session, "paused", error);
    }
    session->intent = HC_INTENT_PAUSE;
    hc_session_settle(session);
    /* The market time itself is stored now: a resumed clock may not run up to the former ceiling.
     */
    struct hc_timeline *timeline = &session->timeline;
    if (timeline->ceiling_ms != HC_NEVER) {
        int64_t ceiling = HC_MIN(timeline->ceiling_ms, timeline->market_ms);
        hc_timeline_set_limits(timeline, timeline->edge_ms, timeline->end_ms, ceiling);
    }
    return HC_OK;
}

enum hc_status hc_session_resume(struct hc_session *session, struct hc_now now,
                                 struct hc_error *error)
{
    hc_session_advance(session, now);
    if (session->ended) {
        return hc_session_refuse_ended(session, "resumed", error);
    }
    session->intent = HC_INTENT_RUN;
    hc_session_settle(session);
    return HC_OK;
}

void hc_session_set_speed(struct hc_session *session, struct hc_speed speed, struct hc_now now)
{
    hc_session_advance(session, now);
    hc_timeline_set_speed(&session->timeline, speed);
    hc_session_settle(session);
}

void hc_session_stop(struct hc_session *session, struct hc_now now)
{
    hc_session_advance(session, now);
    session->stopped = true;
    hc_session_settle(session);
}
