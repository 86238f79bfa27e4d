/* Locks between builders, users and evictors; eviction. */
#include "store/directory.h"
#include "store/evict.h"
#include "store/lock.h"
#include "unit/store/fixture.h"

#include <fcntl.h>

static void one_builder_at_a_time(void **state)
{
    struct fixture *fixture = *state;
    struct hc_store_lock *one, *two;
    CHECK_OK(hc_store_lock_build(fixture->directory, &one, &fixture->error));
    assert_int_equal(hc_store_lock_build(fixture->directory, &two, &fixture->error), HC_LOCKED);
    char holder[64];
    snprintf(holder, sizeof holder, "process %ld", (long)getpid());
    assert_non_null(strstr(fixture->error.text, holder));
    assert_non_null(strstr(fixture->error.text, fixture->directory));
    hc_store_unlock(one);
    CHECK_OK(hc_store_lock_build(fixture->directory, &two, &fixture->error));
    hc_store_unlock(two);
    assert_int_equal(hc_store_lock_build("/nonexistent/topic", &two, &fixture->error),
                     HC_NOT_FOUND);
}

static void users_share_and_keep_evictors_away(void **state)
{
    struct fixture *fixture = *state;
    struct hc_store_lock *one, *two, *builder, *all;
    CHECK_OK(hc_store_lock_use(fixture->directory, &one, &fixture->error));
    CHECK_OK(hc_store_lock_use(fixture->directory, &two, &fixture->error));
    CHECK_OK(hc_store_lock_build(fixture->directory, &builder, &fixture->error));
    assert_int_equal(hc_store_lock_all(fixture->directory, &all, &fixture->error), HC_LOCKED);
    hc_store_unlock(one);
    hc_store_unlock(two);
    assert_int_equal(hc_store_lock_all(fixture->directory, &all, &fixture->error), HC_LOCKED);
    hc_store_unlock(builder);
    CHECK_OK(hc_store_lock_all(fixture->directory, &all, &fixture->error));
    assert_int_equal(hc_store_lock_use(fixture->directory, &one, &fixture->error), HC_LOCKED);
    hc_store_unlock(all);
    hc_store_unlock(NULL);
}

/* ---- eviction ---- */

