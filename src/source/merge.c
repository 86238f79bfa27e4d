#include "base/memory.h"
#include "source/csv_internal.h"

#include <stdlib.h>

enum { LOOK_EVERY = 4096 };

/* A file that is open, with the row it stands on. */
struct lane {
    const struct hc_csv_file *file;
    struct hc_csv_cursor *cursor;
    struct hc_csv_row row;
    int64_t open_ns, visible_ns;
    int32_t stream; /* in facts */
};

struct hc_merge {
    struct hc_csv *csv;
    const struct hc_csv_file **due; /* in the order in which they are opened */
    size_t due_count, due_next;
    struct lane **heap; /* the smallest visible instant first, then the first file */
    size_t heap_count;
    struct lane *current; /* its row was handed out last: the top of the heap */
    int64_t bytes_done, rows;
};

static void lane_free(struct lane *lane)
{
    hc_csv_cursor_close(lane->cursor);
    free(lane);
}

void hc_csv_merge_free(struct hc_merge *merge)
{
    if (merge == NULL) {
        return;
    }
    for (size_t i = 0; i < merge->heap_count; i++) {
        lane_free(merge->heap[i]);
    }
    free(merge->heap);
    free(merge->due);
    free(merge);
}

static int compare_due(const void *a, const void *b)
{
    const struct hc_csv_file *left = *(const struct hc_csv_file *const *)a;
    const struct hc_csv_file *right = *(const struct hc_csv_file *const *)b;
    if (left->first_visible != right->first_visible) {
        return left->first_visible < right->first_visible ? -1 : 1;
    }
    return left->index < right->index ? -1 : 1;
}

/* Files with rows, without those that lie wholly outside the range. */
static bool is_due(const struct hc_csv *csv, const struct hc_csv_file *file)
{
    HC_ASSERT(file->rows == 0 || (size_t)file->stream < csv->stream_count);
    if (file->rows == 0) {
        return false;
    }
    if (csv->mixed || file->many_streams) {
        return true;
    }
    const struct hc_csv_stream *stream = csv->streams[file->stream];
    if (stream->index < 0) {
        return false;
    }
    int64_t first = 0;
    int64_t last = 0;
    int64_t visible = 0;
    hc_csv_times(csv, stream, file->first_stamp, &first, &visible);
    hc_csv_times(csv, stream, file->last_stamp, &last, &visible);
    return last >= csv->from_ns && first < csv->to_ns;
}

enum hc_status hc_csv_read_begin(struct hc_source *source, struct hc_load_control *control,
                                 struct hc_error *error)
{
    HC_ASSERT(control != NULL);
    struct hc_csv *csv = (struct hc_csv *)(void *)source;
    (void)error;
    hc_csv_merge_free(csv->merge);
    struct hc_merge *merge = hc_alloc(sizeof(*merge));
    csv->merge = merge;
    csv->control = control;
    merge->csv = csv;
    merge->due = hc_alloc_array(csv->file_count, sizeof(*merge->due));
    merge->heap = hc_alloc_array(csv->file_count, sizeof(*merge->heap));
    int64_t total = 0;
    for (size_t i = 0; i < csv->file_count; i++) {
        if (is_due(csv, &csv->files[i])) {
            merge->due[merge->due_count++] = &csv->files[i];
            total += csv->files[i].layout.mark.size;
        }
    }
    if (csv->ordered && merge->due_count > 0) {
        qsort(merge->due, merge->due_count, sizeof(*merge->due), compare_due);
    }
    atomic_store(&control->bytes_done, 0);
    atomic_store(&control->bytes_total, total);
    atomic_store(&control->rows_done, 0);
    return HC_OK;
}

static bool lane_before(const struct lane *a, const struct lane *b)
{
    return a->visible_ns != b->visible_ns ? a->visible_ns < b->visible_ns
                                          : a->file->index < b->file->index;
}

static void sift_down(struct hc_merge *merge)
{
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= merge->heap_count) {
            return;
        }
        if (child + 1 < merge->heap_count &&
            lane_before(merge->heap[child + 1], merge->heap[child])) {
            child++;
        }
        if (!lane_before(merge->heap[child], merge->heap[at])) {
            return;
        }
        struct lane *swap = merge->heap[at];
        merge->heap[at] = merge->heap[child];
        merge->heap[child] = swap;
        at = child;
    }
}

static void heap_push(struct hc_merge *merge, struct lane *lane)
{
    HC_ASSERT(merge->heap_count < merge->csv->file_count);
    size_t at = merge->heap_count++;
    merge->heap[at] = lane;
    while (at > 0 && lane_before(lane, merge->heap[(at - 1) / 2])) {
        merge->heap[at] = merge->heap[(at - 1) / 2];
        at = (at - 1) / 2;
        merge->heap[at] = lane;
    }
}

