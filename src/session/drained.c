/* What consumers have fetched: for start conditions, and for knowing that an ended market is
 * drained. */
#include "base/assert.h"
#include "base/memory.h"
#include "session/internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static struct hc_slice key_of(const uint64_t *connection_id)
{
    return hc_slice_of(connection_id, sizeof *connection_id);
}

static void reader_free(struct hc_reader *reader)
{
    for (size_t i = 0; i < reader->topic_count; i++) {
        free(reader->asked[i]);
    }
    free(reader->asked);
    free(reader);
}

void hc_readers_init(struct hc_readers *readers)
{
    hc_map_init(&readers->by_connection, 4);
    readers->caught_up_ns = HC_NEVER;
}

void hc_readers_done(struct hc_readers *readers)
{
    for (size_t i = 0; i < hc_map_count(&readers->by_connection); i++) {
        reader_free(hc_map_at(&readers->by_connection, i)->value);
    }
    hc_map_done(&readers->by_connection);
}

static struct hc_reader *reader_of(struct hc_session *session, uint64_t connection_id)
{
    struct hc_readers *readers = &session->readers;
    if (readers->recent != NULL && readers->recent->connection_id == connection_id) {
        return readers->recent;
    }
    struct hc_reader *reader = hc_map_get(&readers->by_connection, key_of(&connection_id));
    if (reader == NULL) {
        reader = hc_alloc(sizeof *reader);
        reader->connection_id = connection_id;
        hc_map_put(&readers->by_connection, key_of(&connection_id), reader);
    }
    readers->recent = reader;
    return reader;
}

static int64_t *asked_by(struct hc_reader *reader, const struct hc_session_topic *topic)
{
    while (reader->topic_count <= topic->index) {
        reader->asked = hc_grow(reader->asked, &reader->topic_capacity, reader->topic_count + 1,
                                sizeof(int64_t *));
        reader->asked[reader->topic_count++] = NULL;
    }
    int64_t **asked = &reader->asked[topic->index];
    if (*asked == NULL) {
        *asked = hc_alloc_array((size_t)topic->partition_count, sizeof **asked);
        memset(*asked, 0xff, (size_t)topic->partition_count * sizeof **asked);
    }
    return *asked;
}

/* Where it last asked; -1: it never did. */
static int64_t asked_at(const struct hc_reader *reader, size_t topic_index, int32_t partition)
{
    bool any = topic_index < reader->topic_count && reader->asked[topic_index] != NULL;
    return any ? reader->asked[topic_index][partition] : -1;
}

/* 1 when `asked` belongs to somebody who has not asked at the end yet. */
static int64_t is_behind(int64_t asked, int64_t end)
{
    return asked >= 0 && asked < end;
}

static void look_caught_up(struct hc_session *session)
{
    struct hc_readers *readers = &session->readers;
    HC_ASSERT(readers->behind >= 0);
    if (!session->ended || readers->behind > 0 || readers->fetched == 0) {
        readers->caught_up_ns = HC_NEVER;
    } else if (readers->caught_up_ns == HC_NEVER) {
        readers->caught_up_ns = session->now.mono_ns;
    }
}

/* Sets one position and keeps the count of those behind. */
static void set_asked(struct hc_session *session, int64_t *asked, int64_t offset, int64_t end)
{
    if (session->ended) {
        session->readers.behind += is_behind(offset, end) - is_behind(*asked, end);
    }
    *asked = offset;
}

void hc_session_note_fetch(struct hc_session *session, const struct hc_session_topic *topic,
                           int32_t partition, int64_t offset, uint64_t connection_id,
                           struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(partition >= 0 && partition < topic->partition_count && offset >= 0);
    hc_session_catch_up(session, now);
    int64_t end = session->ended ? hc_session_high_watermark(session, topic, partition) : HC_NEVER;
    struct hc_session_topic *own = session->topics[topic->index];
    bool is_new = own->_asked_max[partition] < 0;
    set_asked(session, &asked_by(reader_of(session, connection_id), topic)[partition], offset, end);
    if (offset > own->_asked_max[partition]) {
        set_asked(session, &own->_asked_max[partition], offset, end);
    }
    if (is_new) {
        own->_fetched_count++;
        session->readers.fetched++;
        hc_start_note_new(session, own);
        hc_session_settle(session);
    }
    look_caught_up(session);
}

void hc_session_note_forgotten(struct hc_session *session, const struct hc_session_topic *topic,
                               int32_t partition, uint64_t connection_id)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(partition >= 0 && partition < topic->partition_count);
    struct hc_reader *reader = hc_map_get(&session->readers.by_connection, key_of(&connection_id));
    if (reader != NULL && asked_at(reader, topic->index, partition) >= 0) {
        int64_t end = hc_session_high_watermark(session, topic, partition);
        set_asked(session, &reader->asked[topic->index][partition], -1, end);
        look_caught_up(session);
    }
}

