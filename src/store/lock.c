#include "store/lock.h"

#include "base/memory.h"
#include "base/slice.h"
#include "store/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct hc_store_lock {
    int fds[2]; /* -1: none */
};

/* An evictor removes the lock file together with its directory: a lock on a removed file protects
 * nothing. */
static bool still_there(int fd)
{
    struct stat stat;
    return fstat(fd, &stat) == 0 && stat.st_nlink > 0;
}

static enum hc_status held(int fd, const char *path, struct hc_error *error)
{
    char holder[128];
    ssize_t size = pread(fd, holder, sizeof holder, 0);
    struct hc_slice text = hc_slice_trim(hc_slice_of(holder, size > 0 ? (size_t)size : 0));
    return hc_error_set(error, HC_LOCKED, "%s is held by " HC_SLICE_FMT, path,
                        HC_SLICE_ARG(text.size > 0 ? text : HC_SLICE("another process")));
}

static enum hc_status lock_path(const char *path, int operation, int *ret_fd,
                                struct hc_error *error)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) {
        return hc_error_errno(error, errno, "cannot open %s", path);
    }
    enum hc_status status = HC_OK;
    if (flock(fd, operation | LOCK_NB) != 0) {
        status = errno == EWOULDBLOCK ? held(fd, path, error)
                                      : hc_error_errno(error, errno, "cannot lock %s", path);
    } else if (!still_there(fd)) {
        status = hc_error_set(error, HC_NOT_FOUND, "%s was removed meanwhile", path);
    }
    if (status != HC_OK) {
        close(fd);
        return status;
    }
    *ret_fd = fd;
    return HC_OK;
}

static enum hc_status lock_file(const char *directory, const char *name, int operation, int *ret_fd,
                                struct hc_error *error)
{
    char *path = hc_format("%s/%s", directory, name);
    enum hc_status status = lock_path(path, operation, ret_fd, error);
    free(path);
    return status;
}

static struct hc_store_lock *lock_new(int first_fd, int second_fd)
{
    struct hc_store_lock *lock = hc_alloc(sizeof *lock);
    lock->fds[0] = first_fd;
    lock->fds[1] = second_fd;
    return lock;
}

enum hc_status hc_store_lock_build(const char *directory, struct hc_store_lock **ret,
                                   struct hc_error *error)
{
    int fd = -1;
    enum hc_status status = lock_file(directory, HC_BUILD_LOCK_NAME, LOCK_EX, &fd, error);
    if (status == HC_OK) {
        /* For the message of whoever finds it held: nobody else writes while the lock is. */
        (void)!ftruncate(fd, 0);
        dprintf(fd, "process %ld\n", (long)getpid());
        *ret = lock_new(fd, -1);
    }
    return status;
}

enum hc_status hc_store_lock_use(const char *directory, struct hc_store_lock **ret,
                                 struct hc_error *error)
{
    int fd = -1;
    enum hc_status status = lock_file(directory, HC_USE_LOCK_NAME, LOCK_SH, &fd, error);
    if (status == HC_OK) {
        (void)futimens(fd, NULL);
        *ret = lock_new(fd, -1);
    }
    return status;
}

enum hc_status hc_store_lock_all(const char *directory, struct hc_store_lock **ret,
                                 struct hc_error *error)
{
    int use_fd = -1, build_fd = -1;
    enum hc_status status = lock_file(directory, HC_USE_LOCK_NAME, LOCK_EX, &use_fd, error);
    if (status != HC_OK) {
        return status;
    }
    status = lock_file(directory, HC_BUILD_LOCK_NAME, LOCK_EX, &build_fd, error);
    if (status != HC_OK) {
        close(use_fd);
        return status;
    }
    *ret = lock_new(use_fd, build_fd);
    return HC_OK;
}

void hc_store_unlock(struct hc_store_lock *lock)
{
    if (lock) {
        for (size_t i = 0; i < HC_COUNT(lock->fds); i++) {
            if (lock->fds[i] >= 0) {
                close(lock->fds[i]);
            }
        }
        free(lock);
    }
}
