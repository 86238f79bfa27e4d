/* Which part of each topic's log belongs to the session, and how far of it is visible. */
#include "base/assert.h"
#include "session/internal.h"

/* Market times with saturation. */
static int64_t add(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        return b > 0 ? HC_NEVER : HC_TIME_MIN;
    }
    return sum;
}

int64_t hc_window_first_ms(const struct hc_session *session, const struct hc_session_topic *topic)
{
    const struct hc_session_config *config = &session->config;
    if (config->from_ms == HC_TIME_MIN) {
        return HC_TIME_MIN;
    }
    int64_t lag = topic->_open_to_visible_ms;
    return add(add(config->from_ms, -config->warmup_ms), lag >= 0 ? lag : 1);
}

int64_t hc_window_last_ms(const struct hc_session *session, const struct hc_session_topic *topic)
{
    int64_t to = session->config.to_ms;
    if (to == HC_NEVER) {
        return HC_NEVER;
    }
    int64_t lag = topic->_open_to_visible_ms;
    return lag >= 0 ? add(add(to, lag), -1) : to;
}

/* A topic is complete once everything of the window is loaded. */
static int64_t topic_edge(const struct hc_session *session, const struct hc_session_topic *topic)
{
    return topic->edge_ms >= hc_window_last_ms(session, topic) ? HC_NEVER : topic->edge_ms;
}

const struct hc_session_topic *hc_window_slowest(const struct hc_session *session)
{
    const struct hc_session_topic *slowest = NULL;
    int64_t smallest = HC_NEVER;
    for (size_t i = 0; i < session->topic_count; i++) {
        int64_t edge = topic_edge(session, session->topics[i]);
        if (edge < smallest) {
            smallest = edge;
            slowest = session->topics[i];
        }
    }
    return slowest;
}

int64_t hc_window_edge(const struct hc_session *session)
{
    if (!session->topics_complete) {
        return HC_TIME_MIN;
    }
    const struct hc_session_topic *slowest = hc_window_slowest(session);
    return slowest != NULL ? topic_edge(session, slowest) : HC_NEVER;
}

/* The largest visible instant at or before `market_ms` within the window; HC_TIME_MIN: none. */
static int64_t topic_last_visible(const struct hc_session *session,
                                  const struct hc_session_topic *topic, int64_t market_ms)
{
    int64_t until = HC_MIN(market_ms, hc_window_last_ms(session, topic));
    int64_t last = HC_TIME_MIN;
    for (int32_t i = 0; i < topic->partition_count; i++) {
        const struct hc_log *log = topic->partitions[i].log;
        int64_t end = hc_log_visible_end(log, until);
        if (end > 0) {
            last = HC_MAX(last, hc_log_visible_ms(log, end - 1));
        }
    }
    return last;
}

static int64_t last_visible(const void *context, int64_t market_ms)
{
    const struct hc_session *session = context;
    int64_t last = HC_TIME_MIN;
    for (size_t i = 0; i < session->topic_count; i++) {
        last = HC_MAX(last, topic_last_visible(session, session->topics[i], market_ms));
    }
    return last;
}

static int64_t topic_next_visible(const struct hc_session *session,
                                  const struct hc_session_topic *topic, int64_t market_ms)
{
    int64_t next = HC_NEVER;
    for (int32_t i = 0; i < topic->partition_count; i++) {
        const struct hc_log *log = topic->partitions[i].log;
        int64_t offset = hc_log_visible_end(log, market_ms);
        if (offset < hc_log_end(log)) {
            next = HC_MIN(next, hc_log_visible_ms(log, offset));
        }
    }
    return next <= hc_window_last_ms(session, topic) ? next : HC_NEVER;
}

static int64_t next_visible(const void *context, int64_t market_ms)
{
    const struct hc_session *session = context;
    int64_t next = HC_NEVER;
    for (size_t i = 0; i < session->topic_count; i++) {
        next = HC_MIN(next, topic_next_visible(session, session->topics[i], market_ms));
    }
    return next <= hc_window_edge(session) ? next : HC_NEVER;
}

struct hc_timeline_log hc_window_log(const struct hc_session *session)
{
    return (struct hc_timeline_log){session, last_visible, next_visible};
}

/* The last visible instant of the topic within the window; HC_NEVER: not known yet. */
static int64_t topic_end(const struct hc_session *session, const struct hc_session_topic *topic)
{
    bool complete = topic_edge(session, topic) == HC_NEVER;
    if (topic->span_known && topic->last_visible_ms <= hc_window_last_ms(session, topic)) {
        return topic->last_visible_ms;
    }
    return complete ? topic_last_visible(session, topic, HC_NEVER) : HC_NEVER;
}

