#include "base/executor.h"

#include "base/memory.h"

#include <pthread.h>
#include <stdlib.h>

struct lane {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct hc_job *first;
    struct hc_job **last;
    bool stopping;
};

struct worker_pool {
    struct hc_executor executor;
    struct lane lanes[HC_LANE_COUNT];
    pthread_t *threads;
    size_t thread_count;
};

static struct hc_job *take_job(struct lane *lane)
{
    pthread_mutex_lock(&lane->lock);
    while (!lane->first && !lane->stopping) {
        pthread_cond_wait(&lane->wake, &lane->lock);
    }
    struct hc_job *job = lane->stopping ? NULL : lane->first;
    if (job) {
        lane->first = job->_next;
        if (!lane->first) {
            lane->last = &lane->first;
        }
    }
    pthread_mutex_unlock(&lane->lock);
    return job;
}

static void *run_lane(void *argument)
{
    struct lane *lane = argument;
    for (struct hc_job *job = take_job(lane); job; job = take_job(lane)) {
        job->run(job);
    }
    return NULL;
}

static void pool_submit(struct hc_executor *executor, enum hc_lane which, struct hc_job *job)
{
    struct worker_pool *pool = HC_CONTAINER(executor, struct worker_pool, executor);
    struct lane *lane = &pool->lanes[which];
    job->_next = NULL;
    pthread_mutex_lock(&lane->lock);
    *lane->last = job;
    lane->last = &job->_next;
    pthread_cond_signal(&lane->wake);
    pthread_mutex_unlock(&lane->lock);
}

struct hc_executor *hc_worker_pool_new(const int counts[HC_LANE_COUNT])
{
    struct worker_pool *pool = hc_alloc(sizeof *pool);
    pool->executor.submit = pool_submit;
    size_t total = 0;
    for (int i = 0; i < HC_LANE_COUNT; i++) {
        HC_ASSERT(counts[i] > 0 && counts[i] <= 64);
        total += (size_t)counts[i];
    }
    pool->threads = hc_alloc_array(total, sizeof *pool->threads);
    for (int i = 0; i < HC_LANE_COUNT; i++) {
        struct lane *lane = &pool->lanes[i];
        pthread_mutex_init(&lane->lock, NULL);
        pthread_cond_init(&lane->wake, NULL);
        lane->last = &lane->first;
        for (int t = 0; t < counts[i]; t++) {
            int failed = pthread_create(&pool->threads[pool->thread_count++], NULL, run_lane, lane);
            HC_ASSERT(failed == 0);
        }
    }
    return &pool->executor;
}

void hc_worker_pool_free(struct hc_executor *executor)
{
    if (!executor) {
        return;
    }
    struct worker_pool *pool = HC_CONTAINER(executor, struct worker_pool, executor);
    for (int i = 0; i < HC_LANE_COUNT; i++) {
        pthread_mutex_lock(&pool->lanes[i].lock);
        pool->lanes[i].stopping = true;
        pthread_cond_broadcast(&pool->lanes[i].wake);
        pthread_mutex_unlock(&pool->lanes[i].lock);
    }
    for (size_t i = 0; i < pool->thread_count; i++) {
        pthread_join(pool->threads[i], NULL);
    }
    for (int i = 0; i < HC_LANE_COUNT; i++) {
        pthread_mutex_destroy(&pool->lanes[i].lock);
        pthread_cond_destroy(&pool->lanes[i].wake);
    }
    free(pool->threads);
    free(pool);
}

static void inline_submit(struct hc_executor *executor, enum hc_lane lane, struct hc_job *job)
{
    (void)executor;
    (void)lane;
    job->run(job);
}

struct hc_executor *hc_executor_inline(void)
{
    static struct hc_executor executor = {.submit = inline_submit};
    return &executor;
}
