/* Rows become records: golden JSON, keys, partitions, times; what does not fit is named. */
#include "ingest/encode.h"

#include "base/clock.h"
#include "ingest/murmur2.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* 2023-01-01T00:00:00.123456789Z */
#define OPEN_NS INT64_C(1672531200123456789)

static struct hc_slice column_names[] = {
    {"symbol", 6}, {"time", 4}, {"open", 4}, {"note", 4}, {"live", 4}, {"extra", 5}, {"closed", 6},
};
static struct hc_slice file_names[] = {{"dir/a.csv", 9}};
static const struct hc_cell cells[] = {
    {.kind = HC_CELL_STRING, .text = {"BTC\"/\xff", 6}},
    {.kind = HC_CELL_TIME, .text = {"1672531200123", 13}, .time_ns = OPEN_NS},
    {.kind = HC_CELL_NUMBER, .text = {"16541.7700", 10}},
    {.kind = HC_CELL_STRING, .text = {"a\tb", 3}},
    {.kind = HC_CELL_BOOL, .text = {"true", 4}},
    {.kind = HC_CELL_JSON, .text = {"{\"a\":[1]}", 9}},
    {.kind = HC_CELL_NULL},
};

struct fixture {
    struct hc_topic_spec spec;
    struct hc_source_facts facts;
    struct hc_arena arena;
    struct hc_row row;
    struct hc_error error;
};

static struct fixture fixture_new(void)
{
    struct fixture f = {
        .facts = {.columns = {column_names, HC_COUNT(column_names)}, .files = {file_names, 1}},
        .row = {.open_ns = OPEN_NS,
                .visible_ns = OPEN_NS + 60 * HC_NS_PER_S,
                .line = 7,
                .cells = cells},
    };
    hc_topic_spec_init(&f.spec);
    return f;
}

static void parse_fields(struct fixture *f, const char *text)
{
    hc_arena_init(&f->arena, 0);
    assert_int_equal(hc_fields_parse(hc_slice_str(text), &f->arena, &f->spec.fields,
                                     &f->spec.field_count, &f->error),
                     HC_OK);
}

static enum hc_status encode_once(struct fixture *f, char *value, size_t capacity)
{
    struct hc_encoder *encoder;
    enum hc_status status = hc_encoder_new(&f->spec, &f->facts, &encoder, &f->error);
    if (status == HC_OK) {
        struct hc_load_row row;
        status = hc_encoder_encode(encoder, &f->row, &row, &f->error);
        if (status == HC_OK) {
            hc_slice_to_str(row.value, value, capacity);
        }
        hc_encoder_free(encoder);
    }
    return status;
}

static void assert_value(struct fixture *f, const char *expected)
{
    char value[512];
    assert_int_equal(encode_once(f, value, sizeof value), HC_OK);
    assert_string_equal(value, expected);
    hc_arena_done(&f->arena);
}

static void all_columns_in_order(void **state)
{
    (void)state;
    struct fixture f = fixture_new();
    assert_value(&f, "{\"symbol\":\"BTC\\\"/\xef\xbf\xbd\",\"time\":1672531200123,"
                     "\"open\":16541.7700,\"note\":\"a\\tb\",\"live\":true,"
                     "\"extra\":{\"a\":[1]},\"closed\":null}");
}

static void quoted_numbers_leave_times_alone(void **state)
{
    (void)state;
    struct fixture f = fixture_new();
    f.spec.numbers_as_strings = true;
    parse_fields(&f, "t=time,o=open,live");
    f.spec.fields[2].as = HC_AS_STRING;
    assert_value(&f, "{\"t\":1672531200123,\"o\":\"16541.7700\",\"live\":\"true\"}");
}

static void fields_pick_rename_and_add_constants(void **state)
{
    (void)state;
    struct fixture f = fixture_new();
    parse_fields(&f, "v='1',t=time,iso=time,source='a \"b\"',o=open,end='x'");
    f.spec.fields[0].as = HC_AS_NUMBER;
    f.spec.fields[1].as = HC_AS_EPOCH_MS;
    f.spec.fields[2].as = HC_AS_ISO;
    assert_value(&f, "{\"v\":1,\"t\":1672531200123,\"iso\":\"2023-01-01T00:00:00.123456789Z\","
                     "\"source\":\"a \\\"b\\\"\",\"o\":16541.7700,\"end\":\"x\"}");
}

static void iso_has_as_few_digits_as_are_exact(void **state)
{
    (void)state;
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        {INT64_C(1672531200000000000), "{\"t\":\"2023-01-01T00:00:00.000Z\"}"},
        {INT64_C(1672531200000001000), "{\"t\":\"2023-01-01T00:00:00.000001Z\"}"},
        {INT64_C(1672531200000000001), "{\"t\":\"2023-01-01T00:00:00.000000001Z\"}"},
        {-1, "{\"t\":\"1969-12-31T23:59:59.999999999Z\"}"},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct fixture f = fixture_new();
        struct hc_cell changed[HC_COUNT(cells)];
        memcpy(changed, cells, sizeof cells);
        changed[1].time_ns = cases[i].ns;
        f.row.cells = changed;
        parse_fields(&f, "t=time");
        f.spec.fields[0].as = HC_AS_ISO;
        assert_value(&f, cases[i].text);
    }
}

