/* Key 13, LeaveGroup. Members leave a group.
 *   v1: throttle_time_ms. v3: several members at once (KIP-345). v4: flexible. v5: reason
 *       (KIP-800).
 */

/* clang-format off */

#define hp_leave_group_request_member_fields(F, T)         \
    F(T, STRING, member_id,         SINCE(3))              \
    F(T, STRING, group_instance_id, SINCE(3), NULLABLE(3)) \
    F(T, STRING, reason,            SINCE(5), NULLABLE(5))
HP_STRUCT(leave_group_request_member);

#define hp_leave_group_request_fields(F, T)                             \
    F(T, STRING, group_id,                            ALL)              \
    F(T, STRING, member_id,                           BETWEEN(0, 2))    \
    F(T, ARRAY,  members, leave_group_request_member, SINCE(3), STRICT)
HP_MESSAGE(leave_group_request, 0, 5, 4);

#define hp_leave_group_response_member_fields(F, T)        \
    F(T, STRING, member_id,         SINCE(3))              \
    F(T, STRING, group_instance_id, SINCE(3), NULLABLE(3)) \
    F(T, INT16,  error_code,        SINCE(3))
HP_STRUCT(leave_group_response_member);

#define hp_leave_group_response_fields(F, T)                    \
    F(T, INT32, throttle_time_ms,                     SINCE(1)) \
    F(T, INT16, error_code,                           ALL)      \
    F(T, ARRAY, members, leave_group_response_member, SINCE(3))
HP_MESSAGE(leave_group_response, 0, 5, 4);

/* clang-format on */
