/* Sessions: clocks, start conditions, listeners. */
#include "base/timetext.h"
#include "cli/plan_internal.h"

static const char start_forms[] = "now, paused, first-consumer, or members:N[@GROUP]";

_Static_assert(HC_END_CLOSE == 0 && HC_END_TO == 1, "end: close|to");
_Static_assert(HC_ON_END_HOLD == 0 && HC_ON_END_EXIT == 1 && HC_ON_END_LOOP == 2,
               "on-end: hold|exit|loop");

static enum hc_status plan_members(const struct hc_scope *scope, struct hc_slice text,
                                   struct hc_arena *arena, struct hc_session_config *session,
                                   struct hc_error *error)
{
    struct hc_slice group = text;
    struct hc_slice number = hc_slice_cut(&group, '@');
    int64_t members;
    bool counted = hc_parse_i64(number, &members) && members >= 1 && members <= 100000;
    if (!counted || (!hc_slice_is_null(group) && !group.size)) {
        return hc_scope_refuse(scope, HC_KEY_START, error,
                               "\"members:" HC_SLICE_FMT "\": write members:N[@GROUP], N from 1 to "
                               "100000",
                               HC_SLICE_ARG(text));
    }
    session->start = HC_START_MEMBERS;
    session->start_members = (int32_t)members;
    session->start_group = hc_arena_copy(arena, group);
    return HC_OK;
}

static enum hc_status plan_start(const struct hc_scope *scope, struct hc_arena *arena,
                                 struct hc_session_config *session, struct hc_error *error)
{
    static const char members[] = "members:";
    struct hc_slice text = hc_scope_get(scope, HC_KEY_START)->value.text;
    int word = hc_word_index("now|paused|first-consumer", text);
    if (word >= 0) {
        static const enum hc_start_kind kinds[] = {HC_START_NOW, HC_START_PAUSED,
                                                   HC_START_FIRST_CONSUMER};
        session->start = kinds[word];
        return HC_OK;
    }
    size_t size = sizeof members - 1;
    if (text.size > size && memcmp(text.data, members, size) == 0) {
        return plan_members(scope, hc_slice_of(text.data + size, text.size - size), arena, session,
                            error);
    }
    return hc_scope_refuse(scope, HC_KEY_START, error,
                           "\"" HC_SLICE_FMT "\" is no start condition; there are %s",
                           HC_SLICE_ARG(text), start_forms);
}

/* `months` before `ms`, on the last day of the month where the day does not exist there. */
static int64_t months_before(int64_t ms, int32_t months)
{
    HC_ASSERT(months > 0);
    int64_t day = ms / HC_MS_PER_DAY - (ms % HC_MS_PER_DAY < 0);
    int32_t year, month, day_of_month;
    hc_civil_from_days(day, &year, &month, &day_of_month);
    int32_t total = year * 12 + month - 1 - months;
    int32_t then_year = total >= 0 ? total / 12 : -((11 - total) / 12);
    int32_t then_month = total - then_year * 12 + 1;
    int32_t last = hc_days_in_month(then_year, then_month);
    int64_t then = hc_days_from_civil(then_year, then_month, HC_MIN(day_of_month, last));
    return (then - day) * HC_MS_PER_DAY + ms;
}

static enum hc_status plan_window(const struct hc_scope *scope, struct hc_session_config *session,
                                  struct hc_error *error)
{
    const struct hc_value *from = &hc_scope_get(scope, HC_KEY_FROM)->value;
    const struct hc_value *to = &hc_scope_get(scope, HC_KEY_TO)->value;
    const struct hc_value *warmup = &hc_scope_get(scope, HC_KEY_WARMUP)->value;
    session->from_ms = from->set ? from->number : HC_TIME_MIN;
    session->to_ms = to->set ? to->number : HC_NEVER;
    session->end = (enum hc_end_kind)hc_scope_number(scope, HC_KEY_END);
    session->warmup_ms = warmup->number / HC_NS_PER_MS;
    if (from->set && to->set && from->number >= to->number) {
        return hc_scope_refuse(scope, HC_KEY_TO, error,
                               HC_SLICE_FMT " does not lie behind `from`, " HC_SLICE_FMT,
                               HC_SLICE_ARG(to->text), HC_SLICE_ARG(from->text));
    }
    if (session->end == HC_END_TO && !to->set) {
        return hc_scope_refuse(scope, HC_KEY_END, error,
                               "`to` ends the clock at `to`, which is not given");
    }
    if ((warmup->months || warmup->number) && !from->set) {
        return hc_scope_refuse(scope, HC_KEY_WARMUP, error, "history before `from` needs a `from`");
    }
    if (warmup->months) {
        session->warmup_ms = from->number - months_before(from->number, warmup->months);
    }
    return HC_OK;
}

