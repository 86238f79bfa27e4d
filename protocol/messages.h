/* Every message of the Kafka protocol that the codec knows: include this to use the structs.
 *
 * protocol/schema/NN_name.h holds one API each, numbered by its key; the grammar of a row stands in
 * schema.h, how a field looks in C in codec.h. Include only this file, never a schema alone: the
 * short macro names of the rows (ALL, SINCE, TAG, ...) exist only between rows_begin.h and
 * rows_end.h.
 */
#ifndef HP_MESSAGES_H
#define HP_MESSAGES_H

#include "protocol/schema.h"

/* clang-format off */
#include "protocol/schema/rows_begin.h"

#include "protocol/schema/00_produce.h"
#include "protocol/schema/01_fetch.h"
#include "protocol/schema/02_list_offsets.h"
#include "protocol/schema/03_metadata.h"
#include "protocol/schema/08_offset_commit.h"
#include "protocol/schema/09_offset_fetch.h"
#include "protocol/schema/10_find_coordinator.h"
#include "protocol/schema/11_join_group.h"
#include "protocol/schema/12_heartbeat.h"
#include "protocol/schema/13_leave_group.h"
#include "protocol/schema/14_sync_group.h"
#include "protocol/schema/15_describe_groups.h"
#include "protocol/schema/16_list_groups.h"
#include "protocol/schema/18_api_versions.h"
#include "protocol/schema/19_create_topics.h"
#include "protocol/schema/20_delete_topics.h"
#include "protocol/schema/21_delete_records.h"
#include "protocol/schema/22_init_producer_id.h"
#include "protocol/schema/23_offset_for_leader_epoch.h"
#include "protocol/schema/29_describe_acls.h"
#include "protocol/schema/30_create_acls.h"
#include "protocol/schema/31_delete_acls.h"
#include "protocol/schema/32_describe_configs.h"
#include "protocol/schema/33_alter_configs.h"
#include "protocol/schema/35_describe_log_dirs.h"
#include "protocol/schema/37_create_partitions.h"
#include "protocol/schema/42_delete_groups.h"
#include "protocol/schema/44_incremental_alter_configs.h"
#include "protocol/schema/46_list_partition_reassignments.h"
#include "protocol/schema/47_offset_delete.h"
#include "protocol/schema/48_describe_client_quotas.h"
#include "protocol/schema/60_describe_cluster.h"
#include "protocol/schema/61_describe_producers.h"
#include "protocol/schema/65_describe_transactions.h"
#include "protocol/schema/66_list_transactions.h"
#include "protocol/schema/75_describe_topic_partitions.h"
#include "protocol/schema/consumer_subscription.h"
#include "protocol/schema/consumer_assignment.h"

#include "protocol/schema/rows_end.h"
/* clang-format on */

#endif
