#include "source/filename.h"

#include "source/timeparse.h"

#include <stdio.h>

enum { PARTS_MAX = 32 };

static const char *const endings[] = {".gz", ".zst", ".zip", ".csv", ".tsv", ".txt", ".json"};

/* Words of data files that are no symbols. */
static const char *const words[] = {
    "binance", "bitfinex", "bitmex", "bitstamp",
    "bybit",   "coinbase", "kraken", "okx",
    "huobi",   "kucoin",   "gemini", "lean",
    "moex",    "nasdaq",   "nyse",   "cryptodatadownload",
    "trade",   "trades",   "quote",  "quotes",
    "tick",    "ticks",    "candle", "candles",
    "kline",   "klines",   "ohlc",   "ohlcv",
    "bar",     "bars",     "spot",   "um",
    "cm",      "futures",  "perp",   "data",
    "history", "utc",      "est",    "gmt",
    "sample",  "prices",   "price",  "csv",
    "raw",     "test",     "crypto", "equity",
    "minute",  "hour",     "day",    "daily",
    "hourly",  "second",   "week",   "month",
    "jan",     "feb",      "mar",    "apr",
    "may",     "jun",      "jul",    "aug",
    "sep",     "oct",      "nov",    "dec",
    "ask",     "bid",      "all",    "final",
};

static const char *const quotes[] = {"usdt", "usdc", "busd", "fdusd", "tusd", "usd", "eur", "gbp",
                                     "jpy",  "btc",  "eth",  "bnb",   "rub",  "try", "dai", "ust"};

struct part {
    struct hc_slice text;
    char before; /* the separator in front, '\0' for the first */
};

bool hc_name_ends(struct hc_slice name, const char *suffix)
{
    size_t size = strlen(suffix);
    return name.size > size &&
           hc_slice_equal_nocase(hc_slice_of(name.data + name.size - size, size),
                                 hc_slice_of(suffix, size));
}

bool hc_name_is_data(struct hc_slice name)
{
    if (hc_name_ends(name, ".zip")) {
        return true;
    }
    if (hc_name_ends(name, ".gz")) {
        name.size -= 3;
    } else if (hc_name_ends(name, ".zst")) {
        name.size -= 4;
    }
    return hc_name_ends(name, ".csv") || hc_name_ends(name, ".tsv") || hc_name_ends(name, ".txt");
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool digits_only(struct hc_slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!is_digit(text.data[i])) {
            return false;
        }
    }
    return text.size > 0;
}

/* "M10", "H1", "D1": the unit in front, as trading terminals write it. */
static bool terminal_interval(struct hc_slice text, struct hc_interval *ret)
{
    HC_ASSERT(text.size > 0);
    struct hc_slice count = hc_slice_of(text.data + 1, text.size - 1);
    if (text.size < 2 || text.size > 4 || !digits_only(count)) {
        return false;
    }
    char spelled[8];
    const char *unit = text.data[0] == 'M'   ? "m"
                       : text.data[0] == 'H' ? "h"
                       : text.data[0] == 'D' ? "d"
                       : text.data[0] == 'W' ? "w"
                                             : NULL;
    if (unit == NULL) {
        return false;
    }
    snprintf(spelled, sizeof(spelled), HC_SLICE_FMT "%s", HC_SLICE_ARG(count), unit);
    return hc_interval_parse(hc_slice_str(spelled), ret);
}

bool hc_name_interval(struct hc_slice text, struct hc_interval *ret)
{
    static const struct {
        const char *word;
        const char *unit;
    } long_units[] = {{"min", "m"},   {"mins", "m"}, {"minute", "m"}, {"hour", "h"}, {"hr", "h"},
                      {"H", "h"},     {"D", "d"},    {"W", "w"},      {"day", "d"},  {"sec", "s"},
                      {"hours", "h"}, {"week", "w"}, {"S", "s"}};
    if (text.size == 0 || text.size > 10 || hc_slice_equal_str(text, "0")) {
        return false;
    }
    if (hc_interval_parse(text, ret) || terminal_interval(text, ret)) {
        return true;
    }
    size_t digits = 0;
    while (digits < text.size && is_digit(text.data[digits])) {
        digits++;
    }
    struct hc_slice unit = hc_slice_of(text.data + digits, text.size - digits);
    for (size_t i = 0; digits > 0 && i < HC_COUNT(long_units); i++) {
        if (hc_slice_equal_str(unit, long_units[i].word)) {
            char spelled[16];
            snprintf(spelled, sizeof(spelled), "%.*s%s", (int)digits, text.data,
                     long_units[i].unit);
            return hc_interval_parse(hc_slice_str(spelled), ret);
        }
    }
    return false;
}

static bool is_word(struct hc_slice text)
{
    for (size_t i = 0; i < HC_COUNT(words); i++) {
        if (hc_slice_equal_nocase(text, hc_slice_str(words[i]))) {
            return true;
        }
    }
    struct hc_interval interval;
    return digits_only(text) || hc_name_interval(text, &interval) ||
           (text.size <= 3 && is_digit(text.data[0]) && text.data[text.size - 1] == 'M');
}

