/* Committed offsets and the durable state of one session, over a database that several sessions
 * share, or in memory.
 *
 * Reads come from memory. A change is a batch: applied to memory and answered only when it is
 * durable (COMMIT returned OK), so whatever a read shows has been acknowledged or is about to be.
 * Everything runs on the loop's thread; the database works on the executor's short lane, one
 * transaction at a time, and each transaction takes what has come while the one before was being
 * synced (at most 256 batches): no timer delays a lone commit, and load is grouped by itself.
 *
 * Offsets belong to a topic's identity (the hash of every setting that can change a record or its
 * place): when a topic comes back under another identity, it starts without offsets. Those of the
 * old identity stay on disk and are found again if it returns.
 */
#ifndef HC_OFFSETS_OFFSETS_H
#define HC_OFFSETS_OFFSETS_H

#include "base/clock.h"
#include "base/slice.h"
#include "base/status.h"

struct hc_offsets;    /* of one session */
struct hc_offsets_db; /* db.h: shared by the sessions of a process */

enum {
    HC_OFFSETS_METADATA_MAX = 4096, /* bytes, as Kafka's offset.metadata.max.bytes */
    /* What may wait for the disk; beyond it HC_NO_SPACE: */
    HC_OFFSETS_BATCHES_MAX = 16384,
    HC_OFFSETS_QUEUE_BYTES_MAX = 64 * 1024 * 1024,
    /* What one session may hold; beyond it HC_LIMIT: */
    HC_OFFSETS_ROWS_MAX = 1000000, /* positions */
    HC_OFFSETS_GROUPS_MAX = 10000, /* groups with positions */
};

struct hc_offset_position {
    int64_t offset;
    int32_t leader_epoch;     /* -1: none told */
    int64_t commit_ms;        /* wall time */
    struct hc_slice metadata; /* never null */
};

/* The session's own state, as it is stored (session.h turns it into its own type). */
struct hc_offsets_session_state {
    int64_t market_ms;
    int32_t state;
    int64_t generation;
    bool speed_max;
    int64_t speed_num, speed_den;
};

/* An epoch entry of a partition: from `start` on, records carry `epoch`. */
struct hc_offsets_epoch {
    int32_t epoch;
    int64_t start;
};

/* ---- changes ---- */

enum hc_offsets_change_kind {
    HC_CHANGE_COMMIT,       /* group, topic, partition, position */
    HC_CHANGE_DELETE,       /* group, topic, partition: a position that is not there is fine */
    HC_CHANGE_DELETE_GROUP, /* group: all its positions, of every identity */
    HC_CHANGE_CLAMP,   /* topic, partition, position.offset: every group's position above it becomes
                          it */
    HC_CHANGE_FORGET,  /* every position of the session */
    HC_CHANGE_SESSION, /* session */
    HC_CHANGE_EPOCHS,  /* topic, partition, epochs: replaces the list */
};

struct hc_offsets_change {
    enum hc_offsets_change_kind kind;
    struct hc_slice group;
    struct hc_slice topic;
    int32_t partition;
    struct hc_offset_position position;
    const struct hc_offsets_session_state *session;
    const struct hc_offsets_epoch *epochs;
    size_t epoch_count;
};

/* A batch of changes that become durable together, and how its end is told. The caller keeps the
 * struct alive until `done` or hc_offsets_abandon. */
struct hc_offsets_batch {
    const struct hc_offsets_change *changes; /* copied by hc_offsets_apply */
    size_t count;
    void (*done)(struct hc_offsets_batch *batch); /* on the loop's thread; may be NULL */
    void *user;
    enum hc_status status; /* HC_AGAIN while under way */
    struct hc_offsets_op *_op;
};

/* Applies a batch. HC_AGAIN: under way, `done` will be called. Otherwise it has ended and `done` is
 * not called: HC_OK; HC_LIMIT: the session holds as much as it may, nothing changed; HC_NO_SPACE:
 * the disk is full or too much waits for it, nothing changed, a later batch may succeed; HC_IO:
 * storage has failed for good. */
HC_MUST_USE enum hc_status hc_offsets_apply(struct hc_offsets *offsets,
                                            struct hc_offsets_batch *batch);
/* The batch may be freed afterwards: the change goes on, nobody is told. */
void hc_offsets_abandon(struct hc_offsets_batch *batch);

/* ---- making one ---- */

/* `db`: borrowed, or NULL for memory only. `session`: copied. HC_CORRUPT when a stored row is
 * damaged. Reads what is stored, blocking: at start. */
HC_MUST_USE enum hc_status hc_offsets_new(struct hc_offsets_db *db, struct hc_slice session,
                                          struct hc_offsets **ret, struct hc_error *error);
/* After the database has been flushed or closed (batches under way are forgotten). NULL is allowed.
 */
void hc_offsets_free(struct hc_offsets *offsets);

/* The topic exists now under this identity (hex text) and these settings (lines of `key=value`,
 * kept to tell what changed). True when it had another identity before: *ret_before (may be NULL)
 * then is a copy of the old settings that the caller frees. A topic that was never told of here
 * gets an empty identity at its first commit. */
bool hc_offsets_add_topic(struct hc_offsets *offsets, struct hc_slice topic,
                          struct hc_slice identity, struct hc_slice settings, char **ret_before);

/* The keys that differ between two such settings texts, "interval, time.zone", for the log. The
 * caller frees it. */
char *hc_offsets_changed_settings(struct hc_slice before, struct hc_slice after);

/* ---- reading ---- */

/* False: no position. The metadata is borrowed until the next change. */
bool hc_offsets_get(const struct hc_offsets *offsets, struct hc_slice group, struct hc_slice topic,
                    int32_t partition, struct hc_offset_position *ret);

/* True when the group has any position under a present identity. */
bool hc_offsets_has_group(const struct hc_offsets *offsets, struct hc_slice group);

/* Calls `each` for every group that has a position under a present identity. Nothing may be changed
 * meanwhile. */
typedef void hc_offsets_visit_group(void *context, struct hc_slice group);
void hc_offsets_each_group(const struct hc_offsets *offsets, hc_offsets_visit_group *each,
                           void *context);

/* Calls `each` for every position of the group, by topic name and partition ascending. */
typedef void hc_offsets_visit(void *context, struct hc_slice topic, int32_t partition,
                              const struct hc_offset_position *position);
void hc_offsets_each(const struct hc_offsets *offsets, struct hc_slice group,
                     hc_offsets_visit *each, void *context);

/* ---- the session's state ---- */

/* The incarnation of the session's log: random, made at the first start and kept. Without a
 * database it is new each time. */
void hc_offsets_incarnation(const struct hc_offsets *offsets, uint8_t ret[16]);
/* False: never stored. */
bool hc_offsets_session_state(const struct hc_offsets *offsets,
                              struct hc_offsets_session_state *ret);
/* The stored epochs of a partition under the topic's present identity; borrowed until the next
 * change of them. */
size_t hc_offsets_epochs(const struct hc_offsets *offsets, struct hc_slice topic, int32_t partition,
                         const struct hc_offsets_epoch **ret);

#endif
