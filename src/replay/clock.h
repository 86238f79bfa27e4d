/* The market clock: a pure, piecewise-linear map from monotonic time to market time, and its
 * inverse.
 *
 *   market(now) = anchor_market + (now - anchor_now) * speed      (rounded down, integer ms)
 *   when(T)     = the smallest now with market(now) >= T          (rounded up, ns)
 *
 * A speed is a decimal number with at most nine digits behind the point, so a nanosecond of wall
 * time is a whole number of attoseconds (10^-18 s) of market time. The anchor keeps them:
 * intermediates are 128-bit integers, nothing is ever rounded away, and nothing drifts however
 * often the clock is re-anchored. A clock is a value: it knows no operating system clock, has no
 * thread, and every change re-anchors it once. Only a command, a hold or its release, reaching the
 * edge of what is loaded, that edge moving, a jump over silence, and a stall of the process
 * re-anchor. The clock never passes `edge_ms`.
 */
#ifndef HC_REPLAY_CLOCK_H
#define HC_REPLAY_CLOCK_H

#include "base/clock.h"
#include "base/slice.h"
#include "base/status.h"

/* Market ms per wall ms as num/den in lowest terms; max: the clock stands at the edge. */
struct hc_speed {
    bool max;
    int64_t num; /* 1 .. 10^18 - 1 */
    int64_t den; /* divides 10^9; both 1 where max */
};

/* A plain decimal number > 0 with at most 9 digits before and 9 behind the point ("1", "60", "0.5";
 * no sign, no exponent), or "max". */
bool hc_speed_parse(struct hc_slice text, struct hc_speed *ret);

/* The shortest decimal spelling, which hc_speed_parse reads back. Returns `out`. */
enum { HC_SPEED_BYTES = 40 };
char *hc_speed_text(const struct hc_speed *speed, char out[HC_SPEED_BYTES]);

/* num/den in lowest terms; 1 <= num, den; what cannot be written with nine decimals is a programmer
 * error. */
struct hc_speed hc_speed_of(int64_t num, int64_t den);
struct hc_speed hc_speed_max(void);
bool hc_speed_equal(struct hc_speed a, struct hc_speed b);

#define HC_ATTOS_PER_MS INT64_C(1000000000000000)

struct hc_market_clock {
    int64_t anchor_market_ms;
    int64_t anchor_attos; /* attoseconds beyond anchor_market_ms, 0 .. HC_ATTOS_PER_MS - 1 */
    int64_t anchor_mono_ns;
    struct hc_speed speed;
    bool running; /* false: market time is anchor_market_ms (held, paused, waiting, ended) */
};

/* Stands at `market_ms`. */
void hc_market_clock_init(struct hc_market_clock *clock, int64_t market_ms, struct hc_speed speed);

/* Market time at `mono_ns`, at most `edge_ms` (HC_NEVER: no edge). Before the anchor's instant: the
 * anchor's. With speed max and running: edge_ms. Beyond the range of int64 the result is its bound.
 */
int64_t hc_market_clock_at(const struct hc_market_clock *clock, int64_t mono_ns, int64_t edge_ms);

/* The smallest monotonic instant at which hc_market_clock_at reaches `market_ms`; HC_NEVER when the
 * clock does not move, or market_ms lies beyond the edge or too far ahead. Already reached at the
 * anchor: the anchor's instant. */
int64_t hc_market_clock_when(const struct hc_market_clock *clock, int64_t market_ms,
                             int64_t edge_ms);

/* Re-anchoring; `edge_ms` as above. Each leaves market time at `mono_ns` as it was, to the
 * attosecond (at the edge: the edge's own), except seek. */
void hc_market_clock_run(struct hc_market_clock *clock, int64_t mono_ns);
void hc_market_clock_hold(struct hc_market_clock *clock, int64_t mono_ns, int64_t edge_ms);
void hc_market_clock_set_speed(struct hc_market_clock *clock, struct hc_speed speed,
                               int64_t mono_ns, int64_t edge_ms);
void hc_market_clock_seek(struct hc_market_clock *clock, int64_t market_ms, int64_t mono_ns);

/* The process stood still for `stalled_ns`: the clock goes on from where it was then. */
void hc_market_clock_shift(struct hc_market_clock *clock, int64_t stalled_ns);

#endif
