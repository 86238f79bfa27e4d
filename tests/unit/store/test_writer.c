/* Writing, publishing, finishing and opening a topic; what crashes and failing disks leave behind.
 */
#include "store/file.h"
#include "unit/store/fixture.h"

#include <errno.h>

static void topic_opens_as_it_was_written(void **state)
{
    struct fixture *fixture = *state;
    struct hc_store_writer *writer = new_writer(fixture, 3, HP_LZ4);
    struct hc_store_facts facts = some_facts();
    struct hc_log *logs[3];
    struct hc_store_topic topic;
    append_range(fixture, writer, BARS, 0, 0, 500);
    append_range(fixture, writer, BARS, 2, 0, 20); /* partition 1 stays empty */
    CHECK_OK(hc_store_writer_finish(writer, &facts, logs, &fixture->error));
    hc_store_writer_free(writer);
    CHECK_OK(hc_store_open(fixture->directory, &topic, &fixture->error));
    assert_int_equal(topic.partitions, 3);
    assert_int_equal(topic.codec, HP_LZ4);
    assert_true(hc_slice_equal(topic.facts.identity, facts.identity));
    assert_true(hc_slice_equal(topic.facts.settings, facts.settings));
    assert_true(hc_slice_equal(topic.facts.fingerprint, facts.fingerprint));
    assert_true(hc_slice_equal(topic.facts.report, facts.report));
    assert_int_equal(topic.facts.generation, 3);
    int64_t ends[] = {500, 0, 20};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(hc_log_end(logs[i]), ends[i]);
        assert_int_equal(hc_log_end(topic.logs[i]), ends[i]);
        assert_int_equal(logs[i]->bytes, topic.logs[i]->bytes);
        assert_int_equal(topic.prefixes[i].count, ends[i] > 0 ? 1 : 0);
        hc_log_put(logs[i]);
    }
    hc_store_topic_done(&topic);
}

static void a_directory_without_manifest_is_not_found(void **state)
{
    struct fixture *fixture = *state;
    struct hc_store_topic topic;
    assert_int_equal(hc_store_open(fixture->directory, &topic, &fixture->error), HC_NOT_FOUND);
    assert_int_equal(hc_store_open("/nonexistent/topic", &topic, &fixture->error), HC_NOT_FOUND);
}

static void snapshots_grow_and_old_ones_stay(void **state)
{
    struct fixture *fixture = *state;
    struct hc_store_writer *writer = new_writer(fixture, 1, HP_NONE);
    struct hc_log *logs[10];
    for (int i = 0; i < 10; i++) {
        append_range(fixture, writer, BARS, 0, i * 100, i * 100 + 100);
        CHECK_OK(hc_store_writer_publish(writer, &logs[i], &fixture->error));
    }
    struct hc_log *same;
    CHECK_OK(hc_store_writer_publish(writer, &same, &fixture->error));
    assert_ptr_equal(same, logs[9]);
    hc_log_put(same);
    hc_store_writer_free(writer); /* not finished: its files go, its snapshots stay readable */
    assert_int_equal(count_files(fixture->directory, "segment"), 0);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(hc_log_end(logs[i]), i * 100 + 100);
        struct hc_log_read what = {
            .end = i * 100 + 100, .bytes_max = 1 << 20, .at_least_one = true};
        check_log(fixture, logs[i], BARS, what);
        hc_log_put(logs[i]);
    }
}

static void batches_hold_at_most_16_kib_and_large_records_are_alone(void **state)
{
    struct fixture *fixture = *state;
    struct hc_store_writer *writer = new_writer(fixture, 1, HP_NONE);
    struct hc_log *log;
    char *large = calloc(1, 100000);
    struct hc_store_record record = {.value = hc_slice_of(large, 100000)};
    append_range(fixture, writer, CONSTANT, 0, 0, 300);
    record.visible_ms = record.timestamp_ms = 1000;
    CHECK_OK(hc_store_writer_append(writer, 0, &record, &fixture->error));
    append_range(fixture, writer, CONSTANT, 0, 301, 600);
    CHECK_OK(hc_store_writer_publish(writer, &log, &fixture->error));
    const struct hc_segment *segment = log->parts[0].segment;
    int larger = 0;
    for (uint32_t row = 0; row < segment->batches; row++) {
        struct hc_stored_batch batch = hc_segment_batch(segment, row);
        if (batch.size > HC_STORE_BATCH_BYTES_MAX) {
            larger++;
            assert_int_equal(batch.first, 300);
            assert_int_equal(batch.end, 301);
        }
    }
    assert_int_equal(larger, 1);
    free(large);
    hc_log_put(log);
    hc_store_writer_free(writer);
}

