/* Looks for the future: during a replay at random speeds, with pauses and growing topics, every API
 * is asked in many forms, and everything that comes back is searched for records whose visible
 * instant lies beyond the market clock.
 *
 * The same program, built with LOOKAHEAD_MUTANT against a broker that shows one record too many
 * (mutant/high_watermark.c), must find it in every answer that depends on the
 * visible end: so this test can fail.
 */
#include "sim/world/client.h"
#include "sim/world/requests.h"
#include "sim/world/world.h"

#include "base/timetext.h"
#include "support/messages.h"
#include "support/seed.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Where something of the future was seen. Those before ANYWHERE tell of the visible end. */
enum place {
    FETCHED_RECORD,
    FETCHED_HEADER,
    FETCHED_END,
    PARKED_RECORD,
    LATEST,
    BY_TIME,
    MAX_TIMESTAMP,
    EPOCH_END,
    LOG_DIRS,
    ANYWHERE, /* a point of market time in any answer, in the status or in a metric */
    PLACES
};

static const char *const place_names[PLACES] = {
    "fetched record", "batch header",  "fetched end", "parked fetch", "latest",
    "by time",        "max timestamp", "epoch end",   "log dirs",     "anywhere"};

static const struct world_topic_config topics[] = {
    {.name = "none", .partitions = 2, .records = 400, .codec = HP_NONE},
    {.name = "gzip", .records = 400, .codec = HP_GZIP, .loads = 3},
    {.name = "snappy", .records = 400, .codec = HP_SNAPPY},
    {.name = "lz4", .records = 800, .codec = HP_LZ4, .step_ms = 20000},
    {.name = "zstd", .records = 400, .codec = HP_ZSTD, .loads = 2},
    {.name = "opens", .records = 400, .codec = HP_ZSTD, .stamp_ms = 60000},
};

struct run {
    struct world *world;
    struct world_client *client;
    struct hc_random random;
    long seen[PLACES];
    long asked;
};

static void look(struct run *run, enum place place, bool future)
{
    run->seen[place] += future;
    run->asked++;
}

/* ---- records ---- */

struct reading {
    struct run *run;
    const struct model *model;
    int32_t partition;
    int64_t market_ms;
    enum place place;
};

static void look_at_record(void *context, const struct hp_batch *batch,
                           const struct hp_record *record)
{
    const struct reading *reading = context;
    const int64_t *visible = reading->model->visible[reading->partition];
    int64_t last = batch->base_offset + batch->last_offset_delta;
    look(reading->run, reading->place, visible[record->offset] > reading->market_ms);
    look(reading->run, FETCHED_HEADER,
         visible[last] > reading->market_ms || batch->max_timestamp_ms > reading->market_ms ||
             batch->base_timestamp_ms > reading->market_ms);
}

static void look_at_partition(struct run *run, size_t topic,
                              const struct hp_fetch_response_partition *got, int64_t market_ms,
                              enum place place)
{
    const struct model *model = &run->world->topics[topic].model;
    struct reading reading = {run, model, got->partition_index, market_ms, place};
    int64_t end = model_end(model, got->partition_index, market_ms);
    look(run, FETCHED_END, got->high_watermark > end || got->last_stable_offset > end);
    if (got->records.size > 0) {
        (void)model_check(model, got->partition_index, &got->records, NULL, look_at_record,
                          &reading);
    }
}

static void fetch_from_everywhere(struct run *run, size_t topic, int32_t partition)
{
    int64_t end = world_end(run->world, topic, partition);
    for (int64_t offset = HC_MAX(end - 12, 0); offset <= end + 2; offset++) {
        int16_t version = (int16_t)(4 + hc_random_below(&run->random, 15));
        const struct hp_fetch_response_partition *got =
            world_fetch_one(run->client, version, topic, partition, offset, 0);
        look_at_partition(run, topic, got, world_now_market(run->world), FETCHED_RECORD);
    }
}

