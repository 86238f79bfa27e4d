/* Key 60, DescribeCluster. Brokers of the cluster without topics (KIP-700). Flexible from the
 * start.
 *   v1: endpoint_type: brokers or controllers (KIP-919). v2: fenced brokers (KIP-1073).
 */

/* clang-format off */

#define hp_describe_cluster_request_fields(F, T)                            \
    F(T, BOOL, include_cluster_authorized_operations, ALL)                  \
    F(T, INT8, endpoint_type,                         SINCE(1), DEFAULT(1)) \
    F(T, BOOL, include_fenced_brokers,                SINCE(2))
HP_MESSAGE(describe_cluster_request, 0, 2, 0);

#define hp_describe_cluster_response_broker_fields(F, T) \
    F(T, INT32,  broker_id, ALL)                         \
    F(T, STRING, host,      ALL)                         \
    F(T, INT32,  port,      ALL)                         \
    F(T, STRING, rack,      ALL, NULLABLE(0))            \
    F(T, BOOL,   is_fenced, SINCE(2))
HP_STRUCT(describe_cluster_response_broker);

#define hp_describe_cluster_response_fields(F, T)                                    \
    F(T, INT32,  throttle_time_ms,                          ALL)                     \
    F(T, INT16,  error_code,                                ALL)                     \
    F(T, STRING, error_message,                             ALL, NULLABLE(0))        \
    F(T, INT8,   endpoint_type,                             SINCE(1), DEFAULT(1))    \
    F(T, STRING, cluster_id,                                ALL)                     \
    F(T, INT32,  controller_id,                             ALL, DEFAULT(-1))        \
    F(T, ARRAY,  brokers, describe_cluster_response_broker, ALL)                     \
    F(T, INT32,  cluster_authorized_operations,             ALL, DEFAULT(INT32_MIN))
HP_MESSAGE(describe_cluster_response, 0, 2, 0);

/* clang-format on */
