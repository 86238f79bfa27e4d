#include "source/filename.h"
#include "source/pattern.h"
#include "source/timeparse.h"

/* Names are short and patterns too; this bounds what a hostile pair of them can cost. */
enum { STEPS_MAX = 200000 };

enum capture { CAPTURE_NONE, CAPTURE_SYMBOL, CAPTURE_EXCHANGE, CAPTURE_INTERVAL, CAPTURE_DATE };

static const struct {
    const char *text;
    enum capture capture;
} names[] = {
    {"{symbol}", CAPTURE_SYMBOL},
    {"{exchange}", CAPTURE_EXCHANGE},
    {"{interval}", CAPTURE_INTERVAL},
    {"{date}", CAPTURE_DATE},
};

struct match {
    struct hc_captures captures;
    int steps;
};

static enum capture capture_at(struct hc_slice pattern, size_t *ret_size)
{
    for (size_t i = 0; i < HC_COUNT(names); i++) {
        size_t size = strlen(names[i].text);
        if (pattern.size >= size && memcmp(pattern.data, names[i].text, size) == 0) {
            *ret_size = size;
            return names[i].capture;
        }
    }
    return CAPTURE_NONE;
}

/* The same placeholder twice must catch the same text. */
static bool slice_agree(struct hc_slice *held, struct hc_slice text)
{
    if (hc_slice_is_null(*held)) {
        *held = text;
    }
    return hc_slice_equal(*held, text);
}

static bool capture_take(enum capture capture, struct hc_slice text, struct hc_captures *captures)
{
    switch (capture) {
    case CAPTURE_SYMBOL:
        return slice_agree(&captures->symbol, text);
    case CAPTURE_EXCHANGE:
        return slice_agree(&captures->exchange, text);
    case CAPTURE_INTERVAL:
        captures->interval_set = true;
        return hc_name_interval(text, &captures->interval);
    default:
        HC_ASSERT(capture == CAPTURE_DATE);
        captures->date_set = true;
        return hc_time_parse_date(text, &captures->date_days);
    }
}

static struct hc_slice from(struct hc_slice text, size_t at)
{
    HC_ASSERT(at <= text.size);
    return hc_slice_of(text.data + at, text.size - at);
}

static bool match_here(struct hc_slice pattern, struct hc_slice text, struct match *match);

static bool match_capture(enum capture capture, struct hc_slice rest, struct hc_slice text,
                          struct match *match)
{
    struct hc_captures before = match->captures;
    for (size_t size = 1; size <= text.size; size++) {
        match->captures = before;
        if (capture_take(capture, hc_slice_of(text.data, size), &match->captures) &&
            match_here(rest, from(text, size), match)) {
            return true;
        }
    }
    match->captures = before;
    return false;
}

static bool match_here(struct hc_slice pattern, struct hc_slice text, struct match *match)
{
    while (pattern.size > 0) {
        if (++match->steps > STEPS_MAX) {
            return false;
        }
        size_t size = 0;
        enum capture capture = capture_at(pattern, &size);
        if (capture != CAPTURE_NONE) {
            return match_capture(capture, from(pattern, size), text, match);
        }
        if (pattern.data[0] == '*') {
            for (size_t skip = 0; skip <= text.size; skip++) {
                if (match_here(from(pattern, 1), from(text, skip), match)) {
                    return true;
                }
            }
            return false;
        }
        if (text.size == 0 || (pattern.data[0] != '?' && pattern.data[0] != text.data[0])) {
            return false;
        }
        pattern = from(pattern, 1);
        text = from(text, 1);
    }
    return text.size == 0;
}

bool hc_pattern_match(struct hc_slice pattern, struct hc_slice text, struct hc_captures *ret)
{
    HC_ASSERT(ret != NULL);
    struct match match = {.captures = *ret};
    if (!match_here(pattern, text, &match)) {
        return false;
    }
    *ret = match.captures;
    return true;
}
