/* DescribeConfigs and IncrementalAlterConfigs: what the node and its topics say, and steering. */
#include "fixture.h"

enum { TOPIC = 2, BROKER = 4, SET = 0, DELETE = 1 };

static const struct hp_describe_configs_response *describe(struct fixture *fixture, int16_t version,
                                                           int8_t type, const char *const *names,
                                                           int32_t count)
{
    struct world_client *client = fixture->client;
    struct hp_describe_configs_request *request = WORLD_NEW(client, describe_configs_request);
    request->resources = WORLD_ARRAY(client, describe_configs_request_resource, count);
    request->resources_count = count;
    for (int32_t i = 0; i < count; i++) {
        request->resources[i].resource_type = type;
        request->resources[i].resource_name = hc_slice_str(names[i]);
        request->resources[i].configuration_keys_count = -1;
    }
    request->include_synonyms = request->include_documentation = true;
    return world_ask(client, HP_DESCRIBE_CONFIGS, version, request);
}

static const struct hp_describe_configs_response_config *
find(const struct hp_describe_configs_response_result *result, const char *name)
{
    for (int32_t i = 0; i < result->configs_count; i++) {
        if (hc_slice_equal_str(result->configs[i].name, name)) {
            return &result->configs[i];
        }
    }
    return NULL;
}

static bool has(const struct hp_describe_configs_response_result *result, const char *name,
                const char *value)
{
    const struct hp_describe_configs_response_config *config = find(result, name);
    return config && hc_slice_equal_str(config->value, value);
}

static void topics_are_kept_for_ever(void **state)
{
    struct fixture *fixture = *state;
    for (int16_t version = 0; version <= 4; version++) {
        const struct hp_describe_configs_response *answer =
            describe(fixture, version, TOPIC, (const char *const[]){"candles", "none"}, 2);
        assert_int_equal(answer->results_count, 2);
        assert_int_equal(answer->results[0].error_code, 0);
        assert_true(has(&answer->results[0], "retention.ms", "-1"));
        assert_true(has(&answer->results[0], "message.timestamp.type", "CreateTime"));
        assert_true(has(&answer->results[0], "compression.type", "uncompressed"));
        const struct hp_describe_configs_response_config *config =
            find(&answer->results[0], "retention.ms");
        assert_true(config->read_only && !config->is_sensitive);
        assert_int_equal(config->config_type, version >= 3 ? 5 : 0);
        assert_int_equal(hc_slice_is_null(config->documentation), version < 3);
        assert_int_equal(config->synonyms_count, version >= 1 ? 1 : 0);
        assert_int_equal(answer->results[1].error_code, HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
        assert_int_equal(answer->results[1].configs_count, 0);
    }
}

static void the_node_tells_of_the_replay(void **state)
{
    struct fixture *fixture = *state;
    const struct hp_describe_configs_response *answer =
        describe(fixture, 4, BROKER, (const char *const[]){"1", "", "2"}, 3);
    for (int i = 0; i < 2; i++) {
        const struct hp_describe_configs_response_result *node = &answer->results[i];
        assert_int_equal(node->error_code, 0);
        assert_true(has(node, "replay.state", "running") && has(node, "replay.speed", "1"));
        assert_non_null(find(node, "replay.time")->value.data);
        assert_int_equal(find(node, "replay.state")->config_source, 2);
        assert_false(find(node, "replay.state")->read_only);
        assert_true(find(node, "replay.from")->read_only);
        assert_true(hc_slice_is_null(find(node, "replay.to")->value));
        assert_true(has(node, "advertised.listeners", "PLAINTEXT://broker.example:9092"));
    }
    assert_int_equal(answer->results[2].error_code, HP_ERR_INVALID_REQUEST);
}

static void keys_select(void **state)
{
    struct fixture *fixture = *state;
    struct hp_describe_configs_request *request =
        WORLD_NEW(fixture->client, describe_configs_request);
    struct hc_slice keys[] = {HC_SLICE("retention.ms"), HC_SLICE("nothing")};
    request->resources = WORLD_ARRAY(fixture->client, describe_configs_request_resource, 1);
    request->resources_count = 1;
    request->resources[0].resource_type = TOPIC;
    request->resources[0].resource_name = HC_SLICE("trades");
    request->resources[0].configuration_keys = keys;
    request->resources[0].configuration_keys_count = 2;
    const struct hp_describe_configs_response *answer =
        world_ask(fixture->client, HP_DESCRIBE_CONFIGS, 2, request);
    assert_int_equal(answer->results[0].configs_count, 1);
    assert_true(has(&answer->results[0], "retention.ms", "-1"));
}

static void a_repeated_resource_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const struct hp_describe_configs_response *answer =
        describe(fixture, 1, TOPIC, (const char *const[]){"candles", "trades", "candles"}, 3);
    assert_int_equal(answer->results[1].error_code, 0);
    assert_int_equal(answer->results[2].error_code, HP_ERR_INVALID_REQUEST);
    assert_int_equal(answer->results[2].configs_count, 0);
    answer = describe(fixture, 1, BROKER, (const char *const[]){"1", "", "1"}, 3);
    assert_int_equal(answer->results[1].error_code, 0);
    assert_int_equal(answer->results[2].error_code, HP_ERR_INVALID_REQUEST);
}

