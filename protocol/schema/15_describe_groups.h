/* Key 15, DescribeGroups. State and members of groups.
 *   v1: throttle_time_ms. v3: authorized operations (KIP-430). v4: group_instance_id. v5:
 *       flexible.
 *   v6: error_message, and an unknown group is GROUP_ID_NOT_FOUND (KIP-1043).
 */

/* clang-format off */

#define hp_describe_groups_request_fields(F, T)                 \
    F(T, STRING_ARRAY, groups,                        ALL)      \
    F(T, BOOL,         include_authorized_operations, SINCE(3))
HP_MESSAGE(describe_groups_request, 0, 6, 5);

#define hp_describe_groups_response_member_fields(F, T)    \
    F(T, STRING, member_id,         ALL)                   \
    F(T, STRING, group_instance_id, SINCE(4), NULLABLE(4)) \
    F(T, STRING, client_id,         ALL)                   \
    F(T, STRING, client_host,       ALL)                   \
    F(T, BYTES,  member_metadata,   ALL)                   \
    F(T, BYTES,  member_assignment, ALL)
HP_STRUCT(describe_groups_response_member);

#define hp_describe_groups_response_group_fields(F, T)                                   \
    F(T, INT16,  error_code,                               ALL)                          \
    F(T, STRING, error_message,                            SINCE(6), NULLABLE(6))        \
    F(T, STRING, group_id,                                 ALL)                          \
    F(T, STRING, group_state,                              ALL)                          \
    F(T, STRING, protocol_type,                            ALL)                          \
    F(T, STRING, protocol_data,                            ALL)                          \
    F(T, ARRAY,  members, describe_groups_response_member, ALL)                          \
    F(T, INT32,  authorized_operations,                    SINCE(3), DEFAULT(INT32_MIN))
HP_STRUCT(describe_groups_response_group);

#define hp_describe_groups_response_fields(F, T)                  \
    F(T, INT32, throttle_time_ms,                       SINCE(1)) \
    F(T, ARRAY, groups, describe_groups_response_group, ALL)
HP_MESSAGE(describe_groups_response, 0, 6, 5);

/* clang-format on */
