#include "base/endian.h"
#include "base/memory.h"
#include "base/random.h"
#include "protocol/compress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <snappy-c.h>
#include <stdlib.h>
#include <zstd.h>

enum { ROOMY = 16 << 20 };

static const enum hp_codec compressing[] = {HP_GZIP, HP_SNAPPY, HP_LZ4, HP_ZSTD};

static struct hc_slice text(void)
{
    static char bytes[200000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)('0' + (i * 7 + i / 100 + i / 3000) % 10);
    return hc_slice_of(bytes, sizeof bytes);
}

static void assert_decompresses(enum hp_codec codec, struct hc_slice input,
                                struct hc_slice expected)
{
    struct hc_buffer out = {0};
    assert_int_equal(hp_decompress(codec, input, expected.size, &out), HC_OK);
    assert_true(hc_slice_equal(hc_buffer_slice(&out), expected));
    hc_buffer_done(&out);
}

/* Fails with this status and leaves what stood in the buffer alone. */
static void assert_refused(enum hp_codec codec, struct hc_slice input, size_t size_max,
                           enum hc_status status)
{
    struct hc_buffer out = {0};
    hc_buffer_append_str(&out, "before");
    assert_int_equal(hp_decompress(codec, input, size_max, &out), status);
    assert_true(hc_slice_equal_str(hc_buffer_slice(&out), "before"));
    hc_buffer_done(&out);
}

static void compress(enum hp_codec codec, struct hc_slice input, struct hc_buffer *out)
{
    assert_int_equal(hp_compress(codec, input, out), HC_OK);
}

static void test_names(void **state)
{
    (void)state;
    for (int codec = HP_NONE; codec < HP_CODEC_COUNT; codec++) {
        enum hp_codec found = HP_CODEC_COUNT;
        assert_true(hp_codec_parse(hc_slice_str(hp_codec_name((enum hp_codec)codec)), &found));
        assert_int_equal(found, codec);
    }
    enum hp_codec untouched = HP_LZ4;
    assert_false(hp_codec_parse(HC_SLICE("ZSTD"), &untouched));
    assert_false(hp_codec_parse(HC_SLICE_EMPTY, &untouched));
    assert_int_equal(untouched, HP_LZ4);
}

static void test_round_trip_of_all_sizes(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 100, 32767, 32768, 32769, 65535, 65536, 65537, 200000};
    for (int codec = HP_NONE; codec < HP_CODEC_COUNT; codec++) {
        for (size_t i = 0; i < HC_COUNT(sizes); i++) {
            struct hc_buffer packed = {0};
            struct hc_slice input = hc_slice_of(text().data, sizes[i]);
            compress((enum hp_codec)codec, input, &packed);
            assert_decompresses((enum hp_codec)codec, hc_buffer_slice(&packed), input);
            hc_buffer_done(&packed);
        }
    }
}

static void test_round_trip_of_noise(void **state)
{
    (void)state;
    static char noise[100000];
    struct hc_random random;
    hc_random_seed(&random, 3);
    hc_random_bytes(&random, noise, sizeof noise);
    for (int codec = HP_NONE; codec < HP_CODEC_COUNT; codec++) {
        struct hc_buffer packed = {0};
        compress((enum hp_codec)codec, hc_slice_of(noise, sizeof noise), &packed);
        assert_decompresses((enum hp_codec)codec, hc_buffer_slice(&packed),
                            hc_slice_of(noise, sizeof noise));
        hc_buffer_done(&packed);
    }
}

