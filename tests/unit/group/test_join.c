/* JoinGroup: who is let in, when a rebalance ends, and what each is told. */
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

static void restart(struct state *state)
{
    client_quit(&state->world, &state->a);
    client_quit(&state->world, &state->b);
    client_quit(&state->world, &state->c);
    world_done(&state->world);
    world_start(&state->world);
}

static void test_lone_member_joins_in_zero_time(void **ret)
{
    struct state *s = *ret;
    assert_true(client_join(&s->world, &s->a));
    assert_int_equal(s->a.join.error, HP_ERR_NONE);
    assert_int_equal(s->a.join.generation, 1);
    assert_slice_equal(s->a.join.protocol_name, "range");
    assert_slice_equal(s->a.join.answer_protocol_type, "consumer");
    assert_true(hc_slice_equal(s->a.join.leader, s->a.join.member_id));
    assert_int_equal(s->a.join.member_count, 1);
    assert_slice_equal(s->a.join.members[0].metadata, "r");
    assert_memory_equal(s->a.id, "tester-", 7);
    assert_int_equal(strlen(s->a.id), 7 + 36);
    assert_int_equal(s->a.wakes, 0); /* told by the return value */
    assert_int_equal(world_state(&s->world), HC_GROUP_COMPLETING);
}

static void test_member_id_required(void **ret)
{
    struct state *s = *ret;
    s->a.join.member_id_required = true;
    assert_true(client_join(&s->world, &s->a));
    assert_int_equal(s->a.join.error, HP_ERR_MEMBER_ID_REQUIRED);
    assert_int_equal(s->a.join.generation, -1);
    assert_int_equal(world_group(&s->world)->pending_count, 1);
    assert_int_equal(world_group(&s->world)->member_count, 0);
    char first[512];
    strcpy(first, s->a.id);
    assert_true(client_join(&s->world, &s->a));
    assert_int_equal(s->a.join.error, HP_ERR_NONE);
    assert_string_equal(s->a.id, first);
    assert_int_equal(world_group(&s->world)->pending_count, 0);
}

static void test_pending_id_expires(void **ret)
{
    struct state *s = *ret;
    s->a.join.member_id_required = true;
    s->a.join.session_timeout_ms = 60000;
    assert_true(client_join(&s->world, &s->a));
    world_pass(&s->world, 9999);
    assert_int_equal(world_group(&s->world)->pending_count, 1);
    world_pass(&s->world, 1);
    assert_int_equal(world_group(&s->world)->pending_count, 0);
    assert_true(client_join(&s->world, &s->a));
    assert_int_equal(s->a.join.error, HP_ERR_UNKNOWN_MEMBER_ID);
}

/* A pending member is waited for by a rebalance under way, but no longer than its id lives. */
static void test_rebalance_waits_for_pending_ids(void **ret)
{
    struct state *s = *ret;
    assert_true(client_join(&s->world, &s->a));
    s->c.join.member_id_required = true;
    s->c.join.session_timeout_ms = 2000;
    assert_true(client_join(&s->world, &s->c));
    assert_false(client_join(&s->world, &s->b));
    assert_false(client_join(&s->world, &s->a));
    world_pass(&s->world, 1999);
    assert_int_equal(s->a.wakes, 0);
    world_pass(&s->world, 1);
    assert_int_equal(s->a.wakes, 1);
    assert_int_equal(s->a.join.generation, 2);
    assert_int_equal(s->a.join.member_count, 2);
}

static void test_second_member_waits_for_the_first(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    assert_int_equal(s->b.join.generation, 2);
    assert_int_equal(s->b.join.member_count, 0); /* followers are not told who else is there */
    assert_true(hc_slice_equal(s->b.join.leader, hc_slice_str(s->a.id)));
    assert_slice_equal(s->b.sync.assignment, "for b");
    assert_slice_equal(s->a.sync.assignment, "for a");
}

