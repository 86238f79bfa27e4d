/* Key 8, OffsetCommit. Group members and tools store positions.
 *   v2: retention_time_ms, until v4. v3: throttle_time_ms.
 *   v6: committed_leader_epoch (KIP-320). v7: group_instance_id (KIP-345). v8: flexible.
 *   v9: the generation may be a member epoch (KIP-848). v10: topics by id (KIP-848).
 *   v0 and v1, which carried no generation or a timestamp, are not known.
 */

/* clang-format off */

#define hp_offset_commit_request_partition_fields(F, T)              \
    F(T, INT32,  partition_index,        ALL)                        \
    F(T, INT64,  committed_offset,       ALL)                        \
    F(T, INT32,  committed_leader_epoch, SINCE(6), DEFAULT(-1))      \
    F(T, INT64,  commit_timestamp,       BETWEEN(1, 1), DEFAULT(-1)) \
    F(T, STRING, committed_metadata,     ALL, NULLABLE(0))
HP_STRUCT(offset_commit_request_partition);

#define hp_offset_commit_request_topic_fields(F, T)                          \
    F(T, STRING, name,                                        BETWEEN(0, 9)) \
    F(T, UUID,   topic_id,                                    SINCE(10))     \
    F(T, ARRAY,  partitions, offset_commit_request_partition, ALL)
HP_STRUCT(offset_commit_request_topic);

#define hp_offset_commit_request_fields(F, T)                                     \
    F(T, STRING, group_id,                            ALL)                        \
    F(T, INT32,  generation_id_or_member_epoch,       SINCE(1), DEFAULT(-1))      \
    F(T, STRING, member_id,                           SINCE(1))                   \
    F(T, STRING, group_instance_id,                   SINCE(7), NULLABLE(7))      \
    F(T, INT64,  retention_time_ms,                   BETWEEN(2, 4), DEFAULT(-1)) \
    F(T, ARRAY,  topics, offset_commit_request_topic, ALL)
HP_MESSAGE(offset_commit_request, 2, 10, 8);

#define hp_offset_commit_response_partition_fields(F, T) \
    F(T, INT32, partition_index, ALL)                    \
    F(T, INT16, error_code,      ALL)
HP_STRUCT(offset_commit_response_partition);

#define hp_offset_commit_response_topic_fields(F, T)                          \
    F(T, STRING, name,                                         BETWEEN(0, 9)) \
    F(T, UUID,   topic_id,                                     SINCE(10))     \
    F(T, ARRAY,  partitions, offset_commit_response_partition, ALL)
HP_STRUCT(offset_commit_response_topic);

#define hp_offset_commit_response_fields(F, T)                  \
    F(T, INT32, throttle_time_ms,                     SINCE(3)) \
    F(T, ARRAY, topics, offset_commit_response_topic, ALL)
HP_MESSAGE(offset_commit_response, 2, 10, 8);

/* clang-format on */
