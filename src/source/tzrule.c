#include "base/timetext.h"
#include "source/zone_internal.h"

/* POSIX TZ strings as they end TZif files: STD offset [DST [offset] [,start,end]]. */
struct day_rule {
    char kind; /* 'M', 'J' or 'n' */
    int32_t month, week, day;
    int32_t time_s;
};

struct text_cursor {
    const char *at, *end;
    bool failed;
};

static char peek(const struct text_cursor *cursor)
{
    return cursor->at < cursor->end ? *cursor->at : '\0';
}

static bool accept(struct text_cursor *cursor, char c)
{
    if (peek(cursor) != c || c == '\0') {
        return false;
    }
    cursor->at++;
    return true;
}

static int32_t number(struct text_cursor *cursor, int32_t max)
{
    int32_t value = 0;
    size_t digits = 0;
    while (peek(cursor) >= '0' && peek(cursor) <= '9' && digits < 6) {
        value = value * 10 + (*cursor->at++ - '0');
        digits++;
    }
    if (digits == 0 || value > max) {
        cursor->failed = true;
        return 0;
    }
    return value;
}

static void name_skip(struct text_cursor *cursor)
{
    const char *start = cursor->at;
    if (accept(cursor, '<')) {
        while (peek(cursor) != '>' && peek(cursor) != '\0') {
            cursor->at++;
        }
        cursor->failed |= !accept(cursor, '>');
        return;
    }
    while ((peek(cursor) >= 'A' && peek(cursor) <= 'Z') ||
           (peek(cursor) >= 'a' && peek(cursor) <= 'z')) {
        cursor->at++;
    }
    cursor->failed |= cursor->at - start < 3;
}

/* [+-]h[:mm[:ss]] in seconds. */
static int32_t clock_time(struct text_cursor *cursor)
{
    bool negative = accept(cursor, '-');
    if (!negative) {
        accept(cursor, '+');
    }
    int32_t seconds = number(cursor, 167) * 3600;
    if (accept(cursor, ':')) {
        seconds += number(cursor, 59) * 60;
        if (accept(cursor, ':')) {
            seconds += number(cursor, 59);
        }
    }
    return negative ? -seconds : seconds;
}

static struct day_rule day_rule(struct text_cursor *cursor)
{
    struct day_rule rule = {.kind = 'n', .time_s = 7200};
    cursor->failed |= !accept(cursor, ',');
    if (accept(cursor, 'M')) {
        rule.kind = 'M';
        rule.month = number(cursor, 12);
        cursor->failed |= !accept(cursor, '.');
        rule.week = number(cursor, 5);
        cursor->failed |= !accept(cursor, '.');
        rule.day = number(cursor, 6);
        cursor->failed |= rule.month == 0 || rule.week == 0;
    } else {
        rule.kind = accept(cursor, 'J') ? 'J' : 'n';
        rule.day = number(cursor, 365);
    }
    if (accept(cursor, '/')) {
        rule.time_s = clock_time(cursor);
    }
    return rule;
}

/* Local seconds at which the rule strikes in `year`. */
static int64_t rule_local(const struct day_rule *rule, int32_t year)
{
    HC_ASSERT(rule->kind != 'M' || (rule->month >= 1 && rule->month <= 12));
    int64_t days;
    if (rule->kind == 'M') {
        days = hc_days_from_civil(year, rule->month, 1);
        int64_t weekday = (days % 7 + 7 + 4) % 7; /* 1970-01-01 was a Thursday */
        days += (rule->day - weekday + 7) % 7 + 7 * (rule->week - 1);
        int64_t last =
            hc_days_from_civil(year, rule->month, 1) + hc_days_in_month(year, rule->month) - 1;
        if (days > last) {
            days -= 7;
        }
    } else {
        days = hc_days_from_civil(year, 1, 1) + rule->day;
        if (rule->kind == 'J') {
            days -= !(hc_days_in_month(year, 2) == 29 && rule->day >= 60);
        }
    }
    return days * 86400 + rule->time_s;
}

static void change_append(struct hc_zone *zone, size_t capacity, int64_t utc_s, int32_t offset)
{
    if (zone->count > 0 && utc_s <= zone->changes[zone->count - 1].utc_s) {
        return;
    }
    HC_ASSERT(zone->count < capacity);
    zone->changes[zone->count++] = (struct hc_zone_change){utc_s, offset};
}

bool hc_tzrule_extend(struct hc_slice rule, struct hc_zone *zone, size_t capacity)
{
    HC_CHECK_MAGIC(zone, HC_ZONE_MAGIC);
    HC_ASSERT(zone->count <= capacity);
    struct text_cursor cursor = {rule.data, rule.data + rule.size, false};
    name_skip(&cursor);
    int32_t standard = -clock_time(&cursor);
    if (cursor.failed) {
        return false;
    }
    if (cursor.at == cursor.end) {
        if (zone->count == 0) {
            zone->first_offset = standard;
        }
        return true; /* the last change already leads to it */
    }
    name_skip(&cursor);
    int32_t summer = standard + 3600;
    if (peek(&cursor) != ',') {
        summer = -clock_time(&cursor);
    }
    struct day_rule start = day_rule(&cursor);
    struct day_rule end = day_rule(&cursor);
    if (cursor.failed || cursor.at != cursor.end) {
        return false;
    }
    int32_t year = 1970;
    int32_t month, day;
    if (zone->count > 0 && zone->changes[zone->count - 1].utc_s > 0) {
        int64_t last = zone->changes[zone->count - 1].utc_s / 86400;
        if (last > hc_days_from_civil(HC_ZONE_LAST_YEAR, 1, 1)) {
            return true;
        }
        hc_civil_from_days(last, &year, &month, &day);
    }
    for (; year <= HC_ZONE_LAST_YEAR; year++) {
        int64_t to_summer = rule_local(&start, year) - standard;
        int64_t to_standard = rule_local(&end, year) - summer;
        bool north = to_summer < to_standard;
        change_append(zone, capacity, north ? to_summer : to_standard, north ? summer : standard);
        change_append(zone, capacity, north ? to_standard : to_summer, north ? standard : summer);
    }
    return true;
}
