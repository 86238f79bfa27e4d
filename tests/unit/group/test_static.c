/* Static members (KIP-345, KIP-814), and what consumers write about their topics. */
#include "world.h"

#include "base/endian.h"
#include "group/consumer.h"
#include "protocol/messages.h"

struct state {
    struct world world;
    struct client a, b, again;
    struct hc_arena arena;
};

static int setup(void **ret)
{
    static struct state state;
    world_init(&state.world);
    world_start(&state.world);
    client_init(&state.a, 1);
    client_init(&state.b, 2);
    client_init(&state.again, 3);
    hc_arena_init(&state.arena, 0);
    state.a.join.name.instance_id = HC_SLICE("one");
    state.b.join.name.instance_id = HC_SLICE("two");
    *ret = &state;
    return 0;
}

static int teardown(void **ret)
{
    struct state *state = *ret;
    client_quit(&state->world, &state->a);
    client_quit(&state->world, &state->b);
    client_quit(&state->world, &state->again);
    world_done(&state->world);
    client_done(&state->a);
    client_done(&state->b);
    client_done(&state->again);
    hc_arena_done(&state->arena);
    return 0;
}

/* The bytes of a subscription to topics named by single letters. */
static struct hc_slice subscription(struct hc_arena *arena, const char *topics, int16_t version)
{
    size_t count = strlen(topics);
    char *bytes = hc_arena_alloc(arena, 2 + 4 + count * 3 + 4);
    char *out = bytes;
    hc_put_be16(out, (uint16_t)version);
    hc_put_be32(out + 2, (uint32_t)count);
    out += 6;
    for (size_t i = 0; i < count; i++) {
        hc_put_be16(out, 1);
        out[2] = topics[i];
        out += 3;
    }
    hc_put_be32(out, UINT32_MAX); /* null user data */
    return hc_slice_of(bytes, (size_t)(out + 4 - bytes));
}

static const struct hc_group_protocol *offer(struct state *s, const char *topics)
{
    struct hc_group_protocol *protocol = HC_ARENA_NEW(&s->arena, struct hc_group_protocol);
    *protocol = (struct hc_group_protocol){HC_SLICE("range"), subscription(&s->arena, topics, 1)};
    return protocol;
}

static void test_member_id_is_not_required_and_made_of_the_instance(void **ret)
{
    struct state *s = *ret;
    s->a.join.member_id_required = true;
    assert_true(client_join(&s->world, &s->a));
    assert_int_equal(s->a.join.error, HP_ERR_NONE);
    assert_memory_equal(s->a.id, "one-", 4);
    assert_slice_equal(s->a.join.members[0].instance_id, "one");
}

static void test_follower_comes_back_without_rebalance(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    s->again.join.name.instance_id = HC_SLICE("two");
    assert_true(client_join(&s->world, &s->again));
    assert_int_equal(s->again.join.error, HP_ERR_NONE);
    assert_int_equal(s->again.join.generation, 2);
    assert_string_not_equal(s->again.id, s->b.id);
    assert_int_equal(world_state(&s->world), HC_GROUP_STABLE);
    assert_true(client_sync(&s->world, &s->again, 2, NULL, 0));
    assert_slice_equal(s->again.sync.assignment, "for b");
    /* The old self is fenced in every request. */
    assert_int_equal(client_beat(&s->world, &s->b, 2), HP_ERR_FENCED_INSTANCE_ID);
    assert_true(client_sync(&s->world, &s->b, 2, NULL, 0));
    assert_int_equal(s->b.sync.error, HP_ERR_FENCED_INSTANCE_ID);
    assert_int_equal(client_leave(&s->world, &s->b), HP_ERR_FENCED_INSTANCE_ID);
    assert_int_equal(hc_coordinator_check_commit(s->world.groups, HC_SLICE("g"), s->b.join.name, 2,
                                                 8, 2, s->world.now),
                     HP_ERR_FENCED_INSTANCE_ID);
    assert_true(client_join(&s->world, &s->b));
    assert_int_equal(s->b.join.error, HP_ERR_FENCED_INSTANCE_ID);
}

