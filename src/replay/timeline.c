#include "replay/timeline.h"

#include "base/assert.h"
#include "replay/idle.h"

void hc_timeline_init(struct hc_timeline *timeline, struct hc_speed speed, int64_t idle_max_ns,
                      struct hc_timeline_log log)
{
    HC_ASSERT(idle_max_ns >= 0 && log.last_visible != NULL && log.next_visible != NULL);
    *timeline = (struct hc_timeline){
        .log = log,
        .edge_ms = HC_TIME_MIN,
        .end_ms = HC_NEVER,
        .ceiling_ms = HC_NEVER,
        .gate_ms = HC_NEVER,
        .idle_max_ns = idle_max_ns,
        .idle_from_ms = HC_TIME_MIN,
        .idle_stop_ms = HC_NEVER,
        .market_ms = HC_TIME_MIN,
    };
    hc_market_clock_init(&timeline->clock, HC_TIME_MIN, speed);
}

int64_t hc_timeline_limit(const struct hc_timeline *timeline)
{
    int64_t ceiling = HC_MIN(timeline->ceiling_ms, timeline->gate_ms);
    ceiling = HC_MAX(ceiling, timeline->clock.anchor_market_ms);
    int64_t limit = HC_MIN(timeline->edge_ms, timeline->end_ms);
    limit = HC_MIN(limit, timeline->idle_stop_ms);
    return HC_MIN(limit, ceiling);
}

static void look(struct hc_timeline *timeline)
{
    int64_t limit = hc_timeline_limit(timeline);
    timeline->market_ms = hc_market_clock_at(&timeline->clock, timeline->now_ns, limit);
}

void hc_timeline_advance(struct hc_timeline *timeline, int64_t now_ns)
{
    HC_ASSERT(now_ns >= timeline->now_ns);
    while (hc_idle_step(timeline, now_ns)) {
    }
    int64_t before = timeline->market_ms;
    timeline->now_ns = now_ns;
    look(timeline);
    HC_ASSERT(timeline->market_ms >= before);
}

bool hc_timeline_stalled(struct hc_timeline *timeline, int64_t armed_ns, int64_t now_ns)
{
    bool moving = timeline->clock.running && !timeline->clock.speed.max &&
                  hc_idle_stands_at(timeline) > timeline->now_ns;
    if (timeline->stall_off || !moving || armed_ns >= now_ns || now_ns - armed_ns <= HC_STALL_NS) {
        return false;
    }
    int64_t stalled = now_ns - HC_MAX(armed_ns, timeline->now_ns);
    hc_market_clock_shift(&timeline->clock, stalled);
    if (timeline->idle_since_ns != HC_NEVER) {
        timeline->idle_since_ns += stalled;
    }
    timeline->stalled_ns += stalled;
    return true;
}

void hc_timeline_run(struct hc_timeline *timeline)
{
    if (timeline->clock.running) {
        return;
    }
    hc_market_clock_run(&timeline->clock, timeline->now_ns);
    hc_idle_resume(timeline);
    hc_idle_release(timeline);
    look(timeline);
}

void hc_timeline_hold(struct hc_timeline *timeline)
{
    if (!timeline->clock.running) {
        return;
    }
    hc_idle_suspend(timeline);
    hc_market_clock_hold(&timeline->clock, timeline->now_ns, hc_timeline_limit(timeline));
    look(timeline);
}

void hc_timeline_set_speed(struct hc_timeline *timeline, struct hc_speed speed)
{
    if (timeline->clock.running) {
        hc_idle_suspend(timeline);
    }
    hc_market_clock_set_speed(&timeline->clock, speed, timeline->now_ns,
                              hc_timeline_limit(timeline));
    if (timeline->clock.running) {
        hc_idle_resume(timeline);
    }
    look(timeline);
}

void hc_timeline_seek(struct hc_timeline *timeline, int64_t market_ms)
{
    hc_market_clock_seek(&timeline->clock, market_ms, timeline->now_ns);
    hc_idle_restart(timeline);
    look(timeline);
}

