/* A piece of an answer: bytes and whoever keeps them alive. The unit of gathered writes. */
#ifndef HC_BASE_CHUNK_H
#define HC_BASE_CHUNK_H

#include "base/ref.h"

struct hc_chunk {
    const void *data;
    size_t size;
    struct hc_ref
        *owner; /* a reference held by the chunk; NULL: bytes belong to the request's arena */
};

static inline void hc_chunk_release(struct hc_chunk *chunk)
{
    hc_ref_put(chunk->owner);
    *chunk = (struct hc_chunk){0};
}

#endif
