/* What every fuzz target offers, and what it checks with.
 *
 * A target is one file fuzz_NAME.c with the function below. Under HINDCAST_FUZZ libFuzzer calls it;
 * in every other build main.c feeds it the committed corpus, as an ordinary test. A target checks
 * properties with HC_ASSERT and keeps no state from one input to the next but reusable memory.
 */
#ifndef HC_FUZZ_H
#define HC_FUZZ_H

#include "base/assert.h"

/* `data` is borrowed, exactly `size` bytes. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
