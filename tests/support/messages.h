/* Random messages of every kind, from a seed: for round trips, fuzzers and benchmarks. */
#ifndef HC_TEST_MESSAGES_H
#define HC_TEST_MESSAGES_H

#include "base/random.h"
#include "protocol/api.h"
#include "protocol/messages.h"

enum { HC_TEST_SCHEMAS_MAX = 128 };

/* Every message that the codec knows, requests, responses and those without a key; returns how
 * many. */
size_t hc_test_schemas(const struct hp_schema *ret[HC_TEST_SCHEMAS_MAX]);

/* The largest message struct: room for any of them. */
size_t hc_test_message_size_max(void);

/* Fills every field that `version` has with random values, extremes and nulls among them; the
 * others get their defaults. What pointers point to lies in `arena`. */
void hc_test_fill(const struct hp_schema *schema, int16_t version, struct hc_random *random,
                  struct hc_arena *arena, void *message);

/* The encoded body as one run of bytes in `arena`. Record chunks that hold references are released.
 */
struct hc_slice hc_test_join(const struct hp_output *output, struct hc_arena *arena);

#endif
