/* Key 47, OffsetDelete. Deletes stored positions of a group (KIP-496). Never flexible.
 */

/* clang-format off */

#define hp_offset_delete_request_partition_fields(F, T) \
    F(T, INT32, partition_index, ALL)
HP_STRUCT(offset_delete_request_partition);

#define hp_offset_delete_request_topic_fields(F, T)                \
    F(T, STRING, name,                                        ALL) \
    F(T, ARRAY,  partitions, offset_delete_request_partition, ALL)
HP_STRUCT(offset_delete_request_topic);

#define hp_offset_delete_request_fields(F, T)              \
    F(T, STRING, group_id,                            ALL) \
    F(T, ARRAY,  topics, offset_delete_request_topic, ALL)
HP_MESSAGE(offset_delete_request, 0, 0, HP_NEVER);

#define hp_offset_delete_response_partition_fields(F, T) \
    F(T, INT32, partition_index, ALL)                    \
    F(T, INT16, error_code,      ALL)
HP_STRUCT(offset_delete_response_partition);

#define hp_offset_delete_response_topic_fields(F, T)                \
    F(T, STRING, name,                                         ALL) \
    F(T, ARRAY,  partitions, offset_delete_response_partition, ALL)
HP_STRUCT(offset_delete_response_topic);

#define hp_offset_delete_response_fields(F, T)             \
    F(T, INT16, error_code,                           ALL) \
    F(T, INT32, throttle_time_ms,                     ALL) \
    F(T, ARRAY, topics, offset_delete_response_topic, ALL)
HP_MESSAGE(offset_delete_response, 0, 0, HP_NEVER);

/* clang-format on */
