/* The codecs of Kafka record batches: gzip, snappy (raw and xerial-framed), lz4 (frame), zstd. Thread-safe. */
#ifndef HP_COMPRESS_H
#define HP_COMPRESS_H

#include "base/buffer.h"
#include "base/status.h"

enum hp_codec { HP_NONE = 0, HP_GZIP = 1, HP_SNAPPY = 2, HP_LZ4 = 3, HP_ZSTD = 4, HP_CODEC_COUNT };

const char *hp_codec_name(enum hp_codec codec);
bool hp_codec_parse(struct hc_slice name, enum hp_codec *ret);

/* Appends the compressed form of `input` to `out` as Kafka clients expect it (snappy: xerial framing, as the Java client writes;
 * lz4: frame format with independent 64 KiB blocks; zstd: one frame with its content size). */
HC_MUST_USE enum hc_status hp_compress(enum hp_codec codec, struct hc_slice input,
                                       struct hc_buffer *out);

/* Appends the decompressed form, at most `size_max` bytes of it (HC_LIMIT beyond), streaming so that no
 * declared size is trusted. HC_INVALID: broken or trailing input. zstd windows above 8 MiB are refused. */
HC_MUST_USE enum hc_status hp_decompress(enum hp_codec codec, struct hc_slice input, size_t size_max,
                                         struct hc_buffer *out);

#endif
