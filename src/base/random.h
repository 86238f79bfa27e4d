/* The randomness seam: a seeded xoshiro256** generator. Tests pass their seed, the program draws
 * one from the kernel. Not for secrets. */
#ifndef HC_BASE_RANDOM_H
#define HC_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct hc_random {
    uint64_t _state[4];
};

void hc_random_seed(struct hc_random *random, uint64_t seed);
uint64_t hc_random_next(struct hc_random *random);

/* Uniform in [0, bound); bound > 0. */
uint64_t hc_random_below(struct hc_random *random, uint64_t bound);

void hc_random_bytes(struct hc_random *random, void *out, size_t size);

/* A version 4 UUID (16 bytes). */
void hc_random_uuid(struct hc_random *random, uint8_t out[16]);

/* A seed from the kernel. */
uint64_t hc_entropy(void);

#endif
