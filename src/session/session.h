/* A session is a virtual cluster: topics over shared logs, a market clock, leader epochs, the
 * visible end. No sockets.
 *
 * It lives on one loop; every function here is for that loop's thread. One `struct hc_now` per
 * request: time, high watermarks and everything derived agree. hc_session_advance is called first
 * with it and applies what time alone brings about (the edge reached, a jump over silence, the
 * end), so that the reading functions are pure.
 *
 * States. `loading` until the log is loaded up to the start, then what was intended: `waiting` for
 * the start condition, `running` or `paused`; a running clock that has to wait for the loading is
 * `loading` again; `ended` for good once the end has come. Nothing here tells of records beyond the
 * clock.
 */
#ifndef HC_SESSION_SESSION_H
#define HC_SESSION_SESSION_H

#include "base/buffer.h"
#include "base/heap.h"
#include "base/list.h"
#include "base/map.h"
#include "protocol/codec.h"
#include "replay/clock.h"
#include "store/store.h"

enum hc_session_state {
    HC_SESSION_LOADING,
    HC_SESSION_WAITING,
    HC_SESSION_RUNNING,
    HC_SESSION_PAUSED,
    HC_SESSION_ENDED
};
enum hc_start_kind { HC_START_NOW, HC_START_PAUSED, HC_START_FIRST_CONSUMER, HC_START_MEMBERS };
enum hc_on_end { HC_ON_END_HOLD, HC_ON_END_EXIT, HC_ON_END_LOOP };
enum hc_end_kind { HC_END_CLOSE, HC_END_TO };

struct hc_session_config {
    struct hc_slice name;
    int64_t from_ms; /* HC_TIME_MIN: the first visible instant */
    int64_t to_ms;   /* HC_NEVER: none given */
    enum hc_end_kind end;
    int64_t warmup_ms;
    struct hc_speed speed;
    int64_t idle_max_ns; /* wall time; 0: off */
    enum hc_start_kind start;
    int32_t start_members;       /* HC_START_MEMBERS: how many, >= 1 */
    struct hc_slice start_group; /* HC_START_MEMBERS: of this group; null: over all groups */
    int64_t start_timeout_ns;    /* 0: none */
    enum hc_on_end on_end;
    int64_t drain_timeout_ns;
    int64_t rewind_settle_ns;
    bool lockstep; /* the clock moves as consumers allow: hc_session_set_gate */
    uint8_t
        incarnation[16]; /* random, kept in the data directory: enters cluster id and topic ids */
    bool forward_only;   /* mirrored into a cluster, which cannot go back */
    bool virtual_time;   /* a gap between two advances is never taken for a stall of the process */
};

/* An entry: from `start` on, records carry `epoch`. The first has start 0. */
struct hc_epoch_entry {
    int32_t epoch;
    int64_t start;
};

struct hc_session_partition {
    struct hc_log *log; /* newest snapshot, a reference */
    int64_t log_start;  /* the session's own log start offset */
    struct hc_epoch_entry *epochs;
    size_t epoch_count; /* >= 1 */
};

struct hc_session_topic {
    struct hc_slice name;
    struct hp_uuid id; /* from identity and incarnation; stable over restarts, never zero */
    int32_t partition_count;
    struct hc_session_partition *partitions;
    int64_t edge_ms; /* as ingest tells */
    int64_t first_visible_ms, last_visible_ms;
    bool span_known;
    struct hc_slice compression; /* name of the codec, for DescribeConfigs */
    size_t index;                /* position in the session */

    int64_t _open_to_visible_ms; /* see hc_session_set_topic_lag */
    int64_t *_asked_max;         /* per partition: the highest offset ever fetched from, -1: none */
    int32_t _fetched_count;      /* partitions somebody has fetched */
};

/* A waiting request, woken when market time reaches node.key: embed it. */
struct hc_market_waiter {
    struct hc_heap_node node;
    struct hc_list _due; /* linked while it is due regardless of its key */
};

struct hc_session; /* opaque; below is how to look at it */

/* Copies what `config` points to. Own. */
struct hc_session *hc_session_new(const struct hc_session_config *config);
void hc_session_free(struct hc_session *session);

