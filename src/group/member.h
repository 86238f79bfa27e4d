/* A member of a group: who it is, what it offers, what it waits for, until when it counts as alive.
 */
#ifndef HC_GROUP_MEMBER_H
#define HC_GROUP_MEMBER_H

#include "base/heap.h"
#include "base/list.h"
#include "group/step.h"

struct hc_member {
    struct hc_list link;       /* in the group's members or pending ones, in order of arrival */
    struct hc_heap_node timer; /* in the group's heap */
    int64_t silent_at_ns;      /* the end of the session when nothing is heard */
    int64_t expel_at_ns;       /* HC_NEVER, or when a lost connection becomes a lost member */
    uint64_t connection_id;    /* heard on last */

    struct hc_slice id;          /* own, like the following */
    struct hc_slice instance_id; /* null: dynamic */
    struct hc_slice client_id;
    struct hc_slice client_host;
    struct hc_slice assignment; /* never null */
    struct hc_group_protocol *protocols;
    size_t protocol_count;
    int32_t session_timeout_ms;
    int32_t rebalance_timeout_ms;

    bool pending;         /* was told its id and has not joined with it yet (KIP-394) */
    bool is_new;          /* has not seen the end of a rebalance yet */
    bool awaiting_join;   /* has joined the rebalance under way */
    bool awaiting_sync;   /* has synced before its leader */
    bool pending_sync;    /* has not synced in this generation yet */
    struct hc_join *join; /* its ticket, borrowed; NULL when nobody waits for the answer */
    struct hc_sync *sync;
};

/* A fresh id, `prefix-uuid`, in heap memory that the caller owns. The prefix is cut to 255 bytes.
 */
struct hc_slice hc_member_new_id(struct hc_slice prefix, struct hc_random *random);

/* Takes over `id`; copies the rest of what the ticket asks. */
struct hc_member *hc_member_new(struct hc_slice id, const struct hc_join *join);
/* It is in no list, heap or ticket any more. */
void hc_member_free(struct hc_member *member);

/* What a member says anew with each JoinGroup. */
void hc_member_update(struct hc_member *member, const struct hc_join *join);
void hc_member_set_assignment(struct hc_member *member, struct hc_slice assignment);
/* Takes over `id` in place of the present one. */
void hc_member_rename(struct hc_member *member, struct hc_slice id);

static inline bool hc_member_is_static(const struct hc_member *member)
{
    return !hc_slice_is_null(member->instance_id);
}

/* The metadata under a protocol name; NULL when the member does not offer it. */
const struct hc_group_protocol *hc_member_protocol(const struct hc_member *member,
                                                   struct hc_slice name);
/* Whether the ticket offers the same protocols with the same metadata in the same order. */
bool hc_member_matches(const struct hc_member *member, const struct hc_join *join);

/* Somebody waits for an answer on the member's behalf: it need not send heartbeats meanwhile. */
bool hc_member_is_waiting(const struct hc_member *member);

#endif
