#include "base/utf8.h"

static bool continues(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

size_t hc_utf8_length(const unsigned char *bytes, size_t size)
{
    if (size == 0) {
        return 0;
    }
    unsigned char c = bytes[0];
    if (c < 0x80) {
        return 1;
    }
    if (c >= 0xc2 && c <= 0xdf) {
        return size >= 2 && continues(bytes[1]) ? 2 : 0;
    }
    if ((c & 0xf0) == 0xe0) {
        bool ok = size >= 3 && continues(bytes[1]) && continues(bytes[2]) &&
                  (c != 0xe0 || bytes[1] >= 0xa0) && (c != 0xed || bytes[1] < 0xa0);
        return ok ? 3 : 0;
    }
    if (c >= 0xf0 && c <= 0xf4) {
        bool ok = size >= 4 && continues(bytes[1]) && continues(bytes[2]) && continues(bytes[3]) &&
                  (c != 0xf0 || bytes[1] >= 0x90) && (c != 0xf4 || bytes[1] < 0x90);
        return ok ? 4 : 0;
    }
    return 0;
}

bool hc_utf8_valid(struct hc_slice text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    for (size_t i = 0; i < text.size;) {
        size_t length = hc_utf8_length(bytes + i, text.size - i);
        if (length == 0) {
            return false;
        }
        i += length;
    }
    return true;
}
