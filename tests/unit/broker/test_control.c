/* Commands to a session while clients read, commit and wait: what each is told, through the wire.
 */
#include "../api/group_requests.h"

#include "broker/control.h"
#include "group/group.h"

#define MINUTE_NS (60 * HC_NS_PER_S)

/* What a command came to. */
struct outcome {
    struct hc_control control;
    bool done;
};

static void on_done(struct hc_control *control, struct hc_now now)
{
    (void)now;
    struct outcome *outcome = HC_CONTAINER(control, struct outcome, control);
    assert_false(outcome->done);
    outcome->done = true;
}

static bool is_done(void *context)
{
    return ((struct outcome *)context)->done;
}

static struct outcome command(struct fixture *f, struct hc_session_command wanted)
{
    struct outcome outcome = {.control = {.command = wanted, .done = on_done}};
    hc_control_submit(&outcome.control, &f->world->cluster);
    assert_int_equal(outcome.control.status, HC_AGAIN);
    assert_true(world_run_until(f->world, is_done, &outcome, HC_NS_PER_S));
    return outcome;
}

static struct outcome seek(struct fixture *f, int64_t time_ms)
{
    return command(f, (struct hc_session_command){.seek = true, .time_ms = time_ms});
}

static int64_t visible(const struct fixture *f, int32_t partition, int64_t offset)
{
    return f->world->topics[0].model.visible[partition][offset];
}

static void test_pause_speed_resume(void **state)
{
    struct fixture *f = *state;
    struct hc_session *session = f->world->cluster.session;
    world_sleep(f->world, 10 * MINUTE_NS);
    struct outcome outcome = command(f, (struct hc_session_command){.run = HC_RUN_PAUSE});
    assert_int_equal(outcome.control.status, HC_OK);
    int64_t paused_at = hc_session_market_ms(session);
    world_sleep(f->world, 10 * MINUTE_NS);
    assert_int_equal(hc_session_market_ms(session), paused_at);
    outcome = command(f, (struct hc_session_command){
                             .set_speed = true, .speed = hc_speed_of(60, 1), .run = HC_RUN_RESUME});
    assert_int_equal(outcome.control.status, HC_OK);
    world_sleep(f->world, 10 * HC_NS_PER_S);
    assert_int_equal(hc_session_market_ms(session), paused_at + 600000);
}

/* Rules 1 and 2: epochs are cut, parked fetches answered. */
static void test_rewind_answers_parked_fetches(void **state)
{
    struct fixture *f = *state;
    world_market(f->world, visible(f, 0, 100));
    int64_t end = world_end(f->world, 0, 0);
    struct world_client *with_epoch = world_connect(f->world, WORLD_WHOLE);
    struct world_client *without = world_connect(f->world, WORLD_WHOLE);
    struct world_fetch fetch = {.version = 11,
                                .max_wait_ms = 20000,
                                .min_bytes = 1 << 20,
                                .items = {{.partition = 0, .offset = end}},
                                .count = 1};
    world_send(without, HP_FETCH, 11, world_fetch_request(without, &fetch));
    fetch.items[0].epoch = 1;
    world_send(with_epoch, HP_FETCH, 11, world_fetch_request(with_epoch, &fetch));
    world_sleep(f->world, HC_NS_PER_MS);
    assert_null(world_take(without, NULL));

    assert_int_equal(seek(f, visible(f, 0, 50)).control.status, HC_OK);
    world_sleep(f->world, 1);
    const struct hp_fetch_response *answer = world_take(with_epoch, NULL);
    assert_non_null(answer);
    assert_int_equal(world_only(answer)->error_code, HP_ERR_FENCED_LEADER_EPOCH);
    answer = world_take(without, NULL);
    assert_non_null(answer);
    const struct hp_fetch_response_partition *partition = world_only(answer);
    assert_int_equal(partition->error_code, HP_ERR_OFFSET_OUT_OF_RANGE);
    assert_int_equal(partition->high_watermark, world_end(f->world, 0, 0));
    assert_true(partition->high_watermark <= 52);
}

