#include "store/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const struct hc_file_calls system_calls = {.write = write, .sync = fdatasync};
static const struct hc_file_calls *calls = &system_calls;

void hc_file_use(const struct hc_file_calls *replacement)
{
    calls = replacement ? replacement : &system_calls;
}

enum hc_status hc_file_open_directory(const char *directory, int *ret_fd, struct hc_error *error)
{
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return hc_error_errno(error, errno, "cannot open directory %s", directory);
    }
    *ret_fd = fd;
    return HC_OK;
}

static enum hc_status write_all(int fd, struct hc_slice bytes)
{
    while (bytes.size > 0) {
        ssize_t written = calls->write(fd, bytes.data, bytes.size);
        if (written < 0 && errno != EINTR) {
            return HC_IO;
        }
        if (written > 0) {
            bytes.data += written;
            bytes.size -= (size_t)written;
        }
    }
    return HC_OK;
}

enum hc_status hc_file_append(int directory_fd, const char *directory, const char *name,
                              bool create, struct hc_slice bytes, struct hc_error *error)
{
    int flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT | O_EXCL : 0);
    int fd = openat(directory_fd, name, flags, 0644);
    if (fd < 0) {
        return hc_error_errno(error, errno, "cannot %s %s/%s", create ? "create" : "open",
                              directory, name);
    }
    enum hc_status status = write_all(fd, bytes);
    int code = errno;
    close(fd);
    if (status != HC_OK) {
        return hc_error_errno(error, code,
                              "cannot write %s/%s (free some space, or choose another --cache-dir)",
                              directory, name);
    }
    return HC_OK;
}

static int open_for_sync(int directory_fd, const char *name)
{
    return openat(directory_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

enum hc_status hc_file_sync(int directory_fd, const char *directory, const char *name,
                            struct hc_error *error)
{
    int fd = open_for_sync(directory_fd, name);
    if (fd < 0) {
        return hc_error_errno(error, errno, "cannot open %s/%s", directory, name);
    }
    int result = calls->sync(fd);
    int code = errno;
    close(fd);
    if (result != 0) {
        return hc_error_errno(error, code, "cannot write %s/%s to disk", directory, name);
    }
    return HC_OK;
}

void hc_file_sync_soon(int directory_fd, const char *name)
{
    int fd = open_for_sync(directory_fd, name);
    if (fd >= 0) {
        (void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
        close(fd);
    }
}

enum hc_status hc_file_sync_directory(int directory_fd, const char *directory,
                                      struct hc_error *error)
{
    if (fsync(directory_fd) != 0) {
        return hc_error_errno(error, errno, "cannot write directory %s to disk", directory);
    }
    return HC_OK;
}

enum hc_status hc_file_rename(int directory_fd, const char *directory, const char *from,
                              const char *to, struct hc_error *error)
{
    if (renameat(directory_fd, from, directory_fd, to) != 0) {
        return hc_error_errno(error, errno, "cannot rename %s/%s to %s", directory, from, to);
    }
    return HC_OK;
}

enum hc_status hc_file_each(int directory_fd, const char *directory, hc_file_visit *visit,
                            void *context, struct hc_error *error)
{
    int fd = openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = fd < 0 ? NULL : fdopendir(fd);
    if (!stream) {
        enum hc_status status = hc_error_errno(error, errno, "cannot read directory %s", directory);
        if (fd >= 0) {
            close(fd);
        }
        return status;
    }
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            visit(context, directory_fd, entry->d_name);
        }
    }
    closedir(stream);
    return HC_OK;
}
