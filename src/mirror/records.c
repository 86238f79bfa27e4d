/* Stored batches, record by record. Runs on the mirror's thread, which may wait for the disk. */
#include "base/memory.h"
#include "mirror/internal.h"

enum { RUN_BYTES = 256 * 1024, CHUNKS_MAX = 64, BATCH_BYTES_MAX = 64 << 20 };

/* The mirror's thread faults pages in by itself: nobody has to be told. */
static void told_nobody(struct hc_mailbox *mailbox, struct hc_job *job)
{
    (void)mailbox;
    job->run(job);
}

static void nothing(struct hc_job *job)
{
    (void)job;
}

struct walk {
    struct hc_mirror *mirror;
    int64_t from, to;
    hc_mirror_record_visit *visit;
    void *context;
    struct hc_error *error;
};

static enum hc_mirror_step corrupt(const struct walk *walk)
{
    hc_error_set(walk->error, HC_CORRUPT,
                 "stored records are damaged (offsets %lld to %lld): remove the cache directory's "
                 "topic, it will be loaded again",
                 (long long)walk->from, (long long)walk->to);
    return HC_STEP_REFUSED;
}

static enum hc_mirror_step walk_batch(struct walk *walk, const struct hp_batch *batch)
{
    struct hp_header headers[HC_STORE_HEADERS_MAX];
    struct hp_record_reader reader;
    struct hp_record record;
    struct hc_slice records;
    if (hp_batch_decompress(batch, BATCH_BYTES_MAX, &walk->mirror->scratch, &records) != HC_OK) {
        return corrupt(walk);
    }
    hp_record_reader_init(&reader, batch, records, headers, HC_STORE_HEADERS_MAX);
    enum hc_status status;
    while ((status = hp_record_next(&reader, &record)) == HC_OK) {
        if (record.offset < walk->from) {
            continue;
        }
        if (record.offset >= walk->to) {
            return HC_STEP_OK;
        }
        HC_ASSERT(record.offset == walk->from);
        walk->from++;
        enum hc_mirror_step step = walk->visit(walk->context, &record, walk->error);
        if (step != HC_STEP_OK) {
            return step;
        }
    }
    return status == HC_END ? HC_STEP_OK : corrupt(walk);
}

static enum hc_mirror_step walk_chunk(struct walk *walk, struct hc_slice bytes)
{
    struct hp_batch batch;
    while (bytes.size > 0 && walk->from < walk->to) {
        if (hp_batch_read(bytes, false, &batch) != HC_OK) {
            return corrupt(walk);
        }
        if (batch.base_offset + batch.last_offset_delta >= walk->from) {
            enum hc_mirror_step step = walk_batch(walk, &batch);
            if (step != HC_STEP_OK) {
                return step;
            }
        }
        bytes = hc_slice_of(bytes.data + batch.size, bytes.size - batch.size);
    }
    return HC_STEP_OK;
}

static enum hc_mirror_step walk_run(struct walk *walk, struct hc_log *log, struct hc_arena *arena)
{
    struct hc_chunk chunks[CHUNKS_MAX];
    size_t count, bytes;
    int64_t next;
    /* Up to the log's own end, so that no batch is cut: what is too much is not visited. */
    struct hc_log_read what = {
        .offset = walk->from, .end = hc_log_end(log), .bytes_max = RUN_BYTES, .at_least_one = true};
    switch (hc_log_read(walk->mirror->log_reader, log, &what, arena, chunks, CHUNKS_MAX, &count,
                        &bytes, &next)) {
    case HC_READ_NOT_READY: {
        struct hc_mailbox mailbox = {.post = told_nobody};
        struct hc_job done = {.run = nothing};
        hc_log_prepare(log, walk->from, walk->to, hc_executor_inline(), &mailbox, &done);
        return HC_STEP_OK;
    }
    case HC_READ_CORRUPT:
        return corrupt(walk);
    case HC_READ_CHUNKS:
        break;
    }
    HC_ASSERT(count > 0 && next > walk->from);
    enum hc_mirror_step step = HC_STEP_OK;
    for (size_t i = 0; i < count; i++) {
        if (step == HC_STEP_OK) {
            step = walk_chunk(walk, hc_slice_of(chunks[i].data, chunks[i].size));
        }
        hc_chunk_release(&chunks[i]);
    }
    return step;
}

enum hc_mirror_step hc_mirror_walk(struct hc_mirror *mirror, struct hc_log *log, int64_t from,
                                   int64_t to, hc_mirror_record_visit *visit, void *context,
                                   struct hc_error *error)
{
    HC_ASSERT(from >= 0 && to <= hc_log_end(log));
    struct walk walk = {mirror, from, to, visit, context, error};
    struct hc_arena arena;
    enum hc_mirror_step step = HC_STEP_OK;
    hc_arena_init(&arena, 0);
    while (step == HC_STEP_OK && walk.from < to) {
        step = walk_run(&walk, log, &arena);
        hc_arena_reset(&arena);
    }
    hc_arena_done(&arena);
    return step;
}
