/* Key 30, CreateAcls. v1: pattern types (KIP-290). v2: flexible. v3: meaning only (user
 * resources).
 */

/* clang-format off */

#define hp_create_acls_request_creation_fields(F, T)          \
    F(T, INT8,   resource_type,         ALL)                  \
    F(T, STRING, resource_name,         ALL)                  \
    F(T, INT8,   resource_pattern_type, SINCE(1), DEFAULT(3)) \
    F(T, STRING, principal,             ALL)                  \
    F(T, STRING, host,                  ALL)                  \
    F(T, INT8,   operation,             ALL)                  \
    F(T, INT8,   permission_type,       ALL)
HP_STRUCT(create_acls_request_creation);

#define hp_create_acls_request_fields(F, T)                   \
    F(T, ARRAY, creations, create_acls_request_creation, ALL)
HP_MESSAGE(create_acls_request, 0, 3, 2);

#define hp_create_acls_response_result_fields(F, T) \
    F(T, INT16,  error_code,    ALL)                \
    F(T, STRING, error_message, ALL, NULLABLE(0))
HP_STRUCT(create_acls_response_result);

#define hp_create_acls_response_fields(F, T)               \
    F(T, INT32, throttle_time_ms,                     ALL) \
    F(T, ARRAY, results, create_acls_response_result, ALL)
HP_MESSAGE(create_acls_response, 0, 3, 2);

/* clang-format on */
