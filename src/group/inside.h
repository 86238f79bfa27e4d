/* What the files of a group's step share. Nobody else includes this. */
#ifndef HC_GROUP_INSIDE_H
#define HC_GROUP_INSIDE_H

#include "base/clock.h"
#include "group/group.h"
#include "protocol/error.h"

enum { HC_GROUP_MAGIC = 0x47525550 };

/* Sets an owned slice to a copy of `value`; null is kept. */
void hc_group_set_text(struct hc_slice *own, struct hc_slice value);

/* ---- members (members.c) ---- */

/* The member that a request names, or NULL and the error to answer: FENCED_INSTANCE_ID,
 * UNKNOWN_MEMBER_ID. */
struct hc_member *hc_group_find(const struct hc_group *group, struct hc_member_name name,
                                int16_t *ret_error);
void hc_group_add_pending(struct hc_group *group, struct hc_member *member, struct hc_step *step);
/* Makes a new or pending member a full one. */
void hc_group_admit(struct hc_group *group, struct hc_member *member, struct hc_step *step);
/* Ends what it waits for with `error`, and frees it. Says nothing to the others. */
void hc_group_remove(struct hc_group *group, struct hc_member *member, int16_t error,
                     struct hc_step *step);
/* The member was heard of: its session starts anew. */
void hc_group_touch(struct hc_group *group, struct hc_member *member, uint64_t connection_id,
                    struct hc_step *step);
/* Puts the member's timer where its state wants it. */
void hc_group_arm_member(struct hc_group *group, struct hc_member *member, int64_t silent_at_ns);

/* ---- protocols (protocols.c) ---- */

bool hc_group_supports(const struct hc_group *group, const struct hc_join *join);
/* The protocol all support with the most votes; the group has members. Borrowed from a member. */
struct hc_slice hc_group_select_protocol(const struct hc_group *group);

/* ---- answers (answers.c) ---- */

void hc_join_fail(struct hc_join *join, struct hc_slice member_id, int16_t error);
/* Answers the member's waiting ticket, if any, and wakes it. */
void hc_group_end_join(struct hc_group *group, struct hc_member *member, int16_t error,
                       struct hc_step *step);
void hc_group_end_sync(struct hc_group *group, struct hc_member *member, int16_t error,
                       struct hc_step *step);
/* The present generation, as told to `member`. */
void hc_group_tell_generation(const struct hc_group *group, const struct hc_member *member,
                              struct hc_join *join);

/* ---- rebalances (rebalance.c) ---- */

void hc_group_prepare(struct hc_group *group, const char *why, struct hc_step *step);
/* Ends the rebalance under way if nobody is missing. */
void hc_group_maybe_complete(struct hc_group *group, struct hc_step *step);
/* A member came, changed or went: begins a rebalance, or looks whether the one under way can end.
 */
void hc_group_changed(struct hc_group *group, const char *why, struct hc_step *step);
void hc_group_stop_timer(struct hc_group *group);
void hc_group_timer_fired(struct hc_group *group, struct hc_step *step);
/* All have synced: nothing is left to wait for. */
void hc_group_note_synced(struct hc_group *group, struct hc_member *member);

#endif
