/* Key 37, CreatePartitions. v2: flexible. v1, v3: meaning only (throttling).
 */

/* clang-format off */

#define hp_create_partitions_request_assignment_fields(F, T) \
    F(T, INT32_ARRAY, broker_ids, ALL)
HP_STRUCT(create_partitions_request_assignment);

#define hp_create_partitions_request_topic_fields(F, T)                               \
    F(T, STRING, name,                                              ALL)              \
    F(T, INT32,  count,                                             ALL)              \
    F(T, ARRAY,  assignments, create_partitions_request_assignment, ALL, NULLABLE(0))
HP_STRUCT(create_partitions_request_topic);

#define hp_create_partitions_request_fields(F, T)             \
    F(T, ARRAY, topics, create_partitions_request_topic, ALL) \
    F(T, INT32, timeout_ms,                              ALL) \
    F(T, BOOL,  validate_only,                           ALL)
HP_MESSAGE(create_partitions_request, 0, 3, 2);

#define hp_create_partitions_response_result_fields(F, T) \
    F(T, STRING, name,          ALL)                      \
    F(T, INT16,  error_code,    ALL)                      \
    F(T, STRING, error_message, ALL, NULLABLE(0))
HP_STRUCT(create_partitions_response_result);

#define hp_create_partitions_response_fields(F, T)               \
    F(T, INT32, throttle_time_ms,                           ALL) \
    F(T, ARRAY, results, create_partitions_response_result, ALL)
HP_MESSAGE(create_partitions_response, 0, 3, 2);

/* clang-format on */
