#include "store/segment.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

void hc_segment_name(int64_t build, int32_t partition, int32_t number, char *ret)
{
    snprintf(ret, HC_SEGMENT_NAME_BYTES, "b%" PRId64 "-p%05d-%06d.segment", build, partition,
             number);
}

bool hc_segment_name_parse(const char *name, int64_t *ret_build)
{
    int64_t build;
    int partition, number, used = 0;
    if (sscanf(name, "b%" SCNd64 "-p%d-%d.segment%n", &build, &partition, &number, &used) != 3 ||
        used == 0 || (name[used] != 0 && strcmp(name + used, ".tmp") != 0)) {
        return false;
    }
    *ret_build = build;
    return true;
}

/* ---- checks: nothing of a file is believed before it has passed these ---- */

static enum hc_status corrupt(struct hc_error *error, const char *path, const char *what)
{
    return hc_error_set(error, HC_CORRUPT, "%s is corrupt: %s", path, what);
}

static const char *footer_fault(const struct hc_segment_footer *footer, uint64_t file_bytes,
                                const struct hc_segment_expect *expect)
{
    if (footer->footer_sum != XXH3_64bits(footer, offsetof(struct hc_segment_footer, footer_sum))) {
        return "the sum of its footer is wrong";
    }
    if (footer->batches == 0 || footer->records < footer->batches || footer->base_offset < 0 ||
        footer->has_timestamps > 1 || footer->codec >= HP_CODEC_COUNT ||
        footer->body_bytes > HC_SEGMENT_BODY_BYTES_MAX) {
        return "its footer is out of bounds";
    }
    if (footer->file_bytes != file_bytes || hc_segment_file_bytes(footer) != file_bytes ||
        footer->index_position != hc_segment_index_position(footer->body_bytes)) {
        return "its size is not what its footer says";
    }
    if (expect->base_offset != footer->base_offset || expect->records != footer->records ||
        expect->file_bytes != file_bytes ||
        (expect->footer_sum != 0 && expect->footer_sum != footer->footer_sum)) {
        return "it is not the segment that the manifest names";
    }
    return NULL;
}

static enum hc_status check_footer(const char *path, const char *map, size_t map_bytes,
                                   const struct hc_segment_expect *expect,
                                   struct hc_segment_footer *ret, struct hc_error *error)
{
    if (map_bytes < sizeof *ret || map_bytes % sizeof(int64_t) != 0) {
        return corrupt(error, path, "it is cut short");
    }
    memcpy(ret, map + map_bytes - sizeof *ret, sizeof *ret);
    if (ret->magic != HC_SEGMENT_MAGIC) {
        return corrupt(error, path, "it does not end like a segment");
    }
    if (ret->version != HC_STORE_VERSION) {
        return hc_error_set(error, HC_UNSUPPORTED, "%s has format version %u, not %d", path,
                            ret->version, HC_STORE_VERSION);
    }
    const char *fault = footer_fault(ret, map_bytes, expect);
    return fault ? corrupt(error, path, fault) : HC_OK;
}

static bool row_follows(const struct hc_index_row *before, const struct hc_index_row *row)
{
    return row->position >= (uint64_t)before->position + HP_BATCH_OVERHEAD &&
           row->first_record > before->first_record &&
           row->first_visible_ms >= before->first_visible_ms &&
           row->running_max_ms == HC_MAX(before->running_max_ms, row->max_timestamp_ms);
}

static const char *index_fault(const struct hc_segment *segment, uint64_t index_sum)
{
    const struct hc_index_row *rows = segment->rows;
    const struct hc_index_row *last = &rows[segment->batches - 1];
    if (XXH3_64bits(rows, segment->batches * sizeof *rows) != index_sum) {
        return "the sum of its index is wrong";
    }
    if (rows[0].position != 0 || rows[0].first_record != 0 ||
        rows[0].running_max_ms != rows[0].max_timestamp_ms) {
        return "its index does not begin at its first record";
    }
    for (uint32_t row = 1; row < segment->batches; row++) {
        if (!row_follows(&rows[row - 1], &rows[row])) {
            return "its index is not in order";
        }
    }
    if (last->first_record >= segment->records ||
        last->first_visible_ms > segment->last_visible_ms ||
        (uint64_t)last->position + HP_BATCH_OVERHEAD > segment->body_bytes) {
        return "its index reaches beyond its records";
    }
    return NULL;
}

/* ---- opening ---- */

static void segment_free(struct hc_ref *ref)
{
    struct hc_segment *segment = HC_CONTAINER(ref, struct hc_segment, ref);
    HC_CHECK_MAGIC(segment, HC_SEGMENT_OBJECT_MAGIC);
    segment->magic = 0;
    munmap((void *)(uintptr_t)segment->map, segment->map_bytes);
    free(segment->path);
    free(segment);
}

void hc_segment_put(struct hc_segment *segment)
{
    if (segment) {
        HC_CHECK_MAGIC(segment, HC_SEGMENT_OBJECT_MAGIC);
        hc_ref_put(&segment->ref);
    }
}