/* From before the very last visible records, waiting for more than there is. */
static void fetch_and_wait(struct run *run, size_t topic)
{
    struct world_fetch fetch = {
        .version = (int16_t)(4 + hc_random_below(&run->random, 15)),
        .max_wait_ms = (int32_t)hc_random_below(&run->random, 30000),
        .min_bytes = (int32_t)hc_random_below(&run->random, 3000),
        .items = {{.topic = topic, .offset = world_end(run->world, topic, 0)}},
        .count = 1};
    world_send(run->client, HP_FETCH, fetch.version, world_fetch_request(run->client, &fetch));
    world_sleep(run->world, 31 * HC_NS_PER_S);
    struct world_call call;
    const struct hp_fetch_response *answer = world_take(run->client, &call);
    assert_non_null(answer);
    look_at_partition(run, topic, world_only(answer), call.answered_market_ms, PARKED_RECORD);
    world_forget(run->client);
}

/* ---- offsets ---- */

static void list_one(struct run *run, size_t topic, int32_t partition, int64_t timestamp,
                     enum place place)
{
    const struct model *model = &run->world->topics[topic].model;
    int16_t version = (int16_t)(timestamp == -3 ? 7 : 1 + hc_random_below(&run->random, 11));
    const struct hp_list_offsets_response_partition *got =
        world_list_one(run->client, version, model->config.name, partition, timestamp, -1);
    int64_t market = world_now_market(run->world);
    int64_t end = model_end(model, partition, market);
    /* "Latest" is one behind the last record; a record found lies before the end. */
    look(run, place,
         got->offset > end - (timestamp == -1 ? 0 : 1) + (end == 0) || got->timestamp > market);
}

static void list_offsets(struct run *run, size_t topic, int32_t partition)
{
    const struct model *model = &run->world->topics[topic].model;
    int64_t market = world_now_market(run->world);
    list_one(run, topic, partition, -1, LATEST);
    list_one(run, topic, partition, -3, MAX_TIMESTAMP);
    for (int64_t i = 0; i < model->config.records; i += 1 + i % 9) {
        list_one(run, topic, partition, model->visible[partition][i], BY_TIME);
    }
    int64_t end = model_end(model, partition, market);
    for (int64_t i = HC_MAX(end - 2, 0); i < HC_MIN(end + 3, model->config.records); i++) {
        list_one(run, topic, partition, model->visible[partition][i], BY_TIME);
    }
    list_one(run, topic, partition, market + 1, BY_TIME);
    list_one(run, topic, partition, INT64_MAX, BY_TIME);
}

static void ask_epochs(struct run *run, size_t topic, int32_t partition)
{
    struct world_client *client = run->client;
    struct hp_offset_for_leader_epoch_request *request =
        WORLD_NEW(client, offset_for_leader_epoch_request);
    request->topics = WORLD_ARRAY(client, offset_for_leader_epoch_request_topic, 1);
    request->topics_count = 1;
    request->topics[0].topic = run->world->topics[topic].topic->name;
    request->topics[0].partitions =
        WORLD_ARRAY(client, offset_for_leader_epoch_request_partition, 1);
    request->topics[0].partitions_count = 1;
    request->topics[0].partitions[0].partition = partition;
    const struct hp_offset_for_leader_epoch_response *answer =
        world_ask(client, HP_OFFSET_FOR_LEADER_EPOCH, 3, request);
    look(run, EPOCH_END,
         answer->topics[0].partitions[0].end_offset > world_end(run->world, topic, partition));
}

static void ask_log_dirs(struct run *run)
{
    struct hp_describe_log_dirs_request *request =
        WORLD_NEW(run->client, describe_log_dirs_request);
    request->topics_count = -1;
    const struct hp_describe_log_dirs_response *answer =
        world_ask(run->client, HP_DESCRIBE_LOG_DIRS, 4, request);
    for (int32_t t = 0; t < answer->results[0].topics_count; t++) {
        const struct hp_describe_log_dirs_response_topic *topic = &answer->results[0].topics[t];
        for (int32_t i = 0; i < topic->partitions_count; i++) {
            int32_t p = topic->partitions[i].partition_index;
            const struct hc_log *log = run->world->topics[t].topic->partitions[p].log;
            int64_t end = world_end(run->world, (size_t)t, p);
            int64_t visible = hc_log_whole_bytes_between(log, 0, end);
            look(run, LOG_DIRS, topic->partitions[i].partition_size > visible);
        }
    }
}

