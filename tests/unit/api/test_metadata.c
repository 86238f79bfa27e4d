/* Metadata, ApiVersions, DescribeCluster: what clients learn before they read anything. */
#include "fixture.h"

static struct hp_metadata_request *ask_for(struct world_client *client, int32_t count)
{
    struct hp_metadata_request *request = WORLD_NEW(client, metadata_request);
    request->topics_count = count;
    request->topics = WORLD_ARRAY(client, metadata_request_topic, HC_MAX(count, 0));
    return request;
}

static const struct hp_metadata_response *ask(struct fixture *fixture, int16_t version,
                                              const struct hp_metadata_request *request)
{
    const struct hp_metadata_response *answer =
        world_ask(fixture->client, HP_METADATA, version, request);
    assert_int_equal(answer->brokers_count, 1);
    assert_int_equal(answer->brokers[0].node_id, HC_NODE_ID);
    assert_true(hc_slice_equal_str(answer->brokers[0].host, "broker.example"));
    assert_int_equal(answer->brokers[0].port, 9092);
    assert_int_equal(answer->controller_id, version >= 1 ? HC_NODE_ID : -1);
    assert_int_equal(answer->error_code, 0);
    return answer;
}

static void check_topic(struct fixture *fixture, int16_t version, size_t index,
                        const struct hp_metadata_response_topic *got)
{
    const struct world_topic *topic = &fixture->world->topics[index];
    assert_int_equal(got->error_code, 0);
    assert_true(hc_slice_equal_str(got->name, topic->model.config.name));
    assert_int_equal(hp_uuid_is_zero(got->topic_id), version < 10);
    assert_true(version < 10 || hp_uuid_equal(got->topic_id, topic->topic->id));
    assert_false(got->is_internal);
    assert_int_equal(got->partitions_count, topic->model.config.partitions);
    for (int32_t i = 0; i < got->partitions_count; i++) {
        const struct hp_metadata_response_partition *partition = &got->partitions[i];
        assert_int_equal(partition->error_code, 0);
        assert_int_equal(partition->partition_index, i);
        assert_int_equal(partition->leader_id, HC_NODE_ID);
        assert_int_equal(partition->leader_epoch, version >= 7 ? 0 : -1);
        assert_int_equal(partition->replica_nodes_count, 1);
        assert_int_equal(partition->replica_nodes[0], HC_NODE_ID);
        assert_int_equal(partition->isr_nodes_count, 1);
        assert_int_equal(partition->offline_replicas_count, 0);
    }
}

static void all_topics_and_none(void **state)
{
    struct fixture *fixture = *state;
    for (int16_t version = 0; version <= 13; version++) {
        int32_t all = version == 0 ? 0 : -1;
        const struct hp_metadata_response *answer =
            ask(fixture, version, ask_for(fixture->client, all));
        assert_int_equal(answer->topics_count, 2);
        check_topic(fixture, version, 0, &answer->topics[0]);
        check_topic(fixture, version, 1, &answer->topics[1]);
        if (version >= 1) {
            answer = ask(fixture, version, ask_for(fixture->client, 0));
            assert_int_equal(answer->topics_count, 0);
        }
        assert_int_equal(answer->cluster_id.size, version >= 2 ? 31 : 0);
    }
}

