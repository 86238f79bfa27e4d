/* Lockstep, as far as the session is concerned: a gate that somebody else moves. */
#include "base/assert.h"
#include "session/internal.h"

void hc_session_set_gate(struct hc_session *session, int64_t gate_ms, struct hc_slice who,
                         const char *why, struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(session->config.lockstep);
    hc_slice_to_str(who, session->gate_who, sizeof session->gate_who);
    hc_slice_to_str(hc_slice_str(why), session->gate_why, sizeof session->gate_why);
    if (gate_ms == session->timeline.gate_ms) {
        return;
    }
    hc_session_catch_up(session, now);
    hc_timeline_set_gate(&session->timeline, gate_ms);
    hc_session_settle(session);
}

bool hc_session_at_gate(const struct hc_session *session)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    const struct hc_timeline *timeline = &session->timeline;
    return session->config.lockstep && timeline->clock.running &&
           timeline->market_ms >= timeline->gate_ms && timeline->market_ms < timeline->end_ms;
}

int64_t hc_session_next_instant(const struct hc_session *session, int64_t market_ms)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    struct hc_timeline_log log = session->timeline.log;
    return log.next_visible(log.context, market_ms);
}

int64_t hc_session_edge_ms(const struct hc_session *session)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    return session->timeline.edge_ms;
}

uint64_t hc_session_version(const struct hc_session *session)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    return session->version;
}
