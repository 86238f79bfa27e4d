/* What members ask of a group, and what they are told: values between the handlers and the
 * coordinator.
 *
 * Join and Sync may have to wait for other members. Their structs are tickets: the caller keeps the
 * ticket and its arena alive until `done` is true or it was abandoned; the answer is written into
 * it, in its arena, at the instant it is decided, and `token` is woken. Slices in the asking part
 * are borrowed for the call; what the group keeps, it copies.
 */
#ifndef HC_GROUP_REQUEST_H
#define HC_GROUP_REQUEST_H

#include "base/arena.h"

struct hc_member;

/* Who sent a request. */
struct hc_group_caller {
    uint64_t connection_id;
    struct hc_slice client_id;
    struct hc_slice host;
};

/* How every request names its sender inside a group. */
struct hc_member_name {
    struct hc_slice id;          /* empty: not known yet, or no member (a simple commit) */
    struct hc_slice instance_id; /* null: a dynamic member; else static (KIP-345) */
};

struct hc_group_protocol {
    struct hc_slice name;
    struct hc_slice metadata; /* opaque here */
};

struct hc_join_member {
    struct hc_slice id;
    struct hc_slice instance_id;
    struct hc_slice metadata;
};

struct hc_join {
    /* ---- asked ---- */
    struct hc_slice group;
    struct hc_member_name name;
    struct hc_group_caller caller;
    int32_t session_timeout_ms;
    int32_t rebalance_timeout_ms; /* -1: as the session timeout (JoinGroup v0) */
    struct hc_slice protocol_type;
    const struct hc_group_protocol *protocols; /* in order of preference */
    size_t protocol_count;
    struct hc_slice reason;     /* nullable; told in the log */
    bool member_id_required;    /* KIP-394: a new dynamic member is told its id first (v4) */
    bool knows_skip_assignment; /* KIP-814 (v9) */
    struct hc_arena *arena;
    void *token;

    /* ---- answered ---- */
    bool done;
    int16_t error;
    int32_t generation;                   /* -1 with an error */
    struct hc_slice answer_protocol_type; /* null with an error, and so for the name */
    struct hc_slice protocol_name;
    struct hc_slice leader;
    struct hc_slice member_id;
    bool skip_assignment;
    struct hc_join_member *members; /* the leader's list; others get none */
    size_t member_count;

    struct hc_member *_member; /* where it waits */
};

struct hc_sync_assignment {
    struct hc_slice member_id;
    struct hc_slice assignment;
};

struct hc_sync {
    /* ---- asked ---- */
    struct hc_slice group;
    struct hc_member_name name;
    struct hc_group_caller caller;
    int32_t generation;
    struct hc_slice protocol_type; /* null: not compared (before v5) */
    struct hc_slice protocol_name;
    const struct hc_sync_assignment *assignments;
    size_t assignment_count;
    struct hc_arena *arena;
    void *token;

    /* ---- answered ---- */
    bool done;
    int16_t error;
    struct hc_slice answer_protocol_type;
    struct hc_slice answer_protocol_name;
    struct hc_slice assignment; /* never null */

    struct hc_member *_member;
};

struct hc_leaver {
    struct hc_member_name name;
    struct hc_slice reason;
    int16_t error; /* answered */
};

#endif
