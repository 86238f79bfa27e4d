/* Drained: whether everybody has had everything of a market that has ended. */
#include "base/assert.h"
#include "session/internal.h"

#include <inttypes.h>
#include <stdio.h>

void hc_session_note_commit(struct hc_session *session, struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    hc_session_touch(session);
    session->readers.commit_ns = HC_MAX(now.mono_ns, session->now.mono_ns);
}

void hc_drained_look(struct hc_session *session)
{
    struct hc_readers *readers = &session->readers;
    hc_session_touch(session);
    HC_ASSERT(readers->behind >= 0);
    if (!session->ended || readers->behind > 0 || readers->fetched == 0) {
        readers->caught_up_ns = HC_NEVER;
    } else if (readers->caught_up_ns == HC_NEVER) {
        readers->caught_up_ns = session->now.mono_ns;
    }
}

void hc_drained_begin(struct hc_session *session)
{
    HC_ASSERT(session->ended);
    struct hc_readers *readers = &session->readers;
    readers->behind = hc_readers_count_behind(session);
    readers->ended_ns = session->now.mono_ns;
    readers->told = false;
    readers->caught_up_ns = HC_NEVER;
    hc_drained_look(session);
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

void hc_drained_tell(struct hc_session *session)
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

int64_t hc_drained_wake(const struct hc_session *session)
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
            if (hc_reader_is_behind(topic->_asked_max[p], end)) {
                describe(topic, p, "everybody", topic->_asked_max[p], end, out);
                continue;
            }
            for (size_t r = 0; r < hc_map_count(&readers->by_connection); r++) {
                const struct hc_reader *reader = hc_map_at(&readers->by_connection, r)->value;
                int64_t asked = hc_reader_asked(reader, i, p);
                if (hc_reader_is_behind(asked, end)) {
                    char who[40];
                    (void)snprintf(who, sizeof who, "connection %" PRIu64, reader->connection_id);
                    describe(topic, p, who, asked, end, out);
                }
            }
        }
    }
}