static void test_formats_are_what_kafka_clients_write(void **state)
{
    (void)state;
    struct hc_buffer out = {0};
    compress(HP_GZIP, text(), &out);
    /* Deflate, no flags, no time, no extra flags, unknown system. */
    assert_memory_equal(out.data, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    hc_buffer_clear(&out);
    compress(HP_SNAPPY, text(), &out);
    assert_memory_equal(out.data, "\x82SNAPPY\0\0\0\0\1\0\0\0\1", 16);
    hc_buffer_clear(&out);
    compress(HP_LZ4, text(), &out);
    /* Magic; version 1, independent blocks and no other flag; 64 KiB. */
    assert_memory_equal(out.data, "\x04\x22\x4d\x18\x60\x40", 6);
    hc_buffer_clear(&out);
    compress(HP_ZSTD, text(), &out);
    assert_int_equal(ZSTD_getFrameContentSize(out.data, out.size), text().size);
    assert_int_equal(ZSTD_findFrameCompressedSize(out.data, out.size), out.size);
    hc_buffer_done(&out);
}

static void test_equal_input_gives_equal_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < HC_COUNT(compressing); i++) {
        struct hc_buffer first = {0};
        struct hc_buffer second = {0};
        compress(compressing[i], text(), &first);
        hc_buffer_append_str(&second, "shifted");
        char *elsewhere = malloc(text().size + 3);
        assert_non_null(elsewhere);
        memcpy(elsewhere + 3, text().data, text().size);
        compress(compressing[i], hc_slice_of(elsewhere + 3, text().size), &second);
        free(elsewhere);
        hc_buffer_consume(&second, strlen("shifted"));
        assert_true(hc_slice_equal(hc_buffer_slice(&first), hc_buffer_slice(&second)));
        hc_buffer_done(&first);
        hc_buffer_done(&second);
    }
}

static void test_cap_is_exact(void **state)
{
    (void)state;
    for (int codec = HP_NONE; codec < HP_CODEC_COUNT; codec++) {
        struct hc_buffer packed = {0};
        struct hc_buffer out = {0};
        compress((enum hp_codec)codec, text(), &packed);
        struct hc_slice input = hc_buffer_slice(&packed);
        assert_int_equal(hp_decompress((enum hp_codec)codec, input, text().size, &out), HC_OK);
        assert_int_equal(hp_decompress((enum hp_codec)codec, input, SIZE_MAX, &out), HC_OK);
        assert_int_equal(out.size, 2 * text().size);
        assert_refused((enum hp_codec)codec, input, text().size - 1, HC_LIMIT);
        assert_refused((enum hp_codec)codec, input, 1, HC_LIMIT);
        assert_refused((enum hp_codec)codec, input, 0, HC_LIMIT);
        hc_buffer_done(&out);
        hc_buffer_done(&packed);
    }
}

static void test_bombs_stop_at_the_cap(void **state)
{
    (void)state;
    size_t size = 64 << 20;
    char *zeros = hc_alloc(size);
    for (size_t i = 0; i < HC_COUNT(compressing); i++) {
        struct hc_buffer packed = {0};
        struct hc_buffer out = {0};
        compress(compressing[i], hc_slice_of(zeros, size), &packed);
        assert_int_equal(hp_decompress(compressing[i], hc_buffer_slice(&packed), 100000, &out),
                         HC_LIMIT);
        assert_true(out.capacity < 1 << 20); /* memory followed the cap, not the bomb */
        hc_buffer_done(&out);
        hc_buffer_done(&packed);
    }
    free(zeros);
}

static void test_every_truncation_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < HC_COUNT(compressing); i++) {
        struct hc_buffer packed = {0};
        compress(compressing[i], hc_slice_of(text().data, 3000), &packed);
        for (size_t size = 0; size < packed.size; size++) {
            /* A xerial header alone is an empty stream. */
            bool empty = compressing[i] == HP_SNAPPY && size == 16;
            char *exact = malloc(size + 1); /* so that a sanitizer sees reads behind the end */
            assert_non_null(exact);
            memcpy(exact + 1, packed.data, size);
            if (empty)
                assert_decompresses(HP_SNAPPY, hc_slice_of(exact + 1, size), HC_SLICE_EMPTY);
            else
                assert_refused(compressing[i], hc_slice_of(exact + 1, size), ROOMY, HC_INVALID);
            free(exact);
        }
        hc_buffer_done(&packed);
    }
}

