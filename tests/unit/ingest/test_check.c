/* `check`: what a load would do, exactly, without one. And the words of progress, and the index
 * file. */
#include "ingest/check.h"

#include "ingest/index.h"
#include "ingest/progress.h"
#include "unit/ingest/fixture.h"

static enum hc_status check_with(struct hc_check *ret, struct hc_error *error,
                                 enum hc_duplicates duplicates)
{
    struct hc_topic_spec spec;
    struct hc_load_control control = {0};
    hc_topic_spec_init(&spec);
    spec.topic = HC_SLICE("candles");
    spec.source = HC_SLICE("fake:0");
    spec.duplicates = duplicates;
    return hc_ingest_check(&spec, fake_open, cache, &control, ret, error);
}

static enum hc_status check(struct hc_check *ret, struct hc_error *error)
{
    return check_with(ret, error, HC_DUPLICATES_DEFAULT);
}

static void a_check_counts_as_a_load_does(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 10);
    fakes[0].ordered = false;
    fakes[0].rows[3] = fakes[0].rows[0]; /* identical */
    fakes[0].rows[4] = fakes[0].rows[1];
    fakes[0].rows[4].price = "9"; /* conflicting */
    fakes[0].rows[4].line = 99;
    struct hc_check result = {0};
    struct hc_error error = {0};
    assert_int_equal(check(&result, &error), HC_OK);
    assert_int_equal(result.rows, 30);
    assert_int_equal(result.records, 28);
    assert_int_equal(result.duplicates, 1);
    assert_int_equal(result.refused, 1);
    assert_int_equal(result.first_visible_ms, 60000);
    assert_int_equal(result.last_visible_ms, 600000);
    assert_string_equal(hc_buffer_str(&result.example),
                        "{\"topic\":\"candles\",\"partition\":0,\"offset\":0,\"timestamp\":60000,"
                        "\"visible\":\"1970-01-01T00:01:00.000Z\",\"key\":\"BTC\",\"value\":"
                        "{\"symbol\":\"BTC\",\"time\":0,\"price\":1.5}}");
    const char *json = hc_buffer_str(&result.json);
    assert_non_null(strstr(json, "{\"source\":\"fake:0\",\"ordered\":false,\"topics\":[{\"topic\":"
                                 "\"candles\",\"rows\":30,\"records\":28,"));
    assert_non_null(strstr(json, "\"refused\":1,\"refusals\":[\"a.csv:99: same key"));
    const char *text = hc_buffer_str(&result.text);
    assert_non_null(strstr(text, "topic candles: 30 rows, 28 records, visible from "
                                 "1970-01-01T00:01:00Z to 1970-01-01T00:10:00Z\n"));
    assert_non_null(
        strstr(text, "repeated rows dropped: 1\nrefused rows: 1\n  a.csv:99: same key"));
    assert_non_null(strstr(hc_buffer_str(&result.refusal), "a.csv:99: same key"));
    hc_check_done(&result);
    assert_int_equal(atomic_load(&fakes[0].opens), atomic_load(&fakes[0].closes));
    assert_int_equal(count_entries("."), 0);
}

static void bars_that_differ_are_told_with_both_places(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 10);
    fakes[0].ordered = false;
    fakes[0].rows[4] = fakes[0].rows[1];
    fakes[0].rows[4].price = "9";
    fakes[0].rows[4].line = 99;
    struct hc_check result = {0};
    struct hc_error error = {0};
    assert_int_equal(check_with(&result, &error, HC_DUPLICATES_LAST), HC_OK);
    assert_int_equal(result.records, 29);
    assert_non_null(strstr(hc_buffer_str(&result.text),
                           "repeated rows dropped: 1\n"
                           "replaced by a later row with other values: 1\n"
                           "  a.csv:99: same key and open time as a.csv:2, with other values\n"
                           "refused rows: 0\n"));
    hc_check_done(&result);
    assert_int_equal(check_with(&result, &error, HC_DUPLICATES_DROP_IDENTICAL), HC_OK);
    assert_int_equal(result.records, 30);
    assert_non_null(strstr(hc_buffer_str(&result.text),
                           "repeated rows dropped: 0\n"
                           "kept although they repeat a row with other values: 1\n  a.csv:"));
    assert_non_null(
        strstr(hc_buffer_str(&result.json), "\"differing\":1,\"differences\":[\"a.csv:"));
    hc_check_done(&result);
}

