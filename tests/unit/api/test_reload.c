/* After a restart, while the log is loaded again: no answer looks as if the log had been cut. */
#include "fixture.h"

static const struct world_topic_config topics[] = {{.name = "candles", .records = 300, .loads = 5}};
static struct hc_session_saved saved;

static int setup_reload(void **state)
{
    static struct fixture fixture;
    struct world_config config = fixture_config();
    config.topics = topics;
    config.topic_count = HC_COUNT(topics);
    config.saved = &saved;
    saved = (struct hc_session_saved){.market_ms = WORLD_T0 + 200 * INT64_C(60000),
                                      .state = HC_SESSION_RUNNING,
                                      .speed = {.num = 1, .den = 1}};
    open_world(&fixture, &config);
    *state = &fixture;
    return 0;
}

static int16_t end_of_epoch(struct fixture *fixture, int16_t version, int64_t *ret_end)
{
    struct hc_arena arena;
    hc_arena_init(&arena, 0);
    struct hp_offset_for_leader_epoch_request request;
    hp_message_init(&hp_offset_for_leader_epoch_request_schema, &request);
    request.topics = HP_NEW_ARRAY(&arena, offset_for_leader_epoch_request_topic, 1);
    request.topics_count = 1;
    request.topics[0].topic = HC_SLICE("candles");
    request.topics[0].partitions =
        HP_NEW_ARRAY(&arena, offset_for_leader_epoch_request_partition, 1);
    request.topics[0].partitions_count = 1;
    const struct hp_offset_for_leader_epoch_response *answer =
        world_ask(fixture->client, HP_OFFSET_FOR_LEADER_EPOCH, version, &request);
    *ret_end = answer->topics[0].partitions[0].end_offset;
    int16_t error = answer->topics[0].partitions[0].error_code;
    hc_arena_done(&arena);
    return error;
}

static int16_t list(struct fixture *fixture, int16_t version, int64_t timestamp)
{
    return world_list_one(fixture->client, version, "candles", 0, timestamp, -1)->error_code;
}

static void the_end_is_not_told_before_it_is_loaded_again(void **state)
{
    struct fixture *fixture = *state;
    int64_t end;
    for (int16_t version = 2; version <= 4; version++) {
        assert_int_equal(end_of_epoch(fixture, version, &end), HP_ERR_OFFSET_NOT_AVAILABLE);
        assert_int_equal(end, -1);
    }
    assert_int_equal(list(fixture, 4, -1), HP_ERR_LEADER_NOT_AVAILABLE);
    assert_int_equal(list(fixture, 5, -1), HP_ERR_OFFSET_NOT_AVAILABLE);
    assert_int_equal(list(fixture, 11, -3), HP_ERR_OFFSET_NOT_AVAILABLE);
    assert_int_equal(list(fixture, 11, INT64_MAX), HP_ERR_OFFSET_NOT_AVAILABLE);
    assert_int_equal(list(fixture, 11, -2), HP_ERR_NONE);
    assert_int_equal(list(fixture, 11, WORLD_T0), HP_ERR_NONE); /* what is found stays */
}

static void once_it_is_loaded_the_end_is_where_it_was(void **state)
{
    struct fixture *fixture = *state;
    while (world_load(fixture->world, 0)) {
    }
    world_reconnect(fixture->client);
    int64_t end, instants = 0;
    assert_int_equal(end_of_epoch(fixture, 4, &end), HP_ERR_NONE);
    assert_int_equal(end, world_end(fixture->world, 0, 0));
    while (fixture->world->topics[0].model.visible[0][instants] <= saved.market_ms) {
        instants++;
    }
    assert_true(end >= instants);
    assert_int_equal(list(fixture, 11, -1), HP_ERR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_end_is_not_told_before_it_is_loaded_again, setup_reload,
                                        teardown),
        cmocka_unit_test_setup_teardown(once_it_is_loaded_the_end_is_where_it_was, setup_reload,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
