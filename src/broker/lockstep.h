/* Lockstep: the market moves on when consumers have had what there is.
 *
 * By commit: for every partition assigned in each named group's stable generation, committed is at
 * or above the end at the present instant; partitions without records and unassigned ones do not
 * count, a group that is empty or rebalancing holds the clock. By fetch: every connection whose
 * client id matches has asked at the end of each partition that it fetches.
 */
#ifndef HC_BROKER_LOCKSTEP_H
#define HC_BROKER_LOCKSTEP_H

#include "broker/cluster.h"

enum hc_lockstep_timeout { HC_LOCKSTEP_HOLD, HC_LOCKSTEP_CONTINUE, HC_LOCKSTEP_FAIL };
enum { HC_LOCKSTEP_NAMES_MAX = 64, HC_LOCKSTEP_LEAD_MAX = 100000 };

struct hc_lockstep_client {
    struct hc_slice glob;
    int32_t count; /* so many connections at least */
};

/* Borrowed while the cluster lives. */
struct hc_lockstep_config {
    const struct hc_slice *groups;
    size_t group_count;
    const struct hc_lockstep_client *clients;
    size_t client_count;
    int32_t lead;       /* instants that consumers may be behind */
    int64_t timeout_ns; /* 0: none */
    enum hc_lockstep_timeout on_timeout;
    /* HC_LOCKSTEP_FAIL: `why` says who holds the market up. Once. */
    void (*failed)(void *context, struct hc_cluster *cluster, const char *why);
    void *context;
};

struct hc_lockstep;
struct hc_lockstep *hc_lockstep_new(const struct hc_lockstep_config *config);
void hc_lockstep_free(struct hc_lockstep *lockstep); /* NULL allowed */

/* For the broker: something has happened in the cluster; moves the session's gate. */
void hc_lockstep_look(struct hc_cluster *cluster, struct hc_now now);
/* When it must look although nothing happens; HC_NEVER. 0: what is loaded has changed. */
int64_t hc_lockstep_wake_ns(const struct hc_cluster *cluster);

#endif
