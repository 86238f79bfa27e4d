/* Key 14, SyncGroup. The leader hands out the assignment, members receive it.
 *   v1: throttle_time_ms. v3: group_instance_id (KIP-345). v4: flexible.
 *   v5: protocol_type and protocol_name are checked and answered (KIP-559).
 */

/* clang-format off */

#define hp_sync_group_request_assignment_fields(F, T) \
    F(T, STRING, member_id,  ALL)                     \
    F(T, BYTES,  assignment, ALL)
HP_STRUCT(sync_group_request_assignment);

#define hp_sync_group_request_fields(F, T)                                          \
    F(T, STRING, group_id,                                   ALL)                   \
    F(T, INT32,  generation_id,                              ALL)                   \
    F(T, STRING, member_id,                                  ALL)                   \
    F(T, STRING, group_instance_id,                          SINCE(3), NULLABLE(3)) \
    F(T, STRING, protocol_type,                              SINCE(5), NULLABLE(5)) \
    F(T, STRING, protocol_name,                              SINCE(5), NULLABLE(5)) \
    F(T, ARRAY,  assignments, sync_group_request_assignment, ALL)
HP_MESSAGE(sync_group_request, 0, 5, 4);

#define hp_sync_group_response_fields(F, T)               \
    F(T, INT32,  throttle_time_ms, SINCE(1))              \
    F(T, INT16,  error_code,       ALL)                   \
    F(T, STRING, protocol_type,    SINCE(5), NULLABLE(5)) \
    F(T, STRING, protocol_name,    SINCE(5), NULLABLE(5)) \
    F(T, BYTES,  assignment,       ALL)
HP_MESSAGE(sync_group_response, 0, 5, 4);

/* clang-format on */
