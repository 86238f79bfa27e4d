/* Fetch: when it is answered, and how much it gives. */
#include "fixture.h"

static const struct world_topic_config cold_topics[] = {
    {.name = "cold", .partitions = 2, .records = 200, .cold = true},
    {.name = "corrupt", .records = 200, .corrupt = true},
    {.name = "warm", .records = 200},
};
enum { COLD, CORRUPT, WARM };

static int setup_cold(void **state)
{
    static struct fixture fixture;
    struct world_config config = fixture_config();
    config.topics = cold_topics;
    config.topic_count = HC_COUNT(cold_topics);
    config.session.speed = hc_speed_max();
    config.job_ns_max = 40 * HC_NS_PER_MS;
    open_world(&fixture, &config);
    *state = &fixture;
    return 0;
}

/* Runs until the one request under way is answered. */
static bool is_answered(void *context)
{
    const struct world_client *client = context;
    return client->answered > 0;
}

static const struct hp_fetch_response *finish(struct world_client *client, struct world_call *call)
{
    assert_true(world_run_until(client->world, is_answered, client, 3600 * HC_NS_PER_S));
    return world_take(client, call);
}

/* Asks for candles-0 at its visible end. */
static const struct hp_fetch_response *wait_at_end(struct fixture *fixture, int32_t max_wait_ms,
                                                   int32_t min_bytes, struct world_call *call)
{
    struct world_client *client = fixture->client;
    struct world_fetch fetch = {.version = 11,
                                .max_wait_ms = max_wait_ms,
                                .min_bytes = min_bytes,
                                .items = {{.offset = world_end(fixture->world, 0, 0)}},
                                .count = 1};
    world_send(client, HP_FETCH, 11, world_fetch_request(client, &fetch));
    world_forget(client);
    return finish(client, call);
}

static void it_wakes_at_the_very_instant(void **state)
{
    struct fixture *fixture = *state;
    const int64_t *visible = fixture->world->topics[0].model.visible[0];
    for (int i = 0; i < 20; i++) {
        int64_t end = world_end(fixture->world, 0, 0);
        struct world_call call;
        const struct hp_fetch_response *answer = wait_at_end(fixture, 30000, 1, &call);
        bool in_time = visible[end] - call.sent_market_ms <= 30000;
        int64_t wait_ms = in_time ? visible[end] - call.sent_market_ms : 30000;
        assert_int_equal(call.answered_market_ms - call.sent_market_ms, wait_ms);
        assert_int_equal(world_only(answer)->records.size > 0, in_time);
    }
}

static void waits_are_clamped(void **state)
{
    struct fixture *fixture = *state;
    static const int32_t asked[] = {INT32_MIN, -1, 0, 1, 250, 29999, 30000, 30001, INT32_MAX};
    struct hc_error error;
    assert_int_equal(hc_session_pause(fixture->world->cluster.session, fixture->world->now, &error),
                     HC_OK);
    for (size_t i = 0; i < HC_COUNT(asked); i++) {
        struct world_call call;
        const struct hp_fetch_response *answer = wait_at_end(fixture, asked[i], 1, &call);
        int64_t want_ms = HC_MIN(HC_MAX(asked[i], 0), 30000);
        assert_int_equal(call.answered_ns - call.sent_ns, want_ms * HC_NS_PER_MS);
        assert_int_equal(world_only(answer)->records.size, 0);
    }
}

static void no_bytes_wanted_is_answered_at_once(void **state)
{
    struct fixture *fixture = *state;
    for (int32_t min_bytes = -1; min_bytes <= 0; min_bytes++) {
        struct world_call call;
        (void)wait_at_end(fixture, 10000, min_bytes, &call);
        assert_int_equal(call.answered_ns, call.sent_ns);
    }
}

static void it_waits_for_min_bytes(void **state)
{
    struct fixture *fixture = *state;
    struct hc_session *session = fixture->world->cluster.session;
    const struct hc_log *log = fixture->world->topics[0].topic->partitions[0].log;
    const int64_t *visible = fixture->world->topics[0].model.visible[0];
    hc_session_set_speed(session, hc_speed_of(100, 1), fixture->world->now);
    for (int i = 0; i < 10; i++) {
        int64_t end = world_end(fixture->world, 0, 0);
        struct world_call call;
        (void)wait_at_end(fixture, 30000, 500, &call);
        int64_t enough = end;
        while (hc_log_bytes_between(log, end, enough) < 500) {
            enough++;
        }
        assert_int_equal(call.answered_market_ms, visible[enough - 1]);
    }
}

