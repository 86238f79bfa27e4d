/* Key 1, Fetch. Consumers read record batches.
 *   v4: isolation level, last stable offset and aborted transactions (KIP-98). The first version
 *       with record batch v2.
 *   v5: log_start_offset (KIP-107).
 *   v7: fetch sessions (KIP-227).
 *   v9: current_leader_epoch fences stale clients (KIP-320).
 *   v11: rack_id and preferred_read_replica (KIP-392).
 *   v12: flexible; last_fetched_epoch and diverging_epoch (KIP-595).
 *   v13: topics by id (KIP-516).
 *   v15: replica_state instead of replica_id (KIP-903).
 *   v16: node_endpoints (KIP-951).
 *   v17: replica_directory_id (KIP-853). v18: high_watermark of the follower (KIP-1166).
 * v6, v8, v10, v14: meaning only (errors, throttling before the answer, zstd allowed, tiered
 * storage).
 */

/* clang-format off */

#define hp_fetch_request_replica_state_fields(F, T)    \
    F(T, INT32, replica_id,    SINCE(15), DEFAULT(-1)) \
    F(T, INT64, replica_epoch, SINCE(15), DEFAULT(-1))
HP_STRUCT(fetch_request_replica_state);

#define hp_fetch_request_partition_fields(F, T)                              \
    F(T, INT32, partition,            ALL)                                   \
    F(T, INT32, current_leader_epoch, SINCE(9), DEFAULT(-1))                 \
    F(T, INT64, fetch_offset,         ALL)                                   \
    F(T, INT32, last_fetched_epoch,   SINCE(12), DEFAULT(-1))                \
    F(T, INT64, log_start_offset,     SINCE(5), DEFAULT(-1))                 \
    F(T, INT32, partition_max_bytes,  ALL)                                   \
    F(T, UUID,  replica_directory_id, SINCE(17), TAG(0))                     \
    F(T, INT64, high_watermark,       SINCE(18), TAG(1), DEFAULT(INT64_MAX))
HP_STRUCT(fetch_request_partition);

#define hp_fetch_request_topic_fields(F, T)                           \
    F(T, STRING, topic,                               BETWEEN(0, 12)) \
    F(T, UUID,   topic_id,                            SINCE(13))      \
    F(T, ARRAY,  partitions, fetch_request_partition, ALL)
HP_STRUCT(fetch_request_topic);

#define hp_fetch_request_forgotten_topic_fields(F, T) \
    F(T, STRING,      topic,      BETWEEN(7, 12))     \
    F(T, UUID,        topic_id,   SINCE(13))          \
    F(T, INT32_ARRAY, partitions, SINCE(7))
HP_STRUCT(fetch_request_forgotten_topic);

#define hp_fetch_request_fields(F, T)                                           \
    F(T, STRING, cluster_id, SINCE(12), NULLABLE(12), TAG(0))                   \
    F(T, INT32, replica_id, BETWEEN(0, 14), DEFAULT(-1))                        \
    F(T, STRUCT, replica_state, fetch_request_replica_state, SINCE(15), TAG(1)) \
    F(T, INT32, max_wait_ms, ALL)                                               \
    F(T, INT32, min_bytes, ALL)                                                 \
    F(T, INT32, max_bytes, SINCE(3), DEFAULT(INT32_MAX))                        \
    F(T, INT8, isolation_level, SINCE(4))                                       \
    F(T, INT32, session_id, SINCE(7))                                           \
    F(T, INT32, session_epoch, SINCE(7), DEFAULT(-1))                           \
    F(T, ARRAY, topics, fetch_request_topic, ALL)                               \
    F(T, ARRAY, forgotten_topics_data, fetch_request_forgotten_topic, SINCE(7)) \
    F(T, STRING, rack_id, SINCE(11))
HP_MESSAGE(fetch_request, 4, 18, 12);

#define hp_fetch_response_diverging_epoch_fields(F, T) \
    F(T, INT32, epoch,      SINCE(12), DEFAULT(-1))    \
    F(T, INT64, end_offset, SINCE(12), DEFAULT(-1))
HP_STRUCT(fetch_response_diverging_epoch);

#define hp_fetch_response_current_leader_fields(F, T) \
    F(T, INT32, leader_id,    SINCE(12), DEFAULT(-1)) \
    F(T, INT32, leader_epoch, SINCE(12), DEFAULT(-1))
HP_STRUCT(fetch_response_current_leader);

#define hp_fetch_response_snapshot_id_fields(F, T) \
    F(T, INT64, end_offset, ALL, DEFAULT(-1))      \
    F(T, INT32, epoch,      ALL, DEFAULT(-1))
HP_STRUCT(fetch_response_snapshot_id);

#define hp_fetch_response_aborted_transaction_fields(F, T) \
    F(T, INT64, producer_id,  SINCE(4))                    \
    F(T, INT64, first_offset, SINCE(4))
HP_STRUCT(fetch_response_aborted_transaction);

#define hp_fetch_response_partition_fields(F, T)                                                 \
    F(T, INT32, partition_index, ALL)                                                            \
    F(T, INT16, error_code, ALL)                                                                 \
    F(T, INT64, high_watermark, ALL)                                                             \
    F(T, INT64, last_stable_offset, SINCE(4), DEFAULT(-1))                                       \
    F(T, INT64, log_start_offset, SINCE(5), DEFAULT(-1))                                         \
    F(T, STRUCT, diverging_epoch, fetch_response_diverging_epoch, SINCE(12), TAG(0))             \
    F(T, STRUCT, current_leader, fetch_response_current_leader, SINCE(12), TAG(1))               \
    F(T, STRUCT, snapshot_id, fetch_response_snapshot_id, SINCE(12), TAG(2))                     \
    F(T, ARRAY, aborted_transactions, fetch_response_aborted_transaction, SINCE(4), NULLABLE(4)) \
    F(T, INT32, preferred_read_replica, SINCE(11), DEFAULT(-1))                                  \
    F(T, RECORDS, records, ALL, NULLABLE(0))
HP_STRUCT(fetch_response_partition);

#define hp_fetch_response_topic_fields(F, T)                           \
    F(T, STRING, topic,                                BETWEEN(0, 12)) \
    F(T, UUID,   topic_id,                             SINCE(13))      \
    F(T, ARRAY,  partitions, fetch_response_partition, ALL)
HP_STRUCT(fetch_response_topic);

#define hp_fetch_response_node_endpoint_fields(F, T) \
    F(T, INT32,  node_id, SINCE(16))                 \
    F(T, STRING, host,    SINCE(16))                 \
    F(T, INT32,  port,    SINCE(16))                 \
    F(T, STRING, rack,    SINCE(16), NULLABLE(16))
HP_STRUCT(fetch_response_node_endpoint);

#define hp_fetch_response_fields(F, T)                                           \
    F(T, INT32, throttle_time_ms,                             SINCE(1))          \
    F(T, INT16, error_code,                                   SINCE(7))          \
    F(T, INT32, session_id,                                   SINCE(7))          \
    F(T, ARRAY, responses, fetch_response_topic,              ALL)               \
    F(T, ARRAY, node_endpoints, fetch_response_node_endpoint, SINCE(16), TAG(0))
HP_MESSAGE(fetch_response, 4, 18, 12);

/* clang-format on */
