/* What a session does as time passes: placing the clock, loading, waiting, running, the end. */
#include "base/assert.h"
#include "base/log.h"
#include "base/timetext.h"
#include "session/internal.h"

const char *hc_session_state_name(enum hc_session_state state)
{
    static const char *const names[] = {
        [HC_SESSION_LOADING] = "loading", [HC_SESSION_WAITING] = "waiting",
        [HC_SESSION_RUNNING] = "running", [HC_SESSION_PAUSED] = "paused",
        [HC_SESSION_ENDED] = "ended",
    };
    HC_ASSERT((size_t)state < HC_COUNT(names));
    return names[state];
}

enum hc_session_state hc_session_state(const struct hc_session *session)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    if (session->ended) {
        return HC_SESSION_ENDED;
    }
    if (!session->loaded) {
        return HC_SESSION_LOADING;
    }
    switch (session->intent) {
    case HC_INTENT_WAIT:
        return HC_SESSION_WAITING;
    case HC_INTENT_PAUSE:
        return HC_SESSION_PAUSED;
    case HC_INTENT_RUN:
        return hc_timeline_starved(&session->timeline) ? HC_SESSION_LOADING : HC_SESSION_RUNNING;
    }
    HC_UNREACHABLE();
}

int64_t hc_session_market_ms(const struct hc_session *session)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    return session->timeline.market_ms;
}

/* Puts the clock where it is to start, as soon as that is known. */
static void place(struct hc_session *session)
{
    if (session->placed || !session->topics_complete) {
        return;
    }
    int64_t at = session->place_ms;
    if (at == HC_TIME_MIN && session->config.from_ms != HC_TIME_MIN) {
        at = session->config.from_ms;
    }
    if (at == HC_TIME_MIN) {
        at = hc_window_first_visible(session);
        if (at == HC_NEVER) {
            session->empty = hc_window_edge(session) == HC_NEVER;
            session->loaded = session->empty;
            return;
        }
    }
    hc_timeline_seek(&session->timeline, at);
    session->placed = true;
}

void hc_session_refresh_limits(struct hc_session *session)
{
    place(session);
    struct hc_timeline *timeline = &session->timeline;
    int64_t edge = hc_window_edge(session);
    int64_t end = hc_window_end(session);
    if (end != HC_NEVER) {
        /* What is over is over: a clock beyond the end ends where it is. */
        end = HC_MAX(end, timeline->clock.anchor_market_ms);
        end = HC_MAX(end, timeline->market_ms);
    }
    hc_timeline_set_limits(timeline, edge, end, timeline->ceiling_ms);
    if (session->placed && !session->loaded) {
        session->loaded = edge >= timeline->clock.anchor_market_ms;
        session->restored = session->restored && !session->loaded;
    }
}

void hc_session_end_here(struct hc_session *session)
{
    hc_timeline_hold(&session->timeline);
    session->ended = true;
    if (session->restored_ended) {
        hc_log(HC_LOG_WARN, "session-already-ended",
               "session=%s hint=\"it ended before; --fresh starts it again from the beginning\"",
               session->name);
        session->restored_ended = false;
    }
    hc_drained_begin(session);
}

static void report(struct hc_session *session)
{
    enum hc_session_state state = hc_session_state(session);
    if (state == session->reported) {
        return;
    }
    session->reported = state;
    hc_session_wake_all(session);
    char iso[HC_ISO_BYTES];
    int64_t market = hc_session_market_ms(session);
    const struct hc_session_topic *slowest =
        state == HC_SESSION_LOADING ? hc_window_slowest(session) : NULL;
    hc_log(HC_LOG_INFO, "session-state", "session=%s state=%s market=%s%s%.*s", session->name,
           hc_session_state_name(state), market == HC_TIME_MIN ? "-" : hc_iso_ms(market, iso),
           slowest != NULL ? " waits_for=" : "",
           HC_SLICE_ARG(slowest != NULL ? slowest->name : HC_SLICE_EMPTY));
    if (session->events.changed != NULL) {
        session->events.changed(session->events.context, session);
    }
}

