/* Cold segments: not ready, prepared, read; corrupt bodies; snapshots shared by threads. */
#include "base/log.h"
#include "store/ahead.h"
#include "store/format.h"
#include "unit/store/fixture.h"

#include <pthread.h>

/* A mailbox that counts; `job` comes first. */
struct counter {
    struct hc_job job;
    int runs;
};

static void count_run(struct hc_job *job)
{
    HC_CONTAINER(job, struct counter, job)->runs++;
}

static void post_now(struct hc_mailbox *mailbox, struct hc_job *job)
{
    (void)mailbox;
    job->run(job);
}

static struct hc_mailbox mailbox = {post_now};

static enum hc_read_result result_at(struct fixture *fixture, struct hc_log *log, int64_t offset,
                                     int64_t *ret_next)
{
    struct hc_log_reader *reader = hc_log_reader_new(0);
    struct hc_log_read what = {
        .offset = offset,
        .end = hc_log_end(log),
        .bytes_max = SIZE_MAX,
        .at_least_one = true,
    };
    struct hc_chunk chunks[CHUNKS_MAX];
    size_t count = 0, bytes;
    enum hc_read_result result = hc_log_read(reader, log, &what, &fixture->arena, chunks,
                                             CHUNKS_MAX, &count, &bytes, ret_next);
    for (size_t i = 0; i < count; i++) {
        hc_chunk_release(&chunks[i]);
    }
    hc_log_reader_free(reader);
    return result;
}

static struct hc_log *open_cold(struct fixture *fixture)
{
    struct hc_store_topic topic;
    CHECK_OK(hc_store_open(fixture->directory, &topic, &fixture->error));
    struct hc_log *log = hc_log_get(topic.logs[0]);
    hc_store_topic_done(&topic);
    return log;
}

static void prepare(struct hc_log *log, int64_t offset, int64_t end)
{
    struct counter done = {.job = {.run = count_run}};
    hc_log_prepare(log, offset, end, hc_executor_inline(), &mailbox, &done.job);
    assert_int_equal(done.runs, 1);
}

static void what_follows_is_read_ahead(void **state)
{
    struct fixture *fixture = *state;
    const int64_t records = 60000; /* more than is prepared at once */
    hc_log_put(build_log(fixture, BARS, HP_NONE, records, 60000));
    struct hc_log *log = open_cold(fixture);
    struct hc_read_ahead *ahead = hc_read_ahead_new(hc_executor_inline(), &mailbox);
    hc_read_ahead(ahead, log, records); /* nothing follows */
    assert_false(hc_log_ready(log, 0, 1));
    hc_read_ahead(ahead, log, 0);
    assert_true(hc_log_ready(log, 0, HC_AHEAD_BYTES));
    for (int64_t offset = 0; offset < records; offset += 1000) {
        hc_read_ahead(ahead, log, offset);
        int64_t next = -1;
        assert_int_equal(result_at(fixture, log, offset, &next), HC_READ_CHUNKS);
    }
    hc_read_ahead_free(ahead);
    hc_log_put(log);
}

static void a_cold_segment_is_prepared_block_by_block(void **state)
{
    struct fixture *fixture = *state;
    const int64_t records = 40000; /* about six blocks of 1 MiB, in two segments */
    struct hc_log *written = build_log(fixture, BARS, HP_NONE, records, 30000);
    assert_true(hc_log_ready(written, 0, SIZE_MAX));
    hc_log_put(written);
    struct hc_log *log = open_cold(fixture);
    int64_t next = -1;
    assert_false(hc_log_ready(log, 0, 1));
    assert_true(hc_log_ready(log, records, 1));
    assert_int_equal(result_at(fixture, log, 0, &next), HC_READ_NOT_READY);
    assert_int_equal(next, -1);

    prepare(log, 0, 1);
    assert_true(hc_log_ready(log, 0, 1));
    assert_false(hc_log_ready(log, 0, 2 * HC_BLOCK_BYTES));
    assert_int_equal(result_at(fixture, log, 0, &next), HC_READ_CHUNKS);
    int64_t bytes = hc_log_bytes_between(log, 0, next);
    assert_in_range(bytes, HC_BLOCK_BYTES - HC_STORE_BATCH_BYTES_MAX,
                    HC_BLOCK_BYTES + HC_STORE_BATCH_BYTES_MAX);
    assert_int_equal(result_at(fixture, log, next, &next), HC_READ_NOT_READY);

    prepare(log, next, records);
    assert_true(hc_log_ready(log, 0, SIZE_MAX));
    struct hc_log_read what = {.end = records, .bytes_max = 1 << 19, .at_least_one = true};
    check_log(fixture, log, BARS, what);
    assert_false(hc_log_is_corrupt(log, NULL));
    hc_log_put(log);
}

