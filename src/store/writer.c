#include "base/memory.h"
#include "store/directory.h"
#include "store/file.h"
#include "store/log.h"
#include "store/manifest.h"
#include "store/partition.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    WRITER_MAGIC = 0x57524931,
    PUBLISH_BYTES_FIRST = 256 * 1024,
    PUBLISH_BYTES_LAST = 64 * 1024 * 1024,
    PUBLISH_BYTES_MAX = 256 * 1024 * 1024,
    PUBLISH_PARTITION_BYTES = 4 * 1024 * 1024, /* segments should not be much smaller than this */
    FLUSH_BYTES_ALL = 4 * 1024 * 1024,         /* bodies that wait in memory, of all partitions */
    FLUSH_BYTES_MAX = 256 * 1024,
    FLUSH_BYTES_MIN = 16 * 1024,
};

struct hc_store_writer {
    uint32_t magic;
    char *directory;
    struct hc_segment_place place;
    struct hc_partition_writer *partitions;
    int32_t partition_count;
    size_t bytes;          /* appended since the last publish */
    size_t publish_target; /* bytes that make the next publish due */
    bool finished;
    struct hc_error failure; /* status HC_OK until something fails */
};

/* ---- life ---- */

/* What was there stays if it is a finished topic; the rest of it goes. */
static enum hc_status clear_leftovers(struct hc_store_writer *writer, struct hc_error *error)
{
    struct hc_arena arena;
    struct hc_manifest manifest;
    hc_arena_init(&arena, 0);
    int64_t keep = -1;
    if (hc_manifest_read(writer->place.directory_fd, writer->directory, &arena, &manifest, NULL) ==
        HC_OK) {
        keep = manifest.build;
    }
    hc_arena_done(&arena);
    int64_t last = 0;
    enum hc_status status =
        hc_directory_sweep(writer->place.directory_fd, writer->directory, keep, &last, error);
    if (status == HC_OK && last >= INT64_MAX - 1) {
        status =
            hc_error_set(error, HC_CORRUPT, "%s: build numbers are used up", writer->directory);
    }
    writer->place.build = HC_MAX(last, keep) + 1;
    return status;
}

static size_t flush_bytes(int32_t partitions)
{
    size_t share = FLUSH_BYTES_ALL / (size_t)partitions;
    return HC_MIN(HC_MAX(share, (size_t)FLUSH_BYTES_MIN), (size_t)FLUSH_BYTES_MAX);
}

enum hc_status hc_store_writer_new(const char *directory, int32_t partitions, enum hp_codec codec,
                                   const struct hp_header *headers, int32_t header_count,
                                   struct hc_store_writer **ret, struct hc_error *error)
{
    HC_ASSERT(partitions > 0 && partitions <= HC_STORE_PARTITIONS_MAX);
    HC_ASSERT(codec < HP_CODEC_COUNT);
    HC_ASSERT(header_count >= 0 && header_count <= HC_STORE_HEADERS_MAX);
    int directory_fd;
    enum hc_status status = hc_file_open_directory(directory, &directory_fd, error);
    if (status != HC_OK) {
        return status;
    }
    struct hc_store_writer *writer = hc_alloc(sizeof *writer);
    writer->magic = WRITER_MAGIC;
    writer->directory = hc_strdup(directory);
    writer->place = (struct hc_segment_place){
        .directory_fd = directory_fd,
        .directory = writer->directory,
        .codec = codec,
        .flush_bytes = flush_bytes(partitions),
    };
    writer->publish_target = PUBLISH_BYTES_FIRST;
    writer->partition_count = partitions;
    writer->partitions = hc_alloc_array((size_t)partitions, sizeof *writer->partitions);
    for (int32_t i = 0; i < partitions; i++) {
        hc_partition_writer_init(&writer->partitions[i], i, &writer->place, headers, header_count);
    }
    status = clear_leftovers(writer, error);
    if (status != HC_OK) {
        writer->finished = true; /* nothing of this build exists */
        hc_store_writer_free(writer);
        return status;
    }
    *ret = writer;
    return HC_OK;
}

