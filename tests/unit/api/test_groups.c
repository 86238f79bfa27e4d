/* Groups through the wire, in every version: coordinator, members, and what tools are shown. */
#include "group_requests.h"

#include "group/group.h"

/* A whole life in one version of JoinGroup and the newest of the others that goes with it. */
static void test_a_members_life_in_every_version(void **state)
{
    struct fixture *f = *state;
    for (int16_t version = 0; version <= 9; version++) {
        int16_t other = HC_MIN(version, 5); /* SyncGroup, LeaveGroup */
        char group[16], id[ID_BYTES] = "";
        snprintf(group, sizeof group, "g%d", version);
        int64_t before = f->world->now.mono_ns;
        const struct hp_join_group_response *joined = join(f->client, version, group, id);
        assert_int_equal(f->world->now.mono_ns, before); /* a lone member waits for nobody */
        assert_int_equal(joined->generation_id, 1);
        assert_true(hc_slice_equal_str(joined->protocol_name, "range"));
        assert_true(hc_slice_equal(joined->leader, joined->member_id));
        assert_int_equal(joined->members_count, 1);
        assert_int_equal(hc_slice_is_null(joined->protocol_type), version < 7);
        const struct hp_sync_group_response *synced =
            sync_group(f->client, other, group, id, 1, "mine");
        assert_int_equal(synced->error_code, 0);
        assert_true(hc_slice_equal_str(synced->assignment, "mine"));
        assert_int_equal(beat(f->client, HC_MIN(version, 4), group, id, 1), 0);
        assert_int_equal(beat(f->client, HC_MIN(version, 4), group, id, 2),
                         HP_ERR_ILLEGAL_GENERATION);
        assert_int_equal(leave(f->client, other, group, id), 0);
        assert_int_equal(leave(f->client, other, group, id), HP_ERR_UNKNOWN_MEMBER_ID);
    }
}

/* An error must encode in the oldest versions too, where no field may be null. */
static void test_errors_encode_in_every_version(void **state)
{
    struct fixture *f = *state;
    for (int16_t version = 0; version <= 9; version++) {
        send_join(f->client, version, "g", "ghost", NULL);
        const struct hp_join_group_response *joined = await(f->client);
        assert_int_equal(joined->error_code, HP_ERR_UNKNOWN_MEMBER_ID);
        assert_int_equal(joined->generation_id, -1);
        send_join(f->client, version, "", "", NULL);
        joined = await(f->client);
        assert_int_equal(joined->error_code, HP_ERR_INVALID_GROUP_ID);
        int16_t other = HC_MIN(version, 5);
        assert_int_equal(sync_group(f->client, other, "g", "ghost", 1, NULL)->error_code,
                         HP_ERR_UNKNOWN_MEMBER_ID);
        assert_int_equal(leave(f->client, other, "", "x"), HP_ERR_INVALID_GROUP_ID);
    }
}

static void test_second_member_wakes_the_first(void **state)
{
    struct fixture *f = *state;
    char a[ID_BYTES], b[ID_BYTES] = "";
    become_stable(f->client, "g", a);
    struct world_client *second = world_connect(f->world, WORLD_WHOLE);
    send_join(second, 3, "g", "", NULL);
    await_rebalance(f->client, "g", a, 1);
    assert_int_equal(second->answered, 0);
    const struct hp_join_group_response *joined = join(f->client, 9, "g", a);
    assert_int_equal(joined->generation_id, 2);
    assert_int_equal(joined->members_count, 2);
    const struct hp_join_group_response *other = await(second);
    assert_int_equal(other->error_code, 0);
    assert_int_equal(other->generation_id, 2);
    assert_int_equal(other->members_count, 0);
    hc_slice_to_str(other->member_id, b, sizeof b);
    assert_true(hc_slice_equal_str(other->leader, a));
}

/* A connection that is closed under a waiting JoinGroup leaves nothing behind but its member. */
static void test_connection_lost_while_joining(void **state)
{
    struct fixture *f = *state;
    char a[ID_BYTES];
    become_stable(f->client, "g", a);
    struct world_client *second = world_connect(f->world, WORLD_WHOLE);
    send_join(second, 3, "g", "", NULL);
    await_rebalance(f->client, "g", a, 1);
    world_disconnect(second);
    assert_int_equal(join(f->client, 9, "g", a)->members_count, 2);
    assert_int_equal(sync_group(f->client, 5, "g", a, 2, "mine")->error_code, 0);
    for (int i = 0; i < 11; i++) { /* its session ends */
        world_sleep(f->world, HC_NS_PER_S);
        (void)beat(f->client, 4, "g", a, 2);
    }
    assert_int_equal(join(f->client, 9, "g", a)->members_count, 1);
}

