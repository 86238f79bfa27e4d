#include "cli/summary.h"

#include "base/timetext.h"
#include "session/command.h"

#include <inttypes.h>

static const struct hc_app_session *main_of(const struct hc_summary *summary)
{
    return summary->app->sessions[0];
}

static const char *hash_of(const struct hc_summary *summary, struct hc_slice topic)
{
    for (size_t i = 0; summary->hashes && i < summary->hashes->count; i++) {
        if (hc_slice_equal(summary->hashes->topics[i].topic, topic)) {
            return summary->hashes->topics[i].hex;
        }
    }
    return NULL;
}

static int64_t records_there(const struct hc_session *session, const struct hc_session_topic *topic)
{
    int64_t count = 0;
    for (int32_t p = 0; p < topic->partition_count; p++) {
        count +=
            hc_session_high_watermark(session, topic, p) - hc_session_log_start(session, topic, p);
    }
    return count;
}

static uint64_t records_sent(const struct hc_summary *summary, const struct hc_session_topic *topic)
{
    return hc_broker_records_sent(summary->app->broker, &main_of(summary)->cluster, topic->name);
}

static void append_behind(const struct hc_summary *summary, struct hc_buffer *out)
{
    if (!summary->drained) {
        hc_session_describe_behind(main_of(summary)->cluster.session, out);
        if (out->size == 0) {
            hc_buffer_printf(
                out, "the market is %s",
                hc_session_state_name(hc_session_state(main_of(summary)->cluster.session)));
        }
    }
}

/* ---- groups ---- */

struct group_walk {
    const struct hc_summary *summary;
    struct hc_buffer *out;
    struct hc_slice group;
    bool json;
    size_t groups, positions;
};

static void walk_position(void *context, struct hc_slice topic, int32_t partition,
                          const struct hc_offset_position *position)
{
    struct group_walk *walk = context;
    const struct hc_session *session = main_of(walk->summary)->cluster.session;
    const struct hc_session_topic *found = hc_session_topic_named(session, topic);
    if (!found || partition >= found->partition_count) {
        return;
    }
    int64_t end = hc_session_high_watermark(session, found, partition);
    if (walk->json) {
        hc_buffer_append_str(walk->out, walk->positions++ > 0 ? ",{\"topic\":" : "{\"topic\":");
        hc_buffer_append_json(walk->out, topic);
        hc_buffer_printf(
            walk->out, ",\"partition\":%" PRId32 ",\"committed\":%" PRId64 ",\"end\":%" PRId64 "}",
            partition, position->offset, end);
    } else {
        hc_buffer_printf(walk->out,
                         "  group     " HC_SLICE_FMT ": " HC_SLICE_FMT "-%" PRId32
                         " committed %" PRId64 " of %" PRId64 "\n",
                         HC_SLICE_ARG(walk->group), HC_SLICE_ARG(topic), partition,
                         position->offset, end);
    }
}

static void walk_group(void *context, struct hc_slice group)
{
    struct group_walk *walk = context;
    walk->group = group;
    walk->positions = 0;
    if (walk->json) {
        hc_buffer_append_str(walk->out, walk->groups++ > 0 ? ",{\"group\":" : "{\"group\":");
        hc_buffer_append_json(walk->out, group);
        hc_buffer_append_str(walk->out, ",\"positions\":[");
    }
    hc_offsets_each(main_of(walk->summary)->cluster.offsets, group, walk_position, walk);
    hc_buffer_append_str(walk->out, walk->json ? "]}" : "");
}

static void append_groups(const struct hc_summary *summary, bool json, struct hc_buffer *out)
{
    struct group_walk walk = {.summary = summary, .out = out, .json = json};
    hc_offsets_each_group(main_of(summary)->cluster.offsets, walk_group, &walk);
}

/* ---- text ---- */