/* ---- topics ---- */

/* Adds a topic, before hc_session_topics_complete. `identity` is the topic identity of ingest. */
struct hc_session_topic *hc_session_add_topic(struct hc_session *session, struct hc_slice name,
                                              const uint8_t identity[32], int32_t partitions,
                                              struct hc_slice compression);
/* How long after its open every row of the topic becomes visible (interval + publish delay, ms), so
 * that `from` and `to` select rows by their open time. Not called: the topic mixes intervals or has
 * calendar ones, and they select by visible instant, (from - warmup, to]. Right after
 * hc_session_add_topic. */
void hc_session_set_topic_lag(struct hc_session *session, struct hc_session_topic *topic,
                              int64_t open_to_visible_ms);

/* All topics have been added: a session without topics is complete and empty from here on. */
void hc_session_topics_complete(struct hc_session *session);

/* New snapshots or a new edge of a topic: takes its own references to `logs` (one per partition).
 * Neither the edge nor a log ever shrinks. Every waiter becomes due once. */
void hc_session_update_topic(struct hc_session *session, struct hc_session_topic *topic,
                             struct hc_log *const *logs, int64_t edge_ms, bool span_known,
                             int64_t first_visible_ms, int64_t last_visible_ms, struct hc_now now);

size_t hc_session_topic_count(const struct hc_session *session);
struct hc_session_topic *hc_session_topic_at(const struct hc_session *session, size_t index);
struct hc_session_topic *hc_session_topic_named(const struct hc_session *session,
                                                struct hc_slice name); /* or NULL */
struct hc_session_topic *hc_session_topic_by_id(const struct hc_session *session,
                                                struct hp_uuid id); /* or NULL */
/* "hindcast." and 22 characters. Borrowed. */
struct hc_slice hc_session_cluster_id(const struct hc_session *session);
const struct hc_session_config *hc_session_config(const struct hc_session *session);

/* ---- time ---- */

/* Applies what has become due by `now`: start timeouts, edge, idle jumps, stalls (> 1 s between two
 * advances while a deadline was armed), the end. Idempotent. */
void hc_session_advance(struct hc_session *session, struct hc_now now);

/* Market time as of the last advance, int64 ms; HC_TIME_MIN while the first visible instant is
 * unknown. */
int64_t hc_session_market_ms(const struct hc_session *session);

/* When hc_session_advance must be called next: the earliest of the first market waiter's instant,
 * an idle jump, a timeout, the end, and, while the clock moves, the next half second (so that a
 * stall of the process is noticed). HC_NEVER: nothing. */
int64_t hc_session_next_wake_ns(const struct hc_session *session);

/* `touched` is called whenever the answer of hc_session_next_wake_ns may have changed; it must not
 * call back. One watcher: the broker. */
void hc_session_watch(struct hc_session *session, void (*touched)(void *context), void *context);

/* The monotonic instant at which market time came, or will come, to `market_ms`; the last
 * re-anchoring where it came before that. HC_NEVER: not as it looks now. */
int64_t hc_session_instant_ns(const struct hc_session *session, int64_t market_ms);

struct hc_speed hc_session_speed(const struct hc_session *session);

/* For the ready line: with an explicit `from`, the visible instant of the first record after it and
 * the wall time until then, counted from when the clock starts to run; false while it is not
 * loaded, and without `from`. */
bool hc_session_first_record(const struct hc_session *session, int64_t *ret_visible_ms,
                             int64_t *ret_in_ns);

/* ---- the log, at the market time of the last advance ---- */

int64_t hc_session_high_watermark(const struct hc_session *session,
                                  const struct hc_session_topic *topic, int32_t partition);
/* The high watermark at another market time, by what is loaded. For times beyond the clock not to
 * be shown to anybody. */
int64_t hc_session_end_at(const struct hc_session *session, const struct hc_session_topic *topic,
                          int32_t partition, int64_t market_ms);
int64_t hc_session_log_start(const struct hc_session *session, const struct hc_session_topic *topic,
                             int32_t partition);
int32_t hc_session_leader_epoch(const struct hc_session *session,
                                const struct hc_session_topic *topic, int32_t partition);
