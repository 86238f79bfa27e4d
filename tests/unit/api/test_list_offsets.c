/* ListOffsets: every special in every version, and by time against a search of the model. */
#include "fixture.h"

enum { CANDLES, TRADES };

/* The first offset in [start, end) stamped at or after `timestamp`, by looking at all. */
static int64_t search(const struct model *model, int32_t partition, int64_t timestamp, int64_t end,
                      int64_t *ret_timestamp)
{
    char scratch[WORLD_VALUE_BYTES_MAX];
    for (int64_t i = 0; i < end; i++) {
        int64_t stamp = model_record(model, partition, i, scratch).timestamp_ms;
        if (stamp >= timestamp) {
            *ret_timestamp = stamp;
            return i;
        }
    }
    *ret_timestamp = -1;
    return -1;
}

static void check_time(struct fixture *fixture, int16_t version, size_t topic, int32_t partition,
                       int64_t timestamp)
{
    const struct model *model = &fixture->world->topics[topic].model;
    int64_t want_stamp;
    int64_t want = search(model, partition, timestamp, world_end(fixture->world, topic, partition),
                          &want_stamp);
    const struct hp_list_offsets_response_partition *got =
        world_list_one(fixture->client, version, model->config.name, partition, timestamp, -1);
    assert_int_equal(got->error_code, 0);
    assert_int_equal(got->offset, want);
    assert_int_equal(got->timestamp, want_stamp);
}

static void check_all_times(struct fixture *fixture, size_t topic, int32_t partition)
{
    const struct model *model = &fixture->world->topics[topic].model;
    char scratch[WORLD_VALUE_BYTES_MAX];
    for (int64_t i = 0; i < model->config.records; i++) {
        int64_t stamp = model_record(model, partition, i, scratch).timestamp_ms;
        int16_t version = (int16_t)(1 + i % 11);
        for (int64_t near = -1; near <= 1; near++) {
            check_time(fixture, version, topic, partition, stamp + near);
        }
    }
    check_time(fixture, 7, topic, partition, 0);
    check_time(fixture, 7, topic, partition, WORLD_T0 - 1);
    check_time(fixture, 7, topic, partition, INT64_MAX);
}

static void by_time_for_every_record(void **state)
{
    check_all_times(*state, CANDLES, 1);
    check_all_times(*state, TRADES, 0);
}

static void by_time_ends_at_the_visible_end(void **state)
{
    struct fixture *fixture = *state;
    const struct model *model = &fixture->world->topics[TRADES].model;
    reach(fixture, model->visible[0][240]);
    check_all_times(fixture, TRADES, 0);
}

/* What a special is answered with from the version on that knows it. */
struct special {
    int64_t timestamp;
    int16_t since;
    int64_t offset;
    int64_t stamp;
};

static void check_special(struct fixture *fixture, const struct special *special)
{
    for (int16_t version = 1; version <= 11; version++) {
        const struct hp_list_offsets_response_partition *got = world_list_one(
            fixture->client, version, "candles", 0, special->timestamp, version >= 4 ? 0 : -1);
        bool known = version >= special->since;
        assert_int_equal(got->error_code, known ? HP_ERR_NONE : HP_ERR_UNSUPPORTED_VERSION);
        assert_int_equal(got->offset, known ? special->offset : -1);
        assert_int_equal(got->timestamp, known ? special->stamp : -1);
        bool has_epoch = known && version >= 4 && special->offset >= 0;
        assert_int_equal(got->leader_epoch, has_epoch ? 0 : -1);
    }
}

static void specials_in_every_version(void **state)
{
    struct fixture *fixture = *state;
    const struct model *model = &fixture->world->topics[CANDLES].model;
    reach(fixture, model->visible[0][150]);
    int64_t end = world_end(fixture->world, CANDLES, 0);
    int64_t largest = model->visible[0][end - 1];
    int64_t first_of_largest = end - 1;
    while (model->visible[0][first_of_largest - 1] == largest) {
        first_of_largest--;
    }
    const struct special specials[] = {
        {-1, 1, end, -1}, {-2, 1, 0, -1},          {-3, 7, first_of_largest, largest},
        {-4, 8, 0, -1},   {-5, 9, -1, -1},         {-6, 11, -1, -1},
        {-7, 99, -1, -1}, {INT64_MIN, 99, -1, -1},
    };
    for (size_t i = 0; i < HC_COUNT(specials); i++) {
        check_special(fixture, &specials[i]);
    }
}

