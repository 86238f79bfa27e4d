/* A temporary data directory, a mailbox that the test empties itself, and short ways to commit. */
#ifndef HC_TEST_OFFSETS_FIXTURE_H
#define HC_TEST_OFFSETS_FIXTURE_H

#include "base/memory.h"
#include "offsets/db.h"
#include "offsets/offsets.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct hc_mailbox mailbox; /* first: see mailbox_post */
    pthread_mutex_t lock;
    pthread_cond_t arrived;
    struct hc_job *jobs;
    char directory[64];
    char file[96];
    struct hc_executor *executor;
    struct hc_offsets_db *db;
    struct hc_offsets *offsets;
    int fatal_calls;
    struct hc_error fatal;
    const char *vfs;
};

static void mailbox_post(struct hc_mailbox *mailbox, struct hc_job *job)
{
    struct fixture *f = (struct fixture *)(void *)mailbox;
    pthread_mutex_lock(&f->lock);
    assert_null(f->jobs); /* one database has one delivery */
    f->jobs = job;
    pthread_cond_signal(&f->arrived);
    pthread_mutex_unlock(&f->lock);
}

/* Runs what has been posted; with `wait`, first waits until something is. */
static inline void fixture_pump(struct fixture *f, bool wait)
{
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 60;
    pthread_mutex_lock(&f->lock);
    while (wait && !f->jobs) {
        assert_int_equal(pthread_cond_timedwait(&f->arrived, &f->lock, &deadline), 0);
    }
    struct hc_job *job = f->jobs;
    f->jobs = NULL;
    pthread_mutex_unlock(&f->lock);
    if (job) {
        job->run(job);
    }
}

static void fixture_fatal(void *context, const struct hc_error *error)
{
    struct fixture *f = context;
    f->fatal_calls++;
    f->fatal = *error;
}

static inline void fixture_init(struct fixture *f)
{
    *f = (struct fixture){.mailbox.post = mailbox_post, .executor = hc_executor_inline()};
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->arrived, NULL);
    strcpy(f->directory, "/tmp/hindcast-offsets-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    snprintf(f->file, sizeof f->file, "%s/offsets.db", f->directory);
}

static inline enum hc_status fixture_open_db(struct fixture *f, struct hc_error *error)
{
    struct hc_offsets_db_config config = {
        .directory = f->directory,
        .executor = f->executor,
        .mailbox = &f->mailbox,
        .fatal = fixture_fatal,
        .context = f,
        .vfs = f->vfs,
    };
    return hc_offsets_db_open(&config, &f->db, error);
}

static inline void fixture_open(struct fixture *f)
{
    struct hc_error error = {0};
    if (fixture_open_db(f, &error) != HC_OK ||
        hc_offsets_new(f->db, HC_SLICE("main"), &f->offsets, &error) != HC_OK) {
        fail_msg("%s", error.text);
    }
}

static inline void fixture_close(struct fixture *f)
{
    if (f->db) {
        hc_offsets_db_flush(f->db);
    }
    hc_offsets_free(f->offsets);
    hc_offsets_db_close(f->db);
    f->jobs = NULL;
    f->offsets = NULL;
    f->db = NULL;
}

static inline void fixture_done(struct fixture *f)
{
    fixture_close(f);
    static const char *const names[] = {"offsets.db", "offsets.db-wal", "offsets.db-shm", "lock"};
    for (size_t i = 0; i < HC_COUNT(names); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", f->directory, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(f->directory), 0);
    pthread_mutex_destroy(&f->lock);
    pthread_cond_destroy(&f->arrived);
}

/* ---- commits ---- */

struct pending {
    struct hc_offsets_batch batch;
    int told;
};

static void pending_done(struct hc_offsets_batch *batch)
{
    ((struct pending *)batch->user)->told++;
}

static inline enum hc_status apply_async(struct fixture *f, struct pending *pending,
                                         const struct hc_offsets_change *changes, size_t count)
{
    *pending = (struct pending){
        .batch = {.changes = changes, .count = count, .done = pending_done, .user = pending}};
    return hc_offsets_apply(f->offsets, &pending->batch);
}

/* Applies and waits until it has ended. */
static inline enum hc_status apply(struct fixture *f, const struct hc_offsets_change *changes,
                                   size_t count)
{
    struct pending pending;
    enum hc_status status = apply_async(f, &pending, changes, count);
    while (status == HC_AGAIN && !pending.told) {
        fixture_pump(f, true);
    }
    assert_int_equal(pending.told, status == HC_AGAIN);
    return pending.batch.status;
}

static inline struct hc_offsets_change commit_of(const char *group, const char *topic,
                                                 int32_t partition, int64_t offset)
{
    return (struct hc_offsets_change){
        .kind = HC_CHANGE_COMMIT,
        .group = hc_slice_str(group),
        .topic = hc_slice_str(topic),
        .partition = partition,
        .position = {.offset = offset,
                     .leader_epoch = 3,
                     .commit_ms = 77,
                     .metadata = HC_SLICE("note")},
    };
}

static inline enum hc_status commit(struct fixture *f, const char *group, const char *topic,
                                    int32_t partition, int64_t offset)
{
    struct hc_offsets_change change = commit_of(group, topic, partition, offset);
    return apply(f, &change, 1);
}

/* The committed offset, or -1. */
static inline int64_t committed(struct fixture *f, const char *group, const char *topic,
                                int32_t partition)
{
    struct hc_offset_position position;
    return hc_offsets_get(f->offsets, hc_slice_str(group), hc_slice_str(topic), partition,
                          &position)
               ? position.offset
               : -1;
}

static inline bool add_topic(struct fixture *f, const char *topic, const char *identity,
                             const char *settings, char **ret_before)
{
    bool changed = hc_offsets_add_topic(f->offsets, hc_slice_str(topic), hc_slice_str(identity),
                                        hc_slice_str(settings), ret_before);
    while (f->jobs) {
        fixture_pump(f, false);
    }
    return changed;
}

#endif
