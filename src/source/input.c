#include "source/input.h"

#include "base/clock.h"
#include "base/memory.h"
#include "source/input_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define RATIO_FLOOR_BYTES (INT64_C(64) << 20)

struct hc_file_mark hc_file_mark_of(const struct stat *status)
{
    return (struct hc_file_mark){
        .device = (uint64_t)status->st_dev,
        .inode = (uint64_t)status->st_ino,
        .size = (int64_t)status->st_size,
        .mtime_ns = (int64_t)status->st_mtim.tv_sec * HC_NS_PER_S + status->st_mtim.tv_nsec,
    };
}

bool hc_file_mark_equal(const struct hc_file_mark *a, const struct hc_file_mark *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->mtime_ns == b->mtime_ns;
}

static const char *kind_of(mode_t mode)
{
    return S_ISDIR(mode)    ? "a directory"
           : S_ISFIFO(mode) ? "a FIFO"
           : S_ISSOCK(mode) ? "a socket"
                            : "a device";
}

enum hc_status hc_file_open(const char *path, int *ret_fd, struct hc_file_mark *ret,
                            struct hc_error *error)
{
    HC_ASSERT(path != NULL && ret_fd != NULL && ret != NULL);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return errno == ENXIO ? hc_error_set(error, HC_INVALID, "%s is no regular file", path)
                              : hc_error_errno(error, errno, "%s", path);
    }
    struct stat status;
    if (fstat(fd, &status) != 0) {
        int code = errno;
        close(fd);
        return hc_error_errno(error, code, "%s", path);
    }
    if (!S_ISREG(status.st_mode)) {
        close(fd);
        return hc_error_set(error, HC_INVALID, "%s is %s, not a regular file", path,
                            kind_of(status.st_mode));
    }
    *ret_fd = fd;
    *ret = hc_file_mark_of(&status);
    return HC_OK;
}

enum hc_status hc_input_watch(struct hc_input *input, struct hc_error *error)
{
    struct stat status;
    if (fstat(input->fd, &status) != 0) {
        return hc_error_errno(error, errno, "%s", input->path);
    }
    struct hc_file_mark mark = hc_file_mark_of(&status);
    if (!hc_file_mark_equal(&mark, &input->mark)) {
        return hc_error_set(error, HC_CHANGED, "source changed: %s was written to while it is read",
                            input->path);
    }
    return HC_OK;
}

enum hc_status hc_input_fill(struct hc_input *input, struct hc_error *error)
{
    HC_CHECK_MAGIC(input, HC_INPUT_MAGIC);
    HC_ASSERT(input->start <= input->end && input->end <= HC_INPUT_BLOCK_BYTES);
    if (input->start < input->end || input->raw_end) {
        return HC_OK;
    }
    ssize_t got;
    do {
        size_t size = (size_t)HC_MIN((int64_t)HC_INPUT_BLOCK_BYTES, input->raw_left);
        got = read(input->fd, input->block, size);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return hc_error_errno(error, errno, "%s", input->path);
    }
    input->start = 0;
    input->end = (size_t)got;
    input->raw_total += got;
    input->raw_left -= got;
    input->raw_end = got == 0;
    return hc_input_watch(input, error);
}

static enum hc_status plain_read(struct hc_input *input, char *out, size_t capacity,
                                 size_t *ret_size, struct hc_error *error)
{
    enum hc_status status = hc_input_fill(input, error);
    if (status != HC_OK) {
        return status;
    }
    size_t size = HC_MIN(capacity, input->end - input->start);
    if (size == 0) {
        return HC_END;
    }
    memcpy(out, input->block + input->start, size);
    input->start += size;
    *ret_size = size;
    return HC_OK;
}