static void before_the_first_record(void **state)
{
    struct fixture fixture;
    (void)state;
    struct world_config config = fixture_config();
    config.session.start = HC_START_PAUSED;
    config.session.from_ms = WORLD_T0 - 3600000;
    open_world(&fixture, &config);
    static const int64_t asked[] = {-3, WORLD_T0, 0, INT64_MAX};
    for (size_t i = 0; i < HC_COUNT(asked); i++) {
        const struct hp_list_offsets_response_partition *got =
            world_list_one(fixture.client, 7, "candles", 0, asked[i], -1);
        assert_int_equal(got->error_code, 0);
        assert_int_equal(got->offset, -1);
        assert_int_equal(got->timestamp, -1);
    }
    assert_int_equal(world_list_one(fixture.client, 7, "candles", 0, -1, -1)->offset, 0);
    world_free(fixture.world);
}

static void errors_of_partitions(void **state)
{
    struct fixture *fixture = *state;
    struct world_client *client = fixture->client;
    assert_int_equal(world_list_one(client, 5, "candles", 0, -1, 1)->error_code,
                     HP_ERR_UNKNOWN_LEADER_EPOCH);
    assert_int_equal(world_list_one(client, 5, "candles", 2, -1, -1)->error_code,
                     HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
    assert_int_equal(world_list_one(client, 5, "candles", -1, -1, -1)->error_code,
                     HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
    assert_int_equal(world_list_one(client, 5, "nothing", 0, -1, -1)->error_code,
                     HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
    assert_int_equal(world_list_one(client, 5, "no/thing", 0, -1, -1)->error_code,
                     HP_ERR_INVALID_TOPIC_EXCEPTION);
}

static void a_repeated_partition_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct hp_list_offsets_request *request = WORLD_NEW(fixture->client, list_offsets_request);
    request->topics = WORLD_ARRAY(fixture->client, list_offsets_request_topic, 1);
    request->topics_count = 1;
    request->topics[0].name = HC_SLICE("candles");
    request->topics[0].partitions = WORLD_ARRAY(fixture->client, list_offsets_request_partition, 3);
    request->topics[0].partitions_count = 3;
    for (int32_t i = 0; i < 3; i++) {
        request->topics[0].partitions[i].partition_index = i % 2;
        request->topics[0].partitions[i].timestamp = -1;
    }
    const struct hp_list_offsets_response *answer =
        world_ask(fixture->client, HP_LIST_OFFSETS, 3, request);
    assert_int_equal(answer->topics[0].partitions[0].error_code, 0);
    assert_int_equal(answer->topics[0].partitions[1].error_code, 0);
    assert_int_equal(answer->topics[0].partitions[2].error_code, HP_ERR_INVALID_REQUEST);
}

static void leader_epochs_after_a_fresh_start(void **state)
{
    struct fixture *fixture = *state;
    struct hc_session_topic *topic = fixture->world->topics[CANDLES].topic;
    static const struct hc_epoch_entry entries[] = {{0, 0}, {2, 40}, {5, 90}};
    hc_session_set_epochs(fixture->world->cluster.session, topic, 0, entries, 3);
    struct world_client *client = fixture->client;
    const struct model *model = &fixture->world->topics[CANDLES].model;
    assert_int_equal(world_list_one(client, 4, "candles", 0, -1, 4)->error_code,
                     HP_ERR_FENCED_LEADER_EPOCH);
    assert_int_equal(world_list_one(client, 4, "candles", 0, -1, 5)->leader_epoch, 5);
    assert_int_equal(world_list_one(client, 4, "candles", 0, -2, 5)->leader_epoch, 0);
    int64_t at = model->visible[0][60];
    assert_int_equal(world_list_one(client, 4, "candles", 0, at, 5)->leader_epoch, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(by_time_for_every_record, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(by_time_ends_at_the_visible_end, setup, teardown),
        cmocka_unit_test_setup_teardown(specials_in_every_version, setup, teardown),
        cmocka_unit_test(before_the_first_record),
        cmocka_unit_test_setup_teardown(errors_of_partitions, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(a_repeated_partition_is_refused, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(leader_epochs_after_a_fresh_start, setup_ended, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