void hc_summary_text(const struct hc_summary *summary, struct hc_buffer *out)
{
    const struct hc_cluster *cluster = &main_of(summary)->cluster;
    const struct hc_session *session = cluster->session;
    const struct hc_metric *lateness = hc_broker_lateness(summary->app->broker, cluster);
    int64_t market = hc_session_market_ms(session), start = hc_session_start_ms(session);
    char from[HC_ISO_BYTES], to[HC_ISO_BYTES], wall[HC_DURATION_BYTES];
    int64_t whole_ms = summary->wall_ns / HC_NS_PER_MS * HC_NS_PER_MS;
    hc_buffer_printf(out, "hindcast run: %s ended with %d after %s\n", summary->command,
                     summary->command_status, hc_duration_text(whole_ms, wall));
    if (market != HC_TIME_MIN) {
        hc_buffer_printf(out, "  market    %s to %s, %s\n", hc_iso_ms(start, from),
                         hc_iso_ms(market, to), hc_session_state_name(hc_session_state(session)));
    }
    for (size_t i = 0; i < hc_session_topic_count(session); i++) {
        const struct hc_session_topic *topic = hc_session_topic_at(session, i);
        const char *hash = hash_of(summary, topic->name);
        hc_buffer_printf(
            out, "  topic     " HC_SLICE_FMT ": %" PRId64 " records, %" PRIu64 " sent, sha256 %s\n",
            HC_SLICE_ARG(topic->name), records_there(session, topic), records_sent(summary, topic),
            hash ? hash : "unknown");
    }
    append_groups(summary, false, out);
    if (hc_metric_count(lateness) > 0) {
        hc_buffer_printf(out, "  lateness  p50 up to %.3f ms, p99 up to %.3f ms\n",
                         (double)hc_metric_quantile_ns(lateness, 0.5) / 1e6,
                         (double)hc_metric_quantile_ns(lateness, 0.99) / 1e6);
    }
    struct hc_buffer behind = {0};
    append_behind(summary, &behind);
    if (behind.size > 0) {
        hc_buffer_printf(out, "  unread    %s\n", hc_buffer_str(&behind));
    }
    hc_buffer_done(&behind);
    if (summary->failure) {
        hc_buffer_printf(out, "  failed    %s\n", summary->failure);
    }
}

/* ---- JSON ---- */

static void append_topics(const struct hc_summary *summary, struct hc_buffer *out)
{
    const struct hc_session *session = main_of(summary)->cluster.session;
    for (size_t i = 0; i < hc_session_topic_count(session); i++) {
        const struct hc_session_topic *topic = hc_session_topic_at(session, i);
        const char *hash = hash_of(summary, topic->name);
        hc_buffer_append_str(out, i > 0 ? ",{\"topic\":" : "{\"topic\":");
        hc_buffer_append_json(out, topic->name);
        hc_buffer_printf(out, ",\"records\":%" PRId64 ",\"sent\":%" PRIu64 ",\"sha256\":",
                         records_there(session, topic), records_sent(summary, topic));
        hc_buffer_printf(out, hash ? "\"%s\"}" : "null}", hash);
    }
}

static void append_time(struct hc_buffer *out, const char *name, int64_t ms)
{
    char text[HC_ISO_BYTES];
    bool known = ms != HC_TIME_MIN && ms != HC_NEVER;
    hc_buffer_printf(out, known ? ",\"%s\":\"%s\"" : ",\"%s\":null%s", name,
                     known ? hc_iso_ms(ms, text) : "");
}

