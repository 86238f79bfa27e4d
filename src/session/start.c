/* Start conditions: by the first fetch, and by members of a group. */
#include "base/assert.h"
#include "base/memory.h"
#include "session/internal.h"

#include <stdlib.h>

struct hc_start_group {
    int32_t members;
};

void hc_start_init(struct hc_start *start)
{
    hc_map_init(&start->groups, 3);
    start->members_since_ns = HC_NEVER;
    start->deadline_ns = HC_NEVER;
}

void hc_start_done(struct hc_start *start)
{
    for (size_t i = 0; i < hc_map_count(&start->groups); i++) {
        free(hc_map_at(&start->groups, i)->value);
    }
    hc_map_done(&start->groups);
}

static bool by_members(const struct hc_session *session)
{
    return session->config.start == HC_START_MEMBERS;
}

void hc_start_note_new(struct hc_session *session, const struct hc_session_topic *topic)
{
    struct hc_start *start = &session->start;
    if (start->topic == NULL) {
        start->topic = topic;
    }
    if (start->topic == topic) {
        start->last_new_ns = session->now.mono_ns;
    }
}

/* Remembers the group's members; 0 forgets it. Returns how many there were. */
static int32_t set_group(struct hc_start *start, struct hc_slice name, int32_t members)
{
    struct hc_start_group *group = hc_map_get(&start->groups, name);
    int32_t before = group != NULL ? group->members : 0;
    if (members == 0) {
        free(hc_map_remove(&start->groups, name));
        return before;
    }
    if (group == NULL) {
        group = hc_alloc(sizeof *group);
        hc_map_put(&start->groups, name, group);
    }
    group->members = members;
    return before;
}

void hc_session_note_members(struct hc_session *session, struct hc_slice group, int32_t members,
                             struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(members >= 0);
    struct hc_slice wanted = session->config.start_group;
    if (!by_members(session) || (!hc_slice_is_null(wanted) && !hc_slice_equal(wanted, group))) {
        return;
    }
    hc_session_catch_up(session, now);
    struct hc_start *start = &session->start;
    start->members += members - set_group(start, group, members);
    HC_ASSERT(start->members >= 0);
    if (start->members < session->config.start_members) {
        start->members_since_ns = HC_NEVER;
    } else if (start->members_since_ns == HC_NEVER) {
        start->members_since_ns = session->now.mono_ns;
    }
    hc_session_settle(session);
}

void hc_start_arm(struct hc_session *session)
{
    struct hc_start *start = &session->start;
    if (start->deadline_ns == HC_NEVER && session->config.start_timeout_ns > 0) {
        start->deadline_ns = session->now.mono_ns + session->config.start_timeout_ns;
    }
}

/* When consumers will have been quiet for long enough; HC_NEVER: they are not all there. */
static int64_t quiet_at(const struct hc_session *session)
{
    const struct hc_start *start = &session->start;
    if (start->topic == NULL) {
        return HC_NEVER;
    }
    int64_t since = start->last_new_ns;
    if (by_members(session)) {
        since = HC_MAX(since, start->members_since_ns);
    }
    return since == HC_NEVER ? HC_NEVER : since + HC_SESSION_QUIET_NS;
}

bool hc_start_is_met(const struct hc_session *session)
{
    const struct hc_start *start = &session->start;
    int64_t quiet = quiet_at(session);
    if (quiet == HC_NEVER) {
        return false;
    }
    return start->topic->_fetched_count == start->topic->partition_count ||
           session->now.mono_ns >= quiet;
}

int64_t hc_start_seen(const struct hc_session *session)
{
    return by_members(session) ? session->start.members : session->readers.fetched;
}

void hc_start_expire(struct hc_session *session)
{
    struct hc_start *start = &session->start;
    if (hc_session_state(session) != HC_SESSION_WAITING ||
        session->now.mono_ns < start->deadline_ns) {
        return;
    }
    start->deadline_ns = HC_NEVER;
    session->config.start_timeout_ns = 0;
    if (session->events.start_timed_out != NULL) {
        session->events.start_timed_out(session->events.context, session, hc_start_seen(session));
    }
}

int64_t hc_start_wake(const struct hc_session *session)
{
    if (hc_session_state(session) != HC_SESSION_WAITING) {
        return HC_NEVER;
    }
    return HC_MIN(quiet_at(session), session->start.deadline_ns);
}

void hc_start_reset(struct hc_session *session)
{
    session->start.topic = NULL;
    session->start.last_new_ns = 0;
    session->start.deadline_ns = HC_NEVER;
}
