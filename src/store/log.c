#include "store/log.h"

#include "base/memory.h"

#include <stdlib.h>

static void log_free(struct hc_ref *ref)
{
    struct hc_log *log = HC_CONTAINER(ref, struct hc_log, ref);
    HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
    log->magic = 0;
    for (size_t i = 0; i < log->count; i++) {
        hc_segment_put(log->parts[i].segment);
    }
    free(log);
}

static struct hc_log *log_new(size_t count)
{
    struct hc_log *log = hc_alloc(sizeof *log + count * sizeof log->parts[0]);
    log->magic = HC_LOG_OBJECT_MAGIC;
    hc_ref_init(&log->ref, log_free);
    log->count = count;
    return log;
}

struct hc_log *hc_log_empty(void)
{
    return log_new(0);
}

struct hc_log *hc_log_get(struct hc_log *log)
{
    HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
    hc_ref_get(&log->ref);
    return log;
}

void hc_log_put(struct hc_log *log)
{
    if (log) {
        HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
        hc_ref_put(&log->ref);
    }
}

struct hc_log *hc_log_extend(const struct hc_log *log, struct hc_segment *segment)
{
    HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
    HC_CHECK_MAGIC(segment, HC_SEGMENT_OBJECT_MAGIC);
    HC_ASSERT(segment->base_offset == log->end);
    struct hc_log *longer = log_new(log->count + 1);
    for (size_t i = 0; i < log->count; i++) {
        longer->parts[i] = log->parts[i];
        hc_segment_get(log->parts[i].segment);
    }
    longer->end = log->end + segment->records;
    longer->bytes = log->bytes + (int64_t)segment->body_bytes;
    longer->parts[log->count] = (struct hc_log_part){
        .segment = segment,
        .end = longer->end,
        .bytes_before = log->bytes,
    };
    return longer;
}

int64_t hc_log_end(const struct hc_log *log)
{
    HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
    return log->end;
}

size_t hc_log_part_of(const struct hc_log *log, int64_t offset)
{
    HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
    HC_ASSERT(offset >= 0 && offset < log->end);
    size_t low = 0, high = log->count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (log->parts[middle].end <= offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct hc_log_place hc_log_locate(const struct hc_log *log, int64_t offset)
{
    size_t part = hc_log_part_of(log, offset);
    const struct hc_segment *segment = log->parts[part].segment;
    uint32_t row = hc_segment_row_of(segment, (uint32_t)(offset - segment->base_offset));
    return (struct hc_log_place){.part = part, .row = row};
}

bool hc_log_is_corrupt(const struct hc_log *log, struct hc_error *error)
{
    HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
    for (size_t i = 0; i < log->count; i++) {
        const struct hc_segment *segment = log->parts[i].segment;
        if (atomic_load_explicit(&segment->corrupt, memory_order_acquire)) {
            hc_error_set(error, HC_CORRUPT,
                         "%s is corrupt: remove its directory or start with --refresh",
                         segment->path);
            return true;
        }
    }
    return false;
}
