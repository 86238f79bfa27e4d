/* Key 32, DescribeConfigs. v0: is_default; v1: config_source and synonyms replace it (KIP-226).
 *   v3: config_type and documentation (KIP-569). v4: flexible.
 */

/* clang-format off */

#define hp_describe_configs_request_resource_fields(F, T)    \
    F(T, INT8,         resource_type,      ALL)              \
    F(T, STRING,       resource_name,      ALL)              \
    F(T, STRING_ARRAY, configuration_keys, ALL, NULLABLE(0))
HP_STRUCT(describe_configs_request_resource);

#define hp_describe_configs_request_fields(F, T)                        \
    F(T, ARRAY, resources, describe_configs_request_resource, ALL)      \
    F(T, BOOL,  include_synonyms,                             SINCE(1)) \
    F(T, BOOL,  include_documentation,                        SINCE(3))
HP_MESSAGE(describe_configs_request, 0, 4, 4);

#define hp_describe_configs_response_synonym_fields(F, T) \
    F(T, STRING, name,   SINCE(1))                        \
    F(T, STRING, value,  SINCE(1), NULLABLE(1))           \
    F(T, INT8,   source, SINCE(1))
HP_STRUCT(describe_configs_response_synonym);

#define hp_describe_configs_response_config_fields(F, T)                             \
    F(T, STRING, name,                                        ALL)                   \
    F(T, STRING, value,                                       ALL, NULLABLE(0))      \
    F(T, BOOL,   read_only,                                   ALL)                   \
    F(T, BOOL,   is_default,                                  BETWEEN(0, 0))         \
    F(T, INT8,   config_source,                               SINCE(1), DEFAULT(-1)) \
    F(T, BOOL,   is_sensitive,                                ALL)                   \
    F(T, ARRAY,  synonyms, describe_configs_response_synonym, SINCE(1))              \
    F(T, INT8,   config_type,                                 SINCE(3))              \
    F(T, STRING, documentation,                               SINCE(3), NULLABLE(3))
HP_STRUCT(describe_configs_response_config);

#define hp_describe_configs_response_result_fields(F, T)                      \
    F(T, INT16,  error_code,                                ALL)              \
    F(T, STRING, error_message,                             ALL, NULLABLE(0)) \
    F(T, INT8,   resource_type,                             ALL)              \
    F(T, STRING, resource_name,                             ALL)              \
    F(T, ARRAY,  configs, describe_configs_response_config, ALL)
HP_STRUCT(describe_configs_response_result);

#define hp_describe_configs_response_fields(F, T)               \
    F(T, INT32, throttle_time_ms,                          ALL) \
    F(T, ARRAY, results, describe_configs_response_result, ALL)
HP_MESSAGE(describe_configs_response, 0, 4, 4);

/* clang-format on */
