/* Fetch sessions (KIP-227): creating, going on, changing, closing, and every way to get it wrong.
 */
#include "fixture.h"

/* Partitions of the world by number: candles-0, candles-1, trades-0. */
static struct world_fetch_item item(int number, int64_t offset)
{
    return (struct world_fetch_item){
        .topic = number == 2, .partition = number == 1, .offset = offset, .bytes_max = 1 << 20};
}

static struct world_fetch request(int16_t version, int32_t id, int32_t epoch)
{
    return (struct world_fetch){
        .version = version, .min_bytes = 0, .session_id = id, .session_epoch_plus_1 = epoch + 1};
}

static int32_t told(const struct hp_fetch_response *answer)
{
    int32_t count = 0;
    for (int32_t t = 0; t < answer->responses_count; t++) {
        count += answer->responses[t].partitions_count;
    }
    return count;
}

/* A session over all three partitions, each at `offset`. */
static int32_t create(struct fixture *fixture, int16_t version, int64_t offset)
{
    struct world_fetch fetch = request(version, 0, 0);
    for (int i = 0; i < 3; i++) {
        fetch.items[fetch.count++] = item(i, offset);
    }
    const struct hp_fetch_response *answer = world_fetch(fixture->client, &fetch);
    assert_int_equal(answer->error_code, 0);
    assert_int_equal(told(answer), 3);
    assert_true(answer->session_id > 0);
    return answer->session_id;
}

static void only_changes_are_told(void **state)
{
    struct fixture *fixture = *state;
    for (int16_t version = 7; version <= 18; version++) {
        int32_t id = create(fixture, version, 300);
        struct world_fetch fetch = request(version, id, 1);
        const struct hp_fetch_response *answer = world_fetch(fixture->client, &fetch);
        /* trades holds 500 records: there is more at 300 */
        assert_int_equal(told(answer), 1);
        assert_int_equal(answer->session_id, id);
        fetch = request(version, id, 2);
        fetch.items[fetch.count++] = item(2, 500);
        assert_int_equal(told(world_fetch(fixture->client, &fetch)), 0);
        fetch = request(version, id, 3);
        fetch.items[fetch.count++] = item(1, 200);
        answer = world_fetch(fixture->client, &fetch);
        assert_int_equal(told(answer), 1);
        assert_int_equal(answer->responses[0].partitions[0].partition_index, 1);
    }
}

static void a_moved_end_is_told(void **state)
{
    struct fixture *fixture = *state;
    int64_t offset = world_end(fixture->world, 0, 0);
    struct world_fetch fetch = request(11, 0, 0);
    fetch.items[fetch.count++] = item(0, offset);
    int32_t id = world_fetch(fixture->client, &fetch)->session_id;
    fetch = request(11, id, 1);
    fetch.max_wait_ms = 30000;
    fetch.min_bytes = 1 << 20; /* never: answered at the deadline, with the new end */
    hc_session_set_speed(fixture->world->cluster.session, hc_speed_of(10, 1), fixture->world->now);
    const struct hp_fetch_response_partition *got =
        world_only(world_fetch(fixture->client, &fetch));
    assert_true(got->high_watermark > offset);
    assert_int_equal(got->high_watermark, world_end(fixture->world, 0, 0));
}

static void forgotten_partitions_are_gone(void **state)
{
    struct fixture *fixture = *state;
    for (int16_t version = 12; version <= 13; version++) {
        int32_t id = create(fixture, version, 0);
        struct world_fetch fetch = request(version, id, 1);
        fetch.forgotten[fetch.forgotten_count++] = item(0, 0);
        fetch.forgotten[fetch.forgotten_count++] = item(2, 0);
        const struct hp_fetch_response *answer = world_fetch(fixture->client, &fetch);
        assert_int_equal(told(answer), 1);
        assert_int_equal(answer->responses[0].partitions[0].partition_index, 1);
    }
}

