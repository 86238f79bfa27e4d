/* Map, heap, list, arena and buffer against simple models. */
#include "base/arena.h"
#include "base/buffer.h"
#include "base/heap.h"
#include "base/map.h"
#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void map_agrees_with_an_array(void **state)
{
    (void)state;
    enum { KEYS = 500, STEPS = 20000 };
    static int values[KEYS];
    bool present[KEYS] = {false};
    size_t count = 0;
    struct hc_map map;
    struct hc_random random;
    hc_random_seed(&random, 7);
    hc_map_init(&map, 42);
    for (int step = 0; step < STEPS; step++) {
        size_t i = hc_random_below(&random, KEYS);
        char text[16];
        struct hc_slice key = hc_slice_of(text, (size_t)snprintf(text, sizeof text, "key-%zu", i));
        if (hc_random_below(&random, 2)) {
            void *before = hc_map_put(&map, key, &values[i]);
            assert_ptr_equal(before, present[i] ? &values[i] : NULL);
            count += !present[i];
            present[i] = true;
        } else {
            void *before = hc_map_remove(&map, key);
            assert_ptr_equal(before, present[i] ? &values[i] : NULL);
            count -= present[i];
            present[i] = false;
        }
        assert_int_equal(hc_map_count(&map), count);
    }
    for (size_t i = 0; i < KEYS; i++) {
        char text[16];
        struct hc_slice key = hc_slice_of(text, (size_t)snprintf(text, sizeof text, "key-%zu", i));
        assert_ptr_equal(hc_map_get(&map, key), present[i] ? &values[i] : NULL);
    }
    hc_map_done(&map);
}

static void map_keeps_insertion_order(void **state)
{
    (void)state;
    struct hc_map map;
    int value;
    hc_map_init(&map, 1);
    const char *const names[] = {"zebra", "ant", "", "mole"};
    for (size_t i = 0; i < HC_COUNT(names); i++) {
        hc_map_put(&map, hc_slice_str(names[i]), &value);
    }
    for (size_t i = 0; i < HC_COUNT(names); i++) {
        assert_true(hc_slice_equal_str(hc_map_at(&map, i)->key, names[i]));
    }
    hc_map_done(&map);
}

struct item {
    struct hc_heap_node node;
    int serial;
};

static void heap_gives_the_smallest_and_keeps_ties_in_order(void **state)
{
    (void)state;
    enum { ITEMS = 300 };
    struct item items[ITEMS] = {0};
    struct hc_heap heap = {0};
    struct hc_random random;
    hc_random_seed(&random, 3);
    for (int i = 0; i < ITEMS; i++) {
        items[i].serial = i;
        hc_heap_insert(&heap, &items[i].node, (int64_t)hc_random_below(&random, 20));
    }
    for (int i = 0; i < ITEMS; i += 3) {
        hc_heap_remove(&heap, &items[i].node);
        assert_false(hc_heap_contains(&items[i].node));
    }
    hc_heap_remove(&heap, &items[0].node); /* a second time: nothing */
    int64_t last_key = INT64_MIN;
    int last_serial = -1;
    size_t left = hc_heap_count(&heap);
    assert_int_equal(left, ITEMS - ITEMS / 3);
    while (hc_heap_first(&heap)) {
        struct item *item = HC_CONTAINER(hc_heap_first(&heap), struct item, node);
        assert_true(item->node.key >= last_key);
        if (item->node.key == last_key) {
            assert_true(item->serial > last_serial);
        }
        last_key = item->node.key;
        last_serial = item->serial;
        hc_heap_remove(&heap, &item->node);
    }
    hc_heap_done(&heap);
}

static void heap_moves_in_both_directions(void **state)
{
    (void)state;
    struct item items[50] = {0};
    struct hc_heap heap = {0};
    for (int i = 0; i < 50; i++) {
        hc_heap_insert(&heap, &items[i].node, i);
    }
    hc_heap_move(&heap, &items[40].node, -1);
    assert_ptr_equal(hc_heap_first(&heap), &items[40].node);
    hc_heap_move(&heap, &items[40].node, 100);
    assert_ptr_equal(hc_heap_first(&heap), &items[0].node);
    hc_heap_done(&heap);
    assert_false(hc_heap_contains(&items[0].node));
}

static void arena_is_zeroed_aligned_and_reusable(void **state)
{
    (void)state;
    struct hc_arena arena;
    hc_arena_init(&arena, 8192);
    for (int round = 0; round < 5; round++) {
        for (size_t size = 0; size < 3000; size += 37) {
            unsigned char *bytes = hc_arena_alloc(&arena, size);
            assert_int_equal((uintptr_t)bytes % 16, 0);
            for (size_t i = 0; i < size; i++) {
                assert_int_equal(bytes[i], 0);
                bytes[i] = 0xff;
            }
        }
        struct hc_slice null_copy = hc_arena_copy(&arena, HC_SLICE_NULL);
        assert_null(null_copy.data);
        assert_string_equal(hc_arena_format(&arena, "%d-%s", 12, "x"), "12-x");
        hc_arena_reset(&arena);
        assert_int_equal(hc_arena_allocated(&arena), 0);
    }
    hc_arena_done(&arena);
}

static void buffer_escapes_json(void **state)
{
    (void)state;
    struct hc_buffer buffer = {0};
    hc_buffer_append_json(&buffer, HC_SLICE("a\"b\\c\n\t\x01\xc3\xa9\xff."));
    assert_string_equal(hc_buffer_str(&buffer),
                        "\"a\\\"b\\\\c\\n\\t\\u0001\xc3\xa9\xef\xbf\xbd.\"");
    hc_buffer_clear(&buffer);
    for (int i = 0; i < 1000; i++) {
        hc_buffer_printf(&buffer, "%d,", i);
    }
    hc_buffer_consume(&buffer, 4);
    assert_memory_equal(buffer.data, "2,3,4,", 6);
    hc_buffer_done(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_agrees_with_an_array),
        cmocka_unit_test(map_keeps_insertion_order),
        cmocka_unit_test(heap_gives_the_smallest_and_keeps_ties_in_order),
        cmocka_unit_test(heap_moves_in_both_directions),
        cmocka_unit_test(arena_is_zeroed_aligned_and_reusable),
        cmocka_unit_test(buffer_escapes_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
