#include "replay/idle.h"

#include "base/assert.h"

static bool enabled(const struct hc_timeline *timeline)
{
    return timeline->idle_max_ns > 0;
}

int64_t hc_idle_stands_at(const struct hc_timeline *timeline)
{
    int64_t limit = hc_timeline_limit(timeline);
    if (limit == HC_NEVER) {
        return HC_NEVER;
    }
    return hc_market_clock_when(&timeline->clock, limit + 1, HC_NEVER);
}

int64_t hc_idle_due(const struct hc_timeline *timeline)
{
    if (!enabled(timeline) || !timeline->clock.running || timeline->clock.speed.max ||
        timeline->idle_since_ns == HC_NEVER || timeline->idle_stop_ms != HC_NEVER) {
        return HC_NEVER;
    }
    if (timeline->idle_since_ns > HC_NEVER - timeline->idle_max_ns) {
        return HC_NEVER;
    }
    int64_t due = timeline->idle_since_ns + timeline->idle_max_ns;
    return due < hc_idle_stands_at(timeline) ? due : HC_NEVER;
}

/* Takes note of what became visible up to market time `market_ms`; true when there was something.
 */
static bool hear(struct hc_timeline *timeline, int64_t market_ms)
{
    int64_t last = timeline->log.last_visible(timeline->log.context, market_ms);
    if (last <= timeline->idle_from_ms) {
        return false;
    }
    timeline->idle_from_ms = last;
    timeline->idle_since_ns = hc_market_clock_when(&timeline->clock, last, HC_NEVER);
    HC_ASSERT(timeline->idle_since_ns != HC_NEVER);
    return true;
}

/* Silence is over at `at_ns`, with the clock at `market_ms`: onto the next visible instant. */
static void jump(struct hc_timeline *timeline, int64_t market_ms, int64_t at_ns)
{
    int64_t next = timeline->log.next_visible(timeline->log.context, market_ms);
    bool all_loaded = timeline->edge_ms == HC_NEVER || timeline->edge_ms >= timeline->end_ms;
    if (next > timeline->end_ms || (next == HC_NEVER && all_loaded)) {
        timeline->idle_since_ns = HC_NEVER;
        timeline->idle_stop_ms = HC_NEVER;
        return;
    }
    if (next == HC_NEVER || next > HC_MIN(timeline->ceiling_ms, timeline->gate_ms)) {
        timeline->idle_stop_ms = market_ms;
        return;
    }
    HC_ASSERT(next > market_ms && next <= timeline->edge_ms);
    hc_market_clock_seek(&timeline->clock, next, at_ns);
    timeline->skipped_ms += next - market_ms;
    timeline->idle_from_ms = next;
    timeline->idle_since_ns = at_ns;
    timeline->idle_stop_ms = HC_NEVER;
}

bool hc_idle_step(struct hc_timeline *timeline, int64_t now_ns)
{
    int64_t due = hc_idle_due(timeline);
    if (due > now_ns) {
        return false;
    }
    int64_t market = hc_market_clock_at(&timeline->clock, due, hc_timeline_limit(timeline));
    if (!hear(timeline, market)) {
        jump(timeline, market, due);
    }
    return true;
}

void hc_idle_suspend(struct hc_timeline *timeline)
{
    if (!enabled(timeline) || timeline->idle_since_ns == HC_NEVER) {
        return;
    }
    if (timeline->clock.speed.max) {
        timeline->idle_since_ns = 0;
        return;
    }
    int64_t limit = hc_timeline_limit(timeline);
    hear(timeline, hc_market_clock_at(&timeline->clock, timeline->now_ns, limit));
    int64_t until = HC_MIN(timeline->now_ns, hc_idle_stands_at(timeline));
    timeline->idle_since_ns = HC_MAX(until - timeline->idle_since_ns, 0);
}

void hc_idle_resume(struct hc_timeline *timeline)
{
    if (timeline->idle_since_ns != HC_NEVER) {
        timeline->idle_since_ns = timeline->now_ns - timeline->idle_since_ns;
    }
    if (timeline->clock.speed.max) {
        hc_idle_restart(timeline);
    }
}

void hc_idle_restart(struct hc_timeline *timeline)
{
    timeline->idle_from_ms = timeline->clock.anchor_market_ms;
    timeline->idle_since_ns = timeline->clock.running ? timeline->now_ns : 0;
    timeline->idle_stop_ms = HC_NEVER;
}

void hc_idle_release(struct hc_timeline *timeline)
{
    if (timeline->idle_stop_ms != HC_NEVER && timeline->clock.running) {
        jump(timeline, timeline->idle_stop_ms, timeline->now_ns);
    }
}
