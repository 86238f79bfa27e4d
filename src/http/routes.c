#include "http/exchange.h"

#include <stdarg.h>

struct call {
    const struct hc_http_site *site;
    const struct hc_http_request *request;
    struct hc_http_answer *answer;
    struct hc_cluster *cluster; /* of routes below a session */
    struct hc_now now;
};

typedef void route_fn(struct call *call);

struct route {
    const char *method;
    const char *path; /* {s} stands for a session's name */
    route_fn *run;
};

const char *hc_http_phrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 421:
        return "Misdirected Request";
    case 422:
        return "Unprocessable Content";
    case 431:
        return "Request Header Fields Too Large";
    case 503:
        return "Service Unavailable";
    default:
        return "Error";
    }
}

void hc_http_problem(struct hc_http_answer *answer, int status, const char *detail, ...)
{
    struct hc_buffer text = {0};
    va_list arguments;
    va_start(arguments, detail);
    hc_buffer_vprintf(&text, detail, arguments);
    va_end(arguments);
    answer->status = status;
    answer->content_type = "application/problem+json";
    hc_buffer_clear(&answer->body);
    hc_buffer_printf(&answer->body,
                     "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":",
                     hc_http_phrase(status), status);
    hc_buffer_append_json(&answer->body, hc_buffer_slice(&text));
    hc_buffer_append_str(&answer->body, "}\n");
    hc_buffer_done(&text);
}

static void get_health(struct call *call)
{
    hc_buffer_append_str(&call->answer->body, "{\"status\":\"ok\"}\n");
}

static void get_ready(struct call *call)
{
    struct hc_buffer reasons = {0};
    bool ready = call->site->ready(call->site->context, &reasons);
    call->answer->status = ready ? 200 : 503;
    hc_buffer_printf(&call->answer->body, "{\"ready\":%s,\"reasons\":", ready ? "true" : "false");
    hc_buffer_append_slice(&call->answer->body, ready ? HC_SLICE("[]") : hc_buffer_slice(&reasons));
    hc_buffer_append_str(&call->answer->body, "}\n");
    hc_buffer_done(&reasons);
}

static void get_metrics(struct call *call)
{
    call->answer->content_type = "text/plain; version=0.0.4; charset=utf-8";
    call->site->refresh(call->site->context, call->now);
    hc_metric_print(call->site->metrics, &call->answer->body);
}

static void session_json(struct call *call, struct hc_cluster *cluster)
{
    call->site->session_json(call->site->context, cluster, &call->answer->body, call->now);
}

static void get_sessions(struct call *call)
{
    hc_buffer_append_str(&call->answer->body, "{\"sessions\":[");
    size_t count = call->site->session_count(call->site->context);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            hc_buffer_append_char(&call->answer->body, ',');
        }
        session_json(call, call->site->session_at(call->site->context, i));
    }
    hc_buffer_append_str(&call->answer->body, "]}\n");
}

static void get_session(struct call *call)
{
    session_json(call, call->cluster);
    hc_buffer_append_char(&call->answer->body, '\n');
}

static void command(struct call *call,
                    enum hc_status (*run)(struct hc_session *, struct hc_now, struct hc_error *))
{
    struct hc_error error = {0};
    if (run(call->cluster->session, call->now, &error) != HC_OK) {
        hc_http_problem(call->answer, 409, "%s", error.text);
        return;
    }
    get_session(call);
}

static void post_pause(struct call *call)
{
    command(call, hc_session_pause);
}

static void post_resume(struct call *call)
{
    command(call, hc_session_resume);
}

static void get_topics(struct call *call)
{
    call->site->topics_json(call->site->context, &call->answer->body);
    hc_buffer_append_char(&call->answer->body, '\n');
}

static const struct route routes[] = {
    {"GET", "/healthz", get_health},
    {"GET", "/readyz", get_ready},
    {"GET", "/metrics", get_metrics},
    {"GET", "/v1/sessions", get_sessions},
    {"GET", "/v1/sessions/{s}", get_session},
    {"POST", "/v1/sessions/{s}/pause", post_pause},
    {"POST", "/v1/sessions/{s}/resume", post_resume},
    {"GET", "/v1/topics", get_topics},
};

/* Compares segment by segment; *ret_session is what stands for {s}. Exact match against a fixed
 * table: no decoding, no dots. */
static bool path_matches(const char *pattern, struct hc_slice path, struct hc_slice *ret_session)
{
    struct hc_slice rest = hc_slice_str(pattern);
    while (!hc_slice_is_null(rest) && !hc_slice_is_null(path)) {
        struct hc_slice want = hc_slice_cut(&rest, '/');
        struct hc_slice have = hc_slice_cut(&path, '/');
        if (hc_slice_equal_str(want, "{s}") && have.size > 0) {
            *ret_session = have;
        } else if (!hc_slice_equal(want, have)) {
            return false;
        }
    }
    return hc_slice_is_null(rest) && hc_slice_is_null(path);
}

static struct hc_cluster *find_session(const struct hc_http_site *site, struct hc_slice name)
{
    size_t count = site->session_count(site->context);
    for (size_t i = 0; i < count; i++) {
        struct hc_cluster *cluster = site->session_at(site->context, i);
        if (hc_slice_equal(hc_session_config(cluster->session)->name, name)) {
            return cluster;
        }
    }
    return NULL;
}

static void run_route(struct call *call, const struct route *route, struct hc_slice session)
{
    if (!hc_slice_is_null(session)) {
        call->cluster = find_session(call->site, session);
        if (!call->cluster) {
            hc_http_problem(call->answer, 404, "there is no session \"" HC_SLICE_FMT "\"",
                            HC_SLICE_ARG(session));
            return;
        }
    }
    route->run(call);
}

void hc_http_route(const struct hc_http_site *site, const struct hc_http_request *request,
                   struct hc_http_answer *answer, struct hc_now now)
{
    struct call call = {.site = site, .request = request, .answer = answer, .now = now};
    const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
    answer->status = 200;
    answer->content_type = "application/json";
    const struct route *other_method = NULL;
    for (size_t i = 0; i < HC_COUNT(routes); i++) {
        struct hc_slice session = HC_SLICE_NULL;
        if (!path_matches(routes[i].path, request->path, &session)) {
            continue;
        }
        if (strcmp(routes[i].method, method) == 0) {
            run_route(&call, &routes[i], session);
            return;
        }
        other_method = &routes[i];
    }
    if (other_method) {
        answer->allow = other_method->method;
        hc_http_problem(answer, 405, "this route takes %s", other_method->method);
    } else {
        hc_http_problem(answer, 404,
                        "no such route; there are /healthz, /readyz, /metrics, /v1/sessions, "
                        "/v1/sessions/{name} and /v1/topics");
    }
}
