/* A request on its way through its route: parse what it carries, find the session, run. Inside the
 * room. */
#ifndef HC_HTTP_CALL_H
#define HC_HTTP_CALL_H

#include "broker/control.h"
#include "broker/lag.h"
#include "http/body.h"
#include "http/query.h"

struct hc_http_pending;

struct hc_http_call {
    const struct hc_http_site *site;
    const struct hc_http_request *request;
    struct hc_http_answer *answer;
    struct hc_slice session;    /* {s} of the path; null: none */
    struct hc_slice item;       /* {g} or {id} of the path */
    struct hc_cluster *cluster; /* of routes below a session */
    struct hc_now now;
    struct hc_http_pending *pending; /* set by a route that answers later */
    /* What was parsed. */
    struct hc_session_command command;
    struct hc_http_query query;
};

/* The session's status as the answer. */
void hc_http_show_session(struct hc_http_call *call, struct hc_cluster *cluster);

/* ---- command.c ---- */

bool hc_http_parse_pause(struct hc_http_call *call);
bool hc_http_parse_resume(struct hc_http_call *call);
bool hc_http_parse_reset(struct hc_http_call *call);
bool hc_http_parse_seek(struct hc_http_call *call);
bool hc_http_parse_speed(struct hc_http_call *call);
bool hc_http_parse_step(struct hc_http_call *call);
void hc_http_run_command(struct hc_http_call *call);

/* ---- look.c ---- */

bool hc_http_parse_wait(struct hc_http_call *call);
void hc_http_run_wait(struct hc_http_call *call);
bool hc_http_parse_at(struct hc_http_call *call);
void hc_http_run_at(struct hc_http_call *call);

/* ---- groups.c ---- */

void hc_http_run_groups(struct hc_http_call *call);
void hc_http_run_group(struct hc_http_call *call);

/* ---- pending.c ---- */

/* Answers with the session's status when the command has ended. */
struct hc_http_pending *hc_http_pending_command(const struct hc_http_call *call);
/* Answers when market time has come to `until_ms` (HC_NEVER: when the session has ended), or with
 * 408 at `deadline_ns`. */
struct hc_http_pending *hc_http_pending_wait(const struct hc_http_call *call, int64_t until_ms,
                                             int64_t deadline_ns);

#endif
