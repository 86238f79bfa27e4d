/* Key 9, OffsetFetch v1-10.
 *   v2  null topics ask for all, the group has an error of its own; v5 leader epochs; v6 flexible
 *   v7  require_stable (KIP-447): every commit here is stable
 *   v8  several groups (KIP-709); v9 member id and epoch, which classic groups do not compare
 *   v10 topics by id (UNKNOWN_TOPIC_ID)
 *
 * As Apache Kafka: a group or partition without a committed offset is no error: offset -1, metadata
 * "".
 */
#include "api/api.h"
#include "api/groups.h"

enum { GROUP_ERROR_SINCE = 2, SEVERAL_SINCE = 8, TOPIC_IDS_SINCE = 10 };

/* One answer is built for every version, in the shape of v8; older versions copy it over. */

static void fill(struct hp_offset_fetch_response_group_partition *ret,
                 const struct hc_offset_position *position, struct hc_arena *arena)
{
    ret->committed_offset = position->offset;
    ret->committed_leader_epoch = position->leader_epoch;
    ret->metadata = hc_api_not_null(hc_arena_copy(arena, position->metadata));
}

/* The named partitions of one topic; `error`: of every one of them. */
static void fetch_topic(struct hc_request *request, struct hc_slice group, struct hc_slice topic,
                        const int32_t *partitions, int32_t count, int16_t error,
                        struct hp_offset_fetch_response_group_topic *ret)
{
    size_t size = (size_t)HC_MAX(count, 0);
    ret->partitions = HP_NEW_ARRAY(request->arena, offset_fetch_response_group_partition, size);
    ret->partitions_count = (int32_t)size;
    for (size_t i = 0; i < size; i++) {
        struct hp_offset_fetch_response_group_partition *out = &ret->partitions[i];
        struct hc_offset_position position;
        out->partition_index = partitions[i];
        out->committed_offset = -1;
        out->metadata = HC_SLICE_EMPTY;
        out->error_code = error;
        if (error == HP_ERR_NONE &&
            hc_offsets_get(request->cluster->offsets, group, topic, partitions[i], &position)) {
            fill(out, &position, request->arena);
        }
    }
    hc_api_note_error(request, error);
}

/* ---- everything a group has committed ---- */

struct everything {
    struct hc_request *request;
    struct hp_offset_fetch_response_group_topic *topics;
    int32_t topic_count;
    size_t topic_capacity;
    size_t partition_capacity; /* of the present topic */
};

static void *grow_in_arena(struct hc_arena *arena, void *old, size_t count, size_t *capacity,
                           size_t size)
{
    if (count < *capacity) {
        return old;
    }
    *capacity = HC_MAX(*capacity * 2, (size_t)8);
    char *grown = hc_arena_array(arena, *capacity, size);
    HC_ASSERT(grown != NULL && (count == 0) == (old == NULL));
    if (count > 0) {
        memcpy(grown, old, count * size);
    }
    return grown;
}

static struct hp_offset_fetch_response_group_topic *
begin_topic(struct everything *all, const struct hc_session_topic *topic)
{
    struct hc_arena *arena = all->request->arena;
    all->topics = grow_in_arena(arena, all->topics, (size_t)all->topic_count, &all->topic_capacity,
                                sizeof *all->topics);
    struct hp_offset_fetch_response_group_topic *answer = &all->topics[all->topic_count++];
    *answer = *HP_NEW_ARRAY(arena, offset_fetch_response_group_topic, 1);
    answer->name = topic->name;
    answer->topic_id = topic->id;
    all->partition_capacity = 0;
    return answer;
}

/* Positions come by topic and partition. Those of topics that the session no longer has are not
 * shown. */
static void add_position(void *context, struct hc_slice name, int32_t partition,
                         const struct hc_offset_position *position)
{
    struct everything *all = context;
    struct hc_arena *arena = all->request->arena;
    const struct hc_session_topic *topic =
        hc_session_topic_named(all->request->cluster->session, name);
    if (!topic) {
        return;
    }
    struct hp_offset_fetch_response_group_topic *answer =
        all->topic_count > 0 ? &all->topics[all->topic_count - 1] : NULL;
    if (!answer || !hc_slice_equal(answer->name, topic->name)) {
        answer = begin_topic(all, topic);
    }
    answer->partitions = grow_in_arena(arena, answer->partitions, (size_t)answer->partitions_count,
                                       &all->partition_capacity, sizeof *answer->partitions);
    struct hp_offset_fetch_response_group_partition *out =
        &answer->partitions[answer->partitions_count++];
    *out = (struct hp_offset_fetch_response_group_partition){.partition_index = partition};
    fill(out, position, arena);
}

static struct hp_offset_fetch_response_group_topic *
fetch_everything(struct hc_request *request, struct hc_slice group, int32_t *ret_count)
{
    struct everything all = {.request = request};
    hc_offsets_each(request->cluster->offsets, group, add_position, &all);
    *ret_count = all.topic_count;
    return all.topics;
}

