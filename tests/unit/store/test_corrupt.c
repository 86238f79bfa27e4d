/* Damaged files: whatever happens to index, footer or manifest is found at open, named, and never
 * crashes. */
#include "store/file.h"
#include "store/manifest.h"
#include "unit/store/fixture.h"

#include <xxhash.h>

static const char segment_name[] = "b1-p00000-000000.segment";

/* Opening fails, and the sentence names `name`. */
static enum hc_status open_damaged(struct fixture *fixture, const char *name, struct hc_slice bytes)
{
    struct hc_store_topic topic = {.partitions = -7};
    save_file(fixture->directory, name, bytes);
    fixture->error = (struct hc_error){0};
    enum hc_status status = hc_store_open(fixture->directory, &topic, &fixture->error);
    if (status != HC_OK) {
        assert_int_equal(topic.partitions, -7);
        assert_int_equal(fixture->error.status, status);
        assert_non_null(strstr(fixture->error.text, name));
    } else {
        hc_store_topic_done(&topic);
    }
    return status;
}

static void flip_every_byte(struct fixture *fixture, const char *name, size_t from, size_t end,
                            size_t version_at)
{
    struct hc_slice good = load_file(fixture->directory, name);
    char *bad = malloc(good.size);
    assert_true(from < end && end <= good.size);
    for (size_t i = from; i < end; i++) {
        bool version = i >= version_at && i < version_at + 4;
        for (int bit = 0; bit < 8; bit += 7) {
            memcpy(bad, good.data, good.size);
            bad[i] = (char)(bad[i] ^ (1 << bit));
            enum hc_status status = open_damaged(fixture, name, hc_slice_of(bad, good.size));
            assert_int_equal(status, version ? HC_UNSUPPORTED : HC_CORRUPT);
        }
    }
    assert_int_equal(open_damaged(fixture, name, good), HC_OK);
    free(bad);
    free((void *)(uintptr_t)good.data);
}

static void every_flipped_byte_of_index_and_footer_is_found(void **state)
{
    struct fixture *fixture = *state;
    enum shape shapes[] = {BARS, OPENS};
    for (size_t s = 0; s < HC_COUNT(shapes); s++) {
        struct hc_log *log = build_log(fixture, shapes[s], HP_NONE, 250, 250);
        const struct hc_segment *segment = log->parts[0].segment;
        size_t size = segment->map_bytes;
        size_t index = (size_t)((const char *)segment->rows - segment->map);
        size_t footer = size - sizeof(struct hc_segment_footer);
        char name[HC_SEGMENT_NAME_BYTES];
        hc_segment_name((int64_t)s + 1, 0, 0, name);
        assert_true(segment->batches > 1);
        flip_every_byte(fixture, name, index, index + segment->batches * sizeof *segment->rows,
                        SIZE_MAX / 2);
        flip_every_byte(fixture, name, footer, size,
                        footer + offsetof(struct hc_segment_footer, version));
        hc_log_put(log);
    }
}

static void every_flipped_byte_of_the_manifest_is_found(void **state)
{
    struct fixture *fixture = *state;
    hc_log_put(build_log(fixture, BARS, HP_NONE, 60, 20));
    struct hc_slice manifest = load_file(fixture->directory, HC_MANIFEST_NAME);
    flip_every_byte(fixture, HC_MANIFEST_NAME, 0, manifest.size, sizeof(uint64_t));
    free((void *)(uintptr_t)manifest.data);
}

static void every_truncation_is_found(void **state)
{
    struct fixture *fixture = *state;
    const char *names[] = {segment_name, HC_MANIFEST_NAME};
    hc_log_put(build_log(fixture, OPENS, HP_NONE, 12, 12));
    for (size_t n = 0; n < HC_COUNT(names); n++) {
        struct hc_slice good = load_file(fixture->directory, names[n]);
        for (size_t size = 0; size < good.size; size++) {
            enum hc_status status = open_damaged(fixture, names[n], hc_slice_of(good.data, size));
            assert_int_equal(status, HC_CORRUPT);
        }
        char *longer = calloc(1, good.size + 64);
        memcpy(longer, good.data, good.size);
        for (size_t more = 1; more <= 64; more++) {
            struct hc_slice bytes = hc_slice_of(longer, good.size + more);
            assert_int_equal(open_damaged(fixture, names[n], bytes), HC_CORRUPT);
        }
        assert_int_equal(open_damaged(fixture, names[n], good), HC_OK);
        free(longer);
        free((void *)(uintptr_t)good.data);
    }
}

static void missing_and_strange_files_are_named(void **state)
{
    struct fixture *fixture = *state;
    struct hc_store_topic topic;
    char path[2 * TEXT_BYTES];
    hc_log_put(build_log(fixture, BARS, HP_NONE, 40, 20));
    snprintf(path, sizeof path, "%s/%s", fixture->directory, "b1-p00000-000001.segment");
    unlink(path);
    assert_int_equal(hc_store_open(fixture->directory, &topic, &fixture->error), HC_CORRUPT);
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(hc_store_open(fixture->directory, &topic, &fixture->error), HC_CORRUPT);
    rmdir(path);
}

