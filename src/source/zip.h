/* The directory of a zip archive (APPNOTE 6.3, zip64 included): names, places and sizes of its
 * members. Reads nothing else. */
#ifndef HC_SOURCE_ZIP_H
#define HC_SOURCE_ZIP_H

#include "base/status.h"
#include "source/spec.h"

struct hc_zip_entry {
    struct hc_slice name; /* points into the directory */
    uint16_t flags, method;
    uint32_t sum; /* CRC-32 of the unpacked bytes */
    int64_t packed, plain;
    int64_t header; /* where its local header stands */
};

struct hc_zip_directory {
    char *_bytes; /* heap */
    size_t _size, _at;
    int64_t _file_size;
    const char *_path;
};

/* `path` is borrowed and only named in errors. HC_INVALID: no archive, damaged, or bytes behind its
 * end; HC_LIMIT. Done also after an error. */
HC_MUST_USE enum hc_status hc_zip_open(struct hc_zip_directory *directory, int fd,
                                       int64_t file_size, const char *path, struct hc_error *error);
void hc_zip_done(struct hc_zip_directory *directory);

/* The next member: HC_OK, HC_END, HC_INVALID. */
HC_MUST_USE enum hc_status hc_zip_next(struct hc_zip_directory *directory, struct hc_zip_entry *ret,
                                       struct hc_error *error);

/* Where the packed bytes of a member begin. Checked to lie, with its end, inside the file. */
HC_MUST_USE enum hc_status hc_zip_data(const struct hc_zip_directory *directory, int fd,
                                       const struct hc_zip_entry *entry, int64_t *ret_offset,
                                       struct hc_error *error);

#endif