/* Takes over the mapping. */
static struct hc_segment *segment_new(const char *path, const char *map,
                                      const struct hc_segment_footer *footer)
{
    static atomic_uint_fast64_t next_id = 1;
    uint32_t blocks = (uint32_t)(footer->body_bytes / HC_BLOCK_BYTES) + 1;
    struct hc_segment *segment = hc_alloc(sizeof *segment + blocks * sizeof segment->blocks[0]);
    hc_ref_init(&segment->ref, segment_free);
    segment->magic = HC_SEGMENT_OBJECT_MAGIC;
    segment->id = atomic_fetch_add(&next_id, 1);
    segment->path = hc_strdup(path);
    segment->map = map;
    segment->map_bytes = footer->file_bytes;
    segment->rows = (const void *)(map + footer->index_position);
    segment->batches = footer->batches;
    segment->records = footer->records;
    segment->visible = (const void *)(segment->rows + segment->batches);
    segment->timestamps = segment->visible + (footer->has_timestamps ? segment->records : 0);
    segment->base_offset = footer->base_offset;
    segment->body_bytes = footer->body_bytes;
    segment->raw_bytes_max = footer->raw_bytes_max;
    segment->codec = (enum hp_codec)footer->codec;
    segment->first_visible_ms = segment->rows[0].first_visible_ms;
    segment->last_visible_ms = footer->last_visible_ms;
    segment->max_timestamp_ms = segment->rows[segment->batches - 1].running_max_ms;
    segment->footer_sum = footer->footer_sum;
    segment->block_count = blocks;
    return segment;
}

static enum hc_status map_file(int directory_fd, const char *name, const char *path,
                               const char **ret_map, size_t *ret_bytes, struct hc_error *error)
{
    int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat stat;
    if (fd < 0 || fstat(fd, &stat) != 0) {
        int code = errno;
        if (fd >= 0) {
            close(fd);
        }
        return hc_error_errno(error, code, "cannot open %s", path);
    }
    if (!S_ISREG(stat.st_mode) || stat.st_size <= 0) {
        close(fd);
        return corrupt(error, path, "it is empty");
    }
    void *map = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_SHARED, fd, 0);
    int code = errno;
    close(fd);
    if (map == MAP_FAILED) {
        return hc_error_errno(error, code, "cannot map %s", path);
    }
    *ret_map = map;
    *ret_bytes = (size_t)stat.st_size;
    return HC_OK;
}

static enum hc_status open_path(int directory_fd, const char *name, const char *path,
                                const struct hc_segment_expect *expect, struct hc_segment **ret,
                                struct hc_error *error)
{
    const char *map = NULL;
    size_t map_bytes = 0;
    enum hc_status status = map_file(directory_fd, name, path, &map, &map_bytes, error);
    if (status != HC_OK) {
        return status;
    }
    HC_ASSERT(map != NULL);
    struct hc_segment_footer footer = {0};
    status = check_footer(path, map, map_bytes, expect, &footer, error);
    if (status != HC_OK) {
        munmap((void *)(uintptr_t)map, map_bytes);
        return status;
    }
    struct hc_segment *segment = segment_new(path, map, &footer);
    const char *fault = index_fault(segment, footer.index_sum);
    if (fault) {
        status = corrupt(error, path, fault);
        hc_segment_put(segment);
        return status;
    }
    *ret = segment;
    return HC_OK;
}

enum hc_status hc_segment_open(int directory_fd, const char *directory, const char *name,
                               const struct hc_segment_expect *expect, struct hc_segment **ret,
                               struct hc_error *error)
{
    char *path = hc_format("%s/%s", directory, name);
    enum hc_status status = open_path(directory_fd, name, path, expect, ret, error);
    free(path);
    return status;
}

/* ---- lookups ---- */

uint32_t hc_segment_row_of(const struct hc_segment *segment, uint32_t record)
{
    HC_ASSERT(record < segment->records);
    uint32_t low = 0, high = segment->batches;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (segment->rows[middle].first_record <= record) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

uint32_t hc_segment_row_at(const struct hc_segment *segment, uint64_t position)
{
    uint32_t low = 0, high = segment->batches;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (segment->rows[middle].position < position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

uint32_t hc_segment_row_end(const struct hc_segment *segment, uint32_t row)
{
    HC_ASSERT(row < segment->batches);
    return row + 1 < segment->batches ? segment->rows[row + 1].first_record : segment->records;
}

size_t hc_segment_row_bytes_end(const struct hc_segment *segment, uint32_t row)
{
    HC_ASSERT(row < segment->batches);
    return row + 1 < segment->batches ? segment->rows[row + 1].position : segment->body_bytes;
}

struct hc_stored_batch hc_segment_batch(const struct hc_segment *segment, uint32_t row)
{
    const struct hc_index_row *entry = &segment->rows[row];
    return (struct hc_stored_batch){
        .first = segment->base_offset + entry->first_record,
        .end = segment->base_offset + hc_segment_row_end(segment, row),
        .data = segment->map + entry->position,
        .size = hc_segment_row_bytes_end(segment, row) - entry->position,
        .block = entry->position / HC_BLOCK_BYTES,
    };
}

void hc_segment_mark_ready(struct hc_segment *segment)
{
    for (uint32_t block = 0; block < segment->block_count; block++) {
        atomic_store_explicit(&segment->blocks[block], HC_BLOCK_READY, memory_order_release);
    }
}
