/* Rows that repeat each other, under every policy. */
#include "ingest/dedupe.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

struct fixture {
    struct hc_topic_spec spec;
    struct hc_source_facts facts;
    struct hc_arena arena;
    struct hc_tally tally;
    struct hc_dedupe *dedupe;
    struct hc_error error;
    char kept[256]; /* lines of the rows that stayed */
};

static struct hc_slice file_names[] = {{"a.csv", 5}, {"b.csv", 5}};
static struct hc_stream bars[] = {{.interval = {.ns = 60 * HC_NS_PER_S}},
                                  {.interval = {.days = 1}}};
static struct hc_stream events[] = {{.symbol = {"X", 1}}, {.symbol = {"Y", 1}}};

static enum hc_status keep(void *context, const struct hc_load_row *row, struct hc_error *error)
{
    (void)error;
    struct fixture *f = context;
    size_t used = strlen(f->kept);
    snprintf(f->kept + used, sizeof f->kept - used, "%s%llu", used ? " " : "",
             (unsigned long long)row->line);
    return HC_OK;
}

static void begin(struct fixture *f, enum hc_duplicates policy, struct hc_stream *streams,
                  int64_t refused_max)
{
    *f = (struct fixture){
        .facts = {.files = {file_names, 2}, .streams = streams, .stream_count = 2}};
    hc_topic_spec_init(&f->spec);
    f->spec.duplicates = policy;
    f->spec.refused_max = refused_max;
    hc_arena_init(&f->arena, 0);
    hc_tally_init(&f->tally, &f->spec, &f->facts, &f->arena);
    f->dedupe = hc_dedupe_new(&f->spec, &f->facts, &f->tally, keep, f);
}

static void end(struct fixture *f)
{
    hc_dedupe_free(f->dedupe);
    hc_arena_done(&f->arena);
}

static enum hc_status push(struct fixture *f, int64_t visible, int64_t open, uint32_t stream,
                           const char *key, uint64_t line, const char *value)
{
    struct hc_load_row row = {.visible_ns = visible,
                              .open_ns = open,
                              .stream = stream,
                              .key = hc_slice_str(key),
                              .line = line,
                              .file = line > 100,
                              .value = hc_slice_str(value)};
    return hc_dedupe_push(f->dedupe, &row, &f->error);
}

/* Two identical rows, a conflicting one, another key, another instant. */
static enum hc_status push_all(struct fixture *f)
{
    enum hc_status status = push(f, 10, 1, 0, "K", 1, "a");
    status = status == HC_OK ? push(f, 10, 1, 0, "K", 2, "a") : status;
    status = status == HC_OK ? push(f, 10, 1, 0, "K", 103, "b") : status;
    status = status == HC_OK ? push(f, 10, 1, 0, "L", 4, "a") : status;
    status = status == HC_OK ? push(f, 20, 2, 0, "K", 5, "a") : status;
    return status == HC_OK ? hc_dedupe_flush(f->dedupe, &f->error) : status;
}

static void every_policy(void **state)
{
    (void)state;
    static const struct {
        enum hc_duplicates policy;
        struct hc_stream *streams;
        const char *kept;
        long long dropped, conflicts;
    } cases[] = {
        {HC_DUPLICATES_DEFAULT, bars, "1 4 5", 1, 1},
        {HC_DUPLICATES_DEFAULT, events, "1 2 103 4 5", 0, 0},
        {HC_DUPLICATES_KEEP, bars, "1 2 103 4 5", 0, 0},
        {HC_DUPLICATES_DROP_IDENTICAL, bars, "1 103 4 5", 1, 0},
        {HC_DUPLICATES_DROP_IDENTICAL, events, "1 103 4 5", 1, 0},
        {HC_DUPLICATES_LAST, bars, "103 4 5", 2, 0},
        {HC_DUPLICATES_REFUSE, bars, "1 4 5", 0, 2},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct fixture f;
        begin(&f, cases[i].policy, cases[i].streams, 9);
        assert_int_equal(push_all(&f), HC_OK);
        assert_string_equal(f.kept, cases[i].kept);
        assert_int_equal(atomic_load(&f.tally.duplicates), cases[i].dropped);
        assert_int_equal(atomic_load(&f.tally.conflicts), cases[i].conflicts);
        assert_int_equal(atomic_load(&f.tally.refused), cases[i].conflicts);
        end(&f);
    }
}

static void a_conflict_is_refused_with_both_places(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, HC_DUPLICATES_DEFAULT, bars, 0);
    assert_int_equal(push_all(&f), HC_INVALID);
    assert_non_null(
        strstr(f.error.text, "b.csv:103: same key and open time as a.csv:1, with other values"));
    assert_non_null(strstr(f.error.text, "--max-refused"));
    assert_string_equal(f.kept, "");
    end(&f);
    begin(&f, HC_DUPLICATES_REFUSE, bars, 1);
    assert_int_equal(push_all(&f), HC_INVALID);
    assert_non_null(strstr(f.error.text, "row 2 of 1 that --max-refused allows"));
    assert_int_equal(f.tally.told_count, 2);
    assert_non_null(strstr(f.tally.told[0].data, "a.csv:2: same key and open time as a.csv:1, with "
                                                 "the same values"));
    end(&f);
}

static void streams_and_open_times_are_different_bars(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, HC_DUPLICATES_DEFAULT, bars, 0);
    assert_int_equal(push(&f, 10, 1, 0, NULL, 1, "a"), HC_OK); /* no key: symbols side by side */
    assert_int_equal(push(&f, 10, 1, 1, NULL, 2, "b"), HC_OK);
    assert_int_equal(push(&f, 10, 2, 0, NULL, 3, "c"), HC_OK);
    assert_int_equal(push(&f, 10, 1, 0, NULL, 4, "a"), HC_OK);
    assert_int_equal(push(&f, 10, 1, 0, "", 5, "d"), HC_OK); /* an empty key is no null key */
    assert_int_equal(hc_dedupe_flush(f.dedupe, &f.error), HC_OK);
    assert_string_equal(f.kept, "1 2 3 5");
    end(&f);
}

static void refusals_of_the_survey_count(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, HC_DUPLICATES_DEFAULT, bars, 3);
    f.facts.refused = 3;
    hc_tally_init(&f.tally, &f.spec, &f.facts, &f.arena);
    assert_int_equal(push_all(&f), HC_INVALID);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_policy),
        cmocka_unit_test(a_conflict_is_refused_with_both_places),
        cmocka_unit_test(streams_and_open_times_are_different_bars),
        cmocka_unit_test(refusals_of_the_survey_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
