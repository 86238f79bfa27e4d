package main

import (
	"strings"
	"unicode"
)

// firstVersion: tagged fields that kmsg writes at any flexible version, though Kafka defines them only from this one on.
var firstVersion = map[string]int16{
	"Produce/response Brokers":                           10,
	"Produce/response Topics.Partitions.CurrentLeader":   10,
	"Fetch/request ReplicaState":                         15,
	"Fetch/request Topics.Partitions.ReplicaDirectoryID": 17,
	"Fetch/request Topics.Partitions.HighWatermark":      18,
	"Fetch/response Brokers":                             16,
}

// kafkaName is the name of Kafka's own field, in snake case. root is like "Fetch/request".
func kafkaName(root, path string) string {
	if name, known := renamed[root][path]; known {
		return name
	}
	last := path[strings.LastIndex(path, ".")+1:]
	if last == "ThrottleMillis" {
		return "throttle_time_ms"
	}
	if name, found := strings.CutSuffix(last, "Millis"); found {
		last = name + "Ms"
	}
	return snakeCase(last)
}

func snakeCase(name string) string {
	var out strings.Builder
	previousCapital := true
	for _, c := range name {
		if unicode.IsUpper(c) && !previousCapital {
			out.WriteByte('_')
		}
		previousCapital = unicode.IsUpper(c)
		out.WriteRune(unicode.ToLower(c))
	}
	return out.String()
}

