/* Key 35, DescribeLogDirs. v2: flexible. v3: error_code for the whole answer (KIP-784). v4:
 * total and usable bytes (KIP-827).
 *   v5: is_cordoned (KIP-1066).
 */

/* clang-format off */

#define hp_describe_log_dirs_request_topic_fields(F, T) \
    F(T, STRING,      topic,      ALL)                  \
    F(T, INT32_ARRAY, partitions, ALL)
HP_STRUCT(describe_log_dirs_request_topic);

#define hp_describe_log_dirs_request_fields(F, T)                          \
    F(T, ARRAY, topics, describe_log_dirs_request_topic, ALL, NULLABLE(0))
HP_MESSAGE(describe_log_dirs_request, 0, 5, 2);

#define hp_describe_log_dirs_response_partition_fields(F, T) \
    F(T, INT32, partition_index, ALL)                        \
    F(T, INT64, partition_size,  ALL)                        \
    F(T, INT64, offset_lag,      ALL)                        \
    F(T, BOOL,  is_future_key,   ALL)
HP_STRUCT(describe_log_dirs_response_partition);

#define hp_describe_log_dirs_response_topic_fields(F, T)                \
    F(T, STRING, name,                                             ALL) \
    F(T, ARRAY,  partitions, describe_log_dirs_response_partition, ALL)
HP_STRUCT(describe_log_dirs_response_topic);

#define hp_describe_log_dirs_response_result_fields(F, T)                         \
    F(T, INT16,  error_code,                               ALL)                   \
    F(T, STRING, log_dir,                                  ALL)                   \
    F(T, ARRAY,  topics, describe_log_dirs_response_topic, ALL)                   \
    F(T, INT64,  total_bytes,                              SINCE(4), DEFAULT(-1)) \
    F(T, INT64,  usable_bytes,                             SINCE(4), DEFAULT(-1)) \
    F(T, BOOL,   is_cordoned,                              SINCE(5))
HP_STRUCT(describe_log_dirs_response_result);

#define hp_describe_log_dirs_response_fields(F, T)                    \
    F(T, INT32, throttle_time_ms,                           ALL)      \
    F(T, INT16, error_code,                                 SINCE(3)) \
    F(T, ARRAY, results, describe_log_dirs_response_result, ALL)
HP_MESSAGE(describe_log_dirs_response, 0, 5, 2);

/* clang-format on */
