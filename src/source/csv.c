#include "source/csv.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "source/csv_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

enum { END_BYTES = 64 * 1024 };

static const struct hc_source_ops csv_ops;

static int64_t ms_to_ns(int64_t ms)
{
    if (ms <= INT64_MIN / HC_NS_PER_MS) {
        return INT64_MIN;
    }
    return ms >= INT64_MAX / HC_NS_PER_MS ? INT64_MAX : ms * HC_NS_PER_MS;
}

static enum hc_status read_at(int fd, const char *path, int64_t offset, size_t size, char *out,
                              struct hc_error *error)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread(fd, out + done, size - done, offset + (int64_t)done);
        if (got < 0 && errno != EINTR) {
            return hc_error_errno(error, errno, "%s", path);
        }
        if (got == 0) {
            return hc_error_set(error, HC_CHANGED, "source changed: %s became shorter", path);
        }
        done += got > 0 ? (size_t)got : 0;
    }
    return HC_OK;
}

static enum hc_status file_fingerprint(const struct hc_csv_file *file, char *bytes,
                                       struct hc_buffer *out, struct hc_error *error)
{
    int fd = -1;
    struct hc_file_mark mark;
    enum hc_status status = hc_file_open(file->data.path, &fd, &mark, error);
    if (status != HC_OK) {
        return status;
    }
    size_t size = (size_t)HC_MIN(mark.size, (int64_t)END_BYTES);
    uint64_t hashes[2] = {0, 0};
    int64_t starts[2] = {0, mark.size - (int64_t)size};
    for (int i = 0; i < 2 && status == HC_OK; i++) {
        status = read_at(fd, file->data.path, starts[i], size, bytes, error);
        hashes[i] = status == HC_OK ? XXH3_64bits(bytes, size) : 0;
    }
    close(fd);
    if (status == HC_OK) {
        hc_buffer_printf(out,
                         HC_SLICE_FMT " size=%" PRId64 " mtime=%" PRId64 " inode=%" PRIu64
                                      " ends=%016" PRIx64 "%016" PRIx64 "\n",
                         HC_SLICE_ARG(file->data.shown), mark.size, mark.mtime_ns, mark.inode,
                         hashes[0], hashes[1]);
    }
    return status;
}

static enum hc_status csv_fingerprint(struct hc_source *source, struct hc_buffer *out,
                                      struct hc_error *error)
{
    struct hc_csv *csv = (struct hc_csv *)(void *)source;
    char *bytes = hc_alloc(END_BYTES);
    enum hc_status status = HC_OK;
    hc_buffer_append_str(out, "csv 1\n");
    for (size_t i = 0; status == HC_OK && i < csv->file_count; i++) {
        status = file_fingerprint(&csv->files[i], bytes, out, error);
    }
    free(bytes);
    return status;
}

static void csv_close(struct hc_source *source)
{
    HC_ASSERT(source->ops == &csv_ops);
    struct hc_csv *csv = (struct hc_csv *)(void *)source;
    hc_csv_merge_free(csv->merge);
    for (size_t i = 0; i < csv->stream_count; i++) {
        hc_steps_done(&csv->streams[i]->steps);
    }
    free(csv->streams);
    hc_map_done(&csv->stream_map);
    hc_buffer_done(&csv->stream_key);
    hc_arena_done(&csv->base.arena);
    free(csv);
}

static const struct hc_source_ops csv_ops = {
    .survey = hc_csv_survey,
    .read_begin = hc_csv_read_begin,
    .read_next = hc_csv_read_next,
    .fingerprint = csv_fingerprint,
    .close = csv_close,
};

static enum hc_status spec_check(const struct hc_topic_spec *spec, struct hc_error *error)
{
    struct hc_time_parser parser;
    if (!hc_time_parser_init(&parser, spec->time_unit)) {
        return hc_error_set(error, HC_USAGE,
                            "--time-unit `" HC_SLICE_FMT "`: auto, s, ms, us, ns, iso, or a format "
                            "of %%Y %%m %%d %%H %%I %%M %%S %%f %%p %%b %%y %%z",
                            HC_SLICE_ARG(spec->time_unit));
    }
    if (spec->tables.count > 0 || !hc_slice_is_null(spec->query)) {
        return hc_error_set(error, HC_USAGE, "--table and --query are for databases, not for csv:");
    }
    if (spec->interval_set && !hc_slice_is_null(spec->interval_column)) {
        return hc_error_set(error, HC_USAGE, "interval: a duration or a column, not both");
    }
    return HC_OK;
}

static enum hc_status files_find(struct hc_csv *csv, struct hc_slice pattern,
                                 struct hc_error *error)
{
    struct hc_data_file *files = NULL;
    enum hc_status status =
        hc_pattern_expand(pattern, &csv->base.arena, &files, &csv->file_count, error);
    if (status != HC_OK) {
        return status;
    }
    csv->files = HC_ARENA_ARRAY(&csv->base.arena, struct hc_csv_file, csv->file_count);
    for (size_t i = 0; i < csv->file_count; i++) {
        csv->files[i].data = files[i];
        csv->files[i].index = (uint32_t)i;
    }
    return HC_OK;
}

enum hc_status hc_csv_open(const struct hc_topic_spec *spec, struct hc_slice pattern,
                           struct hc_source **ret, struct hc_error *error)
{
    HC_ASSERT(spec != NULL && ret != NULL);
    enum hc_status status = spec_check(spec, error);
    if (status != HC_OK) {
        return status;
    }
    struct hc_csv *csv = hc_alloc(sizeof(*csv));
    csv->base.ops = &csv_ops;
    csv->base.spec = spec;
    hc_arena_init(&csv->base.arena, 0);
    hc_map_init(&csv->stream_map, hc_entropy());
    csv->from_ns = ms_to_ns(spec->range_from_ms);
    csv->to_ns = ms_to_ns(spec->range_to_ms);
    status = hc_zone_open(spec->timezone, &csv->base.arena, &csv->zone, error);
    if (status == HC_OK) {
        status = hc_filters_read(spec, &csv->base.arena, &csv->filters, error);
    }
    if (status == HC_OK) {
        status = files_find(csv, pattern, error);
    }
    if (status != HC_OK) {
        csv_close(&csv->base);
        return status;
    }
    *ret = &csv->base;
    return HC_OK;
}