static void a_pause_ends_the_wait_for_min_bytes(void **state)
{
    struct fixture *fixture = *state;
    struct world_client *client = fixture->client;
    struct hc_session *session = fixture->world->cluster.session;
    struct hc_error error;
    reach(fixture, fixture->world->topics[0].model.visible[0][3]);
    struct world_fetch fetch = {
        .version = 11, .max_wait_ms = 30000, .min_bytes = 1 << 20, .items = {{0}}, .count = 1};
    world_send(client, HP_FETCH, 11, world_fetch_request(client, &fetch));
    world_sleep(fixture->world, HC_NS_PER_S);
    assert_int_equal(client->answered, 0);
    assert_int_equal(hc_session_pause(session, fixture->world->now, &error), HC_OK);
    struct world_call call;
    const struct hp_fetch_response *answer = finish(client, &call);
    assert_int_equal(call.answered_ns - call.sent_ns, HC_NS_PER_S);
    assert_true(world_only(answer)->records.size > 0);
}

/* ---- how much ---- */

static void the_first_batch_is_whole_whatever_the_limits(void **state)
{
    struct fixture *fixture = *state;
    static const int32_t limits[][2] = {{0, 0}, {1, 1 << 20}, {1 << 20, 1}, {1 << 20, -5}};
    for (size_t i = 0; i < HC_COUNT(limits); i++) {
        struct hp_fetch_request *request = WORLD_NEW(fixture->client, fetch_request);
        request->max_bytes = limits[i][0];
        request->min_bytes = 1;
        request->topics = WORLD_ARRAY(fixture->client, fetch_request_topic, 1);
        request->topics_count = 1;
        request->topics[0].topic = HC_SLICE("candles");
        request->topics[0].partitions = WORLD_ARRAY(fixture->client, fetch_request_partition, 2);
        request->topics[0].partitions_count = 2;
        for (int32_t p = 0; p < 2; p++) {
            request->topics[0].partitions[p].partition = p;
            request->topics[0].partitions[p].partition_max_bytes = limits[i][1];
        }
        const struct hp_fetch_response *answer = world_ask(fixture->client, HP_FETCH, 8, request);
        const struct hp_fetch_response_partition *got = answer->responses[0].partitions;
        const struct model *model = &fixture->world->topics[0].model;
        int64_t next = model_check(model, 0, &got[0].records, NULL, NULL, NULL);
        assert_true(next > 1 && next < 300);
        /* With room for it, the second partition is read too, up to its own limit. */
        bool second = limits[i][0] > 1 && limits[i][1] > (1 << 19);
        assert_int_equal(got[1].records.size > 0, second);
        assert_true(got[1].records.count >= 0);
    }
}

static void partition_limits_hold_beyond_the_first_batch(void **state)
{
    struct fixture *fixture = *state;
    for (int32_t limit = 1000; limit < 60000; limit += 1777) {
        struct world_fetch fetch = {.version = 4, .items = {{.bytes_max = limit}}, .count = 1};
        const struct hp_fetch_response_partition *got =
            world_only(world_fetch(fixture->client, &fetch));
        assert_true(got->records.size <= (size_t)HC_MAX(limit, 16 * 1024 + 1024));
        assert_true(got->records.size > 0);
    }
}

static void negative_max_bytes_are_refused(void **state)
{
    struct fixture *fixture = *state;
    struct world_fetch fetch = {.version = 11, .max_bytes = -1, .items = {{0}}, .count = 1};
    assert_int_equal(world_fetch(fixture->client, &fetch)->error_code, HP_ERR_INVALID_REQUEST);
    fetch.version = 6;
    world_send(fixture->client, HP_FETCH, 6, world_fetch_request(fixture->client, &fetch));
    assert_true(world_is_closed_soon(fixture->client));
    assert_int_equal(world_closed(fixture->world, "bad-fetch"), 1);
}

static void at_most_ten_thousand_partitions(void **state)
{
    struct fixture *fixture = *state;
    for (int32_t count = 10000; count <= 10001; count++) {
        (void)world_ask(fixture->client, HP_API_VERSIONS, 0,
                        WORLD_NEW(fixture->client, api_versions_request)); /* large frames now */
        struct hp_fetch_request *request = WORLD_NEW(fixture->client, fetch_request);
        request->max_bytes = 1;
        request->topics = WORLD_ARRAY(fixture->client, fetch_request_topic, 1);
        request->topics_count = 1;
        request->topics[0].topic = HC_SLICE("candles");
        request->topics[0].partitions =
            WORLD_ARRAY(fixture->client, fetch_request_partition, count);
        request->topics[0].partitions_count = count;
        const struct hp_fetch_response *answer = world_ask(fixture->client, HP_FETCH, 7, request);
        assert_int_equal(answer->error_code, count > 10000 ? HP_ERR_INVALID_REQUEST : 0);
        assert_int_equal(answer->responses_count, count > 10000 ? 0 : 1);
    }
}