static void remove_build(struct hc_store_writer *writer)
{
    char name[HC_SEGMENT_NAME_BYTES];
    for (int32_t i = 0; i < writer->partition_count; i++) {
        /* One more than the log has: a segment may have been renamed and then not opened. */
        for (size_t number = 0; number <= writer->partitions[i].log->count; number++) {
            hc_segment_name(writer->place.build, i, (int32_t)number, name);
            (void)unlinkat(writer->place.directory_fd, name, 0);
        }
    }
}

void hc_store_writer_free(struct hc_store_writer *writer)
{
    if (!writer) {
        return;
    }
    HC_CHECK_MAGIC(writer, WRITER_MAGIC);
    if (!writer->finished) {
        remove_build(writer);
    }
    for (int32_t i = 0; i < writer->partition_count; i++) {
        hc_partition_writer_done(&writer->partitions[i]);
    }
    close(writer->place.directory_fd);
    writer->magic = 0;
    free(writer->partitions);
    free(writer->directory);
    free(writer);
}

/* ---- records ---- */

/* The first failure lasts: later calls give it again. */
static enum hc_status settle(const struct hc_store_writer *writer, enum hc_status status,
                             struct hc_error *error)
{
    HC_ASSERT(writer->failure.status == status);
    if (status != HC_OK && error) {
        *error = writer->failure;
    }
    return status;
}

static struct hc_partition_writer *partition_of(struct hc_store_writer *writer, int32_t partition)
{
    HC_CHECK_MAGIC(writer, WRITER_MAGIC);
    HC_ASSERT(partition >= 0 && partition < writer->partition_count);
    HC_ASSERT(!writer->finished);
    return &writer->partitions[partition];
}

void hc_store_writer_expect(struct hc_store_writer *writer, int32_t partition,
                            const struct hc_prefix *prefixes, size_t count)
{
    struct hc_partition_writer *owner = partition_of(writer, partition);
    HC_ASSERT(owner->records == 0);
    owner->expected = prefixes;
    owner->expected_count = count;
}

enum hc_status hc_store_writer_append(struct hc_store_writer *writer, int32_t partition,
                                      const struct hc_store_record *record, struct hc_error *error)
{
    struct hc_partition_writer *owner = partition_of(writer, partition);
    enum hc_status status = writer->failure.status;
    size_t bytes = 0;
    if (status == HC_OK) {
        status = hc_partition_append(owner, record, &bytes, &writer->failure);
    }
    writer->bytes += bytes;
    return settle(writer, status, error);
}

enum hc_prefix_match hc_store_writer_match(const struct hc_store_writer *writer)
{
    HC_CHECK_MAGIC(writer, WRITER_MAGIC);
    enum hc_prefix_match match = HC_PREFIX_SAME;
    for (int32_t i = 0; i < writer->partition_count; i++) {
        if (writer->partitions[i].differs) {
            return HC_PREFIX_DIFFERS;
        }
        if (writer->partitions[i].expected_count > 0) {
            match = HC_PREFIX_SHORTER;
        }
    }
    return match;
}

/* ---- publishing ---- */

bool hc_store_writer_due(const struct hc_store_writer *writer)
{
    HC_CHECK_MAGIC(writer, WRITER_MAGIC);
    return writer->bytes >= writer->publish_target;
}

/* Many partitions share a publish, and get segments of a sensible size all the same. */
static void next_target(struct hc_store_writer *writer)
{
    size_t share = (size_t)writer->partition_count * PUBLISH_PARTITION_BYTES;
    size_t last = HC_MIN(HC_MAX(share, (size_t)PUBLISH_BYTES_LAST), (size_t)PUBLISH_BYTES_MAX);
    writer->bytes = 0;
    writer->publish_target = HC_MIN(writer->publish_target * 2, last);
}

static enum hc_status publish_all(struct hc_store_writer *writer, struct hc_error *error)
{
    enum hc_status status = HC_OK;
    for (int32_t i = 0; i < writer->partition_count && status == HC_OK; i++) {
        status = hc_partition_publish(&writer->partitions[i], error);
    }
    return status;
}