/* Bars of BTC and ETH are missing in one place and in two; SOL has all. */
static void gaps_have_a_size_and_a_place(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 20);
    size_t kept = 0;
    for (size_t i = 0; i < fakes[0].count; i++) {
        struct fake_row *row = &fakes[0].rows[i];
        int64_t minute = row->open_ms / 60000;
        bool hole = (row->stream == 0 && minute >= 4 && minute < 7) ||
                    (row->stream == 1 && (minute == 2 || (minute >= 10 && minute < 12)));
        if (!hole) {
            fakes[0].rows[kept++] = *row;
        }
    }
    fakes[0].count = kept;
    struct hc_check result = {0};
    struct hc_error error = {0};
    assert_int_equal(check(&result, &error), HC_OK);
    assert_non_null(strstr(
        hc_buffer_str(&result.text),
        "  symbol  interval  records  first open            last open             gaps  missing  "
        "largest gap\n"
        "  BTC     1m             17  1970-01-01T00:00:00Z  1970-01-01T00:19:00Z     1        3  "
        "3 bars after 1970-01-01T00:03:00Z\n"
        "  ETH     1m             17  1970-01-01T00:00:00Z  1970-01-01T00:19:00Z     2        3  "
        "2 bars after 1970-01-01T00:09:00Z\n"
        "  SOL     1m             20  1970-01-01T00:00:00Z  1970-01-01T00:19:00Z     0        0  "
        "-\n"));
    assert_non_null(strstr(hc_buffer_str(&result.json),
                           "\"gaps\":2,\"missing\":3,\"records\":17,\"largest_gap\":{"
                           "\"missing\":2,\"after\":\"1970-01-01T00:09:00.000Z\"}"));
    hc_check_done(&result);
}

static void the_first_record_is_shown_a_member_a_line(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 2);
    fakes[0].rows[0].price = "[1,{\"a,}\\\"\":2},[]]";
    struct hc_check result = {0};
    struct hc_error error = {0};
    assert_int_equal(check(&result, &error), HC_OK);
    assert_non_null(strstr(hc_buffer_str(&result.text),
                           "first record\n"
                           "  topic      candles, partition 0, offset 0\n"
                           "  visible    1970-01-01T00:01:00.000Z\n"
                           "  timestamp  60000 (1970-01-01T00:01:00.000Z)\n"
                           "  key        BTC\n"
                           "  value      {\n"
                           "               \"symbol\": \"BTC\",\n"
                           "               \"time\": 0,\n"
                           "               \"price\": [1,{\"a,}\\\"\":2},[]]\n"
                           "             }\n"));
    hc_check_done(&result);
}

static void a_check_of_nothing(void **state)
{
    (void)state;
    fake_bars(&fakes[0], 0);
    struct hc_check result = {0};
    struct hc_error error = {0};
    assert_int_equal(check(&result, &error), HC_OK);
    assert_int_equal(result.records, 0);
    assert_int_equal(result.first_visible_ms, HC_NEVER);
    assert_int_equal(result.example.size, 0);
    assert_non_null(strstr(hc_buffer_str(&result.json), "\"span\":null"));
    assert_non_null(strstr(hc_buffer_str(&result.json), "\"example\":null}"));
    hc_check_done(&result);
}

