/* Key 75, DescribeTopicPartitions. Topics in pages, with eligible leader replicas (KIP-966).
 * Flexible from the start.
 */

/* clang-format off */

#define hp_describe_topic_partitions_request_topic_fields(F, T) \
    F(T, STRING, name, ALL)
HP_STRUCT(describe_topic_partitions_request_topic);

#define hp_describe_topic_partitions_request_cursor_fields(F, T) \
    F(T, STRING, topic_name,      ALL)                           \
    F(T, INT32,  partition_index, ALL)
HP_STRUCT(describe_topic_partitions_request_cursor);

#define hp_describe_topic_partitions_request_fields(F, T)                                \
    F(T, ARRAY,    topics, describe_topic_partitions_request_topic,  ALL)                \
    F(T, INT32,    response_partition_limit,                         ALL, DEFAULT(2000)) \
    F(T, OPTIONAL, cursor, describe_topic_partitions_request_cursor, ALL)
HP_MESSAGE(describe_topic_partitions_request, 0, 0, 0);

#define hp_describe_topic_partitions_response_partition_fields(F, T)                \
    F(T, INT16,       error_code,               ALL)                                \
    F(T, INT32,       partition_index,          ALL)                                \
    F(T, INT32,       leader_id,                ALL)                                \
    F(T, INT32,       leader_epoch,             ALL, DEFAULT(-1))                   \
    F(T, INT32_ARRAY, replica_nodes,            ALL)                                \
    F(T, INT32_ARRAY, isr_nodes,                ALL)                                \
    F(T, INT32_ARRAY, eligible_leader_replicas, ALL, NULLABLE(0), DEFAULT(HP_NULL)) \
    F(T, INT32_ARRAY, last_known_elr,           ALL, NULLABLE(0), DEFAULT(HP_NULL)) \
    F(T, INT32_ARRAY, offline_replicas,         ALL)
HP_STRUCT(describe_topic_partitions_response_partition);

#define hp_describe_topic_partitions_response_topic_fields(F, T)               \
    F(T, INT16, error_code, ALL)                                               \
    F(T, STRING, name, ALL, NULLABLE(0))                                       \
    F(T, UUID, topic_id, ALL)                                                  \
    F(T, BOOL, is_internal, ALL)                                               \
    F(T, ARRAY, partitions, describe_topic_partitions_response_partition, ALL) \
    F(T, INT32, topic_authorized_operations, ALL, DEFAULT(INT32_MIN))
HP_STRUCT(describe_topic_partitions_response_topic);

#define hp_describe_topic_partitions_response_next_cursor_fields(F, T) \
    F(T, STRING, topic_name,      ALL)                                 \
    F(T, INT32,  partition_index, ALL)
HP_STRUCT(describe_topic_partitions_response_next_cursor);

#define hp_describe_topic_partitions_response_fields(F, T)                           \
    F(T, INT32,    throttle_time_ms,                                            ALL) \
    F(T, ARRAY,    topics, describe_topic_partitions_response_topic,            ALL) \
    F(T, OPTIONAL, next_cursor, describe_topic_partitions_response_next_cursor, ALL)
HP_MESSAGE(describe_topic_partitions_response, 0, 0, 0);

/* clang-format on */
