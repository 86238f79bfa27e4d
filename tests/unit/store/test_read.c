/* hc_log_read: runs, epochs, slices, limits. */
#include "unit/store/fixture.h"

static struct hc_log_read read_all_of(struct hc_log *log)
{
    return (struct hc_log_read){
        .end = hc_log_end(log),
        .bytes_max = 1 << 20,
        .at_least_one = true,
    };
}

struct answer {
    enum hc_read_result result;
    struct hc_chunk chunks[CHUNKS_MAX];
    size_t count;
    size_t bytes;
    int64_t next;
};

static struct answer read_once(struct fixture *fixture, struct hc_log_reader *reader,
                               struct hc_log *log, const struct hc_log_read *what,
                               size_t chunks_max)
{
    struct answer answer = {.next = -1};
    answer.result = hc_log_read(reader, log, what, &fixture->arena, answer.chunks, chunks_max,
                                &answer.count, &answer.bytes, &answer.next);
    return answer;
}

static void release(struct answer *answer)
{
    for (size_t i = 0; i < answer->count; i++) {
        hc_chunk_release(&answer->chunks[i]);
    }
}

static void whole_log_reads_back_with_every_codec(void **state)
{
    struct fixture *fixture = *state;
    for (int codec = 0; codec < HP_CODEC_COUNT; codec++) {
        struct hc_log *log = build_log(fixture, OPENS, (enum hp_codec)codec, 1000, 300);
        struct hc_log_read what = read_all_of(log);
        check_log(fixture, log, OPENS, what);
        what.leader_epoch = 7;
        check_log(fixture, log, OPENS, what);
        what.no_zstd = true;
        what.leader_epoch = 0;
        check_log(fixture, log, OPENS, what);
        hc_log_put(log);
    }
}

static void a_run_of_batches_is_one_chunk_a_segment(void **state)
{
    struct fixture *fixture = *state;
    struct hc_log *log = build_log(fixture, BARS, HP_NONE, 2000, 1000);
    struct hc_log_reader *reader = hc_log_reader_new(1 << 16);
    struct hc_log_read what = read_all_of(log);
    struct answer answer = read_once(fixture, reader, log, &what, CHUNKS_MAX);
    assert_int_equal(answer.result, HC_READ_CHUNKS);
    assert_int_equal(log->count, 2);
    assert_int_equal(answer.count, 2);
    assert_int_equal(answer.bytes, log->bytes);
    assert_int_equal(answer.next, 2000);
    /* The very bytes of the mapping. */
    assert_ptr_equal(answer.chunks[0].data, log->parts[0].segment->map);
    assert_true(log->parts[0].segment->batches > 3);
    release(&answer);

    what.leader_epoch = 1;
    uint32_t batches = log->parts[0].segment->batches + log->parts[1].segment->batches;
    answer = read_once(fixture, reader, log, &what, CHUNKS_MAX);
    assert_int_equal(answer.count, 2 * batches);
    assert_int_equal(answer.chunks[0].size, HP_BATCH_PATCH_BYTES);
    assert_null(answer.chunks[0].owner);
    assert_ptr_equal((const char *)answer.chunks[1].data,
                     log->parts[0].segment->map + HP_BATCH_PATCH_BYTES);
    release(&answer);
    hc_log_reader_free(reader);
    hc_log_put(log);
}

static void chunks_outlive_the_log_and_the_reader(void **state)
{
    struct fixture *fixture = *state;
    struct hc_log *log = build_log(fixture, BARS, HP_ZSTD, 500, 500);
    struct hc_log_reader *reader = hc_log_reader_new(1 << 16);
    struct hc_log_read what = read_all_of(log);
    what.end = 490; /* the last batch is cut */
    struct answer answer = read_once(fixture, reader, log, &what, CHUNKS_MAX);
    hc_log_put(log);
    hc_log_reader_free(reader);
    int64_t first;
    char *joined = join(answer.chunks, answer.count, answer.bytes);
    assert_int_equal(check_batches(joined, answer.bytes, BARS, 0, &first), 490);
    free(joined);
}

