#include "cli/app.h"

#include "broker/control.h"

static void apply(struct hc_app_session *session);

/* Sessions with a ttl are kept in memory. */
static bool is_durable(const struct hc_app_session *session)
{
    return session->app->db != NULL && session->plan->ttl_ns == 0;
}

static struct hc_offsets_session_state state_of(const struct hc_app_session *session)
{
    struct hc_session_saved saved;
    hc_session_save(session->cluster.session, &saved);
    return (struct hc_offsets_session_state){
        .market_ms = saved.market_ms,
        .state = (int32_t)saved.state,
        .generation = saved.generation,
        .speed_max = saved.speed.max,
        .speed_num = saved.speed.num,
        .speed_den = saved.speed.den,
    };
}

static void stored(struct hc_offsets_batch *batch)
{
    struct hc_app_session *session = batch->user;
    session->storing = false;
    if (batch->status == HC_OK && session->ceiling_ms != HC_TIME_MIN) {
        hc_session_set_ceiling(session->cluster.session, session->ceiling_ms, hc_now_read());
    }
    session->ceiling_ms = HC_TIME_MIN;
    hc_loop_touch(session->app->loop);
}

/* Stores the present state, with `ceiling_ms` as its market time where that is further. */
static void store(struct hc_app_session *session, int64_t ceiling_ms)
{
    session->stored = state_of(session);
    if (ceiling_ms != HC_TIME_MIN) {
        session->stored.market_ms = HC_MAX(session->stored.market_ms, ceiling_ms);
    }
    session->ceiling_ms = ceiling_ms;
    session->changed = false;
    session->change =
        (struct hc_offsets_change){.kind = HC_CHANGE_SESSION, .session = &session->stored};
    session->batch = (struct hc_offsets_batch){
        .changes = &session->change, .count = 1, .done = stored, .user = session};
    apply(session);
}

static void apply(struct hc_app_session *session)
{
    session->storing = true;
    enum hc_status status = hc_offsets_apply(session->cluster.offsets, &session->batch);
    if (status != HC_AGAIN) {
        session->batch.status = status;
        stored(&session->batch);
    }
}

static void advance(void *context, struct hc_now now)
{
    struct hc_app *app = context;
    for (size_t i = 0; i < app->session_count; i++) {
        struct hc_app_session *session = app->sessions[i];
        if (!is_durable(session) || session->storing || hc_control_is_busy(&session->cluster)) {
            continue; /* a command stores what it makes of the state itself */
        }
        int64_t wanted = hc_session_wanted_ceiling(session->cluster.session, now);
        if (wanted != HC_TIME_MIN || session->changed) {
            store(session, wanted);
        }
    }
}

/* It runs along whenever the broker's time has come; a change of state does not wait for that. */
static int64_t next_wake_ns(void *context)
{
    const struct hc_app *app = context;
    for (size_t i = 0; i < app->session_count; i++) {
        const struct hc_app_session *session = app->sessions[i];
        if (session->changed && is_durable(session) && !session->storing &&
            !hc_control_is_busy(&session->cluster)) {
            return 0;
        }
    }
    return HC_NEVER;
}

void hc_app_durable_drive(struct hc_app *app)
{
    if (app->db) {
        hc_loop_drive(app->loop, (struct hc_loop_driver){.context = app,
                                                         .advance = advance,
                                                         .next_wake_ns = next_wake_ns});
    }
}

void hc_app_durable_restore(struct hc_app_session *session)
{
    struct hc_offsets_session_state state;
    if (!is_durable(session)) {
        return;
    }
    hc_session_set_ceiling(session->cluster.session, HC_TIME_MIN, hc_now_read());
    if (!hc_offsets_session_state(session->cluster.offsets, &state)) {
        return;
    }
    if (session->app->plan->fresh) {
        hc_session_start_fresh(session->cluster.session, state.generation + 1);
        return;
    }
    struct hc_session_saved saved = {
        .market_ms = state.market_ms,
        .state = (enum hc_session_state)state.state,
        .generation = state.generation,
        .speed = session->plan->config.speed, /* a setting, so the present one wins */
    };
    hc_session_restore(session->cluster.session, &saved);
}

void hc_app_durable_begin_fresh(struct hc_app_session *session)
{
    struct hc_offsets *offsets = session->cluster.offsets;
    struct hc_session *target = session->cluster.session;
    struct hc_offsets_change forget = {.kind = HC_CHANGE_FORGET};
    struct hc_offsets_batch batch = {.changes = &forget, .count = 1};
    if (!is_durable(session)) {
        return;
    }
    enum hc_status status = hc_offsets_apply(offsets, &batch);
    for (size_t i = 0; i < hc_session_topic_count(target); i++) {
        const struct hc_session_topic *topic = hc_session_topic_at(target, i);
        struct hc_offsets_epoch epoch = {hc_session_leader_epoch(target, topic, 0), 0};
        for (int32_t p = 0; p < topic->partition_count; p++) {
            struct hc_offsets_change change = {.kind = HC_CHANGE_EPOCHS,
                                               .topic = topic->name,
                                               .partition = p,
                                               .epochs = &epoch,
                                               .epoch_count = 1};
            hc_offsets_abandon(&batch);
            batch = (struct hc_offsets_batch){.changes = &change, .count = 1};
            status = hc_offsets_apply(offsets, &batch);
        }
    }
    hc_offsets_abandon(&batch);
    (void)status; /* a failing disk ends the process by itself */
    hc_offsets_db_flush(session->app->db);
}

/* After a graceful stop the stored market time is where the clock stood. */
void hc_app_durable_save_last(struct hc_app *app)
{
    for (size_t i = 0; i < app->session_count; i++) {
        struct hc_app_session *session = app->sessions[i];
        if (!is_durable(session)) {
            continue;
        }
        if (session->storing) {
            hc_offsets_abandon(&session->batch);
        }
        store(session, HC_TIME_MIN);
    }
}