static void a_time_is_told_by_its_digits(void **state)
{
    (void)state;
    static const char *const texts[] = {"1672531200", "1672531200000", "1672531200000000",
                                        "1672531200000000000"};
    for (size_t i = 0; i < HC_COUNT(texts); i++) {
        struct fixture f = fixture_new();
        struct hc_cell changed[HC_COUNT(cells)];
        memcpy(changed, cells, sizeof cells);
        changed[2].text = hc_slice_str(texts[i]);
        f.row.cells = changed;
        parse_fields(&f, "t=open");
        f.spec.fields[0].as = HC_AS_EPOCH_MS;
        assert_value(&f, "{\"t\":1672531200000}");
    }
}

static void what_is_no_number_is_refused_with_its_place(void **state)
{
    (void)state;
    struct fixture f = fixture_new();
    char value[64];
    parse_fields(&f, "n=note");
    f.spec.fields[0].as = HC_AS_NUMBER;
    assert_int_equal(encode_once(&f, value, sizeof value), HC_INVALID);
    assert_string_equal(f.error.text, "dir/a.csv:7: column \"note\": not a number, though `fields` "
                                      "asks for one");
    hc_arena_done(&f.arena);
}

static void unknown_columns_are_named_with_the_nearest(void **state)
{
    (void)state;
    struct fixture f = fixture_new();
    char value[64];
    parse_fields(&f, "o=opne");
    assert_int_equal(encode_once(&f, value, sizeof value), HC_USAGE);
    assert_string_equal(f.error.text, "fields: the source has no column \"opne\"; nearest: open, "
                                      "time or note");
    hc_arena_done(&f.arena);
    f = fixture_new();
    struct hc_slice key = HC_SLICE("Symbl");
    f.spec.key = (struct hc_slice_list){&key, 1};
    assert_int_equal(encode_once(&f, value, sizeof value), HC_USAGE);
    assert_non_null(
        strstr(f.error.text, "key: the source has no column \"Symbl\"; nearest: symbol"));
}

static void assert_key(struct fixture *f, const char *key)
{
    struct hc_encoder *encoder;
    struct hc_load_row row;
    assert_int_equal(hc_encoder_new(&f->spec, &f->facts, &encoder, &f->error), HC_OK);
    assert_int_equal(hc_encoder_encode(encoder, &f->row, &row, &f->error), HC_OK);
    assert_int_equal(hc_slice_is_null(row.key), key == NULL);
    assert_true(hc_slice_equal_str(row.key, key));
    assert_int_equal(row.partition, hc_key_partition(row.key, f->spec.partitions));
    hc_encoder_free(encoder);
}

static void keys_by_default_by_columns_and_none(void **state)
{
    (void)state;
    struct fixture f = fixture_new();
    f.spec.partitions = 10;
    assert_key(&f, "BTC\"/\xff");
    f.facts.symbol_column = -1;
    assert_key(&f, NULL);
    struct hc_slice names[] = {HC_SLICE("note"), HC_SLICE("closed"), HC_SLICE("open")};
    f.spec.key = (struct hc_slice_list){names, 3};
    assert_key(&f, "a\tb::16541.7700");
    f.spec.key = (struct hc_slice_list){&names[1], 1};
    assert_key(&f, NULL);
    f.spec.key = (struct hc_slice_list){names, 3};
    f.spec.key_none = true;
    assert_key(&f, NULL);
}

static void timestamps_are_cut_to_ms_towards_the_past(void **state)
{
    (void)state;
    struct fixture f = fixture_new();
    struct hc_encoder *encoder;
    struct hc_load_row row;
    assert_int_equal(hc_encoder_new(&f.spec, &f.facts, &encoder, &f.error), HC_OK);
    assert_int_equal(hc_encoder_encode(encoder, &f.row, &row, &f.error), HC_OK);
    assert_int_equal(row.timestamp_ms, INT64_C(1672531260123));
    f.spec.timestamp = HC_TIMESTAMP_OPEN;
    assert_int_equal(hc_encoder_encode(encoder, &f.row, &row, &f.error), HC_OK);
    assert_int_equal(row.timestamp_ms, INT64_C(1672531200123));
    f.row.open_ns = -1;
    assert_int_equal(hc_encoder_encode(encoder, &f.row, &row, &f.error), HC_OK);
    assert_int_equal(row.timestamp_ms, -1);
    hc_encoder_free(encoder);
}

static void murmur2_is_the_java_clients(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t hash;
    } cases[] = {
        {"21", -973932308},
        {"foobar", -790332482},
        {"a-little-bit-long-string", -985981536},
        {"a-little-bit-longer-string", -1486304829},
        {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
        {"abc", 479470107},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_slice text = hc_slice_str(cases[i].text);
        assert_int_equal(hc_murmur2(text), cases[i].hash);
        assert_int_equal(hc_key_partition(text, 7), (cases[i].hash & INT32_MAX) % 7);
    }
    assert_int_equal(hc_key_partition(HC_SLICE_NULL, 7), 0);
    assert_int_equal(hc_key_partition(HC_SLICE_EMPTY, 7),
                     (hc_murmur2(HC_SLICE_EMPTY) & INT32_MAX) % 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_columns_in_order),
        cmocka_unit_test(quoted_numbers_leave_times_alone),
        cmocka_unit_test(fields_pick_rename_and_add_constants),
        cmocka_unit_test(iso_has_as_few_digits_as_are_exact),
        cmocka_unit_test(a_time_is_told_by_its_digits),
        cmocka_unit_test(what_is_no_number_is_refused_with_its_place),
        cmocka_unit_test(unknown_columns_are_named_with_the_nearest),
        cmocka_unit_test(keys_by_default_by_columns_and_none),
        cmocka_unit_test(timestamps_are_cut_to_ms_towards_the_past),
        cmocka_unit_test(murmur2_is_the_java_clients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
