#include "api/api.h"

static const struct hc_handler_table table = {
    .handlers =
        {
            [HP_PRODUCE] = hc_api_produce,
            [HP_FETCH] = hc_api_fetch,
            [HP_LIST_OFFSETS] = hc_api_list_offsets,
            [HP_METADATA] = hc_api_metadata,
            [HP_OFFSET_COMMIT] = hc_api_offset_commit,
            [HP_OFFSET_FETCH] = hc_api_offset_fetch,
            [HP_FIND_COORDINATOR] = hc_api_find_coordinator,
            [HP_JOIN_GROUP] = hc_api_join_group,
            [HP_HEARTBEAT] = hc_api_heartbeat,
            [HP_LEAVE_GROUP] = hc_api_leave_group,
            [HP_SYNC_GROUP] = hc_api_sync_group,
            [HP_DESCRIBE_GROUPS] = hc_api_describe_groups,
            [HP_LIST_GROUPS] = hc_api_list_groups,
            [HP_API_VERSIONS] = hc_api_api_versions,
            [HP_CREATE_TOPICS] = hc_api_create_topics,
            [HP_DELETE_TOPICS] = hc_api_delete_topics,
            [HP_DELETE_RECORDS] = hc_api_delete_records,
            [HP_INIT_PRODUCER_ID] = hc_api_init_producer_id,
            [HP_OFFSET_FOR_LEADER_EPOCH] = hc_api_offset_for_leader_epoch,
            [HP_DESCRIBE_ACLS] = hc_api_describe_acls,
            [HP_DESCRIBE_CONFIGS] = hc_api_describe_configs,
            [HP_DESCRIBE_LOG_DIRS] = hc_api_describe_log_dirs,
            [HP_CREATE_PARTITIONS] = hc_api_create_partitions,
            [HP_DELETE_GROUPS] = hc_api_delete_groups,
            [HP_INCREMENTAL_ALTER_CONFIGS] = hc_api_incremental_alter_configs,
            [HP_LIST_PARTITION_REASSIGNMENTS] = hc_api_list_partition_reassignments,
            [HP_OFFSET_DELETE] = hc_api_offset_delete,
            [HP_DESCRIBE_CLIENT_QUOTAS] = hc_api_describe_client_quotas,
            [HP_DESCRIBE_CLUSTER] = hc_api_describe_cluster,
            [HP_DESCRIBE_PRODUCERS] = hc_api_describe_producers,
            [HP_DESCRIBE_TRANSACTIONS] = hc_api_describe_transactions,
            [HP_LIST_TRANSACTIONS] = hc_api_list_transactions,
        },
};

const struct hc_handler_table *hc_api_handlers(void)
{
    return &table;
}
