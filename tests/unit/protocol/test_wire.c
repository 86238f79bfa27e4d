/* Cursors: every boundary of every varint, sticky errors, blocks and pieces of the writer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "protocol/wire.h"

static struct hp_reader reader_of(const char *bytes, size_t size)
{
    return hp_reader_of(hc_slice_of(bytes, size));
}

static void integers_are_big_endian(void **state)
{
    (void)state;
    static const char bytes[] = "\x80\x12\x34\x80\x00\x00\x01\xff\xff\xff\xff\xff\xff\xff\xfe";
    struct hp_reader reader = reader_of(bytes, 15);
    assert_int_equal(hp_read_int8(&reader), INT8_MIN);
    assert_int_equal(hp_read_int16(&reader), 0x1234);
    assert_int_equal(hp_read_int32(&reader), INT32_MIN + 1);
    assert_int_equal(hp_read_int64(&reader), -2);
    assert_false(reader.failed);
    assert_int_equal(hp_reader_remaining(&reader), 0);
}

static void the_first_error_sticks(void **state)
{
    (void)state;
    struct hp_reader reader = reader_of("\x00\x01\x02", 3);
    assert_int_equal(hp_read_int32(&reader), 0);
    assert_true(reader.failed);
    assert_int_equal(hp_read_int8(&reader), 0);
    assert_int_equal(hp_read_uvarint(&reader), 0);
    assert_null(hp_read_raw(&reader, 1));
    assert_int_equal(hp_reader_remaining(&reader), 0);
}

static void uvarints_round_trip_at_their_edges(void **state)
{
    (void)state;
    for (unsigned shift = 0; shift <= 32; shift++) {
        for (int delta = -1; delta <= 1; delta++) {
            uint32_t value = (uint32_t)((UINT64_C(1) << shift) + (uint64_t)(int64_t)delta);
            uint8_t bytes[HP_VARINT32_BYTES_MAX + 1];
            size_t size = (size_t)(hp_store_uvarint(bytes, value) - bytes);
            assert_int_equal(size, hp_uvarint_size(value));
            struct hp_reader reader = reader_of((char *)bytes, size);
            assert_int_equal(hp_read_uvarint(&reader), value);
            assert_false(reader.failed);
            assert_int_equal(hp_reader_remaining(&reader), 0);
            reader = reader_of((char *)bytes, size - 1);
            (void)hp_read_uvarint(&reader);
            assert_true(reader.failed);
        }
    }
}

static void long_varints_are_refused(void **state)
{
    (void)state;
    struct hp_reader reader = reader_of("\xff\xff\xff\xff\x0f", 5);
    assert_int_equal(hp_read_uvarint(&reader), UINT32_MAX);
    reader = reader_of("\xff\xff\xff\xff\x10", 5); /* a 33rd bit */
    assert_int_equal(hp_read_uvarint(&reader), 0);
    assert_true(reader.failed);
    reader = reader_of("\x80\x80\x80\x80\x80\x00", 6);
    (void)hp_read_uvarint(&reader);
    assert_true(reader.failed);
    reader = reader_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
    assert_true(hp_read_uvarlong(&reader) == UINT64_MAX);
    reader = reader_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10);
    (void)hp_read_uvarlong(&reader);
    assert_true(reader.failed);
}

