/* Batches that Apache Kafka's Java classes, kafka-python and python-snappy made, and what those
 * libraries read in them. */
#include "base/memory.h"
#include "protocol/records.h"
#include "vectors/batch_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

enum { LINES_MIN = 70 };

typedef void line_function(struct hc_slice bytes, struct hc_slice codec, struct hc_slice told);

/* Cuts `line` behind the first `mark`: returns what stands before it. */
static struct hc_slice cut_at(struct hc_slice *line, const char *mark)
{
    const char *at = memmem(line->data, line->size, mark, strlen(mark));
    assert_non_null(at);
    struct hc_slice before = hc_slice_of(line->data, (size_t)(at - line->data));
    size_t used = before.size + strlen(mark);
    *line = hc_slice_of(line->data + used, line->size - used);
    return before;
}

static void append_unhex(struct hc_buffer *out, struct hc_slice hex)
{
    assert_int_equal(hex.size % 2, 0);
    for (size_t i = 0; i < hex.size; i += 2) {
        char digits[3] = {hex.data[i], hex.data[i + 1], 0};
        char *end;
        hc_buffer_append_char(out, (char)strtoul(digits, &end, 16));
        assert_ptr_equal(end, digits + 2);
    }
}

static void for_each_line(line_function *function)
{
    FILE *file = fopen(HINDCAST_SOURCE_DIR "/tests/vectors/batches.jsonl", "r");
    char *text = NULL;
    size_t capacity = 0;
    int lines = 0;
    assert_non_null(file);
    for (ssize_t size; (size = getline(&text, &capacity, file)) > 0; lines++) {
        struct hc_buffer bytes = {0};
        struct hc_slice line = hc_slice_trim(hc_slice_of(text, (size_t)size));
        (void)cut_at(&line, "\"codec\":\"");
        struct hc_slice codec = cut_at(&line, "\",\"hex\":\"");
        append_unhex(&bytes, cut_at(&line, "\","));
        function(hc_buffer_slice(&bytes), codec, line);
        hc_buffer_done(&bytes);
    }
    free(text);
    fclose(file);
    assert_true(lines >= LINES_MIN);
}

static void check_text(struct hc_slice bytes, struct hc_slice codec, struct hc_slice told)
{
    struct hp_batch batch;
    struct hc_buffer found = {0};
    assert_int_equal(batch_text(bytes, &found), HC_OK);
    char *expected = hc_slice_dup(told);
    assert_string_equal(hc_buffer_str(&found), expected);
    assert_int_equal(hp_batch_read(bytes, true, &batch), HC_OK);
    assert_true(hc_slice_equal_str(codec, hp_codec_name(batch.codec)));
    free(expected);
    hc_buffer_done(&found);
}

/* Cutting behind record n leaves the text's first n records. */
static void check_cuts(struct hc_slice bytes, struct hc_slice codec, struct hc_slice told)
{
    struct hp_batch batch;
    struct hc_buffer scratch = {0};
    struct hc_slice records;
    (void)codec;
    assert_int_equal(hp_batch_read(bytes, true, &batch), HC_OK);
    assert_int_equal(hp_batch_decompress(&batch, BATCH_TEXT_BYTES_MAX, &scratch, &records), HC_OK);
    (void)cut_at(&told, "\"records\":[");
    for (int32_t count = 1; count < batch.record_count; count++) {
        struct hc_buffer out = {0};
        struct hc_buffer found = {0};
        assert_int_equal(hp_batch_cut(&batch, records, count, 3, &out), HC_OK);
        assert_int_equal(batch_text(hc_buffer_slice(&out), &found), HC_OK);
        struct hc_slice text = hc_buffer_slice(&found);
        (void)cut_at(&text, "\"records\":[");
        assert_true(text.size > 2 && text.size < told.size);
        bool append_time = (batch.attributes & 8) != 0; /* times then follow the batch */
        assert_true(append_time || memcmp(text.data, told.data, text.size - 2) == 0);
        hc_buffer_done(&out);
        hc_buffer_done(&found);
    }
    hc_buffer_done(&scratch);
}

/* A batch cut off anywhere is never taken for a whole one. */
static void check_truncations(struct hc_slice bytes, struct hc_slice codec, struct hc_slice told)
{
    struct hp_batch batch;
    (void)codec;
    (void)told;
    for (size_t size = 1; size < bytes.size; size++)
        assert_int_equal(hp_batch_read(hc_slice_of(bytes.data, size), true, &batch), HC_AGAIN);
}

static void test_reads_what_the_libraries_read(void **state)
{
    (void)state;
    for_each_line(check_text);
}

static void test_cuts_of_foreign_batches(void **state)
{
    (void)state;
    for_each_line(check_cuts);
}

static void test_truncated_foreign_batches(void **state)
{
    (void)state;
    for_each_line(check_truncations);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_what_the_libraries_read),
        cmocka_unit_test(test_cuts_of_foreign_batches),
        cmocka_unit_test(test_truncated_foreign_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
