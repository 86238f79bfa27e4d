#include "ingest/packed.h"

_Static_assert(sizeof(struct hc_packed_row) == 64, "a head has no padding");

void hc_packed_put(const struct hc_load_row *row, size_t size, void *to)
{
    HC_ASSERT(size == hc_packed_size(row) && size <= UINT32_MAX);
    *(struct hc_packed_row *)to = (struct hc_packed_row){
        .visible_ns = row->visible_ns,
        .open_ns = row->open_ns,
        .timestamp_ms = row->timestamp_ms,
        .line = row->line,
        .file = row->file,
        .stream = row->stream,
        .topic = row->topic,
        .partition = row->partition,
        .key_size = (uint32_t)row->key.size,
        .value_size = (uint32_t)row->value.size,
        .key_is_null = hc_slice_is_null(row->key),
        .size = (uint32_t)size,
    };
    char *at = (char *)to + sizeof(struct hc_packed_row);
    if (row->key.size) {
        memcpy(at, row->key.data, row->key.size);
    }
    if (row->value.size) {
        memcpy(at + row->key.size, row->value.data, row->value.size);
    }
    size_t used = sizeof(struct hc_packed_row) + row->key.size + row->value.size;
    memset((char *)to + used, 0, size - used);
}

struct hc_load_row hc_packed_get(const struct hc_packed_row *packed)
{
    HC_ASSERT(packed->size >= sizeof *packed);
    const char *key = (const char *)(packed + 1);
    return (struct hc_load_row){
        .visible_ns = packed->visible_ns,
        .open_ns = packed->open_ns,
        .timestamp_ms = packed->timestamp_ms,
        .line = packed->line,
        .file = packed->file,
        .stream = packed->stream,
        .topic = packed->topic,
        .partition = packed->partition,
        .key = packed->key_is_null ? HC_SLICE_NULL : hc_slice_of(key, packed->key_size),
        .value = hc_slice_of(key + packed->key_size, packed->value_size),
    };
}
