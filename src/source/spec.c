#include "source/spec.h"

#include "base/clock.h"
#include "base/timetext.h"

#include <inttypes.h>
#include <stdio.h>

/* No bar is longer than this; keeps every sum of a time and an interval inside int64 ns. */
enum { MONTHS_MAX = 120, DAYS_MAX = 3660 };
#define FIXED_MAX_NS (INT64_C(366) * 86400 * HC_NS_PER_S)

struct unit {
    const char *text;
    const char *long_text;
    int64_t ns;
    int32_t days;
    int32_t months;
};

/* Largest first within the fixed ones: the first that divides an interval spells it. */
static const struct unit units[] = {
    {"h", "hour", 3600 * HC_NS_PER_S, 0, 0},
    {"m", "min", 60 * HC_NS_PER_S, 0, 0},
    {"s", "sec", HC_NS_PER_S, 0, 0},
    {"ms", "ms", HC_NS_PER_MS, 0, 0},
    {"us", "us", 1000, 0, 0},
    {"ns", "ns", 1, 0, 0},
    {"w", "week", 0, 7, 0},
    {"d", "day", 0, 1, 0},
    {"mo", "month", 0, 0, 1},
};

void hc_topic_spec_init(struct hc_topic_spec *spec)
{
    HC_ASSERT(spec != NULL);
    *spec = (struct hc_topic_spec){
        .partitions = 1, .range_from_ms = HC_TIME_MIN, .range_to_ms = HC_NEVER};
}

static const struct unit *unit_find(struct hc_slice text)
{
    for (size_t i = 0; i < HC_COUNT(units); i++) {
        if (hc_slice_equal_str(text, units[i].text)) {
            return &units[i];
        }
    }
    return NULL;
}

bool hc_interval_parse(struct hc_slice text, struct hc_interval *ret)
{
    size_t digits = 0;
    int64_t count = 0;
    while (digits < text.size && text.data[digits] >= '0' && text.data[digits] <= '9') {
        if (digits == 9) {
            return false;
        }
        count = count * 10 + (text.data[digits] - '0');
        digits++;
    }
    if (digits == 0) {
        return false;
    }
    if (digits == text.size) {
        if (count != 0) {
            return false;
        }
        *ret = (struct hc_interval){0};
        return true;
    }
    const struct unit *unit = unit_find(hc_slice_of(text.data + digits, text.size - digits));
    if (unit == NULL || count == 0) {
        return false;
    }
    if ((unit->ns > 0 && count > FIXED_MAX_NS / unit->ns) ||
        (unit->days > 0 && count > DAYS_MAX / unit->days) ||
        (unit->months > 0 && count > MONTHS_MAX)) {
        return false;
    }
    ret->ns = count * unit->ns;
    ret->days = (int32_t)count * unit->days;
    ret->months = (int32_t)count * unit->months;
    return true;
}

char *hc_interval_text(const struct hc_interval *interval, bool long_form,
                       char out[HC_INTERVAL_BYTES])
{
    HC_ASSERT(interval != NULL && out != NULL);
    HC_ASSERT((interval->ns != 0) + (interval->days != 0) + (interval->months != 0) <= 1);
    snprintf(out, HC_INTERVAL_BYTES, "0");
    for (size_t i = 0; i < HC_COUNT(units); i++) {
        const struct unit *unit = &units[i];
        int64_t count = 0;
        if (unit->ns > 0 && interval->ns > 0 && interval->ns % unit->ns == 0) {
            count = interval->ns / unit->ns;
        } else if (unit->days > 0 && interval->days > 0 && interval->days % unit->days == 0) {
            count = interval->days / unit->days;
        } else if (unit->months > 0 && interval->months > 0) {
            count = interval->months;
        }
        if (count > 0) {
            snprintf(out, HC_INTERVAL_BYTES, long_form ? "%" PRId64 "-%s" : "%" PRId64 "%s", count,
                     long_form ? unit->long_text : unit->text);
            return out;
        }
    }
    return out;
}
