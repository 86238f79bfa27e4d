/* One request and its answer, apart from sockets and parsing: what routes work with.
 *
 * Most answers are there at once. A command to a session, and a wait, answer later: the route then
 * gives a `struct hc_http_pending`, which is asked again until it has its answer.
 */
#ifndef HC_HTTP_EXCHANGE_H
#define HC_HTTP_EXCHANGE_H

#include "http/http.h"

enum { HC_HTTP_PATH_BYTES = 1024, HC_HTTP_BODY_BYTES_MAX = 256 * 1024 };

struct hc_http_request {
    const char *method;   /* "GET", static */
    struct hc_slice path; /* without query */
    struct hc_slice query;
    struct hc_slice body;
};

struct hc_http_answer {
    int status;
    const char *content_type; /* static */
    char allow[32];           /* for 405: the methods that are; else "" */
    struct hc_buffer body;
};

struct hc_http_pending; /* own: ended by hc_http_ask returning true, or by hc_http_abandon */

/* Answers a request, at once (NULL) or later. */
struct hc_http_pending *hc_http_route(const struct hc_http_site *site,
                                      const struct hc_http_request *request,
                                      struct hc_http_answer *answer, struct hc_now now);
/* True: it is answered, and `pending` is gone. */
bool hc_http_ask(struct hc_http_pending *pending, struct hc_http_answer *answer, struct hc_now now);
/* When to ask again at the latest; 0: now. */
int64_t hc_http_pending_wake_ns(const struct hc_http_pending *pending);
/* Nobody waits for the answer any more. A command goes on. */
void hc_http_abandon(struct hc_http_pending *pending);

/* An application/problem+json answer (RFC 9457). `detail` says what to do about it. */
void hc_http_problem(struct hc_http_answer *answer, int status, const char *detail, ...)
    HC_PRINTF(3, 4);

/* The standard phrase of a status code. */
const char *hc_http_phrase(int status);

#endif
