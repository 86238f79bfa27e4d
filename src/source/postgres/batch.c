#include "source/postgres/batch.h"

#include "base/memory.h"

#include <stdlib.h>

void hc_pg_batch_done(struct hc_pg_batch *batch)
{
    hc_buffer_done(&batch->bytes);
    free(batch->entries);
    *batch = (struct hc_pg_batch){0};
}

void hc_pg_batch_clear(struct hc_pg_batch *batch)
{
    hc_buffer_clear(&batch->bytes);
    batch->count = 0;
    batch->next = 0;
    batch->last = false;
}

/* In front of the fields stands their size. */
void hc_pg_batch_add(struct hc_pg_batch *batch, const struct hc_pg_entry *entry, const char *fields,
                     size_t size)
{
    HC_ASSERT(size <= UINT32_MAX);
    uint32_t length = (uint32_t)size;
    hc_buffer_append(&batch->bytes, &length, sizeof(length));
    batch->entries =
        hc_grow(batch->entries, &batch->capacity, batch->count + 1, sizeof(*batch->entries));
    batch->entries[batch->count] = *entry;
    batch->entries[batch->count++].offset = batch->bytes.size;
    hc_buffer_append(&batch->bytes, fields, size);
}

static int compare(const void *a, const void *b)
{
    const struct hc_pg_entry *left = a;
    const struct hc_pg_entry *right = b;
    if (left->visible_ns != right->visible_ns) {
        return left->visible_ns < right->visible_ns ? -1 : 1;
    }
    return (left->offset > right->offset) - (left->offset < right->offset);
}

void hc_pg_batch_sort(struct hc_pg_batch *batch)
{
    HC_ASSERT(batch->next == 0);
    for (size_t i = 1; i < batch->count; i++) {
        if (batch->entries[i].visible_ns < batch->entries[i - 1].visible_ns) {
            qsort(batch->entries, batch->count, sizeof(*batch->entries), compare);
            return;
        }
    }
}

void hc_pg_batch_carry(struct hc_pg_batch *from, struct hc_pg_batch *to)
{
    HC_ASSERT(from != to && from->next <= from->count);
    for (; from->next < from->count; from->next++) {
        const struct hc_pg_entry *entry = &from->entries[from->next];
        const char *fields = from->bytes.data + entry->offset;
        uint32_t size;
        memcpy(&size, fields - sizeof(size), sizeof(size));
        hc_pg_batch_add(to, entry, fields, size);
    }
}