/* The epoch of the record at `offset` and where that epoch's range ends (exclusive, at most the
 * high watermark). */
int32_t hc_session_epoch_at(const struct hc_session *session, const struct hc_session_topic *topic,
                            int32_t partition, int64_t offset, int64_t *ret_range_end);
/* OffsetForLeaderEpoch by the rule of docs/replay-semantics.md: -1/-1 never; above the current
 * epoch the caller answers 75 itself. */
void hc_session_end_of_epoch(const struct hc_session *session, const struct hc_session_topic *topic,
                             int32_t partition, int32_t epoch, int32_t *ret_epoch,
                             int64_t *ret_end);

/* The market instant at which at least `bytes` bytes are readable from `offset` on in this
 * partition, judged by what is loaded; HC_NEVER: never, or not loaded yet. */
int64_t hc_session_instant_of_bytes(const struct hc_session *session,
                                    const struct hc_session_topic *topic, int32_t partition,
                                    int64_t offset, int64_t bytes);
/* While loading again after a restart: true when `offset` is above the visible end but at or below
 * the stored time's offset (answer empty, not an error). */
bool hc_session_reloading(const struct hc_session *session, const struct hc_session_topic *topic,
                          int32_t partition, int64_t offset);
/* True where a Fetch must be answered as soon as any byte is there (paused, stepping, ended):
 * min_bytes would stall. */
bool hc_session_min_bytes_off(const struct hc_session *session);

/* ---- waiting ---- */

/* Registers a waiter for market time `market_ms` (HC_NEVER: only by hc_session_wake_all). */
void hc_session_wait(struct hc_session *session, struct hc_market_waiter *waiter,
                     int64_t market_ms);
void hc_session_unwait(struct hc_session *session, struct hc_market_waiter *waiter);
/* The next waiter that is due at the last advance's market time, removed; NULL when none. After a
 * topic update, a seek or a change of state every waiter is due once. */
struct hc_market_waiter *hc_session_pop_due(struct hc_session *session);

/* ---- what consumers do, for start conditions and for "drained" ---- */

void hc_session_note_fetch(struct hc_session *session, const struct hc_session_topic *topic,
                           int32_t partition, int64_t offset, uint64_t connection_id,
                           struct hc_now now);
void hc_session_note_disconnect(struct hc_session *session, uint64_t connection_id);
/* The connection no longer fetches this partition (a fetch session's forgotten topics), or was told
 * by an error that its position is gone. */
void hc_session_note_forgotten(struct hc_session *session, const struct hc_session_topic *topic,
                               int32_t partition, uint64_t connection_id);
void hc_session_note_commit(struct hc_session *session, struct hc_now now);
/* `group` is stable and synced with `members` members; 0: it is not (rebalancing, empty). */
void hc_session_note_members(struct hc_session *session, struct hc_slice group, int32_t members,
                             struct hc_now now);
bool hc_session_drained(const struct hc_session *session, struct hc_now now);
/* Appends who keeps it from being drained, for a warning: "candles-0: connection 7 at 120 of 1440".
 */
void hc_session_describe_behind(const struct hc_session *session, struct hc_buffer *out);

/* ---- control ---- */

enum hc_session_state hc_session_state(const struct hc_session *session);

/* Pausing a paused and resuming a running session is fine; resuming one that waits for its start
 * condition starts it. HC_INVALID: it has ended. */
HC_MUST_USE enum hc_status hc_session_pause(struct hc_session *session, struct hc_now now,
                                            struct hc_error *error);
HC_MUST_USE enum hc_status hc_session_resume(struct hc_session *session, struct hc_now now,
                                             struct hc_error *error);
/* Market time stays as it was; any state, an ended session keeps it for a later seek. */
void hc_session_set_speed(struct hc_session *session, struct hc_speed speed, struct hc_now now);
/* A seek in two parts, so that what must be durable (a new epoch, clamped commits, the target) is
 * stored in between. HC_USAGE: before the session's start or beyond its end. HC_INVALID: nothing is
 * loaded yet. */
