/* Key 21, DeleteRecords. Moves the log start offset. v2: flexible.
 */

/* clang-format off */

#define hp_delete_records_request_partition_fields(F, T) \
    F(T, INT32, partition_index, ALL)                    \
    F(T, INT64, offset,          ALL)
HP_STRUCT(delete_records_request_partition);

#define hp_delete_records_request_topic_fields(F, T)                \
    F(T, STRING, name,                                         ALL) \
    F(T, ARRAY,  partitions, delete_records_request_partition, ALL)
HP_STRUCT(delete_records_request_topic);

#define hp_delete_records_request_fields(F, T)             \
    F(T, ARRAY, topics, delete_records_request_topic, ALL) \
    F(T, INT32, timeout_ms,                           ALL)
HP_MESSAGE(delete_records_request, 0, 2, 2);

#define hp_delete_records_response_partition_fields(F, T) \
    F(T, INT32, partition_index, ALL)                     \
    F(T, INT64, low_watermark,   ALL)                     \
    F(T, INT16, error_code,      ALL)
HP_STRUCT(delete_records_response_partition);

#define hp_delete_records_response_topic_fields(F, T)                \
    F(T, STRING, name,                                          ALL) \
    F(T, ARRAY,  partitions, delete_records_response_partition, ALL)
HP_STRUCT(delete_records_response_topic);

#define hp_delete_records_response_fields(F, T)             \
    F(T, INT32, throttle_time_ms,                      ALL) \
    F(T, ARRAY, topics, delete_records_response_topic, ALL)
HP_MESSAGE(delete_records_response, 0, 2, 2);

/* clang-format on */