static void add_topic(struct fixture *fixture, const char *name, int64_t records, time_t used)
{
    struct fixture inner = {0};
    snprintf(inner.directory, sizeof inner.directory, "%.200s/%s", fixture->directory, name);
    assert_int_equal(mkdir(inner.directory, 0755), 0);
    struct hc_store_lock *lock;
    CHECK_OK(hc_store_lock_use(inner.directory, &lock, &fixture->error));
    hc_store_unlock(lock);
    hc_log_put(build_log(&inner, BARS, HP_NONE, records, records));
    char path[2 * TEXT_BYTES];
    snprintf(path, sizeof path, "%s/%s", inner.directory, HC_USE_LOCK_NAME);
    const struct timespec times[2] = {{.tv_sec = used}, {.tv_sec = used}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static bool exists(struct fixture *fixture, const char *name)
{
    char path[2 * TEXT_BYTES];
    snprintf(path, sizeof path, "%s/%s", fixture->directory, name);
    return access(path, F_OK) == 0;
}

static uint64_t bytes_of_cache(struct fixture *fixture)
{
    struct hc_evict_result result;
    CHECK_OK(hc_store_evict(fixture->directory, 0, &result, &fixture->error));
    assert_int_equal(result.removed, 0);
    assert_int_equal(result.bytes_after, result.bytes_before);
    return result.bytes_before;
}

static void the_least_recently_used_topic_goes_first(void **state)
{
    struct fixture *fixture = *state;
    struct hc_evict_result result;
    add_topic(fixture, "new", 100, 3000);
    add_topic(fixture, "old", 100, 1000);
    add_topic(fixture, "middle", 100, 2000);
    uint64_t all = bytes_of_cache(fixture);
    CHECK_OK(hc_store_evict(fixture->directory, all, &result, &fixture->error));
    assert_int_equal(result.removed, 0);
    CHECK_OK(hc_store_evict(fixture->directory, all - 1, &result, &fixture->error));
    assert_int_equal(result.removed, 1);
    assert_false(exists(fixture, "old"));
    assert_int_equal(result.bytes_after, bytes_of_cache(fixture));
    CHECK_OK(hc_store_evict(fixture->directory, 1, &result, &fixture->error));
    assert_int_equal(result.removed, 2);
    assert_int_equal(result.bytes_after, 0);
    assert_int_equal(hc_store_evict("/nonexistent", 1, &result, &fixture->error), HC_NOT_FOUND);
}

static void using_a_topic_makes_it_the_newest(void **state)
{
    struct fixture *fixture = *state;
    struct hc_evict_result result;
    struct hc_store_lock *lock;
    char path[2 * TEXT_BYTES];
    add_topic(fixture, "old", 100, 1000);
    add_topic(fixture, "new", 100, 3000);
    snprintf(path, sizeof path, "%s/old", fixture->directory);
    CHECK_OK(hc_store_lock_use(path, &lock, &fixture->error));
    hc_store_unlock(lock);
    CHECK_OK(
        hc_store_evict(fixture->directory, bytes_of_cache(fixture) - 1, &result, &fixture->error));
    assert_true(exists(fixture, "old"));
    assert_false(exists(fixture, "new"));
}

static void topics_in_use_and_foreign_things_stay(void **state)
{
    struct fixture *fixture = *state;
    struct hc_evict_result result;
    struct hc_store_lock *use, *build;
    char path[2 * TEXT_BYTES];
    add_topic(fixture, "used", 100, 1000);
    add_topic(fixture, "building", 100, 1001);
    add_topic(fixture, "guest", 100, 1002);
    snprintf(path, sizeof path, "%s/used", fixture->directory);
    CHECK_OK(hc_store_lock_use(path, &use, &fixture->error));
    snprintf(path, sizeof path, "%s/building", fixture->directory);
    CHECK_OK(hc_store_lock_build(path, &build, &fixture->error));
    snprintf(path, sizeof path, "%s/foreign", fixture->directory);
    assert_int_equal(mkdir(path, 0755), 0);
    save_file(path, "precious.txt", HC_SLICE("not ours"));
    snprintf(path, sizeof path, "%s/guest", fixture->directory);
    save_file(path, "precious.txt", HC_SLICE("not ours"));
    CHECK_OK(hc_store_evict(fixture->directory, 1, &result, &fixture->error));
    assert_int_equal(result.removed, 1);
    assert_true(exists(fixture, "used/manifest"));
    assert_true(exists(fixture, "building/manifest"));
    assert_true(exists(fixture, "foreign/precious.txt"));
    assert_true(exists(fixture, "guest/precious.txt"));
    assert_false(exists(fixture, "guest/manifest"));
    hc_store_unlock(use);
    hc_store_unlock(build);
}

static void an_evicted_topic_is_still_served_to_whoever_mapped_it(void **state)
{
    struct fixture *fixture = *state;
    struct hc_evict_result result;
    struct hc_store_topic topic;
    char path[2 * TEXT_BYTES];
    add_topic(fixture, "topic", 100, 1000);
    snprintf(path, sizeof path, "%s/topic", fixture->directory);
    CHECK_OK(hc_store_open(path, &topic, &fixture->error));
    CHECK_OK(hc_store_evict(fixture->directory, 1, &result, &fixture->error));
    assert_int_equal(result.removed, 1);
    for (int64_t i = 0; i < 100; i++) {
        assert_int_equal(hc_log_visible_ms(topic.logs[0], i), 60000 * (i / 3));
    }
    hc_store_topic_done(&topic);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_builder_at_a_time),
        TEST(users_share_and_keep_evictors_away),
        TEST(the_least_recently_used_topic_goes_first),
        TEST(using_a_topic_makes_it_the_newest),
        TEST(topics_in_use_and_foreign_things_stay),
        TEST(an_evicted_topic_is_still_served_to_whoever_mapped_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