/* A process that stops answers those who wait: look for the coordinator again. */
static void test_draining_answers_who_waits(void **state)
{
    struct fixture *f = *state;
    char a[ID_BYTES];
    become_stable(f->client, "g", a);
    struct world_client *second = world_connect(f->world, WORLD_WHOLE);
    send_join(second, 3, "g", "", NULL);
    await_rebalance(f->client, "g", a, 1);
    hc_broker_drain(f->world->broker, f->world->now);
    const struct hp_join_group_response *joined = await(second);
    assert_int_equal(joined->error_code, HP_ERR_NOT_COORDINATOR);
}

/* ---- FindCoordinator ---- */

static void test_find_coordinator_in_every_version(void **state)
{
    struct fixture *f = *state;
    for (int16_t version = 0; version <= 6; version++) {
        struct hp_find_coordinator_request *request =
            WORLD_NEW(f->client, find_coordinator_request);
        if (version < 4) {
            request->key = HC_SLICE("g");
        } else {
            request->coordinator_keys = HC_ARENA_ARRAY(&f->client->arena, struct hc_slice, 2);
            request->coordinator_keys[0] = HC_SLICE("g");
            request->coordinator_keys[1] = HC_SLICE("h");
            request->coordinator_keys_count = 2;
        }
        const struct hp_find_coordinator_response *answer =
            world_ask(f->client, HP_FIND_COORDINATOR, version, request);
        const struct hc_address *address = hc_connection_advertised(f->client->server);
        if (version < 4) {
            assert_int_equal(answer->error_code, 0);
            assert_int_equal(answer->node_id, HC_NODE_ID);
            assert_true(hc_slice_equal_str(answer->host, address->host));
            assert_int_equal(answer->port, address->port);
            continue;
        }
        assert_int_equal(answer->coordinators_count, 2);
        assert_true(hc_slice_equal_str(answer->coordinators[1].key, "h"));
        assert_int_equal(answer->coordinators[1].error_code, 0);
        assert_int_equal(answer->coordinators[1].node_id, HC_NODE_ID);
        assert_int_equal(answer->coordinators[1].port, address->port);
    }
}

static void test_other_coordinators_are_refused(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int8_t type;
        int16_t error;
    } rows[] = {{1, HP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED},
                {2, HP_ERR_INVALID_REQUEST},
                {99, HP_ERR_INVALID_REQUEST}};
    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        for (int16_t version = 1; version <= 6; version += 2) {
            struct hp_find_coordinator_request *request =
                WORLD_NEW(f->client, find_coordinator_request);
            request->key_type = rows[i].type;
            if (version >= 4) {
                request->coordinator_keys = HC_ARENA_ARRAY(&f->client->arena, struct hc_slice, 1);
                request->coordinator_keys[0] = HC_SLICE("x");
                request->coordinator_keys_count = 1;
            }
            const struct hp_find_coordinator_response *answer =
                world_ask(f->client, HP_FIND_COORDINATOR, version, request);
            assert_int_equal(version < 4 ? answer->error_code : answer->coordinators[0].error_code,
                             rows[i].error);
            assert_int_equal(version < 4 ? answer->node_id : answer->coordinators[0].node_id, -1);
        }
    }
}

/* ---- what tools are shown ---- */

static const struct hp_describe_groups_response_group *
describe(struct world_client *client, int16_t version, const char *group, bool operations)
{
    struct hp_describe_groups_request *request = WORLD_NEW(client, describe_groups_request);
    request->groups = HC_ARENA_ARRAY(&client->arena, struct hc_slice, 1);
    request->groups[0] = hc_slice_str(group);
    request->groups_count = 1;
    request->include_authorized_operations = version >= 3 && operations;
    const struct hp_describe_groups_response *answer =
        world_ask(client, HP_DESCRIBE_GROUPS, version, request);
    assert_int_equal(answer->groups_count, 1);
    return &answer->groups[0];
}

static void test_describe_in_every_version(void **state)
{
    struct fixture *f = *state;
    char id[ID_BYTES];
    become_stable(f->client, "g", id);
    struct commit simple = {"simple", NULL, 0, "candles", 0, 5, ""};
    assert_int_equal(commit(f->client, 9, simple), 0);
    for (int16_t version = 0; version <= 6; version++) {
        const struct hp_describe_groups_response_group *group =
            describe(f->client, version, "g", true);
        assert_int_equal(group->error_code, 0);
        assert_true(hc_slice_equal_str(group->group_state, "Stable"));
        assert_true(hc_slice_equal_str(group->protocol_type, "consumer"));
        assert_true(hc_slice_equal_str(group->protocol_data, "range"));
        assert_int_equal(group->members_count, 1);
        assert_true(hc_slice_equal_str(group->members[0].member_id, id));
        assert_true(hc_slice_equal_str(group->members[0].member_assignment, "mine"));
        assert_int_equal(group->members[0].client_host.data[0], '/');
        assert_int_equal(group->authorized_operations, version >= 3 ? 328 : INT32_MIN);
        group = describe(f->client, version, "simple", false);
        assert_true(hc_slice_equal_str(group->group_state, "Empty"));
        assert_int_equal(group->authorized_operations, INT32_MIN);
        group = describe(f->client, version, "nowhere", false);
        assert_true(hc_slice_equal_str(group->group_state, "Dead"));
        assert_int_equal(group->error_code, version >= 6 ? HP_ERR_GROUP_ID_NOT_FOUND : 0);
        assert_int_equal(group->error_message.size > 0, version >= 6);
    }
}