struct hc_seek {
    int64_t target_ms;
    bool skip;          /* forward: raise the log start to the first record at the target */
    bool backward;      /* the log is truncated to its end at the target (hc_session_end_at) ... */
    int64_t generation; /* ... and goes on under this epoch; unchanged when forward */
};
HC_MUST_USE enum hc_status hc_session_plan_seek(const struct hc_session *session, int64_t target_ms,
                                                bool skip, struct hc_seek *ret,
                                                struct hc_error *error);
/* Applies a plan; every waiter becomes due. Paused stays paused, running runs, an ended session
 * runs after a backward seek. Forward, beyond what is loaded: `loading` until it is. Backward, the
 * clock stands at the target until every connection that had asked for an offset beyond its new end
 * has asked again or was told (hc_session_note_forgotten), at most rewind_settle_ns. */
void hc_session_apply_seek(struct hc_session *session, const struct hc_seek *seek,
                           struct hc_now now);

/* The clock stands for good (a graceful stop), so that hc_session_save gives the market time
 * itself. */
void hc_session_stop(struct hc_session *session, struct hc_now now);

/* What status tells besides: how far loading is, and the state of each source. */
struct hc_session_load {
    bool complete;
    int32_t percent; /* -1: unknown */
    int64_t refused;
};
enum hc_source_state { HC_SOURCE_OK, HC_SOURCE_DEGRADED, HC_SOURCE_LOST, HC_SOURCE_CHANGED };
void hc_session_set_load(struct hc_session *session, struct hc_session_load load);
void hc_session_set_source(struct hc_session *session, struct hc_slice name,
                           enum hc_source_state state);

/* The status object of docs (surfaces, HTTP), appended as JSON. `kafka` is the session's address.
 */
void hc_session_status_json(const struct hc_session *session, struct hc_slice kafka,
                            struct hc_buffer *out);
const char *hc_session_state_name(enum hc_session_state state);

/* Called on the loop when the session's state changes, and when it wants the process to end. Each
 * may be NULL; none may call back into a function that changes the session. start_timed_out and
 * drained come at most once each time the session starts or ends. */
struct hc_session_events {
    void *context;
    void (*changed)(void *context, struct hc_session *session);
    /* `seen`: members of HC_START_MEMBERS, else partitions fetched. */
    void (*start_timed_out)(void *context, struct hc_session *session, int64_t seen);
    void (*drained)(void *context, struct hc_session *session, bool in_time);
};
void hc_session_set_events(struct hc_session *session, struct hc_session_events events);

/* ---- durable state (with a data directory) ---- */

struct hc_session_saved {
    int64_t market_ms; /* ceiling while running, the market time itself otherwise; HC_TIME_MIN: not
                          known yet */
    enum hc_session_state state; /* never HC_SESSION_LOADING: what it was meant to do */
    int64_t generation;
    struct hc_speed speed;
};

/* Restores before any topic is added: the session goes on where it was. A start condition that was
 * met does not apply again; an ended session is ended again, unless its end has moved on since. */
void hc_session_restore(struct hc_session *session, const struct hc_session_saved *saved);
/* A fresh start of a session that was there before: `generation` (above the former one) becomes the
 * leader epoch of every offset. Before any topic is added. */
void hc_session_start_fresh(struct hc_session *session, int64_t generation);
/* The stored epoch entries of a partition, ascending, the first with start 0; count >= 1. */
void hc_session_set_epochs(struct hc_session *session, struct hc_session_topic *topic,
                           int32_t partition, const struct hc_epoch_entry *entries, size_t count);

/* A ceiling the clock may not pass before it is stored durably: hc_session_advance never goes
 * beyond it (nor is the clock ever pulled back by one). HC_NEVER, the default: no data directory.
 * With one, begin with HC_TIME_MIN. After each advance ask for the wanted one, store it, then set
 * it. */
void hc_session_set_ceiling(struct hc_session *session, int64_t market_ms, struct hc_now now);
/* The market time that must be stored as the next ceiling now, or HC_TIME_MIN when the present one
 * reaches far enough (at most 1 s of wall time ahead, never beyond the edge). */
int64_t hc_session_wanted_ceiling(const struct hc_session *session, struct hc_now now);
/* What to store: at a new ceiling, and when events.changed is called. */
void hc_session_save(const struct hc_session *session, struct hc_session_saved *ret);

#endif