/* ---- v8 and later ---- */

static void fetch_group(struct hc_request *request,
                        const struct hp_offset_fetch_request_group *asked,
                        struct hp_offset_fetch_response_group *ret)
{
    ret->group_id = asked->group_id;
    ret->error_code = hc_api_check_group_id(asked->group_id, true);
    if (ret->error_code != HP_ERR_NONE) {
        hc_api_note_error(request, ret->error_code);
        return;
    }
    if (asked->topics_count < 0) {
        ret->topics = fetch_everything(request, asked->group_id, &ret->topics_count);
        return;
    }
    ret->topics = HP_NEW_ARRAY(request->arena, offset_fetch_response_group_topic,
                               (size_t)asked->topics_count);
    ret->topics_count = asked->topics_count;
    for (int32_t i = 0; i < asked->topics_count; i++) {
        const struct hp_offset_fetch_request_group_topic *topic = &asked->topics[i];
        struct hc_slice name = topic->name;
        int16_t error = HP_ERR_NONE;
        if (request->version >= TOPIC_IDS_SINCE) {
            const struct hc_session_topic *known =
                hc_session_topic_by_id(request->cluster->session, topic->topic_id);
            name = known ? known->name : HC_SLICE_EMPTY;
            error = known ? HP_ERR_NONE : HP_ERR_UNKNOWN_TOPIC_ID;
        }
        ret->topics[i].name = name;
        ret->topics[i].topic_id = topic->topic_id;
        fetch_topic(request, asked->group_id, name, topic->partition_indexes,
                    topic->partition_indexes_count, error, &ret->topics[i]);
    }
}

static enum hc_outcome fetch_several(struct hc_request *request)
{
    const struct hp_offset_fetch_request *message = request->message;
    struct hp_offset_fetch_response *response = request->response;
    size_t count = (size_t)HC_MAX(message->groups_count, 0);
    response->groups = HP_NEW_ARRAY(request->arena, offset_fetch_response_group, count);
    response->groups_count = (int32_t)count;
    for (size_t i = 0; i < count; i++) {
        fetch_group(request, &message->groups[i], &response->groups[i]);
    }
    return HC_DONE;
}

/* ---- before v8 ---- */

static void copy_topic(struct hc_arena *arena,
                       const struct hp_offset_fetch_response_group_topic *from,
                       struct hp_offset_fetch_response_topic *to)
{
    size_t count = (size_t)from->partitions_count;
    to->name = from->name;
    to->partitions = HP_NEW_ARRAY(arena, offset_fetch_response_partition, count);
    to->partitions_count = (int32_t)count;
    for (size_t i = 0; i < count; i++) {
        to->partitions[i].partition_index = from->partitions[i].partition_index;
        to->partitions[i].committed_offset = from->partitions[i].committed_offset;
        to->partitions[i].committed_leader_epoch = from->partitions[i].committed_leader_epoch;
        to->partitions[i].metadata = from->partitions[i].metadata;
        to->partitions[i].error_code = from->partitions[i].error_code;
    }
}

/* v1 has no error of the group: every partition carries it. */
static struct hp_offset_fetch_response_group_topic *fetch_named(struct hc_request *request,
                                                                int16_t error)
{
    const struct hp_offset_fetch_request *message = request->message;
    size_t count = (size_t)message->topics_count;
    struct hp_offset_fetch_response_group_topic *topics =
        HP_NEW_ARRAY(request->arena, offset_fetch_response_group_topic, count);
    for (size_t i = 0; i < count; i++) {
        topics[i].name = message->topics[i].name;
        fetch_topic(request, message->group_id, topics[i].name,
                    message->topics[i].partition_indexes,
                    message->topics[i].partition_indexes_count, error, &topics[i]);
    }
    return topics;
}

enum hc_outcome hc_api_offset_fetch(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_OFFSET_FETCH);
    if (request->version >= SEVERAL_SINCE) {
        return fetch_several(request);
    }
    const struct hp_offset_fetch_request *message = request->message;
    struct hp_offset_fetch_response *response = request->response;
    int16_t error = hc_api_check_group_id(message->group_id, true);
    if (error != HP_ERR_NONE && request->version >= GROUP_ERROR_SINCE) {
        response->error_code = error;
        hc_api_note_error(request, error);
        return HC_DONE;
    }
    int32_t count = message->topics_count;
    struct hp_offset_fetch_response_group_topic *topics =
        count >= 0 ? fetch_named(request, error)
                   : fetch_everything(request, message->group_id, &count);
    response->topics = HP_NEW_ARRAY(request->arena, offset_fetch_response_topic, (size_t)count);
    response->topics_count = count;
    for (int32_t i = 0; i < count; i++) {
        copy_topic(request->arena, &topics[i], &response->topics[i]);
    }
    return HC_DONE;
}
