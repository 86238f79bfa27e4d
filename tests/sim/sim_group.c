/* A group under consumers that come, go, die, hang and come back, on virtual time; and a checker
 * that knows only what they were told.
 *
 * Checked after every answer: a generation has one leader and one protocol, only the leader is told
 * the members, an assignment comes from that generation's leader, generations never go back. After
 * a death every survivor has left the old generation within session timeout + heartbeat interval.
 * After each calm all the living are in one stable generation and nobody else is.
 */
#include "group_checker.h"

static const struct hc_group_protocol BOTH[] = {{TEXT("range"), TEXT("1")},
                                                {TEXT("sticky"), TEXT("1")}};
static const struct hc_group_protocol STICKY[] = {{TEXT("sticky"), TEXT("2")},
                                                  {TEXT("range"), TEXT("2")}};

static void retry_soon(struct sim *sim, struct consumer *consumer)
{
    consumer->mood = RETRYING;
    consumer->next_ns = sim->world.now.mono_ns + RETRY_MS * HC_NS_PER_MS;
}

static void forget_id(struct consumer *consumer)
{
    consumer->client.join.name.id = HC_SLICE_EMPTY;
}

/* ---- a consumer ---- */

static void synced(struct sim *sim, struct consumer *consumer)
{
    switch (consumer->client.sync.error) {
    case HP_ERR_NONE:
        check_assignment(consumer);
        consumer->mood = MEMBER;
        consumer->next_ns = sim->world.now.mono_ns + BEAT_MS * HC_NS_PER_MS;
        return;
    case HP_ERR_FENCED_INSTANCE_ID:
        fail_msg("fenced, though every instance id has one owner");
    case HP_ERR_UNKNOWN_MEMBER_ID:
        forget_id(consumer);
        break;
    case HP_ERR_ILLEGAL_GENERATION:
    case HP_ERR_REBALANCE_IN_PROGRESS:
        break;
    default:
        fail_msg("unexpected sync error %d", consumer->client.sync.error);
    }
    retry_soon(sim, consumer);
}

static void sync(struct sim *sim, struct consumer *consumer)
{
    struct client *client = &consumer->client;
    struct hc_sync_assignment assignments[CLIENTS * 2];
    size_t count = client->join.skip_assignment ? 0 : client->join.member_count;
    assert_true(count <= HC_COUNT(assignments));
    for (size_t i = 0; i < count; i++) {
        struct hc_slice id = client->join.members[i].id;
        assignments[i].member_id = id;
        assignments[i].assignment = hc_slice_str(hc_arena_format(
            &client->arena, "%d/" HC_SLICE_FMT, consumer->generation, HC_SLICE_ARG(id)));
    }
    consumer->mood = SYNCING;
    if (client_sync(&sim->world, client, consumer->generation, assignments, count)) {
        synced(sim, consumer);
    }
}

static void join(struct sim *sim, struct consumer *consumer);

static void joined(struct sim *sim, struct consumer *consumer)
{
    client_take_id(&consumer->client);
    switch (consumer->client.join.error) {
    case HP_ERR_NONE:
        check_told(sim, &consumer->client.join);
        consumer->generation = consumer->client.join.generation;
        sync(sim, consumer);
        return;
    case HP_ERR_MEMBER_ID_REQUIRED:
        join(sim, consumer);
        return;
    case HP_ERR_UNKNOWN_MEMBER_ID:
        forget_id(consumer);
        break;
    case HP_ERR_REBALANCE_IN_PROGRESS:
        break;
    default:
        fail_msg("unexpected join error %d", consumer->client.join.error);
    }
    retry_soon(sim, consumer);
}

static void join(struct sim *sim, struct consumer *consumer)
{
    const struct hc_group *group = world_group(&sim->world);
    bool alone = sim->world.config.initial_rebalance_delay_ns == 0 &&
                 (!group || group->state == HC_GROUP_EMPTY);
    hc_arena_reset(&consumer->client.arena);
    consumer->mood = JOINING;
    bool done = client_join(&sim->world, &consumer->client);
    if (alone) {
        assert_true(done); /* a lone member waits for nobody */
        sim->lone_joins++;
    }
    if (done) {
        joined(sim, consumer);
    }
}

