#include "ingest/sorter.h"

#include "base/memory.h"
#include "ingest/merge.h"

#include <stdlib.h>

/* Rows fill the block from the front, what is sorted of them from the back, in reverse; between
 * them must stay room for merging half of the entries. */
struct entry {
    int64_t visible_ns;
    uint32_t topic;
    uint32_t offset; /* of the packed row */
};

enum { CANCEL_MASK = 4095 };
_Static_assert((int)HC_SORTER_FAN_IN == (int)HC_MERGE_RUNS_MAX, "one fan-in");
_Static_assert(sizeof(struct entry) % HC_PACKED_ALIGN == 0, "entries keep rows aligned");

struct hc_sorter {
    char *directory;
    const atomic_bool *cancel;
    char *block;
    size_t capacity;
    size_t used;    /* bytes of rows */
    size_t entries; /* at the end of the block */
    size_t row_bytes_max;
    uint64_t count;
    bool sorted;
    size_t position;        /* next entry to give out */
    struct hc_run_file in;  /* runs, merged pass by pass */
    struct hc_merge *merge; /* NULL while everything is in memory */
    int passes;
};

struct hc_sorter *hc_sorter_new(const char *directory, size_t memory_bytes,
                                const atomic_bool *cancel)
{
    HC_ASSERT(memory_bytes >= HC_SORTER_MEMORY_MIN && memory_bytes < UINT32_MAX);
    struct hc_sorter *sorter = hc_alloc(sizeof *sorter);
    sorter->directory = hc_strdup(directory);
    sorter->cancel = cancel;
    sorter->capacity = memory_bytes / sizeof(struct entry) * sizeof(struct entry);
    sorter->block = hc_alloc(sorter->capacity);
    hc_run_file_init(&sorter->in);
    return sorter;
}

void hc_sorter_free(struct hc_sorter *sorter)
{
    if (sorter) {
        hc_run_file_done(&sorter->in);
        free(sorter->merge);
        free(sorter->block);
        free(sorter->directory);
        free(sorter);
    }
}

void hc_sorter_reset(struct hc_sorter *sorter)
{
    if (sorter->in.fd >= 0) {
        hc_run_file_done(&sorter->in);
    }
    free(sorter->merge);
    sorter->merge = NULL;
    sorter->used = sorter->entries = sorter->position = 0;
    sorter->count = 0;
    sorter->row_bytes_max = 0;
    sorter->passes = 0;
    sorter->sorted = false;
}

uint64_t hc_sorter_count(const struct hc_sorter *sorter)
{
    return sorter->count;
}

int hc_sorter_passes(const struct hc_sorter *sorter)
{
    return sorter->passes;
}

static enum hc_status check_cancel(const struct hc_sorter *sorter, struct hc_error *error)
{
    if (sorter->cancel && atomic_load_explicit(sorter->cancel, memory_order_relaxed)) {
        return hc_error_set(error, HC_CANCELLED, "sorting was cancelled");
    }
    return HC_OK;
}

static struct entry *entries_of(const struct hc_sorter *sorter)
{
    char *end = sorter->block + sorter->capacity;
    return (struct entry *)(void *)end - sorter->entries;
}

static const struct hc_packed_row *row_at(const struct hc_sorter *sorter, uint32_t offset)
{
    return (const struct hc_packed_row *)(const void *)(sorter->block + offset);
}

/* ---- sorting what is in memory ---- */

static bool after(const struct hc_sorter *sorter, const struct entry *a, const struct entry *b)
{
    if (a->visible_ns != b->visible_ns) {
        return a->visible_ns > b->visible_ns;
    }
    if (a->topic != b->topic) {
        return a->topic > b->topic;
    }
    struct hc_load_row left = hc_packed_get(row_at(sorter, a->offset));
    struct hc_load_row right = hc_packed_get(row_at(sorter, b->offset));
    int order = hc_load_row_compare(&left, &right);
    return order != 0 ? order > 0 : a->offset > b->offset;
}