static void slices_end_at_every_position_with_every_codec(void **state)
{
    struct fixture *fixture = *state;
    for (int codec = 0; codec < HP_CODEC_COUNT; codec++) {
        struct hc_log *log = build_log(fixture, OPENS, (enum hp_codec)codec, 260, 200);
        for (int64_t end = 1; end <= 260; end++) {
            struct hc_log_read what = read_all_of(log);
            what.end = end;
            what.leader_epoch = (int32_t)(end % 2);
            check_log(fixture, log, OPENS, what);
        }
        hc_log_put(log);
    }
}

static void slices_begin_at_every_position_with_every_codec(void **state)
{
    struct fixture *fixture = *state;
    for (int codec = 0; codec < HP_CODEC_COUNT; codec++) {
        struct hc_log *log = build_log(fixture, OPENS, (enum hp_codec)codec, 260, 200);
        for (int64_t begin = 0; begin < 260; begin++) {
            struct hc_log_read what = read_all_of(log);
            what.begin = begin;
            what.offset = begin;
            what.end = HC_MIN(begin + 150, 260);
            what.leader_epoch = 5;
            check_log(fixture, log, OPENS, what);
        }
        hc_log_put(log);
    }
}

static void a_batch_may_begin_before_the_offset(void **state)
{
    struct fixture *fixture = *state;
    struct hc_log *log = build_log(fixture, BARS, HP_LZ4, 700, 350);
    for (int64_t offset = 0; offset < 700; offset += 9) {
        struct hc_log_read what = read_all_of(log);
        what.offset = offset;
        check_log(fixture, log, BARS, what);
    }
    hc_log_put(log);
}

static void slices_come_from_the_cache_the_second_time(void **state)
{
    struct fixture *fixture = *state;
    struct hc_log *log = build_log(fixture, BARS, HP_GZIP, 300, 300);
    struct hc_log_reader *reader = hc_log_reader_new(1 << 20);
    struct hc_log_read what = read_all_of(log);
    what.end = 10;
    struct answer one = read_once(fixture, reader, log, &what, CHUNKS_MAX);
    struct answer two = read_once(fixture, reader, log, &what, CHUNKS_MAX);
    assert_ptr_equal(one.chunks[0].data, two.chunks[0].data);
    what.leader_epoch = 1;
    struct answer other = read_once(fixture, reader, log, &what, CHUNKS_MAX);
    assert_ptr_not_equal(one.chunks[0].data, other.chunks[0].data);
    release(&one);
    release(&two);
    release(&other);
    hc_log_reader_free(reader);

    /* A cache without room still serves. */
    reader = hc_log_reader_new(0);
    for (int64_t end = 1; end < 60; end++) {
        what.end = end;
        struct answer answer = read_once(fixture, reader, log, &what, CHUNKS_MAX);
        assert_int_equal(answer.next, end);
        release(&answer);
    }
    hc_log_reader_free(reader);
    hc_log_put(log);
}

static void the_cache_forgets_the_least_recently_used(void **state)
{
    struct fixture *fixture = *state;
    struct hc_log *log = build_log(fixture, BARS, HP_NONE, 300, 300);
    struct hc_log_reader *reader = hc_log_reader_new(64 * 1024);
    struct hc_log_read what = read_all_of(log);
    what.end = 20;
    struct answer kept = read_once(fixture, reader, log, &what, CHUNKS_MAX);
    for (int round = 0; round < 3; round++) {
        for (int64_t end = 21; end < 100; end++) {
            what.end = end;
            struct answer answer = read_once(fixture, reader, log, &what, CHUNKS_MAX);
            assert_int_equal(answer.result, HC_READ_CHUNKS);
            release(&answer);
        }
    }
    what.end = 20;
    struct answer again = read_once(fixture, reader, log, &what, CHUNKS_MAX);
    assert_ptr_not_equal(kept.chunks[0].data, again.chunks[0].data);
    assert_memory_equal(kept.chunks[0].data, again.chunks[0].data, kept.bytes);
    release(&kept);
    release(&again);
    hc_log_reader_free(reader);
    hc_log_put(log);
}

