/* LZ4 frames, as Kafka uses them since message format 1 (KIP-57). */
#include "protocol/compress_codecs.h"

#include <lz4frame.h>

/* The frame that the Java client writes: independent 64 KiB blocks, no checksums, no content size.
 */
static const LZ4F_preferences_t frame_like_java = {
    .frameInfo = {.blockSizeID = LZ4F_max64KB, .blockMode = LZ4F_blockIndependent},
};

static enum hc_status status_of(size_t code)
{
    return strcmp(LZ4F_getErrorName(code), "ERROR_allocation_failed") == 0 ? HC_NO_MEMORY
                                                                           : HC_INVALID;
}

enum hc_status hp_lz4_compress(struct hc_slice input, struct hc_buffer *out)
{
    size_t bound = LZ4F_compressFrameBound(input.size, &frame_like_java);
    size_t size = LZ4F_compressFrame(hc_buffer_reserve(out, bound), bound, input.data, input.size,
                                     &frame_like_java);
    if (LZ4F_isError(size))
        return status_of(size);
    HC_ASSERT(size <= bound);
    out->size += size;
    return HC_OK;
}

/* Frame behind frame; a dctx begins the next one by itself. */
static enum hc_status decompress_all(LZ4F_dctx *context, struct hc_slice input,
                                     struct hp_sink *sink)
{
    size_t hint = 1; /* 0: exactly at a frame's end */
    while (input.size > 0 || hint != 0) {
        size_t produced;
        size_t consumed = input.size;
        char *room = hp_sink_reserve(sink, &produced);
        hint = LZ4F_decompress(context, room, &produced, input.data, &consumed, NULL);
        if (LZ4F_isError(hint))
            return status_of(hint);
        if (hp_sink_wrote(sink, produced) != HC_OK)
            return HC_LIMIT;
        if (consumed == 0 && produced == 0 && hint != 0)
            return HC_INVALID; /* cut off inside a frame */
        HC_ASSERT(consumed <= input.size);
        input = hc_slice_of(input.data + consumed, input.size - consumed);
    }
    return HC_OK;
}

enum hc_status hp_lz4_decompress(struct hc_slice input, struct hp_sink *sink)
{
    LZ4F_dctx *context;
    if (input.size == 0)
        return HC_INVALID;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
        return HC_NO_MEMORY;
    enum hc_status status = decompress_all(context, input, sink);
    (void)LZ4F_freeDecompressionContext(context);
    return status;
}