void hc_summary_json(const struct hc_summary *summary, struct hc_buffer *out)
{
    const struct hc_cluster *cluster = &main_of(summary)->cluster;
    const struct hc_session *session = cluster->session;
    const struct hc_metric *lateness = hc_broker_lateness(summary->app->broker, cluster);
    bool late = hc_metric_count(lateness) > 0;
    struct hc_buffer behind = {0};
    append_behind(summary, &behind);
    hc_buffer_append_str(out, "{\"command\":");
    hc_buffer_append_json(out, hc_slice_str(summary->command));
    hc_buffer_printf(out, ",\"status\":%d,\"failure\":", summary->command_status);
    if (summary->failure) {
        hc_buffer_append_json(out, hc_slice_str(summary->failure));
    } else {
        hc_buffer_append_str(out, "null");
    }
    hc_buffer_printf(out, ",\"wall_ms\":%" PRId64 ",\"state\":\"%s\"",
                     summary->wall_ns / HC_NS_PER_MS,
                     hc_session_state_name(hc_session_state(session)));
    int64_t market = hc_session_market_ms(session);
    append_time(out, "market_from", market == HC_TIME_MIN ? market : hc_session_start_ms(session));
    append_time(out, "market_to", market);
    hc_buffer_printf(out, ",\"drained\":%s,\"unread\":", summary->drained ? "true" : "false");
    hc_buffer_append_json(out, hc_buffer_slice(&behind));
    hc_buffer_append_str(out, ",\"topics\":[");
    append_topics(summary, out);
    hc_buffer_append_str(out, "],\"groups\":[");
    append_groups(summary, true, out);
    hc_buffer_append_str(out, "],\"lateness_p99_ms\":");
    if (late) {
        hc_buffer_printf(out, "%.3f}\n", (double)hc_metric_quantile_ns(lateness, 0.99) / 1e6);
    } else {
        hc_buffer_append_str(out, "null}\n");
    }
    hc_buffer_done(&behind);
}

/* ---- JUnit ---- */

/* Text of an attribute or element: what XML 1.0 does not allow is left out. */
static void append_xml(struct hc_buffer *out, struct hc_slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        const char *entity = c == '&'   ? "&amp;"
                             : c == '<' ? "&lt;"
                             : c == '>' ? "&gt;"
                             : c == '"' ? "&quot;"
                                        : NULL;
        if (entity) {
            hc_buffer_append_str(out, entity);
        } else if (c >= 0x20 || c == '\n' || c == '\t') {
            hc_buffer_append_char(out, (char)c);
        }
    }
}

static void append_case(struct hc_buffer *out, const char *name, double seconds,
                        struct hc_slice failure)
{
    hc_buffer_append_str(out, "    <testcase classname=\"hindcast.run\" name=\"");
    append_xml(out, hc_slice_str(name));
    hc_buffer_printf(out, "\" time=\"%.3f\"", seconds);
    if (failure.size == 0) {
        hc_buffer_append_str(out, "/>\n");
        return;
    }
    hc_buffer_append_str(out, ">\n      <failure message=\"");
    append_xml(out, failure);
    hc_buffer_append_str(out, "\"/>\n    </testcase>\n");
}

void hc_summary_junit(const struct hc_summary *summary, struct hc_buffer *out)
{
    double seconds = (double)summary->wall_ns / (double)HC_NS_PER_S;
    struct hc_buffer text = {0}, failure = {0}, behind = {0};
    bool undrained = summary->expect_drained && !summary->drained;
    bool failed = summary->failure || summary->command_status != 0;
    hc_summary_text(summary, &text);
    append_behind(summary, &behind);
    if (summary->failure) {
        hc_buffer_append_str(&failure, summary->failure);
    } else if (failed) {
        hc_buffer_printf(&failure, "the command ended with %d", summary->command_status);
    }
    hc_buffer_printf(out,
                     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
                     "  <testsuite name=\"hindcast run\" tests=\"%d\" failures=\"%d\" errors=\"0\" "
                     "time=\"%.3f\">\n",
                     summary->expect_drained ? 2 : 1, failed + undrained, seconds);
    append_case(out, summary->command, seconds, hc_buffer_slice(&failure));
    if (summary->expect_drained) {
        append_case(out, "everything was read", 0,
                    undrained ? hc_buffer_slice(&behind) : HC_SLICE_EMPTY);
    }
    hc_buffer_append_str(out, "    <system-out>");
    append_xml(out, hc_buffer_slice(&text));
    hc_buffer_append_str(out, "</system-out>\n  </testsuite>\n</testsuites>\n");
    hc_buffer_done(&text);
    hc_buffer_done(&failure);
    hc_buffer_done(&behind);
}
