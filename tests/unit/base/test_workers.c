/* The worker pool and the metrics that workers touch. */
#include "base/executor.h"
#include "base/metric.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { JOBS = 1000 };

struct counted {
    struct hc_job job;
    struct tally *tally;
};

struct tally {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int done;
    struct hc_metric *metric;
};

static void count(struct hc_job *job)
{
    struct tally *tally = HC_CONTAINER(job, struct counted, job)->tally;
    hc_metric_add(tally->metric, 2);
    pthread_mutex_lock(&tally->lock);
    tally->done++;
    pthread_cond_signal(&tally->changed);
    pthread_mutex_unlock(&tally->lock);
}

static void every_job_runs_once(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    struct hc_metric_registry *registry = hc_metric_registry_new();
    struct hc_metric_family *family =
        hc_metric_family(registry, HC_COUNTER, "jobs_total", "Jobs.", none);
    struct tally tally = {.lock = PTHREAD_MUTEX_INITIALIZER,
                          .changed = PTHREAD_COND_INITIALIZER,
                          .metric = hc_metric_series(family, NULL)};
    struct hc_executor *pool = hc_worker_pool_new((const int[]){3, 1});
    static struct counted jobs[JOBS];
    for (int i = 0; i < JOBS; i++) {
        jobs[i] = (struct counted){.job = {.run = count}, .tally = &tally};
        pool->submit(pool, i % 7 ? HC_LANE_SHORT : HC_LANE_LOAD, &jobs[i].job);
    }
    pthread_mutex_lock(&tally.lock);
    while (tally.done < JOBS) {
        pthread_cond_wait(&tally.changed, &tally.lock);
    }
    pthread_mutex_unlock(&tally.lock);
    hc_worker_pool_free(pool);
    assert_int_equal(hc_metric_count(tally.metric), 2 * JOBS);
    hc_metric_registry_free(registry);
}

static void metrics_print_as_prometheus_text(void **state)
{
    (void)state;
    static const char *const labels[] = {"session", NULL};
    struct hc_metric_registry *registry = hc_metric_registry_new();
    struct hc_metric_family *gauge =
        hc_metric_family(registry, HC_GAUGE, "speed", "Speed.", labels);
    struct hc_slice odd = HC_SLICE("a\"b\\c\nd"), main_name = HC_SLICE("main");
    hc_metric_set(hc_metric_series(gauge, &odd), 1.5);
    hc_metric_set(hc_metric_series(gauge, &main_name), 60);
    struct hc_metric_family *histogram =
        hc_metric_family(registry, HC_HISTOGRAM, "lateness_seconds", "Lateness.", labels);
    hc_metric_observe_ns(hc_metric_series(histogram, &main_name), 1500);
    hc_metric_observe_ns(hc_metric_series(histogram, &main_name), INT64_MAX);
    hc_metric_drop(gauge, main_name);
    struct hc_buffer out = {0};
    hc_metric_print(registry, &out);
    const char *text = hc_buffer_str(&out);
    assert_non_null(strstr(text, "# TYPE speed gauge\nspeed{session=\"a\\\"b\\\\c\\nd\"} 1.5\n"));
    assert_null(strstr(text, "speed{session=\"main\"}"));
    assert_non_null(strstr(text, "lateness_seconds_bucket{session=\"main\",le=\"2e-06\"} 1\n"));
    assert_non_null(strstr(text, "lateness_seconds_bucket{session=\"main\",le=\"+Inf\"} 2\n"));
    assert_non_null(strstr(text, "lateness_seconds_count{session=\"main\"} 2\n"));
    hc_buffer_done(&out);
    hc_metric_registry_free(registry);
}

static void labels_without_bound_end_in_other(void **state)
{
    (void)state;
    static const char *const labels[] = {"client", NULL};
    struct hc_metric_registry *registry = hc_metric_registry_new();
    struct hc_metric_family *family =
        hc_metric_family(registry, HC_COUNTER, "by_client_total", "By client.", labels);
    struct hc_metric *last = NULL;
    for (int i = 0; i < HC_METRIC_SERIES_MAX + 50; i++) {
        char name[16];
        struct hc_slice value = hc_slice_of(name, (size_t)snprintf(name, sizeof name, "c%d", i));
        last = hc_metric_series(family, &value);
        hc_metric_add(last, 1);
    }
    assert_int_equal(hc_metric_count(last), 50);
    hc_metric_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_runs_once),
        cmocka_unit_test(metrics_print_as_prometheus_text),
        cmocka_unit_test(labels_without_bound_end_in_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