static void one_request_prepares_a_bounded_range(void **state)
{
    struct fixture *fixture = *state;
    struct hc_log *log = build_log(fixture, BARS, HP_NONE, 80000, 80000);
    assert_true(log->bytes > HC_PREPARE_BYTES_MAX + 2 * HC_BLOCK_BYTES);
    hc_log_put(log);
    log = open_cold(fixture);
    prepare(log, 0, hc_log_end(log));
    assert_true(hc_log_ready(log, 0, HC_PREPARE_BYTES_MAX));
    assert_false(hc_log_ready(log, 0, SIZE_MAX));
    hc_log_put(log);
}

/* ---- corrupt bodies ---- */

static int corrupt_events;

static void count_event(void *context, enum hc_log_level level, struct hc_slice line)
{
    (void)context;
    (void)level;
    corrupt_events += hc_slice_glob(HC_SLICE("*segment-corrupt*"), line);
}

static const char segment_name[] = "b1-p00000-000000.segment";

static void every_byte_of_bodies_and_instants_is_guarded(void **state)
{
    struct fixture *fixture = *state;
    struct hc_log *log = build_log(fixture, OPENS, HP_NONE, 12, 12);
    const struct hc_segment *segment = log->parts[0].segment;
    size_t instants = (size_t)((const char *)segment->visible - segment->map);
    size_t body = segment->body_bytes, records = segment->records;
    hc_log_put(log);
    struct hc_slice good = load_file(fixture->directory, segment_name);
    struct hc_slice manifest = load_file(fixture->directory, HC_MANIFEST_NAME);
    char *bad = malloc(good.size);
    hc_log_set_sink(count_event, NULL);
    corrupt_events = 0;
    int flips = 0;
    for (size_t i = 0; i < good.size; i++) {
        if (i >= body && (i < instants || i >= instants + 2 * records * sizeof(int64_t))) {
            continue; /* padding, index, footer: see test_corrupt.c */
        }
        int64_t next;
        memcpy(bad, good.data, good.size);
        bad[i] = (char)(bad[i] ^ 0x10);
        save_file(fixture->directory, segment_name, hc_slice_of(bad, good.size));
        save_file(fixture->directory, HC_MANIFEST_NAME, manifest); /* finding damage removes it */
        log = open_cold(fixture);
        assert_int_equal(result_at(fixture, log, 0, &next), HC_READ_NOT_READY);
        prepare(log, 0, 12);
        assert_int_equal(result_at(fixture, log, 0, &next), HC_READ_CORRUPT);
        assert_true(hc_log_ready(log, 0, 1)); /* asking again would not help */
        assert_true(hc_log_is_corrupt(log, &fixture->error));
        assert_non_null(strstr(fixture->error.text, segment_name));
        hc_log_put(log);
        flips++;
    }
    hc_log_set_sink(NULL, NULL);
    assert_true(flips > 1000);
    assert_int_equal(corrupt_events, flips);
    free(bad);
    free((void *)(uintptr_t)good.data);
    free((void *)(uintptr_t)manifest.data);
}

static void a_corrupt_block_spoils_only_itself(void **state)
{
    struct fixture *fixture = *state;
    hc_log_put(build_log(fixture, BARS, HP_NONE, 30000, 30000));
    struct hc_slice bytes = load_file(fixture->directory, segment_name);
    char *copy = malloc(bytes.size);
    memcpy(copy, bytes.data, bytes.size);
    copy[HC_BLOCK_BYTES + HC_BLOCK_BYTES / 2] ^= 1;
    save_file(fixture->directory, segment_name, hc_slice_of(copy, bytes.size));
    struct hc_log *log = open_cold(fixture);
    hc_log_set_sink(count_event, NULL);
    prepare(log, 0, 30000);
    hc_log_set_sink(NULL, NULL);
    int64_t next, behind;
    assert_int_equal(result_at(fixture, log, 0, &next), HC_READ_CHUNKS);
    assert_int_equal(result_at(fixture, log, next, &behind), HC_READ_CORRUPT);
    int64_t third = hc_log_offset_after_bytes(log, 0, 2 * HC_BLOCK_BYTES + HC_BLOCK_BYTES / 2);
    assert_int_equal(result_at(fixture, log, third, &behind), HC_READ_CHUNKS);
    assert_int_equal(behind, 30000);
    hc_log_put(log);
    struct hc_store_topic topic; /* the next start does not find it, and loads it again */
    assert_int_equal(hc_store_open(fixture->directory, &topic, &fixture->error), HC_NOT_FOUND);
    free(copy);
    free((void *)(uintptr_t)bytes.data);
}

