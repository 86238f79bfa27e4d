/* Zstandard (KIP-110). */
#include "protocol/compress_codecs.h"

#include "base/endian.h"

#include <zstd.h>
#include <zstd_errors.h>

enum {
    ZSTD_LEVEL = 3,          /* the default of the Java client */
    ZSTD_WINDOW_LOG_MAX = 23 /* 8 MiB: what a decoder must support, and no more */
};

static enum hc_status status_of(size_t code)
{
    switch (ZSTD_getErrorCode(code)) {
    case ZSTD_error_memory_allocation:
        return HC_NO_MEMORY;
    case ZSTD_error_frameParameter_windowTooLarge:
        return HC_LIMIT;
    default:
        return HC_INVALID;
    }
}

enum hc_status hp_zstd_compress(struct hc_slice input, struct hc_buffer *out)
{
    size_t bound = ZSTD_compressBound(input.size);
    size_t size =
        ZSTD_compress(hc_buffer_reserve(out, bound), bound, input.data, input.size, ZSTD_LEVEL);
    if (ZSTD_isError(size))
        return status_of(size);
    HC_ASSERT(size <= bound);
    out->size += size;
    return HC_OK;
}

/* Distributions build the library with its formats from before 1.0, whose decoders know no window
 * limit and take what a header asks for: only today's frames and skippable ones get past. */
static bool is_frame(const ZSTD_inBuffer *in)
{
    if (in->size - in->pos < sizeof(uint32_t))
        return false;
    uint32_t magic = hc_get_le32((const char *)in->src + in->pos);
    return magic == ZSTD_MAGICNUMBER ||
           (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

/* Frame behind frame. */
static enum hc_status decompress_all(ZSTD_DCtx *context, struct hc_slice input,
                                     struct hp_sink *sink)
{
    ZSTD_inBuffer in = {.src = input.data, .size = input.size};
    size_t hint = 0; /* 0: exactly between frames */
    while (in.pos < in.size || hint != 0) {
        size_t before = in.pos;
        if (hint == 0 && !is_frame(&in))
            return HC_INVALID;
        ZSTD_outBuffer out = {0};
        out.dst = hp_sink_reserve(sink, &out.size);
        hint = ZSTD_decompressStream(context, &out, &in);
        if (ZSTD_isError(hint))
            return status_of(hint);
        if (hp_sink_wrote(sink, out.pos) != HC_OK)
            return HC_LIMIT;
        if (in.pos == before && out.pos == 0 && hint != 0)
            return HC_INVALID; /* cut off inside a frame */
    }
    return HC_OK;
}

enum hc_status hp_zstd_decompress(struct hc_slice input, struct hp_sink *sink)
{
    if (input.size == 0)
        return HC_INVALID;
    ZSTD_DCtx *context = ZSTD_createDCtx();
    if (context == NULL)
        return HC_NO_MEMORY;
    size_t code = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
    HC_ASSERT(!ZSTD_isError(code));
    enum hc_status status = decompress_all(context, input, sink);
    (void)ZSTD_freeDCtx(context);
    return status;
}
