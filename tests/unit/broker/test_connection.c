/* Connections: deadlines, order, fairness, bounds, and what a drain lets finish. */
#include "fixture.h"

#include "base/endian.h"

static struct hp_metadata_request *metadata(struct world_client *client)
{
    struct hp_metadata_request *request = WORLD_NEW(client, metadata_request);
    request->topics_count = -1;
    return request;
}

/* ---- deadlines ---- */

/* How long the connection lives from now on, in ms. */
static int64_t lifetime_ms(struct world_client *client)
{
    int64_t before = client->world->now.mono_ns;
    assert_true(world_is_closed_soon(client));
    return (client->world->now.mono_ns - before) / HC_NS_PER_MS;
}

static void a_peer_that_says_nothing(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(lifetime_ms(fixture->client), 10000);
    assert_int_equal(world_closed(fixture->world, "first-request-timeout"), 1);
}

static void a_peer_that_goes_quiet(void **state)
{
    struct fixture *fixture = *state;
    speak(fixture->client);
    assert_int_equal(lifetime_ms(fixture->client), 600000);
    assert_int_equal(world_closed(fixture->world, "idle"), 1);
}

/* Sends a byte each second, for ever. */
struct loris {
    struct world_client *client;
    int64_t next_ns;
};

static bool drip(void *context)
{
    struct loris *loris = context;
    struct world *world = loris->client->world;
    if (world_is_closed(loris->client)) {
        return true;
    }
    if (world->now.mono_ns >= loris->next_ns) {
        world_send_raw(loris->client, "\0", 1);
        loris->next_ns += HC_NS_PER_S;
    }
    world->alarm_ns = loris->next_ns;
    return false;
}

static void a_frame_byte_by_byte(void **state)
{
    struct fixture *fixture = *state;
    static const char begin[] = {0, 0, 1, 0};
    for (int spoken = 0; spoken < 2; spoken++) {
        world_reconnect(fixture->client);
        if (spoken) {
            speak(fixture->client);
        }
        struct loris loris = {fixture->client, fixture->world->now.mono_ns};
        int64_t before = fixture->world->now.mono_ns;
        world_send_raw(fixture->client, begin, sizeof begin);
        assert_true(world_run_until(fixture->world, drip, &loris, 3600 * HC_NS_PER_S));
        int64_t lived = fixture->world->now.mono_ns - before;
        assert_int_equal(lived, (spoken ? 30 : 10) * HC_NS_PER_S);
    }
    assert_int_equal(world_closed(fixture->world, "frame-timeout"), 2);
}

static void a_peer_that_reads_nothing(void **state)
{
    struct fixture *fixture = *state;
    speak(fixture->client);
    fixture->client->deaf = true;
    world_send(fixture->client, HP_METADATA, 1, metadata(fixture->client));
    assert_int_equal(lifetime_ms(fixture->client), 60000);
    assert_int_equal(world_closed(fixture->world, "write-stall"), 1);
}

static void a_parked_fetch_is_not_idle(void **state)
{
    struct fixture *fixture = *state;
    struct hc_error error;
    assert_int_equal(hc_session_pause(fixture->world->cluster.session, fixture->world->now, &error),
                     HC_OK);
    for (int i = 0; i < 30; i++) {
        send_parked_fetch(fixture->client, 30000);
        world_sleep(fixture->world, 31 * HC_NS_PER_S);
        assert_non_null(world_take(fixture->client, NULL));
    }
    assert_false(world_is_closed(fixture->client));
}

/* ---- order and bounds ---- */

/* The client asserts the order of correlation ids; here, that every answer is of its kind. */
static void pipelined_requests_are_answered_in_order(void **state)
{
    struct fixture *fixture = *state;
    struct world_client *client = fixture->client;
    for (enum world_pieces pieces = WORLD_WHOLE; pieces <= WORLD_ANY; pieces++) {
        client->pieces = pieces;
        for (int i = 0; i < 30; i++) {
            if (i % 10 == 3) {
                send_parked_fetch(client, 100);
            } else {
                world_send(client, HP_METADATA, (int16_t)(1 + i % 13), metadata(client));
            }
        }
        world_sleep(fixture->world, 10 * HC_NS_PER_S);
        assert_int_equal(client->answered, 30);
        for (int i = 0; i < 30; i++) {
            struct world_call call;
            assert_non_null(world_take(client, &call));
            assert_int_equal(call.api->key, i % 10 == 3 ? HP_FETCH : HP_METADATA);
        }
        world_forget(client);
    }
}

