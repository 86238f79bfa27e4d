#include "ingest/merge.h"

static bool before(const struct hc_merge *merge, uint8_t a, uint8_t b)
{
    int order = hc_load_row_compare(&merge->rows[a], &merge->rows[b]);
    return order != 0 ? order < 0 : a < b; /* earlier runs hold rows that were added earlier */
}

static void sift_down(struct hc_merge *merge, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= merge->count) {
            return;
        }
        if (child + 1 < merge->count && before(merge, merge->heap[child + 1], merge->heap[child])) {
            child++;
        }
        if (!before(merge, merge->heap[child], merge->heap[at])) {
            return;
        }
        uint8_t moved = merge->heap[at];
        merge->heap[at] = merge->heap[child];
        merge->heap[child] = moved;
        at = child;
    }
}

enum hc_status hc_merge_init(struct hc_merge *merge, const struct hc_run_file *file, size_t first,
                             size_t count, char *memory, size_t memory_bytes,
                             struct hc_error *error)
{
    HC_ASSERT(count >= 1 && count <= HC_MERGE_RUNS_MAX);
    size_t window = memory_bytes / count / HC_PACKED_ALIGN * HC_PACKED_ALIGN;
    HC_ASSERT(first + count <= file->count && (uintptr_t)memory % HC_PACKED_ALIGN == 0);
    merge->count = 0;
    merge->pending = false;
    for (size_t i = 0; i < count; i++) {
        hc_run_reader_init(&merge->readers[i], file, first + i, memory + i * window, window);
        const struct hc_packed_row *row = NULL;
        enum hc_status status = hc_run_peek(&merge->readers[i], &row, error);
        if (status != HC_OK) {
            return status;
        }
        if (row) {
            merge->rows[i] = hc_packed_get(row);
            merge->heap[merge->count++] = (uint8_t)i;
        }
    }
    for (size_t i = merge->count / 2; i-- > 0;) {
        sift_down(merge, i);
    }
    return HC_OK;
}

/* The row given out last is let go only now: until this call its bytes had to stay in place. */
static enum hc_status advance_first(struct hc_merge *merge, struct hc_error *error)
{
    HC_ASSERT(merge->count > 0);
    uint8_t first = merge->heap[0];
    hc_run_advance(&merge->readers[first]);
    const struct hc_packed_row *row = NULL;
    enum hc_status status = hc_run_peek(&merge->readers[first], &row, error);
    if (status != HC_OK) {
        return status;
    }
    if (row) {
        merge->rows[first] = hc_packed_get(row);
    } else {
        merge->heap[0] = merge->heap[--merge->count];
    }
    sift_down(merge, 0);
    return HC_OK;
}

enum hc_status hc_merge_next(struct hc_merge *merge, struct hc_load_row *ret,
                             const struct hc_packed_row **ret_packed, struct hc_error *error)
{
    if (merge->pending) {
        merge->pending = false;
        enum hc_status status = advance_first(merge, error);
        if (status != HC_OK) {
            return status;
        }
    }
    if (merge->count == 0) {
        return HC_END;
    }
    const struct hc_run_reader *reader = &merge->readers[merge->heap[0]];
    merge->pending = true;
    *ret = merge->rows[merge->heap[0]];
    *ret_packed = (const struct hc_packed_row *)(const void *)(reader->window + reader->position);
    return HC_OK;
}
