/* OffsetForLeaderEpoch, DescribeLogDirs, DescribeProducers and the lists that are always empty. */
#include "fixture.h"

static const struct hp_offset_for_leader_epoch_response_partition *
end_of(struct fixture *fixture, int16_t version, const char *topic, int32_t partition,
       int32_t epoch, int32_t current)
{
    struct world_client *client = fixture->client;
    struct hp_offset_for_leader_epoch_request *request =
        WORLD_NEW(client, offset_for_leader_epoch_request);
    request->topics = WORLD_ARRAY(client, offset_for_leader_epoch_request_topic, 1);
    request->topics_count = 1;
    request->topics[0].topic = hc_slice_str(topic);
    request->topics[0].partitions =
        WORLD_ARRAY(client, offset_for_leader_epoch_request_partition, 1);
    request->topics[0].partitions_count = 1;
    request->topics[0].partitions[0].partition = partition;
    request->topics[0].partitions[0].leader_epoch = epoch;
    request->topics[0].partitions[0].current_leader_epoch = current;
    const struct hp_offset_for_leader_epoch_response *answer =
        world_ask(client, HP_OFFSET_FOR_LEADER_EPOCH, version, request);
    assert_int_equal(answer->topics_count, 1);
    assert_int_equal(answer->topics[0].partitions[0].partition, partition);
    return &answer->topics[0].partitions[0];
}

