/* What the leader tells a consumer: the `assignment` of SyncGroup, behind an int16 version.
 *   v1 to v3 differ from v0 in their number only. Never flexible.
 */

/* clang-format off */

#define hp_consumer_assignment_assigned_partition_fields(F, T) \
    F(T, STRING,      topic,      ALL)                         \
    F(T, INT32_ARRAY, partitions, ALL)
HP_STRUCT(consumer_assignment_assigned_partition);

#define hp_consumer_assignment_fields(F, T)                                                    \
    F(T, ARRAY, assigned_partitions, consumer_assignment_assigned_partition, ALL)              \
    F(T, BYTES, user_data,                                                   ALL, NULLABLE(0))
HP_MESSAGE(consumer_assignment, 0, 3, HP_NEVER);

/* clang-format on */
