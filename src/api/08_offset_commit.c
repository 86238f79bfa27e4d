/* Key 8, OffsetCommit v2-10.
 *   v3  throttle time; v6 leader epoch (KIP-320); v7 group_instance_id (KIP-345); v8 flexible
 *   v9  an unknown group is GROUP_ID_NOT_FOUND; v10 topics by id (UNKNOWN_TOPIC_ID)
 * As Apache Kafka: positions above the end are taken; -1 as generation with no member commits for a
 * group without members; retention times are ignored. Answered when durable:
 * COORDINATOR_NOT_AVAILABLE while the disk is full.
 *
 * Deviations: an offset below -1 and more than 10,000 partitions at once are INVALID_REQUEST; a
 * member of a group unknown here is told UNKNOWN_MEMBER_ID, since memberships do not survive a
 * restart.
 */
#include "api/api.h"
#include "api/groups.h"
#include "broker/control.h"
#include "group/group.h"

enum { TOPIC_IDS_SINCE = 10, PARTITIONS_MAX = 10000 };

struct commit {
    struct hc_request *request;
    const struct hp_offset_commit_request *message;
    struct hc_offsets_change *changes;
    size_t count;
    int64_t wall_ms;
    bool rewound;  /* by a generation from before the session went back */
    int16_t error; /* of the whole request */
};

static size_t count_partitions(const struct hp_offset_commit_request *message)
{
    size_t count = 0;
    for (int32_t i = 0; i < message->topics_count; i++) {
        count += (size_t)HC_MAX(message->topics[i].partitions_count, 0);
    }
    return count;
}

static int16_t check_request(struct hc_request *request, size_t partitions, struct hc_now now)
{
    const struct hp_offset_commit_request *message = request->message;
    int16_t error = hc_api_check_group_id(message->group_id, true);
    if (error != HP_ERR_NONE) {
        return error;
    }
    if (partitions > PARTITIONS_MAX) {
        return HP_ERR_INVALID_REQUEST;
    }
    struct hc_member_name name = {message->member_id, message->group_instance_id};
    return hc_coordinator_check_commit(request->cluster->groups, message->group_id, name,
                                       message->generation_id_or_member_epoch, request->version,
                                       hc_connection_id(request->connection), now);
}

static const struct hc_session_topic *find_topic(const struct hc_request *request,
                                                 const struct hp_offset_commit_request_topic *asked,
                                                 int16_t *ret_error)
{
    const struct hc_session *session = request->cluster->session;
    const struct hc_session_topic *topic = request->version >= TOPIC_IDS_SINCE
                                               ? hc_session_topic_by_id(session, asked->topic_id)
                                               : hc_session_topic_named(session, asked->name);
    if (!topic) {
        *ret_error = request->version >= TOPIC_IDS_SINCE ? HP_ERR_UNKNOWN_TOPIC_ID
                                                         : HP_ERR_UNKNOWN_TOPIC_OR_PARTITION;
    }
    return topic;
}

static int16_t check_partition(const struct hc_session_topic *topic,
                               const struct hp_offset_commit_request_partition *asked)
{
    if (asked->partition_index < 0 || asked->partition_index >= topic->partition_count) {
        return HP_ERR_UNKNOWN_TOPIC_OR_PARTITION;
    }
    if (asked->committed_metadata.size > HC_OFFSETS_METADATA_MAX) {
        return HP_ERR_OFFSET_METADATA_TOO_LARGE;
    }
    return asked->committed_offset < -1 ? HP_ERR_INVALID_REQUEST : HP_ERR_NONE;
}

static bool is_rewound(const struct hc_request *request)
{
    const struct hp_offset_commit_request *message = request->message;
    const struct hc_group *group =
        hc_coordinator_group_named(request->cluster->groups, message->group_id);
    int32_t generation = message->generation_id_or_member_epoch;
    return group && generation > 0 && generation == group->rewound;
}

static int64_t offset_to_store(const struct commit *commit, const struct hc_session_topic *topic,
                               const struct hp_offset_commit_request_partition *asked)
{
    if (!commit->rewound) {
        return asked->committed_offset;
    }
    const struct hc_session *session = commit->request->cluster->session;
    int64_t end = hc_session_epoch_start(session, topic, asked->partition_index);
    return HC_MIN(asked->committed_offset, end);
}

