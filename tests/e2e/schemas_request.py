"""Requests by API key, in the notation of schemas.py."""

REQUESTS = {
    1: """
replica_id i32 in 0-14
max_wait_ms i32
min_bytes i32
max_bytes i32 in 3+
isolation_level i8 in 4+
session_id i32 in 7+
session_epoch i32 in 7+
topics []
  topic str in 0-12
  topic_id uuid in 13+
  partitions []
    partition i32
    current_leader_epoch i32 in 9+
    fetch_offset i64
    last_fetched_epoch i32 in 12+
    log_start_offset i64 in 5+
    partition_max_bytes i32
    replica_directory_id uuid in 17+ tag 0
    high_watermark i64 in 18+ tag 1
forgotten_topics_data [] in 7+
  topic str in 7-12
  topic_id uuid in 13+
  partitions []i32
rack_id str in 11+
cluster_id str in 12+ null 12 tag 0
replica_state {} in 15+ tag 1
  replica_id i32
  replica_epoch i64
""",
    2: """
replica_id i32
isolation_level i8 in 2+
topics []
  name str
  partitions []
    partition_index i32
    current_leader_epoch i32 in 4+
    timestamp i64
    max_num_offsets i32 in 0-0
timeout_ms i32 in 10+
""",
    3: """
topics [] null 1
  topic_id uuid in 10+
  name str null 10
allow_auto_topic_creation bool in 4+
include_cluster_authorized_operations bool in 8-10
include_topic_authorized_operations bool in 8+
""",
    9: """
group_id str in 0-7
topics [] in 0-7 null 2
  name str
  partition_indexes []i32
groups [] in 8+
  group_id str
  member_id str in 9+ null 9
  member_epoch i32 in 9+
  topics [] null 8
    name str in 8-9
    topic_id uuid in 10+
    partition_indexes []i32
require_stable bool in 7+
""",
    8: """
group_id str
generation_id_or_member_epoch i32 in 1+
member_id str in 1+
group_instance_id str in 7+ null 7
retention_time_ms i64 in 2-4
topics []
  name str in 0-9
  topic_id uuid in 10+
  partitions []
    partition_index i32
    committed_offset i64
    committed_leader_epoch i32 in 6+
    committed_metadata str null 0
""",
    10: """
key str in 0-3
key_type i8 in 1+
coordinator_keys []str in 4+
""",
    11: """
group_id str
session_timeout_ms i32
rebalance_timeout_ms i32 in 1+
member_id str
group_instance_id str in 5+ null 5
protocol_type str
protocols []
  name str
  metadata bytes
reason str in 8+ null 8
""",
    12: """
group_id str
generation_id i32
member_id str
group_instance_id str in 3+ null 3
""",
    13: """
group_id str
member_id str in 0-2
members [] in 3+
  member_id str
  group_instance_id str null 3
  reason str in 5+ null 5
""",
    14: """
group_id str
generation_id i32
member_id str
group_instance_id str in 3+ null 3
protocol_type str in 5+ null 5
protocol_name str in 5+ null 5
assignments []
  member_id str
  assignment bytes
""",
    15: """
groups []str
include_authorized_operations bool in 3+
""",
    16: """
states_filter []str in 4+
types_filter []str in 5+
""",
    18: """
client_software_name str in 3+
client_software_version str in 3+
""",
    22: """
transactional_id str null 0
transaction_timeout_ms i32
producer_id i64 in 3+
producer_epoch i16 in 3+
""",
    23: """
replica_id i32 in 3+
topics []
  topic str
  partitions []
    partition i32
    current_leader_epoch i32 in 2+
    leader_epoch i32
""",
    32: """
resources []
  resource_type i8
  resource_name str
  configuration_keys []str null 0
include_synonyms bool in 1+
include_documentation bool in 3+
""",
    35: """
topics [] null 0
  topic str
  partitions []i32
""",
    46: """
timeout_ms i32
topics [] null 0
  name str
  partition_indexes []i32
""",
    60: """
include_cluster_authorized_operations bool
endpoint_type i8 in 1+
include_fenced_brokers bool in 2+
""",
    61: """
topics []
  name str
  partition_indexes []i32
""",
    66: """
state_filters []str
producer_id_filters []i64
duration_filter i64 in 1+
transactional_id_pattern str in 2+ null 2
""",
}