static void ends_of_epochs(void **state)
{
    struct fixture *fixture = *state;
    static const struct hc_epoch_entry entries[] = {{1, 0}, {4, 60}, {5, 90}};
    hc_session_set_epochs(fixture->world->cluster.session, fixture->world->topics[0].topic, 1,
                          entries, 3);
    static const struct {
        int32_t asked, epoch;
        int64_t end;
        int16_t error;
    } rows[] = {
        {0, 0, 0, 0},
        {1, 1, 60, 0},
        {2, 1, 60, 0},
        {3, 1, 60, 0},
        {4, 4, 90, 0},
        {5, 5, 300, 0},
        {6, -1, -1, HP_ERR_UNKNOWN_LEADER_EPOCH},
    };
    for (int16_t version = 2; version <= 4; version++) {
        for (size_t i = 0; i < HC_COUNT(rows); i++) {
            const struct hp_offset_for_leader_epoch_response_partition *got =
                end_of(fixture, version, "candles", 1, rows[i].asked, -1);
            assert_int_equal(got->error_code, rows[i].error);
            assert_int_equal(got->leader_epoch, rows[i].epoch);
            assert_int_equal(got->end_offset, rows[i].end);
        }
        assert_int_equal(end_of(fixture, version, "candles", 1, 1, 4)->error_code,
                         HP_ERR_FENCED_LEADER_EPOCH);
        assert_int_equal(end_of(fixture, version, "candles", 1, 1, 6)->error_code,
                         HP_ERR_UNKNOWN_LEADER_EPOCH);
        assert_int_equal(end_of(fixture, version, "candles", 1, 1, 5)->error_code, 0);
    }
    assert_int_equal(end_of(fixture, 3, "candles", 2, 0, -1)->error_code,
                     HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
    assert_int_equal(end_of(fixture, 3, "absent", 0, 0, -1)->error_code,
                     HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
}

static void the_newest_epoch_ends_at_the_visible_end(void **state)
{
    struct fixture *fixture = *state;
    for (int64_t i = 20; i < 200; i += 31) {
        reach(fixture, fixture->world->topics[0].model.visible[0][i]);
        assert_int_equal(end_of(fixture, 3, "candles", 0, 0, 0)->end_offset,
                         world_end(fixture->world, 0, 0));
    }
}

static void log_dirs_count_visible_bytes(void **state)
{
    struct fixture *fixture = *state;
    int64_t before = -1;
    for (int16_t version = 1; version <= 5; version++) {
        reach(fixture, fixture->world->topics[0].model.visible[1][version * 50]);
        struct hp_describe_log_dirs_request *request =
            WORLD_NEW(fixture->client, describe_log_dirs_request);
        int32_t partitions[] = {1, 9, -1};
        request->topics = WORLD_ARRAY(fixture->client, describe_log_dirs_request_topic, 2);
        request->topics_count = 2;
        request->topics[0].topic = HC_SLICE("candles");
        request->topics[0].partitions = partitions;
        request->topics[0].partitions_count = 3;
        request->topics[1].topic = HC_SLICE("absent");
        const struct hp_describe_log_dirs_response *answer =
            world_ask(fixture->client, HP_DESCRIBE_LOG_DIRS, version, request);
        assert_int_equal(answer->results_count, 1);
        assert_int_equal(answer->results[0].topics_count, 1);
        assert_int_equal(answer->results[0].topics[0].partitions_count, 1);
        const struct hc_log *log = fixture->world->topics[0].topic->partitions[1].log;
        int64_t size = answer->results[0].topics[0].partitions[0].partition_size;
        int64_t end = world_end(fixture->world, 0, 1);
        assert_int_equal(size, hc_log_whole_bytes_between(log, 0, end));
        assert_true(size >= before && size <= hc_log_bytes_between(log, 0, end));
        before = size;
    }
}

static void producers_and_transactions_are_none(void **state)
{
    struct fixture *fixture = *state;
    struct world_client *client = fixture->client;
    int32_t indexes[] = {0, 7};
    struct hp_describe_producers_request *producers = WORLD_NEW(client, describe_producers_request);
    producers->topics = WORLD_ARRAY(client, describe_producers_request_topic, 1);
    producers->topics_count = 1;
    producers->topics[0].name = HC_SLICE("candles");
    producers->topics[0].partition_indexes = indexes;
    producers->topics[0].partition_indexes_count = 2;
    const struct hp_describe_producers_response *found =
        world_ask(client, HP_DESCRIBE_PRODUCERS, 0, producers);
    assert_int_equal(found->topics[0].partitions[0].error_code, 0);
    assert_int_equal(found->topics[0].partitions[1].error_code, HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);

    struct hc_slice id = HC_SLICE("t");
    struct hp_describe_transactions_request *transactions =
        WORLD_NEW(client, describe_transactions_request);
    transactions->transactional_ids = &id;
    transactions->transactional_ids_count = 1;
    const struct hp_describe_transactions_response *told =
        world_ask(client, HP_DESCRIBE_TRANSACTIONS, 0, transactions);
    assert_int_equal(told->transaction_states[0].error_code, HP_ERR_TRANSACTIONAL_ID_NOT_FOUND);
}

static void empty_lists(void **state)
{
    struct fixture *fixture = *state;
    struct world_client *client = fixture->client;
    for (int16_t version = 0; version <= 2; version++) {
        const struct hp_list_transactions_response *answer = world_ask(
            client, HP_LIST_TRANSACTIONS, version, WORLD_NEW(client, list_transactions_request));
        assert_int_equal(answer->error_code, 0);
        assert_int_equal(answer->transaction_states_count, 0);
    }
    for (int16_t version = 0; version <= 1; version++) {
        const struct hp_describe_client_quotas_response *answer =
            world_ask(client, HP_DESCRIBE_CLIENT_QUOTAS, version,
                      WORLD_NEW(client, describe_client_quotas_request));
        assert_int_equal(answer->error_code, 0);
    }
    const struct hp_list_partition_reassignments_response *moves =
        world_ask(client, HP_LIST_PARTITION_REASSIGNMENTS, 0,
                  WORLD_NEW(client, list_partition_reassignments_request));
    assert_int_equal(moves->error_code, 0);
    assert_int_equal(moves->topics_count, 0);
    for (int16_t version = 1; version <= 3; version++) {
        const struct hp_describe_acls_response *answer =
            world_ask(client, HP_DESCRIBE_ACLS, version, WORLD_NEW(client, describe_acls_request));
        assert_int_equal(answer->error_code, HP_ERR_SECURITY_DISABLED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ends_of_epochs, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(the_newest_epoch_ends_at_the_visible_end, setup, teardown),
        cmocka_unit_test_setup_teardown(log_dirs_count_visible_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(producers_and_transactions_are_none, setup, teardown),
        cmocka_unit_test_setup_teardown(empty_lists, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