/* Merge sort: rows come from files in long ordered or reversed stretches, which cost it almost
 * nothing. `scratch` holds half of them. */
static void sort_entries(const struct hc_sorter *sorter, struct entry *entries, size_t count,
                         struct entry *scratch)
{
    if (count < 2) {
        return;
    }
    size_t half = count / 2;
    sort_entries(sorter, entries, half, scratch);
    sort_entries(sorter, entries + half, count - half, scratch);
    if (!after(sorter, &entries[half - 1], &entries[half])) {
        return;
    }
    memcpy(scratch, entries, half * sizeof *entries);
    size_t left = 0, right = half, out = 0;
    while (left < half) {
        bool take_right = right < count && after(sorter, &scratch[left], &entries[right]);
        entries[out++] = take_right ? entries[right++] : scratch[left++];
    }
}

static void sort_memory(struct hc_sorter *sorter)
{
    HC_ASSERT(sorter->used + (sorter->entries + sorter->entries / 2) * sizeof(struct entry) <=
              sorter->capacity);
    struct entry *scratch = (struct entry *)(void *)(sorter->block + sorter->used);
    struct entry *entries = entries_of(sorter);
    for (size_t i = 0, j = sorter->entries; i + 1 < j--; i++) { /* back into the order of adding */
        struct entry other = entries[i];
        entries[i] = entries[j];
        entries[j] = other;
    }
    sort_entries(sorter, entries, sorter->entries, scratch);
}

/* ---- spilling ---- */

/* Rows leave in sorted order through a small buffer, so that the file sees few large writes. */
struct spill {
    struct hc_run_file *file;
    char buffer[64 * 1024];
    size_t used;
};

static enum hc_status spill_flush(struct spill *spill, struct hc_error *error)
{
    enum hc_status status = hc_run_write(spill->file, spill->buffer, spill->used, error);
    spill->used = 0;
    return status;
}

static enum hc_status spill_row(struct spill *spill, const struct hc_packed_row *row,
                                struct hc_error *error)
{
    if (spill->used + row->size > sizeof spill->buffer) {
        enum hc_status status = spill_flush(spill, error);
        if (status != HC_OK) {
            return status;
        }
    }
    if (row->size > sizeof spill->buffer) {
        return hc_run_write(spill->file, row, row->size, error);
    }
    memcpy(spill->buffer + spill->used, row, row->size);
    spill->used += row->size;
    return HC_OK;
}

static enum hc_status spill_memory(struct hc_sorter *sorter, struct hc_error *error)
{
    sort_memory(sorter);
    enum hc_status status = check_cancel(sorter, error);
    if (status == HC_OK) {
        status = hc_run_begin(&sorter->in, sorter->directory, error);
    }
    struct spill *spill = hc_alloc(sizeof *spill);
    spill->file = &sorter->in;
    const struct entry *entries = entries_of(sorter);
    for (size_t i = 0; i < sorter->entries && status == HC_OK; i++) {
        status = spill_row(spill, row_at(sorter, entries[i].offset), error);
    }
    if (status == HC_OK) {
        status = spill_flush(spill, error);
    }
    free(spill);
    sorter->used = sorter->entries = 0;
    return status;
}

enum hc_status hc_sorter_add(struct hc_sorter *sorter, const struct hc_load_row *row,
                             struct hc_error *error)
{
    HC_ASSERT(!sorter->sorted);
    size_t size = hc_packed_size(row);
    if (size > sorter->capacity / 8) {
        return hc_error_set(error, HC_LIMIT, "a row of %zu bytes is too large to be sorted", size);
    }
    size_t entry_bytes = (sorter->entries + 1 + (sorter->entries + 1) / 2) * sizeof(struct entry);
    if (sorter->used + size + entry_bytes > sorter->capacity) {
        enum hc_status status = spill_memory(sorter, error);
        if (status != HC_OK) {
            return status;
        }
    }
    hc_packed_put(row, size, sorter->block + sorter->used);
    sorter->entries++;
    *entries_of(sorter) = (struct entry){row->visible_ns, row->topic, (uint32_t)sorter->used};
    sorter->used += size;
    sorter->row_bytes_max = HC_MAX(sorter->row_bytes_max, size);
    sorter->count++;
    return HC_OK;
}

