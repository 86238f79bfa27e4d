/* Key 65, DescribeTransactions. State of transactions by id (KIP-664). Flexible from the start.
 */

/* clang-format off */

#define hp_describe_transactions_request_fields(F, T) \
    F(T, STRING_ARRAY, transactional_ids, ALL)
HP_MESSAGE(describe_transactions_request, 0, 0, 0);

#define hp_describe_transactions_response_topic_fields(F, T) \
    F(T, STRING,      topic,      ALL)                       \
    F(T, INT32_ARRAY, partitions, ALL)
HP_STRUCT(describe_transactions_response_topic);

#define hp_describe_transactions_response_transaction_state_fields(F, T) \
    F(T, INT16,  error_code,                                   ALL)      \
    F(T, STRING, transactional_id,                             ALL)      \
    F(T, STRING, transaction_state,                            ALL)      \
    F(T, INT32,  transaction_timeout_ms,                       ALL)      \
    F(T, INT64,  transaction_start_time_ms,                    ALL)      \
    F(T, INT64,  producer_id,                                  ALL)      \
    F(T, INT16,  producer_epoch,                               ALL)      \
    F(T, ARRAY,  topics, describe_transactions_response_topic, ALL)
HP_STRUCT(describe_transactions_response_transaction_state);

#define hp_describe_transactions_response_fields(F, T)                                     \
    F(T, INT32, throttle_time_ms,                                                     ALL) \
    F(T, ARRAY, transaction_states, describe_transactions_response_transaction_state, ALL)
HP_MESSAGE(describe_transactions_response, 0, 0, 0);

/* clang-format on */
