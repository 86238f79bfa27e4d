/* What of the PostgreSQL source needs no server: bytes to text, spellings, refusals. */
#include "support.h"

#include "source/postgres/decode.h"
#include "source/postgres/failure.h"

static struct hc_pg_field field_of(const void *bytes, size_t size)
{
    return (struct hc_pg_field){bytes, (int32_t)size};
}

static void numeric(const char *bytes, size_t size, const char *text)
{
    char out[256];
    bool finite = false;
    struct hc_pg_field field = field_of(bytes, size);
    assert_true(hc_pg_numeric_bytes(&field) <= sizeof(out));
    size_t length = hc_pg_numeric_text(&field, out, &finite);
    assert_int_equal(length, strlen(text));
    assert_memory_equal(out, text, length);
    assert_int_equal(finite, text[0] != 'N' && strstr(text, "Inf") == NULL);
}

#define NUMERIC(text, bytes) numeric(bytes, sizeof(bytes) - 1, text)

static void numerics_keep_their_digits(void **state)
{
    (void)state;
    NUMERIC("0", "\0\0\0\0\0\0\0\0");
    NUMERIC("0.00", "\0\0\0\0\0\0\0\2");
    NUMERIC("1", "\0\1\0\0\0\0\0\0\0\1");
    NUMERIC("-12345.5", "\0\3\0\1\100\0\0\1\0\1\011\051\023\210");
    NUMERIC("10000", "\0\1\0\1\0\0\0\0\0\1");
    NUMERIC("0.0001", "\0\1\377\377\0\0\0\4\0\1");
    NUMERIC("0.00000001", "\0\1\377\376\0\0\0\010\0\1");
    NUMERIC("0.1", "\0\1\377\377\0\0\0\1\003\350");
    NUMERIC("NaN", "\0\0\0\0\300\0\0\0");
    NUMERIC("Infinity", "\0\0\0\0\320\0\0\0");
    NUMERIC("-Infinity", "\0\0\0\0\360\0\0\0");
}

static void malformed_numerics_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {"\0\1\0\0\0\0\0", 7},          /* no header */
        {"\0\2\0\0\0\0\0\0\0\1", 10},   /* fewer digits than said */
        {"\0\1\0\0\0\0\0\0\47\20", 10}, /* a digit of 10,000 */
        {"\377\377\0\0\0\0\0\0", 8},    /* a negative count */
        {"\0\0\0\0\0\0\177\377", 8},    /* more scale than there can be */
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        char out[64];
        bool finite = false;
        struct hc_pg_field field = field_of(cases[i].bytes, cases[i].size);
        assert_int_equal(hc_pg_numeric_text(&field, out, &finite), 0);
    }
}

static void moments_are_iso(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {1672531200123000, "2023-01-01T00:00:00.123Z"},
        {1672531200123456, "2023-01-01T00:00:00.123456Z"},
        {-1, "1969-12-31T23:59:59.999999Z"},
        {INT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z"},
        {INT64_C(253402300800000000), "+010000-01-01T00:00:00.000Z"},
        {INT64_C(-62135596800000000), "0001-01-01T00:00:00.000Z"},
        {INT64_C(-62198755200000000), "-000001-01-01T00:00:00.000Z"},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        char out[HC_PG_MOMENT_BYTES];
        size_t size = hc_pg_moment_text(cases[i].us, out);
        assert_int_equal(size, strlen(cases[i].text));
        assert_memory_equal(out, cases[i].text, size);
    }
}

static void rows_are_split_within_their_bytes(void **state)
{
    (void)state;
    static const char row[] = "\0\0\0\1x\377\377\377\377\0\0\0\2yz";
    struct hc_pg_field fields[3];
    size_t size = 0;
    assert_true(hc_pg_row_split(row, sizeof(row) - 1, fields, 3, &size));
    assert_int_equal(size, sizeof(row) - 1);
    assert_int_equal(fields[1].size, -1);
    assert_memory_equal(fields[2].data, "yz", 2);
    for (size_t cut = 0; cut < sizeof(row) - 1; cut++) {
        assert_false(hc_pg_row_split(row, cut, fields, 3, &size));
    }
    assert_false(hc_pg_row_split("\377\377\377\376", 4, fields, 1, &size));
    assert_false(hc_pg_row_split("\177\377\377\377", 4, fields, 1, &size));
}

