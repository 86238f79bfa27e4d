/* Key 31, DeleteAcls. v1: pattern types (KIP-290). v2: flexible. v3: meaning only (user
 * resources).
 */

/* clang-format off */

#define hp_delete_acls_request_filter_fields(F, T)           \
    F(T, INT8,   resource_type_filter, ALL)                  \
    F(T, STRING, resource_name_filter, ALL, NULLABLE(0))     \
    F(T, INT8,   pattern_type_filter,  SINCE(1), DEFAULT(3)) \
    F(T, STRING, principal_filter,     ALL, NULLABLE(0))     \
    F(T, STRING, host_filter,          ALL, NULLABLE(0))     \
    F(T, INT8,   operation,            ALL)                  \
    F(T, INT8,   permission_type,      ALL)
HP_STRUCT(delete_acls_request_filter);

#define hp_delete_acls_request_fields(F, T)               \
    F(T, ARRAY, filters, delete_acls_request_filter, ALL)
HP_MESSAGE(delete_acls_request, 0, 3, 2);

#define hp_delete_acls_response_matching_acl_fields(F, T) \
    F(T, INT16,  error_code,      ALL)                    \
    F(T, STRING, error_message,   ALL, NULLABLE(0))       \
    F(T, INT8,   resource_type,   ALL)                    \
    F(T, STRING, resource_name,   ALL)                    \
    F(T, INT8,   pattern_type,    SINCE(1), DEFAULT(3))   \
    F(T, STRING, principal,       ALL)                    \
    F(T, STRING, host,            ALL)                    \
    F(T, INT8,   operation,       ALL)                    \
    F(T, INT8,   permission_type, ALL)
HP_STRUCT(delete_acls_response_matching_acl);

#define hp_delete_acls_response_filter_result_fields(F, T)                           \
    F(T, INT16,  error_code,                                       ALL)              \
    F(T, STRING, error_message,                                    ALL, NULLABLE(0)) \
    F(T, ARRAY,  matching_acls, delete_acls_response_matching_acl, ALL)
HP_STRUCT(delete_acls_response_filter_result);

#define hp_delete_acls_response_fields(F, T)                             \
    F(T, INT32, throttle_time_ms,                                   ALL) \
    F(T, ARRAY, filter_results, delete_acls_response_filter_result, ALL)
HP_MESSAGE(delete_acls_response, 0, 3, 2);

/* clang-format on */
