/* One request and its answer, apart from sockets and parsing: what routes work with. */
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
    const char *allow;        /* for 405: the methods that are, static; else NULL */
    struct hc_buffer body;
};

/* Answers a request. Pure but for session commands. */
void hc_http_route(const struct hc_http_site *site, const struct hc_http_request *request,
                   struct hc_http_answer *answer, struct hc_now now);

/* An application/problem+json answer (RFC 9457). `detail` says what to do about it. */
void hc_http_problem(struct hc_http_answer *answer, int status, const char *detail, ...)
    HC_PRINTF(3, 4);

/* The standard phrase of a status code. */
const char *hc_http_phrase(int status);

#endif