static void intervals_as_people_spell_them(void **state)
{
    (void)state;
    static const struct {
        const char *text, *wanted; /* NULL: none */
    } cases[] = {
        {"1m", "1m"},       {"1-min", "1m"}, {"5 minutes", "5m"}, {"1H", "1h"},
        {"1-hour", "1h"},   {"1 day", "1d"}, {"24:00:00", "1d"},  {"01:00:00", "1h"},
        {"00:01:00", "1m"}, {"1M", "1mo"},   {"1 mon", "1mo"},    {"1week", "1w"},
        {"60", NULL},       {"D", NULL},     {"", NULL},          {"1 year", NULL},
        {"00:00:00", NULL}, {"1:00", NULL},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_interval interval;
        char text[HC_INTERVAL_BYTES];
        bool known = hc_pg_interval_parse(hc_slice_str(cases[i].text), &interval);
        assert_int_equal(known, cases[i].wanted != NULL);
        if (known) {
            assert_string_equal(hc_interval_text(&interval, false, text), cases[i].wanted);
        }
    }
}

static void failures_by_their_states(void **state)
{
    (void)state;
    assert_int_equal(hc_pg_failure_status(""), HC_AGAIN);
    assert_int_equal(hc_pg_failure_status("57P03"), HC_AGAIN);
    assert_int_equal(hc_pg_failure_status("53300"), HC_AGAIN);
    assert_int_equal(hc_pg_failure_status("57014"), HC_AGAIN);
    assert_int_equal(hc_pg_failure_status("28P01"), HC_DENIED);
    assert_int_equal(hc_pg_failure_status("42501"), HC_DENIED);
    assert_int_equal(hc_pg_failure_status("3D000"), HC_NOT_FOUND);
    assert_int_equal(hc_pg_failure_status("42703"), HC_NOT_FOUND);
    assert_int_equal(hc_pg_failure_status("42601"), HC_INVALID);
    char code[HC_SQLSTATE_BYTES];
    struct hc_slice text;
    assert_true(hc_pg_failure_parse("connection to server at \"h\", port 5 failed: FATAL:  28P01: "
                                    "password authentication failed\nLOCATION:  auth_failed\n",
                                    code, &text));
    assert_string_equal(code, "28P01");
    assert_true(hc_slice_equal_str(text, "password authentication failed"));
    assert_false(hc_pg_failure_parse("connection refused:  abc", code, &text));
}

static void names_and_texts_are_quoted(void **state)
{
    (void)state;
    struct hc_arena arena;
    hc_arena_init(&arena, 0);
    assert_string_equal(hc_pg_quote_name(&arena, HC_SLICE("a\"b")), "\"a\"\"b\"");
    assert_string_equal(hc_pg_quote_text(&arena, HC_SLICE("it's")), "'it''s'");
    assert_string_equal(hc_pg_quote_text(&arena, HC_SLICE("a\\'")), "E'a\\\\'''");
    hc_arena_done(&arena);
}

static void contradictions_are_told_at_once(void **state)
{
    (void)state;
    struct hc_topic_spec spec;
    struct hc_source *source = NULL;
    struct hc_error error = {0};
    struct hc_slice name = HC_SLICE("x");
    hc_topic_spec_init(&spec);
    spec.source = HC_SLICE("postgresql://localhost:1/x");
    spec.tables = (struct hc_slice_list){&name, 1};
    spec.query = HC_SLICE("SELECT 1");
    assert_int_equal(hc_source_open(&spec, &source, &error), HC_USAGE);
    spec.query = HC_SLICE_NULL;
    spec.time_unit = HC_SLICE("%Y");
    assert_int_equal(hc_source_open(&spec, &source, &error), HC_USAGE);
    spec.time_unit = HC_SLICE("ms");
    assert_int_equal(hc_source_open(&spec, &source, &error), HC_OK);
    struct hc_buffer out = {0};
    assert_int_equal(hc_source_fingerprint(source, &out, &error), HC_AGAIN);
    struct hc_load_control control = {0};
    assert_int_equal(hc_source_probe(source, &control, &out, &error), HC_AGAIN);
    atomic_store(&control.cancel, true);
    struct hc_source_facts facts;
    assert_int_equal(hc_source_survey(source, &control, &facts, &error), HC_CANCELLED);
    hc_buffer_done(&out);
    hc_source_close(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numerics_keep_their_digits),
        cmocka_unit_test(malformed_numerics_are_refused),
        cmocka_unit_test(moments_are_iso),
        cmocka_unit_test(rows_are_split_within_their_bytes),
        cmocka_unit_test(intervals_as_people_spell_them),
        cmocka_unit_test(failures_by_their_states),
        cmocka_unit_test(names_and_texts_are_quoted),
        cmocka_unit_test(contradictions_are_told_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
