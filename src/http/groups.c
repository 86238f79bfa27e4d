/* The groups of a session: who is in them, how far they are behind. */
#include "base/timetext.h"
#include "group/group.h"
#include "http/call.h"

#include <inttypes.h>

struct walk {
    struct hc_http_call *call;
    struct hc_slice group;
    size_t groups, positions;
};

static void append_position(void *context, struct hc_slice name, int32_t partition,
                            const struct hc_offset_position *position)
{
    struct walk *walk = context;
    const struct hc_session *session = walk->call->cluster->session;
    const struct hc_session_topic *topic = hc_session_topic_named(session, name);
    struct hc_buffer *out = &walk->call->answer->body;
    if (!topic || partition >= topic->partition_count) {
        return;
    }
    struct hc_lag lag = hc_lag_of(session, topic, partition, position->offset);
    hc_buffer_append_str(out, walk->positions++ > 0 ? ",{\"topic\":" : "{\"topic\":");
    hc_buffer_append_json(out, name);
    hc_buffer_printf(out,
                     ",\"partition\":%" PRId32 ",\"committed\":%" PRId64 ",\"position\":%" PRId64
                     ",\"high_watermark\":%" PRId64 ",\"lag_records\":%" PRId64
                     ",\"lag_market_seconds\":%" PRId64 ".%03d}",
                     partition, position->offset, topic->_asked_max[partition],
                     hc_session_high_watermark(session, topic, partition), lag.records,
                     lag.market_ms / 1000, (int)(lag.market_ms % 1000));
}

static void append_member(struct hc_buffer *out, const struct hc_member *member, bool first)
{
    hc_buffer_append_str(out, first ? "{\"id\":" : ",{\"id\":");
    hc_buffer_append_json(out, member->id);
    hc_buffer_append_str(out, ",\"client_id\":");
    hc_buffer_append_json(out, member->client_id);
    hc_buffer_append_str(out, ",\"host\":");
    hc_buffer_append_json(out, member->client_host);
    hc_buffer_printf(out, ",\"connection\":%" PRIu64 ",\"session_timeout_ms\":%" PRId32 "}",
                     member->connection_id, member->session_timeout_ms);
}

static void append_members(struct hc_buffer *out, const struct hc_group *group)
{
    bool first = true;
    hc_buffer_append_str(out, ",\"members\":[");
    HC_GROUP_EACH_MEMBER(group, member)
    {
        append_member(out, member, first);
        first = false;
    }
    hc_buffer_append_char(out, ']');
}

static void append_group(struct hc_http_call *call, struct hc_slice name)
{
    struct hc_buffer *out = &call->answer->body;
    const struct hc_group *group = hc_coordinator_group_named(call->cluster->groups, name);
    hc_buffer_append_str(out, "{\"group\":");
    hc_buffer_append_json(out, name);
    hc_buffer_printf(out, ",\"state\":\"%s\",\"generation\":%" PRId32,
                     hc_group_state_name(group ? group->state : HC_GROUP_EMPTY),
                     group ? group->generation : 0);
    if (group) {
        append_members(out, group);
    } else {
        hc_buffer_append_str(out, ",\"members\":[]");
    }
    hc_buffer_append_str(out, ",\"partitions\":[");
    struct walk walk = {.call = call, .group = name};
    hc_offsets_each(call->cluster->offsets, name, append_position, &walk);
    hc_buffer_append_str(out, "]}");
}

/* Groups that have committed and have no members any more, behind those of the coordinator. */
static void append_committed(void *context, struct hc_slice group)
{
    struct walk *walk = context;
    if (!hc_coordinator_group_named(walk->call->cluster->groups, group)) {
        hc_buffer_append_str(&walk->call->answer->body, walk->groups++ > 0 ? "," : "");
        append_group(walk->call, group);
    }
}

void hc_http_run_groups(struct hc_http_call *call)
{
    struct walk walk = {.call = call};
    hc_session_advance(call->cluster->session, call->now);
    hc_buffer_append_str(&call->answer->body, "{\"groups\":[");
    for (size_t i = 0; i < hc_coordinator_group_count(call->cluster->groups); i++) {
        hc_buffer_append_str(&call->answer->body, walk.groups++ > 0 ? "," : "");
        append_group(call, hc_coordinator_group_at(call->cluster->groups, i)->name);
    }
    hc_offsets_each_group(call->cluster->offsets, append_committed, &walk);
    hc_buffer_append_str(&call->answer->body, "]}\n");
}

void hc_http_run_group(struct hc_http_call *call)
{
    char name[HC_HTTP_VALUE_BYTES];
    hc_session_advance(call->cluster->session, call->now);
    if (!hc_http_decode(call->item, name)) {
        hc_http_problem(call->answer, 400, "the group's name is not well encoded");
        return;
    }
    struct hc_slice group = hc_slice_str(name);
    if (!hc_coordinator_group_named(call->cluster->groups, group) &&
        !hc_offsets_has_group(call->cluster->offsets, group)) {
        hc_http_problem(call->answer, 404, "the session has no group \"%s\"", name);
        return;
    }
    append_group(call, group);
    hc_buffer_append_char(&call->answer->body, '\n');
}
