#include "source/timetokens.h"

#include "base/clock.h"
#include "base/timetext.h"

bool hc_tokens_number(struct hc_tokens *tokens, int min, int max, int32_t *ret)
{
    HC_ASSERT(tokens->at <= tokens->end && min <= max && max <= 9);
    int32_t value = 0;
    int count = 0;
    while (count < max && tokens->at < tokens->end && *tokens->at >= '0' && *tokens->at <= '9') {
        value = value * 10 + (*tokens->at++ - '0');
        count++;
    }
    if (count < min) {
        return false;
    }
    *ret = value;
    return true;
}

bool hc_tokens_char(struct hc_tokens *tokens, char c)
{
    if (tokens->at == tokens->end || *tokens->at != c) {
        return false;
    }
    tokens->at++;
    return true;
}

bool hc_tokens_fraction(struct hc_tokens *tokens, int64_t *ret_ns)
{
    int64_t value = 0;
    int count = 0;
    for (; tokens->at < tokens->end && *tokens->at >= '0' && *tokens->at <= '9'; count++) {
        if (count < 9) {
            value = value * 10 + (*tokens->at - '0');
        }
        tokens->at++;
    }
    if (count == 0) {
        return false;
    }
    for (; count < 9; count++) {
        value *= 10;
    }
    *ret_ns = value;
    return true;
}

bool hc_tokens_meridiem(struct hc_tokens *tokens, int *ret)
{
    if (tokens->end - tokens->at < 2) {
        return false;
    }
    struct hc_slice word = hc_slice_of(tokens->at, 2);
    if (hc_slice_equal_nocase(word, HC_SLICE("AM"))) {
        *ret = 1;
    } else if (hc_slice_equal_nocase(word, HC_SLICE("PM"))) {
        *ret = 2;
    } else {
        return false;
    }
    tokens->at += 2;
    return true;
}

bool hc_tokens_zone(struct hc_tokens *tokens, int32_t *ret_offset_s)
{
    if (hc_tokens_char(tokens, 'Z') || hc_tokens_char(tokens, 'z')) {
        *ret_offset_s = 0;
        return true;
    }
    if (tokens->end - tokens->at == 3 &&
        (memcmp(tokens->at, "UTC", 3) == 0 || memcmp(tokens->at, "GMT", 3) == 0)) {
        tokens->at += 3;
        *ret_offset_s = 0;
        return true;
    }
    bool negative = tokens->at < tokens->end && *tokens->at == '-';
    if (!hc_tokens_char(tokens, '-') && !hc_tokens_char(tokens, '+')) {
        return false;
    }
    int32_t hours = 0;
    int32_t minutes = 0;
    if (!hc_tokens_number(tokens, 2, 2, &hours) || hours > 18) {
        return false;
    }
    bool colon = hc_tokens_char(tokens, ':');
    if ((colon || tokens->at < tokens->end) &&
        (!hc_tokens_number(tokens, 2, 2, &minutes) || minutes > 59)) {
        return false;
    }
    *ret_offset_s = (hours * 3600 + minutes * 60) * (negative ? -1 : 1);
    return true;
}

static const char *clock_ns(const struct hc_time_parts *parts, int64_t *ret)
{
    int32_t hour = parts->hour;
    if (parts->meridiem != 0) {
        if (hour < 1 || hour > 12) {
            return "has an hour that no 12-hour clock shows";
        }
        hour = hour % 12 + (parts->meridiem == 2 ? 12 : 0);
    }
    if (parts->second == 60) {
        return "is a leap second, which has no place in epoch time";
    }
    if (parts->minute > 59 || parts->second > 59 || hour > 24 ||
        (hour == 24 && (parts->minute | parts->second || parts->fraction_ns))) {
        return "has a time of day that does not exist";
    }
    *ret = (hour * INT64_C(3600) + parts->minute * 60 + parts->second) * HC_NS_PER_S +
           parts->fraction_ns;
    return NULL;
}

const char *hc_time_assemble(const struct hc_time_parts *parts, struct hc_time *ret)
{
    HC_ASSERT(parts != NULL && ret != NULL);
    int64_t ns = 0;
    const char *reason = clock_ns(parts, &ns);
    if (reason != NULL) {
        return reason;
    }
    if (!parts->has_date) {
        *ret = (struct hc_time){HC_CLASS_OF_DAY, ns, 0};
        return parts->zoned ? "is a time of day with a zone, but without a date" : NULL;
    }
    if (parts->year < HC_TIME_YEAR_FIRST || parts->year > HC_TIME_YEAR_LAST) {
        return "has a year outside 1700 to 2199";
    }
    if (parts->month < 1 || parts->month > 12 || parts->day < 1 ||
        parts->day > hc_days_in_month(parts->year, parts->month)) {
        return "has a date that does not exist";
    }
    ns += hc_days_from_civil(parts->year, parts->month, parts->day) * HC_DAY_NS;
    if (parts->zoned) {
        *ret = (struct hc_time){HC_CLASS_ZONED, ns - parts->offset_s * HC_NS_PER_S, 0};
    } else {
        *ret = (struct hc_time){parts->has_time ? HC_CLASS_LOCAL : HC_CLASS_DATE, ns, 0};
    }
    return NULL;
}
