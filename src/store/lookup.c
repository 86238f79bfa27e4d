/* From market time, record timestamps and byte counts to offsets. */
#include "store/log.h"

/* ---- visible instants ---- */

int64_t hc_log_visible_ms(const struct hc_log *log, int64_t offset)
{
    const struct hc_segment *segment = log->parts[hc_log_part_of(log, offset)].segment;
    return segment->visible[offset - segment->base_offset];
}

/* The last part that begins at or before `market_ms`, or -1. */
static ptrdiff_t part_visible_at(const struct hc_log *log, int64_t market_ms)
{
    size_t low = 0, high = log->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (log->parts[middle].segment->first_visible_ms <= market_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (ptrdiff_t)low - 1;
}

static uint32_t row_visible_at(const struct hc_segment *segment, int64_t market_ms)
{
    uint32_t low = 0, high = segment->batches;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (segment->rows[middle].first_visible_ms <= market_ms) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

int64_t hc_log_visible_end(const struct hc_log *log, int64_t market_ms)
{
    HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
    ptrdiff_t part = part_visible_at(log, market_ms);
    if (part < 0) {
        return 0;
    }
    const struct hc_segment *segment = log->parts[part].segment;
    if (segment->last_visible_ms <= market_ms) {
        return log->parts[part].end;
    }
    uint32_t row = row_visible_at(segment, market_ms);
    uint32_t low = segment->rows[row].first_record;
    uint32_t high = hc_segment_row_end(segment, row);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (segment->visible[middle] <= market_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return segment->base_offset + low;
}

/* ---- record timestamps ---- */

/* Records [from, end) of a segment. */
struct range {
    uint32_t from;
    uint32_t end;
};

static struct range range_within(const struct hc_log_part *part, int64_t from, int64_t end)
{
    int64_t base = part->segment->base_offset;
    return (struct range){
        .from = (uint32_t)(HC_MAX(from, base) - base),
        .end = (uint32_t)(HC_MIN(end, part->end) - base),
    };
}

/* Where the search may begin: rows before the first whose running maximum reaches the time hold
 * nothing. */
static uint32_t row_reaching(const struct hc_segment *segment, int64_t timestamp_ms)
{
    uint32_t low = 0, high = segment->batches;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (segment->rows[middle].running_max_ms < timestamp_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool find_in_segment(const struct hc_segment *segment, int64_t timestamp_ms,
                            struct range range, uint32_t *ret)
{
    uint32_t row =
        HC_MAX(row_reaching(segment, timestamp_ms), hc_segment_row_of(segment, range.from));
    for (; row < segment->batches && segment->rows[row].first_record < range.end; row++) {
        if (segment->rows[row].max_timestamp_ms < timestamp_ms) {
            continue;
        }
        uint32_t end = HC_MIN(hc_segment_row_end(segment, row), range.end);
        for (uint32_t i = HC_MAX(segment->rows[row].first_record, range.from); i < end; i++) {
            if (segment->timestamps[i] >= timestamp_ms) {
                *ret = i;
                return true;
            }
        }
    }
    return false;
}

bool hc_log_find_timestamp(const struct hc_log *log, int64_t timestamp_ms, int64_t from,
                           int64_t end, int64_t *ret_offset, int64_t *ret_timestamp_ms)
{
    HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
    HC_ASSERT(from >= 0);
    end = HC_MIN(end, log->end);
    if (from >= end) {
        return false;
    }
    for (size_t i = hc_log_part_of(log, from); i <= hc_log_part_of(log, end - 1); i++) {
        const struct hc_segment *segment = log->parts[i].segment;
        struct range range = range_within(&log->parts[i], from, end);
        uint32_t record;
        if (segment->max_timestamp_ms >= timestamp_ms &&
            find_in_segment(segment, timestamp_ms, range, &record)) {
            *ret_offset = segment->base_offset + record;
            *ret_timestamp_ms = segment->timestamps[record];
            return true;
        }
    }
    return false;
}

static int64_t max_in_segment(const struct hc_segment *segment, struct range range)
{
    if (range.from == 0 && range.end == segment->records) {
        return segment->max_timestamp_ms;
    }
    int64_t max = INT64_MIN;
    for (uint32_t row = hc_segment_row_of(segment, range.from);
         row < segment->batches && segment->rows[row].first_record < range.end; row++) {
        uint32_t first = segment->rows[row].first_record;
        uint32_t end = hc_segment_row_end(segment, row);
        if (range.from <= first && end <= range.end) {
            max = HC_MAX(max, segment->rows[row].max_timestamp_ms);
            continue;
        }
        for (uint32_t i = HC_MAX(first, range.from); i < HC_MIN(end, range.end); i++) {
            max = HC_MAX(max, segment->timestamps[i]);
        }
    }
    return max;
}

bool hc_log_max_timestamp(const struct hc_log *log, int64_t from, int64_t end, int64_t *ret_offset,
                          int64_t *ret_timestamp_ms)
{
    HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
    HC_ASSERT(from >= 0);
    end = HC_MIN(end, log->end);
    if (from >= end) {
        return false;
    }
    int64_t max = INT64_MIN;
    for (size_t i = hc_log_part_of(log, from); i <= hc_log_part_of(log, end - 1); i++) {
        int64_t here =
            max_in_segment(log->parts[i].segment, range_within(&log->parts[i], from, end));
        max = HC_MAX(max, here);
    }
    return hc_log_find_timestamp(log, max, from, end, ret_offset, ret_timestamp_ms);
}

/* ---- bytes ---- */

/* The bytes of all records before the offset: monotonic in the offset; 0 <= offset <= end. */
static int64_t bytes_before(const struct hc_log *log, int64_t offset)
{
    if (offset == log->end) {
        return log->bytes;
    }
    struct hc_log_place place = hc_log_locate(log, offset);
    const struct hc_log_part *part = &log->parts[place.part];
    struct hc_stored_batch batch = hc_segment_batch(part->segment, place.row);
    int64_t share = (int64_t)batch.size * (offset - batch.first) / (batch.end - batch.first);
    return part->bytes_before + part->segment->rows[place.row].position + share;
}

int64_t hc_log_bytes_between(const struct hc_log *log, int64_t from, int64_t to)
{
    HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
    HC_ASSERT(from >= 0);
    to = HC_MIN(to, log->end);
    return from < to ? bytes_before(log, to) - bytes_before(log, from) : 0;
}

/* The bytes before the batch that holds the offset; 0 <= offset <= end. */
static int64_t batch_bytes_before(const struct hc_log *log, int64_t offset)
{
    if (offset == log->end) {
        return log->bytes;
    }
    struct hc_log_place place = hc_log_locate(log, offset);
    const struct hc_log_part *part = &log->parts[place.part];
    return part->bytes_before + part->segment->rows[place.row].position;
}

int64_t hc_log_whole_bytes_between(const struct hc_log *log, int64_t from, int64_t to)
{
    HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
    HC_ASSERT(from >= 0);
    to = HC_MIN(to, log->end);
    return from < to ? batch_bytes_before(log, to) - batch_bytes_before(log, from) : 0;
}

/* The part that holds the byte before `target`; 0 < target <= bytes. */
static size_t part_reaching(const struct hc_log *log, int64_t target)
{
    size_t low = 0, high = log->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (log->parts[middle].bytes_before < target) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

int64_t hc_log_offset_after_bytes(const struct hc_log *log, int64_t from, int64_t bytes)
{
    HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
    HC_ASSERT(from >= 0);
    if (bytes <= 0) {
        return from;
    }
    if (from >= log->end || bytes > log->bytes - bytes_before(log, from)) {
        return log->end + 1;
    }
    int64_t target = bytes_before(log, from) + bytes;
    const struct hc_log_part *part = &log->parts[part_reaching(log, target)];
    int64_t within = target - part->bytes_before;
    uint32_t row = hc_segment_row_at(part->segment, (uint64_t)within) - 1;
    struct hc_stored_batch batch = hc_segment_batch(part->segment, row);
    int64_t missing = within - part->segment->rows[row].position;
    int64_t count = batch.end - batch.first;
    int64_t needed = (missing * count + (int64_t)batch.size - 1) / (int64_t)batch.size;
    HC_ASSERT(needed >= 1 && needed <= count);
    return batch.first + needed;
}
