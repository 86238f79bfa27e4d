#include "ingest/runs.h"

#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

void hc_run_file_init(struct hc_run_file *file)
{
    *file = (struct hc_run_file){.fd = -1};
}

void hc_run_file_done(struct hc_run_file *file)
{
    if (file->fd >= 0) {
        close(file->fd);
    }
    free(file->runs);
    hc_run_file_init(file);
}

/* Nobody else needs the name, and without one a crash leaves nothing behind. */
static enum hc_status open_unlinked(const char *directory, int *ret, struct hc_error *error)
{
    char *path = hc_format("%s/sort-XXXXXX", directory);
    int fd = mkstemp(path);
    if (fd < 0) {
        int code = errno;
        free(path);
        return hc_error_errno(error, code, "cannot make a temporary file for sorting in %s",
                              directory);
    }
    unlink(path);
    free(path);
    *ret = fd;
    return HC_OK;
}

enum hc_status hc_run_begin(struct hc_run_file *file, const char *directory, struct hc_error *error)
{
    if (file->fd < 0) {
        enum hc_status status = open_unlinked(directory, &file->fd, error);
        if (status != HC_OK) {
            return status;
        }
    }
    file->runs = hc_grow(file->runs, &file->capacity, file->count + 1, sizeof *file->runs);
    file->runs[file->count++] = (struct hc_run){file->size, file->size};
    return HC_OK;
}

enum hc_status hc_run_write(struct hc_run_file *file, const void *bytes, size_t size,
                            struct hc_error *error)
{
    HC_ASSERT(file->count > 0);
    const char *from = bytes;
    while (size) {
        ssize_t wrote = pwrite(file->fd, from, size, (off_t)file->size);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return hc_error_errno(error, wrote < 0 ? errno : EIO,
                                  "cannot write %zu bytes of rows to be sorted to the cache "
                                  "directory",
                                  size);
        }
        from += wrote;
        size -= (size_t)wrote;
        file->size += (uint64_t)wrote;
    }
    file->runs[file->count - 1].end = file->size;
    return HC_OK;
}

void hc_run_reader_init(struct hc_run_reader *reader, const struct hc_run_file *file, size_t run,
                        char *window, size_t capacity)
{
    HC_ASSERT(run < file->count && capacity >= sizeof(struct hc_packed_row));
    *reader = (struct hc_run_reader){
        .file = file,
        .next = file->runs[run].begin,
        .end = file->runs[run].end,
        .window = window,
        .capacity = capacity,
    };
}

/* Rows are multiples of 8 bytes, so what is moved to the front stays aligned. */
static enum hc_status refill(struct hc_run_reader *reader, struct hc_error *error)
{
    size_t left = reader->used - reader->position;
    memmove(reader->window, reader->window + reader->position, left);
    reader->used = left;
    reader->position = 0;
    size_t want = HC_MIN(reader->capacity - left, (size_t)(reader->end - reader->next));
    while (want) {
        ssize_t got =
            pread(reader->file->fd, reader->window + reader->used, want, (off_t)reader->next);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return hc_error_errno(error, got < 0 ? errno : EIO,
                                  "cannot read sorted rows back from the cache directory");
        }
        reader->used += (size_t)got;
        reader->next += (uint64_t)got;
        want -= (size_t)got;
    }
    return HC_OK;
}

static const struct hc_packed_row *whole_row(const struct hc_run_reader *reader)
{
    size_t left = reader->used - reader->position;
    const struct hc_packed_row *row =
        (const struct hc_packed_row *)(const void *)(reader->window + reader->position);
    return left >= sizeof *row && left >= row->size ? row : NULL;
}

enum hc_status hc_run_peek(struct hc_run_reader *reader, const struct hc_packed_row **ret,
                           struct hc_error *error)
{
    const struct hc_packed_row *row = whole_row(reader);
    if (!row && reader->next < reader->end) {
        enum hc_status status = refill(reader, error);
        if (status != HC_OK) {
            return status;
        }
        row = whole_row(reader);
        HC_ASSERT(row != NULL);
    }
    HC_ASSERT(row != NULL || reader->position == reader->used);
    *ret = row;
    return HC_OK;
}

void hc_run_advance(struct hc_run_reader *reader)
{
    const struct hc_packed_row *row = whole_row(reader);
    HC_ASSERT(row != NULL);
    reader->position += row->size;
}
