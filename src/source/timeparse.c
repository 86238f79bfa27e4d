#include "source/timeparse.h"

#include "base/clock.h"
#include "base/timetext.h"
#include "source/timetokens.h"

#define NS_PER_US INT64_C(1000)

static const struct {
    const char *text;
    enum hc_time_unit unit;
} unit_names[] = {
    {"auto", HC_UNIT_AUTO}, {"s", HC_UNIT_S},   {"ms", HC_UNIT_MS},
    {"us", HC_UNIT_US},     {"ns", HC_UNIT_NS}, {"iso", HC_UNIT_ISO},
};

bool hc_time_parser_init(struct hc_time_parser *parser, struct hc_slice text)
{
    HC_ASSERT(parser != NULL);
    *parser = (struct hc_time_parser){.unit = HC_UNIT_AUTO};
    if (text.size == 0) {
        return true;
    }
    for (size_t i = 0; i < HC_COUNT(unit_names); i++) {
        if (hc_slice_equal_str(text, unit_names[i].text)) {
            parser->unit = unit_names[i].unit;
            return true;
        }
    }
    if (!hc_time_format_valid(text)) {
        return false;
    }
    parser->unit = HC_UNIT_FORMAT;
    parser->format = text;
    return true;
}

static bool two_digits(const char *at, int32_t *ret)
{
    unsigned high = (unsigned char)at[0] - (unsigned)'0';
    unsigned low = (unsigned char)at[1] - (unsigned)'0';
    if (high > 9 || low > 9) {
        return false;
    }
    *ret = (int32_t)(high * 10 + low);
    return true;
}

static bool compact_date(const char *at, struct hc_time_parts *parts)
{
    int32_t century = 0;
    int32_t year = 0;
    if (!two_digits(at, &century) || !two_digits(at + 2, &year) ||
        !two_digits(at + 4, &parts->month) || !two_digits(at + 6, &parts->day)) {
        return false;
    }
    parts->year = century * 100 + year;
    parts->has_date = true;
    return true;
}

/* YYYYMMDD, YYYYMMDDHHMM, YYYYMMDDHHMMSS. */
static const char *parse_compact(struct hc_slice text, struct hc_time *ret)
{
    struct hc_time_parts parts = {0};
    if (!compact_date(text.data, &parts)) {
        return "is no time";
    }
    parts.has_time = text.size > 8;
    if ((text.size >= 12 &&
         (!two_digits(text.data + 8, &parts.hour) || !two_digits(text.data + 10, &parts.minute))) ||
        (text.size == 14 && !two_digits(text.data + 12, &parts.second))) {
        return "is no time";
    }
    return hc_time_assemble(&parts, ret);
}

static int64_t unit_ns_of(enum hc_time_unit unit, size_t digits)
{
    switch (unit) {
    case HC_UNIT_S:
        return HC_NS_PER_S;
    case HC_UNIT_MS:
        return HC_NS_PER_MS;
    case HC_UNIT_US:
        return NS_PER_US;
    case HC_UNIT_NS:
        return 1;
    default:
        return digits == 10   ? HC_NS_PER_S
               : digits == 13 ? HC_NS_PER_MS
               : digits == 16 ? NS_PER_US
               : digits == 19 ? 1
                              : 0;
    }
}

/* What follows the digits of a count: nothing, or a fraction, cut below 1 ns. */
static bool count_fraction(struct hc_slice text, int64_t unit_ns, int64_t *ret_ns)
{
    if (text.size == 0) {
        *ret_ns = 0;
        return true;
    }
    struct hc_tokens tokens = {text.data, text.data + text.size};
    int64_t billionths = 0;
    if (!hc_tokens_char(&tokens, '.') || !hc_tokens_fraction(&tokens, &billionths) ||
        tokens.at != tokens.end) {
        return false;
    }
    /* Neither factor reaches 2^31, so the product fits. */
    *ret_ns = billionths * unit_ns / HC_NS_PER_S;
    return true;
}

