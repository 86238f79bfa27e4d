/* Key 22, InitProducerId. An idempotent or transactional producer asks for its id.
 *   v2: flexible. v3: an existing id and epoch may be given (KIP-360).
 * v1, v4, v5: meaning only (throttling, PRODUCER_FENCED, transactions v2).
 *   v6 (KIP-939) is unstable in Apache Kafka 4.3 and not known.
 */

/* clang-format off */

#define hp_init_producer_id_request_fields(F, T)                \
    F(T, STRING, transactional_id,       ALL, NULLABLE(0))      \
    F(T, INT32,  transaction_timeout_ms, ALL)                   \
    F(T, INT64,  producer_id,            SINCE(3), DEFAULT(-1)) \
    F(T, INT16,  producer_epoch,         SINCE(3), DEFAULT(-1))
HP_MESSAGE(init_producer_id_request, 0, 5, 2);

#define hp_init_producer_id_response_fields(F, T)   \
    F(T, INT32, throttle_time_ms, ALL)              \
    F(T, INT16, error_code,       ALL)              \
    F(T, INT64, producer_id,      ALL, DEFAULT(-1)) \
    F(T, INT16, producer_epoch,   ALL)
HP_MESSAGE(init_producer_id_response, 0, 5, 2);

/* clang-format on */
