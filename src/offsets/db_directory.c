/* The data directory: made, locked for one process, synced, refused on network file systems. */
#include "offsets/db_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

static enum hc_status check_file_system(const char *directory, struct hc_error *error)
{
    static const struct {
        unsigned long type;
        const char *name;
    } remote[] = {{0x6969, "NFS"}, {0x517b, "SMB"}, {0xff534d42, "CIFS"}, {0xfe534d42, "SMB2"}};
    struct statfs info;
    if (statfs(directory, &info) != 0) {
        return hc_error_errno(error, errno, "data directory %s", directory);
    }
    for (size_t i = 0; i < HC_COUNT(remote); i++) {
        if (((unsigned long)info.f_type & 0xffffffff) == remote[i].type) {
            return hc_error_set(error, HC_UNSUPPORTED,
                                "data directory %s lies on %s, where locks and syncs cannot be "
                                "relied on: give a --data-dir on a local disk",
                                directory, remote[i].name);
        }
    }
    return HC_OK;
}

enum hc_status hc_db_sync_directory(const char *directory, struct hc_error *error)
{
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        enum hc_status status = hc_error_errno(error, errno, "syncing %s", directory);
        if (fd >= 0) {
            close(fd);
        }
        return status;
    }
    close(fd);
    return HC_OK;
}

enum hc_status hc_db_take_directory(const char *directory, int *ret_fd, struct hc_error *error)
{
    if (mkdir(directory, 0700) != 0 && errno != EEXIST) {
        return hc_error_errno(error, errno, "making data directory %s", directory);
    }
    enum hc_status status = check_file_system(directory, error);
    if (status != HC_OK) {
        return status;
    }
    char path[PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/lock", directory) >= (int)sizeof path) {
        return hc_error_set(error, HC_USAGE, "the path of data directory %s is too long",
                            directory);
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return hc_error_errno(error, errno, "opening %s", path);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int code = errno;
        close(fd);
        if (code == EWOULDBLOCK) {
            return hc_error_set(error, HC_LOCKED,
                                "data directory %s is in use by another hindcast: stop that one, "
                                "or give this one a --data-dir of its own",
                                directory);
        }
        return hc_error_errno(error, code, "locking %s", path);
    }
    *ret_fd = fd;
    return HC_OK;
}
