#include "protocol/compress.h"

#include "protocol/compress_codecs.h"

typedef enum hc_status compress_function(struct hc_slice input, struct hc_buffer *out);
typedef enum hc_status decompress_function(struct hc_slice input, struct hp_sink *sink);

static enum hc_status copy_in(struct hc_slice input, struct hc_buffer *out)
{
    hc_buffer_append_slice(out, input);
    return HC_OK;
}

static enum hc_status copy_out(struct hc_slice input, struct hp_sink *sink)
{
    if (input.size >= sink->room)
        return HC_LIMIT;
    hc_buffer_append_slice(sink->out, input);
    return HC_OK;
}

static const struct {
    const char *name;
    compress_function *compress;
    decompress_function *decompress;
} codecs[] = {
    [HP_NONE] = {"none", copy_in, copy_out},
    [HP_GZIP] = {"gzip", hp_gzip_compress, hp_gzip_decompress},
    [HP_SNAPPY] = {"snappy", hp_snappy_compress, hp_snappy_decompress},
    [HP_LZ4] = {"lz4", hp_lz4_compress, hp_lz4_decompress},
    [HP_ZSTD] = {"zstd", hp_zstd_compress, hp_zstd_decompress},
};

_Static_assert(HC_COUNT(codecs) == HP_CODEC_COUNT, "every codec has its row");

const char *hp_codec_name(enum hp_codec codec)
{
    HC_ASSERT(codec < HP_CODEC_COUNT);
    return codecs[codec].name;
}

bool hp_codec_parse(struct hc_slice name, enum hp_codec *ret)
{
    for (size_t i = 0; i < HC_COUNT(codecs); i++) {
        if (hc_slice_equal_str(name, codecs[i].name)) {
            *ret = (enum hp_codec)i;
            return true;
        }
    }
    return false;
}

enum hc_status hp_compress(enum hp_codec codec, struct hc_slice input, struct hc_buffer *out)
{
    HC_ASSERT(codec < HP_CODEC_COUNT);
    HC_ASSERT(input.data != NULL || input.size == 0);
    if (input.data == NULL)
        input = HC_SLICE_EMPTY; /* libraries may hand a pointer to memcpy even for no bytes */
    size_t before = out->size;
    enum hc_status status = codecs[codec].compress(input, out);
    HC_ASSERT(out->size >= before);
    if (status != HC_OK)
        out->size = before;
    return status;
}

enum hc_status hp_decompress(enum hp_codec codec, struct hc_slice input, size_t size_max,
                             struct hc_buffer *out)
{
    HC_ASSERT(codec < HP_CODEC_COUNT);
    HC_ASSERT(input.data != NULL || input.size == 0);
    if (input.data == NULL)
        input = HC_SLICE_EMPTY;
    size_t before = out->size;
    struct hp_sink sink = hp_sink_of(out, size_max);
    enum hc_status status = codecs[codec].decompress(input, &sink);
    if (status != HC_OK)
        out->size = before;
    HC_ASSERT(out->size - before <= size_max);
    return status;
}