static void the_segment_of_another_build_is_not_taken(void **state)
{
    struct fixture *fixture = *state;
    hc_log_put(build_log(fixture, BARS, HP_NONE, 12, 12));
    struct hc_slice bars = load_file(fixture->directory, segment_name);
    hc_log_put(build_log(fixture, CONSTANT, HP_NONE, 12, 12));
    assert_int_equal(open_damaged(fixture, "b2-p00000-000000.segment", bars), HC_CORRUPT);
    free((void *)(uintptr_t)bars.data);
}

/* ---- files whose sums are right and whose contents are not ---- */

/* Sets 4 or 8 bytes at `at` and sums again; the segment is then opened directly. */
static enum hc_status open_forged(struct fixture *fixture, struct hc_slice good, size_t at,
                                  size_t width, uint64_t value)
{
    char *bad = malloc(good.size);
    memcpy(bad, good.data, good.size);
    struct hc_segment_footer *footer = (void *)(bad + good.size - sizeof *footer);
    struct hc_segment_footer before = *footer;
    struct hc_segment *segment = NULL;
    memcpy(bad + at, &value, width);
    size_t rows_bytes = (size_t)before.batches * sizeof(struct hc_index_row);
    footer->index_sum = XXH3_64bits(bad + before.index_position, rows_bytes);
    footer->footer_sum = XXH3_64bits(footer, offsetof(struct hc_segment_footer, footer_sum));
    save_file(fixture->directory, "forged.segment", hc_slice_of(bad, good.size));
    free(bad);
    struct hc_segment_expect expect = {
        .base_offset = 0,
        .records = before.records,
        .file_bytes = good.size,
    };
    int directory_fd;
    CHECK_OK(hc_file_open_directory(fixture->directory, &directory_fd, &fixture->error));
    enum hc_status status = hc_segment_open(directory_fd, fixture->directory, "forged.segment",
                                            &expect, &segment, &fixture->error);
    close(directory_fd);
    hc_segment_put(segment);
    return status;
}

static void forged_footers_and_indexes_are_bounded(void **state)
{
    struct fixture *fixture = *state;
    hc_log_put(build_log(fixture, OPENS, HP_NONE, 400, 400));
    struct hc_slice good = load_file(fixture->directory, segment_name);
    const struct hc_segment_footer *footer = (const void *)(good.data + good.size - sizeof *footer);
    size_t footer_at = good.size - sizeof *footer;
    const uint64_t values[] = {0, 1, 0x7fffffff, 0xffffffff, UINT64_MAX, INT64_MAX, 1u << 30};
    const size_t footer_fields[] = {
        offsetof(struct hc_segment_footer, codec),
        offsetof(struct hc_segment_footer, batches),
        offsetof(struct hc_segment_footer, records),
        offsetof(struct hc_segment_footer, has_timestamps),
    };
    for (size_t v = 0; v < HC_COUNT(values); v++) {
        for (size_t f = 0; f < HC_COUNT(footer_fields); f++) {
            uint32_t now;
            memcpy(&now, good.data + footer_at + footer_fields[f], sizeof now);
            enum hc_status want =
                (uint32_t)values[v] == now || (f == 0 && values[v] == 1) ? HC_OK : HC_CORRUPT;
            assert_int_equal(open_forged(fixture, good, footer_at + footer_fields[f], 4, values[v]),
                             want);
        }
        size_t body = offsetof(struct hc_segment_footer, body_bytes);
        size_t index = offsetof(struct hc_segment_footer, index_position);
        size_t base = offsetof(struct hc_segment_footer, base_offset);
        assert_int_equal(open_forged(fixture, good, footer_at + body, 8, values[v]), HC_CORRUPT);
        assert_int_equal(open_forged(fixture, good, footer_at + index, 8, values[v]), HC_CORRUPT);
        if (values[v] != 0) {
            assert_int_equal(open_forged(fixture, good, footer_at + base, 8, values[v]),
                             HC_CORRUPT);
        }
        for (uint32_t row = 0; row < footer->batches; row++) {
            size_t at = footer->index_position + row * sizeof(struct hc_index_row);
            size_t position = at + offsetof(struct hc_index_row, position);
            size_t first = at + offsetof(struct hc_index_row, first_record);
            if (row > 0 || values[v] != 0) {
                assert_int_equal(open_forged(fixture, good, position, 4, values[v]), HC_CORRUPT);
            }
            if ((row > 0 || values[v] != 0) && (row != 1 || values[v] != 1)) {
                assert_int_equal(open_forged(fixture, good, first, 4, values[v]), HC_CORRUPT);
            }
        }
    }
    free((void *)(uintptr_t)good.data);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_flipped_byte_of_index_and_footer_is_found),
        TEST(every_flipped_byte_of_the_manifest_is_found),
        TEST(every_truncation_is_found),
        TEST(missing_and_strange_files_are_named),
        TEST(the_segment_of_another_build_is_not_taken),
        TEST(forged_footers_and_indexes_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
