/* Key 2, ListOffsets. Offsets by time.
 *   v0: several offsets of segment starts (old_style_offsets); from v1 one offset with its
 *       timestamp (KIP-79).
 *   v2: isolation_level and throttle_time_ms. v4: leader epochs (KIP-320).
 *   v6: flexible. v7: -3 asks for the maximum timestamp (KIP-734).
 *   v10: timeout_ms (KIP-1075).
 * v3, v5, v8, v9, v11: meaning only (-4 earliest local, -5 latest tiered, -6 earliest pending
 * upload).
 */

/* clang-format off */

#define hp_list_offsets_request_partition_fields(F, T)           \
    F(T, INT32, partition_index,      ALL)                       \
    F(T, INT32, current_leader_epoch, SINCE(4), DEFAULT(-1))     \
    F(T, INT64, timestamp,            ALL)                       \
    F(T, INT32, max_num_offsets,      BETWEEN(0, 0), DEFAULT(1))
HP_STRUCT(list_offsets_request_partition);

#define hp_list_offsets_request_topic_fields(F, T)                \
    F(T, STRING, name,                                       ALL) \
    F(T, ARRAY,  partitions, list_offsets_request_partition, ALL)
HP_STRUCT(list_offsets_request_topic);

#define hp_list_offsets_request_fields(F, T)                   \
    F(T, INT32, replica_id,                         ALL)       \
    F(T, INT8,  isolation_level,                    SINCE(2))  \
    F(T, ARRAY, topics, list_offsets_request_topic, ALL)       \
    F(T, INT32, timeout_ms,                         SINCE(10))
HP_MESSAGE(list_offsets_request, 0, 11, 6);

#define hp_list_offsets_response_partition_fields(F, T)         \
    F(T, INT32,       partition_index,   ALL)                   \
    F(T, INT16,       error_code,        ALL)                   \
    F(T, INT64_ARRAY, old_style_offsets, BETWEEN(0, 0))         \
    F(T, INT64,       timestamp,         SINCE(1), DEFAULT(-1)) \
    F(T, INT64,       offset,            SINCE(1), DEFAULT(-1)) \
    F(T, INT32,       leader_epoch,      SINCE(4), DEFAULT(-1))
HP_STRUCT(list_offsets_response_partition);

#define hp_list_offsets_response_topic_fields(F, T)                \
    F(T, STRING, name,                                        ALL) \
    F(T, ARRAY,  partitions, list_offsets_response_partition, ALL)
HP_STRUCT(list_offsets_response_topic);

#define hp_list_offsets_response_fields(F, T)                  \
    F(T, INT32, throttle_time_ms,                    SINCE(2)) \
    F(T, ARRAY, topics, list_offsets_response_topic, ALL)
HP_MESSAGE(list_offsets_response, 0, 11, 6);

/* clang-format on */
