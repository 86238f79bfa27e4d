/* hp_decompress: the first byte picks the codec, the second the cap, the rest is the input. */
#include "fuzz/fuzz.h"

#include "protocol/compress.h"

enum { CAP_LOG_MAX = 18 };

/* What was decompressed survives another trip, and the cap is exact. */
static void check_output(enum hp_codec codec, struct hc_slice input, struct hc_slice output)
{
    static struct hc_buffer packed, again;
    hc_buffer_clear(&packed);
    hc_buffer_clear(&again);
    HC_ASSERT(hp_compress(codec, output, &packed) == HC_OK);
    HC_ASSERT(hp_decompress(codec, hc_buffer_slice(&packed), output.size, &again) == HC_OK);
    HC_ASSERT(hc_slice_equal(hc_buffer_slice(&again), output));
    hc_buffer_clear(&again);
    HC_ASSERT(hp_decompress(codec, input, output.size, &again) == HC_OK);
    HC_ASSERT(hc_slice_equal(hc_buffer_slice(&again), output));
    hc_buffer_clear(&again);
    if (output.size > 0)
        HC_ASSERT(hp_decompress(codec, input, output.size - 1, &again) == HC_LIMIT);
    HC_ASSERT(again.size == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct hc_buffer out;
    if (size < 2)
        return 0;
    enum hp_codec codec = (enum hp_codec)(data[0] % HP_CODEC_COUNT);
    size_t cap = (size_t)1 << data[1] % (CAP_LOG_MAX + 1);
    struct hc_slice input = hc_slice_of(data + 2, size - 2);
    hc_buffer_clear(&out);
    enum hc_status status = hp_decompress(codec, input, cap, &out);
    HC_ASSERT(status == HC_OK || status == HC_INVALID || status == HC_LIMIT);
    HC_ASSERT(out.size <= cap);
    HC_ASSERT(status == HC_OK || out.size == 0);
    if (status == HC_OK)
        check_output(codec, input, hc_buffer_slice(&out));
    return 0;
}
