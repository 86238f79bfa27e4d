/* Key 42, DeleteGroups. v2: flexible. v1: meaning only (throttling).
 */

/* clang-format off */

#define hp_delete_groups_request_fields(F, T) \
    F(T, STRING_ARRAY, groups_names, ALL)
HP_MESSAGE(delete_groups_request, 0, 2, 2);

#define hp_delete_groups_response_result_fields(F, T) \
    F(T, STRING, group_id,   ALL)                     \
    F(T, INT16,  error_code, ALL)
HP_STRUCT(delete_groups_response_result);

#define hp_delete_groups_response_fields(F, T)               \
    F(T, INT32, throttle_time_ms,                       ALL) \
    F(T, ARRAY, results, delete_groups_response_result, ALL)
HP_MESSAGE(delete_groups_response, 0, 2, 2);

/* clang-format on */