/* Sizes change where a batch becomes whole: asked one record before that. */
static void ask_log_dirs_before_a_whole_batch(struct run *run)
{
    const struct world_topic *topic = &run->world->topics[3];
    const struct hc_log *log = topic->topic->partitions[0].log;
    const int64_t *visible = topic->model.visible[0];
    int64_t end = 2;
    while (hc_log_whole_bytes_between(log, 0, end) == hc_log_whole_bytes_between(log, 0, end - 1) ||
           visible[end - 1] == visible[end - 2]) {
        end++;
    }
    world_market(run->world, visible[end - 1] - 1);
    world_reconnect(run->client);
    ask_log_dirs(run);
}

/* ---- anything at all ---- */

/* Points of market time beyond the clock, as a number of milliseconds or written out. */
static void look_at_text(struct run *run, struct hc_slice text)
{
    int64_t market = world_now_market(run->world);
    char now_iso[HC_ISO_BYTES];
    hc_iso_ms(market, now_iso);
    for (size_t i = 0; i < text.size; i++) {
        bool begins = isdigit((unsigned char)text.data[i]) &&
                      (i == 0 || !isalnum((unsigned char)text.data[i - 1]));
        if (!begins) {
            continue;
        }
        char word[32];
        hc_slice_to_str(hc_slice_of(text.data + i, text.size - i), word, sizeof word);
        long long number = strtoll(word, NULL, 10);
        look(run, ANYWHERE, number > market && number < WORLD_T0 + 90 * HC_MS_PER_DAY);
        bool iso = strncmp(word, "202", 3) == 0 && word[4] == '-' && word[10] == 'T';
        look(run, ANYWHERE, iso && strncmp(word, now_iso, 23) > 0);
    }
}

static void look_at_status(struct run *run)
{
    struct hc_buffer text = {0};
    hc_session_status_json(run->world->cluster.session, HC_SLICE("127.0.0.1:9092"), &text);
    look_at_text(run, hc_buffer_slice(&text));
    hc_buffer_clear(&text);
    hc_metric_print(run->world->metrics, &text);
    look_at_text(run, hc_buffer_slice(&text));
    hc_buffer_done(&text);
}

/* A request of random contents to every API in some version, on a connection of its own; answers
 * that come are searched. Fetch and ListOffsets are among them. */
static void ask_anything(struct run *run, const struct hp_api *api)
{
    struct world_client *client = world_connect(run->world, WORLD_WHOLE);
    int16_t range = (int16_t)(api->served_max - api->served_min + 1);
    int16_t version =
        (int16_t)(api->served_min + (int16_t)hc_random_below(&run->random, (uint64_t)range));
    void *message = hc_arena_alloc(&client->arena, hc_test_message_size_max());
    hc_test_fill(api->request, version, &run->random, &client->arena, message);
    world_send(client, api->key, version, message);
    world_sleep(run->world, HC_NS_PER_S);
    const void *answer = world_take(client, NULL);
    if (answer) {
        struct hc_buffer text = {0};
        hp_print_json(api->response, version, answer, &text);
        look_at_text(run, hc_buffer_slice(&text));
        hc_buffer_done(&text);
    }
    world_client_free(client);
    run->world->client_count--;
}

static void ask_configs(struct run *run)
{
    struct world_client *client = run->client;
    struct hp_describe_configs_request *request = WORLD_NEW(client, describe_configs_request);
    request->resources = WORLD_ARRAY(client, describe_configs_request_resource, 2);
    request->resources_count = 2;
    request->resources[0].resource_type = 4;
    request->resources[0].resource_name = HC_SLICE("1");
    request->resources[0].configuration_keys_count = -1;
    request->resources[1].resource_type = 2;
    request->resources[1].resource_name = HC_SLICE("zstd");
    request->resources[1].configuration_keys_count = -1;
    request->include_synonyms = request->include_documentation = true;
    struct hc_buffer text = {0};
    hp_print_json(&hp_describe_configs_response_schema, 4,
                  world_ask(client, HP_DESCRIBE_CONFIGS, 4, request), &text);
    look_at_text(run, hc_buffer_slice(&text));
    hc_buffer_done(&text);
}

