/* Everything that would change history is refused with a sentence, in every version. */
#include "fixture.h"

static void produce(void **state)
{
    struct fixture *fixture = *state;
    struct world_client *client = fixture->client;
    static const char *const names[] = {"candles", "absent", "a/b"};
    static const int16_t errors[] = {HP_ERR_POLICY_VIOLATION, HP_ERR_UNKNOWN_TOPIC_OR_PARTITION,
                                     HP_ERR_INVALID_TOPIC_EXCEPTION};
    for (int16_t version = 0; version <= 9; version++) {
        struct hp_produce_request *request = WORLD_NEW(client, produce_request);
        request->acks = version % 2 ? 1 : -1;
        request->topic_data = WORLD_ARRAY(client, produce_request_topic, 3);
        request->topic_data_count = 3;
        for (int i = 0; i < 3; i++) {
            request->topic_data[i].name = hc_slice_str(names[i]);
            request->topic_data[i].partition_data =
                WORLD_ARRAY(client, produce_request_partition, 1);
            request->topic_data[i].partition_data_count = 1;
            request->topic_data[i].partition_data[0].index = 1;
        }
        const struct hp_produce_response *answer = world_ask(client, HP_PRODUCE, version, request);
        assert_int_equal(answer->responses_count, 3);
        for (int i = 0; i < 3; i++) {
            const struct hp_produce_response_partition *got =
                &answer->responses[i].partition_responses[0];
            assert_int_equal(got->index, 1);
            assert_int_equal(got->error_code, errors[i]);
            assert_int_equal(got->base_offset, -1);
            assert_int_equal(hc_slice_is_null(got->error_message), version < 8 || i > 0);
        }
    }
}

static void create_topics(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = {"new", "candles", "b@d", ""};
    static const int16_t errors[] = {HP_ERR_POLICY_VIOLATION, HP_ERR_TOPIC_ALREADY_EXISTS,
                                     HP_ERR_INVALID_TOPIC_EXCEPTION,
                                     HP_ERR_INVALID_TOPIC_EXCEPTION};
    for (int16_t version = 0; version <= 7; version++) {
        struct hp_create_topics_request *request =
            WORLD_NEW(fixture->client, create_topics_request);
        request->topics = WORLD_ARRAY(fixture->client, create_topics_request_topic, 4);
        request->topics_count = 4;
        for (int i = 0; i < 4; i++) {
            request->topics[i].name = hc_slice_str(names[i]);
        }
        const struct hp_create_topics_response *answer =
            world_ask(fixture->client, HP_CREATE_TOPICS, version, request);
        assert_int_equal(answer->topics_count, 4);
        for (int i = 0; i < 4; i++) {
            assert_int_equal(answer->topics[i].error_code, errors[i]);
        }
        assert_int_equal(hc_slice_is_null(answer->topics[0].error_message), version < 1);
    }
}

