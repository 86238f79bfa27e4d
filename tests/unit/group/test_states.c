/* Every state against every request: the error codes of Apache Kafka; and how time takes members
 * away. */
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

/* Brings the group into a state in which `b` is a member of it (where it has any) and waits for
 * nothing. Returns the generation. */
static int32_t bring(struct state *s, enum hc_group_state state)
{
    switch (state) {
    case HC_GROUP_DEAD:
        strcpy(s->b.id, "b");
        break;
    case HC_GROUP_EMPTY:
        assert_true(client_join(&s->world, &s->b));
        assert_int_equal(client_leave(&s->world, &s->b), HP_ERR_NONE);
        break;
    case HC_GROUP_PREPARING:
        world_pair(&s->world, &s->a, &s->b);
        assert_false(client_join(&s->world, &s->c));
        break;
    case HC_GROUP_COMPLETING:
        world_pair(&s->world, &s->a, &s->b);
        assert_false(client_join(&s->world, &s->a));
        assert_true(client_join(&s->world, &s->b));
        break;
    default:
        world_pair(&s->world, &s->a, &s->b);
        break;
    }
    assert_int_equal(world_state(&s->world), state);
    return state == HC_GROUP_DEAD ? 2 : world_group(&s->world)->generation;
}

enum who { RIGHT, WRONG_GENERATION, STRANGER, NOBODY };
enum what { BEAT, SYNC, COMMIT, LEAVE };

static int16_t ask(struct state *s, enum what what, enum who who, int32_t generation)
{
    struct hc_member_name name = {hc_slice_str(s->b.id), HC_SLICE_NULL};
    if (who == WRONG_GENERATION) {
        generation--;
    } else if (who == STRANGER) {
        name.id = HC_SLICE("ghost");
    } else if (who == NOBODY) {
        name.id = HC_SLICE_EMPTY;
        generation = -1;
    }
    struct hc_slice group = HC_SLICE("g");
    if (what == BEAT) {
        return hc_coordinator_heartbeat(s->world.groups, group, name, generation, 2, s->world.now);
    }
    if (what == COMMIT) {
        return hc_coordinator_check_commit(s->world.groups, group, name, generation, 8, 2,
                                           s->world.now);
    }
    if (what == LEAVE) {
        struct hc_leaver leaver = {.name = name};
        assert_int_equal(hc_coordinator_leave(s->world.groups, group, &leaver, 1, s->world.now), 0);
        return leaver.error;
    }
    s->b.join.name = name;
    if (!client_sync(&s->world, &s->b, generation, NULL, 0)) {
        hc_coordinator_abandon_sync(s->world.groups, &s->b.sync, s->world.now);
        return -100; /* waits */
    }
    return s->b.sync.error;
}

static void test_every_state_and_request(void **ret)
{
    enum { WAITS = -100, NONE = 0, GEN = 22, UNKNOWN = 25, REBALANCING = 27 };
    static const struct {
        enum hc_group_state state;
        enum what what;
        int16_t right, wrong_generation, stranger, nobody;
    } rows[] = {
        {HC_GROUP_DEAD, BEAT, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN},
        {HC_GROUP_DEAD, SYNC, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN},
        {HC_GROUP_DEAD, COMMIT, UNKNOWN, UNKNOWN, UNKNOWN, NONE},
        {HC_GROUP_DEAD, LEAVE, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN},
        {HC_GROUP_EMPTY, BEAT, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN},
        {HC_GROUP_EMPTY, SYNC, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN},
        {HC_GROUP_EMPTY, COMMIT, UNKNOWN, UNKNOWN, UNKNOWN, NONE},
        {HC_GROUP_EMPTY, LEAVE, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN},
        {HC_GROUP_PREPARING, BEAT, REBALANCING, GEN, UNKNOWN, UNKNOWN},
        {HC_GROUP_PREPARING, SYNC, REBALANCING, GEN, UNKNOWN, UNKNOWN},
        {HC_GROUP_PREPARING, COMMIT, NONE, GEN, UNKNOWN, UNKNOWN},
        {HC_GROUP_PREPARING, LEAVE, NONE, NONE, UNKNOWN, UNKNOWN},
        {HC_GROUP_COMPLETING, BEAT, NONE, GEN, UNKNOWN, UNKNOWN},
        {HC_GROUP_COMPLETING, SYNC, WAITS, GEN, UNKNOWN, UNKNOWN},
        {HC_GROUP_COMPLETING, COMMIT, REBALANCING, GEN, UNKNOWN, UNKNOWN},
        {HC_GROUP_COMPLETING, LEAVE, NONE, NONE, UNKNOWN, UNKNOWN},
        {HC_GROUP_STABLE, BEAT, NONE, GEN, UNKNOWN, UNKNOWN},
        {HC_GROUP_STABLE, SYNC, NONE, GEN, UNKNOWN, UNKNOWN},
        {HC_GROUP_STABLE, COMMIT, NONE, GEN, UNKNOWN, UNKNOWN},
        {HC_GROUP_STABLE, LEAVE, NONE, NONE, UNKNOWN, UNKNOWN},
    };
    struct state *s = *ret;
    for (size_t row = 0; row < HC_COUNT(rows); row++) {
        const int16_t expected[] = {rows[row].right, rows[row].wrong_generation, rows[row].stranger,
                                    rows[row].nobody};
        for (int who = RIGHT; who <= NOBODY; who++) {
            teardown(ret);
            setup(ret);
            int32_t generation = bring(s, rows[row].state);
            int16_t error = ask(s, rows[row].what, (enum who)who, generation);
            if (error != expected[who]) {
                print_error("state %s request %d who %d\n", hc_group_state_name(rows[row].state),
                            rows[row].what, who);
            }
            assert_int_equal(error, expected[who]);
        }
    }
}

