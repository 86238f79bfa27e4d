/* The progress record: written, read, and refused where it is not one. */
#include "mirror/progress.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct hc_progress_partition parts[] = {
    {0, 120, 130}, {7, 7, 0}, {5, 4000000000, 9000000000}};
static struct hc_progress_topic topics[] = {
    {{"candles", 7}, {"abc", 3}, 2, parts},
    {{"trades", 6}, {"def", 3}, 1, parts + 2},
};

static struct hc_progress sample(void)
{
    struct hc_progress progress = {.name = HC_SLICE("night"),
                                   .transaction = 41,
                                   .market_ms = 1672531500000,
                                   .topics = topics,
                                   .topic_count = HC_COUNT(topics)};
    hc_progress_id(progress.incarnation);
    hc_progress_id(progress.run);
    return progress;
}

static void comes_back_as_it_was_written(void **state)
{
    struct hc_progress written = sample(), read;
    struct hc_buffer text = {0};
    struct hc_arena arena;
    struct hc_error error = {0};
    (void)state;
    hc_arena_init(&arena, 0);
    hc_progress_write(&written, &text);
    assert_int_equal(hc_progress_read(hc_buffer_slice(&text), &arena, &read, &error), HC_OK);
    assert_string_equal(read.incarnation, written.incarnation);
    assert_string_equal(read.run, written.run);
    assert_int_equal(read.transaction, 41);
    assert_int_equal(read.market_ms, 1672531500000);
    const struct hc_progress_topic *trades = hc_progress_topic(&read, HC_SLICE("trades"));
    assert_non_null(trades);
    assert_int_equal(trades->partitions[0].next, 4000000000);
    assert_int_equal(trades->partitions[0].anchor, 9000000000);
    assert_null(hc_progress_topic(&read, HC_SLICE("trade")));
    hc_buffer_done(&text);
    hc_arena_done(&arena);
}

static void no_market_time_is_told_as_such(void **state)
{
    struct hc_progress written = sample(), read;
    struct hc_buffer text = {0};
    struct hc_arena arena;
    struct hc_error error = {0};
    (void)state;
    hc_arena_init(&arena, 0);
    written.market_ms = HC_TIME_MIN;
    hc_progress_write(&written, &text);
    assert_non_null(strstr(hc_buffer_str(&text), "\nmarket -\n"));
    assert_int_equal(hc_progress_read(hc_buffer_slice(&text), &arena, &read, &error), HC_OK);
    assert_true(read.market_ms == HC_TIME_MIN);
    hc_buffer_done(&text);
    hc_arena_done(&arena);
}

/* A record that was cut anywhere is refused, or says less and nothing else: never a crash, never
 * another position for a partition. */
static void every_prefix_is_refused(void **state)
{
    struct hc_progress written = sample(), read;
    struct hc_buffer text = {0};
    struct hc_arena arena;
    (void)state;
    hc_arena_init(&arena, 0);
    hc_progress_write(&written, &text);
    size_t last_line = text.size - 2;
    while (text.data[last_line - 1] != '\n') {
        last_line--;
    }
    for (size_t size = 0; size < last_line; size++) {
        struct hc_error error = {0};
        enum hc_status status =
            hc_progress_read(hc_slice_of(text.data, size), &arena, &read, &error);
        bool whole_first_topic = status == HC_OK && read.topic_count == 1;
        assert_true(status == HC_INVALID || whole_first_topic || status == HC_UNSUPPORTED);
    }
    hc_buffer_done(&text);
    hc_arena_done(&arena);
}

static void refuses(const char *text, enum hc_status wanted)
{
    struct hc_progress read;
    struct hc_arena arena;
    struct hc_error error = {0};
    hc_arena_init(&arena, 0);
    assert_int_equal(hc_progress_read(hc_slice_str(text), &arena, &read, &error), wanted);
    assert_true(error.text[0] != '\0');
    hc_arena_done(&arena);
}

#define HEAD                                                                                       \
    "hindcast-mirror 1\nname n\nincarnation 0123456789abcdef0123456789abcdef\n"                    \
    "run 0123456789abcdef0123456789abcdef\ntransaction 1\nmarket -\n"

static void what_is_no_record_is_refused(void **state)
{
    (void)state;
    refuses("", HC_INVALID);
    refuses("{\"json\":true}", HC_INVALID);
    refuses("hindcast-mirror 2\n", HC_UNSUPPORTED);
    refuses(HEAD "topic t 1 abc\n", HC_INVALID);
    refuses(HEAD "topic t 1 abc\npartition 5 4 0\n", HC_INVALID);
    refuses(HEAD "topic t 1 abc\npartition 0 -1 0\n", HC_INVALID);
    refuses(HEAD "topic t 1 abc\npartition 0 1\n", HC_INVALID);
    refuses(HEAD "topic t 99999999999 abc\npartition 0 1 0\n", HC_INVALID);
    refuses(HEAD "topic t 1 abc\npartition 0 1 0\npartition 0 1 0\n", HC_INVALID);
    refuses(HEAD "surprise\n", HC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_as_it_was_written),
        cmocka_unit_test(no_market_time_is_told_as_such),
        cmocka_unit_test(every_prefix_is_refused),
        cmocka_unit_test(what_is_no_record_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
