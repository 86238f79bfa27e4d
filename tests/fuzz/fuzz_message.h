/* What fuzz_request and fuzz_response share: a message body through the codec and back. */
#ifndef HC_FUZZ_MESSAGE_H
#define HC_FUZZ_MESSAGE_H

#include "base/slice.h"
#include "protocol/schema.h"

/* Decodes `body`; when it is good, encodes it, decodes that and encodes again: the two encodings
 * are equal, and so is the text of both messages. */
void fuzz_message(const struct hp_schema *schema, int16_t version, struct hc_slice body);

#endif
