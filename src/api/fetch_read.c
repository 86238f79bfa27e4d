#include "api/fetch.h"

#include "base/memory.h"
#include "store/ahead.h"

#include <stdlib.h>

/* Stored batches of one segment are one chunk; patched ones are two each, decompressed ones one.
 * The usual case is small, so that a request for many partitions stays within what its arena keeps.
 */
enum { CHUNKS_MAX = 16, CHUNKS_DECOMPRESSED_MAX = 64, CHUNKS_PATCHED_MAX = 1024 };

/* Outlives the request, since a worker cannot be called back: the request's end only cuts the link.
 */
struct hc_fetch_wakeup {
    struct hc_job job;
    struct hc_request *request; /* NULL: abandoned */
};

static void bytes_ready(struct hc_job *job)
{
    struct hc_fetch_wakeup *wakeup = HC_CONTAINER(job, struct hc_fetch_wakeup, job);
    if (wakeup->request) {
        struct hc_fetch_state *state = wakeup->request->state;
        HC_ASSERT(state != NULL && state->wakeup == wakeup);
        state->wakeup = NULL;
        hc_request_wake(wakeup->request);
    }
    free(wakeup);
}

void hc_fetch_abandon(struct hc_request *request, struct hc_now now)
{
    (void)now;
    struct hc_fetch_state *state = request->state;
    if (state && state->wakeup) {
        state->wakeup->request = NULL;
        state->wakeup = NULL;
    }
}

static void prepare(struct hc_request *request, struct hc_fetch_state *state,
                    const struct hc_fetch_item *item)
{
    if (state->wakeup) {
        return;
    }
    struct hc_cluster *cluster = request->cluster;
    state->wakeup = hc_alloc(sizeof *state->wakeup);
    state->wakeup->job.run = bytes_ready;
    state->wakeup->request = request;
    struct hc_log *log = item->topic->partitions[item->asked->partition].log;
    hc_log_prepare(log, item->asked->fetch_offset, item->high_watermark, cluster->executor,
                   cluster->mailbox, &state->wakeup->job);
}

/* The leader epoch entry that `offset` lies in: [*ret_begin, *ret_end). */
static int32_t epoch_range(const struct hc_session_partition *partition, int64_t offset,
                           int64_t high_watermark, int64_t *ret_begin, int64_t *ret_end)
{
    HC_ASSERT(partition->epoch_count > 0);
    size_t i = partition->epoch_count - 1;
    *ret_end = high_watermark;
    while (i > 0 && partition->epochs[i].start > offset) {
        *ret_end = HC_MIN(partition->epochs[i].start, high_watermark);
        i--;
    }
    *ret_begin = partition->epochs[i].start;
    return partition->epochs[i].epoch;
}

/* Reads one partition up to `room` bytes, range of leader epochs by range. False: not ready. */
static bool read_item(struct hc_request *request, struct hc_fetch_item *item, size_t room,
                      bool at_least_one)
{
    struct hc_session_partition *partition = &item->topic->partitions[item->asked->partition];
    int64_t offset = item->asked->fetch_offset;
    bool no_zstd = request->version < 10;
    size_t capacity = partition->epoch_count > 1 ? CHUNKS_PATCHED_MAX
                      : no_zstd                  ? CHUNKS_DECOMPRESSED_MAX
                                                 : CHUNKS_MAX;
    struct hp_records *records = &item->records;
    records->chunks = HC_ARENA_ARRAY(request->arena, struct hc_chunk, capacity);
    while (offset < item->high_watermark && capacity - (size_t)records->count >= 2) {
        struct hc_log_read what = {.offset = offset,
                                   .bytes_max = room - HC_MIN(room, records->size),
                                   .at_least_one = at_least_one && records->size == 0,
                                   .no_zstd = no_zstd};
        what.leader_epoch =
            epoch_range(partition, offset, item->high_watermark, &what.begin, &what.end);
        size_t count, bytes;
        int64_t next;
        enum hc_read_result result =
            hc_log_read(request->cluster->reader, partition->log, &what, request->arena,
                        records->chunks + records->count, capacity - (size_t)records->count, &count,
                        &bytes, &next);
        if (result == HC_READ_CORRUPT && records->size == 0) {
            item->error = HP_ERR_KAFKA_STORAGE_ERROR;
            return true;
        }
        if (result != HC_READ_CHUNKS) {
            return records->size > 0;
        }
        HC_ASSERT(count <= capacity - (size_t)records->count && next >= offset);
        records->count += (int32_t)count;
        records->size += bytes;
        if (next < what.end) {
            offset = next;
            break;
        }
        offset = next;
    }
    if (records->size > 0) {
        request->records += offset - item->asked->fetch_offset;
        request->topic = item->topic->name;
        if (request->cluster->ahead) {
            hc_read_ahead(request->cluster->ahead, partition->log, offset);
        }
    }
    return true;
}

bool hc_fetch_read(struct hc_request *request, struct hc_fetch_state *state, struct hc_now now)
{
    (void)now;
    size_t used = 0;
    const struct hc_fetch_item *not_ready = NULL;
    bool failed = false;
    for (int32_t i = 0; i < state->item_count; i++) {
        struct hc_fetch_item *item = &state->items[i];
        failed = failed || item->error != HP_ERR_NONE;
        if (item->error != HP_ERR_NONE || item->asked->fetch_offset >= item->high_watermark) {
            continue;
        }
        size_t room = (size_t)state->bytes_max - HC_MIN((size_t)state->bytes_max, used);
        if (room == 0 && used > 0) {
            break;
        }
        size_t partition_max = (size_t)HC_MAX(item->asked->bytes_max, 0);
        if (!read_item(request, item, HC_MIN(room, partition_max), used == 0)) {
            not_ready = not_ready ? not_ready : item;
        }
        used += item->records.size;
    }
    if (!not_ready) {
        return true;
    }
    /* Also where there is something to answer: a partition that others keep ahead of would never
     * be read otherwise. */
    prepare(request, state, not_ready);
    return used > 0 || failed;
}
