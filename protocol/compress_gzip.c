/* Gzip (RFC 1952) through zlib. */
#include "protocol/compress_codecs.h"

#include <limits.h>
#include <zlib.h>

enum {
    GZIP_WINDOW_BITS = 15 + 16, /* zlib's way to ask for the gzip wrapper and nothing else */
    GZIP_MEMORY_LEVEL = 8,
    GZIP_OS_UNKNOWN = 255,
};

static enum hc_status status_of(int code)
{
    return code == Z_MEM_ERROR ? HC_NO_MEMORY : HC_INVALID;
}

/* zlib counts in unsigned int: hands over the next part of a long input. */
static void feed(z_stream *stream, struct hc_slice *rest)
{
    if (stream->avail_in > 0 || rest->size == 0)
        return;
    size_t part = HC_MIN(rest->size, (size_t)UINT_MAX);
    stream->next_in = (z_const Bytef *)(uintptr_t)rest->data;
    stream->avail_in = (uInt)part;
    *rest = hc_slice_of(rest->data + part, rest->size - part);
}

static enum hc_status deflate_all(z_stream *stream, struct hc_slice input, struct hp_sink *sink)
{
    int code = Z_OK;
    while (code != Z_STREAM_END) {
        size_t room;
        feed(stream, &input);
        stream->next_out = (Bytef *)hp_sink_reserve(sink, &room);
        stream->avail_out = (uInt)room;
        code = deflate(stream, input.size == 0 ? Z_FINISH : Z_NO_FLUSH);
        HC_ASSERT(code == Z_OK || code == Z_STREAM_END);
        if (hp_sink_wrote(sink, room - stream->avail_out) != HC_OK)
            return HC_LIMIT;
    }
    return HC_OK;
}

enum hc_status hp_gzip_compress(struct hc_slice input, struct hc_buffer *out)
{
    z_stream stream = {0};
    int code = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW_BITS,
                            GZIP_MEMORY_LEVEL, Z_DEFAULT_STRATEGY);
    if (code != Z_OK)
        return code == Z_MEM_ERROR ? HC_NO_MEMORY : HC_UNSUPPORTED;
    /* No time and no operating system in the header: equal input gives equal bytes on every
     * machine. */
    gz_header header = {.os = GZIP_OS_UNKNOWN};
    code = deflateSetHeader(&stream, &header);
    HC_ASSERT(code == Z_OK);
    struct hp_sink sink = hp_sink_of(out, SIZE_MAX);
    enum hc_status status = deflate_all(&stream, input, &sink);
    (void)deflateEnd(&stream);
    return status;
}

/* One call inflates member behind member: a gzip file may hold any number of them. */
static enum hc_status inflate_all(z_stream *stream, struct hc_slice input, struct hp_sink *sink)
{
    for (;;) {
        size_t room;
        feed(stream, &input);
        stream->next_out = (Bytef *)hp_sink_reserve(sink, &room);
        stream->avail_out = (uInt)room;
        int code = inflate(stream, Z_NO_FLUSH);
        if (hp_sink_wrote(sink, room - stream->avail_out) != HC_OK)
            return HC_LIMIT;
        if (code == Z_STREAM_END) {
            if (stream->avail_in == 0 && input.size == 0)
                return HC_OK;
            code = inflateReset(stream);
        }
        if (code != Z_OK)
            return status_of(code); /* Z_BUF_ERROR included: the input ended in the middle */
    }
}

enum hc_status hp_gzip_decompress(struct hc_slice input, struct hp_sink *sink)
{
    z_stream stream = {0};
    int code = inflateInit2(&stream, GZIP_WINDOW_BITS);
    if (code != Z_OK)
        return code == Z_MEM_ERROR ? HC_NO_MEMORY : HC_UNSUPPORTED;
    enum hc_status status = inflate_all(&stream, input, sink);
    (void)inflateEnd(&stream);
    return status;
}
