/* What a consumer tells its group's leader: the `metadata` of JoinGroup, behind an int16
 * version.
 *   v1: owned_partitions (KIP-429). v2: generation_id (KIP-792). v3: rack_id (KIP-881). Never
 *       flexible.
 */

/* clang-format off */

#define hp_consumer_subscription_owned_partition_fields(F, T) \
    F(T, STRING,      topic,      SINCE(1))                   \
    F(T, INT32_ARRAY, partitions, SINCE(1))
HP_STRUCT(consumer_subscription_owned_partition);

#define hp_consumer_subscription_fields(F, T)                                      \
    F(T, STRING_ARRAY, topics, ALL)                                                \
    F(T, BYTES, user_data, ALL, NULLABLE(0))                                       \
    F(T, ARRAY, owned_partitions, consumer_subscription_owned_partition, SINCE(1)) \
    F(T, INT32, generation_id, SINCE(2), DEFAULT(-1))                              \
    F(T, STRING, rack_id, SINCE(3), NULLABLE(3))
HP_MESSAGE(consumer_subscription, 0, 3, HP_NEVER);

/* clang-format on */
