/* hc_log_read: stored batches as chunks, without copying them. */
#include "base/memory.h"
#include "store/cut.h"
#include "store/log.h"

#include <stdlib.h>

enum { READER_MAGIC = 0x52454431 };

struct hc_log_reader {
    uint32_t magic;
    struct hc_cut_cache cuts;
};

struct hc_log_reader *hc_log_reader_new(size_t cache_bytes)
{
    struct hc_log_reader *reader = hc_alloc(sizeof *reader);
    reader->magic = READER_MAGIC;
    hc_cut_cache_init(&reader->cuts, cache_bytes);
    return reader;
}

void hc_log_reader_free(struct hc_log_reader *reader)
{
    if (reader) {
        HC_CHECK_MAGIC(reader, READER_MAGIC);
        reader->magic = 0;
        hc_cut_cache_done(&reader->cuts);
        free(reader);
    }
}

/* One call of hc_log_read under way. */
struct reading {
    struct hc_log_reader *reader;
    const struct hc_log_read *what;
    struct hc_arena *arena;
    struct hc_chunk *chunks;
    size_t chunks_max;
    size_t count;
    size_t bytes;
    int64_t next;
};

/* What became of a batch. */
enum outcome { TAKEN, FULL, NOT_READY, CORRUPT };

static bool fits(const struct reading *reading, size_t size, size_t chunks)
{
    bool first = reading->count == 0;
    if (first) {
        return reading->what->at_least_one || size <= reading->what->bytes_max;
    }
    return chunks <= reading->chunks_max - reading->count &&
           reading->bytes < reading->what->bytes_max &&
           size <= reading->what->bytes_max - reading->bytes;
}

static void add(struct reading *reading, const void *data, size_t size, struct hc_ref *owner)
{
    HC_ASSERT(reading->count < reading->chunks_max);
    reading->chunks[reading->count++] = (struct hc_chunk){data, size, owner};
    reading->bytes += size;
}

/* The last chunk, when `batch` stands right behind it in the same mapping; a run is one chunk. */
static struct hc_chunk *run_before(const struct reading *reading, const struct hc_segment *segment,
                                   const struct hc_stored_batch *batch)
{
    struct hc_chunk *last = reading->count > 0 ? &reading->chunks[reading->count - 1] : NULL;
    bool adjacent = last && last->owner == &segment->ref &&
                    (const char *)last->data + last->size == batch->data;
    return adjacent ? last : NULL;
}

static enum outcome take_stored(struct reading *reading, struct hc_segment *segment,
                                const struct hc_stored_batch *batch)
{
    struct hc_chunk *run = run_before(reading, segment, batch);
    if (!fits(reading, batch->size, run ? 0 : 1)) {
        return FULL;
    }
    if (run) {
        run->size += batch->size;
        reading->bytes += batch->size;
    } else {
        add(reading, batch->data, batch->size, hc_ref_get(&segment->ref));
    }
    return TAKEN;
}

static enum outcome take_patched(struct reading *reading, struct hc_segment *segment,
                                 const struct hc_stored_batch *batch)
{
    if (!fits(reading, batch->size, 2)) {
        return FULL;
    }
    HC_ASSERT(batch->size > HP_BATCH_PATCH_BYTES);
    uint8_t *head = hc_arena_bytes(reading->arena, HP_BATCH_PATCH_BYTES);
    hp_batch_patch_epoch(batch->data, reading->what->leader_epoch, head);
    add(reading, head, HP_BATCH_PATCH_BYTES, NULL);
    add(reading, batch->data + HP_BATCH_PATCH_BYTES, batch->size - HP_BATCH_PATCH_BYTES,
        hc_ref_get(&segment->ref));
    return TAKEN;
}

static enum outcome take_cut(struct reading *reading, struct hc_segment *segment,
                             const struct hc_stored_batch *batch)
{
    int64_t from = HC_MAX(batch->first, reading->what->begin);
    int64_t to = HC_MIN(batch->end, reading->what->end);
    struct hc_cut *cut = hc_cut_cache_get(&reading->reader->cuts, segment, batch, from, to,
                                          reading->what->leader_epoch);
    if (!cut) {
        return CORRUPT;
    }
    if (!fits(reading, cut->size, 1)) {
        hc_ref_put(&cut->ref);
        return FULL;
    }
    add(reading, cut->data, cut->size, &cut->ref);
    return TAKEN;
}

static bool is_zstd(const struct hc_segment *segment, const struct hc_stored_batch *batch)
{
    struct hp_batch header;
    return segment->codec == HP_ZSTD &&
           hp_batch_read(hc_slice_of(batch->data, batch->size), false, &header) == HC_OK &&
           header.codec == HP_ZSTD;
}

static enum outcome take(struct reading *reading, struct hc_segment *segment,
                         const struct hc_stored_batch *batch)
{
    enum hc_block_state state = hc_segment_state(segment, batch->block);
    if (state != HC_BLOCK_READY) {
        return state == HC_BLOCK_COLD ? NOT_READY : CORRUPT;
    }
    const struct hc_log_read *what = reading->what;
    if (batch->first < what->begin || batch->end > what->end ||
        (what->no_zstd && is_zstd(segment, batch))) {
        return take_cut(reading, segment, batch);
    }
    return what->leader_epoch == 0 ? take_stored(reading, segment, batch)
                                   : take_patched(reading, segment, batch);
}

static enum outcome take_all(struct reading *reading, const struct hc_log *log)
{
    struct hc_log_place place = hc_log_locate(log, reading->what->offset);
    while (reading->next < reading->what->end) {
        struct hc_segment *segment = log->parts[place.part].segment;
        struct hc_stored_batch batch = hc_segment_batch(segment, place.row);
        enum outcome outcome = take(reading, segment, &batch);
        if (outcome != TAKEN) {
            return outcome;
        }
        reading->next = HC_MIN(batch.end, reading->what->end);
        if (++place.row == segment->batches) {
            place = (struct hc_log_place){.part = place.part + 1, .row = 0};
        }
    }
    return FULL;
}

enum hc_read_result hc_log_read(struct hc_log_reader *reader, struct hc_log *log,
                                const struct hc_log_read *what, struct hc_arena *arena,
                                struct hc_chunk *chunks, size_t chunks_max, size_t *ret_count,
                                size_t *ret_bytes, int64_t *ret_next)
{
    HC_CHECK_MAGIC(reader, READER_MAGIC);
    HC_CHECK_MAGIC(log, HC_LOG_OBJECT_MAGIC);
    HC_ASSERT(chunks_max >= 2 && what->leader_epoch >= 0);
    HC_ASSERT(what->offset >= 0 && what->offset < what->end && what->end <= log->end);
    HC_ASSERT(what->begin >= 0 && what->begin <= what->offset);
    struct reading reading = {
        .reader = reader,
        .what = what,
        .arena = arena,
        .chunks = chunks,
        .chunks_max = chunks_max,
        .next = what->offset,
    };
    enum outcome outcome = take_all(&reading, log);
    if (reading.count == 0 && outcome != FULL) {
        return outcome == NOT_READY ? HC_READ_NOT_READY : HC_READ_CORRUPT;
    }
    *ret_count = reading.count;
    *ret_bytes = reading.bytes;
    *ret_next = reading.next;
    return HC_READ_CHUNKS;
}
