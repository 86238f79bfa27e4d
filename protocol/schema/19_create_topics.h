/* Key 19, CreateTopics. Creates topics.
 *   v1: validate_only, error_message. v2: throttle_time_ms. v4: -1 for the broker's default
 *       counts (KIP-464).
 *   v5: flexible; the answer describes the created topic (KIP-525). v7: topic_id (KIP-516).
 */

/* clang-format off */

#define hp_create_topics_request_assignment_fields(F, T) \
    F(T, INT32,       partition_index, ALL)              \
    F(T, INT32_ARRAY, broker_ids,      ALL)
HP_STRUCT(create_topics_request_assignment);

#define hp_create_topics_request_config_fields(F, T) \
    F(T, STRING, name,  ALL)                         \
    F(T, STRING, value, ALL, NULLABLE(0))
HP_STRUCT(create_topics_request_config);

#define hp_create_topics_request_topic_fields(F, T)                  \
    F(T, STRING, name,                                          ALL) \
    F(T, INT32,  num_partitions,                                ALL) \
    F(T, INT16,  replication_factor,                            ALL) \
    F(T, ARRAY,  assignments, create_topics_request_assignment, ALL) \
    F(T, ARRAY,  configs, create_topics_request_config,         ALL)
HP_STRUCT(create_topics_request_topic);

#define hp_create_topics_request_fields(F, T)                             \
    F(T, ARRAY, topics, create_topics_request_topic, ALL)                 \
    F(T, INT32, timeout_ms,                          ALL, DEFAULT(60000)) \
    F(T, BOOL,  validate_only,                       SINCE(1))
HP_MESSAGE(create_topics_request, 0, 7, 5);

#define hp_create_topics_response_config_fields(F, T)  \
    F(T, STRING, name,          SINCE(5))              \
    F(T, STRING, value,         SINCE(5), NULLABLE(5)) \
    F(T, BOOL,   read_only,     SINCE(5))              \
    F(T, INT8,   config_source, SINCE(5), DEFAULT(-1)) \
    F(T, BOOL,   is_sensitive,  SINCE(5))
HP_STRUCT(create_topics_response_config);

#define hp_create_topics_response_topic_fields(F, T)                            \
    F(T, STRING, name,                                   ALL)                   \
    F(T, UUID,   topic_id,                               SINCE(7))              \
    F(T, INT16,  error_code,                             ALL)                   \
    F(T, STRING, error_message,                          SINCE(1), NULLABLE(1)) \
    F(T, INT16,  topic_config_error_code,                SINCE(5), TAG(0))      \
    F(T, INT32,  num_partitions,                         SINCE(5), DEFAULT(-1)) \
    F(T, INT16,  replication_factor,                     SINCE(5), DEFAULT(-1)) \
    F(T, ARRAY,  configs, create_topics_response_config, SINCE(5), NULLABLE(5))
HP_STRUCT(create_topics_response_topic);

#define hp_create_topics_response_fields(F, T)                  \
    F(T, INT32, throttle_time_ms,                     SINCE(2)) \
    F(T, ARRAY, topics, create_topics_response_topic, ALL)
HP_MESSAGE(create_topics_response, 0, 7, 5);

/* clang-format on */
