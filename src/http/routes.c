#include "http/call.h"

#include <stdarg.h>
#include <stdio.h>

struct route {
    const char *method;
    const char *path; /* {s} stands for a session's name, {g} for what is below it */
    bool (*parse)(struct hc_http_call *call); /* before the session is looked up; NULL: nothing */
    void (*run)(struct hc_http_call *call);
};

const char *hc_http_phrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 201:
        return "Created";
    case 204:
        return "No Content";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
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
    case 507:
        return "Insufficient Storage";
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

static void get_health(struct hc_http_call *call)
{
    hc_buffer_append_str(&call->answer->body, "{\"status\":\"ok\"}\n");
}

static void get_ready(struct hc_http_call *call)
{
    struct hc_buffer reasons = {0};
    bool ready = call->site->ready(call->site->context, &reasons);
    call->answer->status = ready ? 200 : 503;
    hc_buffer_printf(&call->answer->body, "{\"ready\":%s,\"reasons\":", ready ? "true" : "false");
    hc_buffer_append_slice(&call->answer->body, ready ? HC_SLICE("[]") : hc_buffer_slice(&reasons));
    hc_buffer_append_str(&call->answer->body, "}\n");
    hc_buffer_done(&reasons);
}

static void get_metrics(struct hc_http_call *call)
{
    call->answer->content_type = "text/plain; version=0.0.4; charset=utf-8";
    call->site->refresh(call->site->context, call->now);
    hc_metric_print(call->site->metrics, &call->answer->body);
}

static void session_json(struct hc_http_call *call, struct hc_cluster *cluster)
{
    call->site->session_json(call->site->context, cluster, &call->answer->body, call->now);
}

static void get_sessions(struct hc_http_call *call)
{
    hc_buffer_append_str(&call->answer->body, "{\"sessions\":[");
    size_t count = call->site->session_count(call->site->context);
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        struct hc_cluster *cluster = call->site->session_at(call->site->context, i);
        if (cluster) {
            hc_buffer_append_str(&call->answer->body, first ? "" : ",");
            session_json(call, cluster);
            first = false;
        }
    }
    hc_buffer_append_str(&call->answer->body, "]}\n");
}

void hc_http_show_session(struct hc_http_call *call, struct hc_cluster *cluster)
{
    session_json(call, cluster);
    hc_buffer_append_char(&call->answer->body, '\n');
}

static void get_session(struct hc_http_call *call)
{
    hc_http_show_session(call, call->cluster);
}

static int status_of(enum hc_status status)
{
    return status == HC_USAGE ? 422 : status == HC_EXISTS || status == HC_INVALID ? 409 : 503;
}

static void post_session(struct hc_http_call *call)
{
    struct hc_http_body body;
    struct hc_http_setting *settings;
    size_t count;
    if (!hc_http_body_parse(call->request->body, &body, call->answer) ||
        !hc_http_body_settings(&body, &settings, &count)) {
        return;
    }
    struct hc_cluster *cluster;
    struct hc_error error = {0};
    enum hc_status status =
        call->site->session_create(call->site->context, settings, count, &cluster, &error);
    hc_http_settings_free(settings, count);
    if (status == HC_OK) {
        call->answer->status = 201;
        hc_http_show_session(call, cluster);
    } else {
        hc_http_problem(call->answer, status_of(status), "%s", error.text);
    }
}

static void delete_session(struct hc_http_call *call)
{
    struct hc_error error = {0};
    enum hc_status status = call->site->session_remove(call->site->context, call->cluster, &error);
    if (status == HC_OK) {
        call->answer->status = 204;
    } else {
        hc_http_problem(call->answer, status_of(status), "%s", error.text);
    }
}

static void get_topics(struct hc_http_call *call)
{
    call->site->topics_json(call->site->context, &call->answer->body);
    hc_buffer_append_char(&call->answer->body, '\n');
}