static void delete_topics(void **state)
{
    struct fixture *fixture = *state;
    struct hc_slice names[] = {HC_SLICE("trades"), HC_SLICE("absent")};
    for (int16_t version = 0; version <= 6; version++) {
        struct hp_delete_topics_request *request =
            WORLD_NEW(fixture->client, delete_topics_request);
        request->topic_names = version < 6 ? names : NULL;
        request->topic_names_count = version < 6 ? 2 : 0;
        request->topics_count = version < 6 ? 0 : 2;
        request->topics =
            WORLD_ARRAY(fixture->client, delete_topics_request_topic, request->topics_count);
        for (int i = 0; i < request->topics_count; i++) {
            request->topics[i].name = names[i];
        }
        const struct hp_delete_topics_response *answer =
            world_ask(fixture->client, HP_DELETE_TOPICS, version, request);
        assert_int_equal(answer->responses_count, 2);
        assert_int_equal(answer->responses[0].error_code, HP_ERR_POLICY_VIOLATION);
        assert_int_equal(answer->responses[1].error_code, HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
    }
}

static void delete_topics_by_id(void **state)
{
    struct fixture *fixture = *state;
    struct hp_delete_topics_request *request = WORLD_NEW(fixture->client, delete_topics_request);
    request->topics = WORLD_ARRAY(fixture->client, delete_topics_request_topic, 2);
    request->topics_count = 2;
    request->topics[0].topic_id = fixture->world->topics[1].topic->id;
    request->topics[1].topic_id.bytes[0] = 1;
    request->topics[0].name = request->topics[1].name = HC_SLICE_NULL;
    const struct hp_delete_topics_response *answer =
        world_ask(fixture->client, HP_DELETE_TOPICS, 6, request);
    assert_int_equal(answer->responses[0].error_code, HP_ERR_POLICY_VIOLATION);
    assert_true(hc_slice_equal_str(answer->responses[0].name, "trades"));
    assert_int_equal(answer->responses[1].error_code, HP_ERR_UNKNOWN_TOPIC_ID);
    assert_true(hc_slice_is_null(answer->responses[1].name));
}

static void delete_records_and_create_partitions(void **state)
{
    struct fixture *fixture = *state;
    struct world_client *client = fixture->client;
    for (int16_t version = 0; version <= 2; version++) {
        struct hp_delete_records_request *request = WORLD_NEW(client, delete_records_request);
        request->topics = WORLD_ARRAY(client, delete_records_request_topic, 1);
        request->topics_count = 1;
        request->topics[0].name = HC_SLICE("candles");
        request->topics[0].partitions = WORLD_ARRAY(client, delete_records_request_partition, 1);
        request->topics[0].partitions_count = 1;
        const struct hp_delete_records_response *answer =
            world_ask(client, HP_DELETE_RECORDS, version, request);
        assert_int_equal(answer->topics[0].partitions[0].error_code, HP_ERR_POLICY_VIOLATION);
        assert_int_equal(answer->topics[0].partitions[0].low_watermark, -1);
    }
    for (int16_t version = 0; version <= 3; version++) {
        struct hp_create_partitions_request *request = WORLD_NEW(client, create_partitions_request);
        request->topics = WORLD_ARRAY(client, create_partitions_request_topic, 1);
        request->topics_count = 1;
        request->topics[0].name = HC_SLICE("candles");
        const struct hp_create_partitions_response *answer =
            world_ask(client, HP_CREATE_PARTITIONS, version, request);
        assert_int_equal(answer->results[0].error_code, HP_ERR_POLICY_VIOLATION);
        assert_false(hc_slice_is_null(answer->results[0].error_message));
    }
}

static void producer_ids_are_unique(void **state)
{
    struct fixture *fixture = *state;
    int64_t before = -1;
    for (int16_t version = 0; version <= 5; version++) {
        struct hp_init_producer_id_request *request =
            WORLD_NEW(fixture->client, init_producer_id_request);
        request->transactional_id = HC_SLICE_NULL;
        const struct hp_init_producer_id_response *answer =
            world_ask(fixture->client, HP_INIT_PRODUCER_ID, version, request);
        assert_int_equal(answer->error_code, 0);
        assert_true(answer->producer_id > before);
        assert_int_equal(answer->producer_epoch, 0);
        before = answer->producer_id;
        request = WORLD_NEW(fixture->client, init_producer_id_request);
        request->transactional_id = HC_SLICE("t");
        answer = world_ask(fixture->client, HP_INIT_PRODUCER_ID, version, request);
        assert_int_equal(answer->error_code, HP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
        assert_int_equal(answer->producer_id, -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(produce, setup, teardown),
        cmocka_unit_test_setup_teardown(create_topics, setup, teardown),
        cmocka_unit_test_setup_teardown(delete_topics, setup, teardown),
        cmocka_unit_test_setup_teardown(delete_topics_by_id, setup, teardown),
        cmocka_unit_test_setup_teardown(delete_records_and_create_partitions, setup, teardown),
        cmocka_unit_test_setup_teardown(producer_ids_are_unique, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
