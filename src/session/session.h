/* A session is a virtual cluster: topics over shared logs, a market clock, leader epochs, the visible end. No sockets.
 *
 * It lives on one loop; every function here is for that loop's thread. One `struct hc_now` per request: time, high watermarks and
 * everything derived agree. hc_session_advance is called first with it and applies what time alone brings about (the edge reached,
 * a jump over silence, the end), so that the reading functions are pure.
 */
#ifndef HC_SESSION_SESSION_H
#define HC_SESSION_SESSION_H

#include "base/buffer.h"
#include "base/heap.h"
#include "base/map.h"
#include "protocol/codec.h"
#include "replay/clock.h"
#include "store/store.h"

enum hc_session_state { HC_SESSION_LOADING, HC_SESSION_WAITING, HC_SESSION_RUNNING, HC_SESSION_PAUSED, HC_SESSION_ENDED };
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
    int64_t idle_max_ns;   /* wall time; 0: off */
    enum hc_start_kind start;
    int64_t start_timeout_ns; /* 0: none */
    enum hc_on_end on_end;
    int64_t drain_timeout_ns;
    uint8_t incarnation[16]; /* random, kept in the data directory: enters cluster id and topic ids */
};

/* An entry: from `start` on, records carry `epoch`. The first has start 0. */
struct hc_epoch_entry {
    int32_t epoch;
    int64_t start;
};

struct hc_session_partition {
    struct hc_log *log;      /* newest snapshot, a reference */
    int64_t log_start;       /* the session's own log start offset */
    struct hc_epoch_entry *epochs;
    size_t epoch_count;      /* >= 1 */
};

struct hc_session_topic {
    struct hc_slice name;
    struct hp_uuid id;       /* from identity and incarnation; stable over restarts, never zero */
    int32_t partition_count;
    struct hc_session_partition *partitions;
    int64_t edge_ms;         /* as ingest tells */
    int64_t first_visible_ms, last_visible_ms;
    bool span_known;
    struct hc_slice compression; /* name of the codec, for DescribeConfigs */
    size_t index;            /* position in the session */
};

/* A waiting request, woken when market time reaches node.key: embed it. */
struct hc_market_waiter {
    struct hc_heap_node node;
};

struct hc_session; /* opaque; below is how to look at it */

struct hc_session *hc_session_new(const struct hc_session_config *config);
void hc_session_free(struct hc_session *session);

/* ---- topics ---- */

/* Adds a topic (before or while clients are connected). `identity` is the topic identity of ingest. */
struct hc_session_topic *hc_session_add_topic(struct hc_session *session, struct hc_slice name,
                                              const uint8_t identity[32], int32_t partitions,
                                              struct hc_slice compression);
/* All topics have been added: a session without topics is complete and empty from here on. */
void hc_session_topics_complete(struct hc_session *session);

/* New snapshots or a new edge of a topic: takes its own references to `logs` (one per partition). Wakes what became due. */
void hc_session_update_topic(struct hc_session *session, struct hc_session_topic *topic,
                             struct hc_log *const *logs, int64_t edge_ms, bool span_known,
                             int64_t first_visible_ms, int64_t last_visible_ms, struct hc_now now);

size_t hc_session_topic_count(const struct hc_session *session);
struct hc_session_topic *hc_session_topic_at(const struct hc_session *session, size_t index);
struct hc_session_topic *hc_session_topic_named(const struct hc_session *session, struct hc_slice name); /* or NULL */
struct hc_session_topic *hc_session_topic_by_id(const struct hc_session *session, struct hp_uuid id);    /* or NULL */
struct hc_slice hc_session_cluster_id(const struct hc_session *session); /* "hindcast." + 22 characters */
const struct hc_session_config *hc_session_config(const struct hc_session *session);

/* ---- time ---- */

/* Applies what has become due by `now`: start timeouts, edge, idle jumps, stalls (> 1 s between two advances while a deadline was armed), the end. Idempotent. */
void hc_session_advance(struct hc_session *session, struct hc_now now);

/* Market time as of the last advance, int64 ms; HC_TIME_MIN while the first visible instant is unknown. */
int64_t hc_session_market_ms(const struct hc_session *session);

/* The monotonic instant at which market time reaches, or by the present anchor reached, `market_ms`; HC_NEVER: it does not move there. For lateness. */
int64_t hc_session_instant_ns(const struct hc_session *session, int64_t market_ms);

struct hc_speed hc_session_speed(const struct hc_session *session);

/* When hc_session_advance must be called next: the earliest of the first market waiter's instant, an idle jump, a timeout, the end. HC_NEVER: nothing. */
int64_t hc_session_next_wake_ns(const struct hc_session *session);

/* ---- the log, at the market time of the last advance ---- */

