/* Key 1, Fetch v4-18.
 *   v4-6   record batches v2, isolation level, log start offset
 *   v7     fetch sessions (KIP-227): one a connection, gone with it
 *   v9     current leader epoch is checked (KIP-320)
 *   v10    zstd batches may be sent; older clients get them uncompressed
 *   v12    flexible; CurrentLeader is told with epoch errors
 *   v13    topics by id
 *   v15-18 fields of followers, which are ignored: nobody replicates from Hindcast
 *
 * Deviations from Apache Kafka: DivergingEpoch is never sent (clients send no usable last fetched
 * epoch). When the session goes back every waiting request is answered at once. The last stable
 * offset is the high watermark: there are no transactions. A request waits for market time, not for
 * appends.
 */
#include "api/api.h"
#include "api/fetch.h"
#include "session/command.h"

static struct hc_fetch_state *begin(struct hc_request *request)
{
    const struct hp_fetch_request *message = request->message;
    const struct hc_limits *limits = hc_broker_limits(hc_connection_broker(request->connection));
    struct hc_fetch_state *state = HC_ARENA_NEW(request->arena, struct hc_fetch_state);
    int64_t wait_ns = HC_MAX(message->max_wait_ms, 0) * HC_NS_PER_MS;
    state->deadline_ns = request->received_ns + HC_MIN(wait_ns, limits->fetch_wait_ns_max);
    int64_t bytes_max = message->max_bytes;
    state->bytes_max = HC_MIN(bytes_max, (int64_t)limits->response_bytes_max);
    state->bytes_min = HC_MAX(HC_MIN((int64_t)message->min_bytes, state->bytes_max), 0);
    state->generation = hc_session_generation(request->cluster->session);
    state->parked_market_ms = HC_TIME_MIN;
    HC_ASSERT(state->bytes_min >= 0 && state->bytes_min <= HC_MAX(state->bytes_max, 0));
    return state;
}

/* Epoch errors tell who leads now, so that clients need not ask Metadata first (KIP-951). */
static void fill_leader(struct hc_request *request, const struct hc_fetch_item *item,
                        struct hp_fetch_response_partition *out)
{
    if (item->error != HP_ERR_FENCED_LEADER_EPOCH && item->error != HP_ERR_UNKNOWN_LEADER_EPOCH) {
        return;
    }
    out->current_leader.leader_id = HC_NODE_ID;
    out->current_leader.leader_epoch =
        hc_session_leader_epoch(request->cluster->session, item->topic, item->asked->partition);
    struct hp_fetch_response *response = request->response;
    if (request->version >= 16 && response->node_endpoints_count == 0) {
        const struct hc_address *address = hc_connection_advertised(request->connection);
        response->node_endpoints = HP_NEW_ARRAY(request->arena, fetch_response_node_endpoint, 1);
        response->node_endpoints_count = 1;
        response->node_endpoints[0].node_id = HC_NODE_ID;
        response->node_endpoints[0].host = hc_slice_str(address->host);
        response->node_endpoints[0].port = address->port;
    }
}

static void fill_partition(struct hc_request *request, struct hc_fetch_item *item,
                           struct hp_fetch_response_partition *out)
{
    out->partition_index = item->asked->partition;
    out->error_code = item->error;
    out->high_watermark = item->high_watermark;
    out->last_stable_offset = item->high_watermark;
    out->log_start_offset = item->log_start;
    out->records = item->records;
    const struct hp_fetch_request *message = request->message;
    out->aborted_transactions_count = message->isolation_level == 1 ? 0 : -1;
    hc_api_note_error(request, item->error);
    fill_leader(request, item, out);
}

/* Whether an incremental answer must name the partition; remembers what was told. */
static bool must_tell(const struct hc_fetch_state *state, struct hc_fetch_item *item)
{
    struct hc_fetch_partition *asked = item->asked;
    bool changed = item->records.size > 0 || item->error != HP_ERR_NONE ||
                   item->high_watermark != asked->last_high_watermark ||
                   item->log_start != asked->last_log_start;
    asked->last_high_watermark = item->error == HP_ERR_NONE ? item->high_watermark : -1;
    asked->last_log_start = item->log_start;
    return changed || !state->incremental;
}

static bool same_topic(const struct hc_fetch_state *state, const struct hc_fetch_partition *a,
                       const struct hc_fetch_partition *b)
{
    return state->by_id ? hp_uuid_equal(a->topic_id, b->topic_id)
                        : hc_slice_equal(a->topic, b->topic);
}

