/* The error codes of the Kafka protocol, as of Apache Kafka 4.3.1. */
#ifndef HP_ERROR_H
#define HP_ERROR_H

#include <stdbool.h>
#include <stdint.h>

/* X(name, number, retriable, text). `retriable` is what Kafka's own client thinks: it tries again
 * by itself, after refreshing its metadata where that may help. */
/* clang-format off */
#define HP_ERROR_LIST(X) \
    X(UNKNOWN_SERVER_ERROR, -1, false, "The server failed in a way it did not expect.") \
    X(NONE, 0, false, "No error.") \
    X(OFFSET_OUT_OF_RANGE, 1, false, "The offset lies outside the partition's range.") \
    X(CORRUPT_MESSAGE, 2, true, "A record batch fails its checksum or is malformed.") \
    X(UNKNOWN_TOPIC_OR_PARTITION, 3, true, "No such topic or partition here.") \
    X(INVALID_FETCH_SIZE, 4, false, "The fetch size is not valid.") \
    X(LEADER_NOT_AVAILABLE, 5, true, "The partition has no leader at the moment.") \
    X(NOT_LEADER_OR_FOLLOWER, 6, true, \
      "This broker holds no replica of the partition that may answer.") \
    X(REQUEST_TIMED_OUT, 7, true, "The request was not finished in its time.") \
    X(BROKER_NOT_AVAILABLE, 8, false, "The broker is not available.") \
    X(REPLICA_NOT_AVAILABLE, 9, true, "The replica is not available.") \
    X(MESSAGE_TOO_LARGE, 10, false, "A record batch is larger than the broker accepts.") \
    X(STALE_CONTROLLER_EPOCH, 11, false, "A newer controller has taken over.") \
    X(OFFSET_METADATA_TOO_LARGE, 12, false, \
      "The metadata string of a committed offset is too long.") \
    X(NETWORK_EXCEPTION, 13, true, "The connection ended before an answer came.") \
    X(COORDINATOR_LOAD_IN_PROGRESS, 14, true, "The coordinator is still loading its state.") \
    X(COORDINATOR_NOT_AVAILABLE, 15, true, "There is no coordinator at the moment.") \
    X(NOT_COORDINATOR, 16, true, "This broker does not coordinate the group or transaction.") \
    X(INVALID_TOPIC_EXCEPTION, 17, false, \
      "The topic name is not valid, or the operation is not allowed on it.") \
    X(RECORD_LIST_TOO_LARGE, 18, false, \
      "The request's batches are larger than a segment may be.") \
    X(NOT_ENOUGH_REPLICAS, 19, true, "Fewer replicas are in sync than the write asks for.") \
    X(NOT_ENOUGH_REPLICAS_AFTER_APPEND, 20, true, \
      "The write was stored by fewer replicas than it asks for.") \
    X(INVALID_REQUIRED_ACKS, 21, false, "The number of acknowledgements must be -1, 0 or 1.") \
    X(ILLEGAL_GENERATION, 22, false, "The generation is not the group's current one.") \
    X(INCONSISTENT_GROUP_PROTOCOL, 23, false, "The member shares no protocol with the group.") \
    X(INVALID_GROUP_ID, 24, false, "The group id is not valid.") \
    X(UNKNOWN_MEMBER_ID, 25, false, "The group does not know this member.") \
    X(INVALID_SESSION_TIMEOUT, 26, false, \
      "The session timeout lies outside what the broker allows.") \
    X(REBALANCE_IN_PROGRESS, 27, false, "The group is rebalancing: join again.") \
    X(INVALID_COMMIT_OFFSET_SIZE, 28, false, "The offset commit is too large.") \
    X(TOPIC_AUTHORIZATION_FAILED, 29, false, "Not authorized for the topic.") \
    X(GROUP_AUTHORIZATION_FAILED, 30, false, "Not authorized for the group.") \
    X(CLUSTER_AUTHORIZATION_FAILED, 31, false, "Not authorized for the cluster.") \
    X(INVALID_TIMESTAMP, 32, false, "A record's timestamp is outside the accepted range.") \
    X(UNSUPPORTED_SASL_MECHANISM, 33, false, "The broker does not offer this SASL mechanism.") \
    X(ILLEGAL_SASL_STATE, 34, false, "The request does not fit the state of authentication.") \
    X(UNSUPPORTED_VERSION, 35, false, "The broker does not support this version of the request.") \
    X(TOPIC_ALREADY_EXISTS, 36, false, "A topic of this name exists.") \
    X(INVALID_PARTITIONS, 37, false, "The number of partitions is not valid.") \
    X(INVALID_REPLICATION_FACTOR, 38, false, \
      "The replication factor is below 1 or above the number of brokers.") \
    X(INVALID_REPLICA_ASSIGNMENT, 39, false, "The assignment of replicas is not valid.") \
    X(INVALID_CONFIG, 40, false, "A configuration key or value is not valid.") \
    X(NOT_CONTROLLER, 41, true, "This broker is not the controller.") \
    X(INVALID_REQUEST, 42, false, "The request is malformed or contradicts itself.") \
    X(UNSUPPORTED_FOR_MESSAGE_FORMAT, 43, false, \
      "The stored message format does not support the request.") \
    X(POLICY_VIOLATION, 44, false, "A policy of the broker forbids the request.") \
    X(OUT_OF_ORDER_SEQUENCE_NUMBER, 45, false, "The producer's sequence numbers have a gap.") \
    X(DUPLICATE_SEQUENCE_NUMBER, 46, false, "The batch was already stored.") \
    X(INVALID_PRODUCER_EPOCH, 47, false, \
      "The producer's epoch is older than its id's current one.") \
    X(INVALID_TXN_STATE, 48, false, \
      "The transaction is in a state that does not allow the request.") \
    X(INVALID_PRODUCER_ID_MAPPING, 49, false, \
      "The producer id does not belong to the transactional id.") \
    X(INVALID_TRANSACTION_TIMEOUT, 50, false, \
      "The transaction timeout is above what the broker allows.") \
    X(CONCURRENT_TRANSACTIONS, 51, true, \
      "The previous transaction of this producer is not finished yet.") \
    X(TRANSACTION_COORDINATOR_FENCED, 52, false, \
      "A newer transaction coordinator has taken over.") \
    X(TRANSACTIONAL_ID_AUTHORIZATION_FAILED, 53, false, \
      "Not authorized for the transactional id.") \
    X(SECURITY_DISABLED, 54, false, "Security features are switched off.") \
    X(OPERATION_NOT_ATTEMPTED, 55, false, \
      "Another part of the request failed, so this part was not tried.") \
    X(KAFKA_STORAGE_ERROR, 56, true, "The broker's storage failed.") \
    X(LOG_DIR_NOT_FOUND, 57, false, "No such log directory.") \
    X(SASL_AUTHENTICATION_FAILED, 58, false, "Authentication failed.") \
    X(UNKNOWN_PRODUCER_ID, 59, false, "The broker holds nothing of this producer id.") \
    X(REASSIGNMENT_IN_PROGRESS, 60, false, "The partition is being reassigned.") \
    X(DELEGATION_TOKEN_AUTH_DISABLED, 61, false, "Delegation tokens are switched off.") \
    X(DELEGATION_TOKEN_NOT_FOUND, 62, false, "No such delegation token.") \
    X(DELEGATION_TOKEN_OWNER_MISMATCH, 63, false, \
      "The delegation token belongs to somebody else.") \
    X(DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, 64, false, \
      "Delegation tokens cannot be asked for on this connection.") \
    X(DELEGATION_TOKEN_AUTHORIZATION_FAILED, 65, false, \
      "Not authorized for the delegation token.") \
    X(DELEGATION_TOKEN_EXPIRED, 66, false, "The delegation token has expired.") \
    X(INVALID_PRINCIPAL_TYPE, 67, false, "The type of principal is not supported.") \
    X(NON_EMPTY_GROUP, 68, false, "The group still has members.") \
    X(GROUP_ID_NOT_FOUND, 69, false, "No such group.") \
    X(FETCH_SESSION_ID_NOT_FOUND, 70, true, "No such fetch session.") \
    X(INVALID_FETCH_SESSION_EPOCH, 71, true, "The fetch session is at another epoch.") \
    X(LISTENER_NOT_FOUND, 72, true, "The leader has no listener that corresponds to this one.") \
    X(TOPIC_DELETION_DISABLED, 73, false, "Deleting topics is switched off.") \
    X(FENCED_LEADER_EPOCH, 74, true, "The request's leader epoch is older than the partition's.") \
    X(UNKNOWN_LEADER_EPOCH, 75, true, \
      "The request's leader epoch is newer than the partition's.") \
    X(UNSUPPORTED_COMPRESSION_TYPE, 76, false, \
      "The client's version does not know the stored compression.") \
    X(STALE_BROKER_EPOCH, 77, false, "The broker's epoch has changed.") \
    X(OFFSET_NOT_AVAILABLE, 78, true, "The new leader does not know its high watermark yet.") \
    X(MEMBER_ID_REQUIRED, 79, false, "Join again with the member id in this answer.") \
    X(PREFERRED_LEADER_NOT_AVAILABLE, 80, true, "The preferred leader is not available.") \
    X(GROUP_MAX_SIZE_REACHED, 81, false, "The group has as many members as it may.") \
    X(FENCED_INSTANCE_ID, 82, false, "Another member has taken over this instance id.") \
    X(ELIGIBLE_LEADERS_NOT_AVAILABLE, 83, true, "No replica may become leader.") \
    X(ELECTION_NOT_NEEDED, 84, true, "The partition has the leader it should have.") \
    X(NO_REASSIGNMENT_IN_PROGRESS, 85, false, "The partition is not being reassigned.") \
    X(GROUP_SUBSCRIBED_TO_TOPIC, 86, false, "A member of the group is subscribed to the topic.") \
    X(INVALID_RECORD, 87, false, "A record breaks the topic's rules.") \
    X(UNSTABLE_OFFSET_COMMIT, 88, true, "A transaction is about to change these offsets.") \
    X(THROTTLING_QUOTA_EXCEEDED, 89, true, "The quota is used up: wait.") \
    X(PRODUCER_FENCED, 90, false, "A newer producer has taken over this transactional id.") \
    X(RESOURCE_NOT_FOUND, 91, false, "No such resource.") \
    X(DUPLICATE_RESOURCE, 92, false, "The request names a resource twice.") \
    X(UNACCEPTABLE_CREDENTIAL, 93, false, "The credential does not satisfy the broker's rules.") \
    X(INCONSISTENT_VOTER_SET, 94, false, "The voters known here and there differ.") \
    X(INVALID_UPDATE_VERSION, 95, false, "The version in the update is not valid.") \
    X(FEATURE_UPDATE_FAILED, 96, false, "A feature could not be changed.") \
    X(PRINCIPAL_DESERIALIZATION_FAILURE, 97, false, "A forwarded principal could not be read.") \
    X(SNAPSHOT_NOT_FOUND, 98, false, "No such snapshot.") \
    X(POSITION_OUT_OF_RANGE, 99, false, "The position lies outside the snapshot.") \
    X(UNKNOWN_TOPIC_ID, 100, true, "No topic with this id here.") \
    X(DUPLICATE_BROKER_REGISTRATION, 101, false, "A broker with this id is registered.") \
    X(BROKER_ID_NOT_REGISTERED, 102, false, "No broker with this id is registered.") \
    X(INCONSISTENT_TOPIC_ID, 103, true, "The topic id in the log is another one.") \
    X(INCONSISTENT_CLUSTER_ID, 104, false, "The request is meant for another cluster.") \
    X(TRANSACTIONAL_ID_NOT_FOUND, 105, false, "No such transactional id.") \
    X(FETCH_SESSION_TOPIC_ID_ERROR, 106, true, \
      "The fetch session mixes topic names and topic ids.") \
    X(INELIGIBLE_REPLICA, 107, false, "The replica may not be in sync.") \
    X(NEW_LEADER_ELECTED, 108, false, "The change led to a new leader.") \
    X(OFFSET_MOVED_TO_TIERED_STORAGE, 109, false, "The offset has moved to tiered storage.") \
    X(FENCED_MEMBER_EPOCH, 110, false, \
      "The member was fenced: give up all partitions and join again.") \
    X(UNRELEASED_INSTANCE_ID, 111, false, "Another member still holds this instance id.") \
    X(UNSUPPORTED_ASSIGNOR, 112, false, "The group does not support this assignor.") \
    X(STALE_MEMBER_EPOCH, 113, false, "The member's epoch is old: retry with the current one.") \
    X(MISMATCHED_ENDPOINT_TYPE, 114, false, "The request went to the wrong type of endpoint.") \
    X(UNSUPPORTED_ENDPOINT_TYPE, 115, false, "This type of endpoint is not supported.") \
    X(UNKNOWN_CONTROLLER_ID, 116, false, "No controller with this id.") \
    X(UNKNOWN_SUBSCRIPTION_ID, 117, false, "The telemetry subscription is unknown or outdated.") \
    X(TELEMETRY_TOO_LARGE, 118, false, "The telemetry is larger than the broker accepts.") \
    X(INVALID_REGISTRATION, 119, false, "The controller refuses the broker's registration.") \
    X(TRANSACTION_ABORTABLE, 120, false, \
      "The transaction failed and may be aborted by the client.") \
    X(INVALID_RECORD_STATE, 121, false, "The record's state does not allow the acknowledgement.") \
    X(SHARE_SESSION_NOT_FOUND, 122, true, "No such share session.") \
    X(INVALID_SHARE_SESSION_EPOCH, 123, true, "The share session is at another epoch.") \
    X(FENCED_STATE_EPOCH, 124, false, "The share group's state is at another epoch.") \
    X(INVALID_VOTER_KEY, 125, false, "The voter's key is not that of the replica.") \
    X(DUPLICATE_VOTER, 126, false, "The voter is already there.") \
    X(VOTER_NOT_FOUND, 127, false, "No such voter.") \
    X(INVALID_REGULAR_EXPRESSION, 128, false, "The regular expression is not valid.") \
    X(REBOOTSTRAP_REQUIRED, 129, false, \
      "The client's metadata is too old: start again from the bootstrap servers.") \
    X(STREAMS_INVALID_TOPOLOGY, 130, false, "The streams topology is not valid.") \
    X(STREAMS_INVALID_TOPOLOGY_EPOCH, 131, false, \
      "The epoch of the streams topology is not valid.") \
    X(STREAMS_TOPOLOGY_FENCED, 132, false, "The epoch of the streams topology is old.") \
    X(SHARE_SESSION_LIMIT_REACHED, 133, true, \
      "There are as many share sessions as there may be.")
/* clang-format on */

enum hp_error {
#define HP_ERROR_ENUM(name, number, retriable, text) HP_ERR_##name = number,
    HP_ERROR_LIST(HP_ERROR_ENUM)
#undef HP_ERROR_ENUM
};

enum { HP_ERROR_MIN = -1, HP_ERROR_MAX = 133 };

/* "OFFSET_OUT_OF_RANGE"; "UNKNOWN" for a number that no name stands for. Never NULL, static. */
const char *hp_error_name(int16_t error);

/* One English sentence, fit for error_message fields. Never NULL, static. */
const char *hp_error_text(int16_t error);

bool hp_error_is_retriable(int16_t error);

#endif