static void beat(struct sim *sim, struct consumer *consumer)
{
    int16_t error = client_beat(&sim->world, &consumer->client, consumer->generation);
    if (error == HP_ERR_NONE) {
        consumer->next_ns += BEAT_MS * HC_NS_PER_MS;
        return;
    }
    assert_int_not_equal(error, HP_ERR_FENCED_INSTANCE_ID);
    if (error == HP_ERR_UNKNOWN_MEMBER_ID) {
        forget_id(consumer);
    }
    join(sim, consumer);
}

static void start(struct sim *sim, struct consumer *consumer)
{
    forget_id(consumer);
    consumer->client.join.caller.connection_id = ++sim->connections;
    bool prefers_sticky = hc_random_below(&sim->random, 3) == 0;
    consumer->client.join.protocols = prefers_sticky ? STICKY : BOTH;
    join(sim, consumer);
}

static void expect_to_be_noticed(struct sim *sim, const struct consumer *consumer)
{
    if (consumer->mood == MEMBER && consumer->instance[0] == 0 && sim->alarm_count < ALARMS_MAX) {
        sim->alarms[sim->alarm_count++] = (struct alarm){
            .at_ns = sim->world.now.mono_ns + (SIM_SESSION_MS + BEAT_MS) * HC_NS_PER_MS + 1,
            .generation = consumer->generation,
        };
    }
}

/* ---- what befalls them ---- */

static void fault(struct sim *sim, struct consumer *consumer)
{
    bool is_alive = consumer->mood != OFF && consumer->mood != HUNG;
    switch (hc_random_below(&sim->random, 8)) {
    case 0: /* dies */
        expect_to_be_noticed(sim, consumer);
        client_quit(&sim->world, &consumer->client);
        consumer->mood = OFF;
        break;
    case 1: /* hangs, its connection stays */
        if (is_alive) {
            expect_to_be_noticed(sim, consumer);
            consumer->mood = HUNG;
        }
        break;
    case 2: /* leaves in good order */
        client_quit(&sim->world, &consumer->client);
        if (consumer->mood == MEMBER) {
            client_leave(&sim->world, &consumer->client);
        }
        consumer->mood = OFF;
        break;
    case 3: /* its connection is cut, it tries again */
        if (consumer->mood == JOINING || consumer->mood == SYNCING) {
            client_quit(&sim->world, &consumer->client);
            retry_soon(sim, consumer);
        }
        break;
    case 4: /* is restarted */
        client_quit(&sim->world, &consumer->client);
        start(sim, consumer);
        break;
    default:
        if (!is_alive) {
            client_quit(&sim->world, &consumer->client);
            start(sim, consumer);
        }
    }
}

/* Answers that came while others were served. */
static void serve_woken(struct sim *sim)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < CLIENTS; i++) {
            struct consumer *consumer = &sim->consumers[i];
            if (consumer->client.wakes == 0) {
                continue;
            }
            again = true;
            consumer->client.wakes = 0;
            if (consumer->mood == JOINING) {
                joined(sim, consumer);
            } else if (consumer->mood == SYNCING) {
                synced(sim, consumer);
            }
        }
    }
    check_group(sim);
}

static void pass(struct sim *sim, int64_t until_ns)
{
    for (;;) {
        int64_t next = HC_MIN(until_ns, hc_coordinator_next_wake_ns(sim->world.groups));
        struct consumer *first = NULL;
        for (size_t i = 0; i < CLIENTS; i++) {
            struct consumer *consumer = &sim->consumers[i];
            bool acts = consumer->mood == MEMBER || consumer->mood == RETRYING;
            if (acts && consumer->next_ns <= next) {
                next = consumer->next_ns;
                first = consumer;
            }
        }
        sim->world.now.mono_ns = HC_MAX(next, sim->world.now.mono_ns);
        check_alarms(sim);
        if (first && first->mood == MEMBER) {
            beat(sim, first);
        } else if (first) {
            join(sim, first);
        } else {
            hc_coordinator_advance(sim->world.groups, sim->world.now);
        }
        serve_woken(sim);
        if (!first && next == until_ns) {
            return;
        }
    }
}