static void give_logs(const struct hc_store_writer *writer, struct hc_log **logs)
{
    for (int32_t i = 0; i < writer->partition_count; i++) {
        logs[i] = hc_log_get(writer->partitions[i].log);
    }
}

enum hc_status hc_store_writer_publish(struct hc_store_writer *writer, struct hc_log **logs,
                                       struct hc_error *error)
{
    HC_CHECK_MAGIC(writer, WRITER_MAGIC);
    HC_ASSERT(!writer->finished);
    enum hc_status status = writer->failure.status;
    if (status == HC_OK) {
        status = publish_all(writer, &writer->failure);
    }
    if (status == HC_OK) {
        next_target(writer);
        give_logs(writer, logs);
    }
    return settle(writer, status, error);
}

/* ---- finishing ---- */

static enum hc_status sync_segments(const struct hc_store_writer *writer, struct hc_error *error)
{
    enum hc_status status = HC_OK;
    char name[HC_SEGMENT_NAME_BYTES];
    for (int32_t i = 0; i < writer->partition_count; i++) {
        size_t count = writer->partitions[i].log->count;
        for (size_t number = 0; number < count && status == HC_OK; number++) {
            hc_segment_name(writer->place.build, i, (int32_t)number, name);
            status = hc_file_sync(writer->place.directory_fd, writer->place.directory, name, error);
        }
    }
    return status == HC_OK
               ? hc_file_sync_directory(writer->place.directory_fd, writer->directory, error)
               : status;
}

static void describe_partition(struct hc_arena *arena, const struct hc_partition_writer *writer,
                               struct hc_manifest_partition *ret)
{
    const struct hc_log *log = writer->log;
    ret->prefixes = writer->published;
    ret->segment_count = log->count;
    ret->segments = HC_ARENA_ARRAY(arena, struct hc_segment_expect, log->count);
    for (size_t i = 0; i < log->count; i++) {
        const struct hc_segment *segment = log->parts[i].segment;
        ret->segments[i] = (struct hc_segment_expect){
            .base_offset = segment->base_offset,
            .records = segment->records,
            .file_bytes = segment->map_bytes,
            .footer_sum = segment->footer_sum,
        };
    }
}

static enum hc_status write_manifest(const struct hc_store_writer *writer,
                                     const struct hc_store_facts *facts, struct hc_error *error)
{
    struct hc_arena arena;
    hc_arena_init(&arena, 0);
    struct hc_manifest manifest = {
        .build = writer->place.build,
        .codec = writer->place.codec,
        .facts = *facts,
        .partitions =
            HC_ARENA_ARRAY(&arena, struct hc_manifest_partition, (size_t)writer->partition_count),
        .partition_count = writer->partition_count,
    };
    for (int32_t i = 0; i < writer->partition_count; i++) {
        describe_partition(&arena, &writer->partitions[i], &manifest.partitions[i]);
    }
    enum hc_status status =
        hc_manifest_write(writer->place.directory_fd, writer->directory, &manifest, error);
    hc_arena_done(&arena);
    return status;
}

enum hc_status hc_store_writer_finish(struct hc_store_writer *writer,
                                      const struct hc_store_facts *facts, struct hc_log **logs,
                                      struct hc_error *error)
{
    HC_CHECK_MAGIC(writer, WRITER_MAGIC);
    HC_ASSERT(!writer->finished && facts->generation >= 0);
    enum hc_status status = writer->failure.status;
    if (status == HC_OK) {
        status = publish_all(writer, &writer->failure);
    }
    if (status == HC_OK) {
        status = sync_segments(writer, &writer->failure);
    }
    if (status == HC_OK) {
        status = write_manifest(writer, facts, &writer->failure);
    }
    if (status == HC_OK) {
        writer->finished = true;
        give_logs(writer, logs);
        /* Segments of the topic that this one replaces; what stays behind is swept by the next
         * builder. */
        (void)!hc_directory_sweep(writer->place.directory_fd, writer->directory,
                                  writer->place.build, NULL, NULL);
    }
    return settle(writer, status, error);
}