static void zigzag_varints_have_signs(void **state)
{
    (void)state;
    struct hp_reader reader = reader_of("\x00\x01\x02\xfe\xff\xff\xff\x0f\xff\xff\xff\xff\x0f", 13);
    assert_int_equal(hp_read_varint(&reader), 0);
    assert_int_equal(hp_read_varint(&reader), -1);
    assert_int_equal(hp_read_varint(&reader), 1);
    assert_int_equal(hp_read_varint(&reader), INT32_MAX);
    assert_int_equal(hp_read_varint(&reader), INT32_MIN);
    reader = reader_of("\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
    assert_true(hp_read_varlong(&reader) == -2);
    assert_true(hp_read_varlong(&reader) == INT64_MIN);
    assert_false(reader.failed);
}

static void tag_sections_are_skipped(void **state)
{
    (void)state;
    struct hp_reader reader = reader_of("\x02\x00\x01\xaa\x07\x02\xbb\xcc\x55", 9);
    hp_skip_tags(&reader);
    assert_false(reader.failed);
    assert_int_equal(hp_read_int8(&reader), 0x55);
}

static void bad_tag_sections_fail(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } bad[] = {
        {"\x02\x01\x00\x01\x00", 5},         /* the same tag twice */
        {"\x02\x05\x00\x01\x00", 5},         /* descending */
        {"\x01\x00\x02\xaa", 4},             /* longer than the input */
        {"\xff\xff\xff\xff\x0f\x00\x00", 7}, /* more tags than bytes */
        {"\x01\x00", 2},
        {"", 0},
    };
    for (size_t i = 0; i < HC_COUNT(bad); i++) {
        struct hp_reader reader = reader_of(bad[i].bytes, bad[i].size);
        hp_skip_tags(&reader);
        assert_true(reader.failed);
    }
}

static void writers_cross_blocks_in_order(void **state)
{
    (void)state;
    struct hc_arena arena;
    hc_arena_init(&arena, 0);
    struct hp_writer writer;
    hp_writer_init(&writer, 0, &arena);
    for (int32_t i = 0; i < 20000; i++)
        hp_write_int32(&writer, i);
    struct hc_chunk *chunks;
    size_t count, size;
    hp_writer_finish(&writer, &chunks, &count, &size);
    assert_int_equal(size, 80000);
    assert_true(count > 1 && count < 16);
    int32_t next = 0;
    for (size_t c = 0; c < count; c++) {
        struct hp_reader reader = reader_of(chunks[c].data, chunks[c].size);
        while (hp_reader_remaining(&reader) > 0)
            assert_int_equal(hp_read_int32(&reader), next++);
        assert_false(reader.failed);
    }
    assert_int_equal(next, 20000);
    hc_arena_done(&arena);
}

static void chunks_stand_where_they_were_written(void **state)
{
    (void)state;
    struct hc_arena arena;
    hc_arena_init(&arena, 0);
    struct hp_writer writer;
    hp_writer_init(&writer, 4, &arena);
    hp_write_int16(&writer, 1);
    for (int i = 0; i < 9; i++)
        hp_write_chunk(&writer, (struct hc_chunk){"xyz", 3, NULL});
    hp_write_bytes(&writer, "end", 3);
    struct hc_chunk *chunks;
    size_t count, size;
    hp_writer_finish(&writer, &chunks, &count, &size);
    assert_int_equal(count, 11);
    assert_int_equal(size, 4 + 2 + 9 * 3 + 3);
    assert_int_equal(chunks[0].size, 6);
    assert_memory_equal(chunks[9].data, "xyz", 3);
    assert_memory_equal(chunks[10].data, "end", 3);
    hc_arena_done(&arena);
}

static void a_large_write_gets_a_block_of_its_own(void **state)
{
    (void)state;
    struct hc_arena arena;
    hc_arena_init(&arena, 0);
    struct hp_writer writer;
    hp_writer_init(&writer, 0, &arena);
    static char large[100000];
    memset(large, 'z', sizeof large);
    hp_write_int8(&writer, 7);
    hp_write_bytes(&writer, large, sizeof large);
    hp_write_bytes(&writer, NULL, 0);
    struct hc_chunk *chunks;
    size_t count, size;
    hp_writer_finish(&writer, &chunks, &count, &size);
    assert_int_equal(count, 2);
    assert_int_equal(size, 1 + sizeof large);
    assert_memory_equal(chunks[1].data, large, sizeof large);
    hc_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_big_endian),
        cmocka_unit_test(the_first_error_sticks),
        cmocka_unit_test(uvarints_round_trip_at_their_edges),
        cmocka_unit_test(long_varints_are_refused),
        cmocka_unit_test(zigzag_varints_have_signs),
        cmocka_unit_test(tag_sections_are_skipped),
        cmocka_unit_test(bad_tag_sections_fail),
        cmocka_unit_test(writers_cross_blocks_in_order),
        cmocka_unit_test(chunks_stand_where_they_were_written),
        cmocka_unit_test(a_large_write_gets_a_block_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
