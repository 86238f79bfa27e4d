#include "base/assert.h"
#include "base/random.h"
#include "protocol/crc32c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

typedef uint32_t crc_function(uint32_t crc, const void *data, size_t size);

static crc_function *const implementations[] = {hp_crc32c, hp_crc32c_portable};

/* RFC 3720 section B.4, and the check value of the CRC catalogues. */
static void test_published_vectors(void **state)
{
    (void)state;
    uint8_t zeros[32] = {0};
    uint8_t ones[32];
    uint8_t rising[32];
    uint8_t falling[32];
    memset(ones, 0xff, sizeof ones);
    for (uint8_t i = 0; i < 32; i++) {
        rising[i] = i;
        falling[i] = (uint8_t)(31 - i);
    }
    for (size_t i = 0; i < HC_COUNT(implementations); i++) {
        crc_function *crc = implementations[i];
        assert_int_equal(crc(0, "123456789", 9), 0xe3069283);
        assert_int_equal(crc(0, zeros, 32), 0x8a9136aa);
        assert_int_equal(crc(0, ones, 32), 0x62a8ab43);
        assert_int_equal(crc(0, rising, 32), 0x46dd794e);
        assert_int_equal(crc(0, falling, 32), 0x113fdb5c);
        assert_int_equal(crc(0, "", 0), 0);
    }
}

/* One bit a step, straight from the definition. */
static uint32_t crc_by_bits(const uint8_t *data, size_t size)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0x82f63b78u & (0u - (crc & 1)));
    }
    return ~crc;
}

static void test_all_lengths_and_alignments(void **state)
{
    (void)state;
    static uint8_t bytes[20000];
    struct hc_random random;
    hc_random_seed(&random, 1);
    hc_random_bytes(&random, bytes, sizeof bytes);
    for (size_t size = 0; size < 400; size++) {
        size_t shift = size % 17;
        uint32_t expected = crc_by_bits(bytes + shift, size);
        for (size_t i = 0; i < HC_COUNT(implementations); i++)
            assert_int_equal(implementations[i](0, bytes + shift, size), expected);
    }
    /* Around the lanes of the interleaved version. */
    for (size_t size = 3040; size < 19900; size += 31) {
        uint32_t expected = crc_by_bits(bytes + size % 8, size);
        for (size_t i = 0; i < HC_COUNT(implementations); i++)
            assert_int_equal(implementations[i](0, bytes + size % 8, size), expected);
    }
}

static void test_continues_over_any_split(void **state)
{
    (void)state;
    static uint8_t bytes[7000];
    struct hc_random random;
    hc_random_seed(&random, 2);
    hc_random_bytes(&random, bytes, sizeof bytes);
    uint32_t whole = crc_by_bits(bytes, sizeof bytes);
    for (size_t split = 0; split <= sizeof bytes; split += 13) {
        for (size_t i = 0; i < HC_COUNT(implementations); i++) {
            uint32_t crc = implementations[i](0, bytes, split);
            assert_int_equal(implementations[i](crc, bytes + split, sizeof bytes - split), whole);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_vectors),
        cmocka_unit_test(test_all_lengths_and_alignments),
        cmocka_unit_test(test_continues_over_any_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
