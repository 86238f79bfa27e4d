/* What each connection last asked for: the ground of start conditions, of drained, of settling a
 * rewind. */
#include "base/assert.h"
#include "base/memory.h"
#include "session/internal.h"

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

int64_t hc_reader_asked(const struct hc_reader *reader, size_t topic_index, int32_t partition)
{
    bool any = topic_index < reader->topic_count && reader->asked[topic_index] != NULL;
    return any ? reader->asked[topic_index][partition] : -1;
}

int64_t hc_session_asked(const struct hc_session *session, uint64_t connection_id,
                         const struct hc_session_topic *topic, int32_t partition)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    const struct hc_reader *reader =
        hc_map_get(&session->readers.by_connection, key_of(&connection_id));
    return reader != NULL ? hc_reader_asked(reader, topic->index, partition) : -1;
}

int64_t hc_reader_is_behind(int64_t asked, int64_t end)
{
    return asked >= 0 && asked < end;
}

/* 1 when `asked` belongs to somebody who has yet to learn that the log was truncated. */
static int64_t is_beyond(int64_t asked, int64_t end)
{
    return asked > end;
}

/* Positions have changed. */
static void look(struct hc_session *session)
{
    hc_drained_look(session);
    if (hc_session_is_rewinding(session) && session->readers.untold == 0) {
        hc_session_settle(session);
    }
}

/* Sets one position and keeps the count of those behind. */
static void set_asked(struct hc_session *session, int64_t *asked, int64_t offset, int64_t end)
{
    if (session->ended) {
        session->readers.behind +=
            hc_reader_is_behind(offset, end) - hc_reader_is_behind(*asked, end);
    }
    *asked = offset;
}

/* The same for a connection's own, and keeps the count of those who do not know of a rewind. */
static void set_reader_asked(struct hc_session *session, int64_t *asked, int64_t offset,
                             int64_t end)
{
    if (hc_session_is_rewinding(session)) {
        session->readers.untold += is_beyond(offset, end) - is_beyond(*asked, end);
        HC_ASSERT(session->readers.untold >= 0);
    }
    set_asked(session, asked, offset, end);
}

void hc_session_note_fetch(struct hc_session *session, const struct hc_session_topic *topic,
                           int32_t partition, int64_t offset, uint64_t connection_id,
                           struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(partition >= 0 && partition < topic->partition_count && offset >= 0);
    hc_session_catch_up(session, now);
    bool counts = session->ended || hc_session_is_rewinding(session);
    int64_t end = counts ? hc_session_high_watermark(session, topic, partition) : HC_NEVER;
    struct hc_session_topic *own = session->topics[topic->index];
    bool is_new = own->_asked_max[partition] < 0;
    struct hc_reader *reader = reader_of(session, connection_id);
    set_reader_asked(session, &asked_by(reader, topic)[partition], offset, end);
    if (offset > own->_asked_max[partition]) {
        set_asked(session, &own->_asked_max[partition], offset, end);
    }
    if (is_new) {
        own->_fetched_count++;
        session->readers.fetched++;
        hc_start_note_new(session, own);
        hc_session_settle(session);
    }
    look(session);
}

void hc_session_note_forgotten(struct hc_session *session, const struct hc_session_topic *topic,
                               int32_t partition, uint64_t connection_id)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(partition >= 0 && partition < topic->partition_count);
    struct hc_reader *reader = hc_map_get(&session->readers.by_connection, key_of(&connection_id));
    if (reader != NULL && hc_reader_asked(reader, topic->index, partition) >= 0) {
        int64_t end = hc_session_high_watermark(session, topic, partition);
        set_reader_asked(session, &reader->asked[topic->index][partition], -1, end);
        look(session);
    }
}

/* How many of the reader's partitions `are` so, at the present high watermarks. */
static int64_t count_of(const struct hc_session *session, const struct hc_reader *reader,
                        int64_t (*are)(int64_t asked, int64_t end))
{
    int64_t count = 0;
    for (size_t i = 0; i < reader->topic_count; i++) {
        const struct hc_session_topic *topic = session->topics[i];
        for (int32_t p = 0; reader->asked[i] != NULL && p < topic->partition_count; p++) {
            count += are(reader->asked[i][p], hc_session_high_watermark(session, topic, p));
        }
    }
    return count;
}

/* The same over every live reader. */
static int64_t count_all(const struct hc_session *session,
                         int64_t (*are)(int64_t asked, int64_t end))
{
    const struct hc_map *readers = &session->readers.by_connection;
    int64_t count = 0;
    for (size_t i = 0; i < hc_map_count(readers); i++) {
        count += count_of(session, hc_map_at(readers, i)->value, are);
    }
    return count;
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
        readers->behind -= count_of(session, reader, hc_reader_is_behind);
    }
    if (hc_session_is_rewinding(session)) {
        readers->untold -= count_of(session, reader, is_beyond);
    }
    if (readers->recent == reader) {
        readers->recent = NULL;
    }
    reader_free(reader);
    look(session);
}

int64_t hc_readers_count_behind(const struct hc_session *session)
{
    int64_t behind = count_all(session, hc_reader_is_behind);
    for (size_t i = 0; i < session->topic_count; i++) {
        const struct hc_session_topic *topic = session->topics[i];
        for (int32_t p = 0; p < topic->partition_count; p++) {
            int64_t end = hc_session_high_watermark(session, topic, p);
            behind += hc_reader_is_behind(topic->_asked_max[p], end);
        }
    }
    return behind;
}

void hc_readers_begin_rewind(struct hc_session *session)
{
    for (size_t i = 0; i < session->topic_count; i++) {
        struct hc_session_topic *topic = session->topics[i];
        for (int32_t p = 0; p < topic->partition_count; p++) {
            int64_t end = hc_session_high_watermark(session, topic, p);
            topic->_asked_max[p] = HC_MIN(topic->_asked_max[p], end);
        }
    }
    session->readers.untold = count_all(session, is_beyond);
    session->readers.caught_up_ns = HC_NEVER;
}

/* What the reader held beyond the end is gone, whether it knows or not. */
static void clamp(const struct hc_session *session, struct hc_reader *reader)
{
    for (size_t i = 0; i < reader->topic_count; i++) {
        const struct hc_session_topic *topic = session->topics[i];
        for (int32_t p = 0; reader->asked[i] != NULL && p < topic->partition_count; p++) {
            int64_t end = hc_session_high_watermark(session, topic, p);
            reader->asked[i][p] = HC_MIN(reader->asked[i][p], end);
        }
    }
}

void hc_readers_end_rewind(struct hc_session *session)
{
    struct hc_readers *readers = &session->readers;
    if (readers->untold > 0) {
        for (size_t i = 0; i < hc_map_count(&readers->by_connection); i++) {
            clamp(session, hc_map_at(&readers->by_connection, i)->value);
        }
    }
    readers->untold = 0;
}

void hc_readers_forget(struct hc_session *session)
{
    for (size_t i = 0; i < session->topic_count; i++) {
        struct hc_session_topic *topic = session->topics[i];
        memset(topic->_asked_max, 0xff, (size_t)topic->partition_count * sizeof(int64_t));
        topic->_fetched_count = 0;
    }
    session->readers.fetched = 0;
}
