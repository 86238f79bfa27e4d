#include "http/call.h"

#include "base/memory.h"
#include "base/timetext.h"

#include <inttypes.h>
#include <stdlib.h>

struct hc_http_pending {
    const struct hc_http_site *site; /* borrowed from the server */
    struct hc_cluster *cluster;      /* looked up again by name before each use */
    char *session;
    bool is_command;
    struct hc_control control; /* of a command */
    int64_t until_ms;          /* of a wait */
    int64_t deadline_ns;
};

static struct hc_http_pending *new_pending(const struct hc_http_call *call)
{
    struct hc_http_pending *pending = hc_alloc(sizeof *pending);
    pending->site = call->site;
    pending->cluster = call->cluster;
    pending->session = hc_slice_dup(call->session);
    return pending;
}

static void end(struct hc_http_pending *pending)
{
    free(pending->session);
    free(pending);
}

static bool is_gone(const struct hc_http_pending *pending)
{
    const struct hc_http_site *site = pending->site;
    return site->session_named(site->context, hc_slice_str(pending->session)) != pending->cluster;
}

struct hc_http_pending *hc_http_pending_command(const struct hc_http_call *call)
{
    struct hc_http_pending *pending = new_pending(call);
    pending->is_command = true;
    pending->control.command = call->command;
    hc_control_submit(&pending->control, call->cluster);
    return pending;
}

struct hc_http_pending *hc_http_pending_wait(const struct hc_http_call *call, int64_t until_ms,
                                             int64_t deadline_ns)
{
    struct hc_http_pending *pending = new_pending(call);
    pending->until_ms = until_ms;
    pending->deadline_ns = deadline_ns;
    return pending;
}

void hc_http_abandon(struct hc_http_pending *pending)
{
    if (pending->is_command) {
        hc_control_withdraw(&pending->control);
    }
    end(pending);
}

/* ---- commands ---- */

static int status_of(enum hc_status status)
{
    switch (status) {
    case HC_USAGE:
        return 422;
    case HC_INVALID:
        return 409;
    case HC_CANCELLED:
        return 404;
    case HC_NO_SPACE:
        return 507;
    default:
        return 503;
    }
}

static void show(struct hc_http_pending *pending, struct hc_http_answer *answer, struct hc_now now)
{
    pending->site->session_json(pending->site->context, pending->cluster, &answer->body, now);
}

/* The status, with what was stepped as its last member. */
static void answer_command(struct hc_http_pending *pending, struct hc_http_answer *answer,
                           struct hc_now now)
{
    const struct hc_control *control = &pending->control;
    if (control->status == HC_OK && is_gone(pending)) {
        hc_http_problem(answer, 404, "the session is gone");
        return;
    }
    if (control->status != HC_OK) {
        hc_http_problem(answer, status_of(control->status), "%s", control->error.text);
        return;
    }
    show(pending, answer, now);
    if (control->command.step != HC_STEP_NONE) {
        HC_ASSERT(answer->body.size > 0 && answer->body.data[answer->body.size - 1] == '}');
        answer->body.size--;
        hc_buffer_printf(&answer->body,
                         ",\"stepped\":{\"records\":%" PRId64 ",\"instants\":%" PRId64 "}}",
                         control->stepped_records, control->stepped_instants);
    }
    hc_buffer_append_char(&answer->body, '\n');
}

/* ---- waits ---- */

/* True: it is as it was waited for, or never will be. */
static bool is_over(const struct hc_http_pending *pending)
{
    const struct hc_session *session = pending->cluster->session;
    return hc_session_state(session) == HC_SESSION_ENDED ||
           hc_session_market_ms(session) >= pending->until_ms;
}

static void answer_wait(struct hc_http_pending *pending, struct hc_http_answer *answer,
                        struct hc_now now)
{
    const struct hc_session *session = pending->cluster->session;
    int64_t market = hc_session_market_ms(session);
    char iso[HC_ISO_BYTES];
    if (!is_over(pending)) {
        hc_http_problem(answer, 408, "session %s is %s at %s", pending->session,
                        hc_session_state_name(hc_session_state(session)),
                        market == HC_TIME_MIN ? "no market time yet" : hc_iso_ms(market, iso));
    } else if (pending->until_ms != HC_NEVER && market < pending->until_ms) {
        hc_http_problem(answer, 409, "session %s has ended at %s, before that time",
                        pending->session, hc_iso_ms(market, iso));
    } else {
        show(pending, answer, now);
        hc_buffer_append_char(&answer->body, '\n');
    }
}

bool hc_http_ask(struct hc_http_pending *pending, struct hc_http_answer *answer, struct hc_now now)
{
    answer->status = 200;
    answer->content_type = "application/json";
    if (pending->is_command) {
        if (pending->control.status == HC_AGAIN) {
            return false;
        }
        answer_command(pending, answer, now);
    } else if (is_gone(pending)) {
        hc_http_problem(answer, 404, "the session is gone");
    } else {
        hc_session_advance(pending->cluster->session, now);
        if (!is_over(pending) && now.mono_ns < pending->deadline_ns) {
            return false;
        }
        answer_wait(pending, answer, now);
    }
    end(pending);
    return true;
}

int64_t hc_http_pending_wake_ns(const struct hc_http_pending *pending)
{
    if (pending->is_command) {
        return pending->control.status == HC_AGAIN ? HC_NEVER : 0;
    }
    if (is_gone(pending) || is_over(pending)) {
        return 0;
    }
    const struct hc_session *session = pending->cluster->session;
    int64_t at = pending->until_ms == HC_NEVER ? HC_NEVER
                                               : hc_session_instant_ns(session, pending->until_ms);
    return HC_MIN(at, pending->deadline_ns);
}