/* Partitions are answered in the order they were asked in, a topic entry for each run of the same
 * topic. */
static void fill_topics(struct hc_request *request, struct hc_fetch_state *state)
{
    struct hp_fetch_response *response = request->response;
    size_t room = (size_t)state->item_count;
    response->responses = HP_NEW_ARRAY(request->arena, fetch_response_topic, room);
    struct hp_fetch_response_partition *partitions =
        HP_NEW_ARRAY(request->arena, fetch_response_partition, room);
    const struct hc_fetch_partition *previous = NULL;
    struct hp_fetch_response_topic *topic = NULL;
    for (int32_t i = 0; i < state->item_count; i++) {
        struct hc_fetch_item *item = &state->items[i];
        if (!must_tell(state, item)) {
            continue;
        }
        if (!previous || !same_topic(state, previous, item->asked)) {
            topic = &response->responses[response->responses_count++];
            topic->topic = item->asked->topic;
            topic->topic_id = item->asked->topic_id;
            topic->partitions = partitions;
        }
        previous = item->asked;
        fill_partition(request, item, partitions++);
        topic->partitions_count++;
        HC_ASSERT(response->responses_count <= state->item_count);
    }
}

/* Partitions that got data go to the end of the session's order, so that a full answer never
 * starves the others (KIP-74). */
static void rotate(struct hc_fetch_state *state)
{
    for (int32_t i = 0; state->session && i < state->item_count; i++) {
        if (state->items[i].records.size > 0) {
            hc_list_remove(&state->items[i].asked->node);
            hc_list_append(&state->session->partitions, &state->items[i].asked->node);
        }
    }
}

static void measure_lateness(struct hc_request *request, const struct hc_fetch_state *state)
{
    if (state->parked_market_ms == HC_TIME_MIN) {
        return;
    }
    for (int32_t i = 0; i < state->item_count; i++) {
        const struct hc_fetch_item *item = &state->items[i];
        if (item->records.size > 0) {
            HC_ASSERT(item->error == HP_ERR_NONE);
            const struct hc_log *log = item->topic->partitions[item->asked->partition].log;
            int64_t visible_ms = hc_log_visible_ms(log, item->asked->fetch_offset);
            if (visible_ms > state->parked_market_ms) {
                request->released_ns = hc_session_instant_ns(request->cluster->session, visible_ms);
            }
            return;
        }
    }
}

static enum hc_outcome answer(struct hc_request *request, struct hc_fetch_state *state)
{
    struct hp_fetch_response *response = request->response;
    hc_fetch_abandon(request, (struct hc_now){0});
    request->abandon = NULL;
    measure_lateness(request, state);
    fill_topics(request, state);
    rotate(state);
    response->session_id = state->session ? state->session->id : 0;
    return HC_DONE;
}

/* An error of the whole request. Before v7 the answer has no place for one, and an answer without
 * the partitions asked for would be taken for one with no news: the connection ends. */
static enum hc_outcome refuse(struct hc_request *request, int16_t error)
{
    struct hp_fetch_response *response = request->response;
    if (request->version < 7) {
        request->close_reason = "bad-fetch";
        return HC_CLOSE;
    }
    response->error_code = error;
    hc_api_note_error(request, error);
    return HC_DONE;
}

enum hc_outcome hc_api_fetch(struct hc_request *request, struct hc_now now)
{
    HC_ASSERT(request->api->key == HP_FETCH);
    struct hc_fetch_state *state = request->state;
    if (!state) {
        state = begin(request);
        request->state = state;
        int16_t error = hc_fetch_begin(request, state);
        if (error != HP_ERR_NONE) {
            return refuse(request, error);
        }
    }
    bool late = now.mono_ns >= state->deadline_ns || request->draining;
    if (hc_fetch_evaluate(request, state, now) || late) {
        if (hc_fetch_read(request, state, now) || late) {
            return answer(request, state);
        }
    }
    if (state->parked_market_ms == HC_TIME_MIN) {
        state->parked_market_ms = hc_session_market_ms(request->cluster->session);
    }
    HC_ASSERT(!request->draining);
    request->abandon = hc_fetch_abandon;
    request->wait.mono_ns = state->deadline_ns;
    request->wait.market_ms = hc_fetch_next_instant(request, state);
    return HC_WAIT;
}
