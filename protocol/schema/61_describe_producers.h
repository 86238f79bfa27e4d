/* Key 61, DescribeProducers. Producers that are active in partitions (KIP-664). Flexible from
 * the start.
 */

/* clang-format off */

#define hp_describe_producers_request_topic_fields(F, T) \
    F(T, STRING,      name,              ALL)            \
    F(T, INT32_ARRAY, partition_indexes, ALL)
HP_STRUCT(describe_producers_request_topic);

#define hp_describe_producers_request_fields(F, T)             \
    F(T, ARRAY, topics, describe_producers_request_topic, ALL)
HP_MESSAGE(describe_producers_request, 0, 0, 0);

#define hp_describe_producers_response_active_producer_fields(F, T) \
    F(T, INT64, producer_id,              ALL)                      \
    F(T, INT32, producer_epoch,           ALL)                      \
    F(T, INT32, last_sequence,            ALL, DEFAULT(-1))         \
    F(T, INT64, last_timestamp,           ALL, DEFAULT(-1))         \
    F(T, INT32, coordinator_epoch,        ALL)                      \
    F(T, INT64, current_txn_start_offset, ALL, DEFAULT(-1))
HP_STRUCT(describe_producers_response_active_producer);

#define hp_describe_producers_response_partition_fields(F, T)                                     \
    F(T, INT32,  partition_index,                                               ALL)              \
    F(T, INT16,  error_code,                                                    ALL)              \
    F(T, STRING, error_message,                                                 ALL, NULLABLE(0)) \
    F(T, ARRAY,  active_producers, describe_producers_response_active_producer, ALL)
HP_STRUCT(describe_producers_response_partition);

#define hp_describe_producers_response_topic_fields(F, T)                \
    F(T, STRING, name,                                              ALL) \
    F(T, ARRAY,  partitions, describe_producers_response_partition, ALL)
HP_STRUCT(describe_producers_response_topic);

#define hp_describe_producers_response_fields(F, T)             \
    F(T, INT32, throttle_time_ms,                          ALL) \
    F(T, ARRAY, topics, describe_producers_response_topic, ALL)
HP_MESSAGE(describe_producers_response, 0, 0, 0);

/* clang-format on */
