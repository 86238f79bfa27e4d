/* The API handlers, one file each, named by key; and the table the broker dispatches by.
 *
 * Each is a function of broker/handler.h: it runs on the loop's thread, never blocks, allocates
 * from the request's arena only.
 */
#ifndef HC_API_API_H
#define HC_API_API_H

#include "broker/handler.h"

extern hc_handler hc_api_produce;
extern hc_handler hc_api_fetch;
extern hc_handler hc_api_list_offsets;
extern hc_handler hc_api_metadata;
extern hc_handler hc_api_offset_commit;
extern hc_handler hc_api_offset_fetch;
extern hc_handler hc_api_find_coordinator;
extern hc_handler hc_api_join_group;
extern hc_handler hc_api_heartbeat;
extern hc_handler hc_api_leave_group;
extern hc_handler hc_api_sync_group;
extern hc_handler hc_api_describe_groups;
extern hc_handler hc_api_list_groups;
extern hc_handler hc_api_api_versions;
extern hc_handler hc_api_create_topics;
extern hc_handler hc_api_delete_topics;
extern hc_handler hc_api_delete_records;
extern hc_handler hc_api_init_producer_id;
extern hc_handler hc_api_offset_for_leader_epoch;
extern hc_handler hc_api_describe_acls;
extern hc_handler hc_api_describe_configs;
extern hc_handler hc_api_describe_log_dirs;
extern hc_handler hc_api_create_partitions;
extern hc_handler hc_api_delete_groups;
extern hc_handler hc_api_incremental_alter_configs;
extern hc_handler hc_api_list_partition_reassignments;
extern hc_handler hc_api_offset_delete;
extern hc_handler hc_api_describe_client_quotas;
extern hc_handler hc_api_describe_cluster;
extern hc_handler hc_api_describe_producers;
extern hc_handler hc_api_describe_transactions;
extern hc_handler hc_api_list_transactions;

/* Every handler by key: what a broker is made with. Static storage. */
const struct hc_handler_table *hc_api_handlers(void);

#endif