/* ---- setting ---- */

struct change {
    int8_t type;
    const char *resource;
    const char *key;
    const char *value; /* NULL: null */
    int8_t operation;
    bool validate_only;
};

static int16_t alter(struct fixture *fixture, int16_t version, struct change change)
{
    struct world_client *client = fixture->client;
    struct hp_incremental_alter_configs_request *request =
        WORLD_NEW(client, incremental_alter_configs_request);
    request->resources = WORLD_ARRAY(client, incremental_alter_configs_request_resource, 1);
    request->resources_count = 1;
    request->resources[0].resource_type = change.type;
    request->resources[0].resource_name = hc_slice_str(change.resource);
    request->resources[0].configs =
        WORLD_ARRAY(client, incremental_alter_configs_request_config, 1);
    request->resources[0].configs_count = 1;
    request->resources[0].configs[0].name = hc_slice_str(change.key);
    request->resources[0].configs[0].value = hc_slice_str(change.value);
    request->resources[0].configs[0].config_operation = change.operation;
    request->validate_only = change.validate_only;
    const struct hp_incremental_alter_configs_response *answer =
        world_ask(client, HP_INCREMENTAL_ALTER_CONFIGS, version, request);
    assert_int_equal(answer->responses_count, 1);
    assert_int_equal(answer->responses[0].resource_type, change.type);
    assert_true(hc_slice_equal_str(answer->responses[0].resource_name, change.resource));
    bool told = !hc_slice_is_null(answer->responses[0].error_message);
    assert_int_equal(told, answer->responses[0].error_code != 0);
    return answer->responses[0].error_code;
}

static void pausing_and_resuming(void **state)
{
    struct fixture *fixture = *state;
    struct hc_session *session = fixture->world->cluster.session;
    for (int16_t version = 0; version <= 1; version++) {
        const char *node = version ? "" : "1";
        struct change pause = {BROKER, node, "replay.state", "paused", SET, true};
        assert_int_equal(alter(fixture, version, pause), 0);
        assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
        pause.validate_only = false;
        assert_int_equal(alter(fixture, version, pause), 0);
        assert_int_equal(hc_session_state(session), HC_SESSION_PAUSED);
        struct change resume = {BROKER, node, "replay.state", "running", SET, false};
        assert_int_equal(alter(fixture, version, resume), 0);
        assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    }
}

static void what_cannot_be_set(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        struct change change;
        int16_t error;
    } rows[] = {
        {{BROKER, "1", "replay.state", "stopped", SET, false}, HP_ERR_INVALID_CONFIG},
        {{BROKER, "1", "replay.state", NULL, SET, false}, HP_ERR_INVALID_CONFIG},
        {{BROKER, "1", "replay.state", "paused", DELETE, false}, HP_ERR_INVALID_CONFIG},
        {{BROKER, "1", "replay.from", "0", SET, false}, HP_ERR_INVALID_REQUEST},
        {{BROKER, "1", "num.partitions", "5", SET, false}, HP_ERR_INVALID_REQUEST},
        {{BROKER, "1", "replay.stat", "paused", SET, false}, HP_ERR_INVALID_CONFIG},
        {{BROKER, "2", "replay.state", "paused", SET, false}, HP_ERR_INVALID_REQUEST},
        {{TOPIC, "candles", "retention.ms", "1", SET, false}, HP_ERR_POLICY_VIOLATION},
        {{8, "1", "x", "y", SET, false}, HP_ERR_INVALID_REQUEST},
    };
    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        assert_int_equal(alter(fixture, 1, rows[i].change), rows[i].error);
        assert_int_equal(hc_session_state(fixture->world->cluster.session), HC_SESSION_RUNNING);
    }
}

static void an_ended_session_says_so(void **state)
{
    struct fixture *fixture = *state;
    struct change resume = {BROKER, "1", "replay.state", "running", SET, false};
    assert_int_equal(hc_session_state(fixture->world->cluster.session), HC_SESSION_ENDED);
    assert_int_equal(alter(fixture, 1, resume), HP_ERR_INVALID_REQUEST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(topics_are_kept_for_ever, setup, teardown),
        cmocka_unit_test_setup_teardown(the_node_tells_of_the_replay, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_select, setup, teardown),
        cmocka_unit_test_setup_teardown(a_repeated_resource_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(pausing_and_resuming, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_set, setup, teardown),
        cmocka_unit_test_setup_teardown(an_ended_session_says_so, setup_ended, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