static const char *parse_count(const struct hc_time_parser *parser, struct hc_slice text,
                               size_t digits, bool negative, struct hc_time *ret)
{
    const char *at = text.data + negative;
    int64_t unit_ns = parser->of_day && parser->unit == HC_UNIT_AUTO
                          ? HC_NS_PER_MS
                          : unit_ns_of(parser->unit, digits);
    if (unit_ns == 0) {
        return "has a number of digits that stands for no unit for certain: --time-unit s, ms, us "
               "or ns decides";
    }
    uint64_t value = 0;
    for (size_t i = 0; i < digits; i++) {
        value = value * 10 + (uint64_t)(at[i] - '0');
    }
    int64_t fraction = 0;
    size_t used = digits + negative;
    if (!count_fraction(hc_slice_of(text.data + used, text.size - used), unit_ns, &fraction)) {
        return "is no time";
    }
    if (value > (uint64_t)(INT64_MAX / unit_ns - 1)) {
        return "lies outside the years 1700 to 2199: is --time-unit right?";
    }
    int64_t ns = ((int64_t)value * unit_ns + fraction) * (negative ? -1 : 1);
    if (parser->of_day) {
        *ret = (struct hc_time){HC_CLASS_OF_DAY, ns, unit_ns};
        return ns < 0 || ns > HC_DAY_NS ? "is no time of a day" : NULL;
    }
    if (ns < -INT64_C(8520336000) * HC_NS_PER_S || ns >= INT64_C(7258118400) * HC_NS_PER_S) {
        return "lies outside the years 1700 to 2199: is --time-unit right?";
    }
    *ret = (struct hc_time){HC_CLASS_EPOCH, ns, unit_ns};
    return NULL;
}

/* 2019-10-17, 2019/10/17, 2019.10.17, 20191017. */
static bool spelled_date(struct hc_tokens *tokens, struct hc_time_parts *parts)
{
    size_t left = (size_t)(tokens->end - tokens->at);
    if (left >= 9 && compact_date(tokens->at, parts)) {
        tokens->at += 8;
        return true;
    }
    if (left < 10) {
        return false;
    }
    const char *at = tokens->at;
    char separator = at[4];
    int32_t century = 0;
    int32_t year = 0;
    if (!strchr("-/.", separator) || at[7] != separator || separator == '\0' ||
        !two_digits(at, &century) || !two_digits(at + 2, &year) ||
        !two_digits(at + 5, &parts->month) || !two_digits(at + 8, &parts->day)) {
        return false;
    }
    parts->year = century * 100 + year;
    parts->has_date = true;
    tokens->at += 10;
    return true;
}

/* 09:30, 09:30:15, 09:30:15.250, 093015, 09-AM, 9:30 PM. */
static bool spelled_clock(struct hc_tokens *tokens, struct hc_time_parts *parts)
{
    parts->has_time = true;
    if (!hc_tokens_number(tokens, 1, 2, &parts->hour)) {
        return false;
    }
    bool colon = hc_tokens_char(tokens, ':');
    bool minutes = hc_tokens_number(tokens, 2, 2, &parts->minute);
    if (colon && !minutes) {
        return false;
    }
    if (minutes) {
        bool seconds = colon ? hc_tokens_char(tokens, ':') : true;
        if (seconds && !hc_tokens_number(tokens, 2, 2, &parts->second) && colon) {
            return false;
        }
        if ((hc_tokens_char(tokens, '.') || hc_tokens_char(tokens, ',')) &&
            !hc_tokens_fraction(tokens, &parts->fraction_ns)) {
            return false;
        }
    }
    struct hc_tokens tail = *tokens;
    if (!hc_tokens_char(&tail, '-')) {
        hc_tokens_char(&tail, ' ');
    }
    if (hc_tokens_meridiem(&tail, &parts->meridiem)) {
        *tokens = tail;
        return true;
    }
    return minutes; /* an hour alone is a time only with AM or PM */
}

static const char *parse_text(struct hc_slice text, struct hc_time *ret)
{
    struct hc_tokens tokens = {text.data, text.data + text.size};
    struct hc_time_parts parts = {0};
    if (spelled_date(&tokens, &parts)) {
        if (tokens.at == tokens.end) {
            return hc_time_assemble(&parts, ret);
        }
        if (!hc_tokens_char(&tokens, 'T') && !hc_tokens_char(&tokens, ' ')) {
            return "is no time";
        }
    }
    if (!spelled_clock(&tokens, &parts)) {
        return "is no time";
    }
    if (tokens.at != tokens.end) {
        hc_tokens_char(&tokens, ' ');
        parts.zoned = true;
        if (!hc_tokens_zone(&tokens, &parts.offset_s) || tokens.at != tokens.end) {
            return "is no time";
        }
    }
    return hc_time_assemble(&parts, ret);
}

