/* Private to records*.c: the batch header and the variable-length integers of records. */
#ifndef HP_RECORDS_WIRE_H
#define HP_RECORDS_WIRE_H

#include "protocol/records.h"

#include "base/endian.h"

enum {
    HP_BATCH_MAGIC_OFFSET = 16,
    HP_BATCH_CRC_OFFSET = 17,
    HP_BATCH_ATTRIBUTES_OFFSET = 21, /* the first byte that the CRC covers */
    HP_BATCH_LAST_DELTA_OFFSET = 23,
    HP_BATCH_BASE_TIMESTAMP_OFFSET = 27,
    HP_BATCH_MAX_TIMESTAMP_OFFSET = 35,
    HP_BATCH_PRODUCER_ID_OFFSET = 43,
    HP_BATCH_PRODUCER_EPOCH_OFFSET = 51,
    HP_BATCH_BASE_SEQUENCE_OFFSET = 53,
    HP_BATCH_COUNT_OFFSET = 57,

    HP_BATCH_LENGTH_BASE = 12, /* the batch length counts the bytes behind itself */
    HP_BATCH_MAGIC = 2,
    HP_RECORD_BYTES_MIN = 7, /* length, attributes, two deltas, two null lengths, header count */

    HP_ATTRIBUTE_CODEC = 0x07,
    HP_ATTRIBUTE_LOG_APPEND_TIME = 0x08,
};

/* Writes the header in front of record bytes that already stand behind it, with length and CRC of
 * the whole. `bytes` are `size` bytes of batch; batch->records, size and crc are ignored. The codec
 * in batch->attributes counts. */
void hp_batch_write_header(const struct hp_batch *batch, uint8_t *bytes, size_t size);

/* Zigzag varints (at most 5 bytes for 32 bits, 10 for 64). */
static inline size_t hp_varlong_size(int64_t value)
{
    uint64_t zigzag = ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
    return (size_t)(70 - __builtin_clzll(zigzag | 1)) / 7;
}

static inline uint8_t *hp_put_varlong(uint8_t *to, int64_t value)
{
    uint64_t zigzag = ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
    for (; zigzag >= 0x80; zigzag >>= 7)
        *to++ = (uint8_t)(zigzag | 0x80);
    *to++ = (uint8_t)zigzag;
    return to;
}

/* Takes a varint off the front. False: cut off, longer than its value needs, or beyond 64 bits. */
bool hp_take_varlong(struct hc_slice *bytes, int64_t *ret);

/* As hp_take_varlong, also false beyond 32 bits. */
bool hp_take_varint(struct hc_slice *bytes, int32_t *ret);

#endif