/* ---- merging ---- */

/* As many runs at once as windows for the largest row fit into the block. */
static size_t fan_in(const struct hc_sorter *sorter)
{
    size_t windows = sorter->capacity / sorter->row_bytes_max;
    HC_ASSERT(windows >= 2); /* a row takes an eighth at most */
    return HC_MIN(windows, (size_t)HC_SORTER_FAN_IN);
}

static enum hc_status merge_into(struct hc_sorter *sorter, size_t first, size_t count,
                                 struct spill *spill, struct hc_error *error)
{
    enum hc_status status = hc_merge_init(sorter->merge, &sorter->in, first, count, sorter->block,
                                          sorter->capacity, error);
    if (status == HC_OK) {
        status = hc_run_begin(spill->file, sorter->directory, error);
    }
    for (size_t rows = 0; status == HC_OK; rows++) {
        struct hc_load_row row;
        const struct hc_packed_row *packed;
        status = hc_merge_next(sorter->merge, &row, &packed, error);
        if (status == HC_OK) {
            status = spill_row(spill, packed, error);
        }
        if (status == HC_OK && (rows & CANCEL_MASK) == CANCEL_MASK) {
            status = check_cancel(sorter, error);
        }
    }
    return status == HC_END ? spill_flush(spill, error) : status;
}

/* Every run of the file, a fan-in at a time, into longer runs of another file. */
static enum hc_status merge_pass(struct hc_sorter *sorter, struct hc_error *error)
{
    struct hc_run_file out;
    hc_run_file_init(&out);
    struct spill *spill = hc_alloc(sizeof *spill);
    spill->file = &out;
    size_t width = fan_in(sorter);
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < sorter->in.count && status == HC_OK; i += width) {
        status = merge_into(sorter, i, HC_MIN(width, sorter->in.count - i), spill, error);
    }
    free(spill);
    if (status != HC_OK) {
        hc_run_file_done(&out);
        return status;
    }
    hc_run_file_done(&sorter->in);
    sorter->in = out;
    sorter->passes++;
    return HC_OK;
}

enum hc_status hc_sorter_sort(struct hc_sorter *sorter, struct hc_error *error)
{
    HC_ASSERT(!sorter->sorted);
    sorter->sorted = true;
    sorter->position = 0;
    if (sorter->in.count == 0) {
        sort_memory(sorter);
        return HC_OK;
    }
    enum hc_status status = HC_OK;
    if (sorter->entries > 0) {
        status = spill_memory(sorter, error);
    }
    sorter->merge = hc_alloc(sizeof *sorter->merge);
    while (status == HC_OK && sorter->in.count > fan_in(sorter)) {
        status = merge_pass(sorter, error);
    }
    if (status != HC_OK) {
        return status;
    }
    sorter->passes++;
    return hc_merge_init(sorter->merge, &sorter->in, 0, sorter->in.count, sorter->block,
                         sorter->capacity, error);
}

enum hc_status hc_sorter_next(struct hc_sorter *sorter, struct hc_load_row *ret,
                              struct hc_error *error)
{
    HC_ASSERT(sorter->sorted);
    if (sorter->merge) {
        const struct hc_packed_row *packed;
        return hc_merge_next(sorter->merge, ret, &packed, error);
    }
    if (sorter->position == sorter->entries) {
        return HC_END;
    }
    *ret = hc_packed_get(row_at(sorter, entries_of(sorter)[sorter->position++].offset));
    return HC_OK;
}
