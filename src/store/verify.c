#include "store/verify.h"

#include "base/buffer.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/format.h"
#include "store/log.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22 /* Linux 5.14 */
#endif

/* ---- a block ---- */

static void touch(const char *data, size_t size, size_t page)
{
    const volatile char *bytes = data;
    for (size_t i = 0; i < size; i += page) {
        (void)bytes[i];
    }
}

bool hc_segment_populate(const struct hc_segment *segment, size_t position, size_t size)
{
    HC_ASSERT(position <= segment->map_bytes && size <= segment->map_bytes - position);
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t start = position / page * page;
    const char *data = segment->map + start;
    size += position - start;
    if (madvise((void *)(uintptr_t)data, size, MADV_POPULATE_READ) == 0) {
        return true;
    }
    if (errno == EFAULT || errno == EIO || errno == EHWPOISON) {
        return false; /* touching it would be a SIGBUS: the file was cut, or the disk fails */
    }
    touch(data, size, page);
    return true;
}

static bool instants_intact(const struct hc_segment *segment, uint32_t row)
{
    uint32_t first = segment->rows[row].first_record;
    uint32_t end = hc_segment_row_end(segment, row);
    size_t size = (end - first) * sizeof(int64_t);
    uint64_t sum = XXH3_64bits(&segment->visible[first], size);
    if (segment->timestamps != segment->visible) {
        sum = XXH3_64bits_withSeed(&segment->timestamps[first], size, sum);
    }
    if ((uint32_t)sum != segment->rows[row].instants_sum ||
        segment->visible[first] != segment->rows[row].first_visible_ms) {
        return false;
    }
    for (uint32_t i = first + 1; i < end; i++) {
        if (segment->visible[i] < segment->visible[i - 1]) {
            return false;
        }
    }
    return true;
}

static bool batch_intact(const struct hc_segment *segment, uint32_t row)
{
    struct hc_stored_batch stored = hc_segment_batch(segment, row);
    struct hp_batch batch;
    if (hp_batch_read(hc_slice_of(stored.data, stored.size), true, &batch) != HC_OK) {
        return false;
    }
    return batch.size == stored.size && batch.base_offset == stored.first &&
           batch.record_count == stored.end - stored.first &&
           batch.last_offset_delta == batch.record_count - 1 && batch.leader_epoch == 0 &&
           batch.max_timestamp_ms == segment->rows[row].max_timestamp_ms;
}

/* Rows [from, end) and their bytes and instants. */
static bool rows_in_memory(const struct hc_segment *segment, uint32_t from, uint32_t end)
{
    size_t first = segment->rows[from].first_record;
    size_t count = hc_segment_row_end(segment, end - 1) - first;
    size_t position = segment->rows[from].position;
    size_t visible = (size_t)((const char *)&segment->visible[first] - segment->map);
    size_t timestamps = (size_t)((const char *)&segment->timestamps[first] - segment->map);
    size_t instant_bytes = count * sizeof(int64_t);
    return hc_segment_populate(segment, position,
                               hc_segment_row_bytes_end(segment, end - 1) - position) &&
           hc_segment_populate(segment, visible, instant_bytes) &&
           hc_segment_populate(segment, timestamps, instant_bytes);
}

/* Without its manifest a topic is loaded again at the next start; who has it open keeps what is
 * good of it. If the segment's file is gone, a newer build has replaced it, manifest and all. */
static void drop_manifest(const struct hc_segment *segment)
{
    const char *slash = strrchr(segment->path, '/');
    if (slash && access(segment->path, F_OK) == 0) {
        struct hc_buffer path = {0};
        hc_buffer_append(&path, segment->path, (size_t)(slash - segment->path) + 1);
        hc_buffer_append_str(&path, HC_MANIFEST_NAME);
        (void)unlink(hc_buffer_str(&path));
        hc_buffer_done(&path);
    }
}

static void report(struct hc_segment *segment, int64_t offset)
{
    if (!atomic_exchange_explicit(&segment->corrupt, true, memory_order_acq_rel)) {
        char file[512];
        hc_log(HC_LOG_ERROR, "segment-corrupt",
               "file=%s offset=%lld then=\"the next start loads the topic again\"",
               hc_log_quote(hc_slice_str(segment->path), file, sizeof file), (long long)offset);
        drop_manifest(segment);
    }
}