/* The spelling of nearly every row: YYYY-MM-DD?HH:MM:SS with a date seen before. */
static bool parse_cached(struct hc_time_parser *parser, struct hc_slice text, struct hc_time *ret)
{
    if (!parser->_cached || text.size < 16 || memcmp(text.data, parser->_date, 10) != 0 ||
        (text.data[10] != ' ' && text.data[10] != 'T') || text.data[13] != ':') {
        return false;
    }
    int32_t hour = 0;
    int32_t minute = 0;
    int32_t second = 0;
    if (!two_digits(text.data + 11, &hour) || !two_digits(text.data + 14, &minute) || hour > 23 ||
        minute > 59) {
        return false;
    }
    if (text.size >= 19) {
        if (text.data[16] != ':' || !two_digits(text.data + 17, &second) || second > 59) {
            return false;
        }
    }
    if (text.size != 16 && text.size != 19 && !(text.size == 20 && text.data[19] == 'Z')) {
        return false;
    }
    int64_t seconds = parser->_days * 86400 + hour * 3600 + minute * 60 + second;
    *ret = (struct hc_time){text.size == 20 ? HC_CLASS_ZONED : HC_CLASS_LOCAL,
                            seconds * HC_NS_PER_S, 0};
    return true;
}

static void cache_date(struct hc_time_parser *parser, struct hc_slice text)
{
    struct hc_tokens tokens = {text.data, text.data + text.size};
    struct hc_time_parts parts = {0};
    struct hc_time midnight;
    if (text.size >= 16 && text.data[4] >= '-' && text.data[4] <= '/' &&
        spelled_date(&tokens, &parts) && hc_time_assemble(&parts, &midnight) == NULL) {
        memcpy(parser->_date, text.data, sizeof(parser->_date));
        parser->_days = midnight.ns / HC_DAY_NS - (midnight.ns % HC_DAY_NS < 0);
        parser->_cached = true;
    }
}

static const char *parse_spelled(struct hc_time_parser *parser, struct hc_slice text,
                                 struct hc_time *ret)
{
    if (parse_cached(parser, text, ret)) {
        return NULL;
    }
    const char *reason = parse_text(text, ret);
    if (reason == NULL) {
        cache_date(parser, text);
    }
    return reason;
}

const char *hc_time_parse(struct hc_time_parser *parser, struct hc_slice text, struct hc_time *ret)
{
    HC_ASSERT(parser != NULL && ret != NULL);
    if (text.size == 0) {
        return "is empty";
    }
    if (parser->unit == HC_UNIT_FORMAT) {
        return hc_time_parse_format(parser->format, text, ret);
    }
    bool negative = text.data[0] == '-';
    size_t digits = 0;
    while (negative + digits < text.size && text.data[negative + digits] >= '0' &&
           text.data[negative + digits] <= '9') {
        digits++;
    }
    bool count = digits > 0 && digits <= 19 &&
                 (negative + digits == text.size ||
                  (text.data[negative + digits] == '.' && !(digits == 4 && text.size >= 10)));
    if (!count || parser->unit == HC_UNIT_ISO) {
        if (count && (text.size == 8 || text.size == 12 || text.size == 14)) {
            return parse_compact(text, ret);
        }
        return parse_spelled(parser, text, ret);
    }
    bool bare = !negative && digits == text.size && !parser->of_day;
    if (parser->unit == HC_UNIT_AUTO && bare && (digits == 8 || digits == 12 || digits == 14)) {
        return parse_compact(text, ret);
    }
    return parse_count(parser, text, digits, negative, ret);
}

bool hc_time_parse_date(struct hc_slice text, int64_t *ret_days)
{
    struct hc_time_parts parts = {0};
    struct hc_time time;
    struct hc_tokens tokens = {text.data, text.data + text.size};
    if (text.size == 8) {
        if (!compact_date(text.data, &parts)) {
            return false;
        }
    } else if (text.size != 10 || !spelled_date(&tokens, &parts) || tokens.at != tokens.end) {
        return false;
    }
    if (hc_time_assemble(&parts, &time) != NULL) {
        return false;
    }
    *ret_days = time.ns / HC_DAY_NS - (time.ns % HC_DAY_NS < 0);
    return true;
}
