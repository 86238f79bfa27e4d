/* IncrementalAlterConfigs: the session's clock as configuration of the node. */
#include "fixture.h"

#include "session/command.h"

#include <stdio.h>

static int64_t visible(const struct fixture *f, int32_t partition, int64_t offset)
{
    return f->world->topics[0].model.visible[partition][offset];
}

struct set {
    const char *key, *value;
    int8_t operation;
};

static int16_t alter(struct fixture *f, const char *node, bool validate_only,
                     const struct set *sets, int32_t count)
{
    struct hp_incremental_alter_configs_request *request =
        WORLD_NEW(f->client, incremental_alter_configs_request);
    request->resources = WORLD_ARRAY(f->client, incremental_alter_configs_request_resource, 1);
    request->resources_count = 1;
    request->validate_only = validate_only;
    request->resources[0].resource_type = 4;
    request->resources[0].resource_name = hc_slice_str(node);
    request->resources[0].configs =
        WORLD_ARRAY(f->client, incremental_alter_configs_request_config, (size_t)count);
    request->resources[0].configs_count = count;
    for (int32_t i = 0; i < count; i++) {
        request->resources[0].configs[i].name = hc_slice_str(sets[i].key);
        request->resources[0].configs[i].value = hc_slice_str(sets[i].value);
        request->resources[0].configs[i].config_operation = sets[i].operation;
    }
    const struct hp_incremental_alter_configs_response *answer =
        world_ask(f->client, HP_INCREMENTAL_ALTER_CONFIGS, 1, request);
    assert_int_equal(answer->responses_count, 1);
    return answer->responses[0].error_code;
}

static void test_configs(void **state)
{
    struct fixture *f = *state;
    struct hc_session *session = f->world->cluster.session;
    world_market(f->world, visible(f, 0, 100));
    world_reconnect(f->client);
    char time[32];
    (void)snprintf(time, sizeof time, "%lld", (long long)visible(f, 0, 50));
    const struct set all[] = {
        {"replay.state", "paused", 0}, {"replay.speed", "2.5", 0}, {"replay.time", time, 0}};
    assert_int_equal(alter(f, "1", true, all, 3), 0);
    assert_int_equal(hc_session_generation(session), 0);
    assert_int_equal(alter(f, "", false, all, 3), 0);
    assert_int_equal(hc_session_generation(session), 1);
    assert_int_equal(hc_session_state(session), HC_SESSION_PAUSED);
    assert_int_equal(hc_session_market_ms(session), visible(f, 0, 50));
    assert_true(hc_speed_equal(hc_session_speed(session), hc_speed_of(5, 2)));

    const struct {
        struct set set[2];
        int32_t count;
        int16_t error;
    } rows[] = {
        {{{"replay.state", "dancing", 0}}, 1, HP_ERR_INVALID_CONFIG},
        {{{"replay.state", "ended", 0}}, 1, HP_ERR_INVALID_CONFIG},
        {{{"replay.speed", "0", 0}}, 1, HP_ERR_INVALID_CONFIG},
        {{{"replay.speed", "-1", 0}}, 1, HP_ERR_INVALID_CONFIG},
        {{{"replay.speed", "1e400", 0}}, 1, HP_ERR_INVALID_CONFIG},
        {{{"replay.time", "yesterday", 0}}, 1, HP_ERR_INVALID_CONFIG},
        {{{"replay.time", "1970-01-01T00:00:00Z", 0}}, 1, HP_ERR_INVALID_CONFIG},
        {{{"replay.time", "9999-01-01T00:00:00Z", 0}}, 1, HP_ERR_INVALID_CONFIG},
        {{{"replay.from", "1970-01-01T00:00:00Z", 0}}, 1, HP_ERR_INVALID_REQUEST},
        {{{"replay.nothing", "1", 0}}, 1, HP_ERR_INVALID_CONFIG},
        {{{"replay.speed", "1", 1}}, 1, HP_ERR_INVALID_CONFIG},
        {{{"replay.speed", NULL, 0}}, 1, HP_ERR_INVALID_CONFIG},
        {{{"replay.speed", "1", 0}, {"replay.speed", "2", 0}}, 2, HP_ERR_INVALID_REQUEST},
        {{{"replay.speed", "3", 0}, {"replay.state", "?", 0}}, 2, HP_ERR_INVALID_CONFIG},
    };
    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        int16_t error = alter(f, "1", false, rows[i].set, rows[i].count);
        if (error != rows[i].error) {
            print_error("row %zu\n", i);
        }
        assert_int_equal(error, rows[i].error);
    }
    /* Nothing of what was refused has happened. */
    assert_true(hc_speed_equal(hc_session_speed(session), hc_speed_of(5, 2)));
    assert_int_equal(hc_session_generation(session), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_configs, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
