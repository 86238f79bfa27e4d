/* The running process: loop, workers, broker, sessions, loading. Shared by the files of `serve`;
 * nobody else includes it. */
#ifndef HC_CLI_APP_H
#define HC_CLI_APP_H

#include "base/heap.h"
#include "base/map.h"
#include "cli/exit.h"
#include "cli/serve.h"
#include "http/http.h"
#include "ingest/ingest.h"
#include "offsets/db.h"

struct hc_app;
struct hc_app_mirror;

/* One session with everything that belongs to it. */
struct hc_app_session {
    struct hc_app *app;
    const struct hc_plan_session *plan;
    struct hc_arena *arena;  /* of a session made while running, with its plan; own, else NULL */
    size_t index;            /* in app->sessions */
    struct hc_heap_node ttl; /* in app->ttls, by the instant at which it is removed */
    bool removed;            /* from sight; goes when its last connection has */
    struct hc_cluster cluster;
    struct hc_kafka_listener *listener;
    struct hc_address bound;
    struct hc_session_topic **topics; /* by the ingest's index; NULL: not of this session */
    /* Storing the session's state (durable.c). */
    struct hc_offsets_batch batch;
    struct hc_offsets_change change;
    struct hc_offsets_session_state stored;
    int64_t ceiling_ms; /* of the batch under way; HC_TIME_MIN: none */
    bool storing;
    bool changed; /* state changed since it was last stored */
    bool drained;
};

/* What a command makes of the process instead of serving until a signal; NULLs: as `serve`. */
struct hc_app_mode {
    void *context;
    bool embedded; /* in a thread of another program: nothing process-wide is touched */
    void (*opened)(struct hc_app *app);                    /* its addresses accept connections */
    void (*ready)(struct hc_app *app);                     /* instead of printing the ready line */
    void (*loaded)(struct hc_app *app);                    /* everything is loaded */
    bool (*signal)(struct hc_app *app, int signal_number); /* true: that was all */
    void (*failed)(struct hc_app *app);         /* it is about to stop with another status than 0 */
    bool (*finished)(const struct hc_app *app); /* when it stops: false while it must wait */
    void (*closing)(struct hc_app *app);        /* the loop is over: nobody may post to it */
    void (*ended)(struct hc_app *app);          /* last, instead of printing the failure */
};

struct hc_app {
    const struct hc_plan *plan;
    const struct hc_app_mode *mode; /* never NULL */
    struct hc_loop *loop;
    struct hc_executor *workers;
    struct hc_metric_registry *metrics;
    struct hc_broker *broker;
    struct hc_log_reader *reader;
    struct hc_read_ahead *ahead;
    struct hc_offsets_db *db;         /* NULL: in memory */
    struct hc_app_session **sessions; /* the first is main */
    size_t session_count, session_capacity;
    struct hc_map sessions_by_name; /* those that are not removed */
    struct hc_heap ttls;
    size_t removed_count;
    int64_t named_sessions;                /* how many got a name made up */
    struct hc_ingest_config ingest_config; /* borrowed by the ingest for its life */
    struct hc_ingest *ingest;
    struct hc_topic_log *const *topics;
    size_t topic_count;
    struct hc_http_server *http;
    struct hc_address http_bound;
    struct hc_app_mirror *mirror; /* NULL: none */
    bool topics_known;
    bool told_ready;
    bool stopping;
    int64_t stop_deadline_ns;
    int exit_status;
    struct hc_error failure; /* what ended the process; status HC_OK: nothing */
    struct hc_metric_family *market_time, *speed, *state, *group_lag, *group_lag_seconds, *refused;
};

/* serve.c: as hc_serve, in another mode. */
int hc_serve_as(const struct hc_plan *plan, const struct hc_app_mode *mode);
/* Begins the graceful stop; the first status wins. */
void hc_app_stop(struct hc_app *app, int exit_status);
void hc_app_fail(struct hc_app *app, enum hc_exit_place place, const struct hc_error *error);

/* directories.c: cache and data directory, or the sentence that says which flag to change. */
HC_MUST_USE enum hc_status hc_app_open_directories(struct hc_app *app, struct hc_error *error);
void hc_app_storage_failed(void *context, const struct hc_error *error); /* serve.c */

/* sessions.c */
HC_MUST_USE enum hc_status hc_app_open_sessions(struct hc_app *app, struct hc_error *error,
                                                enum hc_exit_place *ret_place);
void hc_app_close_sessions(struct hc_app *app);
/* Opens the session of `plan`, and lists it. On failure nothing is left of it. */
HC_MUST_USE enum hc_status hc_app_open_session(struct hc_app *app,
                                               const struct hc_plan_session *plan,
                                               struct hc_app_session **ret, struct hc_error *error,
                                               enum hc_exit_place *ret_place);
/* Nobody is connected to it any more. */
void hc_app_close_session(struct hc_app_session *session);

/* manage.c: sessions that come and go while the process runs. */
HC_MUST_USE enum hc_status hc_app_create_session(struct hc_app *app,
                                                 const struct hc_http_setting *settings,
                                                 size_t count, struct hc_cluster **ret,
                                                 struct hc_error *error);
HC_MUST_USE enum hc_status hc_app_remove_session(struct hc_app_session *session,
                                                 struct hc_error *error);
void hc_app_manage_drive(struct hc_app *app);

/* loading.c: the ingest's listener. */
struct hc_ingest_listener hc_app_ingest_listener(struct hc_app *app);
void hc_app_refresh_load(struct hc_app_session *session);

/* sources.c: the state of each source, as status shows it. */
void hc_app_refresh_sources(struct hc_app_session *session);
/* Gives a session its topics, as far as they are loaded; they are known. */
void hc_app_attach_topics(struct hc_app_session *session);

/* ready.c: prints the ready line once everything it promises is true. */
void hc_app_tell_ready(struct hc_app *app);

/* site.c: what HTTP shows. */
struct hc_http_site hc_app_site(struct hc_app *app);
void hc_app_metrics_init(struct hc_app *app);
/* lag.c */
void hc_app_lag_init(struct hc_app *app);
void hc_app_refresh_lag(struct hc_app *app);
void hc_app_forget_metrics(struct hc_app *app, struct hc_slice session);

/* durable.c: keeps the sessions' state in the data directory. */
void hc_app_durable_drive(struct hc_app *app);
void hc_app_durable_restore(struct hc_app_session *session);
/* A fresh start of what was there before: its commits are forgotten and its epochs replaced. */
void hc_app_durable_begin_fresh(struct hc_app_session *session);
void hc_app_durable_save_last(struct hc_app *app);

#endif
