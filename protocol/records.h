/* Record batch v2 (magic 2): build, parse, patch, cut.
 *
 * Pure functions over bytes; nothing here allocates from the heap except through the caller's
 * buffer or arena. Layout and CRC coverage follow the Kafka protocol: base offset and leader epoch
 * lie outside the CRC, which covers attributes to end.
 */
#ifndef HP_RECORDS_H
#define HP_RECORDS_H

#include "protocol/codec.h"
#include "protocol/compress.h"

enum {
    HP_BATCH_OVERHEAD = 61, /* bytes before the first record */
    HP_BATCH_PATCH_BYTES =
        16, /* base offset, batch length, leader epoch: what may be patched outside the CRC */
    HP_BATCH_LENGTH_OFFSET = 8,
    HP_BATCH_EPOCH_OFFSET = 12,
};

struct hp_header {
    struct hc_slice key;
    struct hc_slice value; /* nullable */
};

struct hp_record {
    int64_t offset;
    int64_t timestamp_ms;
    struct hc_slice key;   /* nullable */
    struct hc_slice value; /* nullable */
    const struct hp_header *headers;
    int32_t header_count;
};

struct hp_batch {
    int64_t base_offset;
    int32_t leader_epoch;
    uint32_t crc;
    int16_t attributes;
    enum hp_codec codec;
    int32_t last_offset_delta;
    int64_t base_timestamp_ms;
    int64_t max_timestamp_ms;
    int64_t producer_id;
    int16_t producer_epoch;
    int32_t base_sequence;
    int32_t record_count;
    struct hc_slice records; /* the (possibly compressed) record bytes */
    size_t size;             /* the whole batch, header included */
};

/* ---- building ---- */

struct hp_batch_builder {
    struct hc_buffer records; /* uncompressed record bytes so far */
    int64_t base_offset;
    int64_t base_timestamp_ms;
    int64_t max_timestamp_ms;
    int32_t count;
};

void hp_batch_builder_init(struct hp_batch_builder *builder); /* allocates nothing yet */
void hp_batch_builder_done(struct hp_batch_builder *builder);

/* Starts an empty batch at this offset; keeps the buffer's memory. */
void hp_batch_begin(struct hp_batch_builder *builder, int64_t base_offset);

/* Appends a record (borrowed for the call); its offset must be base_offset + count (dense). Header
 * keys are not null. The batch must stay below 2 GiB and its timestamps must not lie more than
 * INT64_MAX apart. */
void hp_batch_add(struct hp_batch_builder *builder, const struct hp_record *record);

/* The uncompressed size of the batch if it ended now. */
size_t hp_batch_size(const struct hp_batch_builder *builder);

/* Appends the finished batch, which holds at least one record (leader epoch 0, no producer,
 * CreateTime) to `out`, compressed with `codec`; a compressed form that is not smaller is written
 * uncompressed. HC_UNSUPPORTED or HC_NO_MEMORY from the compressor. */
HC_MUST_USE enum hc_status hp_batch_finish(struct hp_batch_builder *builder, enum hp_codec codec,
                                           struct hc_buffer *out);

/* ---- reading ---- */

/* Reads the header of the first batch in `bytes`. HC_END: no bytes; HC_AGAIN: only a part of a
 * batch; HC_INVALID: not a v2 batch or inconsistent lengths; HC_CORRUPT: wrong CRC (only checked
 * when `check_crc`); HC_UNSUPPORTED: unknown codec. `ret` borrows from `bytes`. Batches that
 * compaction left with gaps or without records are accepted: an API that demands dense offsets
 * compares last_offset_delta with record_count itself. */
HC_MUST_USE enum hc_status hp_batch_read(struct hc_slice bytes, bool check_crc,
                                         struct hp_batch *ret);

/* Walks the records of a batch whose record bytes are uncompressed (see hp_batch_decompress). */
struct hp_record_reader {
    struct hc_slice rest;
    const struct hp_batch *batch;
    int32_t remaining;
    struct hp_header *headers; /* caller's room for headers */
    int32_t header_capacity;   /* headers beyond it are skipped but checked; header_count tells the
                                  true number cut to capacity */
    int32_t _last_delta;       /* the last record's offset delta; -1 before the first */
};

void hp_record_reader_init(struct hp_record_reader *reader, const struct hp_batch *batch,
                           struct hc_slice uncompressed, struct hp_header *headers,
                           int32_t header_capacity);

/* HC_OK; HC_END behind the last record; HC_INVALID when malformed: overlong varints, offsets that
 * do not rise or leave the batch, times beyond 64 bits, bytes left over. Slices borrow from the
 * record bytes, headers from the reader's room until the next call. Under LogAppendTime every
 * record has the batch's max timestamp. */
HC_MUST_USE enum hc_status hp_record_next(struct hp_record_reader *reader, struct hp_record *ret);

/* The record bytes of a batch, decompressed into `scratch`, which is overwritten, where needed
 * (else borrowed from the batch). `size_max` bounds the output: HC_LIMIT beyond; otherwise fails as
 * hp_decompress does. */
HC_MUST_USE enum hc_status hp_batch_decompress(const struct hp_batch *batch, size_t size_max,
                                               struct hc_buffer *scratch, struct hc_slice *ret);

/* ---- patching and cutting, for a broker that serves stored bytes ---- */

/* Writes the first 16 bytes of `batch` into `out` with another leader epoch. */
void hp_batch_patch_epoch(const void *batch, int32_t leader_epoch,
                          uint8_t out[HP_BATCH_PATCH_BYTES]);

/* Appends to `out` a batch that holds only the first `count` records (1 <= count < record_count) of
 * `batch`, uncompressed, with its own length, last offset delta (the last kept record's), max
 * timestamp, count and CRC, and `leader_epoch`. `uncompressed` are the batch's record bytes from
 * hp_batch_decompress. HC_INVALID when the records are malformed. */
HC_MUST_USE enum hc_status hp_batch_cut(const struct hp_batch *batch, struct hc_slice uncompressed,
                                        int32_t count, int32_t leader_epoch, struct hc_buffer *out);

#endif
