/* Key 3, Metadata. Brokers, topics, partitions, leaders.
 *   v0: an empty topics array asks for all; from v1 null does and empty asks for none.
 *   v1: controller_id, rack, is_internal. v2: cluster_id. v3: throttle_time_ms.
 *   v4: allow_auto_topic_creation. v5: offline_replicas. v7: leader_epoch (KIP-320).
 *   v8: authorized operations (KIP-430); those of the cluster end with v10 (DescribeCluster took
 *       over).
 *   v9: flexible. v10: topic_id (KIP-516). v12: a topic may be asked for by id alone.
 *   v13: error_code for the whole answer (KIP-1102).
 * librdkafka 2.15 asks for all topics at v9 and later with a placeholder of four zero bytes:
 * decode leniently.
 */

/* clang-format off */

#define hp_metadata_request_topic_fields(F, T) \
    F(T, UUID,   topic_id, SINCE(10))          \
    F(T, STRING, name,     ALL, NULLABLE(10))
HP_STRUCT(metadata_request_topic);

#define hp_metadata_request_fields(F, T)                                     \
    F(T, ARRAY, topics, metadata_request_topic,        ALL, NULLABLE(1))     \
    F(T, BOOL,  allow_auto_topic_creation,             SINCE(4), DEFAULT(1)) \
    F(T, BOOL,  include_cluster_authorized_operations, BETWEEN(8, 10))       \
    F(T, BOOL,  include_topic_authorized_operations,   SINCE(8))
HP_MESSAGE(metadata_request, 0, 13, 9);

#define hp_metadata_response_broker_fields(F, T) \
    F(T, INT32,  node_id, ALL)                   \
    F(T, STRING, host,    ALL)                   \
    F(T, INT32,  port,    ALL)                   \
    F(T, STRING, rack,    SINCE(1), NULLABLE(1))
HP_STRUCT(metadata_response_broker);

#define hp_metadata_response_partition_fields(F, T)            \
    F(T, INT16,       error_code,       ALL)                   \
    F(T, INT32,       partition_index,  ALL)                   \
    F(T, INT32,       leader_id,        ALL)                   \
    F(T, INT32,       leader_epoch,     SINCE(7), DEFAULT(-1)) \
    F(T, INT32_ARRAY, replica_nodes,    ALL)                   \
    F(T, INT32_ARRAY, isr_nodes,        ALL)                   \
    F(T, INT32_ARRAY, offline_replicas, SINCE(5))
HP_STRUCT(metadata_response_partition);

#define hp_metadata_response_topic_fields(F, T)                                         \
    F(T, INT16,  error_code,                              ALL)                          \
    F(T, STRING, name,                                    ALL, NULLABLE(12))            \
    F(T, UUID,   topic_id,                                SINCE(10))                    \
    F(T, BOOL,   is_internal,                             SINCE(1))                     \
    F(T, ARRAY,  partitions, metadata_response_partition, ALL)                          \
    F(T, INT32,  topic_authorized_operations,             SINCE(8), DEFAULT(INT32_MIN))
HP_STRUCT(metadata_response_topic);

#define hp_metadata_response_fields(F, T)                                               \
    F(T, INT32,  throttle_time_ms,                  SINCE(3))                           \
    F(T, ARRAY,  brokers, metadata_response_broker, ALL)                                \
    F(T, STRING, cluster_id,                        SINCE(2), NULLABLE(2))              \
    F(T, INT32,  controller_id,                     SINCE(1), DEFAULT(-1))              \
    F(T, ARRAY,  topics, metadata_response_topic,   ALL)                                \
    F(T, INT32,  cluster_authorized_operations,     BETWEEN(8, 10), DEFAULT(INT32_MIN)) \
    F(T, INT16,  error_code,                        SINCE(13))
HP_MESSAGE(metadata_response, 0, 13, 9);

/* clang-format on */
