/* The status object. Tells nothing beyond the clock: an end that was not configured is null until
 * it has come. */
#include "base/assert.h"
#include "base/timetext.h"
#include "session/internal.h"

#include <inttypes.h>
#include <stdio.h>

static void append_time(struct hc_buffer *out, const char *name, int64_t ms, int64_t unknown)
{
    char iso[HC_ISO_BYTES];
    if (ms == unknown) {
        hc_buffer_printf(out, "\"%s\":null", name);
    } else {
        hc_buffer_printf(out, "\"%s\":\"%s\"", name, hc_iso_ms(ms, iso));
    }
}

static void append_clock(const struct hc_session *session, struct hc_buffer *out)
{
    const struct hc_session_config *config = &session->config;
    int64_t market = hc_session_market_ms(session);
    append_time(out, "market_time", market, HC_TIME_MIN);
    if (market == HC_TIME_MIN) {
        hc_buffer_append_str(out, ",\"market_time_ms\":null,");
    } else {
        hc_buffer_printf(out, ",\"market_time_ms\":%" PRId64 ",", market);
    }
    int64_t from = config->from_ms;
    if (from == HC_TIME_MIN) {
        int64_t first = hc_window_first_visible(session);
        from = first <= market ? first : HC_TIME_MIN;
    }
    append_time(out, "from", from, HC_TIME_MIN);
    hc_buffer_append_char(out, ',');
    int64_t to = config->to_ms;
    if (to == HC_NEVER && session->ended && market != HC_TIME_MIN) {
        to = market;
    }
    append_time(out, "to", to, HC_NEVER);
    struct hc_speed speed = session->timeline.clock.speed;
    char text[HC_SPEED_BYTES];
    hc_buffer_printf(
        out, ",\"speed\":\"%s\",\"mode\":\"%s\",\"generation\":%" PRId64 ",\"skipped_ms\":%" PRId64,
        hc_speed_text(&speed, text),
        config->lockstep ? "lockstep"
        : speed.max      ? "max"
                         : "paced",
        session->generation, session->timeline.skipped_ms);
}

static void append_holder(struct hc_buffer *out, const char *what, struct hc_slice who,
                          const char *why)
{
    hc_buffer_printf(out, "{\"what\":\"%s\",\"who\":", what);
    if (hc_slice_is_null(who)) {
        hc_buffer_append_str(out, "null");
    } else {
        hc_buffer_append_json(out, who);
    }
    hc_buffer_append_str(out, ",\"why\":");
    hc_buffer_append_json(out, hc_slice_str(why));
    hc_buffer_append_char(out, '}');
}

static void append_start_holder(const struct hc_session *session, struct hc_buffer *out)
{
    const struct hc_session_config *config = &session->config;
    char why[120];
    if (config->start == HC_START_MEMBERS && session->start.members < config->start_members) {
        (void)snprintf(why, sizeof why, "%" PRId64 " of %" PRId32 " group members are there",
                       session->start.members, config->start_members);
        append_holder(out, "start", config->start_group, why);
        return;
    }
    const struct hc_session_topic *topic = session->start.topic;
    if (topic == NULL) {
        append_holder(out, "start", HC_SLICE_NULL, "nobody has fetched a partition yet");
        return;
    }
    (void)snprintf(why, sizeof why, "%" PRId32 " of %" PRId32 " partitions have been fetched",
                   topic->_fetched_count, topic->partition_count);
    append_holder(out, "start", topic->name, why);
}

static void append_held_by(const struct hc_session *session, struct hc_buffer *out)
{
    enum hc_session_state state = hc_session_state(session);
    if (state == HC_SESSION_LOADING) {
        const struct hc_session_topic *slowest = hc_window_slowest(session);
        append_holder(out, "loading", slowest != NULL ? slowest->name : HC_SLICE_NULL,
                      session->topics_complete ? "the log is not loaded up to here"
                                               : "the topics are not known yet");
    } else if (state == HC_SESSION_WAITING) {
        append_start_holder(session, out);
    } else if (state == HC_SESSION_RUNNING && hc_session_at_gate(session)) {
        append_holder(out, "lockstep",
                      session->gate_who[0] ? hc_slice_str(session->gate_who) : HC_SLICE_NULL,
                      session->gate_why);
    } else if (hc_session_is_rewinding(session)) {
        append_holder(out, "rewind", HC_SLICE_NULL,
                      "connections that had read on have not been told yet");
    } else {
        hc_buffer_append_str(out, "null");
    }
}

static void append_sources(const struct hc_session *session, struct hc_buffer *out)
{
    static const char *const names[] = {
        [HC_SOURCE_OK] = "ok",
        [HC_SOURCE_DEGRADED] = "degraded",
        [HC_SOURCE_LOST] = "lost",
        [HC_SOURCE_CHANGED] = "changed",
    };
    for (size_t i = 0; i < session->source_count; i++) {
        hc_buffer_append_str(out, i > 0 ? "," : "");
        hc_buffer_append_json(out, hc_slice_str(session->sources[i].name));
        HC_ASSERT((size_t)session->sources[i].state < HC_COUNT(names));
        hc_buffer_printf(out, ":{\"state\":\"%s\"}", names[session->sources[i].state]);
    }
}

static void append_topic(const struct hc_session *session, const struct hc_session_topic *topic,
                         struct hc_buffer *out)
{
    hc_buffer_append_json(out, topic->name);
    hc_buffer_append_str(out, ":{\"partitions\":[");
    for (int32_t p = 0; p < topic->partition_count; p++) {
        hc_buffer_printf(out,
                         "%s{\"partition\":%" PRId32 ",\"log_start\":%" PRId64
                         ",\"high_watermark\":%" PRId64 ",\"leader_epoch\":%" PRId32 "}",
                         p > 0 ? "," : "", p, hc_session_log_start(session, topic, p),
                         hc_session_high_watermark(session, topic, p),
                         hc_session_leader_epoch(session, topic, p));
    }
    hc_buffer_append_str(out, "]}");
}

static void append_loading(const struct hc_session *session, struct hc_buffer *out)
{
    const struct hc_session_load *load = &session->load;
    hc_buffer_printf(out, "{\"complete\":%s,\"percent\":", load->complete ? "true" : "false");
    if (load->percent < 0) {
        hc_buffer_append_str(out, "null");
    } else {
        hc_buffer_printf(out, "%" PRId32, load->percent);
    }
    hc_buffer_printf(out, ",\"refused\":%" PRId64 "}", load->refused);
}

void hc_session_status_json(const struct hc_session *session, struct hc_slice kafka,
                            struct hc_buffer *out)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    hc_buffer_append_str(out, "{\"name\":");
    hc_buffer_append_json(out, session->config.name);
    hc_buffer_printf(out, ",\"state\":\"%s\",", hc_session_state_name(hc_session_state(session)));
    append_clock(session, out);
    hc_buffer_append_str(out, ",\"kafka\":");
    hc_buffer_append_json(out, kafka);
    hc_buffer_append_str(out, ",\"loading\":");
    append_loading(session, out);
    hc_buffer_append_str(out, ",\"held_by\":");
    append_held_by(session, out);
    hc_buffer_append_str(out, ",\"sources\":{");
    append_sources(session, out);
    hc_buffer_append_str(out, "},\"topics\":{");
    for (size_t i = 0; i < session->topic_count; i++) {
        hc_buffer_append_str(out, i > 0 ? "," : "");
        append_topic(session, session->topics[i], out);
    }
    hc_buffer_append_str(out, "}}");
}
