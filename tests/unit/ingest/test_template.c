/* Topic templates and topic identities. */
#include "ingest/identity.h"
#include "ingest/template.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct hc_stream stream = {
    .symbol = {"BTC-USD", 7},
    .exchange = {"kraken", 6},
    .table = {"ohlcv", 5},
    .interval = {.ns = 60 * HC_NS_PER_S},
};

static enum hc_status expand(const char *pattern, char out[HC_TOPIC_NAME_BYTES],
                             struct hc_error *error)
{
    *error = (struct hc_error){0};
    return hc_template_expand(hc_slice_str(pattern), &stream, out, error);
}

static void placeholders_expand(void **state)
{
    (void)state;
    char out[HC_TOPIC_NAME_BYTES];
    struct hc_error error;
    assert_int_equal(expand("{table}.{symbol}_{exchange}-{interval}-{interval-long}", out, &error),
                     HC_OK);
    assert_string_equal(out, "ohlcv.BTC-USD_kraken-1m-1-min");
    assert_int_equal(expand("candles", out, &error), HC_OK);
    assert_string_equal(out, "candles");
}

static void names_that_kafka_refuses_are_refused(void **state)
{
    (void)state;
    char out[HC_TOPIC_NAME_BYTES], longest[300];
    struct hc_error error;
    static const char *const bad[] = {"", ".", "..", "a/b", "a b", "\xc3\xa4"};
    for (size_t i = 0; i < HC_COUNT(bad); i++) {
        assert_int_equal(expand(bad[i], out, &error), HC_USAGE);
        assert_string_not_equal(error.text, "");
    }
    memset(longest, 'x', sizeof longest);
    longest[HC_TOPIC_NAME_MAX] = '\0';
    assert_int_equal(expand(longest, out, &error), HC_OK);
    longest[HC_TOPIC_NAME_MAX] = 'x';
    longest[HC_TOPIC_NAME_MAX + 1] = '\0';
    assert_int_equal(expand(longest, out, &error), HC_USAGE);
}

static void wrong_placeholders_are_named(void **state)
{
    (void)state;
    char out[HC_TOPIC_NAME_BYTES];
    struct hc_error error;
    assert_int_equal(expand("x-{symbl}", out, &error), HC_USAGE);
    assert_non_null(strstr(error.text, "\"{symbl}\"; nearest: {symbol}"));
    assert_int_equal(expand("x-{symbol", out, &error), HC_USAGE);
    struct hc_stream bare = {0};
    assert_int_equal(hc_template_expand(HC_SLICE("{symbol}"), &bare, out, &error), HC_USAGE);
    assert_non_null(strstr(error.text, "without a value for {symbol}"));
}

static void streams_map_to_topics_in_order(void **state)
{
    (void)state;
    struct hc_stream streams[] = {stream, stream, stream};
    streams[1].symbol = HC_SLICE("ETH");
    struct hc_source_facts facts = {.streams = streams, .stream_count = 3};
    struct hc_arena arena;
    struct hc_topic_map map;
    struct hc_error error;
    hc_arena_init(&arena, 0);
    assert_int_equal(hc_topic_map_make(HC_SLICE("{symbol}"), &facts, &arena, &map, &error), HC_OK);
    assert_int_equal(map.count, 2);
    assert_true(hc_slice_equal_str(map.names[0], "BTC-USD"));
    assert_true(hc_slice_equal_str(map.names[1], "ETH"));
    assert_int_equal(map.topic_of_stream[1], 1);
    assert_int_equal(map.topic_of_stream[2], 0);
    facts.stream_count = 0;
    assert_int_equal(hc_topic_map_make(HC_SLICE("{symbol}"), &facts, &arena, &map, &error), HC_OK);
    assert_int_equal(map.count, 0);
    assert_int_equal(hc_topic_map_make(HC_SLICE("plain"), &facts, &arena, &map, &error), HC_OK);
    assert_int_equal(map.count, 1);
    hc_arena_done(&arena);
}

/* ---- identity ---- */

static struct hc_topic_spec spec_new(void)
{
    struct hc_topic_spec spec;
    hc_topic_spec_init(&spec);
    spec.topic = HC_SLICE("candles");
    spec.source = HC_SLICE("csv:/data/x.csv");
    return spec;
}

static void identity_of(const struct hc_topic_spec *spec, uint8_t out[HC_IDENTITY_BYTES])
{
    struct hc_buffer settings = {0};
    hc_identity_settings(spec, HC_SLICE("candles"), &settings);
    hc_identity_hash(hc_buffer_slice(&settings), 0, out);
    hc_buffer_done(&settings);
}

static bool same_identity(const struct hc_topic_spec *a, const struct hc_topic_spec *b)
{
    uint8_t left[HC_IDENTITY_BYTES], right[HC_IDENTITY_BYTES];
    identity_of(a, left);
    identity_of(b, right);
    return memcmp(left, right, sizeof left) == 0;
}

