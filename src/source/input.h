/* Bytes of one data file: plain, gzip, zstd, or a member of a zip archive, told apart by their
 * first bytes.
 *
 * Regular files only. Every block is preceded by an fstat: a file that is replaced, appended to or
 * cut while it is read ends the reading with HC_CHANGED. Decompression is streaming and bounded in
 * ratio; bytes behind the end of compressed data are refused. Blocking; one thread at a time.
 */
#ifndef HC_SOURCE_INPUT_H
#define HC_SOURCE_INPUT_H

#include "base/arena.h"
#include "base/status.h"
#include "source/spec.h"

#include <sys/stat.h>

enum { HC_ZIP_MEMBERS_MAX = 100000 };

/* What tells one state of a file from another. */
struct hc_file_mark {
    uint64_t device, inode;
    int64_t size, mtime_ns;
};

struct hc_file_mark hc_file_mark_of(const struct stat *status);
bool hc_file_mark_equal(const struct hc_file_mark *a, const struct hc_file_mark *b);

/* Opens `path` as a regular file, never blocking on FIFOs or devices. *ret_fd is own. */
HC_MUST_USE enum hc_status hc_file_open(const char *path, int *ret_fd, struct hc_file_mark *ret,
                                        struct hc_error *error);

struct hc_input;

/* `member`: name within a zip archive, null elsewhere. `expected`: the mark the file must still
 * have, or NULL. *ret is own. `path` is borrowed for the input's life. HC_NOT_FOUND, HC_DENIED,
 * HC_CHANGED, HC_INVALID (no regular file). */
HC_MUST_USE enum hc_status hc_input_open(const char *path, struct hc_slice member,
                                         const struct hc_file_mark *expected, struct hc_input **ret,
                                         struct hc_error *error);
void hc_input_close(struct hc_input *input); /* NULL allowed */

/* Up to `capacity` (> 0) bytes into `out`. HC_OK with *ret_size > 0, HC_END, HC_CHANGED, HC_INVALID
 * (damaged, cut short, trailing bytes), HC_LIMIT (grows beyond the ratio). */
HC_MUST_USE enum hc_status hc_input_read(struct hc_input *input, char *out, size_t capacity,
                                         size_t *ret_size, struct hc_error *error);

/* Bytes of the file consumed so far. */
int64_t hc_input_consumed(const struct hc_input *input);
const struct hc_file_mark *hc_input_mark(const struct hc_input *input);

/* What one open input costs in units of about 256 KiB: zstd windows are large. */
int hc_input_weight(const struct hc_input *input);

/* Names of the data members of a zip archive in the order of their bytes, in `arena`. */
HC_MUST_USE enum hc_status hc_zip_members(const char *path, struct hc_arena *arena,
                                          struct hc_slice_list *ret, struct hc_error *error);

#endif
