/* An ingest over fake sources, with a mailbox that the test empties and a listener that remembers.
 */
#ifndef HC_TEST_INGEST_FIXTURE_H
#define HC_TEST_INGEST_FIXTURE_H

#include "base/log.h"
#include "ingest/ingest.h"
#include "protocol/records.h"
#include "unit/ingest/fake_source.h"

#include <dirent.h>
#include <ftw.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

struct test_mailbox {
    struct hc_mailbox base;
    pthread_mutex_t lock;
    pthread_cond_t arrived;
    struct hc_job *jobs[64];
    size_t count;
};

/* One process's view: an ingest and what its listener was told. */
struct world {
    struct test_mailbox mailbox;
    struct hc_ingest_config config;
    struct hc_topic_spec specs[FAKE_COUNT];
    struct hc_ingest *ingest;
    struct hc_topic_log *const *topics;
    size_t topic_count;
    int topics_calls, advanced_calls, complete_calls, failed_calls;
    int64_t edges[512]; /* of the first topic, call by call */
    int64_t ends[512];
    int64_t other_edge;    /* of the second topic, when the first was complete */
    uint8_t announced[32]; /* identity of the first topic when it was announced */
    struct hc_error error;
};

static char cache[64];

static void world_post(struct hc_mailbox *base, struct hc_job *job)
{
    struct test_mailbox *mailbox = (struct test_mailbox *)base;
    pthread_mutex_lock(&mailbox->lock);
    assert_true(mailbox->count < HC_COUNT(mailbox->jobs));
    mailbox->jobs[mailbox->count++] = job;
    pthread_cond_signal(&mailbox->arrived);
    pthread_mutex_unlock(&mailbox->lock);
}

/* Runs the next job of the mailbox; waits for one when `wait`. False when there is none. */
static inline bool world_pump(struct world *world, bool wait)
{
    struct test_mailbox *mailbox = &world->mailbox;
    pthread_mutex_lock(&mailbox->lock);
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 60;
    while (wait && mailbox->count == 0) {
        assert_int_equal(pthread_cond_timedwait(&mailbox->arrived, &mailbox->lock, &deadline), 0);
    }
    struct hc_job *job = mailbox->count ? mailbox->jobs[0] : NULL;
    if (job) {
        mailbox->count--;
        memmove(mailbox->jobs, mailbox->jobs + 1, mailbox->count * sizeof *mailbox->jobs);
    }
    pthread_mutex_unlock(&mailbox->lock);
    if (job) {
        job->run(job);
    }
    return job != NULL;
}

static void on_topics(void *context, struct hc_topic_log *const *topics, size_t count)
{
    struct world *world = context;
    world->topics = topics;
    world->topic_count = count;
    world->topics_calls++;
    if (count > 0) {
        memcpy(world->announced, topics[0]->identity, sizeof world->announced);
    }
}

static void on_advanced(void *context, struct hc_topic_log *topic)
{
    struct world *world = context;
    assert_int_equal(world->topics_calls, 1);
    if (topic == world->topics[0] && topic->edge_ms == HC_NEVER && world->topic_count > 1) {
        world->other_edge = world->topics[1]->edge_ms;
    }
    if (topic == world->topics[0] && world->advanced_calls < (int)HC_COUNT(world->edges)) {
        world->edges[world->advanced_calls] = topic->edge_ms;
        world->ends[world->advanced_calls++] = hc_log_end(topic->logs[0]);
    }
}

static void on_failed(void *context, const struct hc_error *error)
{
    struct world *world = context;
    world->failed_calls++;
    world->error = *error;
}

static void on_complete(void *context)
{
    ((struct world *)context)->complete_calls++;
}

static inline void world_init(struct world *world, size_t spec_count)
{
    static const char *const sources[] = {"fake:0", "fake:1", "fake:2", "fake:3"};
    static const char *const names[] = {"first", "second", "third", "fourth"};
    *world = (struct world){
        .mailbox = {.base = {world_post}},
        .config = {.spec_count = spec_count,
                   .cache_dir = cache,
                   .executor = hc_executor_inline(),
                   .open_source = fake_open,
                   .listener = {.topics = on_topics,
                                .advanced = on_advanced,
                                .failed = on_failed,
                                .complete = on_complete}},
    };
    pthread_mutex_init(&world->mailbox.lock, NULL);
    pthread_cond_init(&world->mailbox.arrived, NULL);
    world->config.specs = world->specs;
    world->config.mailbox = &world->mailbox.base;
    world->config.listener.context = world;
    for (size_t i = 0; i < spec_count; i++) {
        hc_topic_spec_init(&world->specs[i]);
        world->specs[i].topic = hc_slice_str(names[i]);
        world->specs[i].source = hc_slice_str(sources[i]);
    }
}

