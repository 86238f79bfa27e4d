/* A row as the sorter keeps it, in memory and in its temporary file: a fixed head, key, value, and
 * zeros up to a multiple of 8, so that heads can be used in place. Native byte order: such files
 * never outlive their process. */
#ifndef HC_INGEST_PACKED_H
#define HC_INGEST_PACKED_H

#include "ingest/row.h"

struct hc_packed_row {
    int64_t visible_ns;
    int64_t open_ns;
    int64_t timestamp_ms;
    uint64_t line;
    uint32_t file;
    uint32_t stream;
    uint32_t topic;
    int32_t partition;
    uint32_t key_size;
    uint32_t value_size;
    uint32_t key_is_null;
    uint32_t size; /* all of it */
};

enum { HC_PACKED_ALIGN = 8 };

static inline size_t hc_packed_size(const struct hc_load_row *row)
{
    size_t size = sizeof(struct hc_packed_row) + row->key.size + row->value.size;
    return (size + HC_PACKED_ALIGN - 1) & ~(size_t)(HC_PACKED_ALIGN - 1);
}

/* Writes hc_packed_size(row) bytes to `to`, which is aligned; the size is below 4 GiB. */
void hc_packed_put(const struct hc_load_row *row, size_t size, void *to);

/* Slices borrow from the packed bytes. */
struct hc_load_row hc_packed_get(const struct hc_packed_row *packed);

#endif
