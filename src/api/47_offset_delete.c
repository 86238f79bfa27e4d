/* Key 47, OffsetDelete v0 (KIP-496).
 * As Apache Kafka: a group with members must be of consumers and not subscribed to the topic
 * (NON_EMPTY_GROUP, GROUP_SUBSCRIBED_TO_TOPIC); a partition without a committed offset is no error.
 * Answered when durable.
 */
#include "api/api.h"
#include "api/groups.h"
#include "group/consumer.h"
#include "group/group.h"

static int16_t check_group(const struct hc_request *request, struct hc_slice name)
{
    int16_t error = hc_api_check_group_id(name, false);
    if (error != HP_ERR_NONE) {
        return error;
    }
    if (!hc_api_group_exists(request, name)) {
        return HP_ERR_GROUP_ID_NOT_FOUND;
    }
    const struct hc_group *group = hc_coordinator_group_named(request->cluster->groups, name);
    bool has_members = group && group->state != HC_GROUP_EMPTY;
    return has_members && !hc_consumer_is_type(group->protocol_type) ? HP_ERR_NON_EMPTY_GROUP
                                                                     : HP_ERR_NONE;
}

static int16_t check_topic(const struct hc_request *request, struct hc_slice name,
                           const struct hc_session_topic **ret)
{
    *ret = hc_session_topic_named(request->cluster->session, name);
    if (!*ret) {
        return HP_ERR_UNKNOWN_TOPIC_OR_PARTITION;
    }
    const struct hp_offset_delete_request *message = request->message;
    const struct hc_group *group =
        hc_coordinator_group_named(request->cluster->groups, message->group_id);
    return group && hc_group_is_subscribed(group, name, request->arena)
               ? HP_ERR_GROUP_SUBSCRIBED_TO_TOPIC
               : HP_ERR_NONE;
}

/* Fills the answer of one topic; returns where the next change goes. */
static struct hc_offsets_change *delete_topic(struct hc_request *request,
                                              const struct hp_offset_delete_request_topic *asked,
                                              struct hp_offset_delete_response_topic *ret,
                                              struct hc_offsets_change *change)
{
    const struct hp_offset_delete_request *message = request->message;
    const struct hc_session_topic *topic;
    int16_t topic_error = check_topic(request, asked->name, &topic);
    size_t count = asked->partitions_count > 0 ? (size_t)asked->partitions_count : 0;
    ret->name = asked->name;
    ret->partitions = HP_NEW_ARRAY(request->arena, offset_delete_response_partition, count);
    ret->partitions_count = (int32_t)count;
    for (size_t i = 0; i < count; i++) {
        int32_t partition = asked->partitions[i].partition_index;
        int16_t error = topic_error;
        if (error == HP_ERR_NONE && (partition < 0 || partition >= topic->partition_count)) {
            error = HP_ERR_UNKNOWN_TOPIC_OR_PARTITION;
        }
        ret->partitions[i].partition_index = partition;
        ret->partitions[i].error_code = error;
        if (error == HP_ERR_NONE) {
            *change++ = (struct hc_offsets_change){.kind = HC_CHANGE_DELETE,
                                                   .group = message->group_id,
                                                   .topic = asked->name,
                                                   .partition = partition};
        }
        hc_api_note_error(request, error);
    }
    return change;
}

static enum hc_outcome answer(struct hc_request *request)
{
    struct hp_offset_delete_response *response = request->response;
    int16_t error = hc_api_store_error(request);
    if (error != HP_ERR_NONE) {
        response->error_code = error;
        response->topics_count = 0;
        hc_api_note_error(request, error);
    }
    return HC_DONE;
}

enum hc_outcome hc_api_offset_delete(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_OFFSET_DELETE);
    if (request->state) {
        return hc_api_store_ended(request) ? answer(request) : HC_WAIT;
    }
    const struct hp_offset_delete_request *message = request->message;
    struct hp_offset_delete_response *response = request->response;
    response->error_code = check_group(request, message->group_id);
    if (response->error_code != HP_ERR_NONE) {
        hc_api_note_error(request, response->error_code);
        return HC_DONE;
    }
    size_t topics = message->topics_count > 0 ? (size_t)message->topics_count : 0;
    size_t partitions = 0;
    for (size_t i = 0; i < topics; i++) {
        partitions += (size_t)HC_MAX(message->topics[i].partitions_count, 0);
    }
    struct hc_offsets_change *changes =
        HC_ARENA_ARRAY(request->arena, struct hc_offsets_change, partitions);
    struct hc_offsets_change *next = changes;
    response->topics = HP_NEW_ARRAY(request->arena, offset_delete_response_topic, topics);
    response->topics_count = (int32_t)topics;
    for (size_t i = 0; i < topics; i++) {
        next = delete_topic(request, &message->topics[i], &response->topics[i], next);
    }
    return hc_api_store_begin(request, changes, (size_t)(next - changes), NULL) ? answer(request)
                                                                                : HC_WAIT;
}
