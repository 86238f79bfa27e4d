#include "base/slice.h"

#include "base/memory.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

int hc_slice_compare(struct hc_slice a, struct hc_slice b)
{
    if (!a.data || !b.data) {
        return (a.data != NULL) - (b.data != NULL);
    }
    size_t common = HC_MIN(a.size, b.size);
    int order = common ? memcmp(a.data, b.data, common) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

bool hc_slice_equal_nocase(struct hc_slice a, struct hc_slice b)
{
    if (a.size != b.size) {
        return false;
    }
    for (size_t i = 0; i < a.size; i++) {
        if (lower(a.data[i]) != lower(b.data[i])) {
            return false;
        }
    }
    return true;
}

struct hc_slice hc_slice_trim(struct hc_slice slice)
{
    while (slice.size && is_space(slice.data[0])) {
        slice.data++;
        slice.size--;
    }
    while (slice.size && is_space(slice.data[slice.size - 1])) {
        slice.size--;
    }
    return slice;
}

struct hc_slice hc_slice_cut(struct hc_slice *rest, char separator)
{
    struct hc_slice whole = *rest;
    const char *at = whole.size ? memchr(whole.data, separator, whole.size) : NULL;
    if (!at) {
        *rest = HC_SLICE_NULL;
        return whole;
    }
    size_t before = (size_t)(at - whole.data);
    *rest = hc_slice_of(at + 1, whole.size - before - 1);
    return hc_slice_of(whole.data, before);
}

/* Backtracks only to the last star, so that a hostile pattern costs at most |pattern| * |text|. */
bool hc_slice_glob(struct hc_slice pattern, struct hc_slice text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, mark = 0;
    while (t < text.size) {
        if (p < pattern.size && pattern.data[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.size &&
                   (pattern.data[p] == '?' || pattern.data[p] == text.data[t])) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size && pattern.data[p] == '*') {
        p++;
    }
    return p == pattern.size;
}

char *hc_slice_to_str(struct hc_slice slice, char *out, size_t capacity)
{
    HC_ASSERT(capacity > 0);
    size_t size = HC_MIN(slice.size, capacity - 1);
    if (size) {
        memcpy(out, slice.data, size);
    }
    out[size] = '\0';
    return out;
}

char *hc_slice_dup(struct hc_slice slice)
{
    char *copy = hc_alloc(slice.size + 1);
    if (slice.size) {
        memcpy(copy, slice.data, slice.size);
    }
    return copy;
}
