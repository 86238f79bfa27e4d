#include "base/assert.h"
#include "session/internal.h"

int64_t hc_session_start_ms(const struct hc_session *session)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    if (session->config.from_ms != HC_TIME_MIN) {
        return session->config.from_ms;
    }
    int64_t first = hc_window_first_visible(session);
    /* Where it began is known to everybody once the clock has been there. */
    return session->placed ? HC_MIN(first, session->timeline.market_ms) : first;
}

int64_t hc_session_generation(const struct hc_session *session)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    return session->generation;
}

void hc_session_freeze(struct hc_session *session, struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(!session->frozen);
    hc_session_advance(session, now);
    session->frozen = true;
    hc_session_settle(session);
}

void hc_session_thaw(struct hc_session *session, struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(session->frozen);
    hc_session_catch_up(session, now);
    session->frozen = false;
    hc_session_wake_all(session);
    hc_session_settle(session);
}

/* ---- planning ---- */

enum hc_status hc_session_refuse_rewind(const struct hc_session *session, struct hc_error *error)
{
    return hc_error_set(error, HC_INVALID,
                        "session %s is mirrored into a cluster, whose records stay: it cannot go "
                        "back; start the mirror under another --name, or with --restart",
                        session->name);
}

static enum hc_status plan_to_start(const struct hc_session *session, struct hc_session_plan *plan,
                                    struct hc_error *error)
{
    if (!session->placed || session->stopped) {
        return hc_error_set(error, HC_INVALID, "session %s cannot go back: it is %s", session->name,
                            session->stopped ? "being stopped" : "still loading its beginning");
    }
    if (session->config.forward_only) {
        return hc_session_refuse_rewind(session, error);
    }
    HC_ASSERT(session->generation < INT32_MAX);
    plan->moves = true;
    plan->seek = (struct hc_seek){.target_ms = hc_session_start_ms(session),
                                  .backward = true,
                                  .generation = session->generation + 1};
    return HC_OK;
}

static enum hc_status plan_step(const struct hc_session *session, struct hc_session_plan *plan,
                                struct hc_error *error)
{
    enum hc_session_state state = hc_session_state(session);
    if (state != HC_SESSION_PAUSED && state != HC_SESSION_WAITING) {
        return hc_error_set(error, HC_INVALID, "session %s is %s; only a paused one can step",
                            session->name, hc_session_state_name(state));
    }
    return hc_step_find(session, &plan->command, plan, error);
}

static enum hc_status plan_move(const struct hc_session *session, struct hc_session_plan *plan,
                                struct hc_error *error)
{
    const struct hc_session_command *command = &plan->command;
    HC_ASSERT(
        command->seek + command->to_start + command->reset + (command->step != HC_STEP_NONE) <= 1);
    if (command->seek) {
        plan->moves = true;
        return hc_session_plan_seek(session, command->time_ms, command->skip, &plan->seek, error);
    }
    if (command->to_start || command->reset) {
        return plan_to_start(session, plan, error);
    }
    return command->step != HC_STEP_NONE ? plan_step(session, plan, error) : HC_OK;
}

/* What the session is meant to do once the plan is applied. */
static enum hc_status plan_state(const struct hc_session *session, struct hc_session_plan *plan,
                                 struct hc_error *error)
{
    enum hc_session_state state = hc_session_meant(session);
    if (plan->command.reset) {
        static const enum hc_session_state starts[] = {
            [HC_START_NOW] = HC_SESSION_RUNNING,
            [HC_START_PAUSED] = HC_SESSION_PAUSED,
            [HC_START_FIRST_CONSUMER] = HC_SESSION_WAITING,
            [HC_START_MEMBERS] = HC_SESSION_WAITING,
        };
        state = starts[session->config.start];
    } else if (state == HC_SESSION_ENDED && plan->moves && plan->seek.backward) {
        state = HC_SESSION_RUNNING;
    }
    if (plan->command.run != HC_RUN_KEEP) {
        bool pauses = plan->command.run == HC_RUN_PAUSE;
        if (state == HC_SESSION_ENDED) {
            return hc_session_refuse_ended(session, pauses ? "paused" : "resumed", error);
        }
        state = pauses ? HC_SESSION_PAUSED : HC_SESSION_RUNNING;
    }
    plan->after.state = plan->ends ? HC_SESSION_ENDED : state;
    return HC_OK;
}

/* True: the clock goes on from where it stood, and may use up what is stored ahead of it. */
static bool goes_on(const struct hc_session *session, const struct hc_session_plan *plan)
{
    return !plan->moves && session->loaded && plan->after.state == HC_SESSION_RUNNING &&
           session->intent == HC_INTENT_RUN;
}

static void plan_saved(const struct hc_session *session, struct hc_session_plan *plan)
{
    const struct hc_timeline *timeline = &session->timeline;
    struct hc_session_saved saved;
    hc_session_save(session, &saved);
    plan->after.market_ms = plan->moves ? plan->seek.target_ms : saved.market_ms;
    if (goes_on(session, plan) && timeline->ceiling_ms != HC_NEVER) {
        plan->after.market_ms = HC_MAX(plan->after.market_ms, timeline->ceiling_ms);
    }
    plan->after.generation = plan->moves ? plan->seek.generation : session->generation;
    plan->after.speed = plan->command.set_speed ? plan->command.speed : timeline->clock.speed;
}

enum hc_status hc_session_plan(const struct hc_session *session,
                               const struct hc_session_command *command,
                               struct hc_session_plan *ret, struct hc_error *error)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(session->frozen);
    struct hc_session_plan plan = {.command = *command};
    enum hc_status status = plan_move(session, &plan, error);
    if (status == HC_OK) {
        status = plan_state(session, &plan, error);
    }
    if (status == HC_OK) {
        plan_saved(session, &plan);
        *ret = plan;
    }
    return status;
}

/* ---- applying ---- */

static void set_intent(struct hc_session *session, enum hc_session_state state)
{
    switch (state) {
    case HC_SESSION_WAITING:
        session->intent = HC_INTENT_WAIT;
        break;
    case HC_SESSION_PAUSED:
        session->intent = HC_INTENT_PAUSE;
        break;
    case HC_SESSION_RUNNING:
        session->intent = HC_INTENT_RUN;
        break;
    case HC_SESSION_ENDED:
        break;
    case HC_SESSION_LOADING:
        HC_UNREACHABLE();
    }
}

/* What is stored is where the clock stands: it may not run up to what was stored before. */
static void lower_ceiling(struct hc_session *session, int64_t market_ms)
{
    struct hc_timeline *timeline = &session->timeline;
    if (timeline->ceiling_ms != HC_NEVER) {
        hc_timeline_set_limits(timeline, timeline->edge_ms, timeline->end_ms, market_ms);
    }
}

void hc_session_apply(struct hc_session *session, const struct hc_session_plan *plan,
                      struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(session->frozen);
    hc_session_catch_up(session, now);
    bool keeps_ceiling = goes_on(session, plan);
    if (plan->moves) {
        hc_session_move(session, &plan->seek);
    }
    if (plan->command.reset) {
        hc_session_begin_anew(session);
    }
    if (plan->command.set_speed) {
        hc_timeline_set_speed(&session->timeline, plan->command.speed);
    }
    set_intent(session, plan->after.state);
    if (!keeps_ceiling) {
        lower_ceiling(session, plan->after.market_ms);
    }
    session->frozen = false;
    session->version++;
    if (plan->ends && !session->ended) {
        hc_session_end_here(session);
    }
    hc_session_wake_all(session);
    hc_session_settle(session);
}