void hc_session_settle(struct hc_session *session)
{
    hc_session_touch(session);
    struct hc_timeline *timeline = &session->timeline;
    bool waits = session->intent == HC_INTENT_WAIT && session->loaded && !session->ended;
    if (waits && !session->frozen) {
        hc_start_arm(session);
        if (hc_start_is_met(session)) {
            session->intent = HC_INTENT_RUN;
        }
    }
    if (hc_session_is_rewinding(session) &&
        (session->readers.untold == 0 || session->now.mono_ns >= session->rewind_until_ns)) {
        hc_readers_end_rewind(session);
        session->rewind_until_ns = HC_NEVER;
    }
    bool runs = session->intent == HC_INTENT_RUN && session->loaded && !session->ended &&
                !session->frozen && !hc_session_is_rewinding(session);
    if (!runs || session->stopped) {
        hc_timeline_hold(timeline);
    } else if (session->placed) {
        hc_timeline_run(timeline);
    }
    if (runs && !session->stopped && (session->empty || hc_timeline_at_end(timeline))) {
        hc_session_end_here(session);
    }
    report(session);
}

void hc_session_catch_up(struct hc_session *session, struct hc_now now)
{
    struct hc_timeline *timeline = &session->timeline;
    now.mono_ns = HC_MAX(now.mono_ns, session->now.mono_ns);
    int64_t stalled_before = timeline->stalled_ns;
    if (now.mono_ns - session->now.mono_ns > HC_STALL_NS &&
        hc_timeline_stalled(timeline, hc_timeline_wake(timeline), now.mono_ns)) {
        char text[HC_DURATION_BYTES];
        hc_log(HC_LOG_WARN, "session-stalled",
               "session=%s for=%s hint=\"the clock goes on from where it was\"", session->name,
               hc_duration_text(timeline->stalled_ns - stalled_before, text));
    }
    session->now = now;
    hc_session_touch(session);
    hc_timeline_advance(timeline, now.mono_ns);
}

void hc_session_advance(struct hc_session *session, struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    hc_session_catch_up(session, now);
    hc_session_settle(session);
    hc_start_expire(session);
    hc_drained_tell(session);
}

int64_t hc_session_next_wake_ns(const struct hc_session *session)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    if (!hc_list_empty(&session->due)) {
        return session->now.mono_ns;
    }
    int64_t wake = hc_timeline_wake(&session->timeline);
    const struct hc_heap_node *first = hc_heap_first(&session->waiters);
    if (first != NULL && first->key != HC_NEVER) {
        wake = HC_MIN(wake, hc_session_instant_ns(session, first->key));
    }
    wake = HC_MIN(wake, session->rewind_until_ns);
    wake = HC_MIN(wake, hc_start_wake(session));
    return HC_MIN(wake, hc_drained_wake(session));
}

int64_t hc_session_instant_ns(const struct hc_session *session, int64_t market_ms)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    if (market_ms <= session->timeline.market_ms && !session->timeline.clock.running) {
        return session->timeline.clock.anchor_mono_ns;
    }
    return hc_timeline_when(&session->timeline, market_ms);
}

struct hc_speed hc_session_speed(const struct hc_session *session)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    return session->timeline.clock.speed;
}

bool hc_session_first_record(const struct hc_session *session, int64_t *ret_visible_ms,
                             int64_t *ret_in_ns)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    int64_t from = session->config.from_ms;
    if (from == HC_TIME_MIN || !session->loaded || session->timeline.market_ms > from) {
        return false;
    }
    struct hc_timeline_log log = session->timeline.log;
    int64_t next = log.next_visible(log.context, from);
    if (next == HC_NEVER) {
        return false;
    }
    struct hc_market_clock clock;
    hc_market_clock_init(&clock, from, session->timeline.clock.speed);
    hc_market_clock_run(&clock, 0);
    int64_t in_ns = hc_market_clock_when(&clock, next, HC_NEVER);
    int64_t idle = session->config.idle_max_ns;
    *ret_visible_ms = next;
    *ret_in_ns = idle > 0 ? HC_MIN(in_ns, idle) : in_ns;
    return true;
}

bool hc_session_min_bytes_off(const struct hc_session *session)
{
    enum hc_session_state state = hc_session_state(session);
    return session->config.lockstep || state == HC_SESSION_PAUSED || state == HC_SESSION_ENDED ||
           state == HC_SESSION_WAITING;
}