/* A mailbox that lets the listener see every publish, on the loading thread. */
static inline void post_at_once(struct hc_mailbox *mailbox, struct hc_job *job)
{
    (void)mailbox;
    job->run(job);
}

static inline void world_start(struct world *world)
{
    world->ingest = hc_ingest_start(&world->config);
}

/* Until everything is loaded or has failed. */
static inline void world_run(struct world *world)
{
    world_start(world);
    while (!world->complete_calls && !world->failed_calls) {
        world_pump(world, true);
    }
}

static inline void world_done(struct world *world)
{
    hc_ingest_free(world->ingest);
    while (world_pump(world, false)) {
    }
    pthread_cond_destroy(&world->mailbox.arrived);
    pthread_mutex_destroy(&world->mailbox.lock);
}

/* ---- looking at logs ---- */

static inline void post_nowhere(struct hc_mailbox *mailbox, struct hc_job *job)
{
    (void)mailbox;
    (void)job;
}

static inline void run_nothing(struct hc_job *job)
{
    (void)job;
}

/* Appends "visible timestamp key=value\n" for each record. */
static inline void print_log(struct hc_log *log, struct hc_buffer *out)
{
    int64_t end = hc_log_end(log);
    struct hc_log_reader *reader = hc_log_reader_new(1 << 20);
    struct hc_arena arena;
    hc_arena_init(&arena, 0);
    for (int64_t offset = 0; offset < end;) {
        struct hc_log_read what = {
            .offset = offset, .end = end, .bytes_max = 1 << 20, .at_least_one = true};
        struct hc_chunk chunks[16];
        size_t count, bytes;
        int64_t next = offset;
        enum hc_read_result result =
            hc_log_read(reader, log, &what, &arena, chunks, 16, &count, &bytes, &next);
        if (result == HC_READ_NOT_READY) {
            struct hc_mailbox nobody = {post_nowhere};
            struct hc_job done = {.run = run_nothing};
            hc_log_prepare(log, offset, end, hc_executor_inline(), &nobody, &done);
            continue;
        }
        assert_int_equal(result, HC_READ_CHUNKS);
        struct hc_buffer joined = {0};
        for (size_t i = 0; i < count; i++) {
            hc_buffer_append(&joined, chunks[i].data, chunks[i].size);
            hc_chunk_release(&chunks[i]);
        }
        struct hc_slice rest = hc_buffer_slice(&joined);
        struct hp_batch batch;
        while (hp_batch_read(rest, true, &batch) == HC_OK) {
            struct hp_record_reader records;
            struct hp_record record;
            hp_record_reader_init(&records, &batch, batch.records, NULL, 0);
            while (hp_record_next(&records, &record) == HC_OK) {
                assert_int_equal(record.offset, offset);
                hc_buffer_printf(out, "%" PRId64 " %" PRId64 " " HC_SLICE_FMT "=" HC_SLICE_FMT "\n",
                                 hc_log_visible_ms(log, offset), record.timestamp_ms,
                                 HC_SLICE_ARG(record.key), HC_SLICE_ARG(record.value));
                offset++;
            }
            rest = hc_slice_of(rest.data + batch.size, rest.size - batch.size);
        }
        assert_int_equal(offset, next);
        hc_buffer_done(&joined);
    }
    hc_arena_done(&arena);
    hc_log_reader_free(reader);
}

/* The records of a partition as text, in place of what `out` held. */
static inline void log_text(struct world *world, size_t topic, int32_t partition,
                            struct hc_buffer *out)
{
    hc_buffer_clear(out);
    print_log(world->topics[topic]->logs[partition], out);
}

/* ---- the cache directory ---- */

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static int cache_setup(void **state)
{
    (void)state;
    snprintf(cache, sizeof cache, "/tmp/hindcast-ingest-XXXXXX");
    hc_log_configure(HC_LOG_ERROR, HC_LOG_TEXT);
    return mkdtemp(cache) ? 0 : -1;
}

static int cache_teardown(void **state)
{
    (void)state;
    fake_free();
    return nftw(cache, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Entries of CACHE/name other than "." and "..". */
static inline size_t count_entries(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", cache, name);
    DIR *directory = opendir(path);
    assert_non_null(directory);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        count += entry->d_name[0] != '.';
    }
    closedir(directory);
    return count;
}

#endif
