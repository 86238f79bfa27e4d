/* Lockstep: at no instant has anybody been given a record beyond the slowest one's instant. */
#include "../api/group_requests.h"

#include "broker/lockstep.h"
#include "session/command.h"

static const struct hc_slice groups[] = {{"fast", 4}, {"slow", 4}};

struct world_member {
    struct world_client *client;
    const char *group;
    char id[ID_BYTES];
    int32_t generation;
    int64_t at[2]; /* next offset, per partition */
};

/* One member with both partitions of "candles". */
static void become_member(struct world_member *member, struct world_client *client,
                          const char *group)
{
    static const char assignment[] =
        "\0\1\0\0\0\1\0\7candles\0\0\0\2\0\0\0\0\0\0\0\1\xff\xff\xff\xff";
    *member = (struct world_member){.client = client, .group = group};
    const struct hp_join_group_response *joined = join(client, 9, group, member->id);
    member->generation = joined->generation_id;
    struct hp_sync_group_request *request = WORLD_NEW(client, sync_group_request);
    request->group_id = hc_slice_str(group);
    request->generation_id = member->generation;
    request->member_id = hc_slice_str(member->id);
    request->protocol_type = HC_SLICE("consumer");
    request->protocol_name = HC_SLICE("range");
    request->assignments = WORLD_ARRAY(client, sync_group_request_assignment, 1);
    request->assignments_count = 1;
    request->assignments[0].member_id = request->member_id;
    request->assignments[0].assignment = hc_slice_of(assignment, sizeof assignment - 1);
    const struct hp_sync_group_response *answer = world_ask(client, HP_SYNC_GROUP, 5, request);
    assert_int_equal(answer->error_code, 0);
}

/* Reads what there is of a partition; true when there was something. */
static bool poll(struct fixture *f, struct world_member *member, int32_t partition)
{
    const struct hp_fetch_response_partition *got =
        world_fetch_one(member->client, 11, 0, partition, member->at[partition], 0);
    assert_int_equal(got->error_code, 0);
    int64_t next =
        model_check(&f->world->topics[0].model, partition, &got->records, NULL, NULL, NULL);
    if (next > 0) {
        member->at[partition] = next;
    }
    return next > 0;
}

static void commit_all(struct world_member *member)
{
    for (int32_t p = 0; p < 2; p++) {
        struct commit what = {member->group, member->id, member->generation, "candles", p,
                              member->at[p], ""};
        assert_int_equal(commit(member->client, 9, what), 0);
    }
}

static int64_t visible(const struct fixture *f, int32_t partition, int64_t offset)
{
    return f->world->topics[0].model.visible[partition][offset];
}

/* The instant of the first record that the member has not committed; HC_NEVER: it has all. */
static int64_t instant_of(const struct fixture *f, const struct world_member *member)
{
    int64_t first = HC_NEVER;
    for (int32_t p = 0; p < 2; p++) {
        if (member->at[p] < 300) {
            first = HC_MIN(first, visible(f, p, member->at[p]));
        }
    }
    return first;
}

static void test_nobody_is_ahead(void **state)
{
    struct fixture *f = *state;
    struct hc_session *session = f->world->cluster.session;
    struct world_member fast, slow;
    int64_t start = hc_session_market_ms(session);
    world_sleep(f->world, HC_NS_PER_S);
    assert_int_equal(hc_session_market_ms(session), start); /* no members yet */
    become_member(&fast, f->client, "fast");
    become_member(&slow, world_connect(f->world, WORLD_WHOLE), "slow");
    commit_all(&fast);
    commit_all(&slow);
    for (int turn = 0; hc_session_state(session) != HC_SESSION_ENDED; turn++) {
        assert_true(turn < 2000);
        for (int32_t p = 0; p < 2; p++) {
            poll(f, &fast, p);
        }
        commit_all(&fast);
        int64_t market = hc_session_market_ms(session);
        assert_true(market <= instant_of(f, &slow));
        for (int32_t p = 0; p < 2; p++) {
            poll(f, &slow, p);
            assert_true(hc_session_market_ms(session) == market); /* not before the commit */
        }
        commit_all(&slow);
        assert_true(hc_session_market_ms(session) > market ||
                    hc_session_state(session) == HC_SESSION_ENDED);
    }
    for (int32_t p = 0; p < 2; p++) {
        poll(f, &fast, p);
        assert_int_equal(fast.at[p], 300);
    }
}

/* A rebalance, a missing member: the market stands, and the state says why. */
static void test_who_holds_the_clock(void **state)
{
    struct fixture *f = *state;
    struct hc_session *session = f->world->cluster.session;
    struct world_member fast, slow;
    struct hc_buffer status = {0};
    become_member(&fast, f->client, "fast");
    world_sleep(f->world, HC_NS_PER_MS);
    hc_session_status_json(session, HC_SLICE("x"), &status);
    assert_non_null(strstr(hc_buffer_str(&status), "\"what\":\"lockstep\",\"who\":\"slow\""));
    become_member(&slow, world_connect(f->world, WORLD_WHOLE), "slow");
    commit_all(&fast);
    for (int32_t p = 0; p < 2; p++) {
        poll(f, &slow, p);
        (void)world_fetch_one(slow.client, 11, 0, p, slow.at[p], 0);
    }
    world_sleep(f->world, 3 * HC_NS_PER_S);
    hc_buffer_clear(&status);
    hc_session_status_json(session, HC_SLICE("x"), &status);
    assert_non_null(strstr(hc_buffer_str(&status), "enable.auto.commit"));
    hc_buffer_done(&status);
}

static int setup_lockstep(void **state)
{
    static struct fixture fixture;
    static const struct hc_lockstep_config lockstep = {.groups = groups, .group_count = 2};
    struct world_config config = fixture_config();
    config.session.speed = hc_speed_max();
    config.session.lockstep = true;
    open_world(&fixture, &config);
    fixture.world->cluster.lockstep = hc_lockstep_new(&lockstep);
    *state = &fixture;
    return 0;
}

static int teardown_lockstep(void **state)
{
    struct fixture *fixture = *state;
    struct hc_lockstep *lockstep = fixture->world->cluster.lockstep;
    world_free(fixture->world);
    hc_lockstep_free(lockstep);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup_lockstep, teardown_lockstep)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_is_ahead),
        TEST(who_holds_the_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