int64_t hc_window_end(const struct hc_session *session)
{
    const struct hc_session_config *config = &session->config;
    if (!session->topics_complete) {
        return HC_NEVER;
    }
    if (config->end == HC_END_TO && config->to_ms != HC_NEVER) {
        return config->to_ms;
    }
    int64_t end = HC_TIME_MIN;
    for (size_t i = 0; i < session->topic_count; i++) {
        end = HC_MAX(end, topic_end(session, session->topics[i]));
    }
    return end;
}

int64_t hc_window_first_visible(const struct hc_session *session)
{
    if (!session->topics_complete) {
        return HC_NEVER;
    }
    int64_t first = HC_NEVER;
    for (size_t i = 0; i < session->topic_count; i++) {
        const struct hc_session_topic *topic = session->topics[i];
        if (topic->first_visible_ms <= hc_window_last_ms(session, topic)) {
            first = HC_MIN(first, topic->first_visible_ms);
        }
    }
    for (size_t i = 0; i < session->topic_count; i++) {
        const struct hc_session_topic *topic = session->topics[i];
        bool known = topic->span_known || topic->first_visible_ms != HC_NEVER;
        if (!known && topic_edge(session, topic) < first) {
            return HC_NEVER;
        }
    }
    return first;
}

/* The first offset that is visible at `first_ms` or later. */
static int64_t log_start_of(const struct hc_session_partition *partition, int64_t first_ms)
{
    return first_ms == HC_TIME_MIN ? 0 : hc_log_visible_end(partition->log, first_ms - 1);
}

void hc_window_update_log_starts(struct hc_session *session, struct hc_session_topic *topic)
{
    int64_t first = HC_MAX(hc_window_first_ms(session, topic), session->skip_ms);
    for (int32_t i = 0; i < topic->partition_count; i++) {
        topic->partitions[i].log_start = log_start_of(&topic->partitions[i], first);
    }
}

int64_t hc_session_end_after(const struct hc_session *session, const struct hc_session_topic *topic,
                             int32_t partition, const struct hc_seek *seek)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(seek->backward && partition >= 0 && partition < topic->partition_count);
    const struct hc_session_partition *part = &topic->partitions[partition];
    int64_t first = hc_window_first_ms(session, topic);
    if (seek->target_ms >= session->skip_ms) {
        first = HC_MAX(first, session->skip_ms);
    }
    int64_t until = HC_MIN(seek->target_ms, hc_window_last_ms(session, topic));
    return HC_MAX(hc_log_visible_end(part->log, until), log_start_of(part, first));
}

static const struct hc_session_partition *partition_of(const struct hc_session *session,
                                                       const struct hc_session_topic *topic,
                                                       int32_t partition)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(partition >= 0 && partition < topic->partition_count);
    return &topic->partitions[partition];
}

int64_t hc_session_log_start(const struct hc_session *session, const struct hc_session_topic *topic,
                             int32_t partition)
{
    return partition_of(session, topic, partition)->log_start;
}

int64_t hc_session_high_watermark(const struct hc_session *session,
                                  const struct hc_session_topic *topic, int32_t partition)
{
    return hc_session_end_at(session, topic, partition, session->timeline.market_ms);
}

int64_t hc_session_end_at(const struct hc_session *session, const struct hc_session_topic *topic,
                          int32_t partition, int64_t market_ms)
{
    const struct hc_session_partition *part = partition_of(session, topic, partition);
    int64_t until = HC_MIN(market_ms, hc_window_last_ms(session, topic));
    int64_t end = hc_log_visible_end(part->log, until);
    HC_ASSERT(end >= 0 && end <= hc_log_end(part->log));
    return HC_MAX(end, part->log_start);
}

int64_t hc_session_instant_of_bytes(const struct hc_session *session,
                                    const struct hc_session_topic *topic, int32_t partition,
                                    int64_t offset, int64_t bytes)
{
    const struct hc_session_partition *part = partition_of(session, topic, partition);
    HC_ASSERT(offset >= 0);
    if (bytes <= 0) {
        return HC_TIME_MIN;
    }
    if (offset >= hc_log_end(part->log)) {
        return HC_NEVER;
    }
    int64_t to = hc_log_offset_after_bytes(part->log, offset, bytes);
    if (to > hc_log_end(part->log)) {
        return HC_NEVER;
    }
    int64_t instant = hc_log_visible_ms(part->log, to - 1);
    return instant <= hc_window_last_ms(session, topic) ? instant : HC_NEVER;
}

bool hc_session_reloading(const struct hc_session *session, const struct hc_session_topic *topic,
                          int32_t partition, int64_t offset)
{
    return session->restored && !session->loaded &&
           offset > hc_session_high_watermark(session, topic, partition);
}
