/* The external sorter against qsort, with so little memory that it takes several passes. */
#include "ingest/sorter.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROWS = 20000 };

static char directory[] = "/tmp/hindcast-sorter-XXXXXX";

static int make_directory(void **state)
{
    (void)state;
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
    (void)state;
    return rmdir(directory); /* fails when the sorter left a file */
}

static struct hc_load_row *random_rows(uint64_t seed, size_t count)
{
    static const char bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz";
    struct hc_load_row *rows = hc_alloc_array(count, sizeof *rows);
    struct hc_random random;
    hc_random_seed(&random, seed);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct hc_load_row){
            .visible_ns = (int64_t)hc_random_below(&random, 300) - 100,
            .open_ns = (int64_t)i,
            .timestamp_ms = (int64_t)hc_random_next(&random),
            .line = hc_random_below(&random, 50),
            .file = (uint32_t)hc_random_below(&random, 3),
            .stream = (uint32_t)hc_random_below(&random, 9),
            .topic = (uint32_t)hc_random_below(&random, 2),
            .partition = (int32_t)hc_random_below(&random, 5),
            .key = {bytes + hc_random_below(&random, 3), hc_random_below(&random, 4)},
            .value = {bytes + hc_random_below(&random, 8), hc_random_below(&random, 50)},
        };
        if (hc_random_below(&random, 10) == 0) {
            rows[i].key = HC_SLICE_NULL;
        }
    }
    return rows;
}

/* open_ns is the order of adding: what is equal keeps it. */
static int compare_rows(const void *left, const void *right)
{
    const struct hc_load_row *a = left, *b = right;
    int order = hc_load_row_compare(a, b);
    return order != 0 ? order : (a->open_ns > b->open_ns) - (a->open_ns < b->open_ns);
}

static void assert_same_row(const struct hc_load_row *a, const struct hc_load_row *b)
{
    assert_int_equal(a->visible_ns, b->visible_ns);
    assert_int_equal(a->open_ns, b->open_ns);
    assert_int_equal(a->timestamp_ms, b->timestamp_ms);
    assert_int_equal(a->line, b->line);
    assert_int_equal(a->file, b->file);
    assert_int_equal(a->stream, b->stream);
    assert_int_equal(a->topic, b->topic);
    assert_int_equal(a->partition, b->partition);
    assert_int_equal(hc_slice_is_null(a->key), hc_slice_is_null(b->key));
    assert_true(hc_slice_equal(a->key, b->key));
    assert_true(hc_slice_equal(a->value, b->value));
}

static void sort_and_compare(struct hc_sorter *sorter, uint64_t seed, size_t count)
{
    struct hc_error error = {0};
    struct hc_load_row *rows = random_rows(seed, count), row;
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(hc_sorter_add(sorter, &rows[i], &error), HC_OK);
    }
    assert_int_equal(hc_sorter_count(sorter), count);
    assert_int_equal(hc_sorter_sort(sorter, &error), HC_OK);
    qsort(rows, count, sizeof *rows, compare_rows);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(hc_sorter_next(sorter, &row, &error), HC_OK);
        assert_same_row(&row, &rows[i]);
    }
    assert_int_equal(hc_sorter_next(sorter, &row, &error), HC_END);
    assert_int_equal(hc_sorter_next(sorter, &row, &error), HC_END);
    free(rows);
}

static void in_memory(void **state)
{
    (void)state;
    struct hc_sorter *sorter = hc_sorter_new("/nowhere", HC_SORTER_MEMORY, NULL);
    for (uint64_t seed = 1; seed <= 5; seed++) {
        sort_and_compare(sorter, seed, seed == 1 ? 0 : ROWS / 4);
        assert_int_equal(hc_sorter_passes(sorter), 0);
        hc_sorter_reset(sorter);
    }
    hc_sorter_free(sorter);
}

static void in_several_passes(void **state)
{
    (void)state;
    struct hc_sorter *sorter = hc_sorter_new(directory, HC_SORTER_MEMORY_MIN, NULL);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        sort_and_compare(sorter, seed, ROWS);
        assert_in_range(hc_sorter_passes(sorter), 2, 10);
        hc_sorter_reset(sorter);
    }
    sort_and_compare(sorter, 9, 10); /* and back in memory */
    assert_int_equal(hc_sorter_passes(sorter), 0);
    hc_sorter_free(sorter);
}

static void with_one_merge(void **state)
{
    (void)state;
    struct hc_sorter *sorter = hc_sorter_new(directory, 256 * 1024, NULL);
    sort_and_compare(sorter, 4, ROWS);
    assert_int_equal(hc_sorter_passes(sorter), 1);
    hc_sorter_free(sorter);
}

static void rows_larger_than_a_share_of_memory_are_refused(void **state)
{
    (void)state;
    static char large[HC_SORTER_MEMORY_MIN];
    struct hc_sorter *sorter = hc_sorter_new(directory, HC_SORTER_MEMORY_MIN, NULL);
    struct hc_error error = {0};
    struct hc_load_row row = {.value = {large, HC_SORTER_MEMORY_MIN / 8}};
    assert_int_equal(hc_sorter_add(sorter, &row, &error), HC_LIMIT);
    hc_sorter_free(sorter);
}

static void a_missing_directory_is_named(void **state)
{
    (void)state;
    struct hc_sorter *sorter = hc_sorter_new("/nowhere/at/all", HC_SORTER_MEMORY_MIN, NULL);
    struct hc_error error = {0};
    struct hc_load_row row = {.value = HC_SLICE("0123456789012345678901234567890123456789")};
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < ROWS && status == HC_OK; i++) {
        status = hc_sorter_add(sorter, &row, &error);
    }
    assert_int_equal(status, HC_NOT_FOUND);
    assert_non_null(strstr(error.text, "/nowhere/at/all"));
    hc_sorter_free(sorter);
}

static void sorting_can_be_cancelled(void **state)
{
    (void)state;
    atomic_bool cancel;
    atomic_init(&cancel, false);
    struct hc_sorter *sorter = hc_sorter_new(directory, HC_SORTER_MEMORY_MIN, &cancel);
    struct hc_error error = {0};
    struct hc_load_row *rows = random_rows(1, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        assert_int_equal(hc_sorter_add(sorter, &rows[i], &error), HC_OK);
    }
    atomic_store(&cancel, true);
    assert_int_equal(hc_sorter_sort(sorter, &error), HC_CANCELLED);
    hc_sorter_free(sorter);
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_memory),
        cmocka_unit_test(in_several_passes),
        cmocka_unit_test(with_one_merge),
        cmocka_unit_test(rows_larger_than_a_share_of_memory_are_refused),
        cmocka_unit_test(a_missing_directory_is_named),
        cmocka_unit_test(sorting_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