/* Without folders and without the endings of data files. */
static struct hc_slice stem_of(struct hc_slice path)
{
    for (size_t i = path.size; i > 0; i--) {
        if (path.data[i - 1] == '/') {
            path = hc_slice_of(path.data + i, path.size - i);
            break;
        }
    }
    bool cut = true;
    while (cut) {
        cut = false;
        for (size_t i = 0; i < HC_COUNT(endings); i++) {
            if (hc_name_ends(path, endings[i])) {
                path.size -= strlen(endings[i]);
                cut = true;
            }
        }
    }
    return path;
}

static bool is_separator(char c)
{
    return c == '_' || c == '-' || c == '.' || c == ' ';
}

static size_t split(struct hc_slice stem, struct part parts[PARTS_MAX])
{
    size_t count = 0;
    size_t start = 0;
    char before = '\0';
    for (size_t i = 0; i <= stem.size; i++) {
        if (i < stem.size && !is_separator(stem.data[i])) {
            continue;
        }
        if (i > start) {
            if (count == PARTS_MAX) {
                return 0;
            }
            parts[count++] = (struct part){hc_slice_of(stem.data + start, i - start), before};
        }
        before = i < stem.size ? stem.data[i] : '\0';
        start = i + 1;
    }
    return count;
}

static bool is_quote_currency(struct hc_slice text)
{
    for (size_t i = 0; i < HC_COUNT(quotes); i++) {
        if (hc_slice_equal_nocase(text, hc_slice_str(quotes[i]))) {
            return true;
        }
    }
    return false;
}

static bool looks_upper(struct hc_slice text)
{
    size_t letters = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (!is_upper(text.data[i]) && !is_digit(text.data[i])) {
            return false;
        }
        letters += is_upper(text.data[i]);
    }
    return letters >= 2 && text.size <= 24 && !is_word(text);
}

static bool looks_lower_pair(struct hc_slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!is_lower(text.data[i]) && !is_digit(text.data[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < HC_COUNT(quotes); i++) {
        size_t base = text.size - HC_MIN(text.size, strlen(quotes[i]));
        if (base >= 2 && base <= 6 && hc_name_ends(text, quotes[i]) && !is_word(text)) {
            return true;
        }
    }
    return false;
}

static struct hc_slice symbol_find(const struct part *parts, size_t count)
{
    struct hc_slice found = HC_SLICE_NULL;
    size_t upper = 0;
    size_t lower = 0;
    size_t last = 0;
    for (size_t i = 0; i < count; i++) {
        if (looks_upper(parts[i].text)) {
            bool pair = upper == 1 && i == last + 1 && is_quote_currency(parts[i].text) &&
                        (parts[i].before == '-' || parts[i].before == '_');
            if (pair) { /* BTC-USD */
                found.size = (size_t)(parts[i].text.data + parts[i].text.size - found.data);
                continue;
            }
            upper++;
            found = parts[i].text;
            last = i;
        }
    }
    for (size_t i = 0; upper == 0 && i < count; i++) {
        if (looks_lower_pair(parts[i].text)) {
            lower++;
            found = parts[i].text;
        }
    }
    return upper + lower == 1 ? found : HC_SLICE_NULL;
}

/* 20131008 as a part, or 2013-10-08 over three. Two different dates are none. */
static bool date_find(const struct part *parts, size_t count, int64_t *ret_days)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t days = 0;
        struct hc_slice text = parts[i].text;
        if (text.size == 4 && i + 2 < count && parts[i + 1].text.size == 2 &&
            parts[i + 2].text.size == 2) {
            text.size = 10;
        }
        if ((text.size == 8 || text.size == 10) && hc_time_parse_date(text, &days)) {
            found += found == 0 || days != *ret_days;
            *ret_days = days;
        }
    }
    return found == 1;
}

void hc_name_read(struct hc_slice path, struct hc_captures *ret)
{
    HC_ASSERT(ret != NULL);
    struct part parts[PARTS_MAX];
    size_t count = split(stem_of(path), parts);
    *ret = (struct hc_captures){.symbol = symbol_find(parts, count)};
    ret->date_set = date_find(parts, count, &ret->date_days);
    size_t intervals = 0;
    for (size_t i = 0; i < count; i++) {
        struct hc_interval interval;
        if (hc_name_interval(parts[i].text, &interval)) {
            intervals++;
            ret->interval = interval;
        }
    }
    ret->interval_set = intervals == 1;
}

struct hc_slice hc_name_suggest(struct hc_slice path, struct hc_arena *arena)
{
    HC_ASSERT(path.size > 0 && arena != NULL);
    struct part parts[PARTS_MAX];
    size_t count = split(stem_of(path), parts);
    for (size_t i = 0; i < count; i++) {
        struct hc_slice part = parts[i].text;
        if (!is_word(part) || count == 1) {
            size_t before = (size_t)(part.data - path.data);
            size_t after = before + part.size;
            return hc_slice_str(hc_arena_format(arena, "%.*s{symbol}%.*s", (int)before, path.data,
                                                (int)(path.size - after), path.data + after));
        }
    }
    return path;
}
