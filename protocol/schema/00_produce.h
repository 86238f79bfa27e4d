/* Key 0, Produce. Producers send record batches.
 *   v3: record batch v2 and transactional ids (KIP-98).
 *   v5: log_start_offset in answers (KIP-107).
 *   v8: record_errors and error_message say which records were refused (KIP-467).
 *   v9: flexible.
 *   v10: current_leader and node_endpoints help a client that asked the wrong broker (KIP-951).
 *   v13: topics by id (KIP-516).
 * v1, v2, v4, v6, v7, v11, v12: meaning only (throttle time and append time, formats, zstd,
 * transactions v2).
 */

/* clang-format off */

#define hp_produce_request_partition_fields(F, T) \
    F(T, INT32,   index,   ALL)                   \
    F(T, RECORDS, records, ALL, NULLABLE(0))
HP_STRUCT(produce_request_partition);

#define hp_produce_request_topic_fields(F, T)                               \
    F(T, STRING, name,                                      BETWEEN(0, 12)) \
    F(T, UUID,   topic_id,                                  SINCE(13))      \
    F(T, ARRAY,  partition_data, produce_request_partition, ALL)
HP_STRUCT(produce_request_topic);

#define hp_produce_request_fields(F, T)                                    \
    F(T, STRING, transactional_id,                  SINCE(3), NULLABLE(3)) \
    F(T, INT16,  acks,                              ALL)                   \
    F(T, INT32,  timeout_ms,                        ALL)                   \
    F(T, ARRAY,  topic_data, produce_request_topic, ALL)
HP_MESSAGE(produce_request, 0, 13, 9);

#define hp_produce_response_record_error_fields(F, T)              \
    F(T, INT32,  batch_index,               SINCE(8))              \
    F(T, STRING, batch_index_error_message, SINCE(8), NULLABLE(8))
HP_STRUCT(produce_response_record_error);

#define hp_produce_response_current_leader_fields(F, T) \
    F(T, INT32, leader_id,    SINCE(10), DEFAULT(-1))   \
    F(T, INT32, leader_epoch, SINCE(10), DEFAULT(-1))
HP_STRUCT(produce_response_current_leader);

#define hp_produce_response_partition_fields(F, T)                                       \
    F(T, INT32,  index,                                           ALL)                   \
    F(T, INT16,  error_code,                                      ALL)                   \
    F(T, INT64,  base_offset,                                     ALL)                   \
    F(T, INT64,  log_append_time_ms,                              SINCE(2), DEFAULT(-1)) \
    F(T, INT64,  log_start_offset,                                SINCE(5), DEFAULT(-1)) \
    F(T, ARRAY,  record_errors, produce_response_record_error,    SINCE(8))              \
    F(T, STRING, error_message,                                   SINCE(8), NULLABLE(8)) \
    F(T, STRUCT, current_leader, produce_response_current_leader, SINCE(10), TAG(0))
HP_STRUCT(produce_response_partition);

#define hp_produce_response_topic_fields(F, T)                                    \
    F(T, STRING, name,                                            BETWEEN(0, 12)) \
    F(T, UUID,   topic_id,                                        SINCE(13))      \
    F(T, ARRAY,  partition_responses, produce_response_partition, ALL)
HP_STRUCT(produce_response_topic);

#define hp_produce_response_node_endpoint_fields(F, T) \
    F(T, INT32,  node_id, SINCE(10))                   \
    F(T, STRING, host,    SINCE(10))                   \
    F(T, INT32,  port,    SINCE(10))                   \
    F(T, STRING, rack,    SINCE(10), NULLABLE(10))
HP_STRUCT(produce_response_node_endpoint);

#define hp_produce_response_fields(F, T)                                           \
    F(T, ARRAY, responses, produce_response_topic,              ALL)               \
    F(T, INT32, throttle_time_ms,                               SINCE(1))          \
    F(T, ARRAY, node_endpoints, produce_response_node_endpoint, SINCE(10), TAG(0))
HP_MESSAGE(produce_response, 0, 13, 9);

/* clang-format on */
