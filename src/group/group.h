/* One group of the classic protocol: a pure step (group, event, now) -> (answers, effects).
 *
 * A group knows no clock, socket, request or other group. Each event below is handed a `struct
 * hc_step` with the time; what has to happen outside is appended to step->effects. Answers go into
 * the tickets of those who wait. Deadlines lie in the group's own heap: hc_group_deadline says when
 * hc_group_advance is due.
 *
 *               first member                all rejoined, or time is up            leader's
 * SyncGroup Empty ────────────────> Preparing ──────────────────────────> Completing
 * ────────────────────> Stable ^                       │   ^                                   │ │
 *        └──── nobody is left ───┘   └──── a member joins, leaves, changes, is lost, does not sync
 * ──────┘
 *
 * Dead is what a group that does not exist is called; no object is in that state.
 */
#ifndef HC_GROUP_GROUP_H
#define HC_GROUP_GROUP_H

#include "base/map.h"
#include "group/member.h"

enum hc_group_state {
    HC_GROUP_EMPTY,
    HC_GROUP_PREPARING,
    HC_GROUP_COMPLETING,
    HC_GROUP_STABLE,
    HC_GROUP_DEAD,
    HC_GROUP_STATE_COUNT
};

enum hc_group_timer {
    HC_GROUP_TIMER_NONE,
    HC_GROUP_TIMER_DELAY,
    HC_GROUP_TIMER_JOIN,
    HC_GROUP_TIMER_SYNC
};

struct hc_group {
    uint32_t magic;
    enum hc_group_state state;
    struct hc_slice name; /* own */
    int32_t generation;   /* 0: none yet */
    int32_t rewound;      /* the generation that was current when the session last went back; 0 */
    struct hc_slice
        protocol_type; /* own; null until the first member; stays when the group becomes empty */
    struct hc_slice protocol_name; /* own; null without a generation of members */
    struct hc_member *leader;      /* NULL without members */

    struct hc_list members; /* struct hc_member, in order of joining */
    size_t member_count;
    size_t awaiting_join_count;
    struct hc_list pending;
    size_t pending_count;
    struct hc_map by_id;       /* members and pending ones */
    struct hc_map by_instance; /* static members */

    struct hc_heap timers;     /* members and `timer` */
    struct hc_heap_node timer; /* the rebalance's own deadline */
    enum hc_group_timer timer_kind;
    bool initial;          /* the rebalance under way began in Empty */
    bool grew;             /* a member came during the initial delay */
    int64_t delay_left_ns; /* how much further the initial delay may reach */

    struct hc_heap_node wake; /* the coordinator's */
    struct hc_list idle;      /* the coordinator's list of empty groups */
};

struct hc_group *hc_group_new(struct hc_slice name, uint64_t seed);
/* Members are dropped; no ticket waits any more. */
void hc_group_free(struct hc_group *group);

/* ---- events ---- */

/* The ticket is answered (join->done), or waits in the group. Its limits have been checked. */
void hc_group_join(struct hc_group *group, struct hc_join *join, struct hc_step *step);
void hc_group_sync(struct hc_group *group, struct hc_sync *sync, struct hc_step *step);
void hc_group_abandon_join(struct hc_group *group, struct hc_join *join, struct hc_step *step);
void hc_group_abandon_sync(struct hc_group *group, struct hc_sync *sync, struct hc_step *step);
int16_t hc_group_heartbeat(struct hc_group *group, struct hc_member_name name, int32_t generation,
                           uint64_t connection_id, struct hc_step *step);
void hc_group_leave(struct hc_group *group, struct hc_leaver *leavers, size_t count,
                    struct hc_step *step);
int16_t hc_group_check_commit(struct hc_group *group, struct hc_member_name name,
                              int32_t generation, uint64_t connection_id, struct hc_step *step);
void hc_group_disconnected(struct hc_group *group, uint64_t connection_id, struct hc_step *step);
/* Asks every member to rejoin; nothing when there are none or a rebalance is under way. */
void hc_group_rebalance(struct hc_group *group, const char *why, struct hc_step *step);
/* Lets expire what is due. */
void hc_group_advance(struct hc_group *group, struct hc_step *step);
int64_t hc_group_deadline(const struct hc_group *group); /* HC_NEVER: none */

/* ---- looking ---- */

const char *
hc_group_state_name(enum hc_group_state state); /* as Kafka spells it: "PreparingRebalance" */

/* The member of that id, pending ones not included; NULL. */
struct hc_member *hc_group_member(const struct hc_group *group, struct hc_slice id);

/* Whether a consumer group's members have this topic in their subscription, as Kafka judges it: a
 * consumer group whose subscriptions cannot be read counts as subscribed to everything. `arena`:
 * for scratch. */
bool hc_group_is_subscribed(const struct hc_group *group, struct hc_slice topic,
                            struct hc_arena *arena);

#define HC_GROUP_EACH_MEMBER(group, member)                                                        \
    for (struct hc_member *member = HC_CONTAINER((group)->members.next, struct hc_member, link);   \
         &member->link != &(group)->members;                                                       \
         member = HC_CONTAINER(member->link.next, struct hc_member, link))

#endif
