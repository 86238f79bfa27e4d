/* CRC-32C with the CPU's instruction: SSE4.2 on x86-64, the CRC extension on ARMv8.
 *
 * The instruction has a latency of three cycles and a throughput of one, so three lanes run side by
 * side over neighbouring blocks. CRCs are linear: a lane's register is moved over the bytes behind
 * it by a table of "append LANE zero bytes", then joined by xor.
 */
#include "protocol/crc32c.h"

#include "base/assert.h"
#include "base/endian.h"

#include <pthread.h>
#include <stdbool.h>

typedef uint32_t crc_function(uint32_t crc, const void *data, size_t size);

static crc_function *best = hp_crc32c_portable;
static pthread_once_t best_once = PTHREAD_ONCE_INIT;

#if defined(__x86_64__)

#include <nmmintrin.h>
#define WITH_CRC __attribute__((target("sse4.2")))

static bool cpu_has_crc(void)
{
    return __builtin_cpu_supports("sse4.2") != 0;
}

WITH_CRC static inline uint32_t step_byte(uint32_t crc, uint8_t byte)
{
    return _mm_crc32_u8(crc, byte);
}

WITH_CRC static inline uint32_t step_word(uint32_t crc, const uint8_t *at)
{
    return (uint32_t)_mm_crc32_u64(crc, hc_get_le64(at));
}

#elif defined(__aarch64__)

#include <sys/auxv.h>
#define WITH_CRC

enum { HWCAP_CRC32_BIT = 1 << 7 }; /* HWCAP_CRC32 of <asm/hwcap.h> */

static bool cpu_has_crc(void)
{
    return (getauxval(AT_HWCAP) & HWCAP_CRC32_BIT) != 0;
}

/* Assembly instead of intrinsics: those need the whole file compiled for a CPU that has the
 * extension. */
static inline uint32_t step_byte(uint32_t crc, uint8_t byte)
{
    __asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(crc) : "r"((uint32_t)byte));
    return crc;
}

static inline uint32_t step_word(uint32_t crc, const uint8_t *at)
{
    __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(crc) : "r"(hc_get_le64(at)));
    return crc;
}

#endif

#if defined(WITH_CRC)

enum { LANE = 1024 }; /* bytes a lane reads before the lanes are joined */

static uint32_t lane_table[4][256]; /* a register's bytes after LANE further zero bytes */

WITH_CRC static uint32_t over_zeros(uint32_t crc)
{
    static const uint8_t zeros[8];
    for (int words = 0; words < LANE / 8; words++)
        crc = step_word(crc, zeros);
    return crc;
}

static void fill_lane_table(void)
{
    for (int position = 0; position < 4; position++) {
        for (uint32_t byte = 0; byte < 256; byte++) {
            uint32_t low = byte & (byte - 1); /* the byte without its lowest bit: already known */
            uint32_t bit = byte ^ low;
            lane_table[position][byte] =
                byte ? lane_table[position][low] ^ over_zeros(bit << (8 * position)) : 0;
        }
    }
}

static inline uint32_t over_lane(uint32_t crc)
{
    return lane_table[0][crc & 0xff] ^ lane_table[1][(crc >> 8) & 0xff] ^
           lane_table[2][(crc >> 16) & 0xff] ^ lane_table[3][crc >> 24];
}

WITH_CRC static uint32_t crc_by_instruction(uint32_t crc, const void *data, size_t size)
{
    const uint8_t *at = data;
    uint32_t first = ~crc;
    for (; size >= 3 * LANE; at += 3 * LANE, size -= 3 * LANE) {
        uint32_t second = 0;
        uint32_t third = 0;
        for (size_t i = 0; i < LANE; i += 8) {
            first = step_word(first, at + i);
            second = step_word(second, at + LANE + i);
            third = step_word(third, at + 2 * LANE + i);
        }
        first = over_lane(over_lane(first) ^ second) ^ third;
    }
    for (; size >= 8; at += 8, size -= 8)
        first = step_word(first, at);
    for (; size > 0; at++, size--)
        first = step_byte(first, *at);
    return ~first;
}

static void choose(void)
{
    if (!cpu_has_crc())
        return;
    fill_lane_table();
    best = crc_by_instruction;
}

#else

static void choose(void)
{
}

#endif

uint32_t hp_crc32c(uint32_t crc, const void *data, size_t size)
{
    HC_ASSERT(data != NULL || size == 0);
    (void)pthread_once(&best_once, choose);
    return best(crc, data, size);
}
