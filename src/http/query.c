#include "http/query.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool hc_http_decode(struct hc_slice text, char out[HC_HTTP_VALUE_BYTES])
{
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '%') {
            bool whole = i + 2 < text.size;
            int high = whole ? hex_digit(text.data[i + 1]) : -1;
            int low = whole ? hex_digit(text.data[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return false;
            }
            c = (char)(high << 4 | low);
            i += 2;
        }
        if (c == '\0' || size + 1 >= HC_HTTP_VALUE_BYTES) {
            return false;
        }
        out[size++] = c;
    }
    out[size] = '\0';
    return true;
}

static bool is_known(const char *const *known, struct hc_slice name)
{
    for (; *known; known++) {
        if (hc_slice_equal_str(name, *known)) {
            return true;
        }
    }
    return false;
}

static bool is_given(const struct hc_http_query *query, struct hc_slice name)
{
    for (size_t i = 0; i < query->count; i++) {
        if (hc_slice_equal(query->names[i], name)) {
            return true;
        }
    }
    return false;
}

bool hc_http_query_parse(struct hc_slice text, const char *const *known, struct hc_http_query *ret,
                         struct hc_http_answer *answer)
{
    ret->count = 0;
    while (text.size > 0) {
        struct hc_slice value = hc_slice_cut(&text, '&');
        struct hc_slice name = hc_slice_cut(&value, '=');
        if (!is_known(known, name)) {
            hc_http_problem(answer, 422, "\"%.*s\" is no parameter of this route",
                            (int)HC_MIN(name.size, (size_t)100), name.data);
            return false;
        }
        if (is_given(ret, name)) {
            hc_http_problem(answer, 400, "%.*s is given twice", HC_SLICE_ARG(name));
            return false;
        }
        HC_ASSERT(ret->count < HC_HTTP_QUERY_MAX); /* no more names than are known */
        if (!hc_http_decode(value, ret->values[ret->count])) {
            hc_http_problem(answer, 400, "%.*s is not well encoded, or longer than %d bytes",
                            HC_SLICE_ARG(name), HC_HTTP_VALUE_BYTES - 1);
            return false;
        }
        ret->names[ret->count++] = name;
    }
    return true;
}

struct hc_slice hc_http_query_get(const struct hc_http_query *query, const char *name)
{
    for (size_t i = 0; i < query->count; i++) {
        if (hc_slice_equal_str(query->names[i], name)) {
            return hc_slice_str(query->values[i]);
        }
    }
    return HC_SLICE_NULL;
}