static void what_is_forgotten_does_not_hold_back_the_end(void **state)
{
    struct fixture *fixture = *state;
    struct hc_session *session = fixture->world->cluster.session;
    int32_t id = create(fixture, 11, 0);
    struct world_fetch fetch = request(11, id, 1);
    fetch.forgotten[fetch.forgotten_count++] = item(0, 0);
    fetch.items[fetch.count++] = item(1, 300);
    fetch.items[fetch.count++] = item(2, 500);
    assert_int_equal(told(world_fetch(fixture->client, &fetch)), 0);
    struct world_client *other = world_connect(fixture->world, WORLD_WHOLE);
    (void)world_fetch_one(other, 11, 0, 0, 300, 0);
    world_sleep(fixture->world, 5 * HC_NS_PER_S);
    assert_true(hc_session_drained(session, fixture->world->now));
}

static void unknown_and_stale_sessions(void **state)
{
    struct fixture *fixture = *state;
    struct world_fetch fetch = request(11, 77, 1);
    assert_int_equal(world_fetch(fixture->client, &fetch)->error_code,
                     HP_ERR_FETCH_SESSION_ID_NOT_FOUND);
    int32_t id = create(fixture, 11, 300);
    static const int32_t wrong[] = {2, 3, INT32_MAX, -2, INT32_MIN};
    for (size_t i = 0; i < HC_COUNT(wrong); i++) {
        struct hp_fetch_request *stale = WORLD_NEW(fixture->client, fetch_request);
        stale->session_id = id;
        stale->session_epoch = wrong[i];
        const struct hp_fetch_response *answer = world_ask(fixture->client, HP_FETCH, 11, stale);
        assert_int_equal(answer->error_code, HP_ERR_INVALID_FETCH_SESSION_EPOCH);
        assert_int_equal(told(answer), 0);
    }
    fetch = request(11, id, 1);
    assert_int_equal(world_fetch(fixture->client, &fetch)->error_code, 0);
    assert_int_equal(world_fetch(fixture->client, &fetch)->error_code,
                     HP_ERR_INVALID_FETCH_SESSION_EPOCH);
    fetch = request(11, id + 1, 2);
    assert_int_equal(world_fetch(fixture->client, &fetch)->error_code,
                     HP_ERR_FETCH_SESSION_ID_NOT_FOUND);
}

static void sessions_belong_to_their_connection(void **state)
{
    struct fixture *fixture = *state;
    int32_t id = create(fixture, 11, 300);
    struct world_client *other = world_connect(fixture->world, WORLD_WHOLE);
    struct world_fetch fetch = request(11, id, 1);
    assert_int_equal(world_fetch(other, &fetch)->error_code, HP_ERR_FETCH_SESSION_ID_NOT_FOUND);
    assert_int_equal(world_fetch(fixture->client, &fetch)->error_code, 0);
    world_reconnect(fixture->client);
    fetch = request(11, id, 2);
    assert_int_equal(world_fetch(fixture->client, &fetch)->error_code,
                     HP_ERR_FETCH_SESSION_ID_NOT_FOUND);
}

static void names_and_ids_do_not_mix(void **state)
{
    struct fixture *fixture = *state;
    static const int16_t versions[][2] = {{12, 13}, {13, 12}};
    for (size_t i = 0; i < HC_COUNT(versions); i++) {
        int32_t id = create(fixture, versions[i][0], 300);
        struct world_fetch fetch = request(versions[i][1], id, 1);
        assert_int_equal(world_fetch(fixture->client, &fetch)->error_code,
                         HP_ERR_FETCH_SESSION_TOPIC_ID_ERROR);
    }
}