static void reading_stops_behind_a_waiting_request(void **state)
{
    struct fixture *fixture = *state;
    struct world_client *client = fixture->client;
    speak(client);
    client->pieces = WORLD_MTU;
    send_parked_fetch(client, 5000);
    size_t first = client->out.size;
    for (int i = 0; i < 20000; i++) {
        world_send(client, HP_API_VERSIONS, 0, WORLD_NEW(client, api_versions_request));
        world_forget(client);
    }
    world_sleep(fixture->world, HC_NS_PER_S);
    assert_true(client->out_at - first <= (16 << 10) + 1460);
    world_sleep(fixture->world, 5 * HC_NS_PER_S);
    assert_int_equal(client->answered, 20001);
}

/* One client floods, the other asks now and then, and never waits longer than a turn of both. */
static void a_flood_does_not_starve_others(void **state)
{
    struct fixture *fixture = *state;
    struct world_client *flood = fixture->client;
    struct world_client *other = world_connect(fixture->world, WORLD_WHOLE);
    flood->pieces = WORLD_MTU;
    for (int i = 0; i < 5000; i++) {
        world_send(flood, HP_METADATA, 1, metadata(flood));
        world_forget(flood);
    }
    for (int i = 0; i < 50; i++) {
        world_send(other, HP_METADATA, 1, metadata(other));
        for (int turn = 0; turn < 3; turn++) {
            (void)world_client_move(flood);
            (void)world_client_move(other);
        }
        assert_int_equal(other->answered, 1);
        assert_non_null(world_take(other, NULL));
        world_forget(other);
    }
    assert_true(flood->waiting > 0);
}

static void one_at_the_limit(struct hc_limits *limits)
{
    limits->connections_max = 2;
}

static void connections_are_counted_and_bounded(void **state)
{
    (void)state;
    struct world_config config = {.seed = 1,
                                  .session = world_session(),
                                  .topics = fixture_topics,
                                  .topic_count = 1,
                                  .adjust_limits = one_at_the_limit};
    struct world *world = world_new(&config);
    struct world_client *first = world_connect(world, WORLD_WHOLE);
    struct world_client *second = world_connect(world, WORLD_WHOLE);
    struct world_client *third = world_connect(world, WORLD_WHOLE);
    assert_true(world_is_closed(third));
    assert_int_equal(world_closed(world, "too-many-connections"), 1);
    assert_int_equal(hc_broker_connection_count(world->broker), 2);
    world_disconnect(first);
    world_reconnect(third);
    assert_false(world_is_closed(third));
    speak(second);
    speak(third);
    world_free(world);
}

/* ---- the end ---- */

static void a_drain_answers_what_waits_and_closes(void **state)
{
    struct fixture *fixture = *state;
    struct world_client *quiet = world_connect(fixture->world, WORLD_WHOLE);
    speak(fixture->client);
    speak(quiet);
    send_parked_fetch(fixture->client, 30000);
    world_send(fixture->client, HP_METADATA, 1, metadata(fixture->client));
    world_sleep(fixture->world, HC_NS_PER_S);
    assert_int_equal(fixture->client->answered, 0);
    int64_t before = fixture->world->now.mono_ns;
    hc_broker_drain(fixture->world->broker, fixture->world->now);
    assert_true(world_is_closed_soon(fixture->client));
    assert_true(world_is_closed_soon(quiet));
    assert_int_equal(fixture->world->now.mono_ns, before);
    struct world_call call;
    assert_non_null(world_take(fixture->client, &call)); /* the Fetch, and nothing behind it */
    assert_int_equal(call.api->key, HP_FETCH);
    assert_int_equal(fixture->client->answered, 0);
    world_reconnect(quiet);
    assert_true(world_is_closed(quiet));
}

static void acks_0_closes(void **state)
{
    struct fixture *fixture = *state;
    for (int16_t version = 0; version <= 9; version++) {
        world_reconnect(fixture->client);
        struct hp_produce_request *request = WORLD_NEW(fixture->client, produce_request);
        world_send(fixture->client, HP_PRODUCE, version, request);
        assert_true(world_is_closed_soon(fixture->client));
        assert_int_equal(fixture->client->answered, 0);
    }
    assert_int_equal(world_closed(fixture->world, "produce-without-acks"), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_peer_that_says_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_peer_that_goes_quiet, setup, teardown),
        cmocka_unit_test_setup_teardown(a_frame_byte_by_byte, setup, teardown),
        cmocka_unit_test_setup_teardown(a_peer_that_reads_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_parked_fetch_is_not_idle, setup, teardown),
        cmocka_unit_test_setup_teardown(pipelined_requests_are_answered_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(reading_stops_behind_a_waiting_request, setup, teardown),
        cmocka_unit_test_setup_teardown(a_flood_does_not_starve_others, setup, teardown),
        cmocka_unit_test(connections_are_counted_and_bounded),
        cmocka_unit_test_setup_teardown(a_drain_answers_what_waits_and_closes, setup, teardown),
        cmocka_unit_test_setup_teardown(acks_0_closes, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
