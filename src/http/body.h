/* The JSON object that a request carries, read field by field.
 *
 * Each reader answers by itself where something is wrong (400: not an object; 422 naming the field)
 * and returns false. Fields that nobody has read are refused by hc_http_body_end. An empty body is
 * an empty object.
 */
#ifndef HC_HTTP_BODY_H
#define HC_HTTP_BODY_H

#include "http/exchange.h"
#include "replay/clock.h"

#include <jansson.h>

enum { HC_HTTP_FIELDS_MAX = 48 };

struct hc_http_body {
    json_t *object; /* own; what has been read is taken out */
    struct hc_http_answer *answer;
};

bool hc_http_body_parse(struct hc_slice text, struct hc_http_body *ret,
                        struct hc_http_answer *answer);
/* Releases the body. False: a field was left. `known` lists the names, for the sentence. */
bool hc_http_body_end(struct hc_http_body *body, const char *known);
void hc_http_body_done(struct hc_http_body *body);

/* `*ret_given` false: not there, and nothing else is set. */
bool hc_http_body_time(struct hc_http_body *body, const char *name, bool *ret_given,
                       int64_t *ret_ms);
bool hc_http_body_bool(struct hc_http_body *body, const char *name, bool *ret);
bool hc_http_body_speed(struct hc_http_body *body, const char *name, bool *ret_given,
                        struct hc_speed *ret);
/* A whole number in [1, max]. */
bool hc_http_body_count(struct hc_http_body *body, const char *name, int64_t max, bool *ret_given,
                        int64_t *ret);
/* "5m", in ms, at least 1. */
bool hc_http_body_duration(struct hc_http_body *body, const char *name, bool *ret_given,
                           int64_t *ret_ms);

/* Every field as text, for settings: `*ret` (own: hc_http_settings_free) and how many. */
bool hc_http_body_settings(struct hc_http_body *body, struct hc_http_setting **ret,
                           size_t *ret_count);
void hc_http_settings_free(struct hc_http_setting *settings, size_t count);

#endif
