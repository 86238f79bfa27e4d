/* Sessions that come and go while the process runs: POST and DELETE, and the end of a ttl. */
#include "cli/app.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>

enum { SESSIONS_MAX = 10000, NAME_BYTES_MAX = 200 };

/* ---- making ---- */

/* What stands in URLs, labels and the database as it is. */
static bool name_is_good(struct hc_slice name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && c != '-' && c != '_' && c != '.') {
            return false;
        }
    }
    return name.size > 0 && name.size <= NAME_BYTES_MAX;
}

static enum hc_status choose_name(struct hc_app *app, struct hc_slice given, struct hc_arena *arena,
                                  struct hc_slice *ret, struct hc_error *error)
{
    if (app->session_count - app->removed_count >= SESSIONS_MAX) {
        return hc_error_set(error, HC_LIMIT, "there are %d sessions, which is as many as may be",
                            SESSIONS_MAX);
    }
    if (hc_slice_is_null(given)) {
        do {
            *ret = hc_slice_str(hc_arena_format(arena, "session-%" PRId64, ++app->named_sessions));
        } while (hc_map_get(&app->sessions_by_name, *ret));
        return HC_OK;
    }
    if (!name_is_good(given)) {
        return hc_error_set(error, HC_USAGE,
                            "name: it takes up to %d letters, digits, dots, dashes and underscores",
                            NAME_BYTES_MAX);
    }
    if (hc_map_get(&app->sessions_by_name, given)) {
        return hc_error_set(error, HC_EXISTS, "there is a session \"" HC_SLICE_FMT "\" already",
                            HC_SLICE_ARG(given));
    }
    *ret = hc_arena_copy(arena, given);
    return HC_OK;
}

static bool has_topic(const struct hc_app *app, struct hc_slice name)
{
    for (size_t i = 0; i < app->topic_count; i++) {
        if (hc_slice_equal(app->topics[i]->name, name)) {
            return true;
        }
    }
    return false;
}

/* Names made of templates are known by now. */
static enum hc_status check_topics(const struct hc_app *app, const struct hc_plan_session *plan,
                                   struct hc_error *error)
{
    for (size_t i = 0; i < plan->topics.count; i++) {
        if (!has_topic(app, plan->topics.items[i])) {
            struct hc_buffer names = {0};
            for (size_t t = 0; t < app->topic_count && t < 20; t++) {
                hc_buffer_append_str(&names, t > 0 ? ", " : "");
                hc_buffer_append_slice(&names, app->topics[t]->name);
            }
            hc_error_set(error, HC_USAGE,
                         "topics: \"" HC_SLICE_FMT "\" is not loaded; there are %s",
                         HC_SLICE_ARG(plan->topics.items[i]), hc_buffer_str(&names));
            hc_buffer_done(&names);
            return HC_USAGE;
        }
    }
    return HC_OK;
}

static enum hc_status plan_session(struct hc_app *app, const struct hc_http_setting *settings,
                                   size_t count, struct hc_arena *arena,
                                   struct hc_plan_session *ret, struct hc_error *error)
{
    struct hc_config_pair *pairs = HC_ARENA_ARRAY(arena, struct hc_config_pair, count + 1);
    struct hc_slice given = HC_SLICE_NULL, name = HC_SLICE_NULL;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (hc_slice_equal_str(settings[i].name, "name")) {
            given = settings[i].value;
        } else {
            pairs[kept++] = (struct hc_config_pair){settings[i].name, settings[i].value};
        }
    }
    enum hc_status status = choose_name(app, given, arena, &name, error);
    if (status == HC_OK) {
        status = hc_plan_extra_session(app->plan, name, pairs, kept, arena, ret, error);
    }
    return status == HC_OK ? check_topics(app, ret, error) : status;
}

static enum hc_status make_session(struct hc_app *app, const struct hc_http_setting *settings,
                                   size_t count, struct hc_arena *arena,
                                   struct hc_app_session **ret, struct hc_error *error)
{
    struct hc_plan_session *plan = HC_ARENA_NEW(arena, struct hc_plan_session);
    enum hc_exit_place place;
    if (!app->topics_known || app->stopping) {
        return hc_error_set(error, HC_INVALID, "no session can be made while the process is %s",
                            app->stopping ? "stopping" : "finding its topics");
    }
    enum hc_status status = plan_session(app, settings, count, arena, plan, error);
    if (status == HC_OK) {
        status = hc_app_open_session(app, plan, ret, error, &place);
    }
    return status;
}

enum hc_status hc_app_create_session(struct hc_app *app, const struct hc_http_setting *settings,
                                     size_t count, struct hc_cluster **ret, struct hc_error *error)
{
    struct hc_app_session *session = NULL;
    struct hc_arena *arena = hc_alloc(sizeof *arena);
    hc_arena_init(arena, 1024);
    enum hc_status status = make_session(app, settings, count, arena, &session, error);
    if (status != HC_OK) {
        hc_arena_done(arena);
        free(arena);
        return status;
    }
    HC_ASSERT(session != NULL);
    session->arena = arena;
    hc_app_attach_topics(session);
    hc_loop_touch(app->loop);
    *ret = &session->cluster;
    return HC_OK;
}

/* ---- removing ---- */

static void remove_from_sight(struct hc_app_session *session)
{
    struct hc_app *app = session->app;
    HC_ASSERT(!session->removed);
    session->removed = true;
    app->removed_count++;
    hc_map_remove(&app->sessions_by_name, session->plan->config.name);
    hc_heap_remove(&app->ttls, &session->ttl);
    hc_kafka_listener_close(session->listener);
    session->listener = NULL;
    hc_broker_close_connections(app->broker, &session->cluster, hc_now_read());
    hc_log(HC_LOG_INFO, "session-removed", "session=" HC_SLICE_FMT,
           HC_SLICE_ARG(session->plan->config.name));
    hc_loop_touch(app->loop);
}

enum hc_status hc_app_remove_session(struct hc_app_session *session, struct hc_error *error)
{
    if (session->index == 0) {
        return hc_error_set(error, HC_INVALID, "session main lives as long as the process");
    }
    remove_from_sight(session);
    return HC_OK;
}

static void advance(void *context, struct hc_now now)
{
    struct hc_app *app = context;
    struct hc_heap_node *first;
    while ((first = hc_heap_first(&app->ttls)) != NULL && first->key <= now.mono_ns) {
        remove_from_sight(HC_CONTAINER(first, struct hc_app_session, ttl));
    }
    for (size_t i = app->session_count; i > 0 && app->removed_count > 0; i--) {
        struct hc_app_session *session = app->sessions[i - 1];
        if (session->removed && session->cluster.connection_count == 0) {
            app->removed_count--;
            hc_app_forget_metrics(app, session->plan->config.name);
            hc_app_close_session(session);
        }
    }
}

static bool can_close(const struct hc_app *app)
{
    for (size_t i = 0; i < app->session_count && app->removed_count > 0; i++) {
        if (app->sessions[i]->removed && app->sessions[i]->cluster.connection_count == 0) {
            return true;
        }
    }
    return false;
}

static int64_t next_wake_ns(void *context)
{
    const struct hc_app *app = context;
    const struct hc_heap_node *first = hc_heap_first(&app->ttls);
    return can_close(app) ? 0 : first ? first->key : HC_NEVER;
}

void hc_app_manage_drive(struct hc_app *app)
{
    hc_loop_drive(app->loop, (struct hc_loop_driver){
                                 .context = app, .advance = advance, .next_wake_ns = next_wake_ns});
}
