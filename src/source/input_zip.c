#include "base/memory.h"
#include "source/input_internal.h"
#include "source/zip.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { METHOD_STORED = 0, METHOD_DEFLATED = 8, FLAG_ENCRYPTED = 1 };

/* Folders, hidden files and what archivers leave behind are no data. */
static bool is_data(struct hc_slice name)
{
    if (name.size == 0 || name.data[name.size - 1] == '/' ||
        memchr(name.data, '\0', name.size) != NULL) {
        return false;
    }
    size_t base = name.size;
    while (base > 0 && name.data[base - 1] != '/') {
        base--;
    }
    return name.data[base] != '.' && !(name.size > 9 && memcmp(name.data, "__MACOSX/", 9) == 0);
}

static int compare_names(const void *a, const void *b)
{
    return hc_slice_compare(*(const struct hc_slice *)a, *(const struct hc_slice *)b);
}

static enum hc_status members_list(struct hc_zip_directory *directory, const char *path,
                                   struct hc_arena *arena, struct hc_slice_list *ret,
                                   struct hc_error *error)
{
    struct hc_slice *names = NULL;
    size_t capacity = 0;
    size_t count = 0;
    struct hc_zip_entry entry;
    enum hc_status status;
    while ((status = hc_zip_next(directory, &entry, error)) == HC_OK) {
        if (!is_data(entry.name)) {
            continue;
        }
        if (count == HC_ZIP_MEMBERS_MAX) {
            status =
                hc_error_set(error, HC_LIMIT, "%s: more than %d members", path, HC_ZIP_MEMBERS_MAX);
            break;
        }
        names = hc_grow(names, &capacity, count + 1, sizeof(*names));
        names[count++] = hc_slice_of(hc_arena_str(arena, entry.name), entry.name.size);
    }
    if (status == HC_END) {
        *ret = (struct hc_slice_list){HC_ARENA_ARRAY(arena, struct hc_slice, count + 1), count};
        if (count > 0) {
            qsort(names, count, sizeof(*names), compare_names);
            memcpy(ret->items, names, count * sizeof(*names));
        }
        status = HC_OK;
    }
    free(names);
    return status;
}

enum hc_status hc_zip_members(const char *path, struct hc_arena *arena, struct hc_slice_list *ret,
                              struct hc_error *error)
{
    int fd = -1;
    struct hc_file_mark mark;
    enum hc_status status = hc_file_open(path, &fd, &mark, error);
    if (status != HC_OK) {
        return status;
    }
    struct hc_zip_directory directory;
    status = hc_zip_open(&directory, fd, mark.size, path, error);
    if (status == HC_OK) {
        status = members_list(&directory, path, arena, ret, error);
    }
    hc_zip_done(&directory);
    close(fd);
    return status;
}

/* The member of that name, or the only one where none is named. */
static enum hc_status member_find(struct hc_input *input, struct hc_zip_directory *directory,
                                  struct hc_slice member, struct hc_zip_entry *ret,
                                  struct hc_error *error)
{
    size_t found = 0;
    struct hc_zip_entry entry;
    enum hc_status status;
    while ((status = hc_zip_next(directory, &entry, error)) == HC_OK) {
        if (hc_slice_is_null(member) ? is_data(entry.name) : hc_slice_equal(entry.name, member)) {
            *ret = entry;
            found++;
        }
    }
    if (status != HC_END) {
        return status;
    }
    return found == 1
               ? HC_OK
               : hc_error_set(error, HC_INVALID, "%s: %zu data members where one was expected",
                              input->path, found);
}