static void closing_and_starting_over(void **state)
{
    struct fixture *fixture = *state;
    int32_t id = create(fixture, 11, 0);
    struct world_fetch fetch = request(11, id, -1);
    fetch.items[fetch.count++] = item(1, 5);
    const struct hp_fetch_response *answer = world_fetch(fixture->client, &fetch);
    assert_int_equal(answer->session_id, 0);
    assert_int_equal(told(answer), 1);
    fetch = request(11, id, 1);
    assert_int_equal(world_fetch(fixture->client, &fetch)->error_code,
                     HP_ERR_FETCH_SESSION_ID_NOT_FOUND);
    /* An unknown id with epoch 0 makes a session. */
    fetch = request(11, id, 0);
    fetch.items[fetch.count++] = item(0, 300);
    answer = world_fetch(fixture->client, &fetch);
    assert_int_equal(answer->error_code, 0);
    assert_true(answer->session_id != id && answer->session_id > 0);
}

/* With room for one batch, each partition gets its turn. */
static void partitions_take_turns(void **state)
{
    struct fixture *fixture = *state;
    int64_t at[3] = {0};
    struct world_fetch fetch = request(11, 0, 0);
    fetch.max_bytes = 1;
    for (int i = 0; i < 3; i++) {
        fetch.items[fetch.count++] = item(i, 0);
    }
    for (int32_t round = 0; round < 12; round++) {
        const struct hp_fetch_response *answer = world_fetch(fixture->client, &fetch);
        int32_t id = answer->session_id;
        int number = -1;
        for (int32_t t = 0; t < answer->responses_count; t++) {
            for (int32_t i = 0; i < answer->responses[t].partitions_count; i++) {
                const struct hp_fetch_response_partition *got = &answer->responses[t].partitions[i];
                if (got->records.size > 0) {
                    assert_int_equal(number, -1);
                    number = hc_slice_equal_str(answer->responses[t].topic, "trades")
                                 ? 2
                                 : got->partition_index;
                    at[number] = model_check(&fixture->world->topics[number == 2].model,
                                             got->partition_index, &got->records, NULL, NULL, NULL);
                }
            }
        }
        assert_int_equal(number, round % 3);
        fetch = request(11, id, round + 1);
        fetch.max_bytes = 1;
        fetch.items[fetch.count++] = item(number, at[number]);
        if (at[number] >= 300) {
            break;
        }
    }
}

static void a_session_holds_ten_thousand_partitions(void **state)
{
    struct fixture *fixture = *state;
    struct world_client *client = fixture->client;
    (void)world_ask(client, HP_API_VERSIONS, 0, WORLD_NEW(client, api_versions_request));
    int32_t id = 0;
    for (int32_t epoch = 0; epoch < 3; epoch++) {
        struct hp_fetch_request *fetch = WORLD_NEW(client, fetch_request);
        fetch->session_id = id;
        fetch->session_epoch = epoch;
        fetch->topics = WORLD_ARRAY(client, fetch_request_topic, 1);
        fetch->topics_count = 1;
        fetch->topics[0].topic = HC_SLICE("candles");
        fetch->topics[0].partitions = WORLD_ARRAY(client, fetch_request_partition, 4000);
        fetch->topics[0].partitions_count = 4000;
        for (int32_t i = 0; i < 4000; i++) {
            fetch->topics[0].partitions[i].partition = epoch * 4000 + i;
        }
        const struct hp_fetch_response *answer = world_ask(client, HP_FETCH, 11, fetch);
        assert_int_equal(answer->error_code, epoch < 2 ? 0 : HP_ERR_INVALID_REQUEST);
        id = answer->session_id;
    }
    struct world_fetch fetch = request(11, id, 3);
    assert_int_equal(world_fetch(client, &fetch)->error_code, HP_ERR_FETCH_SESSION_ID_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_changes_are_told, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(a_moved_end_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(forgotten_partitions_are_gone, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(what_is_forgotten_does_not_hold_back_the_end, setup_ended,
                                        teardown),
        cmocka_unit_test_setup_teardown(unknown_and_stale_sessions, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(sessions_belong_to_their_connection, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(names_and_ids_do_not_mix, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(closing_and_starting_over, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(partitions_take_turns, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(a_session_holds_ten_thousand_partitions, setup_ended,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