/* Names and states of the groups listed, "g:Stable h:Empty ". */
static void list(struct world_client *client, int16_t version, const char *wanted_state,
                 const char *type, char out[256])
{
    struct hp_list_groups_request *request = WORLD_NEW(client, list_groups_request);
    struct hc_slice filters[] = {hc_slice_str(wanted_state), hc_slice_str(type)};
    if (wanted_state) {
        request->states_filter = &filters[0];
        request->states_filter_count = 1;
    }
    if (type) {
        request->types_filter = &filters[1];
        request->types_filter_count = 1;
    }
    const struct hp_list_groups_response *answer =
        world_ask(client, HP_LIST_GROUPS, version, request);
    assert_int_equal(answer->error_code, 0);
    size_t size = 0;
    out[0] = 0;
    for (int32_t i = 0; i < answer->groups_count; i++) {
        size += (size_t)snprintf(out + size, 256 - size, HC_SLICE_FMT ":" HC_SLICE_FMT " ",
                                 HC_SLICE_ARG(answer->groups[i].group_id),
                                 HC_SLICE_ARG(answer->groups[i].group_state));
    }
}

static void test_list_in_every_version(void **state)
{
    struct fixture *f = *state;
    char id[ID_BYTES], text[256];
    become_stable(f->client, "g", id);
    struct commit simple = {"simple", NULL, 0, "candles", 0, 5, ""};
    assert_int_equal(commit(f->client, 9, simple), 0);
    struct commit own = {"g", id, 1, "candles", 0, 5, ""};
    assert_int_equal(commit(f->client, 9, own), 0); /* with members and offsets: listed once */
    for (int16_t version = 0; version <= 5; version++) {
        list(f->client, version, NULL, NULL, text);
        assert_string_equal(text, version < 4 ? "g: simple: " : "g:Stable simple:Empty ");
    }
    static const struct {
        const char *state, *type, *text;
    } rows[] = {{"stable", NULL, "g:Stable "}, {"Empty", NULL, "simple:Empty "},
                {"Nonsense", NULL, ""},        {NULL, "classic", "g:Stable simple:Empty "},
                {NULL, "consumer", ""},        {"Empty", "Classic", "simple:Empty "}};
    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        list(f->client, 5, rows[i].state, rows[i].type, text);
        assert_string_equal(text, rows[i].text);
    }
}

static int16_t delete_group(struct world_client *client, int16_t version, const char *group)
{
    struct hp_delete_groups_request *request = WORLD_NEW(client, delete_groups_request);
    request->groups_names = HC_ARENA_ARRAY(&client->arena, struct hc_slice, 1);
    request->groups_names[0] = hc_slice_str(group);
    request->groups_names_count = 1;
    const struct hp_delete_groups_response *answer =
        world_ask(client, HP_DELETE_GROUPS, version, request);
    assert_int_equal(answer->results_count, 1);
    assert_true(hc_slice_equal_str(answer->results[0].group_id, group));
    return answer->results[0].error_code;
}

static void test_delete_in_every_version(void **state)
{
    struct fixture *f = *state;
    for (int16_t version = 0; version <= 2; version++) {
        char id[ID_BYTES];
        become_stable(f->client, "g", id);
        int32_t generation =
            hc_coordinator_group_named(f->world->cluster.groups, HC_SLICE("g"))->generation;
        struct commit own = {"g", id, generation, "candles", 0, 5, ""};
        assert_int_equal(commit(f->client, 9, own), 0);
        assert_int_equal(delete_group(f->client, version, "g"), HP_ERR_NON_EMPTY_GROUP);
        assert_int_equal(leave(f->client, 5, "g", id), 0);
        assert_int_equal(delete_group(f->client, version, "g"), 0);
        assert_int_equal(fetch(f->client, 9, "g", "candles", 0).offset, -1);
        assert_int_equal(delete_group(f->client, version, "g"), HP_ERR_GROUP_ID_NOT_FOUND);
        struct commit simple = {"simple", NULL, 0, "candles", 0, 5, ""};
        assert_int_equal(commit(f->client, 9, simple), 0);
        assert_int_equal(delete_group(f->client, version, "simple"), 0);
        assert_int_equal(delete_group(f->client, version, "simple"), HP_ERR_GROUP_ID_NOT_FOUND);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_a_members_life_in_every_version), TEST(test_errors_encode_in_every_version),
        TEST(test_second_member_wakes_the_first),   TEST(test_connection_lost_while_joining),
        TEST(test_draining_answers_who_waits),      TEST(test_find_coordinator_in_every_version),
        TEST(test_other_coordinators_are_refused),  TEST(test_describe_in_every_version),
        TEST(test_list_in_every_version),           TEST(test_delete_in_every_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
