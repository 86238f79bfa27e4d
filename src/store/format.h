/* What segment files look like on disk, version 1. Little-endian, mapped and used in place.
 *
 *   bodies      record batches v2, leader epoch 0, back to back, offsets dense
 *   (zeros up to a multiple of HC_SEGMENT_ALIGN)
 *   index       a struct hc_index_row per batch
 *   visible     int64 ms per record, never decreasing
 *   timestamps  int64 ms per record; absent where every record's timestamp is its visible instant
 *   footer      struct hc_segment_footer, the last bytes of the file
 *
 * What guards what: the footer's sum guards the footer, and stands in the manifest too, so that a
 * segment of another build is not mistaken for this one's; `index_sum` guards the index (both
 * checked at open); the index guards instants and timestamps of each batch by `instants_sum`, and
 * each batch guards itself by its CRC-32C (both checked by verification, block by block, see
 * verify.h).
 *
 * A change of anything here raises HC_STORE_VERSION; older directories are then HC_UNSUPPORTED and
 * loaded again.
 */
#ifndef HC_STORE_FORMAT_H
#define HC_STORE_FORMAT_H

#include "base/assert.h"

#include <stdbool.h>

enum {
    HC_STORE_VERSION = 1,
    HC_SEGMENT_ALIGN = 64,
    HC_SEGMENT_NAME_BYTES = 64,
    HC_BLOCK_BYTES = 1024 * 1024, /* of bodies: the unit of verification */
};

#define HC_SEGMENT_MAGIC  UINT64_C(0x313047455343489f) /* "\x9fHCSEG01" */
#define HC_MANIFEST_MAGIC UINT64_C(0x31304e414d43489f) /* "\x9fHCMAN01" */
#define HC_MANIFEST_NAME  "manifest"

/* A body never reaches 4 GiB: the writer ends a segment well before. */
#define HC_SEGMENT_BODY_BYTES_MAX UINT64_C(0xffffffff)

struct hc_index_row {
    int64_t first_visible_ms; /* of the batch's first record */
    int64_t max_timestamp_ms; /* the largest record timestamp of the batch */
    int64_t running_max_ms;   /* the largest of this and all earlier batches of the segment */
    uint32_t position;        /* of the batch in the file */
    uint32_t first_record;    /* its base offset minus the segment's */
    uint32_t instants_sum; /* low half of XXH3-64 over its visible instants, then its timestamps */
    uint32_t reserved;     /* 0 */
};

struct hc_segment_footer {
    uint64_t magic;
    uint32_t version;
    uint32_t codec; /* of the topic; single batches may be uncompressed */
    int64_t base_offset;
    uint64_t body_bytes;
    uint64_t index_position;
    uint32_t batches;
    uint32_t records;
    uint32_t has_timestamps; /* 0 or 1 */
    uint32_t raw_bytes_max;  /* the largest batch's record bytes before compression */
    int64_t last_visible_ms;
    uint64_t file_bytes;
    uint64_t reserved[5]; /* 0 */
    uint64_t index_sum;   /* XXH3-64 of the index */
    uint64_t footer_sum;  /* XXH3-64 of the footer up to here */
};

_Static_assert(sizeof(struct hc_index_row) == 40, "rows are mapped in place");
_Static_assert(sizeof(struct hc_segment_footer) == 128, "the footer is mapped in place");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "segments are mapped in place");

/* Instants and timestamps lie well within int64, so that differences of two never overflow. */
static inline bool hc_store_time_in_bounds(int64_t ms)
{
    return ms >= INT64_MIN / 4 && ms <= INT64_MAX / 4;
}

static inline uint64_t hc_segment_index_position(uint64_t body_bytes)
{
    return (body_bytes + HC_SEGMENT_ALIGN - 1) / HC_SEGMENT_ALIGN * HC_SEGMENT_ALIGN;
}

/* The size that a file with these counts has. */
static inline uint64_t hc_segment_file_bytes(const struct hc_segment_footer *footer)
{
    uint64_t per_record = footer->has_timestamps ? 2 * sizeof(int64_t) : sizeof(int64_t);
    return hc_segment_index_position(footer->body_bytes) +
           (uint64_t)footer->batches * sizeof(struct hc_index_row) +
           (uint64_t)footer->records * per_record + sizeof *footer;
}

#endif
