/* Key 46, ListPartitionReassignments. Flexible from the start (KIP-455).
 */

/* clang-format off */

#define hp_list_partition_reassignments_request_topic_fields(F, T) \
    F(T, STRING,      name,              ALL)                      \
    F(T, INT32_ARRAY, partition_indexes, ALL)
HP_STRUCT(list_partition_reassignments_request_topic);

#define hp_list_partition_reassignments_request_fields(F, T)        \
    F(T, INT32, timeout_ms, ALL, DEFAULT(60000))                    \
    F(T, ARRAY, topics, list_partition_reassignments_request_topic, \
      ALL, NULLABLE(0), DEFAULT(HP_NULL))
HP_MESSAGE(list_partition_reassignments_request, 0, 0, 0);

#define hp_list_partition_reassignments_response_partition_fields(F, T) \
    F(T, INT32,       partition_index,   ALL)                           \
    F(T, INT32_ARRAY, replicas,          ALL)                           \
    F(T, INT32_ARRAY, adding_replicas,   ALL)                           \
    F(T, INT32_ARRAY, removing_replicas, ALL)
HP_STRUCT(list_partition_reassignments_response_partition);

#define hp_list_partition_reassignments_response_topic_fields(F, T)                \
    F(T, STRING, name,                                                        ALL) \
    F(T, ARRAY,  partitions, list_partition_reassignments_response_partition, ALL)
HP_STRUCT(list_partition_reassignments_response_topic);

#define hp_list_partition_reassignments_response_fields(F, T)                           \
    F(T, INT32,  throttle_time_ms,                                    ALL)              \
    F(T, INT16,  error_code,                                          ALL)              \
    F(T, STRING, error_message,                                       ALL, NULLABLE(0)) \
    F(T, ARRAY,  topics, list_partition_reassignments_response_topic, ALL)
HP_MESSAGE(list_partition_reassignments_response, 0, 0, 0);

/* clang-format on */
