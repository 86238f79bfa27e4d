#include "replay/clock.h"

#include "base/assert.h"

/* Market time in attoseconds: |ms| < 2^63 times 10^15 is below 2^113, and the longest run, 2^64 ns
 * at 10^18 attoseconds each, below 2^124. */
__extension__ typedef __int128 attos;

static attos attos_per_ns(const struct hc_speed *speed)
{
    HC_ASSERT(!speed->max && speed->num >= 1 && speed->den >= 1);
    HC_ASSERT(1000000000 % speed->den == 0);
    return (attos)speed->num * (1000000000 / speed->den);
}

static attos anchor_of(const struct hc_market_clock *clock)
{
    return (attos)clock->anchor_market_ms * HC_ATTOS_PER_MS + clock->anchor_attos;
}

static int64_t floor_ms(attos market)
{
    attos ms = market / HC_ATTOS_PER_MS;
    if (market % HC_ATTOS_PER_MS < 0) {
        ms--;
    }
    return ms > INT64_MAX ? INT64_MAX : (int64_t)ms;
}

/* Without regard to the edge; not for speed max. */
static attos market_at(const struct hc_market_clock *clock, int64_t mono_ns)
{
    attos market = anchor_of(clock);
    if (clock->running && mono_ns > clock->anchor_mono_ns) {
        market += ((attos)mono_ns - clock->anchor_mono_ns) * attos_per_ns(&clock->speed);
    }
    return market;
}

static void anchor_at(struct hc_market_clock *clock, int64_t mono_ns, int64_t edge_ms)
{
    int64_t ms = hc_market_clock_at(clock, mono_ns, edge_ms);
    int64_t rest = 0;
    if (!(clock->running && clock->speed.max)) {
        attos market = market_at(clock, mono_ns);
        if (floor_ms(market) == ms) {
            attos beyond = market - (attos)ms * HC_ATTOS_PER_MS;
            rest = beyond < HC_ATTOS_PER_MS ? (int64_t)beyond : 0;
        }
    }
    HC_ASSERT(rest >= 0 && rest < HC_ATTOS_PER_MS);
    clock->anchor_market_ms = ms;
    clock->anchor_attos = rest;
    clock->anchor_mono_ns = mono_ns;
}

void hc_market_clock_init(struct hc_market_clock *clock, int64_t market_ms, struct hc_speed speed)
{
    *clock = (struct hc_market_clock){.anchor_market_ms = market_ms, .speed = speed};
}

int64_t hc_market_clock_at(const struct hc_market_clock *clock, int64_t mono_ns, int64_t edge_ms)
{
    HC_ASSERT(clock->anchor_attos >= 0 && clock->anchor_attos < HC_ATTOS_PER_MS);
    if (clock->running && clock->speed.max) {
        return edge_ms;
    }
    int64_t ms = floor_ms(market_at(clock, mono_ns));
    return HC_MIN(ms, edge_ms);
}

int64_t hc_market_clock_when(const struct hc_market_clock *clock, int64_t market_ms,
                             int64_t edge_ms)
{
    if (market_ms > edge_ms) {
        return HC_NEVER;
    }
    if (market_ms <= clock->anchor_market_ms || (clock->running && clock->speed.max)) {
        return clock->anchor_mono_ns;
    }
    if (!clock->running) {
        return HC_NEVER;
    }
    attos rate = attos_per_ns(&clock->speed);
    attos distance = (attos)market_ms * HC_ATTOS_PER_MS - anchor_of(clock);
    HC_ASSERT(distance > 0);
    attos mono = clock->anchor_mono_ns + (distance + rate - 1) / rate;
    return mono >= HC_NEVER ? HC_NEVER : (int64_t)mono;
}

void hc_market_clock_run(struct hc_market_clock *clock, int64_t mono_ns)
{
    if (!clock->running) {
        clock->anchor_mono_ns = mono_ns;
        clock->running = true;
    }
}

void hc_market_clock_hold(struct hc_market_clock *clock, int64_t mono_ns, int64_t edge_ms)
{
    if (clock->running) {
        anchor_at(clock, mono_ns, edge_ms);
        clock->running = false;
    }
}

void hc_market_clock_set_speed(struct hc_market_clock *clock, struct hc_speed speed,
                               int64_t mono_ns, int64_t edge_ms)
{
    if (clock->running) {
        anchor_at(clock, mono_ns, edge_ms);
    }
    clock->speed = speed;
}

void hc_market_clock_seek(struct hc_market_clock *clock, int64_t market_ms, int64_t mono_ns)
{
    clock->anchor_market_ms = market_ms;
    clock->anchor_attos = 0;
    clock->anchor_mono_ns = mono_ns;
}

void hc_market_clock_shift(struct hc_market_clock *clock, int64_t stalled_ns)
{
    HC_ASSERT(stalled_ns >= 0 && clock->anchor_mono_ns <= HC_NEVER - stalled_ns);
    clock->anchor_mono_ns += stalled_ns;
}
