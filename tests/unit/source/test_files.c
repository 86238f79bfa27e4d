/* Files: merging by visible time, filters and ranges over many, unlike ones, changes while they are
 * read, cancelling. */
#include "support.h"

#include <sys/stat.h>

#define HEAD "time,symbol,open,high,low,close,volume\n"
#define GOOD "1521590400,A,1,2,1,2,5\n1521590460,A,1,2,1,2,5\n1521590520,A,1,2,1,2,5\n"

static void folder_make(char path[256])
{
    snprintf(path, 256, "%s/folder", scratch);
    mkdir(path, 0700);
}

/* Writes minutes [from, to) of a symbol into scratch/folder. */
static void minutes_write(const char *name, int from, int to)
{
    struct hc_buffer text = {0};
    hc_buffer_append_str(&text, "time,open,high,low,close,volume\n");
    for (int i = from; i < to; i++) {
        hc_buffer_printf(&text, "%d,1,2,1,2,%d\n", 1521590400 + 60 * i, i);
    }
    char path[300];
    snprintf(path, sizeof(path), "folder/%s", name);
    scratch_text(path, hc_buffer_str(&text));
    hc_buffer_done(&text);
}

static void folder_clear(void)
{
    char folder[256];
    char path[600];
    snprintf(folder, sizeof(folder), "%s/folder", scratch);
    DIR *listing = opendir(folder);
    assert_non_null(listing);
    const struct dirent *entry;
    while ((entry = readdir(listing)) != NULL) {
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    closedir(listing);
}

/* Visible times never go back; returns the symbols in the order of rows. */
static char *merged_symbols(const struct hc_topic_spec *spec)
{
    struct hc_source *source = NULL;
    struct hc_error error = {0};
    struct hc_load_control control = {0};
    struct hc_source_facts facts;
    assert_int_equal(hc_source_open(spec, &source, &error), HC_OK);
    assert_int_equal(hc_source_survey(source, &control, &facts, &error), HC_OK);
    assert_true(facts.ordered);
    struct hc_buffer out = {0};
    for (int round = 0; round < 2; round++) { /* reading may start again, in the middle too */
        hc_buffer_clear(&out);
        assert_int_equal(hc_source_read_begin(source, &control, &error), HC_OK);
        struct hc_row row;
        int64_t before = INT64_MIN;
        int64_t count = 0;
        while ((round == 1 || count < 3) && hc_source_read_next(source, &row, &error) == HC_OK) {
            assert_true(row.visible_ns >= before);
            before = row.visible_ns;
            hc_buffer_append_slice(&out, facts.streams[row.stream].symbol);
            count++;
        }
        assert_true(round == 0 || count == facts.rows);
    }
    hc_source_close(source);
    char *text = strdup(hc_buffer_str(&out));
    hc_buffer_done(&out);
    return text;
}

static void files_are_merged_by_visible_time(void **state)
{
    (void)state;
    char folder[256];
    folder_make(folder);
    minutes_write("AAA-1.csv", 0, 3);
    minutes_write("AAA-2.csv", 3, 5);
    minutes_write("BBB.csv", 1, 4);
    minutes_write("CCC.csv", 4, 7);
    struct hc_topic_spec spec = spec_of(folder);
    char *symbols = merged_symbols(&spec);
    assert_string_equal(symbols, "AAAAAABBBAAABBBAAABBBAAACCCCCCCCC");
    free(symbols);
    spec.range_from_ms = INT64_C(1521590400000) + 2 * 60000;
    spec.range_to_ms = INT64_C(1521590400000) + 5 * 60000;
    symbols = merged_symbols(&spec);
    assert_string_equal(symbols, "AAABBBAAABBBAAACCC");
    free(symbols);
    struct hc_slice wanted[] = {{"*C", 2}, {"AAA", 3}};
    spec.symbols = (struct hc_slice_list){wanted, 2};
    spec.exclude_symbols = (struct hc_slice_list){wanted + 1, 1};
    symbols = merged_symbols(&spec);
    assert_string_equal(symbols, "CCC");
    free(symbols);
    char list[300];
    snprintf(list, sizeof(list), "@%s", scratch_text("wanted", "# mine\nBBB, CCC\n\n"));
    wanted[0] = hc_slice_str(list);
    spec.symbols = (struct hc_slice_list){wanted, 1};
    spec.exclude_symbols = (struct hc_slice_list){NULL, 0};
    symbols = merged_symbols(&spec);
    assert_string_equal(symbols, "BBBBBBCCC");
    free(symbols);
    folder_clear();
}

static void filters_choose_among_the_symbols_of_a_file(void **state)
{
    (void)state;
    struct hc_topic_spec spec =
        spec_of(scratch_text("all.csv", "time,ticker,high,low\n1521590400,A,2,1\n"
                                        "1521590400,B,2,1\n1521590460,A,2,1\n1521590460,B,2,1\n"
                                        "1521590520,A,2,1\n1521590520,B,2,1\n"));
    struct hc_slice unwanted[] = {{"A", 1}, {"*", 1}};
    spec.exclude_symbols = (struct hc_slice_list){unwanted, 1};
    char *symbols = merged_symbols(&spec);
    assert_string_equal(symbols, "BBB");
    free(symbols);
    spec.range_from_ms = INT64_C(1521590460000);
    symbols = merged_symbols(&spec);
    assert_string_equal(symbols, "BB");
    free(symbols);
    spec.range_to_ms = INT64_C(1521590400000); /* before its beginning */
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.count, 0);
    outcome_done(&outcome);
    spec.exclude_symbols = (struct hc_slice_list){unwanted, 2};
    outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.count, 0);
    assert_int_equal(outcome.facts.stream_count, 0);
    outcome_done(&outcome);
}