static void by_name_in_every_version(void **state)
{
    struct fixture *fixture = *state;
    char name[260];
    memset(name, 'a', sizeof name);
    for (int16_t version = 0; version <= 13; version++) {
        struct hp_metadata_request *request = ask_for(fixture->client, 6);
        request->topics[0].name = HC_SLICE("trades");
        request->topics[1].name = HC_SLICE("absent");
        request->topics[2].name = HC_SLICE("#");
        request->topics[3].name = HC_SLICE("..");
        request->topics[4].name = hc_slice_of(name, 249);
        request->topics[5].name = hc_slice_of(name, 250);
        request->allow_auto_topic_creation = true;
        const struct hp_metadata_response *answer = ask(fixture, version, request);
        static const int16_t errors[] = {HP_ERR_NONE,
                                         HP_ERR_UNKNOWN_TOPIC_OR_PARTITION,
                                         HP_ERR_INVALID_TOPIC_EXCEPTION,
                                         HP_ERR_INVALID_TOPIC_EXCEPTION,
                                         HP_ERR_UNKNOWN_TOPIC_OR_PARTITION,
                                         HP_ERR_INVALID_TOPIC_EXCEPTION};
        assert_int_equal(answer->topics_count, 6);
        check_topic(fixture, version, 1, &answer->topics[0]);
        for (int32_t i = 1; i < 6; i++) {
            assert_int_equal(answer->topics[i].error_code, errors[i]);
            assert_int_equal(answer->topics[i].partitions_count, 0);
        }
        assert_true(hc_slice_equal_str(answer->topics[1].name, "absent"));
    }
    /* Nothing was created by asking. */
    assert_int_equal(ask(fixture, 4, ask_for(fixture->client, -1))->topics_count, 2);
}

static void by_id(void **state)
{
    struct fixture *fixture = *state;
    for (int16_t version = 10; version <= 13; version++) {
        struct hp_metadata_request *request = ask_for(fixture->client, 2);
        request->topics[0].topic_id = fixture->world->topics[0].topic->id;
        request->topics[0].name = HC_SLICE_NULL;
        request->topics[1].topic_id.bytes[3] = 9;
        request->topics[1].name = HC_SLICE_NULL;
        const struct hp_metadata_response *answer = ask(fixture, version, request);
        assert_int_equal(answer->topics_count, 2);
        check_topic(fixture, version, 0, &answer->topics[0]);
        assert_int_equal(answer->topics[1].error_code, HP_ERR_UNKNOWN_TOPIC_ID);
        assert_int_equal(hc_slice_is_null(answer->topics[1].name), version >= 12);
        assert_int_equal(answer->topics[1].topic_id.bytes[3], 9);
    }
}

static void a_repeated_topic_is_told_once(void **state)
{
    struct fixture *fixture = *state;
    struct hp_metadata_request *request = ask_for(fixture->client, 500);
    for (int32_t i = 0; i < 500; i++) {
        request->topics[i].name = i % 2 ? HC_SLICE("candles") : HC_SLICE("trades");
    }
    const struct hp_metadata_response *answer = ask(fixture, 5, request);
    assert_int_equal(answer->topics_count, 2);
    check_topic(fixture, 5, 1, &answer->topics[0]);
    check_topic(fixture, 5, 0, &answer->topics[1]);
}

/* librdkafka 2.15 asks for all topics with four zero bytes before the real fields (v9 and later).
 */
static void librdkafka_placeholder(void **state)
{
    struct fixture *fixture = *state;
    world_send_body(fixture->client, HP_METADATA, 9, HC_SLICE("\0\0\0\0\0\0\0\0"));
    world_sleep(fixture->world, 1);
    const struct hp_metadata_response *answer = world_take(fixture->client, NULL);
    assert_non_null(answer);
    assert_int_equal(answer->brokers_count, 1);
}

static void authorized_operations_only_where_asked(void **state)
{
    struct fixture *fixture = *state;
    for (int16_t version = 8; version <= 13; version++) {
        for (int asked = 0; asked < 2; asked++) {
            struct hp_metadata_request *request = ask_for(fixture->client, -1);
            request->include_topic_authorized_operations = asked;
            request->include_cluster_authorized_operations = asked;
            const struct hp_metadata_response *answer = ask(fixture, version, request);
            bool omitted = answer->topics[0].topic_authorized_operations == INT32_MIN;
            assert_int_equal(omitted, !asked);
            bool cluster = answer->cluster_authorized_operations != INT32_MIN;
            assert_int_equal(cluster, asked && version <= 10);
        }
    }
}