static void too_large_records_are_refused(void **state)
{
    struct fixture *fixture = *state;
    struct hc_store_writer *writer = new_writer(fixture, 1, HP_NONE);
    char *huge = calloc(1, HC_STORE_RECORD_BYTES_MAX + 1);
    struct hc_store_record record = {.value = hc_slice_of(huge, HC_STORE_RECORD_BYTES_MAX + 1)};
    assert_int_equal(hc_store_writer_append(writer, 0, &record, &fixture->error), HC_LIMIT);
    free(huge);
    hc_store_writer_free(writer);

    writer = new_writer(fixture, 1, HP_NONE);
    record = (struct hc_store_record){.timestamp_ms = INT64_MIN};
    assert_int_equal(hc_store_writer_append(writer, 0, &record, &fixture->error), HC_INVALID);
    hc_store_writer_free(writer);
}

static void publishing_becomes_due_at_growing_sizes(void **state)
{
    struct fixture *fixture = *state;
    struct hc_store_writer *writer = new_writer(fixture, 1, HP_NONE);
    int64_t due_at[4], records = 0;
    assert_false(hc_store_writer_due(writer));
    for (int i = 0; i < 4; i++) {
        int64_t first = records;
        for (; !hc_store_writer_due(writer); records++) {
            append_range(fixture, writer, BARS, 0, records, records + 1);
        }
        struct hc_log *log;
        CHECK_OK(hc_store_writer_publish(writer, &log, &fixture->error));
        hc_log_put(log);
        due_at[i] = records - first;
        assert_false(hc_store_writer_due(writer));
    }
    for (int i = 1; i < 4; i++) {
        assert_in_range(due_at[i], 19 * due_at[i - 1] / 10, 21 * due_at[i - 1] / 10);
    }
    hc_store_writer_free(writer);
}

static void leftovers_of_a_crashed_builder_go(void **state)
{
    struct fixture *fixture = *state;
    save_file(fixture->directory, "b7-p00000-000003.segment.tmp", HC_SLICE("half"));
    save_file(fixture->directory, "b7-p00000-000002.segment", HC_SLICE("whole"));
    save_file(fixture->directory, "manifest.tmp", HC_SLICE("?"));
    save_file(fixture->directory, "notes.txt", HC_SLICE("somebody else's"));
    struct hc_log *log = build_log(fixture, BARS, HP_NONE, 10, 10);
    assert_int_equal(count_files(fixture->directory, "b7-"), 0);
    assert_int_equal(count_files(fixture->directory, "tmp"), 0);
    assert_int_equal(count_files(fixture->directory, "b8-"), 1);
    assert_int_equal(count_files(fixture->directory, "notes"), 1);
    hc_log_put(log);
}

static void a_finished_topic_stays_until_the_next_is_finished(void **state)
{
    struct fixture *fixture = *state;
    struct hc_log *old = build_log(fixture, BARS, HP_NONE, 300, 100);
    struct hc_store_writer *writer = new_writer(fixture, 1, HP_ZSTD);
    struct hc_store_facts facts = some_facts();
    struct hc_store_topic topic;
    struct hc_log *log;
    append_range(fixture, writer, BARS, 0, 0, 400);
    CHECK_OK(hc_store_writer_publish(writer, &log, &fixture->error));
    hc_log_put(log);
    CHECK_OK(hc_store_open(fixture->directory, &topic, &fixture->error));
    assert_int_equal(hc_log_end(topic.logs[0]), 300);
    hc_store_topic_done(&topic);
    CHECK_OK(hc_store_writer_finish(writer, &facts, &log, &fixture->error));
    hc_store_writer_free(writer);
    CHECK_OK(hc_store_open(fixture->directory, &topic, &fixture->error));
    assert_int_equal(hc_log_end(topic.logs[0]), 400);
    assert_int_equal(count_files(fixture->directory, "segment"), 1);
    /* The one before is gone from the directory, and still served. */
    struct hc_log_read what = {.end = 300, .bytes_max = 1 << 20, .at_least_one = true};
    check_log(fixture, old, BARS, what);
    hc_store_topic_done(&topic);
    hc_log_put(log);
    hc_log_put(old);
}

/* ---- prefixes ---- */

static enum hc_prefix_match match_after(struct fixture *fixture, const struct hc_store_topic *topic,
                                        enum shape shape, int64_t records)
{
    struct hc_store_writer *writer = new_writer(fixture, 1, HP_ZSTD);
    hc_store_writer_expect(writer, 0, topic->prefixes[0].items, topic->prefixes[0].count);
    append_range(fixture, writer, shape, 0, 0, records);
    enum hc_prefix_match match = hc_store_writer_match(writer);
    hc_store_writer_free(writer);
    return match;
}

static void a_reload_proves_its_prefix(void **state)
{
    struct fixture *fixture = *state;
    struct hc_store_topic topic;
    hc_log_put(build_log(fixture, BARS, HP_NONE, 300, 100));
    CHECK_OK(hc_store_open(fixture->directory, &topic, &fixture->error));
    assert_int_equal(topic.prefixes[0].count, 3);
    assert_int_equal(topic.prefixes[0].items[2].records, 300);
    assert_int_equal(match_after(fixture, &topic, BARS, 0), HC_PREFIX_SHORTER);
    assert_int_equal(match_after(fixture, &topic, BARS, 299), HC_PREFIX_SHORTER);
    assert_int_equal(match_after(fixture, &topic, BARS, 300), HC_PREFIX_SAME);
    assert_int_equal(match_after(fixture, &topic, BARS, 500), HC_PREFIX_SAME);
    assert_int_equal(match_after(fixture, &topic, OPENS, 99), HC_PREFIX_SHORTER);
    assert_int_equal(match_after(fixture, &topic, OPENS, 100), HC_PREFIX_DIFFERS);
    hc_store_topic_done(&topic);
}