static void test_leader_comes_back(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    s->again.join.name.instance_id = HC_SLICE("one");
    s->again.join.knows_skip_assignment = true;
    assert_true(client_join(&s->world, &s->again));
    assert_true(s->again.join.skip_assignment);
    assert_int_equal(s->again.join.member_count, 2);
    assert_true(hc_slice_equal(s->again.join.leader, s->again.join.member_id));
    /* Before v9 it is told that its old self leads, so that it does not assign. */
    struct client older = {0};
    client_init(&older, 4);
    older.join.name.instance_id = HC_SLICE("one");
    assert_true(client_join(&s->world, &older));
    assert_false(older.join.skip_assignment);
    assert_int_equal(older.join.member_count, 0);
    assert_true(hc_slice_equal(older.join.leader, hc_slice_str(s->again.id)));
    assert_int_equal(world_state(&s->world), HC_GROUP_STABLE);
    client_done(&older);
}

static void test_changed_topics_begin_a_rebalance(void **ret)
{
    static const struct {
        const char *before, *after;
        bool rebalances;
    } rows[] = {{"xy", "yx", false}, {"xy", "x", true}, {"x", "xy", true}, {"", "", false}};
    struct state *s = *ret;
    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        teardown(ret);
        setup(ret);
        s->a.join.protocols = s->b.join.protocols = offer(s, rows[i].before);
        world_pair(&s->world, &s->a, &s->b);
        s->again.join.name.instance_id = HC_SLICE("two");
        s->again.join.protocols = offer(s, rows[i].after);
        assert_int_equal(client_join(&s->world, &s->again), !rows[i].rebalances);
        if (rows[i].rebalances) {
            assert_int_equal(world_state(&s->world), HC_GROUP_PREPARING);
            assert_true(client_join(&s->world, &s->a));
            assert_int_equal(s->again.wakes, 1);
        }
    }
}

static void test_return_while_completing_starts_over(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    assert_false(client_join(&s->world, &s->a));
    assert_true(client_join(&s->world, &s->b)); /* differs in nothing, but a rebalance is on */
    assert_false(client_sync(&s->world, &s->b, 3, NULL, 0));
    s->again.join.name.instance_id = HC_SLICE("two");
    assert_false(client_join(&s->world, &s->again));
    assert_int_equal(s->b.wakes, 1);
    assert_int_equal(s->b.sync.error, HP_ERR_FENCED_INSTANCE_ID);
    assert_int_equal(world_state(&s->world), HC_GROUP_PREPARING);
    assert_true(client_join(&s->world, &s->a));
    assert_int_equal(s->again.join.generation, 4);
}

static void test_waiting_join_of_the_old_self_is_fenced(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    hc_coordinator_rebalance_all(s->world.groups, s->world.now);
    assert_false(client_join(&s->world, &s->b));
    s->again.join.name.instance_id = HC_SLICE("two");
    assert_false(client_join(&s->world, &s->again));
    assert_int_equal(s->b.wakes, 1);
    assert_int_equal(s->b.join.error, HP_ERR_FENCED_INSTANCE_ID);
    assert_true(client_join(&s->world, &s->a));
    assert_int_equal(s->a.join.member_count, 2);
}

/* A static member that does not rejoin keeps its place until its session ends. */
static void test_missing_static_member_stays(void **ret)
{
    struct state *s = *ret;
    s->b.join.session_timeout_ms = 20 * REBALANCE_MS;
    world_pair(&s->world, &s->a, &s->b);
    hc_coordinator_rebalance_all(s->world.groups, s->world.now);
    assert_false(client_join(&s->world, &s->a));
    world_pass(&s->world, REBALANCE_MS);
    assert_int_equal(s->a.wakes, 1);
    assert_int_equal(s->a.join.generation, 3);
    assert_int_equal(s->a.join.member_count, 2);
}

/* Nor can it lead the generation it has not joined. */
static void test_missing_static_leader_is_replaced(void **ret)
{
    struct state *s = *ret;
    s->a.join.session_timeout_ms = 20 * REBALANCE_MS;
    world_pair(&s->world, &s->a, &s->b);
    hc_coordinator_rebalance_all(s->world.groups, s->world.now);
    assert_false(client_join(&s->world, &s->b));
    world_pass(&s->world, REBALANCE_MS);
    assert_int_equal(s->b.wakes, 1);
    assert_true(hc_slice_equal(s->b.join.leader, hc_slice_str(s->b.id)));
    assert_int_equal(s->b.join.member_count, 2);
}

