/* Key 66, ListTransactions. KIP-664. Flexible from the start. v1: duration_filter (KIP-994). v2:
 * transactional_id_pattern (KIP-1152).
 */

/* clang-format off */

#define hp_list_transactions_request_fields(F, T)                       \
    F(T, STRING_ARRAY, state_filters,            ALL)                   \
    F(T, INT64_ARRAY,  producer_id_filters,      ALL)                   \
    F(T, INT64,        duration_filter,          SINCE(1), DEFAULT(-1)) \
    F(T, STRING,       transactional_id_pattern, SINCE(2), NULLABLE(2))
HP_MESSAGE(list_transactions_request, 0, 2, 0);

#define hp_list_transactions_response_transaction_state_fields(F, T) \
    F(T, STRING, transactional_id,  ALL)                             \
    F(T, INT64,  producer_id,       ALL)                             \
    F(T, STRING, transaction_state, ALL)
HP_STRUCT(list_transactions_response_transaction_state);

#define hp_list_transactions_response_fields(F, T)                                            \
    F(T, INT32,        throttle_time_ms,                                                 ALL) \
    F(T, INT16,        error_code,                                                       ALL) \
    F(T, STRING_ARRAY, unknown_state_filters,                                            ALL) \
    F(T, ARRAY,        transaction_states, list_transactions_response_transaction_state, ALL)
HP_MESSAGE(list_transactions_response, 0, 2, 0);

/* clang-format on */
