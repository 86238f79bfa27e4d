/* Ingest as a whole over scripted sources and the real store: order, edges, failures. What is
 * stored already, and by whom, is test_stored.c. */
#include "unit/ingest/fixture.h"

#include <sched.h>

/* ---- order ---- */

static void golden_records_in_canonical_order(void **state)
{
    (void)state;
    static const struct fake_row rows[] = {
        {120000, 1, 0, 1, "1.10"}, {0, 0, 1, 9, "2"}, {60000, 2, 0, 2, "3"},
        {60000, 0, 0, 3, "4"},     {0, 1, 0, 4, "5"}, {0, 0, 1, 9, "2"}, /* identical */
        {120000, 0, 1, 1, "6"},
    };
    static const char expected[] =
        "60000 60000 BTC={\"symbol\":\"BTC\",\"time\":0,\"price\":2}\n"
        "60000 60000 ETH={\"symbol\":\"ETH\",\"time\":0,\"price\":5}\n"
        "120000 120000 BTC={\"symbol\":\"BTC\",\"time\":60000,\"price\":4}\n"
        "120000 120000 SOL={\"symbol\":\"SOL\",\"time\":60000,\"price\":3}\n"
        "180000 180000 BTC={\"symbol\":\"BTC\",\"time\":120000,\"price\":6}\n"
        "180000 180000 ETH={\"symbol\":\"ETH\",\"time\":120000,\"price\":1.10}\n";
    fakes[0] = (struct fake){.count = HC_COUNT(rows), .interval_ns = 60 * HC_NS_PER_S};
    fakes[0].rows = hc_alloc(sizeof rows);
    memcpy(fakes[0].rows, rows, sizeof rows);
    struct world world;
    world_init(&world, 1);
    world_run(&world);
    assert_int_equal(world.failed_calls, 0);
    struct hc_buffer text = {0};
    log_text(&world, 0, 0, &text);
    assert_string_equal(hc_buffer_str(&text), expected);
    assert_int_equal(world.topics[0]->edge_ms, HC_NEVER);
    assert_int_equal(world.topics[0]->first_visible_ms, 60000);
    assert_int_equal(world.topics[0]->last_visible_ms, 180000);
    assert_true(world.topics[0]->span_known);
    hc_buffer_clear(&text);
    hc_ingest_report(world.ingest, world.topics[0], &text);
    assert_non_null(strstr(hc_buffer_str(&text), "\"records\":6,"));
    assert_non_null(strstr(hc_buffer_str(&text), "\"duplicates\":1,"));
    assert_non_null(strstr(hc_buffer_str(&text), "\"symbols\":[\"BTC\",\"ETH\",\"SOL\"]"));
    hc_buffer_done(&text);
    world_done(&world);
}

/* The order of reading does not matter, nor how the source delivers. */
static void any_row_order_gives_the_same_log(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 500);
    fake_bars(&fakes[1], 500);
    fakes[1].ordered = false;
    for (size_t i = 0, j = fakes[1].count - 1; i < j; i++, j--) {
        struct fake_row row = fakes[1].rows[i];
        fakes[1].rows[i] = fakes[1].rows[j];
        fakes[1].rows[j] = row;
    }
    struct world world;
    world_init(&world, 2);
    world_run(&world);
    struct hc_buffer left = {0}, right = {0};
    log_text(&world, 0, 0, &left);
    log_text(&world, 1, 0, &right);
    assert_int_equal(hc_log_end(world.topics[0]->logs[0]), 1500);
    assert_string_equal(hc_buffer_str(&left), hc_buffer_str(&right));
    hc_buffer_done(&left);
    hc_buffer_done(&right);
    world_done(&world);
}

static void edges_promise_what_is_published(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 20000);
    struct world world;
    world_init(&world, 1);
    world.mailbox.base.post = post_at_once;
    world_start(&world);
    assert_int_equal(world.complete_calls, 1);
    assert_in_range(world.advanced_calls, 4, 100);
    int64_t edge = HC_TIME_MIN;
    for (int i = 0; i < world.advanced_calls; i++) {
        assert_true(world.edges[i] >= edge);
        edge = world.edges[i];
        if (edge != HC_TIME_MIN && edge != HC_NEVER) {
            /* minutes 1.. each have 3 records; all up to the edge, none of them missing */
            assert_int_equal(world.ends[i], edge / 60000 * FAKE_STREAMS);
            assert_int_equal(edge % 60000, 59999);
        }
    }
    assert_int_equal(edge, HC_NEVER);
    assert_int_equal(hc_ingest_progress(world.ingest).percent, 100);
    assert_int_equal(hc_ingest_progress(world.ingest).rows, 60000);
    assert_int_equal(hc_ingest_progress(world.ingest).state, HC_LOAD_DONE);
    world_done(&world);
}

