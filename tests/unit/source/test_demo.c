#include "support.h"

#include "source/number.h"

static struct hc_topic_spec demo_spec(const char *uri)
{
    struct hc_topic_spec spec;
    hc_topic_spec_init(&spec);
    spec.source = hc_slice_str(uri);
    return spec;
}

static uint64_t fnv(const struct hc_buffer *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < text->size; i++) {
        hash = (hash ^ (unsigned char)text->data[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

/* A change of this number is a change of every user's demo market: raise HC_DEMO_VERSION with it.
 */
static void the_bytes_are_the_same_everywhere(void **state)
{
    (void)state;
    struct hc_topic_spec spec = demo_spec("demo:?days=1");
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.count, 8 * 1440);
    assert_true(outcome.facts.ordered);
    assert_int_equal(outcome.facts.symbol_column, 1);
    assert_true(list_has(&outcome.facts.notes, "no real prices"));
    if (fnv(&outcome.rows) != UINT64_C(0xa71cad17175b211)) {
        fail_msg("hash is 0x%llx", (unsigned long long)fnv(&outcome.rows));
    }
    outcome_done(&outcome);
}

static void every_bar_is_believable(void **state)
{
    (void)state;
    struct hc_topic_spec spec = demo_spec("demo:?days=3&seed=42");
    struct hc_source *source = NULL;
    struct hc_error error = {0};
    struct hc_load_control control = {0};
    struct hc_source_facts facts;
    struct hc_row row;
    double close[8] = {0};
    struct hc_slice before = HC_SLICE_NULL;
    int64_t visible = INT64_MIN;
    int64_t flat = 0;
    int64_t rows = 0;
    assert_int_equal(hc_source_open(&spec, &source, &error), HC_OK);
    assert_int_equal(hc_source_survey(source, &control, &facts, &error), HC_OK);
    assert_int_equal(hc_source_read_begin(source, &control, &error), HC_OK);
    while (hc_source_read_next(source, &row, &error) == HC_OK) {
        double price[4];
        for (int i = 0; i < 4; i++) {
            assert_int_equal(hc_number_classify(row.cells[2 + i].text), HC_NUMBER_JSON);
            price[i] = hc_number_approximate(row.cells[2 + i].text);
            assert_true(price[i] <= hc_number_approximate(row.cells[3].text));
            assert_true(price[i] >= hc_number_approximate(row.cells[4].text));
            assert_true(price[i] > 0);
        }
        assert_true(hc_number_approximate(row.cells[6].text) > 0);
        assert_true(row.stream < 8);
        assert_true(close[row.stream] == 0 || close[row.stream] == price[0]);
        assert_true(price[1] < price[2] * 1.1); /* no minute moves by a tenth */
        close[row.stream] = price[3];
        /* Canonical order: visible instant, then symbol by bytes. */
        bool same = row.visible_ns == visible;
        assert_true(row.visible_ns >= visible);
        assert_true(!same || hc_slice_compare(before, row.cells[1].text) < 0);
        visible = row.visible_ns;
        before = row.cells[1].text;
        flat += price[1] == price[2];
        rows++;
    }
    assert_int_equal(rows, facts.rows);
    assert_true(flat * 50 < rows);
    hc_source_close(source);
}

static void longer_bars_are_made_of_shorter(void **state)
{
    (void)state;
    struct hc_topic_spec spec = demo_spec("demo:?days=1&symbols=AAA&interval=1h,1m");
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.count, 1440 + 24);
    assert_true(outcome.facts.mixed_interval);
    assert_int_equal(outcome.facts.stream_count, 2);
    outcome_done(&outcome);
    spec.range_from_ms = INT64_C(1735693200000); /* 01:00: what is visible then is outside */
    spec.range_to_ms = INT64_C(1735696800000);   /* 02:00: what is visible then is inside */
    outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.count, 61);
    outcome_done(&outcome);
}

static void a_range_is_a_part_of_the_whole(void **state)
{
    (void)state;
    struct hc_topic_spec spec = demo_spec("demo:?days=2&symbols=2");
    struct outcome whole = outcome_of(&spec);
    spec.range_from_ms = INT64_C(1735693200000);
    spec.range_to_ms = INT64_C(1735693500000);
    struct outcome part = outcome_of(&spec);
    assert_ok(&part);
    assert_int_equal(part.count, 10);
    assert_int_equal(part.facts.first_visible_ns, INT64_C(1735693260000) * HC_NS_PER_MS);
    const char *row = strtok((char *)(uintptr_t)hc_buffer_str(&part.rows), "\n");
    while (row != NULL) {
        const char *cells = strstr(row, " n"); /* line numbers differ */
        assert_non_null(strstr(hc_buffer_str(&whole.rows), cells));
        row = strtok(NULL, "\n");
    }
    outcome_done(&part);
    outcome_done(&whole);
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "demo:?seed=-1",       "demo:?seed=x",      "demo:?symbols=0",   "demo:?symbols=11",
        "demo:?symbols=A,A",   "demo:?symbols=A,,", "demo:?interval=7m", "demo:?interval=2m,3m",
        "demo:?interval=1mo",  "demo:?days=0",      "demo:?days=9999",   "demo:?from=soon",
        "demo:?speed=1",       "demo:?seed",        "demo:?interval=0",  "demo:?interval=500ms",
        "demo:?interval=1m,1m"};
    for (size_t i = 0; i < HC_COUNT(wrong); i++) {
        struct hc_topic_spec spec = demo_spec(wrong[i]);
        struct outcome outcome = outcome_of(&spec);
        assert_error(&outcome, HC_USAGE, "demo:");
        outcome_done(&outcome);
    }
}

static void fingerprints_tell_seeds_apart(void **state)
{
    (void)state;
    struct hc_buffer texts[2] = {{0}, {0}};
    static const char *const uris[] = {"demo:", "demo:?seed=2"};
    for (int i = 0; i < 2; i++) {
        struct hc_topic_spec spec = demo_spec(uris[i]);
        struct hc_source *source = NULL;
        struct hc_error error = {0};
        assert_int_equal(hc_source_open(&spec, &source, &error), HC_OK);
        assert_int_equal(hc_source_fingerprint(source, &texts[i], &error), HC_OK);
        hc_source_close(source);
    }
    assert_false(hc_slice_equal(hc_buffer_slice(&texts[0]), hc_buffer_slice(&texts[1])));
    hc_buffer_done(&texts[0]);
    hc_buffer_done(&texts[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_are_the_same_everywhere),
        cmocka_unit_test(every_bar_is_believable),
        cmocka_unit_test(longer_bars_are_made_of_shorter),
        cmocka_unit_test(a_range_is_a_part_of_the_whole),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(fingerprints_tell_seeds_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