static void test_trailing_bytes_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < HC_COUNT(compressing); i++) {
        struct hc_buffer packed = {0};
        compress(compressing[i], text(), &packed);
        hc_buffer_append_char(&packed, '\0');
        assert_refused(compressing[i], hc_buffer_slice(&packed), ROOMY, HC_INVALID);
        hc_buffer_append_str(&packed, "garbage behind the end");
        assert_refused(compressing[i], hc_buffer_slice(&packed), ROOMY, HC_INVALID);
        hc_buffer_done(&packed);
    }
}

static void test_streams_may_follow_one_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < HC_COUNT(compressing); i++) {
        struct hc_buffer packed = {0};
        compress(compressing[i], hc_slice_of(text().data, 70000), &packed);
        compress(compressing[i], HC_SLICE_EMPTY, &packed);
        compress(compressing[i], hc_slice_of(text().data + 70000, 1000), &packed);
        assert_decompresses(compressing[i], hc_buffer_slice(&packed),
                            hc_slice_of(text().data, 71000));
        /* The cap counts all of them. */
        assert_refused(compressing[i], hc_buffer_slice(&packed), 70999, HC_LIMIT);
        hc_buffer_done(&packed);
    }
}

static void test_every_flipped_byte_is_survived(void **state)
{
    (void)state;
    for (size_t i = 0; i < HC_COUNT(compressing); i++) {
        struct hc_buffer packed = {0};
        compress(compressing[i], hc_slice_of(text().data, 2000), &packed);
        for (size_t at = 0; at < packed.size; at++) {
            for (int bit = 0; bit < 8; bit++) {
                struct hc_buffer out = {0};
                packed.data[at] = (char)(packed.data[at] ^ (1 << bit));
                enum hc_status status =
                    hp_decompress(compressing[i], hc_buffer_slice(&packed), 100000, &out);
                assert_true(status == HC_OK || status == HC_INVALID || status == HC_LIMIT);
                assert_true(status == HC_OK || out.size == 0);
                packed.data[at] = (char)(packed.data[at] ^ (1 << bit));
                hc_buffer_done(&out);
            }
        }
        hc_buffer_done(&packed);
    }
}

static void test_raw_snappy_is_read(void **state)
{
    (void)state;
    size_t size = snappy_max_compressed_length(text().size);
    char *raw = malloc(size);
    assert_non_null(raw);
    assert_int_equal(snappy_compress(text().data, text().size, raw, &size), SNAPPY_OK);
    assert_decompresses(HP_SNAPPY, hc_slice_of(raw, size), text());
    assert_refused(HP_SNAPPY, hc_slice_of(raw, size - 1), ROOMY, HC_INVALID);
    free(raw);
}

static void test_snappy_lengths_that_lie_are_refused(void **state)
{
    (void)state;
    /* A block of 5 bytes that claims 4 GiB - 1, and one that claims more than its bytes can bear.
     */
    const struct hc_slice liars[] = {HC_SLICE("\xff\xff\xff\xff\x0f"), HC_SLICE("\x80\x80\x08\x00"
                                                                                "a")};
    for (size_t i = 0; i < HC_COUNT(liars); i++) {
        struct hc_buffer out = {0};
        assert_int_equal(hp_decompress(HP_SNAPPY, liars[i], SIZE_MAX, &out), HC_INVALID);
        assert_int_equal(out.capacity, 0); /* refused before memory was taken */
        hc_buffer_done(&out);
    }
    /* Chunks of a xerial stream: negative, longer than the stream, and empty. */
    struct hc_buffer stream = {0};
    compress(HP_SNAPPY, HC_SLICE("candles"), &stream);
    static const uint32_t lengths[] = {UINT32_MAX, INT32_MAX, 1 << 20, 0};
    for (size_t i = 0; i < HC_COUNT(lengths); i++) {
        hc_put_be32(stream.data + 16, lengths[i]);
        assert_refused(HP_SNAPPY, hc_buffer_slice(&stream), SIZE_MAX, HC_INVALID);
    }
    hc_buffer_done(&stream);
}

