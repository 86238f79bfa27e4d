/* Key 16, ListGroups. Groups of a broker.
 *   v1: throttle_time_ms. v3: flexible. v4: states_filter and group_state (KIP-518).
 *   v5: types_filter and group_type (KIP-848).
 */

/* clang-format off */

#define hp_list_groups_request_fields(F, T)     \
    F(T, STRING_ARRAY, states_filter, SINCE(4)) \
    F(T, STRING_ARRAY, types_filter,  SINCE(5))
HP_MESSAGE(list_groups_request, 0, 5, 3);

#define hp_list_groups_response_group_fields(F, T) \
    F(T, STRING, group_id,      ALL)               \
    F(T, STRING, protocol_type, ALL)               \
    F(T, STRING, group_state,   SINCE(4))          \
    F(T, STRING, group_type,    SINCE(5))
HP_STRUCT(list_groups_response_group);

#define hp_list_groups_response_fields(F, T)                  \
    F(T, INT32, throttle_time_ms,                   SINCE(1)) \
    F(T, INT16, error_code,                         ALL)      \
    F(T, ARRAY, groups, list_groups_response_group, ALL)
HP_MESSAGE(list_groups_response, 0, 5, 3);

/* clang-format on */
