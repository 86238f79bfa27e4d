/* The market clock: a pure, piecewise-linear map from monotonic time to market time, and its inverse.
 *
 *   market(now) = anchor_market + (now - anchor_now) * speed      (rounded down, integer ms)
 *   when(T)     = the smallest now with market(now) >= T          (rounded up, ns)
 *
 * Speed is a ratio of integers; intermediates are 128-bit, so nothing drifts. A clock is a value: it knows no operating system clock, has no thread, and every
 * change re-anchors it once. Only a command, a hold or its release, reaching the edge of what is loaded, that edge moving, a jump over
 * silence, and a stall of the process re-anchor. The clock never passes `edge_ms`.
 */
#ifndef HC_REPLAY_CLOCK_H
#define HC_REPLAY_CLOCK_H

#include "base/clock.h"
#include "base/slice.h"
#include "base/status.h"

/* Market ms per wall ms as num/den in lowest terms; max: the clock stands at the edge. */
struct hc_speed {
    bool max;
    int64_t num, den; /* 1 <= num, den <= 10^12 */
};

/* "1", "60", "0.5", "1e3"? no: a decimal number > 0 with at most 9 digits before and after the point, or "max". */
bool hc_speed_parse(struct hc_slice text, struct hc_speed *ret);
enum { HC_SPEED_BYTES = 40 };
char *hc_speed_text(const struct hc_speed *speed, char out[HC_SPEED_BYTES]);

struct hc_market_clock {
    int64_t anchor_market_ms;
    int64_t anchor_mono_ns;
    struct hc_speed speed;
    bool running; /* false: market time is anchor_market_ms (held, paused, waiting, ended) */
};

void hc_market_clock_init(struct hc_market_clock *clock, int64_t market_ms, struct hc_speed speed);

/* Market time at `mono_ns`, at most `edge_ms` (HC_NEVER: no edge). Before the anchor's instant: the anchor's. With
 * speed max and running: edge_ms, except that with edge HC_NEVER the result is HC_NEVER. */
int64_t hc_market_clock_at(const struct hc_market_clock *clock, int64_t mono_ns, int64_t edge_ms);

/* The smallest monotonic instant at which hc_market_clock_at reaches `market_ms`; HC_NEVER when it does not move, or lies beyond the
 * edge. Already reached: the anchor's instant or earlier (never after the true one). */
int64_t hc_market_clock_when(const struct hc_market_clock *clock, int64_t market_ms, int64_t edge_ms);

/* Re-anchoring; `edge_ms` as above. Each leaves market time at `mono_ns` as it was, except seek. */
void hc_market_clock_run(struct hc_market_clock *clock, int64_t mono_ns);
void hc_market_clock_hold(struct hc_market_clock *clock, int64_t mono_ns, int64_t edge_ms);
void hc_market_clock_set_speed(struct hc_market_clock *clock, struct hc_speed speed, int64_t mono_ns,
                               int64_t edge_ms);
void hc_market_clock_seek(struct hc_market_clock *clock, int64_t market_ms, int64_t mono_ns);

#endif
