/* Private to compress*.c: one pair of functions a codec, and the capped output that the streaming
 * ones share. */
#ifndef HP_COMPRESS_CODECS_H
#define HP_COMPRESS_CODECS_H

#include "protocol/compress.h"

/* Output that refuses to grow past its cap. It hands out room for one byte more than the cap, so
 * that input which ends exactly there and input which goes on can be told apart without a special
 * case. */
struct hp_sink {
    struct hc_buffer *out; /* borrow */
    size_t room;           /* bytes that may still be written; the last one means "too many" */
};

static inline struct hp_sink hp_sink_of(struct hc_buffer *out, size_t size_max)
{
    return (struct hp_sink){out, size_max < SIZE_MAX ? size_max + 1 : SIZE_MAX};
}

/* Where to write next, and how many bytes: never zero. */
static inline char *hp_sink_reserve(struct hp_sink *sink, size_t *ret_size)
{
    enum { STEP = 32 * 1024 };
    HC_ASSERT(sink->room > 0);
    *ret_size = HC_MIN(sink->room, (size_t)STEP);
    return hc_buffer_reserve(sink->out, *ret_size);
}

/* HC_LIMIT once more than the cap was written. */
static inline enum hc_status hp_sink_wrote(struct hp_sink *sink, size_t size)
{
    HC_ASSERT(size <= sink->room);
    sink->out->size += size;
    sink->room -= size;
    return sink->room == 0 ? HC_LIMIT : HC_OK;
}

/* Each appends to the buffer and may leave a part behind when it fails: hp_compress and
 * hp_decompress cut it off. */
enum hc_status hp_gzip_compress(struct hc_slice input, struct hc_buffer *out);
enum hc_status hp_gzip_decompress(struct hc_slice input, struct hp_sink *sink);
enum hc_status hp_snappy_compress(struct hc_slice input, struct hc_buffer *out);
enum hc_status hp_snappy_decompress(struct hc_slice input, struct hp_sink *sink);
enum hc_status hp_lz4_compress(struct hc_slice input, struct hc_buffer *out);
enum hc_status hp_lz4_decompress(struct hc_slice input, struct hp_sink *sink);
enum hc_status hp_zstd_compress(struct hc_slice input, struct hc_buffer *out);
enum hc_status hp_zstd_decompress(struct hc_slice input, struct hp_sink *sink);

#endif
