#include "cli/progress.h"

#include "base/memory.h"
#include "net/loop.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define DRAW_NS (200 * HC_NS_PER_MS)

struct hc_progress {
    const struct hc_load_control *control;
    char what[64];
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stopped;
    bool stop; /* under the lock */
    int64_t started_ns;
};

static void draw(const struct hc_progress *progress, int64_t now_ns)
{
    long long done = atomic_load(&progress->control->bytes_done);
    long long total = atomic_load(&progress->control->bytes_total);
    long long rows = atomic_load(&progress->control->rows_done);
    double seconds = (double)(now_ns - progress->started_ns) / (double)HC_NS_PER_S;
    double rate = seconds > 0 ? (double)rows / seconds : 0;
    fprintf(stderr, "\r\033[K%s: %lld rows, %.0f rows/s", progress->what, rows, rate);
    if (total > 0 && done > 0) {
        double part = done < total ? (double)done / (double)total : 1;
        fprintf(stderr, ", %.0f %%", part * 100);
        if (part > 0.01 && part < 1) {
            fprintf(stderr, " of this pass, %.0f s left", seconds / part - seconds);
        }
    }
    fflush(stderr);
}

static void *run(void *argument)
{
    struct hc_progress *progress = argument;
    pthread_mutex_lock(&progress->lock);
    while (!progress->stop) {
        int64_t now_ns = hc_now_read().mono_ns;
        int64_t then = now_ns + DRAW_NS;
        draw(progress, now_ns);
        struct timespec until = {.tv_sec = (time_t)(then / HC_NS_PER_S),
                                 .tv_nsec = (long)(then % HC_NS_PER_S)};
        pthread_cond_timedwait(&progress->stopped, &progress->lock, &until);
    }
    pthread_mutex_unlock(&progress->lock);
    return NULL;
}

struct hc_progress *hc_progress_start(const struct hc_load_control *control, struct hc_slice what)
{
    HC_ASSERT(control != NULL);
    if (!isatty(STDERR_FILENO)) {
        return NULL;
    }
    struct hc_progress *progress = hc_alloc(sizeof *progress);
    progress->control = control;
    progress->started_ns = hc_now_read().mono_ns;
    hc_slice_to_str(what, progress->what, sizeof progress->what);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&progress->stopped, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&progress->lock, NULL);
    HC_ASSERT(pthread_create(&progress->thread, NULL, run, progress) == 0);
    return progress;
}

void hc_progress_stop(struct hc_progress *progress)
{
    if (!progress) {
        return;
    }
    pthread_mutex_lock(&progress->lock);
    progress->stop = true;
    pthread_cond_signal(&progress->stopped);
    pthread_mutex_unlock(&progress->lock);
    pthread_join(progress->thread, NULL);
    fputs("\r\033[K", stderr);
    pthread_cond_destroy(&progress->stopped);
    pthread_mutex_destroy(&progress->lock);
    free(progress);
}
