/* Key 10, FindCoordinator. Which broker coordinates a group or transaction.
 *   v1: key_type, error_message, throttle_time_ms. v3: flexible.
 *   v4: several keys in one request: coordinator_keys and coordinators (KIP-699).
 * v5, v6: meaning only (transactions v2, share groups).
 */

/* clang-format off */

#define hp_find_coordinator_request_fields(F, T)           \
    F(T, STRING,       key,              BETWEEN(0, 3))    \
    F(T, INT8,         key_type,         SINCE(1))         \
    F(T, STRING_ARRAY, coordinator_keys, SINCE(4), STRICT)
HP_MESSAGE(find_coordinator_request, 0, 6, 3);

#define hp_find_coordinator_response_coordinator_fields(F, T) \
    F(T, STRING, key,           SINCE(4))                     \
    F(T, INT32,  node_id,       SINCE(4))                     \
    F(T, STRING, host,          SINCE(4))                     \
    F(T, INT32,  port,          SINCE(4))                     \
    F(T, INT16,  error_code,    SINCE(4))                     \
    F(T, STRING, error_message, SINCE(4), NULLABLE(4))
HP_STRUCT(find_coordinator_response_coordinator);

#define hp_find_coordinator_response_fields(F, T)                                                 \
    F(T, INT32,  throttle_time_ms,                                    SINCE(1))                   \
    F(T, INT16,  error_code,                                          BETWEEN(0, 3))              \
    F(T, STRING, error_message,                                       BETWEEN(1, 3), NULLABLE(1)) \
    F(T, INT32,  node_id,                                             BETWEEN(0, 3))              \
    F(T, STRING, host,                                                BETWEEN(0, 3))              \
    F(T, INT32,  port,                                                BETWEEN(0, 3))              \
    F(T, ARRAY,  coordinators, find_coordinator_response_coordinator, SINCE(4), STRICT)
HP_MESSAGE(find_coordinator_response, 0, 6, 3);

/* clang-format on */
