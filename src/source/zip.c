#include "source/zip.h"

#include "base/memory.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    END_BYTES = 22,
    END_COMMENT_MAX = 65535,
    LOCATOR_BYTES = 20,
    END64_BYTES = 56,
    ENTRY_BYTES = 46,
    LOCAL_BYTES = 30,
    DIRECTORY_BYTES_MAX = 64 * 1024 * 1024,
    EXTRA_ZIP64 = 1,
};

struct place {
    uint64_t offset, size;
};

static uint64_t little(const char *data, size_t size)
{
    HC_ASSERT(size <= sizeof(uint64_t));
    uint64_t value = 0;
    for (size_t i = size; i > 0; i--) {
        value = value << 8 | (unsigned char)data[i - 1];
    }
    return value;
}

static bool read_at(int fd, uint64_t offset, char *out, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread(fd, out + done, size - done, (off_t)(offset + done));
        if (got <= 0) {
            return false;
        }
        done += (size_t)got;
    }
    return true;
}

static enum hc_status damaged(const char *path, struct hc_error *error)
{
    return hc_error_set(error, HC_INVALID, "%s is no zip archive, or a damaged one", path);
}

/* The record of an archive beyond 4 GiB, which a locator right before the ordinary end points to.
 */
static bool end64_read(int fd, uint64_t end_offset, struct place *ret)
{
    char locator[LOCATOR_BYTES];
    char end[END64_BYTES];
    if (end_offset < LOCATOR_BYTES ||
        !read_at(fd, end_offset - LOCATOR_BYTES, locator, sizeof(locator)) ||
        memcmp(locator, "PK\x06\x07", 4) != 0) {
        return false;
    }
    uint64_t offset = little(locator + 8, 8);
    if (offset > end_offset || end_offset - offset < END64_BYTES ||
        !read_at(fd, offset, end, sizeof(end)) || memcmp(end, "PK\x06\x06", 4) != 0) {
        return false;
    }
    *ret = (struct place){little(end + 48, 8), little(end + 40, 8)};
    return true;
}

/* The end record closes the file: its comment reaches exactly to the last byte. */
static bool end_find(int fd, int64_t file_size, struct place *ret)
{
    size_t size = (size_t)HC_MIN(file_size, (int64_t)(END_BYTES + END_COMMENT_MAX));
    if (size < END_BYTES) {
        return false;
    }
    char *tail = hc_alloc(size);
    uint64_t start = (uint64_t)file_size - size;
    bool found = false;
    if (read_at(fd, start, tail, size)) {
        for (size_t at = size - END_BYTES + 1; at > 0 && !found; at--) {
            const char *end = tail + at - 1;
            if (memcmp(end, "PK\x05\x06", 4) != 0 ||
                little(end + 20, 2) != size - (at - 1) - END_BYTES) {
                continue;
            }
            *ret = (struct place){little(end + 16, 4), little(end + 12, 4)};
            bool large = ret->offset == UINT32_MAX || ret->size == UINT32_MAX;
            found = !large || end64_read(fd, start + at - 1, ret);
        }
    }
    free(tail);
    return found && ret->offset <= (uint64_t)file_size &&
           ret->size <= (uint64_t)file_size - ret->offset;
}

enum hc_status hc_zip_open(struct hc_zip_directory *directory, int fd, int64_t file_size,
                           const char *path, struct hc_error *error)
{
    HC_ASSERT(directory != NULL && path != NULL && file_size >= 0);
    *directory = (struct hc_zip_directory){._file_size = file_size, ._path = path};
    struct place place;
    if (!end_find(fd, file_size, &place)) {
        return damaged(path, error);
    }
    if (place.size > DIRECTORY_BYTES_MAX) {
        return hc_error_set(error, HC_LIMIT, "%s: a directory of more than 64 MiB", path);
    }
    directory->_size = (size_t)place.size;
    directory->_bytes = hc_alloc(directory->_size + 1);
    return read_at(fd, place.offset, directory->_bytes, directory->_size) ? HC_OK
                                                                          : damaged(path, error);
}