static void every_part_of_a_record_enters_the_hash(void **state)
{
    (void)state;
    struct hc_store_record records[] = {
        {1, 2, HC_SLICE("k"), HC_SLICE("v")},   {9, 2, HC_SLICE("k"), HC_SLICE("v")},
        {1, 9, HC_SLICE("k"), HC_SLICE("v")},   {1, 2, HC_SLICE("x"), HC_SLICE("v")},
        {1, 2, HC_SLICE("k"), HC_SLICE("x")},   {1, 2, HC_SLICE_NULL, HC_SLICE("kv")},
        {1, 2, HC_SLICE("kv"), HC_SLICE_NULL},  {1, 2, HC_SLICE_EMPTY, HC_SLICE("kv")},
        {1, 2, HC_SLICE("k"), HC_SLICE("v\0")},
    };
    struct hc_prefix seen[HC_COUNT(records)];
    for (size_t i = 0; i < HC_COUNT(records); i++) {
        struct hc_prefix_hash *hash = hc_prefix_hash_new();
        hc_prefix_hash_add(hash, 0, &records[i]);
        seen[i] = hc_prefix_hash_at(hash);
        hc_prefix_hash_free(hash);
        for (size_t before = 0; before < i; before++) {
            assert_false(hc_prefix_equal(&seen[before], &seen[i]));
        }
    }
}

/* ---- failing disks ---- */

static int calls_left;
static int failure_code;

static ssize_t failing_write(int fd, const void *data, size_t size)
{
    if (calls_left-- <= 0) {
        errno = failure_code;
        return -1;
    }
    return write(fd, data, size > 1000 ? 1000 : size); /* short writes are legal */
}

static int failing_sync(int fd)
{
    if (calls_left-- <= 0) {
        errno = failure_code;
        return -1;
    }
    return fdatasync(fd);
}

static enum hc_status write_topic(struct fixture *fixture)
{
    struct hc_store_writer *writer = new_writer(fixture, 2, HP_NONE);
    struct hc_store_facts facts = some_facts();
    struct hc_log *logs[2];
    append_range(fixture, writer, BARS, 0, 0, 30);
    append_range(fixture, writer, BARS, 1, 0, 30);
    enum hc_status status = hc_store_writer_finish(writer, &facts, logs, &fixture->error);
    if (status == HC_OK) {
        hc_log_put(logs[0]);
        hc_log_put(logs[1]);
    } else {
        struct hc_error again = {0};
        assert_int_equal(hc_store_writer_publish(writer, logs, &again), status);
        assert_string_equal(again.text, fixture->error.text);
    }
    hc_store_writer_free(writer);
    return status;
}

static void a_full_or_failing_disk_leaves_nothing_behind(void **state)
{
    struct fixture *fixture = *state;
    const struct hc_file_calls calls = {failing_write, failing_sync};
    const int codes[] = {ENOSPC, EIO};
    const enum hc_status statuses[] = {HC_NO_SPACE, HC_IO};
    for (size_t i = 0; i < HC_COUNT(codes); i++) {
        enum hc_status status = HC_INTERNAL;
        failure_code = codes[i];
        hc_file_use(&calls);
        for (int allowed = 0; status != HC_OK; allowed++) {
            calls_left = allowed;
            status = write_topic(fixture);
            if (status != HC_OK) {
                assert_int_equal(status, statuses[i]);
                assert_non_null(strstr(fixture->error.text, fixture->directory));
                assert_int_equal(count_files(fixture->directory, "b"), 0);
                assert_int_equal(count_files(fixture->directory, "manifest"), 0);
            } else {
                assert_true(allowed > 10); /* every call before failed once */
            }
        }
        hc_file_use(NULL);
        remove_tree(fixture->directory);
        mkdir(fixture->directory, 0755);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(topic_opens_as_it_was_written),
        TEST(a_directory_without_manifest_is_not_found),
        TEST(snapshots_grow_and_old_ones_stay),
        TEST(batches_hold_at_most_16_kib_and_large_records_are_alone),
        TEST(too_large_records_are_refused),
        TEST(publishing_becomes_due_at_growing_sizes),
        TEST(leftovers_of_a_crashed_builder_go),
        TEST(a_finished_topic_stays_until_the_next_is_finished),
        TEST(a_reload_proves_its_prefix),
        cmocka_unit_test(every_part_of_a_record_enters_the_hash),
        TEST(a_full_or_failing_disk_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
