/* Random sequences of commands, fetches, commits and joins against a model of a hundred lines.
 *
 * Speeds are whole numbers and time passes in whole milliseconds, so that the model's arithmetic is
 * exact. HC_SEQUENCES runs another number of them; the seed is printed, HC_SEED repeats it.
 */
#include "../unit/api/group_requests.h"

#include "broker/control.h"
#include "group/group.h"
#include "sim/world/world.h"
#include "support/seed.h"

enum { PARTITIONS = 2, RECORDS = 60, SEQUENCES = 100000, STEPS = 12, EPOCHS_MAX = 100000 };

/* ---- the model ---- */

struct entry {
    int32_t epoch;
    int64_t start;
};

struct reference {
    const struct model *truth;
    int64_t start, end, market, speed, skip;
    enum hc_session_state state;
    int32_t generation;
    struct entry epochs[PARTITIONS][RECORDS + 2]; /* starts rise, so there are no more */
    int entry_count[PARTITIONS];
    int64_t tool[PARTITIONS], member[PARTITIONS]; /* commits, -1: none */
    bool rewound;                                 /* since the member joined */
};

static int64_t log_start(const struct reference *r, int32_t p)
{
    return r->skip == HC_TIME_MIN ? 0 : model_end(r->truth, p, r->skip - 1);
}

static int64_t high_watermark(const struct reference *r, int32_t p)
{
    return HC_MAX(model_end(r->truth, p, r->market), log_start(r, p));
}

static int64_t visible_records(const struct reference *r, int64_t market_ms)
{
    int64_t count = 0;
    for (int32_t p = 0; p < PARTITIONS; p++) {
        count += HC_MAX(model_end(r->truth, p, market_ms), log_start(r, p));
    }
    return count;
}

static int64_t next_instant(const struct reference *r, int64_t market_ms)
{
    int64_t next = HC_NEVER;
    for (int32_t p = 0; p < PARTITIONS; p++) {
        int64_t at = model_end(r->truth, p, market_ms);
        next = at < RECORDS ? HC_MIN(next, r->truth->visible[p][at]) : next;
    }
    return next;
}

static void pass(struct reference *r, int64_t ms)
{
    if (r->state == HC_SESSION_RUNNING) {
        r->market = HC_MIN(r->market + ms * r->speed, r->end);
        r->state = r->market == r->end ? HC_SESSION_ENDED : r->state;
    }
}

static void go_back(struct reference *r, int64_t to)
{
    r->skip = to < r->skip ? HC_TIME_MIN : r->skip;
    r->market = to;
    r->state = r->state == HC_SESSION_ENDED ? HC_SESSION_RUNNING : r->state;
    r->generation++;
    r->rewound = true;
    for (int32_t p = 0; p < PARTITIONS; p++) {
        int64_t end = high_watermark(r, p);
        int kept = r->entry_count[p];
        while (kept > 0 && r->epochs[p][kept - 1].start >= end) {
            kept--;
        }
        r->epochs[p][kept] = (struct entry){r->generation, end};
        r->entry_count[p] = kept + 1;
        r->tool[p] = HC_MIN(r->tool[p], end);
        r->member[p] = HC_MIN(r->member[p], end);
    }
}

static enum hc_status expect_seek(struct reference *r, int64_t to, bool skip)
{
    if (to < r->start || to > r->end) {
        return HC_USAGE;
    }
    if (to < r->market) {
        go_back(r, to);
        return HC_OK;
    }
    r->market = to;
    r->skip = skip ? HC_MAX(r->skip, to) : r->skip;
    return HC_OK;
}

static enum hc_status expect_step(struct reference *r, enum hc_step_unit unit, int64_t amount)
{
    if (r->state != HC_SESSION_PAUSED) {
        return HC_INVALID;
    }
    int64_t to = r->market, before = visible_records(r, r->market);
    for (int64_t i = 0; unit == HC_STEP_INSTANTS && i < amount && to < r->end; i++) {
        to = next_instant(r, to);
    }
    while (unit == HC_STEP_RECORDS && to < r->end && visible_records(r, to) - before < amount) {
        to = next_instant(r, to);
    }
    to = unit == HC_STEP_DURATION ? to + amount : to;
    r->market = HC_MIN(to, r->end);
    r->state = r->market == r->end ? HC_SESSION_ENDED : r->state;
    return HC_OK;
}

static void expect_reset(struct reference *r)
{
    r->state = HC_SESSION_RUNNING; /* start: now */
    r->skip = HC_TIME_MIN;
    go_back(r, r->start);
    for (int32_t p = 0; p < PARTITIONS; p++) {
        r->tool[p] = r->member[p] = -1;
    }
}

static enum hc_status expect_run(struct reference *r, enum hc_session_state state)
{
    if (r->state == HC_SESSION_ENDED) {
        return HC_INVALID;
    }
    r->state = state;
    return HC_OK;
}