/* How many of the reader's partitions are behind, at the present high watermarks. */
static int64_t reader_behind(const struct hc_session *session, const struct hc_reader *reader)
{
    int64_t behind = 0;
    for (size_t i = 0; i < reader->topic_count; i++) {
        const struct hc_session_topic *topic = session->topics[i];
        for (int32_t p = 0; reader->asked[i] != NULL && p < topic->partition_count; p++) {
            int64_t end = hc_session_high_watermark(session, topic, p);
            behind += is_behind(asked_at(reader, i, p), end);
        }
    }
    return behind;
}

void hc_session_note_disconnect(struct hc_session *session, uint64_t connection_id)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    struct hc_readers *readers = &session->readers;
    struct hc_reader *reader = hc_map_remove(&readers->by_connection, key_of(&connection_id));
    if (reader == NULL) {
        return;
    }
    if (session->ended) {
        readers->behind -= reader_behind(session, reader);
    }
    if (readers->recent == reader) {
        readers->recent = NULL;
    }
    reader_free(reader);
    look_caught_up(session);
}

void hc_session_note_commit(struct hc_session *session, struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    session->readers.commit_ns = HC_MAX(now.mono_ns, session->now.mono_ns);
}

void hc_readers_begin_end(struct hc_session *session)
{
    HC_ASSERT(session->ended);
    struct hc_readers *readers = &session->readers;
    readers->behind = 0;
    for (size_t i = 0; i < session->topic_count; i++) {
        const struct hc_session_topic *topic = session->topics[i];
        for (int32_t p = 0; p < topic->partition_count; p++) {
            int64_t end = hc_session_high_watermark(session, topic, p);
            readers->behind += is_behind(topic->_asked_max[p], end);
        }
    }
    for (size_t i = 0; i < hc_map_count(&readers->by_connection); i++) {
        readers->behind += reader_behind(session, hc_map_at(&readers->by_connection, i)->value);
    }
    readers->ended_ns = session->now.mono_ns;
    readers->told = false;
    readers->caught_up_ns = HC_NEVER;
    look_caught_up(session);
}

/* When everybody will have been at the end, and commits quiet, for long enough. */
static int64_t drained_at(const struct hc_session *session)
{
    const struct hc_readers *readers = &session->readers;
    if (!session->ended || readers->caught_up_ns == HC_NEVER) {
        return HC_NEVER;
    }
    return HC_MAX(readers->caught_up_ns, readers->commit_ns) + HC_SESSION_QUIET_NS;
}

bool hc_session_drained(const struct hc_session *session, struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    return now.mono_ns >= drained_at(session);
}

static int64_t gives_up_at(const struct hc_session *session)
{
    int64_t at;
    bool far =
        __builtin_add_overflow(session->readers.ended_ns, session->config.drain_timeout_ns, &at);
    return far ? HC_NEVER : at;
}

void hc_readers_tell(struct hc_session *session)
{
    struct hc_readers *readers = &session->readers;
    if (!session->ended || readers->told) {
        return;
    }
    bool drained = hc_session_drained(session, session->now);
    if (!drained && session->now.mono_ns < gives_up_at(session)) {
        return;
    }
    readers->told = true;
    if (session->events.drained != NULL) {
        session->events.drained(session->events.context, session, drained);
    }
}

int64_t hc_readers_wake(const struct hc_session *session)
{
    if (!session->ended || session->readers.told) {
        return HC_NEVER;
    }
    return HC_MIN(drained_at(session), gives_up_at(session));
}

static void describe(const struct hc_session_topic *topic, int32_t partition, const char *who,
                     int64_t asked, int64_t end, struct hc_buffer *out)
{
    hc_buffer_printf(out, "%s" HC_SLICE_FMT "-%" PRId32 ": %s at %" PRId64 " of %" PRId64,
                     out->size > 0 ? "; " : "", HC_SLICE_ARG(topic->name), partition, who, asked,
                     end);
}

void hc_session_describe_behind(const struct hc_session *session, struct hc_buffer *out)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    const struct hc_readers *readers = &session->readers;
    if (readers->fetched == 0) {
        hc_buffer_append_str(out, "nobody has fetched anything");
        return;
    }
    for (size_t i = 0; i < session->topic_count; i++) {
        const struct hc_session_topic *topic = session->topics[i];
        for (int32_t p = 0; p < topic->partition_count; p++) {
            int64_t end = hc_session_high_watermark(session, topic, p);
            if (is_behind(topic->_asked_max[p], end)) {
                describe(topic, p, "everybody", topic->_asked_max[p], end, out);
                continue;
            }
            for (size_t r = 0; r < hc_map_count(&readers->by_connection); r++) {
                const struct hc_reader *reader = hc_map_at(&readers->by_connection, r)->value;
                int64_t asked = asked_at(reader, i, p);
                if (is_behind(asked, end)) {
                    char who[40];
                    (void)snprintf(who, sizeof who, "connection %" PRIu64, reader->connection_id);
                    describe(topic, p, who, asked, end, out);
                }
            }
        }
    }
}