static void test_member_that_does_not_rejoin_is_dropped(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    assert_false(client_join(&s->world, &s->c));
    assert_int_equal(client_beat(&s->world, &s->b, 2), HP_ERR_REBALANCE_IN_PROGRESS);
    assert_false(client_join(&s->world, &s->b));
    for (int i = 0; i < REBALANCE_MS / 5000; i++) {
        assert_int_equal(s->b.wakes, 0);
        assert_int_equal(client_beat(&s->world, &s->a, 2), HP_ERR_REBALANCE_IN_PROGRESS);
        world_pass(&s->world, 5000);
    }
    assert_int_equal(s->b.wakes, 1); /* the rebalance timeout is over */
    assert_int_equal(s->b.join.generation, 3);
    client_take_id(&s->c);
    assert_true(hc_slice_equal(s->b.join.leader, hc_slice_str(s->b.id)));
    assert_int_equal(s->b.join.member_count, 2);
    assert_int_equal(client_beat(&s->world, &s->a, 2), HP_ERR_UNKNOWN_MEMBER_ID);
}

static void test_join_v0_uses_the_session_timeout(void **ret)
{
    struct state *s = *ret;
    s->a.join.rebalance_timeout_ms = -1;
    assert_true(client_join(&s->world, &s->a));
    s->b.join.rebalance_timeout_ms = -1;
    s->b.join.session_timeout_ms = 3000;
    assert_false(client_join(&s->world, &s->b));
    for (int i = 0; i < 10; i++) {
        assert_int_equal(s->b.wakes, 0);
        assert_int_equal(client_beat(&s->world, &s->a, 1), HP_ERR_REBALANCE_IN_PROGRESS);
        world_pass(&s->world, SESSION_MS / 10);
    }
    assert_int_equal(s->b.wakes, 1); /* the longer of the two session timeouts */
}

static const struct hc_group_protocol A_THEN_B[] = {{TEXT("a"), TEXT("1")}, {TEXT("b"), TEXT("1")}};
static const struct hc_group_protocol B_THEN_A[] = {{TEXT("b"), TEXT("2")}, {TEXT("a"), TEXT("2")}};
static const struct hc_group_protocol B_ONLY[] = {{TEXT("b"), TEXT("3")}};

static void test_protocol_by_votes(void **ret)
{
    static const struct {
        const struct hc_group_protocol *offers[3];
        size_t counts[3];
        const char *chosen;
    } rows[] = {
        {{A_THEN_B, A_THEN_B, B_THEN_A}, {2, 2, 2}, "a"},
        {{A_THEN_B, B_THEN_A, B_THEN_A}, {2, 2, 2}, "b"},
        {{A_THEN_B, A_THEN_B, B_ONLY}, {2, 2, 1}, "b"}, /* the only one all support */
        {{B_THEN_A, A_THEN_B, B_ONLY}, {2, 2, 1}, "b"},
    };
    struct state *s = *ret;
    struct client *clients[] = {&s->a, &s->b, &s->c};
    for (size_t row = 0; row < HC_COUNT(rows); row++) {
        restart(s);
        for (size_t i = 0; i < 3; i++) {
            client_done(clients[i]);
            client_init(clients[i], i + 1);
            clients[i]->join.protocols = rows[row].offers[i];
            clients[i]->join.protocol_count = rows[row].counts[i];
        }
        assert_true(client_join(&s->world, &s->a));
        assert_false(client_join(&s->world, &s->b));
        assert_false(client_join(&s->world, &s->c));
        assert_true(client_join(&s->world, &s->a));
        assert_slice_equal(s->a.join.protocol_name, rows[row].chosen);
        assert_slice_equal(s->c.join.protocol_name, rows[row].chosen);
    }
}

static void test_rejoin_by_state(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    /* A follower that changed nothing is told the present generation. */
    assert_true(client_join(&s->world, &s->b));
    assert_int_equal(s->b.join.generation, 2);
    assert_int_equal(s->b.join.member_count, 0);
    assert_int_equal(world_state(&s->world), HC_GROUP_STABLE);
    /* A leader that rejoins wants a rebalance. */
    assert_false(client_join(&s->world, &s->a));
    assert_int_equal(world_state(&s->world), HC_GROUP_PREPARING);
    assert_true(client_join(&s->world, &s->b));
    assert_int_equal(s->b.join.generation, 3);
    /* In CompletingRebalance a lost answer is repeated, to the leader with the members. */
    assert_true(client_join(&s->world, &s->a));
    assert_int_equal(s->a.join.generation, 3);
    assert_int_equal(s->a.join.member_count, 2);
    /* A changed member begins another rebalance. */
    s->b.join.protocols = (const struct hc_group_protocol[]){{HC_SLICE("range"), HC_SLICE("new")}};
    assert_false(client_join(&s->world, &s->b));
    assert_int_equal(world_state(&s->world), HC_GROUP_PREPARING);
}