static void every_setting_of_a_record_changes_the_identity(void **state)
{
    (void)state;
    struct hc_slice text = HC_SLICE("x");
    struct hc_slice_list list = {&text, 1};
    struct hc_field_spec field = {.name = HC_SLICE("x"), .from = HC_SLICE("y")};
    struct hc_name_value header = {HC_SLICE("k"), HC_SLICE("v")};
    struct hc_topic_spec base = spec_new();
#define CHANGES(...)                                                                               \
    do {                                                                                           \
        struct hc_topic_spec spec = spec_new();                                                    \
        __VA_ARGS__;                                                                               \
        assert_false(same_identity(&base, &spec));                                                 \
    } while (0)
    CHANGES(spec.source = HC_SLICE("csv:/data/y.csv"));
    CHANGES(spec.topic = HC_SLICE("{symbol}"));
    CHANGES(spec.tables = list);
    CHANGES(spec.query = text);
    CHANGES(spec.symbols = list);
    CHANGES(spec.exclude_symbols = list);
    CHANGES(spec.symbol = text);
    CHANGES(spec.columns = list);
    CHANGES(spec.time_column = text);
    CHANGES(spec.stamp = HC_STAMP_CLOSE);
    CHANGES(spec.time_unit = HC_SLICE("ms"));
    CHANGES(spec.timezone = HC_SLICE("+03:00"));
    CHANGES(spec.interval_set = true; spec.interval.ns = HC_NS_PER_S);
    CHANGES(spec.interval_set = true);
    CHANGES(spec.interval_column = text);
    CHANGES(spec.visible = HC_VISIBLE_OPEN);
    CHANGES(spec.publish_delay_ns = 1);
    CHANGES(spec.timestamp = HC_TIMESTAMP_OPEN);
    CHANGES(spec.key_none = true);
    CHANGES(spec.key = list);
    CHANGES(spec.partitions = 2);
    CHANGES(spec.fields = &field; spec.field_count = 1);
    CHANGES(spec.numbers_as_strings = true);
    CHANGES(spec.headers = &header; spec.header_count = 1);
    CHANGES(spec.duplicates = HC_DUPLICATES_KEEP);
    CHANGES(spec.nonfinite_as_null = true);
    CHANGES(spec.range_from_ms = 0);
#undef CHANGES
}

static void other_settings_do_not(void **state)
{
    (void)state;
    struct hc_topic_spec base = spec_new(), spec = spec_new();
    spec.range_to_ms = 1000;
    spec.compression = HC_SLICE("zstd");
    spec.refused_max = 9;
    spec.latch = spec.refresh = true;
    spec.time_unit = HC_SLICE("auto");
    spec.timezone = HC_SLICE("UTC");
    assert_true(same_identity(&base, &spec));
}

static void lists_and_texts_cannot_be_confused(void **state)
{
    (void)state;
    struct hc_slice one[] = {HC_SLICE("a,b")}, two[] = {HC_SLICE("a"), HC_SLICE("b")};
    struct hc_topic_spec left = spec_new(), right = spec_new();
    left.symbols = (struct hc_slice_list){one, 1};
    right.symbols = (struct hc_slice_list){two, 2};
    assert_false(same_identity(&left, &right));
    struct hc_slice none = HC_SLICE("none");
    left = right = spec_new();
    left.key = (struct hc_slice_list){&none, 1};
    right.key_none = true;
    assert_false(same_identity(&left, &right));
}

static void generations_and_passwords(void **state)
{
    (void)state;
    uint8_t zero[HC_IDENTITY_BYTES], one[HC_IDENTITY_BYTES];
    hc_identity_hash(HC_SLICE("x=1\n"), 0, zero);
    hc_identity_hash(HC_SLICE("x=1\n"), 1, one);
    assert_memory_not_equal(zero, one, sizeof zero);

    struct hc_buffer shown = {0};
    hc_identity_source(HC_SLICE("postgresql://me:se@cret@host/db?password=secret&x=1"), &shown);
    assert_string_equal(hc_buffer_str(&shown), "postgresql://me@host/db?x=1");
    hc_buffer_done(&shown);
    struct hc_topic_spec left = spec_new(), right = spec_new();
    left.source = HC_SLICE("postgresql://me:a@host/db");
    right.source = HC_SLICE("postgresql://me:b@host/db");
    assert_true(same_identity(&left, &right));
}

static void the_changed_setting_is_named(void **state)
{
    (void)state;
    struct hc_topic_spec spec = spec_new();
    struct hc_buffer before = {0}, after = {0}, difference = {0};
    hc_identity_settings(&spec, HC_SLICE("candles"), &before);
    spec.partitions = 4;
    spec.timezone = HC_SLICE("+03:00");
    hc_identity_settings(&spec, HC_SLICE("candles"), &after);
    hc_identity_difference(hc_buffer_slice(&before), hc_buffer_slice(&after), &difference);
    assert_string_equal(hc_buffer_str(&difference),
                        "time.zone: \"UTC\" -> \"+03:00\"; partitions: 1 -> 4");
    hc_buffer_clear(&difference);
    hc_identity_difference(hc_buffer_slice(&after), hc_buffer_slice(&after), &difference);
    assert_int_equal(difference.size, 0);
    hc_buffer_done(&before);
    hc_buffer_done(&after);
    hc_buffer_done(&difference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(placeholders_expand),
        cmocka_unit_test(names_that_kafka_refuses_are_refused),
        cmocka_unit_test(wrong_placeholders_are_named),
        cmocka_unit_test(streams_map_to_topics_in_order),
        cmocka_unit_test(every_setting_of_a_record_changes_the_identity),
        cmocka_unit_test(other_settings_do_not),
        cmocka_unit_test(lists_and_texts_cannot_be_confused),
        cmocka_unit_test(generations_and_passwords),
        cmocka_unit_test(the_changed_setting_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
