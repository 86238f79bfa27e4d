/* The query of a URL: NAME=VALUE&..., percent-encoded. A plus sign stands for itself, as in times
 * with a zone. */
#ifndef HC_HTTP_QUERY_H
#define HC_HTTP_QUERY_H

#include "http/exchange.h"

enum { HC_HTTP_QUERY_MAX = 8, HC_HTTP_VALUE_BYTES = 512 };

struct hc_http_query {
    struct hc_slice names[HC_HTTP_QUERY_MAX]; /* borrowed from the request */
    char values[HC_HTTP_QUERY_MAX][HC_HTTP_VALUE_BYTES];
    size_t count;
};

/* False: `answer` says what is wrong (400 for what cannot be decoded or is given twice, 422 for a
 * name that is not among `known`, which ends with NULL). */
bool hc_http_query_parse(struct hc_slice text, const char *const *known, struct hc_http_query *ret,
                         struct hc_http_answer *answer);
/* Undoes percent-encoding. False: a bad escape, a NUL, or too long. */
bool hc_http_decode(struct hc_slice text, char out[HC_HTTP_VALUE_BYTES]);

/* Null: not given. */
struct hc_slice hc_http_query_get(const struct hc_http_query *query, const char *name);

#endif
