/* Key 18, ApiVersions. What a broker speaks.
 *   v1: throttle_time_ms. v3: flexible; the client names itself, features (KIP-511, KIP-584).
 *   v4: meaning only: a feature's min_version may be 0.
 * The answer's header is always version 0, since the client does not know yet what the broker
 * speaks.
 */

/* clang-format off */

#define hp_api_versions_request_fields(F, T)        \
    F(T, STRING, client_software_name,    SINCE(3)) \
    F(T, STRING, client_software_version, SINCE(3))
HP_MESSAGE(api_versions_request, 0, 4, 3);

#define hp_api_versions_response_api_key_fields(F, T) \
    F(T, INT16, api_key,     ALL)                     \
    F(T, INT16, min_version, ALL)                     \
    F(T, INT16, max_version, ALL)
HP_STRUCT(api_versions_response_api_key);

#define hp_api_versions_response_supported_feature_fields(F, T) \
    F(T, STRING, name,        SINCE(3))                         \
    F(T, INT16,  min_version, SINCE(3))                         \
    F(T, INT16,  max_version, SINCE(3))
HP_STRUCT(api_versions_response_supported_feature);

#define hp_api_versions_response_finalized_feature_fields(F, T) \
    F(T, STRING, name,              SINCE(3))                   \
    F(T, INT16,  max_version_level, SINCE(3))                   \
    F(T, INT16,  min_version_level, SINCE(3))
HP_STRUCT(api_versions_response_finalized_feature);

#define hp_api_versions_response_fields(F, T)                                                  \
    F(T, INT16, error_code, ALL)                                                               \
    F(T, ARRAY, api_keys, api_versions_response_api_key, ALL)                                  \
    F(T, INT32, throttle_time_ms, SINCE(1))                                                    \
    F(T, ARRAY, supported_features, api_versions_response_supported_feature, SINCE(3), TAG(0)) \
    F(T, INT64, finalized_features_epoch, SINCE(3), TAG(1), DEFAULT(-1))                       \
    F(T, ARRAY, finalized_features, api_versions_response_finalized_feature, SINCE(3), TAG(2)) \
    F(T, BOOL, zk_migration_ready, SINCE(3), TAG(3))
HP_MESSAGE(api_versions_response, 0, 4, 3);

/* clang-format on */
