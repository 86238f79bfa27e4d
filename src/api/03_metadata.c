/* Key 3, Metadata v0-13.
 *   v0      an empty topic list means all; v1+: null means all, empty means none
 *   v7      leader epochs
 *   v8-10   authorized operations of cluster and topics, where asked
 *   v10     topic ids; v12+: topics may be asked for by id
 *   v13     top-level error code, always 0
 *
 * One node, which leads everything. Unknown topics are never created, whatever the request allows:
 * UNKNOWN_TOPIC_OR_PARTITION.
 */
#include "api/api.h"
#include "api/common.h"

enum {
    TOPIC_OPERATIONS = 1 << 3 | 1 << 8 | 1 << 10, /* READ, DESCRIBE, DESCRIBE_CONFIGS (KIP-430) */
};

static void fill_topic(struct hc_request *request, const struct hc_session_topic *topic,
                       struct hp_metadata_response_topic *out)
{
    const struct hp_metadata_request *message = request->message;
    out->name = topic->name;
    out->topic_id = topic->id;
    if (message->include_topic_authorized_operations) {
        out->topic_authorized_operations = TOPIC_OPERATIONS;
    }
    out->partitions_count = topic->partition_count;
    out->partitions =
        HP_NEW_ARRAY(request->arena, metadata_response_partition, topic->partition_count);
    int32_t *nodes = hc_api_node_list(request);
    for (int32_t i = 0; i < topic->partition_count; i++) {
        struct hp_metadata_response_partition *partition = &out->partitions[i];
        partition->partition_index = i;
        partition->leader_id = HC_NODE_ID;
        partition->leader_epoch = hc_session_leader_epoch(request->cluster->session, topic, i);
        partition->replica_nodes = nodes;
        partition->replica_nodes_count = 1;
        partition->isr_nodes = nodes;
        partition->isr_nodes_count = 1;
    }
}

static void fill_all(struct hc_request *request)
{
    struct hp_metadata_response *response = request->response;
    const struct hc_session *session = request->cluster->session;
    size_t count = hc_session_topic_count(session);
    response->topics = HP_NEW_ARRAY(request->arena, metadata_response_topic, count);
    response->topics_count = (int32_t)count;
    for (size_t i = 0; i < count; i++) {
        fill_topic(request, hc_session_topic_at(session, i), &response->topics[i]);
    }
}

/* The topic that is asked for, by name or id; NULL with the error filled in. */
static const struct hc_session_topic *find_asked(struct hc_request *request,
                                                 const struct hp_metadata_request_topic *asked,
                                                 struct hp_metadata_response_topic *out)
{
    const struct hc_session_topic *topic = NULL;
    out->name = asked->name;
    if (hc_slice_is_null(asked->name) || !hp_uuid_is_zero(asked->topic_id)) {
        out->topic_id = asked->topic_id;
        topic = hc_session_topic_by_id(request->cluster->session, asked->topic_id);
        out->error_code = topic ? HP_ERR_NONE : HP_ERR_UNKNOWN_TOPIC_ID;
    } else {
        topic = hc_api_topic_named(request, asked->name, &out->error_code);
    }
    if (!topic && hc_slice_is_null(out->name) && request->version < 12) {
        out->name = HC_SLICE_EMPTY;
    }
    return topic;
}

/* A topic is answered once however often it is asked for, as Kafka does: otherwise a small request
 * could ask for all partitions a hundred thousand times. */
static void fill_named(struct hc_request *request)
{
    const struct hp_metadata_request *message = request->message;
    struct hp_metadata_response *response = request->response;
    bool *told =
        HC_ARENA_ARRAY(request->arena, bool, hc_session_topic_count(request->cluster->session));
    response->topics = HP_NEW_ARRAY(request->arena, metadata_response_topic, message->topics_count);
    for (int32_t i = 0; i < message->topics_count; i++) {
        struct hp_metadata_response_topic *out = &response->topics[response->topics_count];
        const struct hc_session_topic *topic = find_asked(request, &message->topics[i], out);
        if (topic && told[topic->index]) {
            continue;
        }
        if (topic) {
            told[topic->index] = true;
            fill_topic(request, topic, out);
        }
        hc_api_note_error(request, out->error_code);
        response->topics_count++;
    }
}

static void fill_cluster(struct hc_request *request)
{
    const struct hp_metadata_request *message = request->message;
    struct hp_metadata_response *response = request->response;
    const struct hc_address *address = hc_connection_advertised(request->connection);
    response->brokers = HP_NEW_ARRAY(request->arena, metadata_response_broker, 1);
    response->brokers_count = 1;
    response->brokers[0].node_id = HC_NODE_ID;
    response->brokers[0].host = hc_slice_str(address->host);
    response->brokers[0].port = address->port;
    response->cluster_id = hc_session_cluster_id(request->cluster->session);
    response->controller_id = HC_NODE_ID;
    if (message->include_cluster_authorized_operations) {
        response->cluster_authorized_operations = HC_CLUSTER_OPERATIONS;
    }
}

enum hc_outcome hc_api_metadata(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_METADATA);
    const struct hp_metadata_request *message = request->message;
    fill_cluster(request);
    bool all = message->topics_count < 0 || (request->version == 0 && message->topics_count == 0);
    if (all) {
        fill_all(request);
    } else {
        fill_named(request);
    }
    return HC_DONE;
}
