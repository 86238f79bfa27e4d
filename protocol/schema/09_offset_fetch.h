/* Key 9, OffsetFetch. Group members and tools read stored positions.
 *   v2: null topics ask for all; error_code for the group. v3: throttle_time_ms.
 *   v5: committed_leader_epoch. v6: flexible. v7: require_stable (KIP-447).
 *   v8: several groups in one request: `groups` replaces group_id and topics (KIP-709).
 *   v9: member_id and member_epoch (KIP-848). v10: topics by id (KIP-848).
 */

/* clang-format off */

#define hp_offset_fetch_request_topic_fields(F, T)      \
    F(T, STRING,      name,              BETWEEN(0, 7)) \
    F(T, INT32_ARRAY, partition_indexes, BETWEEN(0, 7))
HP_STRUCT(offset_fetch_request_topic);

#define hp_offset_fetch_request_group_topic_fields(F, T) \
    F(T, STRING,      name,              BETWEEN(8, 9))  \
    F(T, UUID,        topic_id,          SINCE(10))      \
    F(T, INT32_ARRAY, partition_indexes, SINCE(8))
HP_STRUCT(offset_fetch_request_group_topic);

#define hp_offset_fetch_request_group_fields(F, T)                                \
    F(T, STRING, group_id,                                 SINCE(8))              \
    F(T, STRING, member_id,                                SINCE(9), NULLABLE(9)) \
    F(T, INT32,  member_epoch,                             SINCE(9), DEFAULT(-1)) \
    F(T, ARRAY,  topics, offset_fetch_request_group_topic, SINCE(8), NULLABLE(8))
HP_STRUCT(offset_fetch_request_group);

#define hp_offset_fetch_request_fields(F, T)                                     \
    F(T, STRING, group_id,                           BETWEEN(0, 7))              \
    F(T, ARRAY,  topics, offset_fetch_request_topic, BETWEEN(0, 7), NULLABLE(2)) \
    F(T, ARRAY,  groups, offset_fetch_request_group, SINCE(8), STRICT)           \
    F(T, BOOL,   require_stable,                     SINCE(7))
HP_MESSAGE(offset_fetch_request, 1, 10, 6);

#define hp_offset_fetch_response_partition_fields(F, T)              \
    F(T, INT32,  partition_index,        BETWEEN(0, 7))              \
    F(T, INT64,  committed_offset,       BETWEEN(0, 7))              \
    F(T, INT32,  committed_leader_epoch, BETWEEN(5, 7), DEFAULT(-1)) \
    F(T, STRING, metadata,               BETWEEN(0, 7), NULLABLE(0)) \
    F(T, INT16,  error_code,             BETWEEN(0, 7))
HP_STRUCT(offset_fetch_response_partition);

#define hp_offset_fetch_response_topic_fields(F, T)                          \
    F(T, STRING, name,                                        BETWEEN(0, 7)) \
    F(T, ARRAY,  partitions, offset_fetch_response_partition, BETWEEN(0, 7))
HP_STRUCT(offset_fetch_response_topic);

#define hp_offset_fetch_response_group_partition_fields(F, T)   \
    F(T, INT32,  partition_index,        SINCE(8))              \
    F(T, INT64,  committed_offset,       SINCE(8))              \
    F(T, INT32,  committed_leader_epoch, SINCE(8), DEFAULT(-1)) \
    F(T, STRING, metadata,               SINCE(8), NULLABLE(8)) \
    F(T, INT16,  error_code,             SINCE(8))
HP_STRUCT(offset_fetch_response_group_partition);

#define hp_offset_fetch_response_group_topic_fields(F, T)                          \
    F(T, STRING, name,                                              BETWEEN(8, 9)) \
    F(T, UUID,   topic_id,                                          SINCE(10))     \
    F(T, ARRAY,  partitions, offset_fetch_response_group_partition, SINCE(8))
HP_STRUCT(offset_fetch_response_group_topic);

#define hp_offset_fetch_response_group_fields(F, T)                   \
    F(T, STRING, group_id,                                  SINCE(8)) \
    F(T, ARRAY,  topics, offset_fetch_response_group_topic, SINCE(8)) \
    F(T, INT16,  error_code,                                SINCE(8))
HP_STRUCT(offset_fetch_response_group);

#define hp_offset_fetch_response_fields(F, T)                          \
    F(T, INT32, throttle_time_ms,                    SINCE(3))         \
    F(T, ARRAY, topics, offset_fetch_response_topic, BETWEEN(0, 7))    \
    F(T, INT16, error_code,                          BETWEEN(2, 7))    \
    F(T, ARRAY, groups, offset_fetch_response_group, SINCE(8), STRICT)
HP_MESSAGE(offset_fetch_response, 1, 10, 6);

/* clang-format on */
