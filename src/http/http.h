/* The HTTP server: health, readiness, metrics, sessions, topics. HTTP/1.1 on the loop, parsed by
 * http-parser.
 *
 * What it shows it asks a `struct hc_http_site` for, on the loop's thread; it changes nothing but
 * through commands (broker/control.h) and what the site offers. Requests are bounded (line and
 * headers 8 KiB in all, 64 headers, body 256 KiB) and so are connections (256). On a loopback
 * listener a foreign Host is refused, so that a web page cannot reach it by rebinding a name.
 */
#ifndef HC_HTTP_HTTP_H
#define HC_HTTP_HTTP_H

#include "base/buffer.h"
#include "broker/cluster.h"
#include "net/stream.h"

/* A setting of a session to be made, as text. */
struct hc_http_setting {
    struct hc_slice name, value;
};

/* What the server looks at; functions are called with `context`. */
struct hc_http_site {
    void *context;
    struct hc_metric_registry *metrics;
    /* Brings gauges up to date before they are printed. */
    void (*refresh)(void *context, struct hc_now now);
    /* True when ready; otherwise appends a JSON array of reasons. */
    bool (*ready)(void *context, struct hc_buffer *reasons);
    size_t (*session_count)(void *context);
    struct hc_cluster *(*session_at)(void *context, size_t index); /* NULL: it is going */
    struct hc_cluster *(*session_named)(void *context, struct hc_slice name); /* or NULL */
    /* HC_USAGE: a setting is wrong, or asks for what is not loaded; the text names it. HC_EXISTS:
     * the name or the address is taken. HC_LIMIT: there are as many as there may be. */
    enum hc_status (*session_create)(void *context, const struct hc_http_setting *settings,
                                     size_t count, struct hc_cluster **ret, struct hc_error *error);
    /* Ends the session with its connections, later in this turn of the loop. HC_INVALID: it is
     * main. */
    enum hc_status (*session_remove)(void *context, struct hc_cluster *cluster,
                                     struct hc_error *error);
    /* The status object (docs/control.md), as of `now`. */
    void (*session_json)(void *context, struct hc_cluster *cluster, struct hc_buffer *out,
                         struct hc_now now);
    /* The object of GET /v1/topics. */
    void (*topics_json)(void *context, struct hc_buffer *out);
};

struct hc_http_server;

/* Serves `site` (copied) at the address. *ret is owned. */
HC_MUST_USE enum hc_status hc_http_listen(struct hc_loop *loop, const struct hc_address *address,
                                          const struct hc_http_site *site,
                                          struct hc_http_server **ret, struct hc_address *ret_bound,
                                          struct hc_error *error);
/* Accepts no more; open connections are closed with the loop's streams. Call hc_http_server_free
 * after them. */
void hc_http_server_stop(struct hc_http_server *server);
void hc_http_server_free(struct hc_http_server *server);

#endif
