#include "fake/fake_log.h"

#include "base/assert.h"
#include "base/memory.h"
#include "base/ref.h"

#include <stdlib.h>

struct hc_log {
    struct hc_ref ref;
    const int64_t *visible;
    int64_t count;
};

static atomic_long alive;

static void fake_log_free(struct hc_ref *ref)
{
    atomic_fetch_sub(&alive, 1);
    free(HC_CONTAINER(ref, struct hc_log, ref));
}

struct hc_log *fake_log_new(const int64_t *visible, int64_t count)
{
    for (int64_t i = 1; i < count; i++) {
        HC_ASSERT(visible[i - 1] <= visible[i]);
    }
    struct hc_log *log = hc_alloc(sizeof *log);
    hc_ref_init(&log->ref, fake_log_free);
    log->visible = visible;
    log->count = count;
    atomic_fetch_add(&alive, 1);
    return log;
}

long fake_log_count(void)
{
    return atomic_load(&alive);
}

struct hc_log *hc_log_empty(void)
{
    return fake_log_new(NULL, 0);
}

struct hc_log *hc_log_get(struct hc_log *log)
{
    hc_ref_get(&log->ref);
    return log;
}

void hc_log_put(struct hc_log *log)
{
    if (log != NULL) {
        hc_ref_put(&log->ref);
    }
}

int64_t hc_log_end(const struct hc_log *log)
{
    return log->count;
}

int64_t hc_log_visible_end(const struct hc_log *log, int64_t market_ms)
{
    int64_t low = 0;
    int64_t high = log->count;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (log->visible[middle] <= market_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

int64_t hc_log_visible_ms(const struct hc_log *log, int64_t offset)
{
    HC_ASSERT(offset >= 0 && offset < log->count);
    return log->visible[offset];
}

bool hc_log_find_timestamp(const struct hc_log *log, int64_t timestamp_ms, int64_t from,
                           int64_t end, int64_t *ret_offset, int64_t *ret_timestamp_ms)
{
    int64_t offset = timestamp_ms == INT64_MIN ? 0 : hc_log_visible_end(log, timestamp_ms - 1);
    offset = HC_MAX(offset, from);
    if (offset >= HC_MIN(end, log->count)) {
        return false;
    }
    *ret_offset = offset;
    *ret_timestamp_ms = log->visible[offset];
    return true;
}

bool hc_log_max_timestamp(const struct hc_log *log, int64_t from, int64_t end, int64_t *ret_offset,
                          int64_t *ret_timestamp_ms)
{
    end = HC_MIN(end, log->count);
    if (from >= end) {
        return false;
    }
    int64_t largest = log->visible[end - 1];
    int64_t first = largest == INT64_MIN ? 0 : hc_log_visible_end(log, largest - 1);
    *ret_offset = HC_MAX(first, from);
    *ret_timestamp_ms = largest;
    return true;
}

int64_t hc_log_bytes_between(const struct hc_log *log, int64_t from, int64_t to)
{
    to = HC_MIN(to, log->count);
    return to <= from ? 0 : (to - from) * FAKE_RECORD_BYTES;
}

int64_t hc_log_offset_after_bytes(const struct hc_log *log, int64_t from, int64_t bytes)
{
    int64_t records = bytes / FAKE_RECORD_BYTES + (bytes % FAKE_RECORD_BYTES > 0);
    return records > log->count - from ? log->count + 1 : from + records;
}
