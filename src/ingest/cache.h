/* The cache directory: where topics, what is known of sources, and temporary files live.
 *
 *   CACHE/topics/IDENTITY[-CODEC][-toMS]/  a topic's store (store/store.h)
 *   CACHE/sources/IDENTITY/index           what was loaded from a source (below)
 *   CACHE/sources/IDENTITY/building.lock   one loader of a source at a time
 *   CACHE/tmp/                             unlinked files of the sorter
 *
 * Directory names carry the end of the range besides identity and codec, so that processes with
 * different ends never rebuild each other's store. The content generation is no part of them: a new
 * generation replaces the old one. Any thread; files are replaced whole.
 */
#ifndef HC_INGEST_CACHE_H
#define HC_INGEST_CACHE_H

#include "ingest/identity.h"
#include "protocol/compress.h"
#include "source/source.h"

/* What an identity loaded with this codec and range end is called: "", "-zstd", "-zstd-to1672..."
 */
enum { HC_CACHE_VARIANT_BYTES = 48 };
char *hc_cache_variant(enum hp_codec codec, int64_t range_to_ms, char out[HC_CACHE_VARIANT_BYTES]);

/* Paths; the caller owns the result. */
char *hc_cache_topics(const char *cache);
char *hc_cache_topic(const char *cache, const char *identity_hex, const char *variant);
char *hc_cache_topic_named(const char *cache, struct hc_slice directory);
char *hc_cache_source(const char *cache, const char *identity_hex);
char *hc_cache_temp(const char *cache);

/* The directory of the source that `spec` describes; the caller owns it. */
char *hc_cache_source_of(const char *cache, const struct hc_topic_spec *spec);

/* The source's fingerprint as it is kept: SHA-256 in hex of what the source says. */
HC_MUST_USE enum hc_status hc_cache_fingerprint(struct hc_source *source, struct hc_buffer *out,
                                                struct hc_error *error);

/* The same by hc_source_probe, for a source that is asked after its topics are served. */
HC_MUST_USE enum hc_status hc_cache_probe(struct hc_source *source, struct hc_load_control *control,
                                          struct hc_buffer *out, struct hc_error *error);

/* Makes the cache directory (and its parents) with its subdirectories, or one directory below it. A
 * directory that is there already is fine. HC_DENIED, HC_NO_SPACE, HC_IO. */
HC_MUST_USE enum hc_status hc_cache_make(const char *cache, struct hc_error *error);
HC_MUST_USE enum hc_status hc_cache_make_one(const char *path, struct hc_error *error);

#endif
