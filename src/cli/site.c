#include "cli/app.h"
#include "ingest/identity.h"

static void refresh(void *context, struct hc_now now)
{
    static const enum hc_session_state states[] = {HC_SESSION_LOADING, HC_SESSION_WAITING,
                                                   HC_SESSION_RUNNING, HC_SESSION_PAUSED,
                                                   HC_SESSION_ENDED};
    struct hc_app *app = context;
    for (size_t i = 0; i < app->session_count; i++) {
        struct hc_session *session = app->sessions[i]->cluster.session;
        struct hc_slice name = hc_session_config(session)->name;
        hc_session_advance(session, now);
        int64_t market_ms = hc_session_market_ms(session);
        struct hc_speed speed = hc_session_speed(session);
        if (market_ms != HC_TIME_MIN) {
            hc_metric_set(hc_metric_series(app->market_time, &name), (double)market_ms / 1000);
        }
        hc_metric_set(hc_metric_series(app->speed, &name),
                      speed.max ? 0 : (double)speed.num / (double)speed.den);
        for (size_t s = 0; s < HC_COUNT(states); s++) {
            const struct hc_slice labels[] = {name, hc_slice_str(hc_session_state_name(states[s]))};
            hc_metric_set(hc_metric_series(app->state, labels),
                          hc_session_state(session) == states[s]);
        }
    }
    hc_app_refresh_lag(app);
}

static bool ready(void *context, struct hc_buffer *reasons)
{
    const struct hc_app *app = context;
    const char *why = NULL;
    if (app->stopping) {
        why = "stopping";
    } else if (!app->topics_known) {
        why = "the topics are not known yet";
    }
    struct hc_error error = {0};
    for (size_t i = 0; !why && i < app->topic_count; i++) {
        for (int32_t p = 0; p < app->topics[i]->partitions; p++) {
            if (hc_log_is_corrupt(app->topics[i]->logs[p], &error)) {
                why = error.text;
            }
        }
    }
    if (why) {
        hc_buffer_append_char(reasons, '[');
        hc_buffer_append_json(reasons, hc_slice_str(why));
        hc_buffer_append_char(reasons, ']');
    }
    return !why;
}

static size_t session_count(void *context)
{
    const struct hc_app *app = context;
    return app->session_count;
}

static struct hc_cluster *session_at(void *context, size_t index)
{
    const struct hc_app *app = context;
    struct hc_app_session *session = app->sessions[index];
    return session->removed ? NULL : &session->cluster;
}

static struct hc_cluster *session_named(void *context, struct hc_slice name)
{
    const struct hc_app *app = context;
    struct hc_app_session *session = hc_map_get(&app->sessions_by_name, name);
    return session ? &session->cluster : NULL;
}

static enum hc_status session_create(void *context, const struct hc_http_setting *settings,
                                     size_t count, struct hc_cluster **ret, struct hc_error *error)
{
    return hc_app_create_session(context, settings, count, ret, error);
}

static enum hc_status session_remove(void *context, struct hc_cluster *cluster,
                                     struct hc_error *error)
{
    (void)context;
    return hc_app_remove_session(cluster->user, error);
}

static void session_json(void *context, struct hc_cluster *cluster, struct hc_buffer *out,
                         struct hc_now now)
{
    (void)context;
    struct hc_app_session *session = cluster->user;
    char address[HC_ADDRESS_BYTES];
    hc_app_refresh_load(session);
    hc_app_refresh_sources(session);
    hc_session_advance(cluster->session, now);
    hc_session_status_json(cluster->session,
                           hc_slice_str(hc_address_text(&session->bound, address)), out);
}

static void topics_json(void *context, struct hc_buffer *out)
{
    const struct hc_app *app = context;
    hc_buffer_append_str(out, "{\"topics\":[");
    for (size_t i = 0; i < app->topic_count; i++) {
        const struct hc_topic_log *topic = app->topics[i];
        hc_buffer_append_str(out, i > 0 ? ",{\"name\":" : "{\"name\":");
        hc_buffer_append_json(out, topic->name);
        hc_buffer_printf(out,
                         ",\"partitions\":%d,\"compression\":\"%s\",\"source\":", topic->partitions,
                         hp_codec_name(topic->codec));
        struct hc_buffer source = {0};
        hc_identity_source(topic->spec->source, &source); /* without a password */
        hc_buffer_append_json(out, hc_buffer_slice(&source));
        hc_buffer_append_char(out, '}');
        hc_buffer_done(&source);
    }
    hc_buffer_append_str(out, "]}");
}

struct hc_http_site hc_app_site(struct hc_app *app)
{
    return (struct hc_http_site){
        .context = app,
        .metrics = app->metrics,
        .refresh = refresh,
        .ready = ready,
        .session_count = session_count,
        .session_at = session_at,
        .session_named = session_named,
        .session_create = session_create,
        .session_remove = session_remove,
        .session_json = session_json,
        .topics_json = topics_json,
    };
}

void hc_app_forget_metrics(struct hc_app *app, struct hc_slice session)
{
    struct hc_metric_family *const families[] = {app->market_time, app->speed, app->state,
                                                 app->group_lag, app->group_lag_seconds};
    for (size_t i = 0; i < HC_COUNT(families); i++) {
        hc_metric_drop(families[i], session);
    }
}

void hc_app_metrics_init(struct hc_app *app)
{
    static const char *const session[] = {"session", NULL};
    static const char *const session_state[] = {"session", "state", NULL};
    static const char *const version[] = {"version", NULL};
    struct hc_metric_registry *registry = app->metrics;
    struct hc_slice value = hc_slice_str(HINDCAST_VERSION);
    struct hc_metric_family *build = hc_metric_family(registry, HC_GAUGE, "hindcast_build_info",
                                                      "The version that runs; always 1.", version);
    hc_metric_set(hc_metric_series(build, &value), 1);
    app->market_time = hc_metric_family(registry, HC_GAUGE, "hindcast_market_time_seconds",
                                        "Market time, seconds since the epoch.", session);
    app->speed = hc_metric_family(registry, HC_GAUGE, "hindcast_replay_speed",
                                  "Market time per wall time; 0 stands for max.", session);
    app->state = hc_metric_family(registry, HC_GAUGE, "hindcast_replay_state",
                                  "1 for the state the session is in.", session_state);
    hc_app_lag_init(app);
}