static enum hc_status codec_open(struct hc_input *input, struct hc_slice member,
                                 struct hc_error *error)
{
    enum hc_status status = hc_input_fill(input, error);
    if (status != HC_OK) {
        return status;
    }
    struct hc_slice head = hc_slice_of(input->block, input->end);
    if (head.size >= 2 && memcmp(head.data, "\x1f\x8b", 2) == 0) {
        return hc_input_gzip_open(input, error);
    }
    if (head.size >= 4 && memcmp(head.data, "\x28\xb5\x2f\xfd", 4) == 0) {
        return hc_input_zstd_open(input, error);
    }
    if (head.size >= 4 &&
        (memcmp(head.data, "PK\x03\x04", 4) == 0 || memcmp(head.data, "PK\x05\x06", 4) == 0)) {
        return hc_input_zip_open(input, member, error);
    }
    if ((head.size >= 3 && memcmp(head.data, "BZh", 3) == 0) ||
        (head.size >= 6 && memcmp(head.data,
                                  "\xfd"
                                  "7zXZ",
                                  5) == 0)) {
        return hc_error_set(error, HC_UNSUPPORTED,
                            "%s is compressed with bzip2 or xz: gzip, zstd and zip are read",
                            input->path);
    }
    return HC_OK;
}

enum hc_status hc_input_open(const char *path, struct hc_slice member,
                             const struct hc_file_mark *expected, struct hc_input **ret,
                             struct hc_error *error)
{
    HC_ASSERT(path != NULL && ret != NULL);
    int fd = -1;
    struct hc_file_mark mark = {0};
    enum hc_status status = hc_file_open(path, &fd, &mark, error);
    if (status != HC_OK) {
        return status;
    }
    if (expected != NULL && !hc_file_mark_equal(&mark, expected)) {
        close(fd);
        return hc_error_set(error, HC_CHANGED, "source changed: %s is not what it was", path);
    }
    struct hc_input *input = hc_alloc(sizeof(*input));
    input->magic = HC_INPUT_MAGIC;
    input->path = path;
    input->fd = fd;
    input->mark = mark;
    input->raw_left = INT64_MAX;
    input->block = hc_alloc(HC_INPUT_BLOCK_BYTES);
    status = codec_open(input, member, error);
    if (status != HC_OK) {
        hc_input_close(input);
        return status;
    }
    *ret = input;
    return HC_OK;
}

void hc_input_close(struct hc_input *input)
{
    if (input == NULL) {
        return;
    }
    HC_CHECK_MAGIC(input, HC_INPUT_MAGIC);
    if (input->kind == HC_INPUT_GZIP || input->kind == HC_INPUT_ZIP) {
        inflateEnd(&input->deflate);
    }
    ZSTD_freeDStream(input->zstd);
    close(input->fd);
    free(input->block);
    input->magic = 0;
    free(input);
}

enum hc_status hc_input_read(struct hc_input *input, char *out, size_t capacity, size_t *ret_size,
                             struct hc_error *error)
{
    HC_CHECK_MAGIC(input, HC_INPUT_MAGIC);
    HC_ASSERT(out != NULL && capacity > 0 && ret_size != NULL);
    enum hc_status status;
    switch (input->kind) {
    case HC_INPUT_GZIP:
        status = hc_input_gzip_read(input, out, capacity, ret_size, error);
        break;
    case HC_INPUT_ZSTD:
        status = hc_input_zstd_read(input, out, capacity, ret_size, error);
        break;
    case HC_INPUT_ZIP:
        status = hc_input_zip_read(input, out, capacity, ret_size, error);
        break;
    default:
        return plain_read(input, out, capacity, ret_size, error);
    }
    if (status != HC_OK) {
        return status;
    }
    HC_ASSERT(*ret_size > 0 && *ret_size <= capacity);
    input->out_total += (int64_t)*ret_size;
    if (input->out_total > RATIO_FLOOR_BYTES &&
        input->out_total / HC_INPUT_RATIO_MAX > hc_input_consumed(input)) {
        return hc_error_set(error, HC_LIMIT,
                            "%s unpacks to more than %d times its size: refused as a "
                            "decompression bomb",
                            input->path, HC_INPUT_RATIO_MAX);
    }
    return HC_OK;
}

int64_t hc_input_consumed(const struct hc_input *input)
{
    HC_CHECK_MAGIC(input, HC_INPUT_MAGIC);
    return input->raw_total - (int64_t)(input->end - input->start);
}

const struct hc_file_mark *hc_input_mark(const struct hc_input *input)
{
    HC_CHECK_MAGIC(input, HC_INPUT_MAGIC);
    return &input->mark;
}

int hc_input_weight(const struct hc_input *input)
{
    return input->kind == HC_INPUT_ZSTD ? 16 : 1;
}