static void test_commit_to_an_unknown_group(void **ret)
{
    struct state *s = *ret;
    static const struct {
        const char *member;
        int32_t generation;
        int16_t version, error;
    } rows[] = {{"", -1, 8, 0}, {"", -1, 9, 0}, {"", 3, 8, 22}, {"", 3, 9, 69}, {"m", 3, 9, 25}};
    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        struct hc_member_name name = {hc_slice_str(rows[i].member), HC_SLICE_NULL};
        assert_int_equal(hc_coordinator_check_commit(s->world.groups, HC_SLICE("new"), name,
                                                     rows[i].generation, rows[i].version, 1,
                                                     s->world.now),
                         rows[i].error);
    }
    assert_int_equal(hc_coordinator_group_count(s->world.groups), 0);
}

static void test_empty_group_ids(void **ret)
{
    struct state *s = *ret;
    struct hc_leaver leaver = {.name = {HC_SLICE("x"), HC_SLICE_NULL}};
    s->a.sync.group = HC_SLICE_EMPTY;
    assert_true(hc_coordinator_sync(s->world.groups, &s->a.sync, s->world.now));
    assert_int_equal(s->a.sync.error, HP_ERR_INVALID_GROUP_ID);
    assert_int_equal(
        hc_coordinator_heartbeat(s->world.groups, HC_SLICE_EMPTY, leaver.name, 1, 1, s->world.now),
        HP_ERR_INVALID_GROUP_ID);
    assert_int_equal(
        hc_coordinator_leave(s->world.groups, HC_SLICE_EMPTY, &leaver, 1, s->world.now),
        HP_ERR_INVALID_GROUP_ID);
}

/* ---- SyncGroup ---- */

static void test_sync_refusals(void **ret)
{
    struct state *s = *ret;
    assert_true(client_join(&s->world, &s->a));
    static char big[1024 * 1024 + 1];
    struct hc_sync_assignment wide = {hc_slice_str(s->a.id), {big, sizeof big}};
    assert_true(client_sync(&s->world, &s->a, 1, &wide, 1));
    assert_int_equal(s->a.sync.error, HP_ERR_INVALID_REQUEST);
    struct hc_sync_assignment foreign[] = {{hc_slice_str(s->a.id), HC_SLICE("x")},
                                           {HC_SLICE("ghost"), HC_SLICE("y")}};
    assert_true(client_sync(&s->world, &s->a, 1, foreign, 2));
    assert_int_equal(s->a.sync.error, HP_ERR_UNKNOWN_MEMBER_ID);
    assert_int_equal(world_state(&s->world), HC_GROUP_COMPLETING);
    static const struct {
        const char *type, *name;
        int16_t error;
    } rows[] = {{"consumer", "other", 23},
                {"connect", "range", 23},
                {NULL, "range", 0},
                {"consumer", "range", 0}};
    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        s->a.sync.protocol_type = hc_slice_str(rows[i].type);
        s->a.sync.protocol_name = hc_slice_str(rows[i].name);
        assert_true(client_sync(&s->world, &s->a, 1, NULL, 0));
        assert_int_equal(s->a.sync.error, rows[i].error);
    }
    assert_slice_equal(s->a.sync.assignment, ""); /* not named by the leader */
    assert_slice_equal(s->a.sync.answer_protocol_name, "range");
}

static void test_assignments_of_a_follower_are_ignored(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    assert_false(client_join(&s->world, &s->a));
    assert_true(client_join(&s->world, &s->b));
    struct hc_sync_assignment mine = {hc_slice_str(s->b.id), HC_SLICE("all for me")};
    assert_false(client_sync(&s->world, &s->b, 3, &mine, 1));
    assert_true(client_sync(&s->world, &s->a, 3, NULL, 0));
    assert_int_equal(s->b.wakes, 1);
    assert_slice_equal(s->b.sync.assignment, "");
}

static void test_rebalance_ends_waiting_syncs(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    assert_false(client_join(&s->world, &s->a));
    assert_true(client_join(&s->world, &s->b));
    assert_false(client_sync(&s->world, &s->b, 3, NULL, 0));
    assert_false(client_join(&s->world, &s->c));
    assert_int_equal(s->b.wakes, 1);
    assert_int_equal(s->b.sync.error, HP_ERR_REBALANCE_IN_PROGRESS);
}

static void test_member_that_never_syncs_is_dropped(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    assert_false(client_join(&s->world, &s->a));
    assert_true(client_join(&s->world, &s->b));
    struct hc_sync_assignment mine = {hc_slice_str(s->a.id), HC_SLICE("x")};
    assert_true(client_sync(&s->world, &s->a, 3, &mine, 1));
    for (int ms = 0; ms < REBALANCE_MS; ms += 5000) {
        assert_int_equal(world_state(&s->world), HC_GROUP_STABLE);
        assert_int_equal(client_beat(&s->world, &s->a, 3), HP_ERR_NONE);
        assert_int_equal(client_beat(&s->world, &s->b, 3), HP_ERR_NONE); /* alive, but idle */
        world_pass(&s->world, 5000);
    }
    assert_int_equal(client_beat(&s->world, &s->b, 3), HP_ERR_UNKNOWN_MEMBER_ID);
    assert_int_equal(client_beat(&s->world, &s->a, 3), HP_ERR_REBALANCE_IN_PROGRESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_every_state_and_request),
        TEST(test_commit_to_an_unknown_group),
        TEST(test_empty_group_ids),
        TEST(test_sync_refusals),
        TEST(test_assignments_of_a_follower_are_ignored),
        TEST(test_rebalance_ends_waiting_syncs),
        TEST(test_member_that_never_syncs_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