static void test_second_ticket_replaces_the_first(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    assert_false(client_join(&s->world, &s->a));
    struct client retry = s->a;
    hc_arena_init(&retry.arena, 0);
    retry.join.arena = &retry.arena;
    retry.join.token = &retry;
    retry.join._member = NULL;
    assert_false(client_join(&s->world, &retry));
    assert_int_equal(s->a.wakes, 1);
    assert_int_equal(s->a.join.error, HP_ERR_REBALANCE_IN_PROGRESS);
    assert_int_equal(world_group(&s->world)->awaiting_join_count, 1);
    assert_true(client_join(&s->world, &s->b));
    assert_int_equal(retry.wakes, 1);
    assert_int_equal(retry.join.generation, 3);
    client_done(&retry);
}

static void test_initial_delay_is_prolonged_while_members_come(void **ret)
{
    struct state *s = *ret;
    s->world.config.initial_rebalance_delay_ns = 3 * HC_NS_PER_S;
    restart(s);
    s->a.join.rebalance_timeout_ms = s->b.join.rebalance_timeout_ms = 7000;
    assert_false(client_join(&s->world, &s->a));
    world_pass(&s->world, 2000);
    assert_false(client_join(&s->world, &s->b));
    world_pass(&s->world, 1000); /* 3 s: a member came, 3 s more */
    assert_int_equal(s->a.wakes, 0);
    world_pass(&s->world, 1000);
    s->c.join.rebalance_timeout_ms = 7000;
    assert_false(client_join(&s->world, &s->c));
    world_pass(&s->world, 2000); /* 6 s: again, but only 1 s is left of the rebalance timeout */
    assert_int_equal(s->a.wakes, 0);
    world_pass(&s->world, 1000);
    assert_int_equal(s->a.wakes, 1);
    assert_int_equal(s->b.wakes, 1);
    assert_int_equal(s->c.wakes, 1);
    assert_int_equal(s->a.join.generation, 1);
    assert_int_equal(s->a.join.member_count, 3);
}

static void test_refused(void **ret)
{
    static struct hc_group_protocol many[17];
    static char long_name[300], big[64 * 1024 + 1];
    memset(long_name, 'n', sizeof long_name);
    for (size_t i = 0; i < HC_COUNT(many); i++) {
        many[i] =
            (struct hc_group_protocol){hc_slice_of(&"abcdefghijklmnopqrs"[i], 1), HC_SLICE_EMPTY};
    }
    static const struct hc_group_protocol wide[] = {{TEXT("range"), {big, sizeof big}}};
    static const struct hc_group_protocol other[] = {{TEXT("other"), TEXT("x")}};
    struct hc_join base, *j;
    struct state *s = *ret;
    base = s->c.join;
#define REFUSED(change, code)                                                                      \
    do {                                                                                           \
        s->c.join = base;                                                                          \
        j = &s->c.join;                                                                            \
        change;                                                                                    \
        assert_true(client_join(&s->world, &s->c));                                                \
        assert_int_equal(s->c.join.error, code);                                                   \
        assert_int_equal(s->c.join.generation, -1);                                                \
    } while (0)
    REFUSED(j->group = HC_SLICE_EMPTY, HP_ERR_INVALID_GROUP_ID);
    REFUSED(j->group = hc_slice_of(long_name, 256), HP_ERR_INVALID_GROUP_ID);
    REFUSED(j->session_timeout_ms = 99, HP_ERR_INVALID_SESSION_TIMEOUT);
    REFUSED(j->session_timeout_ms = 30 * 60 * 1000 + 1, HP_ERR_INVALID_SESSION_TIMEOUT);
    REFUSED(j->session_timeout_ms = -1, HP_ERR_INVALID_SESSION_TIMEOUT);
    REFUSED(j->rebalance_timeout_ms = 0, HP_ERR_INVALID_SESSION_TIMEOUT);
    REFUSED(j->protocol_count = 0, HP_ERR_INCONSISTENT_GROUP_PROTOCOL);
    REFUSED(j->protocol_type = HC_SLICE_EMPTY, HP_ERR_INCONSISTENT_GROUP_PROTOCOL);
    REFUSED((j->protocols = many, j->protocol_count = 17), HP_ERR_INCONSISTENT_GROUP_PROTOCOL);
    REFUSED(j->protocols = wide, HP_ERR_INVALID_REQUEST);
    REFUSED(j->name.instance_id = hc_slice_of(long_name, 256), HP_ERR_INVALID_REQUEST);
    REFUSED(j->name.id = HC_SLICE("ghost"), HP_ERR_UNKNOWN_MEMBER_ID);
    assert_int_equal(hc_coordinator_group_count(s->world.groups), 0); /* refusals leave no trace */
    world_pair(&s->world, &s->a, &s->b);
    REFUSED(j->name.id = HC_SLICE("ghost"), HP_ERR_UNKNOWN_MEMBER_ID);
    REFUSED(j->protocol_type = HC_SLICE("connect"), HP_ERR_INCONSISTENT_GROUP_PROTOCOL);
    REFUSED(j->protocols = other, HP_ERR_INCONSISTENT_GROUP_PROTOCOL);
    REFUSED(j->name = ((struct hc_member_name){hc_slice_str(s->a.id), HC_SLICE("i")}),
            HP_ERR_UNKNOWN_MEMBER_ID);
    s->c.join = base;
#undef REFUSED
}

