/* The group coordinator of one virtual cluster: every group, their timers, and the limits on both.
 *
 * The classic group protocol of Apache Kafka 4.3 (KIP-62, 345, 389, 394, 559, 800, 814), in memory:
 * after a restart members are told UNKNOWN_MEMBER_ID and join again, which every client does by
 * itself. What one group does is decided by the pure step in group.h; here the steps' effects
 * become calls of `wake`. No sockets, no clock of its own, no globals: every function is handed
 * `now`, and everything runs on the loop's thread. Errors are Kafka's codes (protocol/error.h), 0
 * for none.
 */
#ifndef HC_GROUP_COORDINATOR_H
#define HC_GROUP_COORDINATOR_H

#include "base/clock.h"
#include "group/config.h"
#include "group/request.h"

struct hc_coordinator; /* opaque */
struct hc_group;       /* group.h, for looking at */

/* `wake`: the request behind `token` has its answer. Called on the loop's thread from within
 * functions that take `now`; it must not call back into the coordinator. An answer known at once is
 * told by the return value instead. */
struct hc_coordinator_events {
    void *context;
    void (*wake)(void *context, void *token);
};

/* `seed` decides the member ids. The caller owns the coordinator. */
struct hc_coordinator *hc_coordinator_new(const struct hc_group_config *config,
                                          struct hc_coordinator_events events, uint64_t seed);
/* Nothing waits any more: every ticket is done or abandoned. NULL is allowed. */
void hc_coordinator_free(struct hc_coordinator *coordinator);
const struct hc_group_config *hc_coordinator_config(const struct hc_coordinator *coordinator);

/* ---- what members do ---- */

/* True: answered (join->done). False: the ticket waits; `token` will be woken, or it is abandoned.
 */
HC_MUST_USE bool hc_coordinator_join(struct hc_coordinator *coordinator, struct hc_join *join,
                                     struct hc_now now);
HC_MUST_USE bool hc_coordinator_sync(struct hc_coordinator *coordinator, struct hc_sync *sync,
                                     struct hc_now now);

/* The asker is gone, or will not wait: the ticket may be freed afterwards. The member stays, and
 * lives on its session timeout. Nothing happens to a ticket that is done. */
void hc_coordinator_abandon_join(struct hc_coordinator *coordinator, struct hc_join *join,
                                 struct hc_now now);
void hc_coordinator_abandon_sync(struct hc_coordinator *coordinator, struct hc_sync *sync,
                                 struct hc_now now);

int16_t hc_coordinator_heartbeat(struct hc_coordinator *coordinator, struct hc_slice group,
                                 struct hc_member_name name, int32_t generation,
                                 uint64_t connection_id, struct hc_now now);

/* Removes several members with one rebalance; fills the error of each. Returns the error of the
 * request itself. */
int16_t hc_coordinator_leave(struct hc_coordinator *coordinator, struct hc_slice group,
                             struct hc_leaver *leavers, size_t count, struct hc_now now);

/* May these positions be committed? A member's commit keeps its session alive. Generation -1 and no
 * member: a tool's or a lone consumer's commit, taken while the group has no members. A member of a
 * group that does not exist here is told UNKNOWN_MEMBER_ID (Kafka, whose groups survive a restart:
 * ILLEGAL_GENERATION or, from v9, GROUP_ID_NOT_FOUND), so that it joins again. */
int16_t hc_coordinator_check_commit(struct hc_coordinator *coordinator, struct hc_slice group,
                                    struct hc_member_name name, int32_t generation, int16_t version,
                                    uint64_t connection_id, struct hc_now now);

/* A connection has ended: with on-disconnect expel-after, its dynamic members have that long to be
 * heard on another. */
void hc_coordinator_disconnected(struct hc_coordinator *coordinator, uint64_t connection_id,
                                 struct hc_now now);

/* ---- what tools and the session do ---- */

/* NONE when the group is empty and has been forgotten; GROUP_ID_NOT_FOUND; NON_EMPTY_GROUP. */
int16_t hc_coordinator_delete(struct hc_coordinator *coordinator, struct hc_slice group,
                              struct hc_now now);

/* Every group with members begins a rebalance (the session went back in time). What members of its
 * present generation still commit belongs to the time before: group->rewound. */
void hc_coordinator_rebalance_all(struct hc_coordinator *coordinator, struct hc_now now);

/* ---- time ---- */

/* When hc_coordinator_advance must be called next; HC_NEVER. */
int64_t hc_coordinator_next_wake_ns(const struct hc_coordinator *coordinator);
/* Lets expire what is due by `now`. */
void hc_coordinator_advance(struct hc_coordinator *coordinator, struct hc_now now);

/* ---- looking ---- */

/* Groups in the order they were made. Read-only views, see group.h; valid until the next call that
 * takes `now`. */
size_t hc_coordinator_group_count(const struct hc_coordinator *coordinator);
const struct hc_group *hc_coordinator_group_at(const struct hc_coordinator *coordinator,
                                               size_t index);
const struct hc_group *hc_coordinator_group_named(const struct hc_coordinator *coordinator,
                                                  struct hc_slice name); /* or NULL */

#endif
