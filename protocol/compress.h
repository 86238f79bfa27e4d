/* The codecs of Kafka record batches: gzip, snappy (raw and xerial-framed), lz4 (frame), zstd.
 * Thread-safe. */
#ifndef HP_COMPRESS_H
#define HP_COMPRESS_H

#include "base/buffer.h"
#include "base/status.h"

enum hp_codec { HP_NONE = 0, HP_GZIP = 1, HP_SNAPPY = 2, HP_LZ4 = 3, HP_ZSTD = 4, HP_CODEC_COUNT };

const char *hp_codec_name(enum hp_codec codec);

/* False, and `ret` untouched, when no codec has this name (exact, lower case). */
bool hp_codec_parse(struct hc_slice name, enum hp_codec *ret);

/* Appends the compressed form of `input` to `out` as Kafka clients expect it (snappy: xerial
 * framing, as the Java client writes; lz4: frame format with independent 64 KiB blocks; zstd: one
 * frame with its content size). The bytes depend on the input and the libraries' versions alone.
 * HC_NO_MEMORY; HC_UNSUPPORTED when a library refuses. `out` is untouched on failure. */
HC_MUST_USE enum hc_status hp_compress(enum hp_codec codec, struct hc_slice input,
                                       struct hc_buffer *out);

/* Appends the decompressed form, at most `size_max` bytes of it (HC_LIMIT beyond), streaming so
 * that no declared size is trusted. Gzip members, lz4 and zstd frames and xerial streams may follow
 * one another, the cap counts them all. HC_INVALID: broken, cut off or trailing input; HC_LIMIT
 * also for zstd windows above 8 MiB. `out` is untouched on failure. Time and memory are bounded by
 * size_max and the input; who fears a bomb passes a size_max of some multiple of input.size. */
HC_MUST_USE enum hc_status hp_decompress(enum hp_codec codec, struct hc_slice input,
                                         size_t size_max, struct hc_buffer *out);

#endif