static enum hc_status member_begin(struct hc_input *input, struct hc_zip_directory *directory,
                                   struct hc_slice member, struct hc_error *error)
{
    struct hc_zip_entry entry = {0};
    int64_t offset = 0;
    enum hc_status status = member_find(input, directory, member, &entry, error);
    if (status == HC_OK) {
        status = hc_zip_data(directory, input->fd, &entry, &offset, error);
    }
    if (status != HC_OK) {
        return status;
    }
    if ((entry.flags & FLAG_ENCRYPTED) != 0) {
        return hc_error_set(error, HC_UNSUPPORTED, "%s is encrypted", input->path);
    }
    if (entry.method != METHOD_STORED && entry.method != METHOD_DEFLATED) {
        return hc_error_set(error, HC_UNSUPPORTED,
                            "%s: a member that is neither stored nor deflated", input->path);
    }
    if (lseek(input->fd, offset, SEEK_SET) < 0) {
        return hc_error_errno(error, errno, "%s", input->path);
    }
    input->start = 0;
    input->end = 0;
    input->raw_end = false;
    input->raw_total = 0;
    input->raw_left = entry.packed;
    input->zip_stored = entry.method == METHOD_STORED;
    input->zip_plain = entry.plain;
    input->zip_sum_expected = entry.sum;
    input->zip_sum = (uint32_t)crc32(0, NULL, 0);
    input->in_frame = true;
    return HC_OK;
}

enum hc_status hc_input_zip_open(struct hc_input *input, struct hc_slice member,
                                 struct hc_error *error)
{
    struct hc_zip_directory directory;
    enum hc_status status =
        hc_zip_open(&directory, input->fd, input->mark.size, input->path, error);
    if (status == HC_OK) {
        status = member_begin(input, &directory, member, error);
    }
    hc_zip_done(&directory);
    if (status == HC_OK && inflateInit2(&input->deflate, -15) != Z_OK) {
        return hc_error_set(error, HC_NO_MEMORY, "no memory to unpack %s", input->path);
    }
    input->kind = status == HC_OK ? HC_INPUT_ZIP : HC_INPUT_PLAIN;
    return status;
}

static enum hc_status damaged(const struct hc_input *input, struct hc_error *error)
{
    return hc_error_set(error, HC_INVALID, "%s: damaged zip member", input->path);
}

/* Bytes from the block to `out`; *ret_size may be 0. HC_END behind the last. */
static enum hc_status unpack(struct hc_input *input, char *out, size_t capacity, size_t *ret_size,
                             struct hc_error *error)
{
    size_t available = input->end - input->start;
    if (input->zip_stored) {
        *ret_size = HC_MIN(capacity, available);
        memcpy(out, input->block + input->start, *ret_size);
        input->start += *ret_size;
        return input->raw_end && *ret_size == 0 ? HC_END : HC_OK;
    }
    int code = hc_input_inflate(input, out, capacity, ret_size);
    if (code == Z_STREAM_END) {
        input->in_frame = false;
        return *ret_size > 0 ? HC_OK : HC_END;
    }
    bool stuck = *ret_size == 0 && input->raw_end;
    return (code != Z_OK && code != Z_BUF_ERROR) || stuck ? damaged(input, error) : HC_OK;
}

enum hc_status hc_input_zip_read(struct hc_input *input, char *out, size_t capacity,
                                 size_t *ret_size, struct hc_error *error)
{
    HC_ASSERT(input->kind == HC_INPUT_ZIP && capacity > 0);
    size_t size = 0;
    enum hc_status status = HC_OK;
    while (status == HC_OK && size == 0) {
        status = hc_input_fill(input, error);
        if (status == HC_OK) {
            status = input->in_frame ? unpack(input, out, capacity, &size, error) : HC_END;
        }
    }
    if (status == HC_END) {
        bool whole = input->out_total == input->zip_plain && input->raw_left == 0 &&
                     input->start == input->end && input->zip_sum == input->zip_sum_expected;
        return whole ? HC_END : damaged(input, error);
    }
    if (status == HC_OK) {
        input->zip_sum = (uint32_t)crc32(input->zip_sum, (const Bytef *)out, (uInt)size);
        *ret_size = size;
    }
    return status;
}
