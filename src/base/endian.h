/* Integers in a fixed byte order, at any alignment. Network protocols are big-endian, file formats
 * mostly little.
 *
 * The caller owns the memory and has checked that the bytes are there. Thread-safe.
 */
#ifndef HC_BASE_ENDIAN_H
#define HC_BASE_ENDIAN_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t hc_get_be16(const void *from)
{
    uint16_t value;
    memcpy(&value, from, sizeof value);
    return be16toh(value);
}

static inline uint32_t hc_get_be32(const void *from)
{
    uint32_t value;
    memcpy(&value, from, sizeof value);
    return be32toh(value);
}

static inline uint64_t hc_get_be64(const void *from)
{
    uint64_t value;
    memcpy(&value, from, sizeof value);
    return be64toh(value);
}

static inline void hc_put_be16(void *to, uint16_t value)
{
    value = htobe16(value);
    memcpy(to, &value, sizeof value);
}

static inline void hc_put_be32(void *to, uint32_t value)
{
    value = htobe32(value);
    memcpy(to, &value, sizeof value);
}

static inline void hc_put_be64(void *to, uint64_t value)
{
    value = htobe64(value);
    memcpy(to, &value, sizeof value);
}

static inline uint32_t hc_get_le32(const void *from)
{
    uint32_t value;
    memcpy(&value, from, sizeof value);
    return le32toh(value);
}

static inline uint64_t hc_get_le64(const void *from)
{
    uint64_t value;
    memcpy(&value, from, sizeof value);
    return le64toh(value);
}

static inline void hc_put_le32(void *to, uint32_t value)
{
    value = htole32(value);
    memcpy(to, &value, sizeof value);
}

static inline void hc_put_le64(void *to, uint64_t value)
{
    value = htole64(value);
    memcpy(to, &value, sizeof value);
}

#endif