static enum hc_block_state check_block(struct hc_segment *segment, uint32_t block)
{
    uint32_t from = hc_segment_row_at(segment, (uint64_t)block * HC_BLOCK_BYTES);
    uint32_t end = hc_segment_row_at(segment, ((uint64_t)block + 1) * HC_BLOCK_BYTES);
    if (from == end) {
        return HC_BLOCK_READY; /* the inside of a batch that begins in an earlier block */
    }
    if (!rows_in_memory(segment, from, end)) {
        report(segment, hc_segment_batch(segment, from).first);
        return HC_BLOCK_CORRUPT;
    }
    for (uint32_t row = from; row < end; row++) {
        if (!batch_intact(segment, row) || !instants_intact(segment, row)) {
            report(segment, hc_segment_batch(segment, row).first);
            return HC_BLOCK_CORRUPT;
        }
    }
    return HC_BLOCK_READY;
}

enum hc_block_state hc_segment_verify(struct hc_segment *segment, uint32_t block)
{
    enum hc_block_state state = hc_segment_state(segment, block);
    if (state == HC_BLOCK_COLD) {
        state = check_block(segment, block);
        atomic_store_explicit(&segment->blocks[block], (unsigned char)state, memory_order_release);
    }
    return state;
}

/* ---- ranges of a log ---- */

/* Visits the blocks that hold [offset, end), at most `bytes_max` bytes of them, until `visit` says
 * false. */
typedef bool block_visit(struct hc_segment *segment, uint32_t block);

static bool each_block(const struct hc_log *log, int64_t offset, int64_t end, size_t bytes_max,
                       block_visit *visit)
{
    size_t seen = 0;
    while (offset < end && seen < bytes_max) {
        struct hc_log_place place = hc_log_locate(log, offset);
        struct hc_segment *segment = log->parts[place.part].segment;
        uint32_t block = segment->rows[place.row].position / HC_BLOCK_BYTES;
        if (!visit(segment, block)) {
            return false;
        }
        uint32_t next = hc_segment_row_at(segment, ((uint64_t)block + 1) * HC_BLOCK_BYTES);
        seen += hc_segment_row_bytes_end(segment, next - 1) - segment->rows[place.row].position;
        offset = segment->base_offset + hc_segment_row_end(segment, next - 1);
    }
    return true;
}

static bool block_known(struct hc_segment *segment, uint32_t block)
{
    return hc_segment_state(segment, block) != HC_BLOCK_COLD;
}

bool hc_log_ready(const struct hc_log *log, int64_t offset, size_t bytes)
{
    HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
    HC_ASSERT(offset >= 0);
    return each_block(log, offset, log->end, bytes, block_known);
}

static bool block_prepare(struct hc_segment *segment, uint32_t block)
{
    hc_segment_verify(segment, block);
    return true;
}

struct prepare {
    struct hc_job job;
    struct hc_log *log; /* ref */
    int64_t offset;
    int64_t end;
    struct hc_mailbox *mailbox;
    struct hc_job *done;
};

static void prepare_run(struct hc_job *job)
{
    struct prepare *prepare = HC_CONTAINER(job, struct prepare, job);
    struct hc_mailbox *mailbox = prepare->mailbox;
    struct hc_job *done = prepare->done;
    each_block(prepare->log, prepare->offset, prepare->end, HC_PREPARE_BYTES_MAX, block_prepare);
    hc_log_put(prepare->log);
    free(prepare);
    mailbox->post(mailbox, done);
}

void hc_log_prepare(struct hc_log *log, int64_t offset, int64_t end, struct hc_executor *executor,
                    struct hc_mailbox *mailbox, struct hc_job *done)
{
    HC_ASSERT(offset >= 0 && executor && mailbox && done && done->run);
    struct prepare *prepare = hc_alloc(sizeof *prepare);
    prepare->job.run = prepare_run;
    prepare->log = hc_log_get(log);
    prepare->offset = offset;
    prepare->end = HC_MIN(end, log->end);
    prepare->mailbox = mailbox;
    prepare->done = done;
    executor->submit(executor, HC_LANE_SHORT, &prepare->job);
}