// renamed: for each message, the paths whose last name is not Kafka's in snake case.
var renamed = map[string]map[string]string{
	"ConsumerProtocolAssignment/data": {
		"Topics": "assigned_partitions",
	},
	"ConsumerProtocolSubscription/data": {
		"Generation": "generation_id",
		"Rack":       "rack_id",
	},
	"DescribeTopicPartitions/request": {
		"Topics.Topic":     "name",
		"Cursor.Topic":     "topic_name",
		"Cursor.Partition": "partition_index",
	},
	"DescribeTopicPartitions/response": {
		"Topics.Topic":                "name",
		"Topics.Partitions.Partition": "partition_index",
		"Topics.Partitions.Replicas":  "replica_nodes",
		"Topics.Partitions.ISR":       "isr_nodes",
		"Topics.AuthorizedOperations": "topic_authorized_operations",
		"NextCursor.Topic":            "topic_name",
		"NextCursor.Partition":        "partition_index",
	},
	"Produce/request": {
		"Topics":                      "topic_data",
		"Topics.Topic":                "name",
		"Topics.Partitions":           "partition_data",
		"Topics.Partitions.Partition": "index",
		"TransactionID":               "transactional_id",
	},
	"Produce/response": {
		"Topics.Partitions.LogAppendTime":               "log_append_time_ms",
		"Topics.Partitions.ErrorRecords":                "record_errors",
		"Topics":                                        "responses",
		"Topics.Topic":                                  "name",
		"Topics.Partitions":                             "partition_responses",
		"Topics.Partitions.Partition":                   "index",
		"Topics.Partitions.ErrorRecords.RelativeOffset": "batch_index",
		"Topics.Partitions.ErrorRecords.ErrorMessage":   "batch_index_error_message",
		"Brokers": "node_endpoints",
	},
	"Fetch/request": {
		"ForgottenTopics":    "forgotten_topics_data",
		"Rack":               "rack_id",
		"ReplicaState.Epoch": "replica_epoch",
		"ReplicaState.ID":    "replica_id",
	},
	"Fetch/response": {
		"Topics.Partitions.Partition":     "partition_index",
		"Topics.Partitions.RecordBatches": "records",
		"Brokers":                         "node_endpoints",
		"Topics":                          "responses",
	},
	"ListOffsets/request": {
		"Topics.Topic":                "name",
		"Topics.Partitions.Partition": "partition_index",
	},
	"ListOffsets/response": {
		"Topics.Topic":                "name",
		"Topics.Partitions.Partition": "partition_index",
	},
	"Metadata/request": {
		"Topics.Topic": "name",
	},
	"Metadata/response": {
		"AuthorizedOperations":        "cluster_authorized_operations",
		"Topics.AuthorizedOperations": "topic_authorized_operations",
		"Topics.Topic":                "name",
		"Topics.Partitions.ISR":       "isr_nodes",
		"Topics.Partitions.Leader":    "leader_id",
		"Topics.Partitions.Partition": "partition_index",
		"Topics.Partitions.Replicas":  "replica_nodes",
	},
	"OffsetCommit/request": {
		"Generation":                    "generation_id_or_member_epoch",
		"Group":                         "group_id",
		"InstanceID":                    "group_instance_id",
		"Topics.Topic":                  "name",
		"Topics.Partitions.LeaderEpoch": "committed_leader_epoch",
		"Topics.Partitions.Metadata":    "committed_metadata",
		"Topics.Partitions.Offset":      "committed_offset",
		"Topics.Partitions.Partition":   "partition_index",
	},
	"OffsetCommit/response": {
		"Topics.Topic":                "name",
		"Topics.Partitions.Partition": "partition_index",
	},
	"OffsetFetch/request": {
		"Group":                    "group_id",
		"Groups.Group":             "group_id",
		"Groups.Topics.Topic":      "name",
		"Groups.Topics.Partitions": "partition_indexes",
		"Topics.Topic":             "name",
		"Topics.Partitions":        "partition_indexes",
	},
	"OffsetFetch/response": {
		"Groups.Group":                         "group_id",
		"Groups.Topics.Topic":                  "name",
		"Groups.Topics.Partitions.LeaderEpoch": "committed_leader_epoch",
		"Groups.Topics.Partitions.Offset":      "committed_offset",
		"Groups.Topics.Partitions.Partition":   "partition_index",
		"Topics.Topic":                         "name",
		"Topics.Partitions.LeaderEpoch":        "committed_leader_epoch",
		"Topics.Partitions.Offset":             "committed_offset",
		"Topics.Partitions.Partition":          "partition_index",
	},
	"FindCoordinator/request": {
		"CoordinatorKey":  "key",
		"CoordinatorType": "key_type",
	},
	"JoinGroup/request": {
		"Group":      "group_id",
		"InstanceID": "group_instance_id",
	},
	"JoinGroup/response": {
		"Generation":               "generation_id",
		"LeaderID":                 "leader",
		"Members.InstanceID":       "group_instance_id",
		"Members.ProtocolMetadata": "metadata",
		"Protocol":                 "protocol_name",
	},
	"Heartbeat/request": {
		"Generation": "generation_id",
		"Group":      "group_id",
		"InstanceID": "group_instance_id",
	},
	"LeaveGroup/request": {
		"Group":              "group_id",
		"Members.InstanceID": "group_instance_id",
	},
	"LeaveGroup/response": {
		"Members.InstanceID": "group_instance_id",
	},
	"SyncGroup/request": {
		"Group":                            "group_id",
		"Generation":                       "generation_id",
		"InstanceID":                       "group_instance_id",
		"Protocol":                         "protocol_name",
		"GroupAssignment":                  "assignments",
		"GroupAssignment.MemberAssignment": "assignment",
	},
	"SyncGroup/response": {
		"MemberAssignment": "assignment",
		"Protocol":         "protocol_name",
	},
	"DescribeGroups/response": {
		"Groups.Group":                    "group_id",
		"Groups.State":                    "group_state",
		"Groups.Protocol":                 "protocol_data",
		"Groups.Members.InstanceID":       "group_instance_id",
		"Groups.Members.ProtocolMetadata": "member_metadata",
	},
	"ListGroups/response": {
		"Groups.Group": "group_id",
	},
	"CreateTopics/request": {
		"Topics.Topic":                       "name",
		"Topics.ReplicaAssignment":           "assignments",
		"Topics.ReplicaAssignment.Partition": "partition_index",
		"Topics.ReplicaAssignment.Replicas":  "broker_ids",
	},
	"CreateTopics/response": {
		"Topics.Topic":           "name",
		"Topics.ConfigErrorCode": "topic_config_error_code",
		"Topics.Configs.Source":  "config_source",
	},
	"DeleteTopics/request": {
		"Topics.Topic": "name",
	},
	"DeleteTopics/response": {
		"Topics":       "responses",
		"Topics.Topic": "name",
	},
	"DeleteRecords/request": {
		"Topics.Topic":                "name",
		"Topics.Partitions.Partition": "partition_index",
	},
	"DeleteRecords/response": {
		"Topics.Topic":                "name",
		"Topics.Partitions.Partition": "partition_index",
	},
	"DescribeConfigs/request": {
		"Resources.ConfigNames": "configuration_keys",
	},
	"DescribeConfigs/response": {
		"Resources.Configs.Source":         "config_source",
		"Resources":                        "results",
		"Resources.Configs.ConfigSynonyms": "synonyms",
	},
	"AlterConfigs/response": {
		"Resources": "responses",
	},
	"DescribeLogDirs/response": {
		"Dirs.Topics.Partitions.IsFuture":  "is_future_key",
		"Dirs":                             "results",
		"Dirs.Dir":                         "log_dir",
		"Dirs.Topics.Topic":                "name",
		"Dirs.Topics.Partitions.Partition": "partition_index",
		"Dirs.Topics.Partitions.Size":      "partition_size",
	},
	"CreatePartitions/request": {
		"Topics.Topic":               "name",
		"Topics.Assignment":          "assignments",
		"Topics.Assignment.Replicas": "broker_ids",
	},
	"CreatePartitions/response": {
		"Topics":       "results",
		"Topics.Topic": "name",
	},
	"DeleteGroups/request": {
		"Groups": "groups_names",
	},
	"DeleteGroups/response": {
		"Groups":       "results",
		"Groups.Group": "group_id",
	},
	"IncrementalAlterConfigs/request": {
		"Resources.Configs.Op": "config_operation",
	},
	"IncrementalAlterConfigs/response": {
		"Resources": "responses",
	},
	"ListPartitionReassignments/request": {
		"Topics.Topic":      "name",
		"Topics.Partitions": "partition_indexes",
	},
	"ListPartitionReassignments/response": {
		"Topics.Topic":                "name",
		"Topics.Partitions.Partition": "partition_index",
	},
	"OffsetDelete/request": {
		"Group":                       "group_id",
		"Topics.Topic":                "name",
		"Topics.Partitions.Partition": "partition_index",
	},
	"OffsetDelete/response": {
		"Topics.Topic":                "name",
		"Topics.Partitions.Partition": "partition_index",
	},
	"DescribeClientQuotas/response": {
		"Entries.Entity.Name": "entity_name",
		"Entries.Entity.Type": "entity_type",
	},
	"DescribeCluster/response": {
		"Brokers.NodeID": "broker_id",
	},
	"DescribeProducers/request": {
		"Topics.Topic":      "name",
		"Topics.Partitions": "partition_indexes",
	},
	"DescribeProducers/response": {
		"Topics.Topic":                "name",
		"Topics.Partitions.Partition": "partition_index",
	},
	"DescribeTransactions/response": {
		"TransactionStates.StartTimestamp": "transaction_start_time_ms",
		"TransactionStates.State":          "transaction_state",
		"TransactionStates.TimeoutMillis":  "transaction_timeout_ms",
	},
	"ListTransactions/request": {
		"DurationFilterMillis":   "duration_filter",
		"ProducerIDFilters":      "producer_id_filters",
		"TransactionalIDPattern": "transactional_id_pattern",
	},
	"DescribeAcls/request": {
		"Host":                "host_filter",
		"Principal":           "principal_filter",
		"ResourceName":        "resource_name_filter",
		"ResourcePatternType": "pattern_type_filter",
		"ResourceType":        "resource_type_filter",
	},
	"DescribeAcls/response": {
		"Resources.ResourcePatternType": "pattern_type",
	},
	"DeleteAcls/request": {
		"Filters.Host":                "host_filter",
		"Filters.Principal":           "principal_filter",
		"Filters.ResourceName":        "resource_name_filter",
		"Filters.ResourcePatternType": "pattern_type_filter",
		"Filters.ResourceType":        "resource_type_filter",
	},
	"DeleteAcls/response": {
		"Results.MatchingACLs.ResourcePatternType": "pattern_type",
		"Results": "filter_results",
	},
}
