/* Where a step goes: instants, and nothing finer. */
#include "base/assert.h"
#include "session/internal.h"

/* Records visible at a market time, over all partitions. */
static int64_t records_at(const struct hc_session *session, int64_t market_ms)
{
    int64_t count = 0;
    for (size_t i = 0; i < session->topic_count; i++) {
        const struct hc_session_topic *topic = session->topics[i];
        for (int32_t p = 0; p < topic->partition_count; p++) {
            count += hc_session_end_at(session, topic, p, market_ms);
        }
    }
    return count;
}

/* The N-th visible instant after now, or the last one there is. */
static int64_t by_instants(const struct hc_session *session, int64_t count, int64_t *ret_done)
{
    struct hc_timeline_log log = session->timeline.log;
    int64_t at = session->timeline.market_ms;
    *ret_done = 0;
    for (int64_t next; *ret_done < count; at = next, ++*ret_done) {
        next = log.next_visible(log.context, at);
        if (next == HC_NEVER) {
            break;
        }
    }
    return at;
}

/* The first instant in (now, last] at which `count` more records are visible; HC_NEVER: none. */
static int64_t by_records(const struct hc_session *session, int64_t count, int64_t last)
{
    int64_t first = session->timeline.market_ms;
    int64_t have = records_at(session, first);
    if (last <= first || records_at(session, last) - have < count) {
        return HC_NEVER;
    }
    while (first + 1 < last) {
        int64_t middle = first + (last - first) / 2;
        if (records_at(session, middle) - have >= count) {
            last = middle;
        } else {
            first = middle;
        }
    }
    return last;
}

static int64_t count_instants(const struct hc_session *session, int64_t until)
{
    struct hc_timeline_log log = session->timeline.log;
    int64_t count = 0;
    int64_t at = session->timeline.market_ms;
    while ((at = log.next_visible(log.context, at)) <= until && at != HC_NEVER) {
        count++;
    }
    return count;
}

static enum hc_status refuse_unloaded(const struct hc_session *session, struct hc_error *error)
{
    return hc_error_set(error, HC_INVALID,
                        "session %s cannot step that far yet: its log is still loading",
                        session->name);
}

enum hc_status hc_step_find(const struct hc_session *session,
                            const struct hc_session_command *command, struct hc_session_plan *plan,
                            struct hc_error *error)
{
    const struct hc_timeline *timeline = &session->timeline;
    int64_t now = timeline->market_ms, end = hc_window_end(session);
    bool all_loaded =
        timeline->edge_ms == HC_NEVER || (end != HC_NEVER && timeline->edge_ms >= end);
    int64_t last = all_loaded ? HC_MAX(end, now) : HC_MAX(timeline->edge_ms, now);
    int64_t target = HC_NEVER, done = 0;
    HC_ASSERT(command->step_amount >= 1);
    if (command->step == HC_STEP_INSTANTS) {
        HC_ASSERT(command->step_amount <= HC_STEP_INSTANTS_MAX);
        target = by_instants(session, command->step_amount, &done);
        target = done == command->step_amount ? target : HC_NEVER;
    } else if (command->step == HC_STEP_RECORDS) {
        target = by_records(session, command->step_amount, last);
    } else if (__builtin_add_overflow(now, command->step_amount, &target) || target > last) {
        target = HC_NEVER;
    }
    if (target == HC_NEVER && !all_loaded) {
        return refuse_unloaded(session, error);
    }
    target = HC_MIN(target, last);
    plan->ends = all_loaded && target >= end;
    plan->stepped_records = records_at(session, target) - records_at(session, now);
    plan->stepped_instants = count_instants(session, target);
    plan->moves = target > now;
    plan->seek = (struct hc_seek){.target_ms = target, .generation = session->generation};
    return HC_OK;
}