static void test_group_full_counts_pending_ids(void **ret)
{
    struct state *s = *ret;
    s->world.config.members_max = 2;
    restart(s);
    s->a.join.member_id_required = true;
    assert_true(client_join(&s->world, &s->a));
    assert_true(client_join(&s->world, &s->b));
    assert_int_equal(s->b.join.error, HP_ERR_NONE);
    assert_true(client_join(&s->world, &s->c));
    assert_int_equal(s->c.join.error, HP_ERR_GROUP_MAX_SIZE_REACHED);
    assert_slice_equal(s->c.join.member_id, "");
    assert_false(client_join(&s->world, &s->a)); /* the id it was given holds its place */
    assert_int_equal(client_leave(&s->world, &s->b), HP_ERR_NONE);
    assert_int_equal(s->a.wakes, 1);
    assert_false(client_join(&s->world, &s->c));
}

static void test_groups_max_forgets_the_longest_empty(void **ret)
{
    struct state *s = *ret;
    s->world.config.groups_max = 2;
    restart(s);
    assert_true(client_join(&s->world, &s->a));
    s->b.join.group = HC_SLICE("h");
    assert_true(client_join(&s->world, &s->b));
    s->c.join.group = HC_SLICE("i");
    assert_true(client_join(&s->world, &s->c));
    assert_int_equal(s->c.join.error, HP_ERR_POLICY_VIOLATION);
    assert_int_equal(client_leave(&s->world, &s->a), HP_ERR_NONE);
    assert_int_equal(world_state(&s->world), HC_GROUP_EMPTY);
    assert_int_equal(world_group(&s->world)->generation, 2);
    assert_true(client_join(&s->world, &s->c));
    assert_int_equal(s->c.join.error, HP_ERR_NONE);
    assert_null(world_group(&s->world));
    assert_int_equal(hc_coordinator_group_count(s->world.groups), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_lone_member_joins_in_zero_time),
        TEST(test_member_id_required),
        TEST(test_pending_id_expires),
        TEST(test_rebalance_waits_for_pending_ids),
        TEST(test_second_member_waits_for_the_first),
        TEST(test_member_that_does_not_rejoin_is_dropped),
        TEST(test_join_v0_uses_the_session_timeout),
        TEST(test_protocol_by_votes),
        TEST(test_rejoin_by_state),
        TEST(test_second_ticket_replaces_the_first),
        TEST(test_initial_delay_is_prolonged_while_members_come),
        TEST(test_refused),
        TEST(test_group_full_counts_pending_ids),
        TEST(test_groups_max_forgets_the_longest_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
