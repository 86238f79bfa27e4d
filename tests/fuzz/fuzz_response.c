/* Responses, and the messages that have no key: the first byte picks the message, the second the
 * version, the rest is the body. */
#include "fuzz/fuzz.h"

#include "fuzz/fuzz_message.h"
#include "support/messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct hp_schema *schemas[HC_TEST_SCHEMAS_MAX];
    if (size < 2)
        return 0;
    size_t count = hc_test_schemas(schemas);
    HC_ASSERT(count > 0);
    const struct hp_schema *schema = schemas[data[0] % count];
    int versions = schema->known_max - schema->known_min + 1;
    fuzz_message(schema, (int16_t)(schema->known_min + data[1] % versions),
                 hc_slice_of(data + 2, size - 2));
    return 0;
}
