#include "base/assert.h"
#include "base/memory.h"
#include "session/internal.h"

#include <stdlib.h>
#include <xxhash.h>

/* 128 bits of `domain`, the incarnation, and up to two further parts. */
static XXH128_canonical_t digest(const struct hc_session *session, const char *domain,
                                 struct hc_slice a, struct hc_slice b)
{
    struct hc_buffer bytes = {0};
    uint64_t sizes[] = {a.size, b.size};
    hc_buffer_append(&bytes, domain, strlen(domain) + 1);
    hc_buffer_append(&bytes, session->config.incarnation, sizeof session->config.incarnation);
    hc_buffer_append(&bytes, sizes, sizeof sizes);
    hc_buffer_append_slice(&bytes, a);
    hc_buffer_append_slice(&bytes, b);
    XXH128_canonical_t out;
    XXH128_canonicalFromHash(&out, XXH3_128bits(bytes.data, bytes.size));
    hc_buffer_done(&bytes);
    return out;
}

void hc_session_make_cluster_id(struct hc_session *session)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    XXH128_canonical_t hash = digest(session, "cluster", session->config.name, HC_SLICE_EMPTY);
    char *out = session->cluster_id;
    memcpy(out, "hindcast.", 9);
    out += 9;
    for (unsigned bit = 0; bit < 128; bit += 6) {
        unsigned pair = (unsigned)hash.digest[bit / 8] << 8;
        pair |= bit / 8 + 1 < sizeof hash.digest ? hash.digest[bit / 8 + 1] : 0;
        *out++ = alphabet[pair >> (10 - bit % 8) & 63];
    }
    *out = '\0';
    HC_ASSERT(strlen(session->cluster_id) == 31);
}

struct hc_slice hc_session_cluster_id(const struct hc_session *session)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    return hc_slice_str(session->cluster_id);
}

/* Marked as a UUID of version 8 (RFC 9562), so it is neither zero nor one that Kafka reserves. */
static struct hp_uuid topic_id(const struct hc_session *session, struct hc_slice name,
                               const uint8_t identity[32])
{
    XXH128_canonical_t hash = digest(session, "topic", hc_slice_of(identity, 32), name);
    struct hp_uuid id;
    memcpy(id.bytes, hash.digest, sizeof id.bytes);
    id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 0x80);
    id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80);
    HC_ASSERT(!hp_uuid_is_zero(id));
    return id;
}

static void init_partitions(const struct hc_session *session, struct hc_session_topic *topic)
{
    size_t count = (size_t)topic->partition_count;
    topic->partitions = hc_alloc_array(count, sizeof *topic->partitions);
    topic->_asked_max = hc_alloc_array(count, sizeof *topic->_asked_max);
    for (size_t i = 0; i < count; i++) {
        struct hc_session_partition *partition = &topic->partitions[i];
        partition->log = hc_log_empty();
        partition->epochs = hc_alloc(sizeof *partition->epochs);
        partition->epochs[0].epoch = (int32_t)session->generation;
        partition->epoch_count = 1;
        topic->_asked_max[i] = -1;
    }
}

struct hc_session_topic *hc_session_add_topic(struct hc_session *session, struct hc_slice name,
                                              const uint8_t identity[32], int32_t partitions,
                                              struct hc_slice compression)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(partitions >= 1 && partitions <= HC_STORE_PARTITIONS_MAX);
    HC_ASSERT(!session->topics_complete && hc_session_topic_named(session, name) == NULL);
    struct hc_session_topic *topic = hc_alloc(sizeof *topic);
    topic->name = hc_slice_of(hc_slice_dup(name), name.size);
    topic->compression = hc_slice_of(hc_slice_dup(compression), compression.size);
    topic->id = topic_id(session, name, identity);
    topic->partition_count = partitions;
    topic->edge_ms = HC_TIME_MIN;
    topic->first_visible_ms = HC_NEVER;
    topic->last_visible_ms = HC_TIME_MIN;
    topic->_open_to_visible_ms = -1;
    topic->index = session->topic_count;
    init_partitions(session, topic);
    session->topics = hc_grow(session->topics, &session->topic_capacity, session->topic_count + 1,
                              sizeof(struct hc_session_topic *));
    session->topics[session->topic_count++] = topic;
    hc_map_put(&session->topics_by_name, topic->name, topic);
    hc_map_put(&session->topics_by_id, hc_slice_of(topic->id.bytes, sizeof topic->id), topic);
    return topic;
}

void hc_session_topic_free(struct hc_session_topic *topic)
{
    for (int32_t i = 0; i < topic->partition_count; i++) {
        hc_log_put(topic->partitions[i].log);
        free(topic->partitions[i].epochs);
    }
    free(topic->partitions);
    free(topic->_asked_max);
    free((void *)(uintptr_t)topic->name.data);
    free((void *)(uintptr_t)topic->compression.data);
    free(topic);
}

void hc_session_set_topic_lag(struct hc_session *session, struct hc_session_topic *topic,
                              int64_t open_to_visible_ms)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(open_to_visible_ms >= 0 && topic->edge_ms == HC_TIME_MIN);
    topic->_open_to_visible_ms = open_to_visible_ms;
}

void hc_session_topics_complete(struct hc_session *session)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    session->topics_complete = true;
    hc_session_refresh_limits(session);
    hc_session_settle(session);
}

/* Replaces the topic's snapshots; a log never gets shorter. */
static void take_logs(struct hc_session_topic *topic, struct hc_log *const *logs)
{
    for (int32_t i = 0; i < topic->partition_count; i++) {
        struct hc_session_partition *partition = &topic->partitions[i];
        HC_ASSERT(hc_log_end(logs[i]) >= hc_log_end(partition->log));
        struct hc_log *before = partition->log;
        partition->log = hc_log_get(logs[i]);
        hc_log_put(before);
    }
}

void hc_session_update_topic(struct hc_session *session, struct hc_session_topic *topic,
                             struct hc_log *const *logs, int64_t edge_ms, bool span_known,
                             int64_t first_visible_ms, int64_t last_visible_ms, struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(edge_ms >= topic->edge_ms);
    hc_session_catch_up(session, now);
    take_logs(topic, logs);
    session->version++;
    topic->edge_ms = edge_ms;
    topic->span_known = span_known;
    topic->first_visible_ms = first_visible_ms;
    topic->last_visible_ms = last_visible_ms;
    hc_window_update_log_starts(session, topic);
    hc_session_refresh_limits(session);
    hc_session_wake_all(session);
    hc_session_settle(session);
}

size_t hc_session_topic_count(const struct hc_session *session)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    return session->topic_count;
}

struct hc_session_topic *hc_session_topic_at(const struct hc_session *session, size_t index)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(index < session->topic_count);
    return session->topics[index];
}

struct hc_session_topic *hc_session_topic_named(const struct hc_session *session,
                                                struct hc_slice name)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    return hc_map_get(&session->topics_by_name, name);
}

struct hc_session_topic *hc_session_topic_by_id(const struct hc_session *session, struct hp_uuid id)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    return hc_map_get(&session->topics_by_id, hc_slice_of(id.bytes, sizeof id.bytes));
}
