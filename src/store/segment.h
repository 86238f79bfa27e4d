/* An open segment: a file mapped for reading, its index, and what is known about its bodies.
 *
 * Immutable apart from the atomic block states; shared by any number of threads, unmapped with the
 * last reference. Files are only ever mapped under their final name and never change afterwards.
 */
#ifndef HC_STORE_SEGMENT_H
#define HC_STORE_SEGMENT_H

#include "base/ref.h"
#include "base/slice.h"
#include "base/status.h"
#include "protocol/records.h"
#include "store/format.h"

enum hc_block_state { HC_BLOCK_COLD, HC_BLOCK_READY, HC_BLOCK_CORRUPT };

enum { HC_SEGMENT_OBJECT_MAGIC = 0x53454731 };

struct hc_segment {
    uint32_t magic;
    struct hc_ref ref;
    uint64_t id;     /* unique in the process: a key for caches */
    char *path;      /* for messages */
    const char *map; /* the whole file */
    size_t map_bytes;
    const struct hc_index_row *rows;
    const int64_t *visible; /* per record */
    const int64_t
        *timestamps;  /* per record; the same array as `visible` where they do not differ */
    uint32_t batches; /* at least 1 */
    uint32_t records; /* at least 1 */
    int64_t base_offset;
    size_t body_bytes;
    size_t raw_bytes_max; /* the largest batch's record bytes before compression */
    enum hp_codec codec;
    int64_t first_visible_ms;
    int64_t last_visible_ms;
    int64_t max_timestamp_ms;
    uint64_t footer_sum;
    atomic_bool corrupt; /* some block is */
    uint32_t block_count;
    atomic_uchar blocks[]; /* enum hc_block_state */
};

/* A stored batch: a view, valid as long as the segment. */
struct hc_stored_batch {
    int64_t first; /* offset */
    int64_t end;
    const char *data;
    size_t size;
    uint32_t block; /* its state decides about the batch */
};

/* What a directory's manifest says about a segment. */
struct hc_segment_expect {
    int64_t base_offset;
    int64_t records;
    uint64_t file_bytes;
    uint64_t footer_sum; /* checked unless 0 */
};

/* `ret` needs HC_SEGMENT_NAME_BYTES. */
void hc_segment_name(int64_t build, int32_t partition, int32_t number, char *ret);

/* True for names that hc_segment_name makes, finished or temporary. */
bool hc_segment_name_parse(const char *name, int64_t *ret_build);

/* Maps and checks `name`: sizes, footer, index sum, and that every row lies within bounds. The
 * bodies stay cold. HC_CORRUPT, HC_UNSUPPORTED (another version), HC_NOT_FOUND, HC_IO; messages
 * name the file. */
HC_MUST_USE enum hc_status hc_segment_open(int directory_fd, const char *directory,
                                           const char *name, const struct hc_segment_expect *expect,
                                           struct hc_segment **ret, struct hc_error *error);

static inline struct hc_segment *hc_segment_get(struct hc_segment *segment)
{
    HC_CHECK_MAGIC(segment, HC_SEGMENT_OBJECT_MAGIC);
    hc_ref_get(&segment->ref);
    return segment;
}

void hc_segment_put(struct hc_segment *segment); /* NULL allowed */

/* The index row of the batch that holds the record; 0 <= record < records. */
uint32_t hc_segment_row_of(const struct hc_segment *segment, uint32_t record);

/* The first row whose batch starts at or behind `position` of the file; `batches` when none does.
 */
uint32_t hc_segment_row_at(const struct hc_segment *segment, uint64_t position);

struct hc_stored_batch hc_segment_batch(const struct hc_segment *segment, uint32_t row);

/* The number of the first record behind row `row`, the position of the first byte behind it. */
uint32_t hc_segment_row_end(const struct hc_segment *segment, uint32_t row);
size_t hc_segment_row_bytes_end(const struct hc_segment *segment, uint32_t row);

static inline enum hc_block_state hc_segment_state(const struct hc_segment *segment, uint32_t block)
{
    HC_ASSERT(block < segment->block_count);
    return (enum hc_block_state)atomic_load_explicit(&segment->blocks[block], memory_order_acquire);
}

/* For the process that has just written it: its bytes are known to be right and are in memory. */
void hc_segment_mark_ready(struct hc_segment *segment);

#endif
