#include "sim/world/requests.h"

static void name_topic(const struct world_client *client, size_t topic, bool by_id,
                       struct hc_slice *ret_name, struct hp_uuid *ret_id)
{
    const struct hc_session_topic *known = client->world->topics[topic].topic;
    *ret_name = by_id ? HC_SLICE_EMPTY : known->name;
    *ret_id = by_id ? known->id : (struct hp_uuid){{0}};
}

static void fill_items(struct world_client *client, const struct world_fetch *fetch,
                       struct hp_fetch_request *request)
{
    request->topics = WORLD_ARRAY(client, fetch_request_topic, fetch->count);
    request->topics_count = fetch->count;
    for (int32_t i = 0; i < fetch->count; i++) {
        const struct world_fetch_item *item = &fetch->items[i];
        struct hp_fetch_request_topic *topic = &request->topics[i];
        name_topic(client, item->topic, fetch->version >= 13, &topic->topic, &topic->topic_id);
        topic->partitions = WORLD_ARRAY(client, fetch_request_partition, 1);
        topic->partitions_count = 1;
        topic->partitions[0].partition = item->partition;
        topic->partitions[0].fetch_offset = item->offset;
        topic->partitions[0].current_leader_epoch = item->epoch - 1;
        topic->partitions[0].partition_max_bytes = item->bytes_max ? item->bytes_max : 1 << 20;
    }
}

static void fill_forgotten(struct world_client *client, const struct world_fetch *fetch,
                           struct hp_fetch_request *request)
{
    request->forgotten_topics_data =
        WORLD_ARRAY(client, fetch_request_forgotten_topic, fetch->forgotten_count);
    request->forgotten_topics_data_count = fetch->forgotten_count;
    for (int32_t i = 0; i < fetch->forgotten_count; i++) {
        struct hp_fetch_request_forgotten_topic *topic = &request->forgotten_topics_data[i];
        name_topic(client, fetch->forgotten[i].topic, fetch->version >= 13, &topic->topic,
                   &topic->topic_id);
        topic->partitions = HC_ARENA_ARRAY(&client->arena, int32_t, 1);
        topic->partitions[0] = fetch->forgotten[i].partition;
        topic->partitions_count = 1;
    }
}

struct hp_fetch_request *world_fetch_request(struct world_client *client,
                                             const struct world_fetch *fetch)
{
    struct hp_fetch_request *request = WORLD_NEW(client, fetch_request);
    request->max_wait_ms = fetch->max_wait_ms;
    request->min_bytes = fetch->min_bytes;
    request->max_bytes = fetch->max_bytes ? fetch->max_bytes : 50 << 20;
    request->session_id = fetch->session_id;
    request->session_epoch = fetch->session_epoch_plus_1 - 1;
    fill_items(client, fetch, request);
    fill_forgotten(client, fetch, request);
    return request;
}

const struct hp_fetch_response *world_fetch(struct world_client *client,
                                            const struct world_fetch *fetch)
{
    return world_ask(client, HP_FETCH, fetch->version, world_fetch_request(client, fetch));
}

const struct hp_fetch_response_partition *world_only(const struct hp_fetch_response *response)
{
    assert_int_equal(response->error_code, 0);
    assert_int_equal(response->responses_count, 1);
    assert_int_equal(response->responses[0].partitions_count, 1);
    return &response->responses[0].partitions[0];
}

const struct hp_fetch_response_partition *world_fetch_one(struct world_client *client,
                                                          int16_t version, size_t topic,
                                                          int32_t partition, int64_t offset,
                                                          int32_t max_wait_ms)
{
    struct world_fetch fetch = {
        .version = version,
        .max_wait_ms = max_wait_ms,
        .min_bytes = 1,
        .items = {{.topic = topic, .partition = partition, .offset = offset}},
        .count = 1};
    return world_only(world_fetch(client, &fetch));
}

const struct hp_list_offsets_response_partition *world_list_one(struct world_client *client,
                                                                int16_t version, const char *topic,
                                                                int32_t partition,
                                                                int64_t timestamp, int32_t epoch)
{
    struct hp_list_offsets_request *request = WORLD_NEW(client, list_offsets_request);
    request->replica_id = -1;
    request->topics = WORLD_ARRAY(client, list_offsets_request_topic, 1);
    request->topics_count = 1;
    request->topics[0].name = hc_slice_str(topic);
    request->topics[0].partitions = WORLD_ARRAY(client, list_offsets_request_partition, 1);
    request->topics[0].partitions_count = 1;
    request->topics[0].partitions[0].partition_index = partition;
    request->topics[0].partitions[0].timestamp = timestamp;
    request->topics[0].partitions[0].current_leader_epoch = epoch;
    const struct hp_list_offsets_response *answer =
        world_ask(client, HP_LIST_OFFSETS, version, request);
    assert_int_equal(answer->topics_count, 1);
    assert_int_equal(answer->topics[0].partitions_count, 1);
    assert_int_equal(answer->topics[0].partitions[0].partition_index, partition);
    return &answer->topics[0].partitions[0];
}
