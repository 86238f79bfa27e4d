/* One virtual cluster as the handlers see it: a session with its groups, committed offsets and
 * address. */
#ifndef HC_BROKER_CLUSTER_H
#define HC_BROKER_CLUSTER_H

#include "base/heap.h"
#include "base/list.h"
#include "group/coordinator.h"
#include "offsets/offsets.h"
#include "session/session.h"

struct hc_log_reader;
struct hc_read_ahead;
struct hc_control_desk;
struct hc_lockstep;

enum { HC_NODE_ID = 1 };

struct hc_cluster {
    struct hc_session *session;
    struct hc_coordinator *groups; /* group state machines of this session */
    struct hc_offsets *offsets;    /* committed offsets of this session */
    struct hc_log_reader *reader;  /* the loop's */
    struct hc_read_ahead *ahead;   /* the loop's; NULL: nothing is read ahead */
    struct hc_executor *executor;
    struct hc_mailbox *mailbox;
    struct hc_broker *broker;
    struct hc_lockstep *lockstep; /* own of whoever made the cluster; NULL: none */
    /* The broker's: */
    size_t connection_count;
    struct hc_heap_node _wake;       /* in its heap of clusters */
    struct hc_list _touched;         /* linked: its wake may have changed */
    bool _stale;                     /* what consumers do has changed since it was last looked at */
    struct hc_control_desk *control; /* the broker's: broker/control.h */
    void *user;
};

#endif
