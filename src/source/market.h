/* One symbol of the synthetic market: bar after bar of a random walk. Integer arithmetic only. */
#ifndef HC_SOURCE_MARKET_H
#define HC_SOURCE_MARKET_H

#include "base/random.h"
#include "base/slice.h"

/* Prices in ticks, volumes in lots; how many decimals each is written with is in the market. */
struct hc_market_bar {
    int64_t open, high, low, close;
    int64_t volume, trades;
};

struct hc_market {
    struct hc_random random;
    int64_t home, price; /* 1/1024 tick */
    int64_t calm, stir;  /* volatility of a bar in parts per billion: usual, and now */
    int64_t lots;        /* usual volume of a bar */
    int price_decimals, volume_decimals;
};

/* Ten known names with their own price levels; any other name gets one from its letters and the
 * seed. `step_s` is how long the bars are. */
void hc_market_init(struct hc_market *market, struct hc_slice name, uint64_t seed, int64_t step_s);

/* The bar that opens at `open_s` (seconds since the epoch). */
struct hc_market_bar hc_market_next(struct hc_market *market, int64_t open_s);

/* The n-th known name, or the null slice; ascending by bytes within the first `count`. */
struct hc_slice hc_market_name(size_t index);
enum { HC_MARKET_NAMES = 10 };

/* `value` with `decimals` digits behind the point into `out` (32 bytes). Returns the length. */
size_t hc_market_decimal(int64_t value, int decimals, char *out);

#endif
