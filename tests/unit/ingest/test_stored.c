/* Ingest over what is stored already: warm starts, changed sources, crashes, several builders. */
#include "unit/ingest/fixture.h"

/* ---- warm starts ---- */

static void load_once(struct world *world)
{
    world_init(world, 1);
    world_run(world);
    assert_int_equal(world->failed_calls, 0);
}

static void a_warm_start_reads_nothing(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 100);
    struct world cold, warm;
    struct hc_buffer left = {0}, right = {0};
    load_once(&cold);
    load_once(&warm);
    assert_int_equal(atomic_load(&fakes[0].surveys), 1);
    assert_int_equal(atomic_load(&fakes[0].reads), 1);
    assert_int_equal(atomic_load(&fakes[0].opens), 2);
    assert_memory_equal(cold.topics[0]->identity, warm.topics[0]->identity, 32);
    assert_true(hc_slice_equal(cold.topics[0]->settings, warm.topics[0]->settings));
    assert_int_equal(warm.topics[0]->edge_ms, HC_NEVER);
    assert_int_equal(warm.topics[0]->first_visible_ms, 60000);
    assert_int_equal(warm.topics[0]->last_visible_ms, 6000000);
    log_text(&cold, 0, 0, &left);
    log_text(&warm, 0, 0, &right);
    assert_string_equal(hc_buffer_str(&left), hc_buffer_str(&right));
    hc_buffer_clear(&left);
    hc_buffer_clear(&right);
    hc_ingest_report(cold.ingest, cold.topics[0], &left);
    hc_ingest_report(warm.ingest, warm.topics[0], &right);
    assert_string_equal(hc_buffer_str(&left), hc_buffer_str(&right));
    hc_buffer_done(&left);
    hc_buffer_done(&right);
    world_done(&cold);
    world_done(&warm);
}

static void refresh_codec_range_and_settings_load_again(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 100);
    struct world world;
    load_once(&world);
    uint8_t identity[32];
    memcpy(identity, world.topics[0]->identity, 32);
    world_done(&world);
    for (int i = 0; i < 4; i++) {
        world_init(&world, 1);
        world.specs[0].refresh = i == 0;
        world.specs[0].compression = i == 1 ? HC_SLICE("lz4") : HC_SLICE_NULL;
        world.specs[0].range_to_ms = i == 2 ? 99 * 60000 : HC_NEVER;
        world.specs[0].numbers_as_strings = i == 3;
        world_run(&world);
        assert_int_equal(world.failed_calls, 0);
        assert_int_equal(atomic_load(&fakes[0].surveys), 2 + i);
        assert_int_equal(world.topics[0]->generation, 0);
        assert_int_equal(memcmp(world.topics[0]->identity, identity, 32) == 0, i != 3);
        world_done(&world);
    }
    load_once(&world); /* and the first one is still there */
    assert_int_equal(atomic_load(&fakes[0].surveys), 5);
    world_done(&world);
    assert_int_equal(count_entries("topics"), 4);
}

static void a_corrupt_store_or_index_is_loaded_again(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 100);
    struct world world;
    load_once(&world);
    world_done(&world);
    char command[256];
    snprintf(command, sizeof command, "for f in %s/topics/*/manifest; do echo x > $f; done", cache);
    assert_int_equal(system(command), 0);
    load_once(&world);
    assert_int_equal(atomic_load(&fakes[0].surveys), 2);
    assert_int_equal(world.topics[0]->generation, 0);
    world_done(&world);
    snprintf(command, sizeof command, "for f in %s/sources/*/index; do echo x > $f; done", cache);
    assert_int_equal(system(command), 0);
    load_once(&world);
    assert_int_equal(atomic_load(&fakes[0].surveys), 3);
    world_done(&world);
}

/* ---- changed sources ---- */

static int64_t reload(size_t minutes, const char *first_price, uint8_t identity[32])
{
    struct world world;
    free(fakes[0].rows);
    fake_bars(&fakes[0], minutes);
    if (first_price) {
        fakes[0].rows[0].price = first_price;
        snprintf(fakes[0].fingerprint, sizeof fakes[0].fingerprint, "%zu, %s", minutes,
                 first_price);
    }
    world_init(&world, 1);
    world.mailbox.base.post = post_at_once;
    world_start(&world);
    assert_int_equal(world.complete_calls, 1);
    assert_int_equal(atomic_load(&fakes[0].surveys), 1);
    assert_int_equal(hc_log_end(world.topics[0]->logs[0]), minutes * FAKE_STREAMS);
    memcpy(identity, world.topics[0]->identity, 32);
    assert_memory_equal(identity, world.announced, 32);
    int64_t generation = world.topics[0]->generation;
    world_done(&world);
    return generation;
}

static void a_reload_must_reproduce_what_was_there(void **state)
{
    (void)state;
    uint8_t first[32], longer[32], other[32], shorter[32], again[32];
    assert_int_equal(reload(9000, NULL, first), 0);
    assert_int_equal(reload(12000, NULL, longer), 0); /* appended: the same content goes on */
    assert_memory_equal(first, longer, 32);
    assert_int_equal(reload(12000, "7.5", other), 1);
    assert_memory_not_equal(first, other, 32);
    assert_int_equal(reload(11000, "7.5", shorter), 2);
    assert_memory_not_equal(other, shorter, 32);
    assert_int_equal(reload(11500, "7.5", again), 2);
    assert_memory_equal(shorter, again, 32);
}