/* Rule 5: the clock stands until whoever had read on has been told, at most rewind-settle. */
static void test_clock_holds_until_told(void **state)
{
    struct fixture *f = *state;
    struct hc_session *session = f->world->cluster.session;
    world_market(f->world, visible(f, 0, 100));
    world_reconnect(f->client);
    (void)world_fetch_one(f->client, 11, 0, 0, world_end(f->world, 0, 0), 0);
    int64_t target = visible(f, 0, 50);
    assert_int_equal(seek(f, target).control.status, HC_OK);
    world_sleep(f->world, HC_NS_PER_S);
    assert_int_equal(hc_session_market_ms(session), target);
    assert_int_equal(world_fetch_one(f->client, 11, 0, 0, 90, 0)->error_code,
                     HP_ERR_OFFSET_OUT_OF_RANGE);
    world_sleep(f->world, HC_NS_PER_S);
    assert_true(hc_session_market_ms(session) > target);

    (void)world_fetch_one(f->client, 11, 0, 0, world_end(f->world, 0, 0), 0);
    assert_int_equal(seek(f, visible(f, 0, 10)).control.status, HC_OK);
    world_sleep(f->world, 3 * HC_NS_PER_S); /* nobody asks: two seconds, then it goes on */
    assert_int_equal(hc_session_market_ms(session), visible(f, 0, 10) + 1000);
}

/* Rules 3 and 4. */
static void test_rewind_clamps_commits_and_rebalances(void **state)
{
    struct fixture *f = *state;
    char id[ID_BYTES] = "";
    become_stable(f->client, "g", id);
    world_market(f->world, visible(f, 0, 100));
    world_reconnect(f->client);
    become_stable(f->client, "g2", id);
    int32_t generation =
        hc_coordinator_group_named(f->world->cluster.groups, HC_SLICE("g2"))->generation;
    struct commit early = {"g2", id, generation, "candles", 0, 90, ""};
    struct commit low = {"g2", id, generation, "candles", 1, 3, ""};
    struct commit tool = {"tool", NULL, 0, "candles", 0, 80, ""};
    assert_int_equal(commit(f->client, 9, early), 0);
    assert_int_equal(commit(f->client, 9, low), 0);
    assert_int_equal(commit(f->client, 9, tool), 0);

    assert_int_equal(seek(f, visible(f, 0, 50)).control.status, HC_OK);
    int64_t end = world_end(f->world, 0, 0);
    assert_int_equal(fetch(f->client, 9, "g2", "candles", 0).offset, end);
    assert_int_equal(fetch(f->client, 9, "g2", "candles", 1).offset, 3);
    assert_int_equal(fetch(f->client, 9, "tool", "candles", 0).offset, end);
    assert_int_equal(hc_coordinator_group_named(f->world->cluster.groups, HC_SLICE("g2"))->state,
                     HC_GROUP_PREPARING);
    /* The generation of before commits what it had processed: as far as there is. */
    assert_int_equal(commit(f->client, 9, early), 0);
    assert_int_equal(fetch(f->client, 9, "g2", "candles", 0).offset, end);
    low.offset = 1;
    assert_int_equal(commit(f->client, 9, low), 0);
    assert_int_equal(fetch(f->client, 9, "g2", "candles", 1).offset, 1);
    /* Others above the end are taken as they are. */
    assert_int_equal(commit(f->client, 9, tool), 0);
    assert_int_equal(fetch(f->client, 9, "tool", "candles", 0).offset, 80);
}

static void test_reset_forgets(void **state)
{
    struct fixture *f = *state;
    struct hc_session *session = f->world->cluster.session;
    int64_t start = hc_session_market_ms(session);
    world_market(f->world, visible(f, 0, 100));
    world_reconnect(f->client);
    struct commit tool = {"tool", NULL, 0, "candles", 0, 80, ""};
    assert_int_equal(commit(f->client, 9, tool), 0);
    struct outcome outcome = command(f, (struct hc_session_command){.reset = true});
    assert_int_equal(outcome.control.status, HC_OK);
    assert_int_equal(hc_session_market_ms(session), start);
    assert_int_equal(hc_session_generation(session), 1);
    assert_int_equal(fetch(f->client, 9, "tool", "candles", 0).offset, -1);
}

