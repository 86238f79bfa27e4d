/* Key 11, JoinGroup. A member enters a group.
 *   v1: rebalance_timeout_ms. v2: throttle_time_ms.
 *   v4: a member without id is told one and joins again (KIP-394). v5: group_instance_id
 *       (KIP-345).
 *   v6: flexible. v7: protocol_type in the answer (KIP-559). v8: reason (KIP-800).
 *   v9: skip_assignment for a static leader (KIP-814).
 */

/* clang-format off */

#define hp_join_group_request_protocol_fields(F, T) \
    F(T, STRING, name,     ALL)                     \
    F(T, BYTES,  metadata, ALL)
HP_STRUCT(join_group_request_protocol);

#define hp_join_group_request_fields(F, T)                                      \
    F(T, STRING, group_id,                               ALL)                   \
    F(T, INT32,  session_timeout_ms,                     ALL)                   \
    F(T, INT32,  rebalance_timeout_ms,                   SINCE(1), DEFAULT(-1)) \
    F(T, STRING, member_id,                              ALL)                   \
    F(T, STRING, group_instance_id,                      SINCE(5), NULLABLE(5)) \
    F(T, STRING, protocol_type,                          ALL)                   \
    F(T, ARRAY,  protocols, join_group_request_protocol, ALL)                   \
    F(T, STRING, reason,                                 SINCE(8), NULLABLE(8))
HP_MESSAGE(join_group_request, 0, 9, 6);

#define hp_join_group_response_member_fields(F, T)         \
    F(T, STRING, member_id,         ALL)                   \
    F(T, STRING, group_instance_id, SINCE(5), NULLABLE(5)) \
    F(T, BYTES,  metadata,          ALL)
HP_STRUCT(join_group_response_member);

#define hp_join_group_response_fields(F, T)                                  \
    F(T, INT32,  throttle_time_ms,                    SINCE(2))              \
    F(T, INT16,  error_code,                          ALL)                   \
    F(T, INT32,  generation_id,                       ALL, DEFAULT(-1))      \
    F(T, STRING, protocol_type,                       SINCE(7), NULLABLE(7)) \
    F(T, STRING, protocol_name,                       ALL, NULLABLE(7))      \
    F(T, STRING, leader,                              ALL)                   \
    F(T, BOOL,   skip_assignment,                     SINCE(9))              \
    F(T, STRING, member_id,                           ALL)                   \
    F(T, ARRAY,  members, join_group_response_member, ALL)
HP_MESSAGE(join_group_response, 0, 9, 6);

/* clang-format on */