/* ---- ApiVersions ---- */

static void check_keys(const struct hp_api_versions_response *answer)
{
    int32_t served = 0;
    for (int key = 0; key <= HP_API_KEY_MAX; key++) {
        const struct hp_api *api = hp_api_find((int16_t)key);
        served += api && api->served_max >= 0;
    }
    assert_int_equal(answer->api_keys_count, served);
    for (int32_t i = 0; i < answer->api_keys_count; i++) {
        const struct hp_api_versions_response_api_key *key = &answer->api_keys[i];
        const struct hp_api *api = hp_api_find(key->api_key);
        assert_int_equal(key->min_version, api->served_min);
        assert_int_equal(key->max_version, api->served_max);
        assert_true(i == 0 || answer->api_keys[i - 1].api_key < key->api_key);
    }
}

static void api_versions_in_every_version(void **state)
{
    struct fixture *fixture = *state;
    for (int16_t version = 0; version <= 4; version++) {
        struct hp_api_versions_request *request = WORLD_NEW(fixture->client, api_versions_request);
        request->client_software_name = HC_SLICE("sim");
        request->client_software_version = HC_SLICE("1.0");
        const struct hp_api_versions_response *answer =
            world_ask(fixture->client, HP_API_VERSIONS, version, request);
        assert_int_equal(answer->error_code, 0);
        check_keys(answer);
    }
}

static void api_versions_from_the_future(void **state)
{
    struct fixture *fixture = *state;
    static const int16_t versions[] = {5, 6, 99, INT16_MAX};
    for (size_t i = 0; i < HC_COUNT(versions); i++) {
        world_send_body(fixture->client, HP_API_VERSIONS, versions[i], HC_SLICE("?"));
        world_sleep(fixture->world, 1);
        const struct hp_api_versions_response *answer = world_take_as(fixture->client, 0, NULL);
        assert_non_null(answer);
        assert_int_equal(answer->error_code, HP_ERR_UNSUPPORTED_VERSION);
        check_keys(answer);
        world_forget(fixture->client);
    }
    assert_false(world_is_closed(fixture->client));
}

/* ---- DescribeCluster ---- */

static void describe_cluster(void **state)
{
    struct fixture *fixture = *state;
    for (int16_t version = 0; version <= 2; version++) {
        for (int8_t endpoint = 1; endpoint <= (version >= 1 ? 2 : 1); endpoint++) {
            struct hp_describe_cluster_request *request =
                WORLD_NEW(fixture->client, describe_cluster_request);
            request->endpoint_type = endpoint;
            request->include_cluster_authorized_operations = true;
            const struct hp_describe_cluster_response *answer =
                world_ask(fixture->client, HP_DESCRIBE_CLUSTER, version, request);
            bool brokers = endpoint == 1;
            assert_int_equal(answer->error_code,
                             brokers ? HP_ERR_NONE : HP_ERR_UNSUPPORTED_ENDPOINT_TYPE);
            assert_int_equal(answer->brokers_count, brokers);
            assert_int_equal(answer->controller_id, brokers ? HC_NODE_ID : -1);
            assert_int_equal(answer->cluster_id.size, brokers ? 31 : 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_topics_and_none, setup, teardown),
        cmocka_unit_test_setup_teardown(by_name_in_every_version, setup, teardown),
        cmocka_unit_test_setup_teardown(by_id, setup, teardown),
        cmocka_unit_test_setup_teardown(a_repeated_topic_is_told_once, setup, teardown),
        cmocka_unit_test_setup_teardown(librdkafka_placeholder, setup, teardown),
        cmocka_unit_test_setup_teardown(authorized_operations_only_where_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(api_versions_in_every_version, setup, teardown),
        cmocka_unit_test_setup_teardown(api_versions_from_the_future, setup, teardown),
        cmocka_unit_test_setup_teardown(describe_cluster, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
