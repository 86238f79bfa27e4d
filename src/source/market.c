#include "source/market.h"

enum { SUBSTEPS = 6, FINE = 1024, DAY_S = 86400 };

static const struct {
    const char *name;
    int64_t ticks; /* price at the start */
    int64_t lots;  /* volume of a usual minute */
    int price_decimals, volume_decimals;
    int64_t calm; /* ppb of a minute */
} known[HC_MARKET_NAMES] = {
    {"BTC-USD", 6000000, 120000, 2, 4, 450000}, {"ETH-USD", 320000, 150000, 2, 3, 560000},
    {"SOL-USD", 18000, 90000, 2, 2, 800000},    {"XRP-USD", 21000, 450000, 4, 1, 700000},
    {"ADA-USD", 8500, 800000, 4, 1, 750000},    {"DOGE-USD", 320000, 900000, 6, 0, 900000},
    {"LTC-USD", 10500, 30000, 2, 2, 600000},    {"LINK-USD", 21500, 60000, 3, 2, 720000},
    {"AVAX-USD", 37500, 40000, 3, 2, 780000},   {"DOT-USD", 71000, 70000, 4, 1, 740000},
};

/* Activity by hour of the day (UTC), in percent of the usual. */
static const int64_t season[24] = {78,  72,  68,  66,  65,  68,  76,  88,  102, 108, 106, 104,
                                   110, 128, 148, 152, 144, 132, 122, 114, 108, 102, 94,  86};

struct hc_slice hc_market_name(size_t index)
{
    return index < HC_MARKET_NAMES ? hc_slice_str(known[index].name) : HC_SLICE_NULL;
}

static uint64_t name_hash(struct hc_slice name)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (size_t i = 0; i < name.size; i++) {
        hash = (hash ^ (unsigned char)name.data[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

static int64_t square_root(int64_t value)
{
    HC_ASSERT(value >= 0);
    int64_t root = 0;
    for (int64_t bit = INT64_C(1) << 30; bit > 0; bit >>= 1) {
        if ((root | bit) * (root | bit) <= value) {
            root |= bit;
        }
    }
    return root;
}

void hc_market_init(struct hc_market *market, struct hc_slice name, uint64_t seed, int64_t step_s)
{
    HC_ASSERT(market != NULL && step_s > 0);
    hc_random_seed(&market->random, seed ^ name_hash(name));
    int64_t ticks = 1000 + (int64_t)hc_random_below(&market->random, 200000);
    int64_t lots = 20000 + (int64_t)hc_random_below(&market->random, 200000);
    int64_t calm = 700000;
    market->price_decimals = 2;
    market->volume_decimals = 2;
    for (size_t i = 0; i < HC_MARKET_NAMES; i++) {
        if (hc_slice_equal_str(name, known[i].name)) {
            ticks = known[i].ticks;
            lots = known[i].lots;
            calm = known[i].calm;
            market->price_decimals = known[i].price_decimals;
            market->volume_decimals = known[i].volume_decimals;
        }
    }
    market->home = ticks * FINE;
    market->price = market->home;
    market->calm = calm * square_root(step_s * 10000 / 60) / 100;
    market->stir = market->calm;
    market->lots = HC_MAX(lots * step_s / 60, (int64_t)10);
}

/* Nearly normal, with a standard deviation of 1155. */
static int64_t shock(struct hc_random *random)
{
    int64_t sum = 0;
    for (int i = 0; i < 4; i++) {
        sum += (int64_t)hc_random_below(random, 2001) - 1000;
    }
    return sum;
}

static int64_t season_percent(int64_t open_s)
{
    int64_t second = open_s % DAY_S;
    int64_t hour = second / 3600;
    int64_t part = second % 3600;
    int64_t percent = (season[hour] * (3600 - part) + season[(hour + 1) % 24] * part) / 3600;
    int64_t weekday = (open_s / DAY_S + 4) % 7; /* 0: Sunday */
    return weekday == 0 || weekday == 6 ? percent * 3 / 5 : percent;
}

static int64_t tick_of(int64_t price)
{
    return HC_MAX((price + FINE / 2) / FINE, (int64_t)1);
}

/* Volatility feeds on the move just made and falls back to its usual level. */
static void stir_update(struct hc_market *market, int64_t move_ppb)
{
    int64_t stir = (88 * market->stir + 12 * move_ppb + 2 * market->calm) / 100;
    market->stir = HC_MAX(HC_MIN(stir, market->calm * 8), market->calm / 3);
}

struct hc_market_bar hc_market_next(struct hc_market *market, int64_t open_s)
{
    HC_ASSERT(market->price > 0 && open_s >= 0);
    int64_t start = market->price;
    struct hc_market_bar bar = {.open = tick_of(start)};
    bar.high = bar.open;
    bar.low = bar.open;
    int64_t active = season_percent(open_s);
    for (int i = 0; i < SUBSTEPS; i++) {
        /* 2829 = 1155 * sqrt(6): six steps make one bar's deviation. */
        int64_t move_ppb = market->stir * shock(&market->random) / 2829 * (50 + active / 2) / 100;
        market->price += market->price / 1000 * move_ppb / 1000000;
        market->price += (market->home - market->price) / 1200000;
        market->price = HC_MAX(market->price, (int64_t)FINE * 20);
        int64_t tick = tick_of(market->price);
        bar.high = HC_MAX(bar.high, tick);
        bar.low = HC_MIN(bar.low, tick);
    }
    bar.close = tick_of(market->price);
    int64_t moved = market->price > start ? market->price - start : start - market->price;
    int64_t move_ppb = moved * 1000000 / HC_MAX(start / 1000, (int64_t)1);
    int64_t noise = 40 + (int64_t)hc_random_below(&market->random, 121);
    int64_t excitement = 60 + HC_MIN(40 * move_ppb / market->calm, (int64_t)400);
    bar.volume = HC_MAX(market->lots * active / 100 * noise / 100 * excitement / 100, (int64_t)1);
    bar.trades =
        1 + active * noise * excitement / 10000 + (int64_t)hc_random_below(&market->random, 20);
    stir_update(market, move_ppb);
    return bar;
}

size_t hc_market_decimal(int64_t value, int decimals, char *out)
{
    HC_ASSERT(value >= 0 && decimals >= 0 && decimals <= 9);
    char digits[24];
    int count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0 || count <= decimals);
    size_t size = 0;
    while (count > 0) {
        if (count == decimals) {
            out[size++] = '.';
        }
        out[size++] = digits[--count];
    }
    return size;
}