void hc_zip_done(struct hc_zip_directory *directory)
{
    free(directory->_bytes);
    *directory = (struct hc_zip_directory){0};
}

/* Fields that do not fit into 32 bits stand in an extra field, in the order: plain, packed, header.
 */
static bool large_read(struct hc_slice extra, uint64_t *plain, uint64_t *packed, uint64_t *header)
{
    uint64_t *fields[3] = {plain, packed, header};
    size_t at = 0;
    while (extra.size - at >= 4) {
        size_t id = (size_t)little(extra.data + at, 2);
        size_t size = (size_t)little(extra.data + at + 2, 2);
        at += 4;
        if (size > extra.size - at) {
            return false;
        }
        size_t used = 0;
        for (size_t i = 0; id == EXTRA_ZIP64 && i < HC_COUNT(fields); i++) {
            if (*fields[i] != UINT32_MAX) {
                continue;
            }
            if (size - used < 8) {
                return false;
            }
            *fields[i] = little(extra.data + at + used, 8);
            used += 8;
        }
        at += size;
    }
    return true;
}

enum hc_status hc_zip_next(struct hc_zip_directory *directory, struct hc_zip_entry *ret,
                           struct hc_error *error)
{
    HC_ASSERT(directory->_at <= directory->_size && ret != NULL);
    size_t left = directory->_size - directory->_at;
    const char *entry = directory->_bytes + directory->_at;
    if (left == 0) {
        return HC_END;
    }
    if (left < ENTRY_BYTES || memcmp(entry, "PK\x01\x02", 4) != 0) {
        return damaged(directory->_path, error);
    }
    size_t name = (size_t)little(entry + 28, 2);
    size_t extra = (size_t)little(entry + 30, 2);
    size_t comment = (size_t)little(entry + 32, 2);
    uint64_t packed = little(entry + 20, 4);
    uint64_t plain = little(entry + 24, 4);
    uint64_t header = little(entry + 42, 4);
    if (left - ENTRY_BYTES < name + extra + comment ||
        !large_read(hc_slice_of(entry + ENTRY_BYTES + name, extra), &plain, &packed, &header)) {
        return damaged(directory->_path, error);
    }
    uint64_t size = (uint64_t)directory->_file_size;
    if (packed > size || header > size || plain > INT64_MAX) {
        return damaged(directory->_path, error);
    }
    *ret = (struct hc_zip_entry){.name = hc_slice_of(entry + ENTRY_BYTES, name),
                                 .flags = (uint16_t)little(entry + 8, 2),
                                 .method = (uint16_t)little(entry + 10, 2),
                                 .sum = (uint32_t)little(entry + 16, 4),
                                 .packed = (int64_t)packed,
                                 .plain = (int64_t)plain,
                                 .header = (int64_t)header};
    directory->_at += ENTRY_BYTES + name + extra + comment;
    return HC_OK;
}

enum hc_status hc_zip_data(const struct hc_zip_directory *directory, int fd,
                           const struct hc_zip_entry *entry, int64_t *ret_offset,
                           struct hc_error *error)
{
    HC_ASSERT(entry->header >= 0 && entry->packed >= 0);
    char local[LOCAL_BYTES];
    if (!read_at(fd, (uint64_t)entry->header, local, sizeof(local)) ||
        memcmp(local, "PK\x03\x04", 4) != 0) {
        return damaged(directory->_path, error);
    }
    int64_t offset = entry->header + LOCAL_BYTES + (int64_t)little(local + 26, 2) +
                     (int64_t)little(local + 28, 2);
    if (offset > directory->_file_size || entry->packed > directory->_file_size - offset) {
        return damaged(directory->_path, error);
    }
    *ret_offset = offset;
    return HC_OK;
}
