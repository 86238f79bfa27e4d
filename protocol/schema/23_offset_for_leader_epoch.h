/* Key 23, OffsetForLeaderEpoch. Where a leader epoch ended (KIP-101, KIP-320).
 *   v1: leader_epoch in the answer. v2: current_leader_epoch, throttle_time_ms. v3: replica_id.
 *       v4: flexible.
 */

/* clang-format off */

#define hp_offset_for_leader_epoch_request_partition_fields(F, T) \
    F(T, INT32, partition,            ALL)                        \
    F(T, INT32, current_leader_epoch, SINCE(2), DEFAULT(-1))      \
    F(T, INT32, leader_epoch,         ALL)
HP_STRUCT(offset_for_leader_epoch_request_partition);

#define hp_offset_for_leader_epoch_request_topic_fields(F, T)                \
    F(T, STRING, topic,                                                 ALL) \
    F(T, ARRAY,  partitions, offset_for_leader_epoch_request_partition, ALL)
HP_STRUCT(offset_for_leader_epoch_request_topic);

#define hp_offset_for_leader_epoch_request_fields(F, T)                               \
    F(T, INT32, replica_id,                                    SINCE(3), DEFAULT(-2)) \
    F(T, ARRAY, topics, offset_for_leader_epoch_request_topic, ALL)
HP_MESSAGE(offset_for_leader_epoch_request, 0, 4, 4);

#define hp_offset_for_leader_epoch_response_partition_fields(F, T) \
    F(T, INT16, error_code,   ALL)                                 \
    F(T, INT32, partition,    ALL)                                 \
    F(T, INT32, leader_epoch, SINCE(1), DEFAULT(-1))               \
    F(T, INT64, end_offset,   ALL, DEFAULT(-1))
HP_STRUCT(offset_for_leader_epoch_response_partition);

#define hp_offset_for_leader_epoch_response_topic_fields(F, T)                \
    F(T, STRING, topic,                                                  ALL) \
    F(T, ARRAY,  partitions, offset_for_leader_epoch_response_partition, ALL)
HP_STRUCT(offset_for_leader_epoch_response_topic);

#define hp_offset_for_leader_epoch_response_fields(F, T)                  \
    F(T, INT32, throttle_time_ms,                               SINCE(2)) \
    F(T, ARRAY, topics, offset_for_leader_epoch_response_topic, ALL)
HP_MESSAGE(offset_for_leader_epoch_response, 0, 4, 4);

/* clang-format on */