static void add_change(struct commit *commit, const struct hc_session_topic *topic,
                       const struct hp_offset_commit_request_partition *asked)
{
    HC_ASSERT(topic != NULL && commit->count < PARTITIONS_MAX);
    commit->changes[commit->count++] = (struct hc_offsets_change){
        .kind = HC_CHANGE_COMMIT,
        .group = commit->message->group_id,
        .topic = topic->name,
        .partition = asked->partition_index,
        .position =
            {
                .offset = offset_to_store(commit, topic, asked),
                .leader_epoch = asked->committed_leader_epoch,
                .commit_ms = commit->wall_ms,
                .metadata = hc_api_not_null(asked->committed_metadata),
            },
    };
}

/* Fills the answer of one topic and collects its changes. */
static void commit_topic(struct commit *commit, const struct hp_offset_commit_request_topic *asked,
                         struct hp_offset_commit_response_topic *ret)
{
    struct hc_request *request = commit->request;
    int16_t topic_error = commit->error;
    const struct hc_session_topic *topic = NULL;
    if (topic_error == HP_ERR_NONE) {
        topic = find_topic(request, asked, &topic_error);
    }
    size_t count = (size_t)HC_MAX(asked->partitions_count, 0);
    ret->name = asked->name;
    ret->topic_id = asked->topic_id;
    ret->partitions = HP_NEW_ARRAY(request->arena, offset_commit_response_partition, count);
    ret->partitions_count = (int32_t)count;
    for (size_t i = 0; i < count; i++) {
        int16_t error = topic ? check_partition(topic, &asked->partitions[i]) : topic_error;
        ret->partitions[i].partition_index = asked->partitions[i].partition_index;
        ret->partitions[i].error_code = error;
        if (error == HP_ERR_NONE) {
            add_change(commit, topic, &asked->partitions[i]);
        }
        hc_api_note_error(request, error);
    }
}

/* What was to be stored has been, or has failed as a whole. */
static enum hc_outcome answer(struct hc_request *request, struct hc_now now)
{
    struct hp_offset_commit_response *response = request->response;
    int16_t error = hc_api_store_error(request);
    if (error == HP_ERR_NONE) {
        hc_session_note_commit(request->cluster->session, now);
        return HC_DONE;
    }
    for (int32_t t = 0; t < response->topics_count; t++) {
        for (int32_t p = 0; p < response->topics[t].partitions_count; p++) {
            int16_t *code = &response->topics[t].partitions[p].error_code;
            *code = *code == HP_ERR_NONE ? error : *code;
        }
    }
    hc_api_note_error(request, error);
    return HC_DONE;
}

enum hc_outcome hc_api_offset_commit(struct hc_request *request, struct hc_now now)
{
    HC_ASSERT(request->api->key == HP_OFFSET_COMMIT);
    if (request->state) {
        return hc_api_store_ended(request) ? answer(request, now) : HC_WAIT;
    }
    if (hc_control_is_busy(request->cluster) && !request->draining) {
        return HC_WAIT; /* a rewind may be on its way to the disk: every waiter runs when it is
                           there */
    }
    const struct hp_offset_commit_request *message = request->message;
    struct hp_offset_commit_response *response = request->response;
    size_t partitions = count_partitions(message);
    struct commit commit = {
        .request = request,
        .message = message,
        .changes = HC_ARENA_ARRAY(request->arena, struct hc_offsets_change, partitions),
        .wall_ms = now.wall_ms,
        .rewound = is_rewound(request),
        .error = check_request(request, partitions, now),
    };
    size_t topics = (size_t)HC_MAX(message->topics_count, 0);
    response->topics = HP_NEW_ARRAY(request->arena, offset_commit_response_topic, topics);
    response->topics_count = (int32_t)topics;
    for (size_t i = 0; i < topics; i++) {
        commit_topic(&commit, &message->topics[i], &response->topics[i]);
    }
    if (commit.count == 0) {
        return HC_DONE;
    }
    return hc_api_store_begin(request, commit.changes, commit.count, NULL) ? answer(request, now)
                                                                           : HC_WAIT;
}