static enum hc_status plan_clock(const struct hc_scope *scope, struct hc_arena *arena,
                                 struct hc_session_config *session, struct hc_error *error)
{
    struct hc_slice speed = hc_scope_get(scope, HC_KEY_SPEED)->value.text;
    if (!hc_speed_parse(speed, &session->speed)) {
        return hc_scope_refuse(scope, HC_KEY_SPEED, error,
                               "\"" HC_SLICE_FMT "\" is no speed; write a decimal number above 0, "
                               "such as 60 or 0.5, or max",
                               HC_SLICE_ARG(speed));
    }
    session->idle_max_ns = hc_scope_number(scope, HC_KEY_MAX_IDLE);
    session->start_timeout_ns = hc_scope_number(scope, HC_KEY_START_TIMEOUT);
    session->on_end = (enum hc_on_end)hc_scope_number(scope, HC_KEY_ON_END);
    session->drain_timeout_ns = hc_scope_number(scope, HC_KEY_DRAIN_TIMEOUT);
    session->rewind_settle_ns = hc_scope_number(scope, HC_KEY_REWIND_SETTLE);
    enum hc_status status = plan_start(scope, arena, session, error);
    return status == HC_OK ? plan_window(scope, session, error) : status;
}

/* HOST:PORT, or HOST alone for each session's own port. */
static enum hc_status plan_advertise(const struct hc_scope *root,
                                     struct hc_kafka_listener_config *listener,
                                     struct hc_error *error)
{
    struct hc_slice text = hc_scope_get(root, HC_KEY_ADVERTISE)->value.text;
    if (hc_slice_is_null(text)) {
        return HC_OK;
    }
    listener->advertise = true;
    bool bracketed = text.data[0] == '[' && text.data[text.size - 1] == ']';
    if (bracketed || !memchr(text.data, ':', text.size)) {
        struct hc_slice host = bracketed ? hc_slice_of(text.data + 1, text.size - 2) : text;
        if (host.size == 0 || host.size >= HC_HOST_BYTES) {
            return hc_scope_refuse(root, HC_KEY_ADVERTISE, error, "\"" HC_SLICE_FMT "\" is no host",
                                   HC_SLICE_ARG(text));
        }
        hc_slice_to_str(host, listener->advertised.host, sizeof listener->advertised.host);
        return HC_OK;
    }
    return hc_plan_address(root, HC_KEY_ADVERTISE, &listener->advertised, error);
}

static enum hc_status plan_session(const struct hc_config *config, const struct hc_scope *scope,
                                   struct hc_arena *arena, struct hc_plan_session *session,
                                   struct hc_error *error)
{
    const struct hc_scope *root = &config->root;
    bool is_main = scope == &config->sessions[0];
    session->config.name = hc_arena_copy(arena, scope->name);
    enum hc_status status = plan_clock(scope, arena, &session->config, error);
    if (status == HC_OK) {
        status = is_main ? hc_plan_address(root, HC_KEY_LISTEN, &session->listener.listen, error)
                         : hc_plan_address(scope, HC_KEY_SESSION_LISTEN, &session->listener.listen,
                                           error);
    }
    if (status == HC_OK) {
        status = hc_plan_lockstep(scope, arena, session, error);
    }
    if (status == HC_OK) {
        status = plan_advertise(root, &session->listener, error);
    }
    session->ttl_ns = hc_scope_number(scope, HC_KEY_SESSION_TTL);
    if (!is_main) {
        /* A port that is told is main's; every other session has its own. */
        session->listener.advertised.port = 0;
    }
    const struct hc_value *topics = &hc_scope_get(scope, HC_KEY_SESSION_TOPICS)->value;
    session->topics.items = HC_ARENA_ARRAY(arena, struct hc_slice, topics->count);
    session->topics.count = topics->count;
    for (size_t i = 0; i < topics->count; i++) {
        session->topics.items[i] = hc_arena_copy(arena, topics->items[i]);
    }
    return status;
}

int64_t hc_plan_begin_ms(const struct hc_session_config *session)
{
    HC_ASSERT(session->warmup_ms >= 0);
    int64_t begin;
    if (session->from_ms == HC_TIME_MIN ||
        __builtin_sub_overflow(session->from_ms, session->warmup_ms, &begin)) {
        return HC_TIME_MIN;
    }
    return begin;
}

enum hc_status hc_plan_sessions(const struct hc_config *config, struct hc_arena *arena,
                                struct hc_plan *plan, struct hc_error *error)
{
    plan->session_count = config->session_count;
    plan->sessions = HC_ARENA_ARRAY(arena, struct hc_plan_session, plan->session_count);
    for (size_t i = 0; i < plan->session_count; i++) {
        enum hc_status status =
            plan_session(config, &config->sessions[i], arena, &plan->sessions[i], error);
        if (status != HC_OK) {
            return status;
        }
    }
    return HC_OK;
}

enum hc_status hc_plan_extra_session(const struct hc_plan *plan, struct hc_slice name,
                                     const struct hc_config_pair *settings, size_t count,
                                     struct hc_arena *arena, struct hc_plan_session *ret,
                                     struct hc_error *error)
{
    struct hc_scope scope;
    struct hc_plan_session session = {0};
    enum hc_status status =
        hc_config_extra_session(plan->config, name, settings, count, arena, &scope, error);
    if (status == HC_OK) {
        status = plan_session(plan->config, &scope, arena, &session, error);
    }
    if (status == HC_OK) {
        status = hc_plan_extra_agrees(&scope, plan, &session, error);
    }
    if (status == HC_OK) {
        *ret = session;
    }
    return status;
}
