/* Borrowed bytes: a pointer and a length, never owning, not NUL-terminated. */
#ifndef HC_BASE_SLICE_H
#define HC_BASE_SLICE_H

#include "base/assert.h"

#include <stdbool.h>
#include <string.h>

struct hc_slice {
    const char *data; /* NULL means "null" where a protocol distinguishes null from empty */
    size_t size;
};

#define HC_SLICE_NULL       ((struct hc_slice){NULL, 0})
#define HC_SLICE_EMPTY      ((struct hc_slice){"", 0})
#define HC_SLICE(literal)   ((struct hc_slice){"" literal "", sizeof(literal) - 1})
#define HC_SLICE_FMT        "%.*s"
#define HC_SLICE_ARG(slice) (int)(slice).size, (slice).data ? (slice).data : ""

static inline struct hc_slice hc_slice_of(const void *data, size_t size)
{
    return (struct hc_slice){data, size};
}

/* NULL gives the null slice. */
static inline struct hc_slice hc_slice_str(const char *text)
{
    return (struct hc_slice){text, text ? strlen(text) : 0};
}

static inline bool hc_slice_is_null(struct hc_slice slice)
{
    return slice.data == NULL;
}

/* Null and empty compare equal; use hc_slice_is_null where they differ. */
static inline bool hc_slice_equal(struct hc_slice a, struct hc_slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool hc_slice_equal_str(struct hc_slice a, const char *text)
{
    return hc_slice_equal(a, hc_slice_str(text));
}

/* Order by unsigned bytes, a prefix first; null before empty. */
int hc_slice_compare(struct hc_slice a, struct hc_slice b);

/* ASCII case-insensitive equality. */
bool hc_slice_equal_nocase(struct hc_slice a, struct hc_slice b);

/* Without leading and trailing ASCII white space. */
struct hc_slice hc_slice_trim(struct hc_slice slice);

/* Cuts off and returns what stands before the first `separator`; *rest becomes what stands behind
 * it, or the null slice when there was none. */
struct hc_slice hc_slice_cut(struct hc_slice *rest, char separator);

/* Shell-style glob with `*` and `?`, no classes, linear time. */
bool hc_slice_glob(struct hc_slice pattern, struct hc_slice text);

/* Copies into `out` as a NUL-terminated string, cut to `capacity - 1` bytes. Returns `out`. */
char *hc_slice_to_str(struct hc_slice slice, char *out, size_t capacity);

/* A NUL-terminated heap copy; the caller owns it. */
char *hc_slice_dup(struct hc_slice slice);

#endif
