/* Who a topic is: a hash over the store's format and every setting that can change a record, its
 * place or its time. Committed offsets and stored segments belong to it.
 *
 * Not part of it: the range's end, compression, the number of refused rows allowed, latch, refresh.
 * Pure functions, but for the working directory that makes a relative path absolute.
 */
#ifndef HC_INGEST_IDENTITY_H
#define HC_INGEST_IDENTITY_H

#include "base/buffer.h"
#include "source/spec.h"

enum { HC_IDENTITY_BYTES = 32, HC_IDENTITY_HEX_BYTES = 2 * HC_IDENTITY_BYTES + 1 };

/* Appends the settings behind an identity, one "key=value\n" line each, always the same keys in the
 * same order. `topic` is the expanded name; null for the identity of the source as a whole, which
 * knows its topics by the template only. A password in a URI is left out. */
void hc_identity_settings(const struct hc_topic_spec *spec, struct hc_slice topic,
                          struct hc_buffer *out);

/* Appends a source's URI as it may be shown and stored: without a password, a relative path made
 * absolute. */
void hc_identity_source(struct hc_slice uri, struct hc_buffer *out);

/* SHA-256 over the settings text and a content generation; generation 0 adds nothing. */
void hc_identity_hash(struct hc_slice settings, int64_t generation, uint8_t out[HC_IDENTITY_BYTES]);

char *hc_identity_hex(const uint8_t identity[HC_IDENTITY_BYTES], char out[HC_IDENTITY_HEX_BYTES]);

/* Appends "key: old -> new; ..." for the settings that differ between two settings texts; nothing
 * when none does. For the log line that tells why offsets start anew. */
void hc_identity_difference(struct hc_slice old_settings, struct hc_slice new_settings,
                            struct hc_buffer *out);

#endif
