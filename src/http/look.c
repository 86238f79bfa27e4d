/* Looking and waiting: GET .../wait, GET .../at. */
#include "base/timetext.h"
#include "http/call.h"

#include <inttypes.h>

#define WAIT_NS     (30 * HC_NS_PER_S)
#define WAIT_NS_MAX (3600 * HC_NS_PER_S)

static bool refuse(struct hc_http_call *call, const char *name, const char *takes)
{
    hc_http_problem(call->answer, 422, "%s: it takes %s", name, takes);
    return false;
}

static struct hc_slice given(const struct hc_http_call *call, const char *name)
{
    return hc_http_query_get(&call->query, name);
}

/* ---- wait ---- */

/* HC_NEVER: the end. */
static bool wait_until(const struct hc_http_call *call, int64_t *ret_ms)
{
    struct hc_slice until = given(call, "until");
    *ret_ms = HC_NEVER;
    return hc_slice_is_null(until) || hc_slice_equal_str(until, "ended") ||
           hc_parse_time_ms(until, ret_ms);
}

static bool wait_timeout(const struct hc_http_call *call, int64_t *ret_ns)
{
    struct hc_slice timeout = given(call, "timeout");
    *ret_ns = WAIT_NS;
    return hc_slice_is_null(timeout) ||
           (hc_parse_duration_ns(timeout, ret_ns, NULL) && *ret_ns <= WAIT_NS_MAX);
}

bool hc_http_parse_wait(struct hc_http_call *call)
{
    static const char *const known[] = {"until", "timeout", NULL};
    int64_t ignored;
    if (!hc_http_query_parse(call->request->query, known, &call->query, call->answer)) {
        return false;
    }
    if (!wait_until(call, &ignored)) {
        return refuse(call, "until", "ended, or a time");
    }
    return wait_timeout(call, &ignored) || refuse(call, "timeout", "a duration of at most 1h");
}

void hc_http_run_wait(struct hc_http_call *call)
{
    int64_t until_ms, timeout_ns;
    bool parsed = wait_until(call, &until_ms) && wait_timeout(call, &timeout_ns);
    HC_ASSERT(parsed);
    const struct hc_session_config *config = hc_session_config(call->cluster->session);
    if (until_ms != HC_NEVER && until_ms > config->to_ms) {
        hc_http_problem(call->answer, 422, "until: the time lies beyond the end of session %.*s",
                        HC_SLICE_ARG(config->name));
        return;
    }
    call->pending = hc_http_pending_wait(call, until_ms, call->now.mono_ns + timeout_ns);
}

/* ---- at ---- */

bool hc_http_parse_at(struct hc_http_call *call)
{
    static const char *const known[] = {"time", "topic", "partition", "offset", NULL};
    int64_t number;
    if (!hc_http_query_parse(call->request->query, known, &call->query, call->answer)) {
        return false;
    }
    bool by_time = !hc_slice_is_null(given(call, "time"));
    if (by_time) {
        if (call->query.count > 1) {
            return refuse(call, "time", "no other parameter beside it");
        }
        return hc_parse_time_ms(given(call, "time"), &number) || refuse(call, "time", "a time");
    }
    if (hc_slice_is_null(given(call, "topic"))) {
        return refuse(call, "time", "a time, or topic, partition and offset are given instead");
    }
    if (!hc_parse_i64(given(call, "partition"), &number) || number < 0 || number > INT32_MAX) {
        return refuse(call, "partition", "the number of a partition");
    }
    return (hc_parse_i64(given(call, "offset"), &number) && number >= 0) ||
           refuse(call, "offset", "an offset");
}

static void append_offsets(struct hc_http_call *call, int64_t market_ms)
{
    const struct hc_session *session = call->cluster->session;
    struct hc_buffer *out = &call->answer->body;
    char iso[HC_ISO_BYTES];
    hc_buffer_printf(out, "{\"time\":\"%s\",\"time_ms\":%" PRId64 ",\"topics\":{",
                     hc_iso_ms(market_ms, iso), market_ms);
    for (size_t i = 0; i < hc_session_topic_count(session); i++) {
        const struct hc_session_topic *topic = hc_session_topic_at(session, i);
        hc_buffer_append_str(out, i > 0 ? "," : "");
        hc_buffer_append_json(out, topic->name);
        hc_buffer_append_str(out, ":{\"partitions\":[");
        for (int32_t p = 0; p < topic->partition_count; p++) {
            hc_buffer_printf(out, "%s{\"partition\":%" PRId32 ",\"offset\":%" PRId64 "}",
                             p > 0 ? "," : "", p, hc_session_end_at(session, topic, p, market_ms));
        }
        hc_buffer_append_str(out, "]}");
    }
    hc_buffer_append_str(out, "}}\n");
}

static void time_to_offsets(struct hc_http_call *call)
{
    int64_t time_ms;
    bool parsed = hc_parse_time_ms(given(call, "time"), &time_ms);
    HC_ASSERT(parsed);
    if (time_ms > hc_session_market_ms(call->cluster->session)) {
        hc_http_problem(call->answer, 422, "time: it lies beyond the market clock");
        return;
    }
    append_offsets(call, time_ms);
}

static void offset_to_time(struct hc_http_call *call)
{
    const struct hc_session *session = call->cluster->session;
    const struct hc_session_topic *topic = hc_session_topic_named(session, given(call, "topic"));
    int64_t partition, offset;
    bool parsed = hc_parse_i64(given(call, "partition"), &partition) &&
                  hc_parse_i64(given(call, "offset"), &offset);
    HC_ASSERT(parsed);
    if (!topic || partition >= topic->partition_count) {
        hc_http_problem(call->answer, 422, "%s: the session has no such %s",
                        topic ? "partition" : "topic", topic ? "partition" : "topic");
        return;
    }
    int32_t p = (int32_t)partition;
    int64_t start = hc_session_log_start(session, topic, p);
    int64_t end = hc_session_high_watermark(session, topic, p);
    if (offset < start || offset >= end) {
        hc_http_problem(call->answer, 422,
                        "offset: the partition holds %" PRId64 " up to %" PRId64
                        " (not included) now",
                        start, end);
        return;
    }
    char iso[HC_ISO_BYTES];
    int64_t visible_ms = hc_log_visible_ms(topic->partitions[p].log, offset);
    hc_buffer_append_str(&call->answer->body, "{\"topic\":");
    hc_buffer_append_json(&call->answer->body, topic->name);
    hc_buffer_printf(&call->answer->body,
                     ",\"partition\":%" PRId32 ",\"offset\":%" PRId64
                     ",\"time\":\"%s\",\"time_ms\":%" PRId64 "}\n",
                     p, offset, hc_iso_ms(visible_ms, iso), visible_ms);
}

void hc_http_run_at(struct hc_http_call *call)
{
    hc_session_advance(call->cluster->session, call->now);
    if (hc_slice_is_null(given(call, "time"))) {
        offset_to_time(call);
    } else {
        time_to_offsets(call);
    }
}
