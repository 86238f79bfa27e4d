/* Snappy: blocks in the framing of the Java library (xerial), or one raw block.
 *
 * A xerial stream is a 16-byte header (magic, version, oldest compatible version), then blocks,
 * each behind its length. Streams may follow one another.
 */
#include "protocol/compress_codecs.h"

#include "base/endian.h"

#include <snappy-c.h>

enum {
    XERIAL_HEADER_BYTES = 16,
    XERIAL_VERSION = 1,
    XERIAL_BLOCK_BYTES = 32 * 1024, /* uncompressed, as the Java library cuts */
    EXPANSION_MAX = 22,             /* a copy of 64 bytes takes at least 3: no block grows more */
};

static const uint8_t xerial_header[XERIAL_HEADER_BYTES] = {
    0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0, 0, 0, 0, XERIAL_VERSION, 0, 0, 0, XERIAL_VERSION};
enum { XERIAL_MAGIC_BYTES = 8 };

static struct hc_slice skip(struct hc_slice bytes, size_t count)
{
    HC_ASSERT(count <= bytes.size);
    return hc_slice_of(bytes.data + count, bytes.size - count);
}

enum hc_status hp_snappy_compress(struct hc_slice input, struct hc_buffer *out)
{
    hc_buffer_append(out, xerial_header, sizeof xerial_header);
    while (input.size > 0) {
        size_t part = HC_MIN(input.size, (size_t)XERIAL_BLOCK_BYTES);
        size_t size = snappy_max_compressed_length(part);
        char *room = hc_buffer_reserve(out, 4 + size);
        if (snappy_compress(input.data, part, room + 4, &size) != SNAPPY_OK)
            return HC_UNSUPPORTED;
        hc_put_be32(room, (uint32_t)size);
        out->size += 4 + size;
        input = skip(input, part);
    }
    return HC_OK;
}

/* The length that a block claims is believed only as far as its bytes could bear it and the cap
 * allows. */
static enum hc_status decompress_block(struct hc_slice block, struct hp_sink *sink)
{
    size_t size;
    if (block.size == 0 || snappy_uncompressed_length(block.data, block.size, &size) != SNAPPY_OK)
        return HC_INVALID;
    if (size / EXPANSION_MAX > block.size)
        return HC_INVALID;
    if (size >= sink->room)
        return HC_LIMIT;
    char *room = hc_buffer_reserve(sink->out, HC_MAX(size, 1)); /* not null for an empty block */
    if (snappy_uncompress(block.data, block.size, room, &size) != SNAPPY_OK)
        return HC_INVALID;
    return hp_sink_wrote(sink, size);
}

static bool has_xerial_magic(struct hc_slice bytes)
{
    return bytes.size >= XERIAL_MAGIC_BYTES &&
           memcmp(bytes.data, xerial_header, XERIAL_MAGIC_BYTES) == 0;
}

static enum hc_status skip_xerial_header(struct hc_slice *bytes)
{
    if (bytes->size < XERIAL_HEADER_BYTES ||
        hc_get_be32(bytes->data + XERIAL_MAGIC_BYTES) < XERIAL_VERSION ||
        hc_get_be32(bytes->data + XERIAL_MAGIC_BYTES + 4) > XERIAL_VERSION)
        return HC_INVALID;
    *bytes = skip(*bytes, XERIAL_HEADER_BYTES);
    return HC_OK;
}

static enum hc_status decompress_xerial(struct hc_slice input, struct hp_sink *sink)
{
    enum hc_status status = HC_OK;
    while (status == HC_OK && input.size > 0) {
        if (has_xerial_magic(input)) {
            status = skip_xerial_header(&input);
            continue;
        }
        if (input.size < 4)
            return HC_INVALID;
        uint32_t size = hc_get_be32(input.data);
        input = skip(input, 4);
        if (size > input.size)
            return HC_INVALID;
        status = decompress_block(hc_slice_of(input.data, size), sink);
        input = skip(input, size);
    }
    return status;
}

enum hc_status hp_snappy_decompress(struct hc_slice input, struct hp_sink *sink)
{
    return has_xerial_magic(input) ? decompress_xerial(input, sink) : decompress_block(input, sink);
}