static void the_source_with_the_smallest_edge_is_next(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 20000);
    fake_bars(&fakes[1], 20000);
    struct world world;
    world_init(&world, 2);
    world.mailbox.base.post = post_at_once;
    world_start(&world);
    assert_int_equal(world.complete_calls, 1);
    /* when one is done the other is on its last stretch, not at its beginning */
    assert_true(world.other_edge > 10000 * INT64_C(60000));
    assert_int_equal(hc_ingest_progress(world.ingest).rows, 120000);
    world_done(&world);
}

static void partitions_and_templates(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 10);
    fake_bars(&fakes[1], 10);
    struct world world;
    world_init(&world, 2);
    world.specs[0].partitions = 10;
    world.specs[1].topic = HC_SLICE("c-{symbol}-{interval-long}");
    world_run(&world);
    assert_int_equal(world.topic_count, 4);
    assert_true(hc_slice_equal_str(world.topics[3]->name, "c-SOL-1-min"));
    assert_int_equal(hc_log_end(world.topics[3]->logs[0]), 10);
    int64_t total = 0;
    for (int32_t i = 0; i < 10; i++) {
        total += hc_log_end(world.topics[0]->logs[i]);
        assert_int_equal(hc_log_end(world.topics[0]->logs[i]) % 10, 0); /* whole symbols */
    }
    assert_int_equal(total, 30);
    world_done(&world);
}

/* ---- before the survey ---- */

/* What was known when the survey began, seen by the source itself. */
struct at_survey {
    struct world *world;
    int topics_calls;
    uint8_t identity[32];
    atomic_bool may_go_on;
};

static void look_at_survey(void *context, struct hc_load_control *control)
{
    struct at_survey *seen = context;
    (void)control;
    seen->topics_calls = seen->world->topics_calls;
    memcpy(seen->identity, seen->world->announced, sizeof seen->identity);
}

static void watch_survey(struct world *world, struct at_survey *seen)
{
    *seen = (struct at_survey){.world = world};
    world_init(world, 1);
    world->mailbox.base.post = post_at_once;
    fakes[0].before_survey = look_at_survey;
    fakes[0].context = seen;
}

static void a_plain_topic_is_known_before_the_survey(void **state)
{
    (void)state;
    struct world world;
    struct at_survey seen;
    fake_bars(&fakes[0], 10);
    watch_survey(&world, &seen);
    world_start(&world);
    assert_int_equal(world.complete_calls, 1);
    assert_int_equal(seen.topics_calls, 1);
    assert_memory_equal(seen.identity, world.topics[0]->identity, 32);
    assert_int_equal(hc_log_end(world.topics[0]->logs[0]), 30);
    world_done(&world);

    watch_survey(&world, &seen); /* again, from the same content: still certain */
    world.specs[0].compression = HC_SLICE("zstd");
    world_start(&world);
    assert_int_equal(world.complete_calls, 1);
    assert_int_equal(seen.topics_calls, 1);
    assert_memory_equal(seen.identity, world.topics[0]->identity, 32);
    world_done(&world);
}

static void names_and_identities_that_are_not_certain_wait(void **state)
{
    (void)state;
    struct world world;
    struct at_survey seen;
    fake_bars(&fakes[0], 10);
    watch_survey(&world, &seen);
    world.specs[0].topic = HC_SLICE("c-{symbol}");
    world_start(&world);
    assert_int_equal(world.complete_calls, 1);
    assert_int_equal(seen.topics_calls, 0); /* a template: the survey finds the symbols */
    world_done(&world);

    for (int i = 0; i < 2; i++) {
        watch_survey(&world, &seen);
        snprintf(fakes[0].fingerprint, sizeof fakes[0].fingerprint, "another content %d", i);
        world_start(&world);
        assert_int_equal(world.complete_calls, 1);
        assert_int_equal(seen.topics_calls, i == 0); /* changed: the new load decides */
        world_done(&world);
    }
}

static void a_survey_that_fails_ends_what_was_announced(void **state)
{
    (void)state;
    struct world world;
    struct at_survey seen;
    fake_bars(&fakes[0], 10);
    watch_survey(&world, &seen);
    fakes[0].survey_fails = HC_USAGE;
    world_start(&world);
    assert_int_equal(world.topics_calls, 1);
    assert_int_equal(world.failed_calls, 1);
    assert_int_equal(world.error.status, HC_USAGE);
    assert_int_equal(hc_ingest_progress(world.ingest).state, HC_LOAD_FAILED);
    world_done(&world);
}

