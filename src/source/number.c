#include "source/number.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_at(struct hc_slice text, size_t at)
{
    HC_ASSERT(at <= text.size);
    size_t count = 0;
    while (at + count < text.size && is_digit(text.data[at + count])) {
        count++;
    }
    return count;
}

static bool is_nonfinite(struct hc_slice text)
{
    if (text.size > 0 && (text.data[0] == '+' || text.data[0] == '-')) {
        text = hc_slice_of(text.data + 1, text.size - 1);
    }
    return hc_slice_equal_nocase(text, HC_SLICE("nan")) ||
           hc_slice_equal_nocase(text, HC_SLICE("inf")) ||
           hc_slice_equal_nocase(text, HC_SLICE("infinity"));
}

/* Where the exponent ends when one starts at `at`; `at` itself when there is none; 0 when it is
 * malformed. */
static size_t exponent_end(struct hc_slice text, size_t at)
{
    if (at == text.size || (text.data[at] != 'e' && text.data[at] != 'E')) {
        return at;
    }
    at++;
    if (at < text.size && (text.data[at] == '+' || text.data[at] == '-')) {
        at++;
    }
    size_t digits = digits_at(text, at);
    return digits == 0 ? 0 : at + digits;
}

enum hc_number_kind hc_number_classify(struct hc_slice text)
{
    if (text.size == 0) {
        return HC_NUMBER_NONE;
    }
    size_t at = 0;
    bool json = true;
    if (text.data[0] == '-' || text.data[0] == '+') {
        json = text.data[0] == '-';
        at = 1;
    }
    size_t whole = digits_at(text, at);
    json = json && whole > 0 && (whole == 1 || text.data[at] != '0');
    at += whole;
    size_t fraction = 0;
    if (at < text.size && text.data[at] == '.') {
        fraction = digits_at(text, at + 1);
        json = json && fraction > 0;
        at += 1 + fraction;
    }
    if (whole + fraction == 0) {
        return is_nonfinite(text) ? HC_NUMBER_NONFINITE : HC_NUMBER_NONE;
    }
    at = exponent_end(text, at);
    if (at != text.size) {
        return HC_NUMBER_NONE;
    }
    return json ? HC_NUMBER_JSON : HC_NUMBER_OTHER;
}

size_t hc_number_normalise(struct hc_slice text, char *out)
{
    HC_ASSERT(text.size > 0 && out != NULL);
    size_t at = 0;
    size_t size = 0;
    if (text.data[0] == '-' || text.data[0] == '+') {
        if (text.data[0] == '-') {
            out[size++] = '-';
        }
        at = 1;
    }
    size_t whole = digits_at(text, at);
    while (whole > 1 && text.data[at] == '0') {
        at++;
        whole--;
    }
    if (whole == 0) {
        out[size++] = '0';
    }
    memcpy(out + size, text.data + at, whole);
    size += whole;
    at += whole;
    if (at < text.size && text.data[at] == '.' && digits_at(text, at + 1) == 0) {
        at++; /* "5." */
    }
    memcpy(out + size, text.data + at, text.size - at);
    size += text.size - at;
    HC_ASSERT(size <= text.size + 1);
    return size;
}

static double scaled(uint64_t mantissa, int64_t exponent)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const int64_t top = (int64_t)HC_COUNT(powers) - 1;
    double value = (double)mantissa;
    if (mantissa == 0) {
        return 0;
    }
    for (int rounds = 0; exponent != 0 && rounds < 20; rounds++) {
        int64_t step = HC_MIN(exponent < 0 ? -exponent : exponent, top);
        value = exponent < 0 ? value / powers[step] : value * powers[step];
        exponent += exponent < 0 ? step : -step;
    }
    return value;
}

static int64_t exponent_value(struct hc_slice text, size_t at)
{
    if (at >= text.size || (text.data[at] != 'e' && text.data[at] != 'E')) {
        return 0;
    }
    at++;
    bool negative = at < text.size && text.data[at] == '-';
    int64_t value = 0;
    for (; at < text.size; at++) {
        if (is_digit(text.data[at]) && value < 100000) {
            value = value * 10 + (text.data[at] - '0');
        }
    }
    return negative ? -value : value;
}

double hc_number_approximate(struct hc_slice text)
{
    uint64_t mantissa = 0;
    int64_t exponent = 0;
    bool point = false;
    size_t at = text.size > 0 && (text.data[0] == '-' || text.data[0] == '+');
    bool negative = at == 1 && text.data[0] == '-';
    for (; at < text.size; at++) {
        char c = text.data[at];
        if (c == '.' && !point) {
            point = true;
        } else if (!is_digit(c)) {
            break;
        } else if (mantissa < UINT64_C(1000000000000000000)) {
            mantissa = mantissa * 10 + (uint64_t)(c - '0');
            exponent -= point;
        } else {
            exponent += !point;
        }
    }
    double value = scaled(mantissa, exponent + exponent_value(text, at));
    return negative ? -value : value;
}
