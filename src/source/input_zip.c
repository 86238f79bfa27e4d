#include "source/input_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* minizip reads through this descriptor, so that what it reads is what is being watched. */
static voidpf ZCALLBACK stream_open(voidpf opaque, const void *name, int mode)
{
    (void)name;
    (void)mode;
    int fd = dup(*(int *)opaque);
    if (fd < 0) {
        return NULL;
    }
    FILE *file = fdopen(fd, "rb");
    if (file == NULL) {
        close(fd);
    }
    return file;
}

static unzFile archive_open(int *fd)
{
    zlib_filefunc64_def functions;
    fill_fopen64_filefunc(&functions);
    functions.zopen64_file = stream_open;
    functions.opaque = fd;
    return unzOpen2_64("", &functions);
}

/* Folders, hidden files and what archivers leave behind are no data. */
static bool is_data(struct hc_slice name)
{
    if (name.size == 0 || name.data[name.size - 1] == '/') {
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

static enum hc_status members_list(unzFile zip, const char *path, struct hc_arena *arena,
                                   struct hc_slice_list *ret, struct hc_error *error)
{
    unz_global_info64 info;
    if (unzGetGlobalInfo64(zip, &info) != UNZ_OK || info.number_entry > HC_ZIP_MEMBERS_MAX) {
        return hc_error_set(error, HC_LIMIT, "%s: more than %d members", path, HC_ZIP_MEMBERS_MAX);
    }
    struct hc_slice *names = HC_ARENA_ARRAY(arena, struct hc_slice, (size_t)info.number_entry + 1);
    size_t count = 0;
    int code = unzGoToFirstFile(zip);
    while (code == UNZ_OK && count < info.number_entry) {
        char name[1024];
        if (unzGetCurrentFileInfo64(zip, NULL, name, sizeof(name), NULL, 0, NULL, 0) != UNZ_OK) {
            break;
        }
        name[sizeof(name) - 1] = '\0';
        if (is_data(hc_slice_str(name))) {
            names[count++] = hc_arena_copy(arena, hc_slice_str(name));
        }
        code = unzGoToNextFile(zip);
    }
    qsort(names, count, sizeof(*names), compare_names);
    *ret = (struct hc_slice_list){names, count};
    return HC_OK;
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
    unzFile zip = archive_open(&fd);
    if (zip == NULL) {
        status = hc_error_set(error, HC_INVALID, "%s is no zip archive, or a damaged one", path);
    } else {
        status = members_list(zip, path, arena, ret, error);
        unzClose(zip);
    }
    close(fd);
    return status;
}

/* Goes to `member`, or to the only data member where none is named. */
static enum hc_status member_find(struct hc_input *input, struct hc_slice member,
                                  struct hc_error *error)
{
    char name[1024];
    if (!hc_slice_is_null(member)) {
        hc_slice_to_str(member, name, sizeof(name));
    } else {
        struct hc_arena arena;
        hc_arena_init(&arena, 0);
        struct hc_slice_list names = {NULL, 0};
        enum hc_status status = members_list(input->zip, input->path, &arena, &names, error);
        if (status == HC_OK && names.count != 1) {
            status = hc_error_set(error, HC_INVALID, "%s: %zu data members where one was expected",
                                  input->path, names.count);
        }
        if (status == HC_OK) {
            hc_slice_to_str(names.items[0], name, sizeof(name));
        }
        hc_arena_done(&arena);
        if (status != HC_OK) {
            return status;
        }
    }
    if (unzLocateFile(input->zip, name, 1) != UNZ_OK) {
        return hc_error_set(error, HC_CHANGED, "source changed: %s has no member %s any more",
                            input->path, name);
    }
    return HC_OK;
}

enum hc_status hc_input_zip_open(struct hc_input *input, struct hc_slice member,
                                 struct hc_error *error)
{
    input->kind = HC_INPUT_ZIP;
    input->zip = archive_open(&input->fd);
    if (input->zip == NULL) {
        return hc_error_set(error, HC_INVALID, "%s is a damaged zip archive", input->path);
    }
    enum hc_status status = member_find(input, member, error);
    if (status != HC_OK) {
        return status;
    }
    unz_file_info64 info;
    if (unzGetCurrentFileInfo64(input->zip, &info, NULL, 0, NULL, 0, NULL, 0) != UNZ_OK) {
        return hc_error_set(error, HC_INVALID, "%s is a damaged zip archive", input->path);
    }
    if ((info.flag & 1) != 0) {
        return hc_error_set(error, HC_UNSUPPORTED, "%s is encrypted", input->path);
    }
    input->zip_packed = (int64_t)info.compressed_size;
    input->zip_plain = (int64_t)info.uncompressed_size;
    if (unzOpenCurrentFile(input->zip) != UNZ_OK) {
        return hc_error_set(error, HC_UNSUPPORTED,
                            "%s: a member that is neither stored nor deflated, or damaged",
                            input->path);
    }
    return HC_OK;
}

enum hc_status hc_input_zip_read(struct hc_input *input, char *out, size_t capacity,
                                 size_t *ret_size, struct hc_error *error)
{
    int got = unzReadCurrentFile(input->zip, out, (unsigned)HC_MIN(capacity, (size_t)1 << 30));
    if (got < 0) {
        return hc_error_set(error, HC_INVALID, "%s: damaged zip member", input->path);
    }
    enum hc_status status = hc_input_watch(input, error);
    if (status != HC_OK) {
        return status;
    }
    if (got == 0) {
        if (unzCloseCurrentFile(input->zip) != UNZ_OK || input->out_total != input->zip_plain) {
            return hc_error_set(error, HC_INVALID, "%s: damaged zip member (checksum or length)",
                                input->path);
        }
        return HC_END;
    }
    *ret_size = (size_t)got;
    return HC_OK;
}