static void test_skip_raises_the_log_start(void **state)
{
    struct fixture *f = *state;
    world_market(f->world, visible(f, 0, 10));
    world_reconnect(f->client);
    struct outcome outcome = command(
        f, (struct hc_session_command){.seek = true, .skip = true, .time_ms = visible(f, 0, 100)});
    assert_int_equal(outcome.control.status, HC_OK);
    const struct hp_fetch_response_partition *got = world_fetch_one(f->client, 11, 0, 0, 20, 0);
    assert_int_equal(got->error_code, HP_ERR_OFFSET_OUT_OF_RANGE);
    int64_t log_start =
        hc_session_log_start(f->world->cluster.session, f->world->topics[0].topic, 0);
    assert_true(visible(f, 0, log_start) >= visible(f, 0, 100));
    assert_true(log_start == 0 || visible(f, 0, log_start - 1) < visible(f, 0, 100));
    assert_int_equal(seek(f, visible(f, 0, 50)).control.status, HC_OK);
    assert_int_equal(world_fetch_one(f->client, 11, 0, 0, 20, 0)->error_code, 0);
}

static void test_steps(void **state)
{
    struct fixture *f = *state;
    struct hc_session *session = f->world->cluster.session;
    world_market(f->world, visible(f, 0, 10));
    struct hc_session_command step = {.step = HC_STEP_INSTANTS, .step_amount = 3};
    assert_int_equal(command(f, step).control.status, HC_INVALID); /* it runs */
    assert_int_equal(command(f, (struct hc_session_command){.run = HC_RUN_PAUSE}).control.status,
                     HC_OK);
    for (int i = 0; i < 20; i++) {
        int64_t before =
            world_end(f->world, 0, 0) + world_end(f->world, 0, 1) + world_end(f->world, 1, 0);
        struct outcome outcome = command(f, step);
        assert_int_equal(outcome.control.status, HC_OK);
        assert_int_equal(outcome.control.stepped_instants, 3);
        int64_t after =
            world_end(f->world, 0, 0) + world_end(f->world, 0, 1) + world_end(f->world, 1, 0);
        assert_int_equal(after - before, outcome.control.stepped_records);
        assert_true(after - before >= 3);
    }
    step = (struct hc_session_command){.step = HC_STEP_RECORDS, .step_amount = 100};
    struct outcome outcome = command(f, step);
    assert_true(outcome.control.stepped_records >= 100);
    int64_t market = hc_session_market_ms(session);
    step = (struct hc_session_command){.step = HC_STEP_DURATION, .step_amount = 300000};
    assert_int_equal(command(f, step).control.status, HC_OK);
    assert_int_equal(hc_session_market_ms(session), market + 300000);
    /* Beyond the end: as far as there is, and the session has ended. */
    step = (struct hc_session_command){.step = HC_STEP_RECORDS, .step_amount = 1000000};
    outcome = command(f, step);
    assert_int_equal(outcome.control.status, HC_OK);
    assert_int_equal(hc_session_state(session), HC_SESSION_ENDED);
    assert_int_equal(world_end(f->world, 0, 0), 300);
    assert_int_equal(command(f, step).control.status, HC_INVALID);
}

/* Two commands at once are two, in the order they came; each is judged by what the one before left.
 */
