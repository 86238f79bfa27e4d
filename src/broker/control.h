/* Commands to a session: one after the other, each wholly or not at all, durable before it is
 * visible.
 *
 * A command waits in its cluster's queue. When its turn comes the clock stands, what it changes
 * (market time, state, speed; after a rewind the leader epochs and the clamped commits) is stored
 * in one batch, then it happens in one step and every group is told of a rewind. Two commands at
 * once are two commands one after the other, in the order they came. The loop's thread only.
 */
#ifndef HC_BROKER_CONTROL_H
#define HC_BROKER_CONTROL_H

#include "base/list.h"
#include "broker/cluster.h"
#include "session/command.h"

/* At most so many may wait (each is somebody's request under way): ask before submitting for
 * somebody. */
enum { HC_CONTROL_QUEUE_MAX = 256 };

/* One command; the caller keeps it alive until `done` or hc_control_withdraw. */
struct hc_control {
    struct hc_session_command command;
    bool validate_only; /* say whether it would be taken, and change nothing */
    /* Called from hc_broker_advance, once; it may free the control. NULL: nobody listens. */
    void (*done)(struct hc_control *control, struct hc_now now);
    void *user;

    /* HC_AGAIN: waits or is under way. HC_OK. HC_INVALID, HC_USAGE: refused, as hc_session_plan.
     * HC_NO_SPACE, HC_IO: could not be stored, nothing changed. HC_CANCELLED: the session is gone.
     */
    enum hc_status status;
    struct hc_error error;
    int64_t stepped_records, stepped_instants; /* of a step */

    struct hc_list _node;
    struct hc_cluster *_cluster;
};

struct hc_control_desk; /* a cluster's queue; made and freed with its place in the broker */
struct hc_control_desk *hc_control_desk_new(struct hc_cluster *cluster);
/* Commands that wait are told HC_CANCELLED, at time zero. NULL is allowed. */
void hc_control_desk_free(struct hc_control_desk *desk);

/* Queues the command; `done` comes later. May be called from anywhere on the loop's thread. */
void hc_control_submit(struct hc_control *control, struct hc_cluster *cluster);
/* Nobody waits for its end any more: the command goes on, `control` may be freed. */
void hc_control_withdraw(struct hc_control *control);
/* As hc_control_submit, for a command whose end interests nobody; a refusal is logged. */
void hc_control_order(struct hc_cluster *cluster, const struct hc_session_command *command);

/* False: as many wait as may. */
bool hc_control_has_room(const struct hc_cluster *cluster);

/* A command is being stored: the session's state and its commits belong to it until it ends. */
bool hc_control_is_busy(const struct hc_cluster *cluster);

/* For the broker: does what can be done by `now`. And: whether there is something. */
void hc_control_drive(struct hc_cluster *cluster, struct hc_now now);
bool hc_control_is_due(const struct hc_cluster *cluster);

#endif
