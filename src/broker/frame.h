/* Splits a byte stream into Kafka frames: a 4-byte big-endian length, then that many bytes. Pure.
 */
#ifndef HC_BROKER_FRAME_H
#define HC_BROKER_FRAME_H

#include "base/slice.h"

enum { HC_FRAME_LENGTH_BYTES = 4, HC_FRAME_BYTES_MIN = 8 };

enum hc_frame_result {
    HC_FRAME_WHOLE,   /* *ret is the frame's body */
    HC_FRAME_PARTIAL, /* more bytes are needed */
    HC_FRAME_BAD,     /* no Kafka frame: close */
};

/* Looks at the front of `input`. A length below a request header's smallest size or above
 * `bytes_max` is bad as soon as its four bytes are there. *ret_hint (never NULL afterwards when
 * bad) says in words what the peer probably speaks. */
enum hc_frame_result hc_frame_split(struct hc_slice input, size_t bytes_max, struct hc_slice *ret,
                                    const char **ret_hint);

#endif