static void many_overlapping_files_are_read_one_by_one(void **state)
{
    (void)state;
    char folder[256];
    folder_make(folder);
    for (int i = 0; i < 300; i++) {
        char name[32];
        snprintf(name, sizeof(name), "S%03dUSD.csv", i);
        minutes_write(name, 0, 3);
    }
    struct hc_topic_spec spec = spec_of(folder);
    struct outcome outcome = outcome_of(&spec);
    assert_ok(&outcome);
    assert_int_equal(outcome.count, 900);
    assert_false(outcome.facts.ordered);
    outcome_done(&outcome);
    folder_clear();
}

static void unlike_files_are_no_topic(void **state)
{
    (void)state;
    char folder[256];
    folder_make(folder);
    minutes_write("AAA.csv", 0, 3);
    scratch_text("folder/BBB.csv", "time,open,high,low,last,volume\n1521590400,1,2,1,2,5\n");
    struct hc_topic_spec spec = spec_of(folder);
    struct outcome outcome = outcome_of(&spec);
    assert_error(&outcome, HC_USAGE, "the names of their columns");
    outcome_done(&outcome);
    scratch_text("folder/BBB.csv", "low,open,volume,close,time,high\n1,2,5,2,1521590400,2\n");
    outcome = outcome_of(&spec);
    assert_ok(&outcome); /* another order of the same columns is the same table */
    assert_non_null(strstr(hc_buffer_str(&outcome.rows), "BBB 2 sBBB n1521590400 n2 n2 n1 n2 n5"));
    outcome_done(&outcome);
    folder_clear();
}

static void a_file_that_changed_after_the_survey_is_noticed(void **state)
{
    (void)state;
    struct hc_topic_spec spec = spec_of(scratch_text("AAA.csv", HEAD GOOD));
    struct hc_source *source = NULL;
    struct hc_error error = {0};
    struct hc_load_control control = {0};
    struct hc_source_facts facts;
    struct hc_buffer before = {0};
    struct hc_buffer after = {0};
    struct hc_row row;
    assert_int_equal(hc_source_open(&spec, &source, &error), HC_OK);
    assert_int_equal(hc_source_fingerprint(source, &before, &error), HC_OK);
    assert_int_equal(hc_source_fingerprint(source, &after, &error), HC_OK);
    assert_true(hc_slice_equal(hc_buffer_slice(&before), hc_buffer_slice(&after)));
    assert_int_equal(hc_source_survey(source, &control, &facts, &error), HC_OK);
    scratch_text("AAA.csv", HEAD GOOD "1521590580,A,1,2,1,2,5\n");
    assert_int_equal(hc_source_read_begin(source, &control, &error), HC_OK);
    assert_int_equal(hc_source_read_next(source, &row, &error), HC_CHANGED);
    hc_buffer_clear(&after);
    assert_int_equal(hc_source_fingerprint(source, &after, &error), HC_OK);
    assert_false(hc_slice_equal(hc_buffer_slice(&before), hc_buffer_slice(&after)));
    hc_source_close(source);
    hc_buffer_done(&before);
    hc_buffer_done(&after);
}

static void loading_can_be_cancelled(void **state)
{
    (void)state;
    struct hc_buffer text = {0};
    hc_buffer_append_str(&text, HEAD);
    for (int i = 0; i < 10000; i++) {
        hc_buffer_printf(&text, "%d,A,1,2,1,2,5\n", 1521590400 + 60 * i);
    }
    struct hc_topic_spec spec = spec_of(scratch_text("long.csv", hc_buffer_str(&text)));
    struct hc_source *source = NULL;
    struct hc_error error = {0};
    struct hc_load_control control = {0};
    struct hc_source_facts facts;
    struct hc_row row;
    assert_int_equal(hc_source_open(&spec, &source, &error), HC_OK);
    assert_int_equal(hc_source_survey(source, &control, &facts, &error), HC_OK);
    assert_int_equal(control.bytes_done, control.bytes_total);
    assert_int_equal(control.rows_done, 10000);
    assert_int_equal(hc_source_read_begin(source, &control, &error), HC_OK);
    atomic_store(&control.cancel, true);
    enum hc_status status;
    int64_t count = 0;
    while ((status = hc_source_read_next(source, &row, &error)) == HC_OK) {
        count++;
    }
    assert_int_equal(status, HC_CANCELLED);
    assert_true(count < 10000);
    hc_source_close(source);
    hc_buffer_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_merged_by_visible_time),
        cmocka_unit_test(filters_choose_among_the_symbols_of_a_file),
        cmocka_unit_test(many_overlapping_files_are_read_one_by_one),
        cmocka_unit_test(unlike_files_are_no_topic),
        cmocka_unit_test(a_file_that_changed_after_the_survey_is_noticed),
        cmocka_unit_test(loading_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
