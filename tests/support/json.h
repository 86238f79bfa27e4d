/* A small JSON reader for tests. Strict enough to notice broken output; not meant for hostile
 * input. */
#ifndef HC_TEST_JSON_H
#define HC_TEST_JSON_H

#include "base/arena.h"

enum hc_json_kind {
    HC_JSON_NULL,
    HC_JSON_FALSE,
    HC_JSON_TRUE,
    HC_JSON_NUMBER,
    HC_JSON_STRING,
    HC_JSON_ARRAY,
    HC_JSON_OBJECT,
};

/* A value in an arena. */
struct hc_json {
    enum hc_json_kind kind;
    struct hc_slice text;  /* NUMBER: as written (borrows the input); STRING: unescaped */
    struct hc_slice name;  /* of a member of an object */
    struct hc_json *first; /* children of ARRAY and OBJECT */
    struct hc_json *next;  /* the next sibling */
    size_t count;
};

/* NULL when `text` is not one JSON value. */
struct hc_json *hc_json_parse(struct hc_slice text, struct hc_arena *arena);

/* NULL when there is no such member, or the value is no object. */
const struct hc_json *hc_json_get(const struct hc_json *object, const char *name);

/* The number of a member; fails the test when it is missing or not a 64-bit integer. */
int64_t hc_json_int(const struct hc_json *object, const char *name);

/* The text of a string member; fails the test when it is missing. */
struct hc_slice hc_json_text(const struct hc_json *object, const char *name);

/* Whether every member of `part` is in `whole` with the same value; arrays must agree element by
 * element. On false, *ret_where names the first member that differs. */
bool hc_json_contains(const struct hc_json *whole, const struct hc_json *part,
                      struct hc_slice *ret_where);

#endif
