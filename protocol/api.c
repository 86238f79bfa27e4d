#include "protocol/api.h"

#include "protocol/messages.h"

enum { NOT_SERVED = -1 };

#define WRITES_REFUSED                                                                             \
    "Topics are history: every write is refused with POLICY_VIOLATION and a sentence."

/* X(KEY, tag, name, served_min, served_max, deviation) */
/* clang-format off */
#define API_LIST(X)                                                                              \
    X(PRODUCE, produce, "Produce", 0, 9,                                                         \
      "Refused with POLICY_VIOLATION, or by closing the connection where acks is 0. Versions "   \
      "0 to 2 are advertised because older librdkafka compresses only where it sees them, and "  \
      "are refused as well.")                                                                    \
    X(FETCH, fetch, "Fetch", 4, 18,                                                              \
      "The high watermark follows the market clock. preferred_read_replica is always -1.")       \
    X(LIST_OFFSETS, list_offsets, "ListOffsets", 1, 11,                                          \
      "`latest` is what the market clock has reached.")                                          \
    X(METADATA, metadata, "Metadata", 0, 13,                                                     \
      "Topics are never created by asking for them. One broker, node 1, leads every "            \
      "partition.")                                                                              \
    X(OFFSET_COMMIT, offset_commit, "OffsetCommit", 2, 10, NULL)                                 \
    X(OFFSET_FETCH, offset_fetch, "OffsetFetch", 1, 10, NULL)                                    \
    X(FIND_COORDINATOR, find_coordinator, "FindCoordinator", 0, 6,                               \
      "There are neither transactions nor share groups.")                                        \
    X(JOIN_GROUP, join_group, "JoinGroup", 0, 9, NULL)                                           \
    X(HEARTBEAT, heartbeat, "Heartbeat", 0, 4, NULL)                                             \
    X(LEAVE_GROUP, leave_group, "LeaveGroup", 0, 5, NULL)                                        \
    X(SYNC_GROUP, sync_group, "SyncGroup", 0, 5, NULL)                                           \
    X(DESCRIBE_GROUPS, describe_groups, "DescribeGroups", 0, 6, NULL)                            \
    X(LIST_GROUPS, list_groups, "ListGroups", 0, 5, NULL)                                        \
    X(API_VERSIONS, api_versions, "ApiVersions", 0, 4, NULL)                                     \
    X(CREATE_TOPICS, create_topics, "CreateTopics", 0, 7, WRITES_REFUSED)                        \
    X(DELETE_TOPICS, delete_topics, "DeleteTopics", 0, 6, WRITES_REFUSED)                        \
    X(DELETE_RECORDS, delete_records, "DeleteRecords", 0, 2, WRITES_REFUSED)                     \
    X(INIT_PRODUCER_ID, init_producer_id, "InitProducerId", 0, 5,                                \
      "The ids are unique, but nothing can be written with them.")                               \
    X(OFFSET_FOR_LEADER_EPOCH, offset_for_leader_epoch, "OffsetForLeaderEpoch", 2, 4, NULL)      \
    X(DESCRIBE_ACLS, describe_acls, "DescribeAcls", 1, 3, "There is no authorizer.")             \
    X(CREATE_ACLS, create_acls, "CreateAcls", 0, NOT_SERVED, NULL)                               \
    X(DELETE_ACLS, delete_acls, "DeleteAcls", 0, NOT_SERVED, NULL)                               \
    X(DESCRIBE_CONFIGS, describe_configs, "DescribeConfigs", 0, 4,                               \
      "The broker's keys include those of the replay: replay.state, replay.time, "               \
      "replay.speed, replay.from, replay.to.")                                                   \
    X(ALTER_CONFIGS, alter_configs, "AlterConfigs", 0, NOT_SERVED, NULL)                         \
    X(DESCRIBE_LOG_DIRS, describe_log_dirs, "DescribeLogDirs", 1, 5, NULL)                       \
    X(CREATE_PARTITIONS, create_partitions, "CreatePartitions", 0, 3, WRITES_REFUSED)            \
    X(DELETE_GROUPS, delete_groups, "DeleteGroups", 0, 2, NULL)                                  \
    X(INCREMENTAL_ALTER_CONFIGS, incremental_alter_configs, "IncrementalAlterConfigs", 0, 1,     \
      "Steers the replay through the broker's replay keys, with SET only; configs of topics "    \
      "are refused with POLICY_VIOLATION.")                                                      \
    X(LIST_PARTITION_REASSIGNMENTS, list_partition_reassignments,                                \
      "ListPartitionReassignments", 0, 0, "There is one broker, so nothing is ever reassigned.") \
    X(OFFSET_DELETE, offset_delete, "OffsetDelete", 0, 0, NULL)                                  \
    X(DESCRIBE_CLIENT_QUOTAS, describe_client_quotas, "DescribeClientQuotas", 0, 1,              \
      "There are no quotas.")                                                                    \
    X(DESCRIBE_CLUSTER, describe_cluster, "DescribeCluster", 0, 2, NULL)                         \
    X(DESCRIBE_PRODUCERS, describe_producers, "DescribeProducers", 0, 0,                         \
      "No producer is ever active.")                                                             \
    X(DESCRIBE_TRANSACTIONS, describe_transactions, "DescribeTransactions", 0, 0,                \
      "There are no transactions.")                                                              \
    X(LIST_TRANSACTIONS, list_transactions, "ListTransactions", 0, 2,                            \
      "There are no transactions.")                                                              \
    X(DESCRIBE_TOPIC_PARTITIONS, describe_topic_partitions,                                      \
      "DescribeTopicPartitions", 0, NOT_SERVED, NULL)
/* clang-format on */

static const struct hp_api apis[] = {
#define API_ROW(upper, tag, api_name, min, max, text)                                              \
    [HP_##upper] = {.key = HP_##upper,                                                             \
                    .name = api_name,                                                              \
                    .known_min = hp_##tag##_request_known_min,                                     \
                    .known_max = hp_##tag##_request_known_max,                                     \
                    .served_min = min,                                                             \
                    .served_max = max,                                                             \
                    .flexible_since = hp_##tag##_request_flexible_since,                           \
                    .request = &hp_##tag##_request_schema,                                         \
                    .response = &hp_##tag##_response_schema,                                       \
                    .deviation = text},
    API_LIST(API_ROW)
#undef API_ROW
};

/* Both directions change their form together, and nothing is served that the codec does not know.
 */
#define API_CHECK(upper, tag, api_name, min, max, text)                                            \
    _Static_assert((int)hp_##tag##_request_known_min == (int)hp_##tag##_response_known_min &&      \
                       (int)hp_##tag##_request_known_max == (int)hp_##tag##_response_known_max &&  \
                       (int)hp_##tag##_request_flexible_since ==                                   \
                           (int)hp_##tag##_response_flexible_since,                                \
                   #tag ": request and response differ");                                          \
    _Static_assert((max) == NOT_SERVED || ((min) >= (int)hp_##tag##_request_known_min &&           \
                                           (max) <= (int)hp_##tag##_request_known_max),            \
                   #tag ": serves what is not known");
API_LIST(API_CHECK)
#undef API_CHECK

const struct hp_api *hp_api_find(int16_t key)
{
    if (key < 0 || (size_t)key >= HC_COUNT(apis) || !apis[key].name)
        return NULL;
    HC_ASSERT(apis[key].key == key);
    return &apis[key];
}
