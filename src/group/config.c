#include "group/config.h"

void hc_group_config_init(struct hc_group_config *config)
{
    *config = (struct hc_group_config){
        .initial_rebalance_delay_ns = 0,
        .session_timeout_min_ms = 100,
        .session_timeout_max_ms = 30 * 60 * 1000,
        .expel_after_ns = HC_NEVER,
        .pending_ns_max = 10 * HC_NS_PER_S,
        .new_member_wait_ns = 300 * HC_NS_PER_S,
        .members_max = 1000,
        .groups_max = 10000,
        .protocols_max = 16,
        .metadata_bytes_max = 64 * 1024,
        .assignment_bytes_max = 1024 * 1024,
        .name_bytes_max = 255,
    };
}