static void check_calm(struct sim *sim)
{
    bool all_die = hc_random_below(&sim->random, 4) == 0;
    for (size_t i = 0; i < CLIENTS; i++) { /* what hangs is gone at last */
        if (all_die || sim->consumers[i].mood == HUNG) {
            client_quit(&sim->world, &sim->consumers[i].client);
            sim->consumers[i].mood = OFF;
        }
    }
    pass(sim, sim->world.now.mono_ns + 3 * (SIM_SESSION_MS + SIM_REBALANCE_MS) * HC_NS_PER_MS);
    size_t living = 0;
    const struct hc_group *group = world_group(&sim->world);
    for (size_t i = 0; i < CLIENTS; i++) {
        const struct consumer *consumer = &sim->consumers[i];
        if (consumer->mood != OFF) {
            living++;
            assert_int_equal(consumer->mood, MEMBER);
            assert_int_equal(consumer->generation, group->generation);
        }
    }
    assert_int_equal(group ? group->member_count : 0, living);
    assert_int_equal(world_state(&sim->world), living ? HC_GROUP_STABLE : HC_GROUP_EMPTY);
    assert_int_equal(group->pending_count, 0);
}

static void run(uint64_t seed, int64_t initial_delay_ns)
{
    static struct sim sim;
    sim = (struct sim){.told = calloc(GENERATIONS_MAX, sizeof *sim.told)};
    assert_non_null(sim.told);
    hc_random_seed(&sim.random, seed);
    world_init(&sim.world);
    sim.world.config.initial_rebalance_delay_ns = initial_delay_ns;
    world_start(&sim.world);
    for (size_t i = 0; i < CLIENTS; i++) {
        struct consumer *consumer = &sim.consumers[i];
        client_init(&consumer->client, i);
        struct hc_join *ticket = &consumer->client.join;
        ticket->session_timeout_ms = SIM_SESSION_MS;
        ticket->rebalance_timeout_ms = SIM_REBALANCE_MS;
        ticket->member_id_required = i % 4 != 0; /* some are as old as JoinGroup v3 */
        ticket->knows_skip_assignment = true;
        ticket->protocol_count = 2;
        if (i % 3 == 2) {
            snprintf(consumer->instance, sizeof consumer->instance, "static%zu", i);
            ticket->name.instance_id = hc_slice_str(consumer->instance);
        }
    }
    for (int i = 1; i <= FAULTS; i++) {
        fault(&sim, &sim.consumers[hc_random_below(&sim.random, CLIENTS)]);
        serve_woken(&sim);
        int64_t pause_ms = (int64_t)hc_random_below(&sim.random, i % 2 ? 50 : 5000);
        pass(&sim, sim.world.now.mono_ns + pause_ms * HC_NS_PER_MS);
        if (i % CALM_EVERY == 0) {
            check_calm(&sim);
        }
    }
    print_message("%zu generations, %zu lone joins\n", sim.generations, sim.lone_joins);
    assert_true(sim.generations > FAULTS / 10);
    assert_true(initial_delay_ns > 0 || sim.lone_joins > FAULTS / CALM_EVERY / 10);
    for (size_t i = 0; i < CLIENTS; i++) {
        client_quit(&sim.world, &sim.consumers[i].client);
        client_done(&sim.consumers[i].client);
    }
    world_done(&sim.world);
    free(sim.told);
}

static void test_group_survives_everything(void **state)
{
    (void)state;
    run(test_seed("group", 1), 0);
}

static void test_with_an_initial_delay(void **state)
{
    (void)state;
    run(test_seed("group with a delay", 2), 3 * HC_NS_PER_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_group_survives_everything),
                                       cmocka_unit_test(test_with_an_initial_delay)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
