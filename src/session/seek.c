/* Seeks. Forward releases what lies between; backward is log truncation: a new leader epoch from
 * the new end on. */
#include "base/assert.h"
#include "base/memory.h"
#include "base/timetext.h"
#include "session/internal.h"

enum hc_status hc_session_plan_seek(const struct hc_session *session, int64_t target_ms, bool skip,
                                    struct hc_seek *ret, struct hc_error *error)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    char iso[HC_ISO_BYTES];
    if (!session->placed || session->stopped) {
        return hc_error_set(error, HC_INVALID, "session %s cannot seek: it is %s", session->name,
                            session->stopped ? "being stopped" : "still loading its beginning");
    }
    int64_t start = hc_session_start_ms(session);
    if (target_ms < start) {
        return hc_error_set(error, HC_USAGE,
                            "time lies before the start of session %s, which is %s", session->name,
                            hc_iso_ms(start, iso));
    }
    if (target_ms > HC_MIN(hc_window_end(session), session->config.to_ms)) {
        return hc_error_set(error, HC_USAGE, "time lies beyond the end of session %s",
                            session->name);
    }
    bool backward = target_ms < session->timeline.market_ms;
    if (backward && session->config.forward_only) {
        return hc_session_refuse_rewind(session, error);
    }
    int64_t generation = session->generation + (backward ? 1 : 0);
    HC_ASSERT(generation <= INT32_MAX);
    *ret = (struct hc_seek){target_ms, skip && !backward, backward, generation};
    return HC_OK;
}

/* The entries before `start`, then one of `epoch` from there on. */
static size_t cut_epochs(const struct hc_session_partition *partition, int64_t start, int32_t epoch,
                         struct hc_epoch_entry *out)
{
    HC_ASSERT(partition->epochs[partition->epoch_count - 1].epoch < epoch);
    size_t kept = partition->epoch_count;
    while (kept > 0 && partition->epochs[kept - 1].start >= start) {
        kept--;
    }
    HC_ASSERT(kept > 0 || start == 0);
    memmove(out, partition->epochs, kept * sizeof *out);
    out[kept] = (struct hc_epoch_entry){epoch, start};
    return kept + 1;
}

size_t hc_session_epochs_after(const struct hc_session *session,
                               const struct hc_session_topic *topic, int32_t partition,
                               const struct hc_seek *seek, struct hc_epoch_entry *out)
{
    HC_ASSERT(seek->backward && partition >= 0 && partition < topic->partition_count);
    int64_t start = hc_session_end_after(session, topic, partition, seek);
    return cut_epochs(&topic->partitions[partition], start, (int32_t)seek->generation, out);
}

static void enter_epoch(struct hc_session_partition *partition, int64_t start, int32_t epoch)
{
    size_t room = partition->epoch_count + 1;
    partition->epochs = hc_realloc_array(partition->epochs, room, sizeof *partition->epochs);
    partition->epoch_count = cut_epochs(partition, start, epoch, partition->epochs);
}

static void update_log_starts(struct hc_session *session)
{
    for (size_t i = 0; i < session->topic_count; i++) {
        hc_window_update_log_starts(session, session->topics[i]);
    }
}

static void put_clock(struct hc_session *session, int64_t target_ms)
{
    hc_timeline_hold(&session->timeline);
    hc_timeline_seek(&session->timeline, target_ms);
    if (session->config.lockstep) {
        hc_timeline_set_gate(&session->timeline, target_ms); /* until consumers are looked at */
    }
    session->loaded = false;
    hc_session_refresh_limits(session);
}

static void go_back(struct hc_session *session, const struct hc_seek *seek)
{
    if (seek->target_ms < session->skip_ms) {
        session->skip_ms = HC_TIME_MIN;
        update_log_starts(session);
    }
    if (session->ended) {
        session->ended = false;
        session->intent = HC_INTENT_RUN;
    }
    session->generation = seek->generation;
    put_clock(session, seek->target_ms);
    for (size_t i = 0; i < session->topic_count; i++) {
        struct hc_session_topic *topic = session->topics[i];
        for (int32_t p = 0; p < topic->partition_count; p++) {
            enter_epoch(&topic->partitions[p], hc_session_high_watermark(session, topic, p),
                        (int32_t)seek->generation);
        }
    }
    session->rewind_until_ns = session->now.mono_ns + session->config.rewind_settle_ns;
    hc_readers_begin_rewind(session);
}

static void go_forward(struct hc_session *session, const struct hc_seek *seek)
{
    if (seek->target_ms > session->timeline.market_ms) {
        put_clock(session, seek->target_ms);
    }
    if (seek->skip) {
        session->skip_ms = HC_MAX(session->skip_ms, seek->target_ms);
        update_log_starts(session);
    }
}

void hc_session_begin_anew(struct hc_session *session)
{
    session->skip_ms = HC_TIME_MIN;
    update_log_starts(session);
    hc_readers_forget(session);
    hc_start_reset(session);
}

void hc_session_move(struct hc_session *session, const struct hc_seek *seek)
{
    HC_ASSERT(session->placed);
    if (seek->backward) {
        HC_ASSERT(seek->target_ms <= session->timeline.market_ms);
        HC_ASSERT(seek->generation > session->generation);
        go_back(session, seek);
    } else {
        HC_ASSERT(seek->generation == session->generation);
        go_forward(session, seek);
    }
}

void hc_session_apply_seek(struct hc_session *session, const struct hc_seek *seek,
                           struct hc_now now)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    hc_session_catch_up(session, now);
    hc_session_move(session, seek);
    hc_session_wake_all(session);
    hc_session_settle(session);
}