/* ---- threads ---- */

struct shared {
    pthread_mutex_t mutex;
    struct hc_log *log; /* the newest snapshot; a reference */
};

static struct hc_log *take(struct shared *shared)
{
    pthread_mutex_lock(&shared->mutex);
    struct hc_log *log = hc_log_get(shared->log);
    pthread_mutex_unlock(&shared->mutex);
    return log;
}

/* Takes over the reference. */
static void give(struct shared *shared, struct hc_log *log)
{
    pthread_mutex_lock(&shared->mutex);
    struct hc_log *before = shared->log;
    shared->log = log;
    pthread_mutex_unlock(&shared->mutex);
    hc_log_put(before);
}

enum { ROUNDS = 30, STEP = 200 };

static void *read_until_complete(void *context)
{
    struct shared *shared = context;
    struct fixture fixture = {0};
    int64_t end = 0;
    hc_arena_init(&fixture.arena, 0);
    while (end < ROUNDS * STEP) {
        struct hc_log *log = take(shared);
        if (hc_log_end(log) > end) {
            struct hc_log_read what = {
                .offset = end,
                .end = hc_log_end(log),
                .bytes_max = 1 << 16,
                .at_least_one = true,
            };
            check_log(&fixture, log, BARS, what);
            end = what.end;
        }
        hc_log_put(log);
    }
    hc_arena_done(&fixture.arena);
    return NULL;
}

static void readers_follow_a_writer(void **state)
{
    struct fixture *fixture = *state;
    struct shared shared = {PTHREAD_MUTEX_INITIALIZER, hc_log_empty()};
    struct hc_store_writer *writer = new_writer(fixture, 1, HP_LZ4);
    pthread_t threads[2];
    for (size_t i = 0; i < HC_COUNT(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, read_until_complete, &shared), 0);
    }
    for (int i = 0; i < ROUNDS; i++) {
        struct hc_log *log;
        append_range(fixture, writer, BARS, 0, i * STEP, (i + 1) * STEP);
        CHECK_OK(hc_store_writer_publish(writer, &log, &fixture->error));
        give(&shared, log);
    }
    for (size_t i = 0; i < HC_COUNT(threads); i++) {
        pthread_join(threads[i], NULL);
    }
    hc_log_put(shared.log);
    hc_store_writer_free(writer);
}

static void *prepare_and_read(void *context)
{
    struct hc_log *log = context;
    struct fixture fixture = {0};
    hc_arena_init(&fixture.arena, 0);
    prepare(log, 0, hc_log_end(log));
    struct hc_log_read what = {.end = hc_log_end(log), .bytes_max = 1 << 18, .at_least_one = true};
    check_log(&fixture, log, BARS, what);
    hc_arena_done(&fixture.arena);
    return NULL;
}

static void several_workers_may_verify_the_same_blocks(void **state)
{
    struct fixture *fixture = *state;
    hc_log_put(build_log(fixture, BARS, HP_NONE, 20000, 20000));
    struct hc_log *log = open_cold(fixture);
    pthread_t threads[3];
    for (size_t i = 0; i < HC_COUNT(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, prepare_and_read, log), 0);
    }
    for (size_t i = 0; i < HC_COUNT(threads); i++) {
        pthread_join(threads[i], NULL);
    }
    hc_log_put(log);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_follows_is_read_ahead),
        TEST(a_cold_segment_is_prepared_block_by_block),
        TEST(one_request_prepares_a_bounded_range),
        TEST(every_byte_of_bodies_and_instants_is_guarded),
        TEST(a_corrupt_block_spoils_only_itself),
        TEST(readers_follow_a_writer),
        TEST(several_workers_may_verify_the_same_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