static void ask_everything(struct run *run)
{
    for (size_t topic = 0; topic < HC_COUNT(topics); topic++) {
        for (int32_t p = 0; p < run->world->topics[topic].model.config.partitions; p++) {
            fetch_from_everywhere(run, topic, p);
            list_offsets(run, topic, p);
            ask_epochs(run, topic, p);
        }
    }
    ask_log_dirs(run);
    ask_configs(run);
    look_at_status(run);
    fetch_and_wait(run, hc_random_below(&run->random, HC_COUNT(topics)));
    for (int key = 0; key <= HP_API_KEY_MAX; key++) {
        const struct hp_api *api = hp_api_find((int16_t)key);
        if (api && api->served_max >= 0) {
            ask_anything(run, api);
        }
    }
}

/* ---- a replay ---- */

static void disturb(struct run *run)
{
    static const int64_t speeds[][2] = {{1, 2}, {1, 1}, {7, 1}, {20, 1}};
    struct hc_session *session = run->world->cluster.session;
    struct hc_error error;
    const int64_t *speed = speeds[hc_random_below(&run->random, HC_COUNT(speeds))];
    uint64_t what = hc_random_below(&run->random, 5);
    if (what == 0) {
        assert_int_equal(hc_session_pause(session, run->world->now, &error), HC_OK);
    } else if (what == 1) {
        (void)world_load(run->world, hc_random_below(&run->random, HC_COUNT(topics)));
    } else {
        assert_int_equal(hc_session_resume(session, run->world->now, &error), HC_OK);
        hc_session_set_speed(session, hc_speed_of(speed[0], speed[1]), run->world->now);
    }
    int64_t market_s = (int64_t)hc_random_below(&run->random, 900);
    world_sleep(run->world, market_s * HC_NS_PER_S * speed[1] / speed[0]);
    world_reconnect(run->client);
}

static void replay(uint64_t seed, struct run *run)
{
    struct world_config config = {.seed = seed,
                                  .session = world_session(),
                                  .topics = topics,
                                  .topic_count = HC_COUNT(topics)};
    run->world = world_new(&config);
    run->client = world_connect(run->world, WORLD_WHOLE);
    hc_random_seed(&run->random, seed);
    ask_log_dirs_before_a_whole_batch(run);
    for (int step = 0; step < 12; step++) {
        disturb(run);
        ask_everything(run);
    }
    world_free(run->world);
}

static void the_search_of_texts_finds_times(void **state)
{
    (void)state;
    struct world_config config = {
        .seed = 1, .session = world_session(), .topics = topics, .topic_count = HC_COUNT(topics)};
    struct run run = {.world = world_new(&config)};
    world_market(run.world, world_now_market(run.world) + 5000);
    for (int64_t ahead = -1; ahead <= 1; ahead++) {
        int64_t at = world_now_market(run.world) + ahead;
        char iso[HC_ISO_BYTES], text[128];
        (void)snprintf(text, sizeof text, "{\"a\":[1,%" PRId64 "],\"b\":\"%s\"}", at,
                       hc_iso_ms(at, iso));
        look_at_text(&run, hc_slice_str(text));
        assert_int_equal(run.seen[ANYWHERE], ahead > 0 ? 2 : 0);
    }
    world_free(run.world);
}

static void nothing_tells_of_the_future(void **state)
{
    (void)state;
    uint64_t first = test_seed("lookahead", 1);
    struct run run = {0};
    for (uint64_t seed = first; seed < first + 3; seed++) {
        replay(seed, &run);
    }
    assert_true(run.asked > 10000);
    for (int place = 0; place < PLACES; place++) {
        print_message("%-15s %ld of the future\n", place_names[place], run.seen[place]);
#ifdef LOOKAHEAD_MUTANT
        assert_true(place == ANYWHERE || run.seen[place] > 0);
#else
        assert_int_equal(run.seen[place], 0);
#endif
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_search_of_texts_finds_times),
                                       cmocka_unit_test(nothing_tells_of_the_future)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
