#include "broker/frame.h"

#include "base/endian.h"

static const char *guess_protocol(struct hc_slice input)
{
    static const char *const methods[] = {"GET ", "POST", "PUT ", "HEAD", "OPTI", "DELE", "PRI "};
    for (size_t i = 0; i < HC_COUNT(methods); i++) {
        if (memcmp(input.data, methods[i], HC_FRAME_LENGTH_BYTES) == 0) {
            return "http-on-kafka-port";
        }
    }
    const unsigned char *bytes = (const unsigned char *)input.data;
    if (bytes[0] == 0x16 && bytes[1] == 0x03) {
        return "tls-on-plaintext-port";
    }
    return "bad-frame-length";
}

enum hc_frame_result hc_frame_split(struct hc_slice input, size_t bytes_max, struct hc_slice *ret,
                                    const char **ret_hint)
{
    if (input.size < HC_FRAME_LENGTH_BYTES) {
        return HC_FRAME_PARTIAL;
    }
    uint32_t length = hc_get_be32(input.data);
    if (length < HC_FRAME_BYTES_MIN || length > bytes_max || length > INT32_MAX) {
        *ret_hint = guess_protocol(input);
        return HC_FRAME_BAD;
    }
    if (input.size - HC_FRAME_LENGTH_BYTES < length) {
        return HC_FRAME_PARTIAL;
    }
    *ret = hc_slice_of(input.data + HC_FRAME_LENGTH_BYTES, length);
    return HC_FRAME_WHOLE;
}
