/* Key 44, IncrementalAlterConfigs. Changes single settings of resources (KIP-339). v1: flexible.
 */

/* clang-format off */

#define hp_incremental_alter_configs_request_config_fields(F, T) \
    F(T, STRING, name,             ALL)                          \
    F(T, INT8,   config_operation, ALL)                          \
    F(T, STRING, value,            ALL, NULLABLE(0))
HP_STRUCT(incremental_alter_configs_request_config);

#define hp_incremental_alter_configs_request_resource_fields(F, T)       \
    F(T, INT8,   resource_type,                                     ALL) \
    F(T, STRING, resource_name,                                     ALL) \
    F(T, ARRAY,  configs, incremental_alter_configs_request_config, ALL)
HP_STRUCT(incremental_alter_configs_request_resource);

#define hp_incremental_alter_configs_request_fields(F, T)                   \
    F(T, ARRAY, resources, incremental_alter_configs_request_resource, ALL) \
    F(T, BOOL,  validate_only,                                         ALL)
HP_MESSAGE(incremental_alter_configs_request, 0, 1, 1);

#define hp_incremental_alter_configs_response_resource_fields(F, T) \
    F(T, INT16,  error_code,    ALL)                                \
    F(T, STRING, error_message, ALL, NULLABLE(0))                   \
    F(T, INT8,   resource_type, ALL)                                \
    F(T, STRING, resource_name, ALL)
HP_STRUCT(incremental_alter_configs_response_resource);

#define hp_incremental_alter_configs_response_fields(F, T)                   \
    F(T, INT32, throttle_time_ms,                                       ALL) \
    F(T, ARRAY, responses, incremental_alter_configs_response_resource, ALL)
HP_MESSAGE(incremental_alter_configs_response, 0, 1, 1);

/* clang-format on */
