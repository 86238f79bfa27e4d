/* What time, lost connections and commands do to members. */
#include "world.h"

struct state {
    struct world world;
    struct client a, b, c;
};

static int setup(void **ret)
{
    static struct state state;
    world_init(&state.world);
    world_start(&state.world);
    client_init(&state.a, 1);
    client_init(&state.b, 2);
    client_init(&state.c, 3);
    *ret = &state;
    return 0;
}

static int teardown(void **ret)
{
    struct state *state = *ret;
    client_quit(&state->world, &state->a);
    client_quit(&state->world, &state->b);
    client_quit(&state->world, &state->c);
    world_done(&state->world);
    client_done(&state->a);
    client_done(&state->b);
    client_done(&state->c);
    return 0;
}

static void test_silent_member_is_lost(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    world_pass(&s->world, SESSION_MS - 1);
    assert_int_equal(client_beat(&s->world, &s->a, 2), HP_ERR_NONE);
    assert_int_equal(world_group(&s->world)->member_count, 2);
    world_pass(&s->world, 1);
    assert_int_equal(world_group(&s->world)->member_count, 1);
    assert_int_equal(client_beat(&s->world, &s->a, 2), HP_ERR_REBALANCE_IN_PROGRESS);
    assert_true(client_join(&s->world, &s->a));
    assert_int_equal(s->a.join.generation, 3);
    assert_int_equal(s->a.join.member_count, 1);
}

static void test_commits_and_syncs_keep_a_member_alive(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    for (int i = 0; i < 20; i++) {
        world_pass(&s->world, SESSION_MS - 1);
        assert_int_equal(client_beat(&s->world, &s->a, 2), HP_ERR_NONE);
        int16_t error = hc_coordinator_check_commit(s->world.groups, HC_SLICE("g"), s->b.join.name,
                                                    2, 8, 2, s->world.now);
        if (i % 2) {
            assert_true(client_sync(&s->world, &s->b, 2, NULL, 0));
            error = s->b.sync.error;
        }
        assert_int_equal(error, HP_ERR_NONE);
    }
}

static void test_waiting_member_needs_no_heartbeat(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    assert_false(client_join(&s->world, &s->a));
    for (int ms = 0; ms < 50000; ms += 5000) { /* b beats, a waits far beyond its session */
        assert_int_equal(client_beat(&s->world, &s->b, 2), HP_ERR_REBALANCE_IN_PROGRESS);
        world_pass(&s->world, 5000);
    }
    assert_true(client_join(&s->world, &s->b));
    assert_int_equal(s->a.wakes, 1);
    assert_int_equal(s->a.join.error, HP_ERR_NONE);
    world_pass(&s->world, SESSION_MS - 1); /* and has its whole session again */
    assert_int_equal(client_beat(&s->world, &s->a, 3), HP_ERR_NONE);
}

static void test_abandoned_join_expires(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    assert_false(client_join(&s->world, &s->c)); /* a new member, of unknown id, vanishes */
    hc_coordinator_abandon_join(s->world.groups, &s->c.join, s->world.now);
    assert_int_equal(world_group(&s->world)->member_count, 3);
    assert_false(client_join(&s->world, &s->a));
    world_pass(&s->world, SESSION_MS - 1);
    assert_int_equal(client_beat(&s->world, &s->b, 2), HP_ERR_REBALANCE_IN_PROGRESS);
    world_pass(&s->world, 1);
    assert_int_equal(world_group(&s->world)->member_count, 2);
    assert_true(client_join(&s->world, &s->b));
    assert_int_equal(s->a.join.member_count, 2);
}

static void test_abandoned_sync_keeps_the_member_for_its_session(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    assert_false(client_join(&s->world, &s->a));
    assert_true(client_join(&s->world, &s->b));
    assert_false(client_sync(&s->world, &s->b, 3, NULL, 0));
    hc_coordinator_abandon_sync(s->world.groups, &s->b.sync, s->world.now);
    struct hc_sync_assignment list[] = {{hc_slice_str(s->b.id), HC_SLICE("for b")}};
    assert_true(client_sync(&s->world, &s->a, 3, list, 1));
    assert_int_equal(s->b.wakes, 0);
    assert_true(client_sync(&s->world, &s->b, 3, NULL, 0)); /* back on another connection */
    assert_slice_equal(s->b.sync.assignment, "for b");
}

