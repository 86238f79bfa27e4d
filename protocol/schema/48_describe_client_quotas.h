/* Key 48, DescribeClientQuotas. KIP-546. v1: flexible.
 */

/* clang-format off */

#define hp_describe_client_quotas_request_component_fields(F, T) \
    F(T, STRING, entity_type, ALL)                               \
    F(T, INT8,   match_type,  ALL)                               \
    F(T, STRING, match,       ALL, NULLABLE(0))
HP_STRUCT(describe_client_quotas_request_component);

#define hp_describe_client_quotas_request_fields(F, T)                     \
    F(T, ARRAY, components, describe_client_quotas_request_component, ALL) \
    F(T, BOOL,  strict,                                               ALL)
HP_MESSAGE(describe_client_quotas_request, 0, 1, 1);

#define hp_describe_client_quotas_response_entity_fields(F, T) \
    F(T, STRING, entity_type, ALL)                             \
    F(T, STRING, entity_name, ALL, NULLABLE(0))
HP_STRUCT(describe_client_quotas_response_entity);

#define hp_describe_client_quotas_response_value_fields(F, T) \
    F(T, STRING,  key,   ALL)                                 \
    F(T, FLOAT64, value, ALL)
HP_STRUCT(describe_client_quotas_response_value);

#define hp_describe_client_quotas_response_entry_fields(F, T)        \
    F(T, ARRAY, entity, describe_client_quotas_response_entity, ALL) \
    F(T, ARRAY, values, describe_client_quotas_response_value,  ALL)
HP_STRUCT(describe_client_quotas_response_entry);

#define hp_describe_client_quotas_response_fields(F, T)                            \
    F(T, INT32,  throttle_time_ms,                               ALL)              \
    F(T, INT16,  error_code,                                     ALL)              \
    F(T, STRING, error_message,                                  ALL, NULLABLE(0)) \
    F(T, ARRAY,  entries, describe_client_quotas_response_entry, ALL, NULLABLE(0))
HP_MESSAGE(describe_client_quotas_response, 0, 1, 1);

/* clang-format on */