/* ---- the broker ---- */

struct play {
    struct fixture fixture;
    struct hc_random random;
    struct reference model;
    char id[ID_BYTES];
    int32_t generation; /* of the member */
    bool done;
};

static void on_done(struct hc_control *control, struct hc_now now)
{
    (void)now;
    *(bool *)control->user = true;
}

static bool is_done(void *context)
{
    return *(bool *)context;
}

static enum hc_status command(struct play *play, struct hc_session_command wanted)
{
    struct hc_control control = {.command = wanted, .done = on_done, .user = &play->done};
    play->done = false;
    hc_control_submit(&control, &play->fixture.world->cluster);
    assert_true(world_run_until(play->fixture.world, is_done, &play->done, HC_NS_PER_MS / 2));
    return control.status;
}

static void check_batch(void *context, const struct hp_batch *batch, const struct hp_record *record)
{
    const struct entry *entry = context; /* of the offset asked for */
    assert_true(batch->leader_epoch >= entry->epoch);
    assert_true(record->offset >= batch->base_offset);
}

static void check_fetch(struct play *play)
{
    struct reference *r = &play->model;
    int32_t p = (int32_t)hc_random_below(&play->random, PARTITIONS);
    int64_t offset = (int64_t)hc_random_below(&play->random, RECORDS + 4);
    int32_t epoch = (int32_t)hc_random_below(&play->random, 4) - 2 + r->generation;
    bool tells = hc_random_below(&play->random, 2) == 0 && epoch >= 0;
    struct world_fetch what = {
        .version = 12,
        .items = {{.partition = p, .offset = offset, .epoch = tells ? epoch + 1 : 0}},
        .count = 1};
    int16_t expected = 0;
    if (tells && epoch != r->generation) {
        expected = epoch < r->generation ? HP_ERR_FENCED_LEADER_EPOCH : HP_ERR_UNKNOWN_LEADER_EPOCH;
    } else if (offset < log_start(r, p) || offset > high_watermark(r, p)) {
        expected = HP_ERR_OFFSET_OUT_OF_RANGE;
    }
    const struct hp_fetch_response_partition *got =
        world_only(world_fetch(play->fixture.client, &what));
    assert_int_equal(got->error_code, expected);
    if (expected != 0) {
        return;
    }
    int e = r->entry_count[p] - 1;
    while (e > 0 && r->epochs[p][e].start > offset) {
        e--;
    }
    assert_int_equal(got->high_watermark, high_watermark(r, p));
    assert_int_equal(got->log_start_offset, log_start(r, p));
    int64_t next = model_check(r->truth, p, &got->records, NULL, check_batch, &r->epochs[p][e]);
    assert_int_equal(HC_MAX(next, offset), high_watermark(r, p));
}

static void check_commit(struct play *play)
{
    struct reference *r = &play->model;
    int32_t p = (int32_t)hc_random_below(&play->random, PARTITIONS);
    int64_t offset = (int64_t)hc_random_below(&play->random, RECORDS + 4);
    bool by_member = hc_random_below(&play->random, 2) == 0;
    struct commit what = {by_member ? "group" : "tool",
                          by_member ? play->id : NULL,
                          play->generation,
                          "candles",
                          p,
                          offset,
                          ""};
    assert_int_equal(commit(play->fixture.client, 9, what), 0);
    if (by_member) {
        int64_t end = r->epochs[p][r->entry_count[p] - 1].start;
        r->member[p] = r->rewound ? HC_MIN(offset, end) : offset;
    } else {
        r->tool[p] = offset;
    }
}

static void rejoin(struct play *play)
{
    struct world_client *client = play->fixture.client;
    play->generation = join(client, 9, "group", play->id)->generation_id;
    assert_int_equal(sync_group(client, 5, "group", play->id, play->generation, "mine")->error_code,
                     0);
    play->model.rewound = false;
}

static void sleep_some(struct play *play)
{
    int64_t ms = (int64_t)hc_random_below(&play->random, 40);
    world_sleep(play->fixture.world, ms * HC_NS_PER_MS);
    pass(&play->model, ms);
}

static void seek(struct play *play)
{
    struct reference *r = &play->model;
    int64_t span = r->end - r->start;
    struct hc_session_command wanted = {
        .seek = true,
        .skip = hc_random_below(&play->random, 4) == 0,
        .time_ms = r->start - span / 20 +
                   (int64_t)hc_random_below(&play->random, (uint64_t)(span + span / 10)),
    };
    enum hc_status status = command(play, wanted);
    assert_int_equal(status, expect_seek(r, wanted.time_ms, wanted.skip));
}