static enum hc_status look(struct hc_merge *merge, const struct lane *lane, struct hc_error *error)
{
    struct hc_load_control *control = merge->csv->control;
    atomic_store(&control->rows_done, merge->rows);
    /* Other open lanes are counted when they end: enough for a percentage. */
    atomic_store(&control->bytes_done, merge->bytes_done + hc_csv_cursor_consumed(lane->cursor));
    return atomic_load(&control->cancel) ? hc_error_set(error, HC_CANCELLED, "cancelled") : HC_OK;
}

/* The lane's next row that is wanted. HC_END when there is none. */
static enum hc_status lane_next(struct hc_merge *merge, struct lane *lane, struct hc_error *error)
{
    struct hc_csv *csv = merge->csv;
    struct hc_refusal refusal;
    for (;;) {
        if (++merge->rows % LOOK_EVERY == 0) {
            enum hc_status look_status = look(merge, lane, error);
            if (look_status != HC_OK) {
                return look_status;
            }
        }
        enum hc_status status = hc_csv_cursor_next(lane->cursor, &lane->row, &refusal, error);
        if (status != HC_OK) {
            return status;
        }
        if (refusal.reason[0] != '\0') {
            continue; /* counted by the survey */
        }
        const struct hc_csv_stream *stream = csv->streams[lane->row.stream];
        if (stream->index < 0) {
            continue;
        }
        hc_csv_times(csv, stream, lane->row.stamp_ns, &lane->open_ns, &lane->visible_ns);
        if (hc_csv_in_range(csv, lane->open_ns, lane->visible_ns)) {
            lane->stream = stream->index;
            return HC_OK;
        }
        if (csv->ordered && !csv->mixed && lane->open_ns >= csv->to_ns) {
            return HC_END; /* ascending: nothing more within the range */
        }
    }
}

/* Opens the next file that is due and puts its first wanted row into the heap. */
static enum hc_status file_begin(struct hc_merge *merge, struct hc_error *error)
{
    HC_ASSERT(merge->due_next < merge->due_count);
    const struct hc_csv_file *file = merge->due[merge->due_next++];
    struct hc_csv_cursor *cursor = NULL;
    enum hc_status status = hc_csv_cursor_open(merge->csv, file, &cursor, error);
    if (status != HC_OK) {
        return status;
    }
    struct lane *lane = hc_alloc(sizeof(*lane));
    lane->file = file;
    lane->cursor = cursor;
    status = lane_next(merge, lane, error);
    if (status != HC_OK) {
        merge->bytes_done += file->layout.mark.size;
        lane_free(lane);
        return status == HC_END ? HC_OK : status;
    }
    heap_push(merge, lane);
    return HC_OK;
}

/* Moves the lane whose row was handed out last. */
static enum hc_status current_move(struct hc_merge *merge, struct hc_error *error)
{
    struct lane *lane = merge->current;
    merge->current = NULL;
    if (lane == NULL) {
        return HC_OK;
    }
    HC_ASSERT(merge->heap_count > 0 && merge->heap[0] == lane);
    enum hc_status status = lane_next(merge, lane, error);
    if (status == HC_END) {
        merge->bytes_done += lane->file->layout.mark.size;
        merge->heap[0] = merge->heap[--merge->heap_count];
        lane_free(lane);
        status = HC_OK;
    }
    if (status == HC_OK) {
        sift_down(merge);
    }
    return status;
}

static bool file_is_due(const struct hc_merge *merge)
{
    if (merge->due_next == merge->due_count) {
        return false;
    }
    return merge->heap_count == 0 ||
           (merge->csv->ordered &&
            merge->due[merge->due_next]->first_visible <= merge->heap[0]->visible_ns);
}

enum hc_status hc_csv_read_next(struct hc_source *source, struct hc_row *ret,
                                struct hc_error *error)
{
    struct hc_merge *merge = ((struct hc_csv *)(void *)source)->merge;
    HC_ASSERT(merge != NULL);
    enum hc_status status = current_move(merge, error);
    while (status == HC_OK && file_is_due(merge)) {
        status = file_begin(merge, error);
    }
    if (status != HC_OK) {
        return status;
    }
    if (merge->heap_count == 0) {
        atomic_store(&merge->csv->control->bytes_done, merge->bytes_done);
        atomic_store(&merge->csv->control->rows_done, merge->rows);
        return HC_END;
    }
    struct lane *lane = merge->heap[0];
    merge->current = lane;
    *ret = (struct hc_row){.open_ns = lane->open_ns,
                           .visible_ns = lane->visible_ns,
                           .stream = (uint32_t)lane->stream,
                           .file = lane->file->index,
                           .line = lane->row.line,
                           .cells = lane->row.cells};
    return HC_OK;
}
