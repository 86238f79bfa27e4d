/* A session over logs in memory, on virtual time. For tests of this room; include once per test. */
#ifndef HC_TESTS_SESSION_FIXTURE_H
#define HC_TESTS_SESSION_FIXTURE_H

#include "base/assert.h"
#include "base/log.h"
#include "session/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* 2023-01-01T00:00:00Z. Bars are one minute long and visible when they close. */
#define T0     INT64_C(1672531200000)
#define MINUTE INT64_C(60000)
#define SECOND HC_NS_PER_S

static inline struct hc_now at(int64_t mono_ns)
{
    return (struct hc_now){mono_ns, T0 + mono_ns / HC_NS_PER_MS};
}

static inline struct hc_session_config plain_config(void)
{
    return (struct hc_session_config){
        .name = HC_SLICE("main"),
        .from_ms = HC_TIME_MIN,
        .to_ms = HC_NEVER,
        .speed = hc_speed_of(1, 1),
        .drain_timeout_ns = 30 * SECOND,
        .incarnation = {1, 2, 3},
        .virtual_time = true,
    };
}

static const uint8_t fixture_identity[32] = {42};

static inline struct hc_session_topic *add_topic(struct hc_session *session, const char *name,
                                                 int32_t partitions)
{
    struct hc_session_topic *topic = hc_session_add_topic(
        session, hc_slice_str(name), fixture_identity, partitions, HC_SLICE("none"));
    hc_session_set_topic_lag(session, topic, MINUTE);
    return topic;
}

/* The whole of `visible` in partition 0 and nothing elsewhere, loaded up to `edge_ms`. */
static inline void load(struct hc_session *session, struct hc_session_topic *topic,
                        const int64_t *visible, int64_t count, int64_t edge_ms, int64_t mono_ns)
{
    struct hc_log *logs[64];
    HC_ASSERT(topic->partition_count <= 64);
    for (int32_t p = 0; p < topic->partition_count; p++) {
        logs[p] = p == 0 ? fake_log_new(visible, count) : hc_log_empty();
    }
    bool complete = edge_ms == HC_NEVER;
    hc_session_update_topic(session, topic, logs, edge_ms, complete,
                            count > 0 ? visible[0] : HC_NEVER,
                            complete && count > 0 ? visible[count - 1] : HC_TIME_MIN, at(mono_ns));
    for (int32_t p = 0; p < topic->partition_count; p++) {
        hc_log_put(logs[p]);
    }
}

/* Bars that close at T0 + 1m, + 2m, ... */
enum { BARS = 10 };
static const int64_t bars[BARS] = {
    T0 + 1 * MINUTE, T0 + 2 * MINUTE, T0 + 3 * MINUTE, T0 + 4 * MINUTE, T0 + 5 * MINUTE,
    T0 + 6 * MINUTE, T0 + 7 * MINUTE, T0 + 8 * MINUTE, T0 + 9 * MINUTE, T0 + 10 * MINUTE};

/* One topic of ten bars in one partition, all loaded at instant 0. */
static inline struct hc_session *session_of_bars(const struct hc_session_config *config)
{
    struct hc_session *session = hc_session_new(config);
    struct hc_session_topic *topic = add_topic(session, "candles", 1);
    hc_session_topics_complete(session);
    load(session, topic, bars, BARS, HC_NEVER, 0);
    return session;
}

static inline int64_t mark(const struct hc_session *session)
{
    return hc_session_high_watermark(session, hc_session_topic_at(session, 0), 0);
}

static inline void silent_sink(void *context, enum hc_log_level level, struct hc_slice line)
{
    (void)context;
    (void)level;
    (void)line;
}

#endif
