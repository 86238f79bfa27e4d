#include "base/timetext.h"

#include "base/clock.h"

#include <stdio.h>

int64_t hc_days_from_civil(int32_t year, int32_t month, int32_t day)
{
    /* Days are counted in 400-year eras that begin on 1 March, so that leap days come last in a
     * year. */
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void hc_civil_from_days(int64_t days, int32_t *ret_year, int32_t *ret_month, int32_t *ret_day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *ret_day = (int32_t)(doy - (153 * mp + 2) / 5 + 1);
    *ret_month = (int32_t)(mp < 10 ? mp + 3 : mp - 9);
    *ret_year = (int32_t)(yoe + era * 400 + (*ret_month <= 2));
}

int32_t hc_days_in_month(int32_t year, int32_t month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    HC_ASSERT(month >= 1 && month <= 12);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

int64_t hc_civil_to_seconds(const struct hc_civil *civil)
{
    return hc_days_from_civil(civil->year, civil->month, civil->day) * 86400 + civil->hour * 3600 +
           civil->minute * 60 + civil->second;
}

void hc_civil_from_seconds(int64_t seconds, struct hc_civil *ret)
{
    int64_t days = seconds / 86400;
    int32_t rest = (int32_t)(seconds % 86400);
    if (rest < 0) {
        days--;
        rest += 86400;
    }
    int32_t year, month, day;
    hc_civil_from_days(days, &year, &month, &day);
    *ret = (struct hc_civil){.year = year,
                             .month = (int8_t)month,
                             .day = (int8_t)day,
                             .hour = (int8_t)(rest / 3600),
                             .minute = (int8_t)(rest / 60 % 60),
                             .second = (int8_t)(rest % 60)};
}

char *hc_iso_ms(int64_t ms, char out[HC_ISO_BYTES])
{
    int64_t seconds = ms / 1000;
    int rest = (int)(ms % 1000);
    if (rest < 0) {
        seconds--;
        rest += 1000;
    }
    if (seconds < hc_days_from_civil(-9999, 1, 1) * 86400 ||
        seconds >= hc_days_from_civil(10000, 1, 1) * 86400) {
        snprintf(out, HC_ISO_BYTES, "%lldms", (long long)ms);
        return out;
    }
    struct hc_civil c;
    hc_civil_from_seconds(seconds, &c);
    snprintf(out, HC_ISO_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day,
             c.hour, c.minute, c.second, rest);
    return out;
}

bool hc_parse_i64(struct hc_slice text, int64_t *ret)
{
    bool negative = text.size && text.data[0] == '-';
    size_t i = text.size && (text.data[0] == '-' || text.data[0] == '+') ? 1 : 0;
    if (i == text.size) {
        return false;
    }
    uint64_t value = 0, limit = negative ? UINT64_C(1) << 63 : INT64_MAX;
    for (; i < text.size; i++) {
        unsigned digit = (unsigned)(text.data[i] - '0');
        if (digit > 9 || value > (limit - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *ret = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

/* Exactly `count` digits at the front of *text. */
static bool take_digits(struct hc_slice *text, size_t count, int32_t *ret)
{
    int32_t value = 0;
    if (text->size < count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        unsigned digit = (unsigned)(text->data[i] - '0');
        if (digit > 9) {
            return false;
        }
        value = value * 10 + (int32_t)digit;
    }
    *text = hc_slice_of(text->data + count, text->size - count);
    *ret = value;
    return true;
}

static bool take_char(struct hc_slice *text, const char *any_of)
{
    if (!text->size || !text->data[0] || !strchr(any_of, text->data[0])) {
        return false;
    }
    *text = hc_slice_of(text->data + 1, text->size - 1);
    return true;
}

static bool take_date(struct hc_slice *text, int64_t *ret_days)
{
    int32_t year, month, day;
    if (!take_digits(text, 4, &year) || !take_char(text, "-") || !take_digits(text, 2, &month) ||
        !take_char(text, "-") || !take_digits(text, 2, &day)) {
        return false;
    }
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > hc_days_in_month(year, month)) {
        return false;
    }
    *ret_days = hc_days_from_civil(year, month, day);
    return true;
}

/* Fraction digits after the point, cut to ms. */
static bool take_fraction_ms(struct hc_slice *text, int32_t *ret_ms)
{
    int32_t ms = 0, scale = 100, digit;
    size_t count = 0;
    while (text->size && take_digits(text, 1, &digit)) {
        ms += digit * scale;
        scale /= 10;
        count++;
    }
    *ret_ms = ms;
    return count > 0 && count <= 9;
}

static bool take_zone(struct hc_slice *text, int64_t *ret_offset_s)
{
    if (take_char(text, "Zz")) {
        *ret_offset_s = 0;
        return true;
    }
    bool west = text->size && text->data[0] == '-';
    int32_t hours, minutes = 0;
    if (!take_char(text, "+-") || !take_digits(text, 2, &hours)) {
        return false;
    }
    take_char(text, ":");
    if (text->size && !take_digits(text, 2, &minutes)) {
        return false;
    }
    if (hours > 15 || minutes > 59) {
        return false;
    }
    *ret_offset_s = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

bool hc_parse_time_ms(struct hc_slice text, int64_t *ret_ms)
{
    if (text.size == 13 && hc_parse_i64(text, ret_ms) && *ret_ms >= 0) {
        return true;
    }
    int64_t days, offset_s;
    int32_t hour, minute, second = 0, ms = 0;
    if (!take_date(&text, &days)) {
        return false;
    }
    if (text.size == 0) {
        *ret_ms = days * HC_MS_PER_DAY;
        return true;
    }
    if (!take_char(&text, "Tt ") || !take_digits(&text, 2, &hour) || !take_char(&text, ":") ||
        !take_digits(&text, 2, &minute)) {
        return false;
    }
    if (take_char(&text, ":") && !take_digits(&text, 2, &second)) {
        return false;
    }
    if (take_char(&text, ".") && !take_fraction_ms(&text, &ms)) {
        return false;
    }
    if (!take_zone(&text, &offset_s) || text.size || hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    int64_t seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset_s;
    *ret_ms = seconds * 1000 + ms;
    return true;
}

struct unit {
    const char *name;
    int64_t factor;
};

/* A decimal number with up to 9 digits after the point, times a unit whose name is the rest of the
 * text. */
static bool parse_scaled(struct hc_slice text, const struct unit *units, size_t unit_count,
                         int64_t *ret)
{
    size_t digits = 0;
    while (digits < text.size &&
           ((text.data[digits] >= '0' && text.data[digits] <= '9') || text.data[digits] == '.')) {
        digits++;
    }
    struct hc_slice rest = hc_slice_of(text.data, digits);
    struct hc_slice suffix = hc_slice_of(text.data + digits, text.size - digits);
    struct hc_slice whole_text = hc_slice_cut(&rest, '.');
    int64_t whole;
    if (!hc_parse_i64(whole_text, &whole) || (rest.data && (rest.size == 0 || rest.size > 9))) {
        return false;
    }
    for (size_t i = 0; i < unit_count; i++) {
        if (!hc_slice_equal_str(suffix, units[i].name)) {
            continue;
        }
        int64_t value, fraction = 0, scale = 1;
        if (__builtin_mul_overflow(whole, units[i].factor, &value)) {
            return false;
        }
        for (size_t d = 0; d < rest.size; d++) {
            HC_ASSERT(rest.data != NULL);
            if (rest.data[d] == '.') {
                return false;
            }
            fraction = fraction * 10 + (rest.data[d] - '0');
            scale *= 10;
        }
        __extension__ typedef __int128 wide;
        wide part = (wide)fraction * units[i].factor;
        if (part % scale != 0) {
            return false;
        }
        return !__builtin_add_overflow(value, (int64_t)(part / scale), ret);
    }
    return false;
}

bool hc_parse_duration_ns(struct hc_slice text, int64_t *ret_ns, int32_t *ret_months)
{
    static const struct unit units[] = {
        {"ns", 1},
        {"us", 1000},
        {"ms", HC_NS_PER_MS},
        {"s", HC_NS_PER_S},
        {"m", 60 * HC_NS_PER_S},
        {"h", 3600 * HC_NS_PER_S},
        {"d", 86400 * HC_NS_PER_S},
        {"w", 7 * 86400 * HC_NS_PER_S},
    };
    static const struct unit months[] = {{"mo", 1}, {"y", 12}};
    int64_t value;
    if (ret_months && parse_scaled(text, months, HC_COUNT(months), &value) && value <= 12000) {
        *ret_months = (int32_t)value;
        *ret_ns = 0;
        return true;
    }
    if (hc_slice_equal_str(text, "0")) {
        value = 0;
    } else if (!parse_scaled(text, units, HC_COUNT(units), &value)) {
        return false;
    }
    *ret_ns = value;
    if (ret_months) {
        *ret_months = 0;
    }
    return true;
}

char *hc_duration_text(int64_t ns, char out[HC_DURATION_BYTES])
{
    static const struct unit units[] = {
        {"d", 86400 * HC_NS_PER_S}, {"h", 3600 * HC_NS_PER_S}, {"m", 60 * HC_NS_PER_S},
        {"s", HC_NS_PER_S},         {"ms", HC_NS_PER_MS},      {"us", 1000},
    };
    if (ns == 0) {
        snprintf(out, HC_DURATION_BYTES, "0s");
        return out;
    }
    for (size_t i = 0; i < HC_COUNT(units); i++) {
        if (ns % units[i].factor == 0) {
            snprintf(out, HC_DURATION_BYTES, "%lld%s", (long long)(ns / units[i].factor),
                     units[i].name);
            return out;
        }
    }
    snprintf(out, HC_DURATION_BYTES, "%lldns", (long long)ns);
    return out;
}

bool hc_parse_size(struct hc_slice text, uint64_t *ret_bytes)
{
    static const struct unit units[] = {
        {"", 1},
        {"B", 1},
        {"KiB", INT64_C(1) << 10},
        {"MiB", INT64_C(1) << 20},
        {"GiB", INT64_C(1) << 30},
        {"TiB", INT64_C(1) << 40},
        {"kB", 1000},
        {"MB", 1000000},
        {"GB", 1000000000},
        {"TB", INT64_C(1000000000000)},
    };
    int64_t value;
    if (!parse_scaled(text, units, HC_COUNT(units), &value)) {
        return false;
    }
    *ret_bytes = (uint64_t)value;
    return true;
}
