/* The files of a topic directory: append, sync, rename, remove, relative to an open directory.
 *
 * `directory` arguments are for messages only. Failures are HC_NO_SPACE, HC_DENIED, HC_NOT_FOUND or
 * HC_IO, with a sentence that names the file. Thread-safe apart from hc_file_use.
 */
#ifndef HC_STORE_FILE_H
#define HC_STORE_FILE_H

#include "base/slice.h"
#include "base/status.h"

#include <sys/types.h>

/* Own: close with close(). */
HC_MUST_USE enum hc_status hc_file_open_directory(const char *directory, int *ret_fd,
                                                  struct hc_error *error);

/* Appends; `create` makes the file, which must not exist. */
HC_MUST_USE enum hc_status hc_file_append(int directory_fd, const char *directory, const char *name,
                                          bool create, struct hc_slice bytes,
                                          struct hc_error *error);

/* Waits until the file's bytes are on disk; reports write errors of the kernel since they happened.
 */
HC_MUST_USE enum hc_status hc_file_sync(int directory_fd, const char *directory, const char *name,
                                        struct hc_error *error);

/* Starts writing back without waiting: a hint. */
void hc_file_sync_soon(int directory_fd, const char *name);

HC_MUST_USE enum hc_status hc_file_sync_directory(int directory_fd, const char *directory,
                                                  struct hc_error *error);
HC_MUST_USE enum hc_status hc_file_rename(int directory_fd, const char *directory, const char *from,
                                          const char *to, struct hc_error *error);

/* Calls `visit` for every name in the directory except "." and ".."; removing the name meanwhile is
 * allowed. */
typedef void hc_file_visit(void *context, int directory_fd, const char *name);
HC_MUST_USE enum hc_status hc_file_each(int directory_fd, const char *directory,
                                        hc_file_visit *visit, void *context,
                                        struct hc_error *error);

/* The seam for tests of full and failing disks. NULL restores the system calls. Not thread-safe. */
struct hc_file_calls {
    ssize_t (*write)(int fd, const void *data, size_t size);
    int (*sync)(int fd);
};
void hc_file_use(const struct hc_file_calls *calls);

#endif