static void progress_in_words(void **state)
{
    (void)state;
    char text[HC_PROGRESS_TEXT_BYTES];
    struct hc_ingest_progress progress = {.rows = 1234567, .percent = 25};
    hc_progress_text(&progress, 2 * HC_NS_PER_S, text);
    assert_string_equal(text, "surveying: 1,234,567 rows  617,283 rows/s  25 %  6 s left");
    progress = (struct hc_ingest_progress){.state = HC_LOAD_READ, .rows = 999, .percent = -1};
    hc_progress_text(&progress, 0, text);
    assert_string_equal(text, "loading: 999 rows  0 rows/s");
}

static void the_index_survives_a_round_trip(void **state)
{
    (void)state;
    struct hc_arena arena;
    struct hc_index index, empty = {0};
    struct hc_error error = {0};
    hc_arena_init(&arena, 0);
    assert_int_equal(hc_index_read(cache, &arena, &index), HC_NOT_FOUND);
    struct hc_index_topic topics[] = {{HC_SLICE("a"), HC_SLICE("da"), 0},
                                      {HC_SLICE("b"), HC_SLICE("db"), 3}};
    struct hc_index first =
        hc_index_after(&empty, HC_SLICE("f1"), HC_SLICE_EMPTY, topics, 2, &arena);
    struct hc_index second =
        hc_index_after(&first, HC_SLICE("f1"), HC_SLICE("-zstd"), topics, 1, &arena);
    assert_int_equal(hc_index_write(cache, &second, &error), HC_OK);
    assert_int_equal(hc_index_read(cache, &arena, &index), HC_OK);
    assert_true(hc_slice_equal_str(index.fingerprint, "f1"));
    assert_int_equal(index.topic_count, 2);
    assert_int_equal(hc_index_topic(&index, HC_SLICE("b"))->generation, 3);
    assert_true(hc_slice_equal_str(hc_index_topic(&index, HC_SLICE("a"))->directory, "da"));
    assert_null(hc_index_topic(&index, HC_SLICE("c")));
    assert_int_equal(hc_index_load(&index, HC_SLICE_EMPTY)->name_count, 2);
    assert_int_equal(hc_index_load(&index, HC_SLICE("-zstd"))->name_count, 1);
    /* another fingerprint: loads are forgotten, topics are not */
    struct hc_index third =
        hc_index_after(&index, HC_SLICE("f2"), HC_SLICE("-lz4"), topics, 1, &arena);
    assert_int_equal(third.load_count, 1);
    assert_int_equal(third.topic_count, 2);
    hc_arena_done(&arena);
}

static void a_damaged_index_is_an_empty_one(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "x\n",
        "hindcast-index 2\nfingerprint f\n",
        "hindcast-index 1\nfingerprint f",
        "hindcast-index 1\ntopic -1 d n\n",
        "hindcast-index 1\ntopic 0 ../d n\n",
        "hindcast-index 1\ntopic 0 d\n",
        "hindcast-index 1\nother\n",
    };
    char path[128];
    snprintf(path, sizeof path, "%s/index", cache);
    for (size_t i = 0; i < HC_COUNT(texts); i++) {
        FILE *file = fopen(path, "w");
        fputs(texts[i], file);
        fclose(file);
        struct hc_arena arena;
        struct hc_index index;
        hc_arena_init(&arena, 0);
        assert_int_equal(hc_index_read(cache, &arena, &index), HC_CORRUPT);
        assert_int_equal(index.topic_count + index.load_count + index.fingerprint.size, 0);
        hc_arena_done(&arena);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, cache_setup, cache_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_check_counts_as_a_load_does),
        TEST(bars_that_differ_are_told_with_both_places),
        TEST(gaps_have_a_size_and_a_place),
        TEST(the_first_record_is_shown_a_member_a_line),
        TEST(a_check_of_nothing),
        TEST(progress_in_words),
        TEST(the_index_survives_a_round_trip),
        TEST(a_damaged_index_is_an_empty_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
