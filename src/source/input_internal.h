/* What input.c, input_codec.c and input_zip.c share. Nobody else includes this. */
#ifndef HC_SOURCE_INPUT_INTERNAL_H
#define HC_SOURCE_INPUT_INTERNAL_H

#include "source/input.h"

#include <zlib.h>
#include <zstd.h>

enum {
    HC_INPUT_MAGIC = 0x494e5054,
    HC_INPUT_BLOCK_BYTES = 128 * 1024,
    HC_INPUT_RATIO_MAX = 1000, /* beyond the first 64 MiB, output may not exceed input by more */
};

enum hc_input_kind { HC_INPUT_PLAIN, HC_INPUT_GZIP, HC_INPUT_ZSTD, HC_INPUT_ZIP };

struct hc_input {
    uint32_t magic;
    const char *path;
    int fd;
    struct hc_file_mark mark;
    enum hc_input_kind kind;
    char *block; /* raw bytes of the file: [start, end) are not consumed yet */
    size_t start, end;
    bool raw_end;
    int64_t raw_total, out_total;
    bool in_frame; /* gzip, zstd: between the start and the end of a member or frame */
    z_stream deflate;
    ZSTD_DStream *zstd;
    int64_t raw_left; /* bytes of the file that may still be read: those of a zip member */
    bool zip_stored;  /* not deflated */
    uint32_t zip_sum, zip_sum_expected;
    int64_t zip_plain;
};

/* Fills the block when it is empty. HC_OK also at the end (then raw_end is set and start == end).
 */
enum hc_status hc_input_fill(struct hc_input *input, struct hc_error *error);

/* HC_CHANGED when the file is no longer what it was. */
enum hc_status hc_input_watch(struct hc_input *input, struct hc_error *error);

/* Inflates what the block holds into `out`: *ret_size bytes, maybe 0; zlib's code. */
int hc_input_inflate(struct hc_input *input, char *out, size_t capacity, size_t *ret_size);

enum hc_status hc_input_gzip_open(struct hc_input *input, struct hc_error *error);
enum hc_status hc_input_gzip_read(struct hc_input *input, char *out, size_t capacity,
                                  size_t *ret_size, struct hc_error *error);
enum hc_status hc_input_zstd_open(struct hc_input *input, struct hc_error *error);
enum hc_status hc_input_zstd_read(struct hc_input *input, char *out, size_t capacity,
                                  size_t *ret_size, struct hc_error *error);
enum hc_status hc_input_zip_open(struct hc_input *input, struct hc_slice member,
                                 struct hc_error *error);
enum hc_status hc_input_zip_read(struct hc_input *input, char *out, size_t capacity,
                                 size_t *ret_size, struct hc_error *error);

#endif
