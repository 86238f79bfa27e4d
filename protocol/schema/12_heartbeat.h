/* Key 12, Heartbeat. A member is alive.
 *   v1: throttle_time_ms. v3: group_instance_id (KIP-345). v4: flexible.
 */

/* clang-format off */

#define hp_heartbeat_request_fields(F, T)                  \
    F(T, STRING, group_id,          ALL)                   \
    F(T, INT32,  generation_id,     ALL)                   \
    F(T, STRING, member_id,         ALL)                   \
    F(T, STRING, group_instance_id, SINCE(3), NULLABLE(3))
HP_MESSAGE(heartbeat_request, 0, 4, 4);

#define hp_heartbeat_response_fields(F, T)  \
    F(T, INT32, throttle_time_ms, SINCE(1)) \
    F(T, INT16, error_code,       ALL)
HP_MESSAGE(heartbeat_response, 0, 4, 4);

/* clang-format on */