static void test_snappy_of_a_newer_version_is_refused(void **state)
{
    (void)state;
    struct hc_buffer stream = {0};
    compress(HP_SNAPPY, HC_SLICE("candles"), &stream);
    stream.data[11] = 2; /* version 2, still compatible with 1 */
    assert_decompresses(HP_SNAPPY, hc_buffer_slice(&stream), HC_SLICE("candles"));
    stream.data[15] = 2;
    assert_refused(HP_SNAPPY, hc_buffer_slice(&stream), ROOMY, HC_INVALID);
    hc_buffer_done(&stream);
}

static void test_zstd_windows_above_8_mib_are_refused(void **state)
{
    (void)state;
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t bound = ZSTD_compressBound(text().size);
    char *packed = malloc(bound);
    assert_non_null(packed);
    for (int log = 23; log <= 24; log++) {
        ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
        assert_false(ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, log)));
        ZSTD_outBuffer out = {packed, bound, 0};
        ZSTD_inBuffer in = {text().data, 100000, 0};
        /* A flush before the end leaves the size unknown, so that the frame keeps the window it was
         * given. */
        assert_false(ZSTD_isError(ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush)));
        in = (ZSTD_inBuffer){text().data + 100000, 100000, 0};
        assert_int_equal(ZSTD_compressStream2(context, &out, &in, ZSTD_e_end), 0);
        if (log == 23)
            assert_decompresses(HP_ZSTD, hc_slice_of(packed, out.pos), text());
        else
            assert_refused(HP_ZSTD, hc_slice_of(packed, out.pos), ROOMY, HC_LIMIT);
    }
    free(packed);
    ZSTD_freeCCtx(context);
}

/* A frame of zstd 0.7, whose decoder in the library would take the 128 MiB of memory that its
 * header asks for. */
static void test_zstd_from_before_its_first_release_is_refused(void **state)
{
    (void)state;
    struct hc_buffer frames = {0};
    struct hc_slice old = HC_SLICE("\x27\xb5\x2f\xfd\x00\x88\x40\x00\x01"
                                   "a\xc0\x00\x00");
    assert_refused(HP_ZSTD, old, ROOMY, HC_INVALID);
    compress(HP_ZSTD, HC_SLICE("candles"), &frames);
    hc_buffer_append_slice(&frames, old);
    assert_refused(HP_ZSTD, hc_buffer_slice(&frames), ROOMY, HC_INVALID);
    hc_buffer_done(&frames);
}

static void test_zstd_skippable_frames_are_skipped(void **state)
{
    (void)state;
    struct hc_buffer frames = {0};
    hc_buffer_append_slice(&frames, HC_SLICE("\x50\x2a\x4d\x18\x03\0\0\0abc"));
    compress(HP_ZSTD, HC_SLICE("candles"), &frames);
    assert_decompresses(HP_ZSTD, hc_buffer_slice(&frames), HC_SLICE("candles"));
    hc_buffer_done(&frames);
}

static void test_empty_snappy_block_needs_no_memory(void **state)
{
    (void)state;
    assert_decompresses(HP_SNAPPY, HC_SLICE("\0"), HC_SLICE_EMPTY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_round_trip_of_all_sizes),
        cmocka_unit_test(test_round_trip_of_noise),
        cmocka_unit_test(test_formats_are_what_kafka_clients_write),
        cmocka_unit_test(test_equal_input_gives_equal_bytes),
        cmocka_unit_test(test_cap_is_exact),
        cmocka_unit_test(test_bombs_stop_at_the_cap),
        cmocka_unit_test(test_every_truncation_is_refused),
        cmocka_unit_test(test_trailing_bytes_are_refused),
        cmocka_unit_test(test_streams_may_follow_one_another),
        cmocka_unit_test(test_every_flipped_byte_is_survived),
        cmocka_unit_test(test_raw_snappy_is_read),
        cmocka_unit_test(test_snappy_lengths_that_lie_are_refused),
        cmocka_unit_test(test_snappy_of_a_newer_version_is_refused),
        cmocka_unit_test(test_zstd_windows_above_8_mib_are_refused),
        cmocka_unit_test(test_zstd_from_before_its_first_release_is_refused),
        cmocka_unit_test(test_zstd_skippable_frames_are_skipped),
        cmocka_unit_test(test_empty_snappy_block_needs_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
