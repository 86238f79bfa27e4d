/* The frame splitter: a stream that arrives in pieces gives the same frames as one that arrives at
 * once. The first two bytes set the largest frame, the third how large the pieces are. */
#include "fuzz/fuzz.h"

#include "base/endian.h"
#include "broker/frame.h"

/* Looks at the front of `input` as it would arrive, `piece` bytes at a time. */
static enum hc_frame_result split_by_pieces(struct hc_slice input, size_t piece, size_t bytes_max,
                                            struct hc_slice *ret)
{
    const char *hint;
    for (size_t seen = 0;; seen += piece) {
        struct hc_slice part = hc_slice_of(input.data, HC_MIN(seen, input.size));
        enum hc_frame_result result = hc_frame_split(part, bytes_max, ret, &hint);
        if (result != HC_FRAME_PARTIAL || seen >= input.size)
            return result;
    }
}

static void check_whole(struct hc_slice frame, struct hc_slice input, size_t bytes_max)
{
    HC_ASSERT(frame.data == input.data + HC_FRAME_LENGTH_BYTES);
    HC_ASSERT(frame.size >= HC_FRAME_BYTES_MIN && frame.size <= bytes_max);
    HC_ASSERT(frame.size <= input.size - HC_FRAME_LENGTH_BYTES);
    HC_ASSERT(frame.size == hc_get_be32(input.data));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    size_t bytes_max = hc_get_be16(data);
    size_t piece = (size_t)data[2] + 1;
    struct hc_slice rest = hc_slice_of(data + 3, size - 3);
    enum hc_frame_result result;
    do {
        struct hc_slice frame = HC_SLICE_NULL;
        struct hc_slice slow = HC_SLICE_NULL;
        const char *hint = NULL;
        result = hc_frame_split(rest, bytes_max, &frame, &hint);
        HC_ASSERT(split_by_pieces(rest, piece, bytes_max, &slow) == result);
        HC_ASSERT(frame.data == slow.data && frame.size == slow.size);
        HC_ASSERT((hint != NULL) == (result == HC_FRAME_BAD));
        if (result == HC_FRAME_WHOLE) {
            check_whole(frame, rest, bytes_max);
            size_t used = HC_FRAME_LENGTH_BYTES + frame.size;
            rest = hc_slice_of(rest.data + used, rest.size - used);
        }
    } while (result == HC_FRAME_WHOLE);
    return 0;
}
