/* UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef HC_BASE_UTF8_H
#define HC_BASE_UTF8_H

#include "base/slice.h"

/* The length of the well-formed sequence at `bytes` (1..4), or 0 when there is none within `size`.
 */
size_t hc_utf8_length(const unsigned char *bytes, size_t size);

bool hc_utf8_valid(struct hc_slice text);

#endif
