#include "base/random.h"

#include "base/assert.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static uint64_t rotate_left(uint64_t value, int count)
{
    return (value << count) | (value >> (64 - count));
}

/* splitmix64 (Vigna), the recommended way to fill the state from one word. */
static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void hc_random_seed(struct hc_random *random, uint64_t seed)
{
    for (size_t i = 0; i < HC_COUNT(random->_state); i++) {
        random->_state[i] = splitmix(&seed);
    }
}

uint64_t hc_random_next(struct hc_random *random)
{
    uint64_t *s = random->_state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint64_t hc_random_below(struct hc_random *random, uint64_t bound)
{
    HC_ASSERT(bound > 0);
    uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    uint64_t value;
    do {
        value = hc_random_next(random);
    } while (value >= limit);
    return value % bound;
}

void hc_random_bytes(struct hc_random *random, void *out, size_t size)
{
    unsigned char *bytes = out;
    while (size > 0) {
        uint64_t word = hc_random_next(random);
        size_t part = HC_MIN(size, sizeof word);
        memcpy(bytes, &word, part);
        bytes += part;
        size -= part;
    }
}

void hc_random_uuid(struct hc_random *random, uint8_t out[16])
{
    hc_random_bytes(random, out, 16);
    out[6] = (uint8_t)((out[6] & 0x0f) | 0x40);
    out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
}

uint64_t hc_entropy(void)
{
    uint64_t seed = 0;
    while (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed) {
        HC_ASSERT(errno == EINTR);
    }
    return seed;
}
