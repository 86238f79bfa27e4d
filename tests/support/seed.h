/* Seeds of randomised tests: printed first, taken from HC_SEED where it is set. */
#ifndef HC_TESTS_SEED_H
#define HC_TESTS_SEED_H

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* The seed to use where `fallback` is the default one. Prints it with `what` and how to repeat it.
 */
uint64_t test_seed(const char *what, uint64_t fallback);

/* A generator with the seed of `what`, by default 1. */
struct hc_random test_random(const char *what);

#endif