int64_t hc_session_high_watermark(const struct hc_session *session,
                                  const struct hc_session_topic *topic, int32_t partition);
int64_t hc_session_log_start(const struct hc_session *session, const struct hc_session_topic *topic,
                             int32_t partition);
int32_t hc_session_leader_epoch(const struct hc_session *session,
                                const struct hc_session_topic *topic, int32_t partition);
/* The epoch of the record at `offset` and where that epoch's range ends (exclusive, at most the high watermark). */
int32_t hc_session_epoch_at(const struct hc_session *session, const struct hc_session_topic *topic,
                            int32_t partition, int64_t offset, int64_t *ret_range_end);
/* OffsetForLeaderEpoch by the rule of docs/replay-semantics.md: -1/-1 never; above the current epoch the caller answers 75 itself. */
void hc_session_end_of_epoch(const struct hc_session *session, const struct hc_session_topic *topic,
                             int32_t partition, int32_t epoch, int32_t *ret_epoch, int64_t *ret_end);

/* The market instant at which at least `bytes` bytes are readable from `offset` on in this partition, judged by what is loaded; HC_NEVER: never, or not loaded yet. */
int64_t hc_session_instant_of_bytes(const struct hc_session *session,
                                    const struct hc_session_topic *topic, int32_t partition,
                                    int64_t offset, int64_t bytes);
/* While loading again after a restart: true when `offset` is above the visible end but at or below the stored time's offset (answer empty, not an error). */
bool hc_session_reloading(const struct hc_session *session, const struct hc_session_topic *topic,
                          int32_t partition, int64_t offset);
/* True where a Fetch must be answered as soon as any byte is there (paused, stepping, ended): min_bytes would stall. */
bool hc_session_min_bytes_off(const struct hc_session *session);

/* ---- waiting ---- */

/* Registers a waiter for market time `market_ms` (HC_NEVER: only by hc_session_wake_all). */
void hc_session_wait(struct hc_session *session, struct hc_market_waiter *waiter, int64_t market_ms);
void hc_session_unwait(struct hc_session *session, struct hc_market_waiter *waiter);
/* The next waiter that is due at the last advance's market time, removed; NULL when none. After a topic update, a seek or a change of state every waiter is due once. */
struct hc_market_waiter *hc_session_pop_due(struct hc_session *session);

/* ---- what consumers do, for start conditions and for "drained" ---- */

void hc_session_note_fetch(struct hc_session *session, const struct hc_session_topic *topic,
                           int32_t partition, int64_t offset, uint64_t connection_id, struct hc_now now);
void hc_session_note_disconnect(struct hc_session *session, uint64_t connection_id);
void hc_session_note_commit(struct hc_session *session, struct hc_now now);
bool hc_session_drained(const struct hc_session *session, struct hc_now now);

/* ---- control ---- */

enum hc_session_state hc_session_state(const struct hc_session *session);
HC_MUST_USE enum hc_status hc_session_pause(struct hc_session *session, struct hc_now now, struct hc_error *error);
HC_MUST_USE enum hc_status hc_session_resume(struct hc_session *session, struct hc_now now, struct hc_error *error);

/* The status object of docs (surfaces, HTTP), appended as JSON. `kafka` is the session's address. */
void hc_session_status_json(const struct hc_session *session, struct hc_slice kafka,
                            struct hc_buffer *out);
const char *hc_session_state_name(enum hc_session_state state);

/* Called on the loop when the session's state changes, and when it wants the process to end. */
struct hc_session_events {
    void *context;
    void (*changed)(void *context, struct hc_session *session);
    void (*start_timed_out)(void *context, struct hc_session *session, int64_t seen);
    void (*drained)(void *context, struct hc_session *session, bool in_time);
};
void hc_session_set_events(struct hc_session *session, struct hc_session_events events);

/* ---- durable state (with a data directory) ---- */

struct hc_session_saved {
    int64_t market_ms;      /* ceiling while running, the market time itself otherwise */
    enum hc_session_state state;
    int64_t generation;
    struct hc_speed speed;
};
/* Restores before any topic is added; the start condition does not apply again. */
void hc_session_restore(struct hc_session *session, const struct hc_session_saved *saved);
/* A ceiling the clock may not pass before it is stored durably: hc_session_advance never goes beyond it. HC_NEVER: no data directory. */
void hc_session_set_ceiling(struct hc_session *session, int64_t market_ms, struct hc_now now);
/* The market time that must be stored as the next ceiling now, or HC_TIME_MIN when the present one reaches far enough (at most 1 s of wall time ahead, never beyond the edge). */
int64_t hc_session_wanted_ceiling(const struct hc_session *session, struct hc_now now);
void hc_session_save(const struct hc_session *session, struct hc_session_saved *ret);

#endif
