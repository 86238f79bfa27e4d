/* One connection to a server, and what to do when it is lost.
 *
 * Nothing here blocks for longer than some tens of milliseconds without looking at
 * control->cancel. What is worth another try is HC_AGAIN; hc_pg_link_query and hc_pg_link_pause
 * give the tries a rhythm of 100 ms to 5 s and tell the log and control->health when the server is
 * lost and when it is back. All other failures are final: somebody has to do something. One
 * thread.
 */
#ifndef HC_SOURCE_POSTGRES_LINK_H
#define HC_SOURCE_POSTGRES_LINK_H

#include "source/postgres/libpq.h"
#include "source/source.h"

struct hc_pg_link {
    const struct hc_pg_api *api;     /* NULL before the first connection */
    PGconn *connection;              /* NULL: none */
    char *uri;                       /* own: a URI or key=value words, with its secrets */
    char *name;                      /* own: for people, without secrets */
    const char *setup;               /* statements for every new connection; static */
    int version;                     /* of the server, as 150018 */
    struct hc_load_control *control; /* borrow; never NULL while anything is under way */
    bool once;                       /* answer HC_AGAIN where another try would be worth it */
    bool lost;                       /* told */
    int64_t patience_ms;   /* without a byte from the server; grows where it proves too short */
    int64_t pause_ms;      /* before the next try */
    int64_t down_ms;       /* waited since the server was last seen */
    int64_t reconnections; /* for tests and logs */
};

void hc_pg_link_init(struct hc_pg_link *link, struct hc_slice uri);
void hc_pg_link_done(struct hc_pg_link *link);
void hc_pg_link_drop(struct hc_pg_link *link); /* closes the connection, if any */

/* One try to have a connection. HC_AGAIN, HC_CANCELLED; HC_DENIED: password, role, permission;
 * HC_NOT_FOUND: the database (with the nearest names) or the library; HC_USAGE: a URI that libpq
 * does not understand. */
HC_MUST_USE enum hc_status hc_pg_link_open(struct hc_pg_link *link, struct hc_error *error);

/* One try to send a statement, connecting first where needed. */
HC_MUST_USE enum hc_status hc_pg_link_send(struct hc_pg_link *link, const char *sql,
                                           struct hc_error *error);

/* One try to get the next result of what was sent, which must be of `wanted` status; else its
 * error. *ret is owned (link->api->clear). */
HC_MUST_USE enum hc_status hc_pg_link_result(struct hc_pg_link *link, ExecStatusType wanted,
                                             PGresult **ret, struct hc_error *error);

/* Runs one statement that reads, with as many tries as it takes (one where link->once). HC_AGAIN
 * only there; else what the server says. *ret is owned. */
HC_MUST_USE enum hc_status hc_pg_link_query(struct hc_pg_link *link, const char *sql,
                                            PGresult **ret, struct hc_error *error);

/* After a failed try (whose text is in `error`): closes the connection, tells who watches, and
 * waits for the time of the next one. HC_OK, HC_CANCELLED, or HC_AGAIN where link->once. */
HC_MUST_USE enum hc_status hc_pg_link_pause(struct hc_pg_link *link, struct hc_error *error);

/* The server has answered: tells who watches if it had been lost. */
void hc_pg_link_alive(struct hc_pg_link *link);

/* Waits for the socket. HC_OK: readable (or writable); HC_AGAIN: the patience is at an end;
 * HC_CANCELLED. */
HC_MUST_USE enum hc_status hc_pg_link_wait(struct hc_pg_link *link, short events,
                                           struct hc_error *error);

/* The value of a row of a result; null where NULL. Borrowed from the result. */
struct hc_slice hc_pg_value(const struct hc_pg_link *link, const PGresult *result, int row,
                            int column);

/* An integer of a result; 0 where there is none. */
int64_t hc_pg_number(struct hc_slice text);

/* hc_pg_link_query of a statement that gives exactly one row. */
HC_MUST_USE enum hc_status hc_pg_link_query_row(struct hc_pg_link *link, const char *sql,
                                                PGresult **ret, struct hc_error *error);

#endif
