/* What groups may be: `groups:` of the configuration, each limit with the reason for its default.
 */
#ifndef HC_GROUP_CONFIG_H
#define HC_GROUP_CONFIG_H

#include "base/clock.h"

#include <stddef.h>

struct hc_group_config {
    int64_t initial_rebalance_delay_ns; /* 0: a lone member joins at once; Kafka waits 3 s */
    int32_t session_timeout_min_ms;     /* 100: tests of failures should not take Kafka's 6 s */
    int32_t session_timeout_max_ms;     /* 30 min, as Kafka */
    int64_t expel_after_ns;             /* on-disconnect: expel-after D; HC_NEVER: keep, as Kafka */
    int64_t pending_ns_max;             /* an id given out (KIP-394) and not used: 10 s at most */
    int64_t new_member_wait_ns;  /* a JoinGroup without a member id may wait 5 min, as Kafka */
    size_t members_max;          /* in one group, pending ones included: 1,000 */
    size_t groups_max;           /* with members or remembered as empty: 10,000 */
    size_t protocols_max;        /* in one JoinGroup: 16; clients send one to three */
    size_t metadata_bytes_max;   /* of one protocol: 64 KiB */
    size_t assignment_bytes_max; /* of one SyncGroup in all: 1 MiB */
    size_t name_bytes_max;       /* group and instance ids: 255 */
};

/* The defaults above. */
void hc_group_config_init(struct hc_group_config *config);

#endif