static void test_removed_by_instance_id_alone(void **ret)
{
    struct state *s = *ret;
    world_pair(&s->world, &s->a, &s->b);
    struct hc_leaver leavers[] = {{.name = {HC_SLICE_EMPTY, HC_SLICE("two")}},
                                  {.name = {HC_SLICE_EMPTY, HC_SLICE("three")}},
                                  {.name = {HC_SLICE_EMPTY, HC_SLICE_NULL}}};
    assert_int_equal(hc_coordinator_leave(s->world.groups, HC_SLICE("g"), leavers, 3, s->world.now),
                     0);
    assert_int_equal(leavers[0].error, HP_ERR_NONE);
    assert_int_equal(leavers[1].error, HP_ERR_UNKNOWN_MEMBER_ID);
    assert_int_equal(leavers[2].error, HP_ERR_UNKNOWN_MEMBER_ID);
    assert_int_equal(world_group(&s->world)->member_count, 1);
}

static void test_return_into_a_full_group(void **ret)
{
    struct state *s = *ret;
    s->world.config.members_max = 2;
    world_done(&s->world);
    world_start(&s->world);
    world_pair(&s->world, &s->a, &s->b);
    s->again.join.name.instance_id = HC_SLICE("three");
    assert_true(client_join(&s->world, &s->again));
    assert_int_equal(s->again.join.error, HP_ERR_GROUP_MAX_SIZE_REACHED);
    s->again.join.name = s->b.join.name;
    s->again.join.name.id = HC_SLICE_EMPTY;
    assert_true(client_join(&s->world, &s->again));
    assert_int_equal(s->again.join.error, HP_ERR_NONE);
}

static void test_subscribed(void **ret)
{
    struct state *s = *ret;
    s->a.join.protocols = offer(s, "xy");
    s->b.join.protocols = offer(s, "z");
    world_pair(&s->world, &s->a, &s->b);
    const struct hc_group *group = world_group(&s->world);
    assert_true(hc_group_is_subscribed(group, HC_SLICE("y"), &s->arena));
    assert_true(hc_group_is_subscribed(group, HC_SLICE("z"), &s->arena));
    assert_false(hc_group_is_subscribed(group, HC_SLICE("w"), &s->arena));
    /* Bytes that cannot be read count as subscribed to everything. */
    s->b.join.protocols = RANGE;
    assert_false(client_join(&s->world, &s->b));
    assert_true(client_join(&s->world, &s->a));
    assert_true(hc_group_is_subscribed(group, HC_SLICE("w"), &s->arena));
}

/* Foreign bytes: cut anywhere, or with a count that lies, they are refused and nothing else. */
static void test_foreign_bytes(void **ret)
{
    struct state *s = *ret;
    struct hp_consumer_subscription read;
    struct hc_slice whole = subscription(&s->arena, "abc", 3);
    assert_true(hc_consumer_read_subscription(whole, &s->arena, &read));
    assert_int_equal(read.topics_count, 3);
    for (size_t size = 0; size < whole.size; size++) {
        char *cut = size ? hc_arena_bytes(&s->arena, size) : NULL;
        if (cut) {
            memcpy(cut, whole.data, size);
        }
        assert_false(hc_consumer_read_subscription(hc_slice_of(cut, size), &s->arena, &read));
    }
    static const char lies[] = "\0\1\x7f\xff\xff\xff\0\1a";
    assert_false(
        hc_consumer_read_subscription(hc_slice_of(lies, sizeof lies - 1), &s->arena, &read));
    struct hp_consumer_assignment assignment;
    assert_true(hc_consumer_read_assignment(HC_SLICE_EMPTY, &s->arena, &assignment));
    assert_int_equal(assignment.assigned_partitions_count, 0);
    static const char one[] = "\0\x9\0\0\0\1\0\1t\0\0\0\2\0\0\0\0\0\0\0\7\xff\xff\xff\xff";
    assert_true(
        hc_consumer_read_assignment(hc_slice_of(one, sizeof one - 1), &s->arena, &assignment));
    assert_int_equal(assignment.assigned_partitions_count, 1);
    assert_int_equal(assignment.assigned_partitions[0].partitions[1], 7);
    assert_false(
        hc_consumer_read_assignment(hc_slice_of(one, sizeof one - 2), &s->arena, &assignment));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_member_id_is_not_required_and_made_of_the_instance),
        TEST(test_follower_comes_back_without_rebalance),
        TEST(test_leader_comes_back),
        TEST(test_changed_topics_begin_a_rebalance),
        TEST(test_return_while_completing_starts_over),
        TEST(test_waiting_join_of_the_old_self_is_fenced),
        TEST(test_missing_static_member_stays),
        TEST(test_missing_static_leader_is_replaced),
        TEST(test_removed_by_instance_id_alone),
        TEST(test_return_into_a_full_group),
        TEST(test_subscribed),
        TEST(test_foreign_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