static void limits_on_bytes_and_chunks_are_kept(void **state)
{
    struct fixture *fixture = *state;
    struct hc_log *log = build_log(fixture, BARS, HP_NONE, 2000, 1000);
    struct hc_log_reader *reader = hc_log_reader_new(1 << 16);
    struct hc_log_read what = read_all_of(log);
    what.bytes_max = 1;
    struct answer answer = read_once(fixture, reader, log, &what, CHUNKS_MAX);
    assert_int_equal(answer.count, 1);
    assert_int_equal(answer.next, hc_segment_row_end(log->parts[0].segment, 0));
    release(&answer);

    what.at_least_one = false;
    answer = read_once(fixture, reader, log, &what, CHUNKS_MAX);
    assert_int_equal(answer.result, HC_READ_CHUNKS);
    assert_int_equal(answer.count, 0);
    assert_int_equal(answer.bytes, 0);
    assert_int_equal(answer.next, 0);

    for (what.bytes_max = 1000; what.bytes_max < 100000; what.bytes_max += 977) {
        answer = read_once(fixture, reader, log, &what, CHUNKS_MAX);
        assert_true(answer.bytes <= what.bytes_max);
        assert_true(answer.bytes == 0 || what.bytes_max - answer.bytes <= HC_STORE_BATCH_BYTES_MAX);
        release(&answer);
    }
    what.bytes_max = 1 << 20;
    what.leader_epoch = 3;
    for (size_t max = 2; max < 9; max++) {
        answer = read_once(fixture, reader, log, &what, max);
        assert_int_equal(answer.count, max / 2 * 2);
        assert_true(answer.next < 2000);
        release(&answer);
    }
    hc_log_reader_free(reader);
    hc_log_put(log);
}

static void old_clients_never_see_zstd(void **state)
{
    struct fixture *fixture = *state;
    struct hc_log *log = build_log(fixture, BARS, HP_ZSTD, 600, 600);
    struct hc_log_reader *reader = hc_log_reader_new(1 << 20);
    struct hc_log_read what = read_all_of(log);
    struct hp_batch batch;
    struct answer answer = read_once(fixture, reader, log, &what, CHUNKS_MAX);
    assert_int_equal(hp_batch_read(hc_slice_of(answer.chunks[0].data, answer.bytes), true, &batch),
                     HC_OK);
    assert_int_equal(batch.codec, HP_ZSTD);
    release(&answer);
    what.no_zstd = true;
    answer = read_once(fixture, reader, log, &what, CHUNKS_MAX);
    for (size_t i = 0; i < answer.count; i++) {
        struct hc_slice bytes = hc_slice_of(answer.chunks[i].data, answer.chunks[i].size);
        assert_int_equal(hp_batch_read(bytes, true, &batch), HC_OK);
        assert_int_equal(batch.codec, HP_NONE);
    }
    assert_int_equal(answer.next, 600);
    release(&answer);
    hc_log_reader_free(reader);
    hc_log_put(log);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whole_log_reads_back_with_every_codec),
        TEST(a_run_of_batches_is_one_chunk_a_segment),
        TEST(chunks_outlive_the_log_and_the_reader),
        TEST(slices_end_at_every_position_with_every_codec),
        TEST(slices_begin_at_every_position_with_every_codec),
        TEST(a_batch_may_begin_before_the_offset),
        TEST(slices_come_from_the_cache_the_second_time),
        TEST(the_cache_forgets_the_least_recently_used),
        TEST(limits_on_bytes_and_chunks_are_kept),
        TEST(old_clients_never_see_zstd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
