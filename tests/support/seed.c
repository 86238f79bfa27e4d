#include "support/seed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

uint64_t test_seed(const char *what, uint64_t fallback)
{
    const char *given = getenv("HC_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : fallback;
    printf("%s: HC_SEED=%" PRIu64 "\n", what, seed);
    (void)fflush(stdout);
    return seed;
}

struct hc_random test_random(const char *what)
{
    struct hc_random random;
    hc_random_seed(&random, test_seed(what, 1));
    return random;
}
