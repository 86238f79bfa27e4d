#include "base/assert.h"
#include "replay/clock.h"

#include <inttypes.h>
#include <stdio.h>

enum { DIGITS_MAX = 9 };
static const int64_t billion = 1000000000;

static int64_t gcd(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

struct hc_speed hc_speed_of(int64_t num, int64_t den)
{
    HC_ASSERT(num >= 1 && den >= 1);
    int64_t common = gcd(num, den);
    struct hc_speed speed = {false, num / common, den / common};
    HC_ASSERT(billion % speed.den == 0);
    HC_ASSERT(speed.num / speed.den < billion);
    return speed;
}

struct hc_speed hc_speed_max(void)
{
    return (struct hc_speed){true, 1, 1};
}

bool hc_speed_equal(struct hc_speed a, struct hc_speed b)
{
    return a.max == b.max && (a.max || (a.num == b.num && a.den == b.den));
}

/* 1 to 9 digits. */
static bool parse_digits(struct hc_slice text, int64_t *ret)
{
    if (text.size < 1 || text.size > DIGITS_MAX) {
        return false;
    }
    int64_t value = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        value = value * 10 + (text.data[i] - '0');
    }
    *ret = value;
    return true;
}

bool hc_speed_parse(struct hc_slice text, struct hc_speed *ret)
{
    if (hc_slice_equal(text, HC_SLICE("max"))) {
        *ret = hc_speed_max();
        return true;
    }
    struct hc_slice fraction = text;
    struct hc_slice whole = hc_slice_cut(&fraction, '.');
    int64_t units = 0;
    int64_t decimals = 0;
    if (!parse_digits(whole, &units)) {
        return false;
    }
    if (!hc_slice_is_null(fraction)) {
        if (!parse_digits(fraction, &decimals)) {
            return false;
        }
        for (size_t i = fraction.size; i < DIGITS_MAX; i++) {
            decimals *= 10;
        }
    }
    int64_t num = units * billion + decimals;
    if (num == 0) {
        return false;
    }
    *ret = hc_speed_of(num, billion);
    return true;
}

char *hc_speed_text(const struct hc_speed *speed, char out[HC_SPEED_BYTES])
{
    if (speed->max) {
        memcpy(out, "max", sizeof "max");
        return out;
    }
    HC_ASSERT(speed->num >= 1 && speed->den >= 1 && billion % speed->den == 0);
    int64_t decimals = speed->num % speed->den * (billion / speed->den);
    int length =
        snprintf(out, HC_SPEED_BYTES, "%" PRId64 ".%09" PRId64, speed->num / speed->den, decimals);
    HC_ASSERT(length > 0 && length < HC_SPEED_BYTES);
    while (out[length - 1] == '0') {
        length--;
    }
    if (out[length - 1] == '.') {
        length--;
    }
    out[length] = '\0';
    return out;
}
