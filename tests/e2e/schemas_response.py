"""Responses by API key, in the notation of schemas.py."""

RESPONSES = {
    1: """
throttle_time_ms i32 in 1+
error_code i16 in 7+
session_id i32 in 7+
responses []
  topic str in 0-12
  topic_id uuid in 13+
  partitions []
    partition_index i32
    error_code i16
    high_watermark i64
    last_stable_offset i64 in 4+
    log_start_offset i64 in 5+
    aborted_transactions [] in 4+ null 4
      producer_id i64
      first_offset i64
    preferred_read_replica i32 in 11+
    records bytes null 0
    diverging_epoch {} in 12+ tag 0
      epoch i32
      end_offset i64
    current_leader {} in 12+ tag 1
      leader_id i32
      leader_epoch i32
    snapshot_id {} in 12+ tag 2
      end_offset i64
      epoch i32
node_endpoints [] in 16+ tag 0
  node_id i32
  host str
  port i32
  rack str null 0
""",
    2: """
throttle_time_ms i32 in 2+
topics []
  name str
  partitions []
    partition_index i32
    error_code i16
    old_style_offsets []i64 in 0-0
    timestamp i64 in 1+
    offset i64 in 1+
    leader_epoch i32 in 4+
""",
    3: """
throttle_time_ms i32 in 3+
brokers []
  node_id i32
  host str
  port i32
  rack str in 1+ null 1
cluster_id str in 2+ null 2
controller_id i32 in 1+
topics []
  error_code i16
  name str null 12
  topic_id uuid in 10+
  is_internal bool in 1+
  partitions []
    error_code i16
    partition_index i32
    leader_id i32
    leader_epoch i32 in 7+
    replica_nodes []i32
    isr_nodes []i32
    offline_replicas []i32 in 5+
  topic_authorized_operations i32 in 8+
cluster_authorized_operations i32 in 8-10
error_code i16 in 13+
""",
    8: """
throttle_time_ms i32 in 3+
topics []
  name str in 0-9
  topic_id uuid in 10+
  partitions []
    partition_index i32
    error_code i16
""",
    9: """
throttle_time_ms i32 in 3+
topics [] in 0-7
  name str
  partitions []
    partition_index i32
    committed_offset i64
    committed_leader_epoch i32 in 5+
    metadata str null 0
    error_code i16
error_code i16 in 2-7
groups [] in 8+
  group_id str
  topics []
    name str in 8-9
    topic_id uuid in 10+
    partitions []
      partition_index i32
      committed_offset i64
      committed_leader_epoch i32
      metadata str null 0
      error_code i16
  error_code i16
""",
    10: """
throttle_time_ms i32 in 1+
error_code i16 in 0-3
error_message str in 1-3 null 1
node_id i32 in 0-3
host str in 0-3
port i32 in 0-3
coordinators [] in 4+
  key str
  node_id i32
  host str
  port i32
  error_code i16
  error_message str null 4
""",
    11: """
throttle_time_ms i32 in 2+
error_code i16
generation_id i32
protocol_type str in 7+ null 7
protocol_name str null 7
leader str
skip_assignment bool in 9+
member_id str
members []
  member_id str
  group_instance_id str in 5+ null 5
  metadata bytes
""",
    12: """
throttle_time_ms i32 in 1+
error_code i16
""",
    13: """
throttle_time_ms i32 in 1+
error_code i16
members [] in 3+
  member_id str
  group_instance_id str null 3
  error_code i16
""",
    14: """
throttle_time_ms i32 in 1+
error_code i16
protocol_type str in 5+ null 5
protocol_name str in 5+ null 5
assignment bytes
""",
    15: """
throttle_time_ms i32 in 1+
groups []
  error_code i16
  error_message str in 6+ null 6
  group_id str
  group_state str
  protocol_type str
  protocol_data str
  members []
    member_id str
    group_instance_id str in 4+ null 4
    client_id str
    client_host str
    member_metadata bytes
    member_assignment bytes
  authorized_operations i32 in 3+
""",
    16: """
throttle_time_ms i32 in 1+
error_code i16
groups []
  group_id str
  protocol_type str
  group_state str in 4+
  group_type str in 5+
""",
    18: """
error_code i16
api_keys []
  api_key i16
  min_version i16
  max_version i16
throttle_time_ms i32 in 1+
supported_features [] in 3+ tag 0
  name str
  min_version i16
  max_version i16
finalized_features_epoch i64 in 3+ tag 1
finalized_features [] in 3+ tag 2
  name str
  max_version_level i16
  min_version_level i16
zk_migration_ready bool in 3+ tag 3
""",
    22: """
throttle_time_ms i32
error_code i16
producer_id i64
producer_epoch i16
""",
    23: """
throttle_time_ms i32 in 2+
topics []
  topic str
  partitions []
    error_code i16
    partition i32
    leader_epoch i32 in 1+
    end_offset i64
""",
    32: """
throttle_time_ms i32
results []
  error_code i16
  error_message str null 0
  resource_type i8
  resource_name str
  configs []
    name str
    value str null 0
    read_only bool
    is_default bool in 0-0
    config_source i8 in 1+
    is_sensitive bool
    synonyms [] in 1+
      name str
      value str null 0
      source i8
    config_type i8 in 3+
    documentation str in 3+ null 3
""",
    35: """
throttle_time_ms i32
error_code i16 in 3+
results []
  error_code i16
  log_dir str
  topics []
    name str
    partitions []
      partition_index i32
      partition_size i64
      offset_lag i64
      is_future_key bool
  total_bytes i64 in 4+
  usable_bytes i64 in 4+
  is_cordoned bool in 5+
""",
    46: """
throttle_time_ms i32
error_code i16
error_message str null 0
topics []
  name str
  partitions []
    partition_index i32
    replicas []i32
    adding_replicas []i32
    removing_replicas []i32
""",
    60: """
throttle_time_ms i32
error_code i16
error_message str null 0
endpoint_type i8 in 1+
cluster_id str
controller_id i32
brokers []
  broker_id i32
  host str
  port i32
  rack str null 0
  is_fenced bool in 2+
cluster_authorized_operations i32
""",
    61: """
throttle_time_ms i32
topics []
  name str
  partitions []
    partition_index i32
    error_code i16
    error_message str null 0
    active_producers []
      producer_id i64
      producer_epoch i32
      last_sequence i32
      last_timestamp i64
      coordinator_epoch i32
      current_txn_start_offset i64
""",
    66: """
throttle_time_ms i32
error_code i16
unknown_state_filters []str
transaction_states []
  transactional_id str
  producer_id i64
  transaction_state str
""",
}
