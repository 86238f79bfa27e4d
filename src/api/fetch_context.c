#include "api/fetch.h"

enum { EPOCH_FINAL = -1, EPOCH_INITIAL = 0 };

/* A Fetch without a session: the request's partitions, in its order. */
static int16_t take_request(struct hc_request *request, struct hc_fetch_state *state)
{
    const struct hp_fetch_request *message = request->message;
    const struct hc_limits *limits = hc_broker_limits(hc_connection_broker(request->connection));
    int64_t total = 0;
    for (int32_t t = 0; t < message->topics_count; t++) {
        total += message->topics[t].partitions_count;
    }
    if (total > limits->fetch_partitions_max) {
        return HP_ERR_INVALID_REQUEST;
    }
    struct hc_fetch_partition *asked =
        HC_ARENA_ARRAY(request->arena, struct hc_fetch_partition, (size_t)total);
    state->items = HC_ARENA_ARRAY(request->arena, struct hc_fetch_item, (size_t)total);
    for (int32_t t = 0; t < message->topics_count; t++) {
        const struct hp_fetch_request_topic *topic = &message->topics[t];
        for (int32_t i = 0; i < topic->partitions_count; i++, asked++) {
            const struct hp_fetch_request_partition *wanted = &topic->partitions[i];
            *asked = (struct hc_fetch_partition){
                .topic = topic->topic,
                .topic_id = topic->topic_id,
                .partition = wanted->partition,
                .current_leader_epoch = wanted->current_leader_epoch,
                .fetch_offset = wanted->fetch_offset,
                .bytes_max = wanted->partition_max_bytes,
            };
            state->items[state->item_count++].asked = asked;
        }
    }
    return HP_ERR_NONE;
}

static void take_session(struct hc_request *request, struct hc_fetch_state *state)
{
    size_t count = hc_map_count(&state->session->index);
    state->items = HC_ARENA_ARRAY(request->arena, struct hc_fetch_item, count);
    HC_LIST_EACH(&state->session->partitions, node)
    {
        state->items[state->item_count++].asked =
            HC_CONTAINER(node, struct hc_fetch_partition, node);
    }
    HC_ASSERT((size_t)state->item_count == count);
}

/* The session that an incremental request continues, or why it cannot. */
static int16_t continue_session(struct hc_request *request, struct hc_fetch_state *state)
{
    const struct hp_fetch_request *message = request->message;
    struct hc_fetch_session *session = hc_connection_fetch_session(request->connection);
    if (!session || session->id != message->session_id) {
        return HP_ERR_FETCH_SESSION_ID_NOT_FOUND;
    }
    if (session->epoch != message->session_epoch) {
        return HP_ERR_INVALID_FETCH_SESSION_EPOCH;
    }
    if (session->by_id != state->by_id) {
        return HP_ERR_FETCH_SESSION_TOPIC_ID_ERROR;
    }
    session->epoch = hc_fetch_session_next_epoch(session->epoch);
    state->session = session;
    state->incremental = true;
    return HP_ERR_NONE;
}

/* The session stops waiting for this connection to come to the end of what it has forgotten. */
static void note_forgotten(struct hc_request *request, const struct hc_fetch_state *state)
{
    const struct hp_fetch_request *message = request->message;
    struct hc_session *session = request->cluster->session;
    for (int32_t t = 0; t < message->forgotten_topics_data_count; t++) {
        const struct hp_fetch_request_forgotten_topic *gone = &message->forgotten_topics_data[t];
        const struct hc_session_topic *topic = state->by_id
                                                   ? hc_session_topic_by_id(session, gone->topic_id)
                                                   : hc_session_topic_named(session, gone->topic);
        for (int32_t i = 0; topic && i < gone->partitions_count; i++) {
            if (gone->partitions[i] >= 0 && gone->partitions[i] < topic->partition_count) {
                hc_session_note_forgotten(session, topic, gone->partitions[i],
                                          hc_connection_id(request->connection));
            }
        }
    }
}

int16_t hc_fetch_begin(struct hc_request *request, struct hc_fetch_state *state)
{
    const struct hp_fetch_request *message = request->message;
    struct hc_broker *broker = hc_connection_broker(request->connection);
    state->by_id = request->version >= 13;
    if (message->max_bytes < 0) {
        return HP_ERR_INVALID_REQUEST;
    }
    if (request->version < 7 || message->session_epoch == EPOCH_FINAL) {
        if (message->session_id != 0) {
            hc_connection_set_fetch_session(request->connection, NULL);
        }
        return take_request(request, state);
    }
    if (message->session_epoch == EPOCH_INITIAL) {
        int32_t id = (int32_t)(hc_broker_next_id(broker) & INT32_MAX);
        state->session = hc_fetch_session_new(HC_MAX(id, 1), state->by_id,
                                              hc_connection_seed(request->connection));
        hc_connection_set_fetch_session(request->connection, state->session);
    } else {
        int16_t error = continue_session(request, state);
        if (error != HP_ERR_NONE) {
            return error;
        }
    }
    if (!hc_fetch_session_update(state->session, message,
                                 hc_broker_limits(broker)->fetch_partitions_max)) {
        hc_connection_set_fetch_session(request->connection, NULL);
        return HP_ERR_INVALID_REQUEST;
    }
    note_forgotten(request, state);
    take_session(request, state);
    return HP_ERR_NONE;
}