static void set_limits(struct hc_timeline *timeline, int64_t edge_ms, int64_t end_ms,
                       int64_t ceiling_ms, int64_t gate_ms)
{
    int64_t limit = hc_timeline_limit(timeline);
    bool standing = timeline->clock.running && limit >= timeline->clock.anchor_market_ms &&
                    hc_idle_stands_at(timeline) <= timeline->now_ns;
    if (standing) {
        hc_idle_suspend(timeline);
        hc_market_clock_seek(&timeline->clock, limit, timeline->now_ns);
    }
    timeline->edge_ms = edge_ms;
    timeline->end_ms = end_ms;
    timeline->ceiling_ms = ceiling_ms;
    timeline->gate_ms = gate_ms;
    if (standing) {
        hc_idle_resume(timeline);
    }
    hc_idle_release(timeline);
    look(timeline);
}

void hc_timeline_set_limits(struct hc_timeline *timeline, int64_t edge_ms, int64_t end_ms,
                            int64_t ceiling_ms)
{
    set_limits(timeline, edge_ms, end_ms, ceiling_ms, timeline->gate_ms);
}

void hc_timeline_set_gate(struct hc_timeline *timeline, int64_t gate_ms)
{
    int64_t gate = HC_MAX(gate_ms, timeline->market_ms); /* never pulled back */
    set_limits(timeline, timeline->edge_ms, timeline->end_ms, timeline->ceiling_ms, gate);
}

int64_t hc_timeline_when(const struct hc_timeline *timeline, int64_t market_ms)
{
    return hc_market_clock_when(&timeline->clock, market_ms, hc_timeline_limit(timeline));
}

bool hc_timeline_starved(const struct hc_timeline *timeline)
{
    if (!timeline->clock.running || timeline->clock.speed.max ||
        hc_idle_stands_at(timeline) > timeline->now_ns) {
        return false;
    }
    int64_t limit = hc_timeline_limit(timeline);
    return limit < timeline->end_ms &&
           (limit == timeline->edge_ms || limit == timeline->idle_stop_ms);
}

bool hc_timeline_at_end(const struct hc_timeline *timeline)
{
    return timeline->clock.running && timeline->market_ms >= timeline->end_ms;
}

/* The instant by which the next ceiling should be on its way to the disk: half a second before the
 * clock comes to the present one, or jumps beyond it. */
static int64_t ceiling_due(const struct hc_timeline *timeline)
{
    if (timeline->ceiling_ms >= HC_MIN(timeline->edge_ms, timeline->end_ms)) {
        return HC_NEVER;
    }
    int64_t reached = hc_timeline_when(timeline, timeline->ceiling_ms);
    reached = HC_MIN(reached, hc_idle_due(timeline));
    int64_t due = reached == HC_NEVER ? HC_NEVER : reached - HC_NS_PER_S / 2;
    return due > timeline->now_ns ? due : HC_NEVER;
}

int64_t hc_timeline_wake(const struct hc_timeline *timeline)
{
    if (!timeline->clock.running || timeline->clock.speed.max) {
        return HC_NEVER;
    }
    int64_t stands = hc_idle_stands_at(timeline);
    if (stands <= timeline->now_ns) {
        return HC_NEVER;
    }
    int64_t wake = HC_MIN(stands, hc_timeline_when(timeline, timeline->end_ms));
    wake = HC_MIN(wake, hc_idle_due(timeline));
    wake = HC_MIN(wake, ceiling_due(timeline));
    if (!timeline->stall_off) {
        int64_t probe = timeline->now_ns - timeline->now_ns % HC_STALL_PROBE_NS;
        wake = HC_MIN(wake, probe + HC_STALL_PROBE_NS);
    }
    return HC_MAX(wake, timeline->now_ns);
}

int64_t hc_timeline_foresee(const struct hc_timeline *timeline, int64_t ahead_ns)
{
    HC_ASSERT(ahead_ns >= 0);
    struct hc_timeline copy = *timeline;
    hc_timeline_set_limits(&copy, copy.edge_ms, copy.end_ms, HC_NEVER);
    hc_timeline_advance(&copy, copy.now_ns + ahead_ns);
    return copy.market_ms;
}