static void test_conflicting_commands(void **state)
{
    struct fixture *f = *state;
    struct hc_session *session = f->world->cluster.session;
    world_market(f->world, visible(f, 0, 100));
    struct outcome outcomes[4] = {
        {.control.command = {.run = HC_RUN_PAUSE}},
        {.control.command = {.step = HC_STEP_INSTANTS, .step_amount = 1}},
        {.control.command = {.run = HC_RUN_RESUME}},
        {.control.command = {.step = HC_STEP_INSTANTS, .step_amount = 1}},
    };
    for (size_t i = 0; i < HC_COUNT(outcomes); i++) {
        outcomes[i].control.done = on_done;
        hc_control_submit(&outcomes[i].control, &f->world->cluster);
    }
    assert_true(world_run_until(f->world, is_done, &outcomes[3], HC_NS_PER_S));
    assert_int_equal(outcomes[0].control.status, HC_OK);
    assert_int_equal(outcomes[1].control.status, HC_OK);
    assert_int_equal(outcomes[2].control.status, HC_OK);
    assert_int_equal(outcomes[3].control.status, HC_INVALID);
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
}

static void test_what_is_refused(void **state)
{
    struct fixture *f = *state;
    struct hc_session *session = f->world->cluster.session;
    world_market(f->world, visible(f, 0, 100));
    int64_t start = hc_session_start_ms(session);
    assert_int_equal(seek(f, start - 1).control.status, HC_USAGE);
    assert_int_equal(seek(f, INT64_MIN).control.status, HC_USAGE);
    assert_int_equal(seek(f, INT64_MAX).control.status, HC_USAGE);
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    assert_int_equal(hc_session_generation(session), 0);
    struct outcome outcome = {.control = {.command = {.seek = true, .time_ms = start},
                                          .validate_only = true,
                                          .done = on_done}};
    hc_control_submit(&outcome.control, &f->world->cluster);
    assert_true(world_run_until(f->world, is_done, &outcome, HC_NS_PER_S));
    assert_int_equal(outcome.control.status, HC_OK);
    assert_int_equal(hc_session_generation(session), 0);
    command(f, (struct hc_session_command){.set_speed = true, .speed = hc_speed_max()});
    world_sleep(f->world, HC_NS_PER_S);
    assert_int_equal(hc_session_state(session), HC_SESSION_ENDED);
    assert_int_equal(command(f, (struct hc_session_command){.run = HC_RUN_PAUSE}).control.status,
                     HC_INVALID);
    assert_int_equal(command(f, (struct hc_session_command){.run = HC_RUN_RESUME}).control.status,
                     HC_INVALID);
    /* Time before state: going back and on is one command. */
    outcome = command(
        f, (struct hc_session_command){.seek = true, .time_ms = start, .run = HC_RUN_PAUSE});
    assert_int_equal(outcome.control.status, HC_OK);
    assert_int_equal(hc_session_state(session), HC_SESSION_PAUSED);
}

/* A command whose asker has gone still happens, and one whose session goes is told. */
static void test_withdrawn(void **state)
{
    struct fixture *f = *state;
    struct outcome outcome = {.control = {.command = {.run = HC_RUN_PAUSE}, .done = on_done}};
    hc_control_submit(&outcome.control, &f->world->cluster);
    hc_control_withdraw(&outcome.control);
    world_sleep(f->world, HC_NS_PER_MS);
    assert_false(outcome.done);
    assert_int_equal(hc_session_state(f->world->cluster.session), HC_SESSION_PAUSED);

    static struct outcome last;
    last = (struct outcome){.control = {.command = {.run = HC_RUN_RESUME}, .done = on_done}};
    hc_control_submit(&last.control, &f->world->cluster);
    world_free(f->world);
    assert_true(last.done);
    assert_int_equal(last.control.status, HC_CANCELLED);
    struct world_config config = fixture_config();
    open_world(f, &config);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

static int setup_settling(void **state)
{
    static struct fixture fixture;
    struct world_config config = fixture_config();
    config.session.rewind_settle_ns = 2 * HC_NS_PER_S;
    open_world(&fixture, &config);
    *state = &fixture;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pause_speed_resume),
        TEST(rewind_answers_parked_fetches),
        cmocka_unit_test_setup_teardown(test_clock_holds_until_told, setup_settling, teardown),
        TEST(rewind_clamps_commits_and_rebalances),
        TEST(reset_forgets),
        TEST(skip_raises_the_log_start),
        TEST(steps),
        TEST(conflicting_commands),
        TEST(what_is_refused),
        TEST(withdrawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