static void nothing_to_compare_with_counts_as_changed(void **state)
{
    (void)state;
    uint8_t identity[32];
    assert_int_equal(reload(100, NULL, identity), 0);
    char command[256];
    snprintf(command, sizeof command, "rm -r %s/topics/*", cache);
    assert_int_equal(system(command), 0);
    assert_int_equal(reload(101, NULL, identity), 1);
}

/* ---- crashes, builders, cancelling ---- */

static void exit_at_row(void *context, size_t row)
{
    (void)context;
    if (row == 50000) {
        _exit(77);
    }
}

static void a_crash_leaves_nothing_behind(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 20000);
    pid_t child = fork();
    if (child == 0) {
        struct world world;
        fakes[0].before_row = exit_at_row;
        world_init(&world, 1);
        world_run(&world);
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 77);
    struct world crashed, clean;
    load_once(&crashed);
    assert_int_equal(hc_log_end(crashed.topics[0]->logs[0]), 60000);
    world_done(&crashed);
    char topic[128], command[256];
    snprintf(command, sizeof command, "ls -d %s/topics/*", cache);
    FILE *pipe = popen(command, "r");
    assert_non_null(fgets(topic, sizeof topic, pipe));
    pclose(pipe);
    topic[strcspn(topic, "\n")] = '\0';
    size_t files = count_entries(topic + strlen(cache) + 1);
    assert_int_equal(count_entries("tmp"), 0);

    /* as many files as without a crash */
    snprintf(command, sizeof command, "rm -r %s/topics %s/sources", cache, cache);
    assert_int_equal(system(command), 0);
    load_once(&clean);
    world_done(&clean);
    assert_int_equal(count_entries(topic + strlen(cache) + 1), files);
}

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool reached, open;
};

static void gate_set(struct gate *gate, bool *flag)
{
    pthread_mutex_lock(&gate->lock);
    *flag = true;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

static void gate_wait(struct gate *gate, const bool *flag)
{
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 60;
    pthread_mutex_lock(&gate->lock);
    while (!*flag) {
        assert_int_equal(pthread_cond_timedwait(&gate->changed, &gate->lock, &deadline), 0);
    }
    pthread_mutex_unlock(&gate->lock);
}

static void wait_at_gate(void *context, size_t row)
{
    struct gate *gate = context;
    if (row == 10) {
        gate_set(gate, &gate->reached);
        gate_wait(gate, &gate->open);
    }
}

/* The second builder says that it waits: now the first may go on. */
static void open_gate_on_wait(void *context, enum hc_log_level level, struct hc_slice line)
{
    (void)level;
    struct gate *gate = context;
    if (memmem(line.data, line.size, "load-wait", 9)) {
        gate_set(gate, &gate->open);
    }
}

static void of_two_builders_one_builds(void **state)
{
    (void)state;
    struct gate gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    const int counts[HC_LANE_COUNT] = {1, 2};
    struct hc_executor *pool = hc_worker_pool_new(counts);
    fake_bars(&fakes[0], 100);
    fakes[0].before_row = wait_at_gate;
    fakes[0].context = &gate;
    hc_log_configure(HC_LOG_INFO, HC_LOG_TEXT);
    hc_log_set_sink(open_gate_on_wait, &gate);
    struct world one, two;
    world_init(&one, 1);
    world_init(&two, 1);
    one.config.executor = two.config.executor = pool;
    world_start(&one);
    gate_wait(&gate, &gate.reached);
    world_start(&two);
    while (!two.complete_calls || !one.complete_calls) {
        world_pump(two.complete_calls ? &one : &two, true);
    }
    hc_log_set_sink(NULL, NULL);
    assert_int_equal(atomic_load(&fakes[0].surveys), 1);
    assert_int_equal(atomic_load(&fakes[0].reads), 1);
    assert_int_equal(hc_log_end(two.topics[0]->logs[0]), 300);
    world_done(&one);
    world_done(&two);
    hc_worker_pool_free(pool);
}

static void freeing_cancels_a_load(void **state)
{
    (void)state;
    struct gate gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    const int counts[HC_LANE_COUNT] = {1, 1};
    struct hc_executor *pool = hc_worker_pool_new(counts);
    fake_bars(&fakes[0], 100000);
    fakes[0].before_row = wait_at_gate;
    fakes[0].context = &gate;
    struct world world;
    world_init(&world, 1);
    world.config.executor = pool;
    world_start(&world);
    gate_wait(&gate, &gate.reached);
    gate_set(&gate, &gate.open);
    world_done(&world);
    assert_int_equal(world.complete_calls + world.failed_calls, 0);
    assert_int_equal(atomic_load(&fakes[0].opens), atomic_load(&fakes[0].closes));
    hc_worker_pool_free(pool);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, cache_setup, cache_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_warm_start_reads_nothing),
        TEST(refresh_codec_range_and_settings_load_again),
        TEST(a_corrupt_store_or_index_is_loaded_again),
        TEST(a_reload_must_reproduce_what_was_there),
        TEST(nothing_to_compare_with_counts_as_changed),
        TEST(a_crash_leaves_nothing_behind),
        TEST(of_two_builders_one_builds),
        TEST(freeing_cancels_a_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
