#include "ingest/murmur2.h"

#include "base/endian.h"

int32_t hc_murmur2(struct hc_slice bytes)
{
    const uint32_t multiplier = 0x5bd1e995;
    const unsigned char *data = (const unsigned char *)bytes.data;
    size_t whole = bytes.size & ~(size_t)3;
    uint32_t hash = UINT32_C(0x9747b28c) ^ (uint32_t)bytes.size;
    for (size_t i = 0; i < whole; i += 4) {
        uint32_t word = hc_get_le32(data + i) * multiplier;
        word = (word ^ word >> 24) * multiplier;
        hash = hash * multiplier ^ word;
    }
    if (whole < bytes.size) {
        for (size_t i = bytes.size; i-- > whole;) {
            hash ^= (uint32_t)data[i] << 8 * (i - whole);
        }
        hash *= multiplier;
    }
    hash = (hash ^ hash >> 13) * multiplier;
    return (int32_t)(hash ^ hash >> 15);
}

int32_t hc_key_partition(struct hc_slice key, int32_t partitions)
{
    HC_ASSERT(partitions >= 1);
    if (hc_slice_is_null(key) || partitions == 1) {
        return 0;
    }
    return (hc_murmur2(key) & INT32_MAX) % partitions;
}