/* ---- bodies that are not in memory ---- */

static void a_cold_log_is_waited_for(void **state)
{
    struct fixture *fixture = *state;
    struct world_call call;
    struct world_fetch fetch = {
        .version = 11, .max_wait_ms = 5000, .min_bytes = 1, .items = {{.topic = COLD}}, .count = 1};
    world_send(fixture->client, HP_FETCH, 11, world_fetch_request(fixture->client, &fetch));
    const struct hp_fetch_response *answer = finish(fixture->client, &call);
    const struct hp_fetch_response_partition *got = world_only(answer);
    assert_true(call.answered_ns - call.sent_ns <= 40 * HC_NS_PER_MS);
    assert_int_equal(got->error_code, 0);
    assert_true(
        model_check(&fixture->world->topics[COLD].model, 0, &got->records, NULL, NULL, NULL) > 0);
}

static void a_client_that_never_waits_gets_a_cold_log(void **state)
{
    struct fixture *fixture = *state;
    int polls = 0;
    while (world_fetch_one(fixture->client, 11, COLD, 0, 0, 0)->records.size == 0) {
        world_sleep(fixture->world, 10 * HC_NS_PER_MS);
        assert_true(++polls < 10);
    }
    assert_true(polls > 0);
}

/* A partition that is in memory, or one in error, does not keep a cold one from being read. */
static void a_cold_partition_behind_others_comes(void **state)
{
    struct fixture *fixture = *state;
    for (int32_t behind = 0; behind < 2; behind++) {
        struct world_fetch fetch = {
            .version = 11,
            .max_wait_ms = 100,
            .min_bytes = 1,
            .items = {{.topic = behind ? WARM : COLD, .partition = behind ? 0 : 9},
                      {.topic = COLD, .partition = behind}},
            .count = 2};
        size_t size = 0;
        for (int polls = 0; size == 0; polls++) {
            const struct hp_fetch_response *answer = world_fetch(fixture->client, &fetch);
            const struct hp_fetch_response_topic *last =
                &answer->responses[answer->responses_count - 1];
            size = last->partitions[last->partitions_count - 1].records.size;
            world_sleep(fixture->world, 10 * HC_NS_PER_MS);
            assert_true(polls < 10);
        }
    }
}

static void a_corrupt_log_is_a_storage_error(void **state)
{
    struct fixture *fixture = *state;
    const struct hp_fetch_response_partition *got =
        world_fetch_one(fixture->client, 11, CORRUPT, 0, 0, 5000);
    assert_int_equal(got->error_code, HP_ERR_KAFKA_STORAGE_ERROR);
    assert_int_equal(got->records.size, 0);
    got = world_fetch_one(fixture->client, 11, WARM, 0, 0, 5000);
    assert_int_equal(got->error_code, 0);
    assert_true(got->records.size > 0);
}

static void a_peer_that_goes_while_a_worker_reads(void **state)
{
    struct fixture *fixture = *state;
    struct world_fetch fetch = {
        .version = 11, .max_wait_ms = 5000, .min_bytes = 1, .items = {{.topic = COLD}}, .count = 1};
    world_send(fixture->client, HP_FETCH, 11, world_fetch_request(fixture->client, &fetch));
    for (int i = 0; i < 10 && !fixture->world->jobs; i++) {
        (void)world_client_move(fixture->client);
    }
    assert_non_null(fixture->world->jobs);
    world_reconnect(fixture->client);
    world_sleep(fixture->world, HC_NS_PER_S);
    assert_true(world_fetch_one(fixture->client, 11, COLD, 0, 0, 0)->records.size > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_wakes_at_the_very_instant, setup, teardown),
        cmocka_unit_test_setup_teardown(waits_are_clamped, setup, teardown),
        cmocka_unit_test_setup_teardown(no_bytes_wanted_is_answered_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(it_waits_for_min_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pause_ends_the_wait_for_min_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(the_first_batch_is_whole_whatever_the_limits, setup_ended,
                                        teardown),
        cmocka_unit_test_setup_teardown(partition_limits_hold_beyond_the_first_batch, setup_ended,
                                        teardown),
        cmocka_unit_test_setup_teardown(negative_max_bytes_are_refused, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(at_most_ten_thousand_partitions, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(a_cold_log_is_waited_for, setup_cold, teardown),
        cmocka_unit_test_setup_teardown(a_client_that_never_waits_gets_a_cold_log, setup_cold,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_cold_partition_behind_others_comes, setup_cold, teardown),
        cmocka_unit_test_setup_teardown(a_corrupt_log_is_a_storage_error, setup_cold, teardown),
        cmocka_unit_test_setup_teardown(a_peer_that_goes_while_a_worker_reads, setup_cold,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
