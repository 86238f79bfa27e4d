/* Key 20, DeleteTopics. Deletes topics.
 *   v1: throttle_time_ms. v4: flexible. v5: error_message. v6: topics by name or id replace
 *       topic_names (KIP-516).
 */

/* clang-format off */

#define hp_delete_topics_request_topic_fields(F, T) \
    F(T, STRING, name,     SINCE(6), NULLABLE(6))   \
    F(T, UUID,   topic_id, SINCE(6))
HP_STRUCT(delete_topics_request_topic);

#define hp_delete_topics_request_fields(F, T)                                 \
    F(T, ARRAY,        topics, delete_topics_request_topic, SINCE(6), STRICT) \
    F(T, STRING_ARRAY, topic_names,                         BETWEEN(0, 5))    \
    F(T, INT32,        timeout_ms,                          ALL)
HP_MESSAGE(delete_topics_request, 0, 6, 4);

#define hp_delete_topics_response_topic_fields(F, T)   \
    F(T, STRING, name,          ALL, NULLABLE(6))      \
    F(T, UUID,   topic_id,      SINCE(6))              \
    F(T, INT16,  error_code,    ALL)                   \
    F(T, STRING, error_message, SINCE(5), NULLABLE(5))
HP_STRUCT(delete_topics_response_topic);

#define hp_delete_topics_response_fields(F, T)                     \
    F(T, INT32, throttle_time_ms,                        SINCE(1)) \
    F(T, ARRAY, responses, delete_topics_response_topic, ALL)
HP_MESSAGE(delete_topics_response, 0, 6, 4);

/* clang-format on */