/* A survey that takes as long as the test wants. */
static void survey_slowly(void *context, struct hc_load_control *control)
{
    struct at_survey *seen = context;
    atomic_store(&control->bytes_total, 1000);
    atomic_store(&control->bytes_done, 500);
    atomic_store(&control->rows_done, 123);
    while (!atomic_load(&seen->may_go_on)) {
        sched_yield();
    }
}

static void topics_and_progress_are_told_during_a_survey(void **state)
{
    (void)state;
    struct world world;
    struct at_survey seen;
    fake_bars(&fakes[0], 10);
    watch_survey(&world, &seen);
    fakes[0].before_survey = survey_slowly;
    world.mailbox.base.post = world_post;
    world.config.executor = hc_worker_pool_new((const int[HC_LANE_COUNT]){1, 1});
    world_start(&world);
    while (!world.topics_calls) {
        world_pump(&world, true);
    }
    struct hc_ingest_progress progress;
    do {
        progress = hc_ingest_progress(world.ingest);
    } while (progress.rows != 123);
    assert_int_equal(progress.state, HC_LOAD_SURVEY);
    assert_int_equal(progress.percent, 15); /* half of the first pass */
    assert_int_equal(world.complete_calls, 0);
    assert_int_equal(world.topics[0]->edge_ms, HC_TIME_MIN);
    atomic_store(&seen.may_go_on, true);
    while (!world.complete_calls) {
        world_pump(&world, true);
    }
    assert_int_equal(world.topics_calls, 1);
    assert_int_equal(world.topics[0]->edge_ms, HC_NEVER);
    world_done(&world);
    hc_worker_pool_free(world.config.executor);
}

/* ---- failures ---- */

static void one_topic_of_two_sources_is_refused(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 10);
    fake_bars(&fakes[1], 10);
    struct world world;
    world_init(&world, 2);
    world.specs[1].topic = world.specs[0].topic;
    world_run(&world);
    assert_int_equal(world.error.status, HC_USAGE);
    assert_non_null(
        strstr(world.error.text, "\"first\" is claimed by two sources, fake:0 and fake:1"));
    assert_int_equal(hc_ingest_progress(world.ingest).state, HC_LOAD_FAILED);
    world_done(&world);
}

static void conflicting_bars_fail_the_load(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 10);
    fakes[0].rows[3] = fakes[0].rows[0];
    fakes[0].rows[3].line = 77;
    fakes[0].rows[3].price = "99";
    fakes[0].ordered = false;
    struct world world;
    world_init(&world, 1);
    world_run(&world);
    assert_int_equal(world.error.status, HC_INVALID);
    assert_non_null(strstr(world.error.text, "a.csv:77: same key and open time as a.csv:1"));
    world_done(&world);

    world_init(&world, 1); /* the failed load left nothing that looks finished */
    world.specs[0].refused_max = 1;
    world_run(&world);
    assert_int_equal(world.failed_calls, 0);
    assert_int_equal(atomic_load(&fakes[0].surveys), 2);
    assert_int_equal(hc_ingest_progress(world.ingest).refused, 1);
    assert_int_equal(hc_log_end(world.topics[0]->logs[0]), 29);
    world_done(&world);
}

static void a_broken_promise_of_order_is_a_changed_source(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 10);
    fakes[0].rows[20].open_ms = 0;
    struct world world;
    world_init(&world, 1);
    world_run(&world);
    assert_int_equal(world.error.status, HC_CHANGED);
    assert_non_null(strstr(world.error.text, "a.csv:21"));
    world_done(&world);
}

static void change_fingerprint(void *context, size_t row)
{
    struct fake *fake = context;
    if (row == 5) {
        snprintf(fake->fingerprint, sizeof fake->fingerprint, "changed under way");
    }
}

static void a_change_during_the_load_is_not_stored(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 10);
    fakes[0].before_row = change_fingerprint;
    fakes[0].context = &fakes[0];
    struct world world;
    world_init(&world, 1);
    world_run(&world);
    assert_int_equal(world.error.status, HC_CHANGED);
    world_done(&world);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, cache_setup, cache_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(golden_records_in_canonical_order),
        TEST(a_plain_topic_is_known_before_the_survey),
        TEST(names_and_identities_that_are_not_certain_wait),
        TEST(a_survey_that_fails_ends_what_was_announced),
        TEST(topics_and_progress_are_told_during_a_survey),
        TEST(any_row_order_gives_the_same_log),
        TEST(edges_promise_what_is_published),
        TEST(the_source_with_the_smallest_edge_is_next),
        TEST(partitions_and_templates),
        TEST(one_topic_of_two_sources_is_refused),
        TEST(conflicting_bars_fail_the_load),
        TEST(a_broken_promise_of_order_is_a_changed_source),
        TEST(a_change_during_the_load_is_not_stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
