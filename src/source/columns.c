#include "source/columns.h"

#include "source/spec.h"

enum { NAME_BYTES = 64 };

static const struct {
    const char *name;
    enum hc_role role;
} names[] = {
    {"open", HC_ROLE_OPEN},
    {"o", HC_ROLE_OPEN},
    {"open_price", HC_ROLE_OPEN},
    {"price_open", HC_ROLE_OPEN},
    {"high", HC_ROLE_HIGH},
    {"h", HC_ROLE_HIGH},
    {"high_price", HC_ROLE_HIGH},
    {"price_high", HC_ROLE_HIGH},
    {"low", HC_ROLE_LOW},
    {"l", HC_ROLE_LOW},
    {"low_price", HC_ROLE_LOW},
    {"price_low", HC_ROLE_LOW},
    {"close", HC_ROLE_CLOSE},
    {"c", HC_ROLE_CLOSE},
    {"close_price", HC_ROLE_CLOSE},
    {"price_close", HC_ROLE_CLOSE},
    {"volume", HC_ROLE_VOLUME},
    {"vol", HC_ROLE_VOLUME},
    {"v", HC_ROLE_VOLUME},
    {"amount", HC_ROLE_VOLUME},
    {"size", HC_ROLE_VOLUME},
    {"qty", HC_ROLE_VOLUME},
    {"quantity", HC_ROLE_VOLUME},
    {"price", HC_ROLE_PRICE},
    {"p", HC_ROLE_PRICE},
    {"symbol", HC_ROLE_SYMBOL},
    {"pair", HC_ROLE_SYMBOL},
    {"ticker", HC_ROLE_SYMBOL},
    {"instrument", HC_ROLE_SYMBOL},
    {"sym", HC_ROLE_SYMBOL},
    {"market", HC_ROLE_SYMBOL},
    {"product_id", HC_ROLE_SYMBOL},
    {"instrument_id", HC_ROLE_SYMBOL},
    {"symbol_id", HC_ROLE_SYMBOL},
    {"secid", HC_ROLE_SYMBOL},
    {"asset", HC_ROLE_SYMBOL},
    {"coin", HC_ROLE_SYMBOL},
    {"exchange", HC_ROLE_EXCHANGE},
    {"venue", HC_ROLE_EXCHANGE},
    {"open_time", HC_ROLE_TIME_OPEN},
    {"opentime", HC_ROLE_TIME_OPEN},
    {"open_timestamp", HC_ROLE_TIME_OPEN},
    {"opentimestamp", HC_ROLE_TIME_OPEN},
    {"open_datetime", HC_ROLE_TIME_OPEN},
    {"open_date", HC_ROLE_TIME_OPEN},
    {"time_open", HC_ROLE_TIME_OPEN},
    {"timeopen", HC_ROLE_TIME_OPEN},
    {"start", HC_ROLE_TIME_OPEN},
    {"start_time", HC_ROLE_TIME_OPEN},
    {"begin", HC_ROLE_TIME_OPEN},
    {"time_period_start", HC_ROLE_TIME_OPEN},
    {"period_start", HC_ROLE_TIME_OPEN},
    {"candle_begin_time", HC_ROLE_TIME_OPEN},
    {"bucket", HC_ROLE_TIME_OPEN},
    {"time_bucket", HC_ROLE_TIME_OPEN},
    {"candle_time", HC_ROLE_TIME},
    {"bar_time", HC_ROLE_TIME},
    {"timestamp", HC_ROLE_TIME},
    {"time", HC_ROLE_TIME},
    {"datetime", HC_ROLE_TIME},
    {"date_time", HC_ROLE_TIME},
    {"date", HC_ROLE_TIME},
    {"day", HC_ROLE_TIME},
    {"ts", HC_ROLE_TIME},
    {"t", HC_ROLE_TIME},
    {"unix", HC_ROLE_TIME},
    {"unixtime", HC_ROLE_TIME},
    {"unix_time", HC_ROLE_TIME},
    {"unix_timestamp", HC_ROLE_TIME},
    {"epoch", HC_ROLE_TIME},
    {"mts", HC_ROLE_TIME},
    {"local_time", HC_ROLE_TIME},
    {"gmt_time", HC_ROLE_TIME},
    {"utc", HC_ROLE_TIME},
    {"utc_time", HC_ROLE_TIME},
    {"timestamp_ms", HC_ROLE_TIME},
    {"time_ms", HC_ROLE_TIME},
    {"trade_time", HC_ROLE_TIME},
    {"event_time", HC_ROLE_TIME},
    {"close_time", HC_ROLE_TIME_CLOSE},
    {"closetime", HC_ROLE_TIME_CLOSE},
    {"close_timestamp", HC_ROLE_TIME_CLOSE},
    {"closetimestamp", HC_ROLE_TIME_CLOSE},
    {"close_datetime", HC_ROLE_TIME_CLOSE},
    {"close_date", HC_ROLE_TIME_CLOSE},
    {"time_close", HC_ROLE_TIME_CLOSE},
    {"timeclose", HC_ROLE_TIME_CLOSE},
    {"end_time", HC_ROLE_TIME_CLOSE},
    {"time_period_end", HC_ROLE_TIME_CLOSE},
    {"period_end", HC_ROLE_TIME_CLOSE},
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c == ' ' ? '_' : c;
}

/* Lower case, blanks as underscores, without <...> and without an interval behind the last
 * underscore. */
static struct hc_slice simplify(struct hc_slice name, char out[NAME_BYTES])
{
    name = hc_slice_trim(name);
    if (name.size > 2 && name.data[0] == '<' && name.data[name.size - 1] == '>') {
        name = hc_slice_of(name.data + 1, name.size - 2);
    }
    if (name.size > NAME_BYTES) {
        return HC_SLICE_EMPTY;
    }
    for (size_t i = 0; i < name.size; i++) {
        out[i] = lower(name.data[i]);
    }
    struct hc_slice simple = hc_slice_of(out, name.size);
    for (size_t i = simple.size; i > 1; i--) {
        struct hc_interval interval;
        if (out[i - 1] == '_') {
            if (hc_interval_parse(hc_slice_of(out + i, simple.size - i), &interval)) {
                simple.size = i - 1;
            }
            break;
        }
    }
    return simple;
}

enum hc_role hc_column_role(struct hc_slice name)
{
    char buffer[NAME_BYTES];
    struct hc_slice simple = simplify(name, buffer);
    for (size_t i = 0; i < HC_COUNT(names); i++) {
        if (hc_slice_equal_str(simple, names[i].name)) {
            return names[i].role;
        }
    }
    return HC_ROLE_NONE;
}

bool hc_role_is_number(enum hc_role role)
{
    return role >= HC_ROLE_OPEN && role <= HC_ROLE_PRICE;
}

bool hc_role_is_time(enum hc_role role)
{
    return role >= HC_ROLE_TIME_OPEN;
}