static void test_on_disconnect(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    hc_coordinator_disconnected(s->world.groups, 2, s->world.now); /* keep: nothing happens */
    world_pass(&s->world, 1000);
    assert_int_equal(world_group(&s->world)->member_count, 2);
    teardown(ret);
    setup(ret);
    s->world.config.expel_after_ns = 500 * HC_NS_PER_MS;
    world_done(&s->world);
    world_start(&s->world);
    s->c.join.name.instance_id = HC_SLICE("static");
    s->c.join.caller.connection_id = 2;
    world_pair(&s->world, &s->a, &s->b);
    hc_coordinator_disconnected(s->world.groups, 2, s->world.now);
    world_pass(&s->world, 499);
    s->b.join.caller.connection_id = 9; /* heard on another connection in time */
    assert_int_equal(client_beat(&s->world, &s->b, 2), HP_ERR_NONE);
    world_pass(&s->world, 1000);
    assert_int_equal(world_group(&s->world)->member_count, 2);
    hc_coordinator_disconnected(s->world.groups, 9, s->world.now);
    world_pass(&s->world, 500);
    assert_int_equal(world_group(&s->world)->member_count, 1);
    assert_int_equal(client_beat(&s->world, &s->b, 2), HP_ERR_UNKNOWN_MEMBER_ID);
    assert_false(client_join(&s->world, &s->c));
    assert_true(client_join(&s->world, &s->a));
    hc_coordinator_disconnected(s->world.groups, 2, s->world.now); /* a static member stays */
    world_pass(&s->world, 5000);
    assert_int_equal(world_group(&s->world)->member_count, 2);
}

static void test_rebalance_all(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    hc_coordinator_rebalance_all(s->world.groups, s->world.now);
    assert_int_equal(client_beat(&s->world, &s->a, 2), HP_ERR_REBALANCE_IN_PROGRESS);
    hc_coordinator_rebalance_all(s->world.groups, s->world.now); /* once is enough */
    assert_false(client_join(&s->world, &s->b));
    assert_true(client_join(&s->world, &s->a));
    assert_int_equal(s->a.join.generation, 3);
}

static void test_delete(void **ret)
{
    struct state *s = *ret;
    struct hc_slice g = HC_SLICE("g");
    assert_int_equal(hc_coordinator_delete(s->world.groups, g, s->world.now),
                     HP_ERR_GROUP_ID_NOT_FOUND);
    world_pair(&s->world, &s->a, &s->b);
    assert_int_equal(hc_coordinator_delete(s->world.groups, g, s->world.now),
                     HP_ERR_NON_EMPTY_GROUP);
    struct hc_leaver both[] = {{.name = s->a.join.name},
                               {.name = s->b.join.name},
                               {.name = {HC_SLICE("ghost"), HC_SLICE_NULL}}};
    assert_int_equal(hc_coordinator_leave(s->world.groups, g, both, 3, s->world.now), 0);
    assert_int_equal(both[0].error, HP_ERR_NONE);
    assert_int_equal(both[1].error, HP_ERR_NONE);
    assert_int_equal(both[2].error, HP_ERR_UNKNOWN_MEMBER_ID);
    assert_int_equal(world_state(&s->world), HC_GROUP_EMPTY);
    assert_int_equal(world_group(&s->world)->generation, 3); /* one rebalance for both */
    assert_int_equal(hc_coordinator_next_wake_ns(s->world.groups), HC_NEVER);
    assert_int_equal(hc_coordinator_delete(s->world.groups, g, s->world.now), HP_ERR_NONE);
    assert_null(world_group(&s->world));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_silent_member_is_lost),
        TEST(test_commits_and_syncs_keep_a_member_alive),
        TEST(test_waiting_member_needs_no_heartbeat),
        TEST(test_abandoned_join_expires),
        TEST(test_abandoned_sync_keeps_the_member_for_its_session),
        TEST(test_on_disconnect),
        TEST(test_rebalance_all),
        TEST(test_delete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