static const struct route routes[] = {
    {"GET", "/healthz", NULL, get_health},
    {"GET", "/readyz", NULL, get_ready},
    {"GET", "/metrics", NULL, get_metrics},
    {"GET", "/v1/sessions", NULL, get_sessions},
    {"POST", "/v1/sessions", NULL, post_session},
    {"GET", "/v1/sessions/{s}", NULL, get_session},
    {"DELETE", "/v1/sessions/{s}", NULL, delete_session},
    {"POST", "/v1/sessions/{s}/pause", hc_http_parse_pause, hc_http_run_command},
    {"POST", "/v1/sessions/{s}/resume", hc_http_parse_resume, hc_http_run_command},
    {"POST", "/v1/sessions/{s}/seek", hc_http_parse_seek, hc_http_run_command},
    {"POST", "/v1/sessions/{s}/speed", hc_http_parse_speed, hc_http_run_command},
    {"POST", "/v1/sessions/{s}/step", hc_http_parse_step, hc_http_run_command},
    {"POST", "/v1/sessions/{s}/reset", hc_http_parse_reset, hc_http_run_command},
    {"GET", "/v1/sessions/{s}/wait", hc_http_parse_wait, hc_http_run_wait},
    {"GET", "/v1/sessions/{s}/at", hc_http_parse_at, hc_http_run_at},
    {"GET", "/v1/sessions/{s}/groups", NULL, hc_http_run_groups},
    {"GET", "/v1/sessions/{s}/groups/{g}", NULL, hc_http_run_group},
    {"GET", "/v1/topics", NULL, get_topics},
};

/* Compares segment by segment; what stands for {s} and {g} goes into the call. Exact match against
 * a fixed table: no decoding, no dots. */
static bool path_matches(const char *pattern, struct hc_slice path, struct hc_http_call *call)
{
    struct hc_slice rest = hc_slice_str(pattern);
    call->session = call->item = HC_SLICE_NULL;
    while (!hc_slice_is_null(rest) && !hc_slice_is_null(path)) {
        struct hc_slice want = hc_slice_cut(&rest, '/');
        struct hc_slice have = hc_slice_cut(&path, '/');
        if (hc_slice_equal_str(want, "{s}") && have.size > 0) {
            call->session = have;
        } else if (hc_slice_equal_str(want, "{g}") && have.size > 0) {
            call->item = have;
        } else if (!hc_slice_equal(want, have)) {
            return false;
        }
    }
    return hc_slice_is_null(rest) && hc_slice_is_null(path);
}

/* What is wrong in itself is told before what is not there, and that before what is not possible.
 */
static void run_route(struct hc_http_call *call, const struct route *route)
{
    if (route->parse && !route->parse(call)) {
        return;
    }
    if (!hc_slice_is_null(call->session)) {
        call->cluster = call->site->session_named(call->site->context, call->session);
        if (!call->cluster) {
            hc_http_problem(call->answer, 404, "there is no session \"" HC_SLICE_FMT "\"",
                            HC_SLICE_ARG(call->session));
            return;
        }
    }
    route->run(call);
}

struct hc_http_pending *hc_http_route(const struct hc_http_site *site,
                                      const struct hc_http_request *request,
                                      struct hc_http_answer *answer, struct hc_now now)
{
    struct hc_http_call call = {.site = site, .request = request, .answer = answer, .now = now};
    const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
    answer->status = 200;
    answer->content_type = "application/json";
    answer->allow[0] = '\0';
    for (size_t i = 0; i < HC_COUNT(routes); i++) {
        if (!path_matches(routes[i].path, request->path, &call)) {
            continue;
        }
        if (strcmp(routes[i].method, method) == 0) {
            answer->allow[0] = '\0';
            run_route(&call, &routes[i]);
            return call.pending;
        }
        size_t used = strlen(answer->allow);
        (void)snprintf(answer->allow + used, sizeof answer->allow - used, "%s%s",
                       used > 0 ? ", " : "", routes[i].method);
    }
    if (answer->allow[0]) {
        hc_http_problem(answer, 405, "this route takes %s", answer->allow);
    } else {
        hc_http_problem(answer, 404,
                        "no such route; there are /healthz, /readyz, /metrics, /v1/sessions, "
                        "/v1/sessions/{name} and /v1/topics (docs/control.md)");
    }
    return NULL;
}