static void step(struct play *play)
{
    static const enum hc_step_unit units[] = {HC_STEP_INSTANTS, HC_STEP_RECORDS, HC_STEP_DURATION};
    struct hc_session_command wanted = {.step = units[hc_random_below(&play->random, 3)]};
    uint64_t most = wanted.step == HC_STEP_DURATION ? 600000 : 20;
    wanted.step_amount = 1 + (int64_t)hc_random_below(&play->random, most);
    enum hc_status status = command(play, wanted);
    assert_int_equal(status, expect_step(&play->model, wanted.step, wanted.step_amount));
}

static void act(struct play *play)
{
    struct reference *r = &play->model;
    switch (hc_random_below(&play->random, 12)) {
    case 0:
        assert_int_equal(command(play, (struct hc_session_command){.run = HC_RUN_PAUSE}),
                         expect_run(r, HC_SESSION_PAUSED));
        break;
    case 1:
        assert_int_equal(command(play, (struct hc_session_command){.run = HC_RUN_RESUME}),
                         expect_run(r, HC_SESSION_RUNNING));
        break;
    case 2:
        r->speed = 1 + (int64_t)hc_random_below(&play->random, 20000);
        assert_int_equal(
            command(play, (struct hc_session_command){.set_speed = true,
                                                      .speed = hc_speed_of(r->speed, 1)}),
            HC_OK);
        break;
    case 3:
    case 4:
        seek(play);
        break;
    case 5:
    case 6:
        step(play);
        break;
    case 7:
        if (hc_random_below(&play->random, 4) == 0) {
            assert_int_equal(command(play, (struct hc_session_command){.reset = true}), HC_OK);
            expect_reset(r);
        }
        break;
    case 8:
    case 9:
        check_commit(play);
        break;
    case 10:
        check_fetch(play);
        break;
    default:
        sleep_some(play);
    }
    pass(r, 0);
}

/* Everything that can be seen agrees, and so does what would be stored. */
static void compare(struct play *play)
{
    struct reference *r = &play->model;
    struct world *world = play->fixture.world;
    const struct hc_session *session = world->cluster.session;
    const struct hc_session_topic *topic = world->topics[0].topic;
    struct hc_session_saved saved;
    hc_session_save(session, &saved);
    assert_int_equal(hc_session_market_ms(session), r->market);
    assert_int_equal(hc_session_state(session), r->state);
    assert_int_equal(hc_session_generation(session), r->generation);
    assert_int_equal(saved.market_ms, r->market);
    assert_int_equal(saved.state, r->state);
    for (int32_t p = 0; p < PARTITIONS; p++) {
        struct hc_offset_position position;
        assert_int_equal(hc_session_high_watermark(session, topic, p), high_watermark(r, p));
        assert_int_equal(topic->partitions[p].epoch_count, r->entry_count[p]);
        for (int e = 0; e < r->entry_count[p]; e++) {
            assert_int_equal(topic->partitions[p].epochs[e].epoch, r->epochs[p][e].epoch);
            assert_int_equal(topic->partitions[p].epochs[e].start, r->epochs[p][e].start);
        }
        bool any =
            hc_offsets_get(world->cluster.offsets, HC_SLICE("tool"), topic->name, p, &position);
        assert_int_equal(any ? position.offset : -1, r->tool[p]);
        any = hc_offsets_get(world->cluster.offsets, HC_SLICE("group"), topic->name, p, &position);
        assert_int_equal(any ? position.offset : -1, r->member[p]);
    }
}

static void test_commands_are_the_model(void **state)
{
    static const struct world_topic_config topics[] = {
        {.name = "candles", .partitions = PARTITIONS, .records = RECORDS}};
    static struct play play;
    (void)state;
    const char *said = getenv("HC_SEQUENCES");
    long sequences = said ? strtol(said, NULL, 10) : SEQUENCES;
    uint64_t seed = test_seed("control", 1);
    struct world_config config = {
        .seed = seed, .session = world_session(), .topics = topics, .topic_count = 1};
    hc_random_seed(&play.random, seed);
    open_world(&play.fixture, &config);
    struct reference *r = &play.model;
    r->truth = &play.fixture.world->topics[0].model;
    r->start = r->market = next_instant(r, HC_TIME_MIN + 1);
    for (int32_t p = 0; p < PARTITIONS; p++) {
        r->end = HC_MAX(r->end, r->truth->visible[p][RECORDS - 1]);
        r->epochs[p][0] = (struct entry){0, 0};
        r->entry_count[p] = 1;
        r->tool[p] = r->member[p] = -1;
    }
    r->speed = 1;
    r->skip = HC_TIME_MIN;
    r->state = HC_SESSION_RUNNING;
    for (long i = 0; i < sequences; i++) {
        rejoin(&play);
        for (int k = 0; k < STEPS; k++) {
            act(&play);
            compare(&play);
        }
    }
    print_message("%ld sequences, generation %d\n", sequences, (int)r->generation);
    world_free(play.fixture.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_commands_are_the_model)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
