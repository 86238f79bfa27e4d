/* A market clock within its limits: the edge of what is loaded, the end, a durable ceiling, and
 * silence.
 *
 * The timeline owns one market clock and applies what time alone brings about, each at its own
 * exact instant, so that the result does not depend on how often it is asked:
 *   - the clock stands at the smallest of its limits and, when that limit moves, goes on from
 * there, at its speed (no burst, no skip);
 *   - after `idle_max_ns` of wall time in which nothing became visible, it jumps onto the next
 * visible instant; where that is not loaded yet, it waits for it (so skipped time is the same in
 * every run);
 *   - after a stall of the process of more than one second, it goes on from where it was.
 *
 * A value: copy it to look ahead. One thread. Wall time held or spent at a limit is not silence.
 */
#ifndef HC_REPLAY_TIMELINE_H
#define HC_REPLAY_TIMELINE_H

#include "replay/clock.h"

#define HC_STALL_NS       HC_NS_PER_S
#define HC_STALL_PROBE_NS (HC_NS_PER_S / 2) /* a moving clock asks to be advanced this often */

/* What the timeline asks about the log. Borrowed; pure reads. */
struct hc_timeline_log {
    const void *context;
    /* The largest visible instant at or before `market_ms`; HC_TIME_MIN: none. */
    int64_t (*last_visible)(const void *context, int64_t market_ms);
    /* The smallest visible instant after `market_ms` and at or before the edge; HC_NEVER: none. */
    int64_t (*next_visible)(const void *context, int64_t market_ms);
};

struct hc_timeline {
    struct hc_market_clock clock;
    struct hc_timeline_log log;
    int64_t edge_ms;       /* of what is loaded; HC_NEVER: all of it */
    int64_t end_ms;        /* HC_NEVER: unknown */
    int64_t ceiling_ms;    /* stored durably; HC_NEVER: nothing is stored */
    int64_t gate_ms;       /* lockstep: consumers are ready for it; HC_NEVER: no lockstep */
    int64_t idle_max_ns;   /* 0: never jumps */
    int64_t idle_from_ms;  /* nothing became visible after this market time ... */
    int64_t idle_since_ns; /* ... since this instant; HC_NEVER: nothing is to come. While held: how
                              long */
    int64_t idle_stop_ms; /* silence is over, its end not loaded: the clock stands here. HC_NEVER */
    int64_t skipped_ms;   /* by jumps over silence */
    int64_t stalled_ns;   /* wall time that stalls took */
    int64_t now_ns;       /* of the last advance */
    int64_t market_ms;    /* at now_ns: what every reader sees */
    bool stall_off;       /* virtual time: a gap is never a stall */
};

void hc_timeline_init(struct hc_timeline *timeline, struct hc_speed speed, int64_t idle_max_ns,
                      struct hc_timeline_log log);

/* Applies jumps that are due and sets market_ms. `now_ns` never decreases. */
void hc_timeline_advance(struct hc_timeline *timeline, int64_t now_ns);

/* True (and the clock shifted) when the caller was to advance at `armed_ns` and comes more than
 * HC_STALL_NS later. Before hc_timeline_advance. */
bool hc_timeline_stalled(struct hc_timeline *timeline, int64_t armed_ns, int64_t now_ns);

/* Commands, at the instant of the last advance. Each leaves market time as it was, except seek. */
void hc_timeline_run(struct hc_timeline *timeline);
void hc_timeline_hold(struct hc_timeline *timeline);
void hc_timeline_set_speed(struct hc_timeline *timeline, struct hc_speed speed);
void hc_timeline_seek(struct hc_timeline *timeline, int64_t market_ms);

/* Limits move, at the instant of the last advance; `end_ms` as far as it is known. */
void hc_timeline_set_limits(struct hc_timeline *timeline, int64_t edge_ms, int64_t end_ms,
                            int64_t ceiling_ms);

/* Lockstep: the clock may go up to `gate_ms`. One below the present market time lets it stand. */
void hc_timeline_set_gate(struct hc_timeline *timeline, int64_t gate_ms);

/* Where the clock may go at most now. A ceiling never pulls it back. */
int64_t hc_timeline_limit(const struct hc_timeline *timeline);

/* When market time reaches `market_ms` if nothing else happens; HC_NEVER: not within the limits. */
int64_t hc_timeline_when(const struct hc_timeline *timeline, int64_t market_ms);

/* True when the clock runs, not at speed max, and cannot go on before more is loaded. */
bool hc_timeline_starved(const struct hc_timeline *timeline);

/* True when it runs and has come to the end. */
bool hc_timeline_at_end(const struct hc_timeline *timeline);

/* The next instant at which hc_timeline_advance has something to do; HC_NEVER: none. */
int64_t hc_timeline_wake(const struct hc_timeline *timeline);

/* Where the clock will be after another `ahead_ns`, were there no ceiling; never beyond edge and
 * end. */
int64_t hc_timeline_foresee(const struct hc_timeline *timeline, int64_t ahead_ns);

#endif
