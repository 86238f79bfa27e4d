#include "source/input_internal.h"

static enum hc_status damaged(const struct hc_input *input, const char *what, const char *detail,
                              struct hc_error *error)
{
    return hc_error_set(error, HC_INVALID, "%s: %s%s%s", input->path, what, detail ? ": " : "",
                        detail ? detail : "");
}

enum hc_status hc_input_gzip_open(struct hc_input *input, struct hc_error *error)
{
    if (inflateInit2(&input->deflate, 15 + 16) != Z_OK) {
        return hc_error_set(error, HC_NO_MEMORY, "no memory to unpack %s", input->path);
    }
    input->kind = HC_INPUT_GZIP;
    input->in_frame = true;
    return HC_OK;
}

/* Between members: the next one begins, or the file ends; anything else is garbage. */
static enum hc_status gzip_next_member(struct hc_input *input, struct hc_error *error)
{
    enum hc_status status = hc_input_fill(input, error);
    if (status != HC_OK) {
        return status;
    }
    if (input->start == input->end) {
        return HC_END;
    }
    if ((unsigned char)input->block[input->start] != 0x1f) {
        return damaged(input, "bytes behind the end of the gzip data", NULL, error);
    }
    if (inflateReset(&input->deflate) != Z_OK) {
        return damaged(input, "gzip", "cannot go on", error);
    }
    input->in_frame = true;
    return HC_OK;
}

int hc_input_inflate(struct hc_input *input, char *out, size_t capacity, size_t *ret_size)
{
    z_stream *stream = &input->deflate;
    size_t available = input->end - input->start;
    size_t room = HC_MIN(capacity, (size_t)1 << 30);
    stream->next_in = (Bytef *)input->block + input->start;
    stream->avail_in = (uInt)available;
    stream->next_out = (Bytef *)out;
    stream->avail_out = (uInt)room;
    int code = inflate(stream, Z_NO_FLUSH);
    HC_ASSERT(stream->avail_in <= available && stream->avail_out <= room);
    input->start += available - stream->avail_in;
    *ret_size = room - stream->avail_out;
    return code;
}

enum hc_status hc_input_gzip_read(struct hc_input *input, char *out, size_t capacity,
                                  size_t *ret_size, struct hc_error *error)
{
    HC_ASSERT(input->kind == HC_INPUT_GZIP && capacity > 0);
    for (;;) {
        enum hc_status status =
            input->in_frame ? hc_input_fill(input, error) : gzip_next_member(input, error);
        if (status != HC_OK) {
            return status;
        }
        size_t produced = 0;
        int code = hc_input_inflate(input, out, capacity, &produced);
        if (code == Z_STREAM_END) {
            input->in_frame = false;
        } else if (code != Z_OK && code != Z_BUF_ERROR) {
            return damaged(input, "damaged gzip data", input->deflate.msg, error);
        } else if (produced == 0 && input->raw_end) {
            return damaged(input, "gzip data cut short", NULL, error);
        }
        if (produced > 0) {
            *ret_size = produced;
            return HC_OK;
        }
    }
}

enum hc_status hc_input_zstd_open(struct hc_input *input, struct hc_error *error)
{
    input->zstd = ZSTD_createDStream();
    if (input->zstd == NULL || ZSTD_isError(ZSTD_initDStream(input->zstd))) {
        return hc_error_set(error, HC_NO_MEMORY, "no memory to unpack %s", input->path);
    }
    input->kind = HC_INPUT_ZSTD;
    return HC_OK;
}

enum hc_status hc_input_zstd_read(struct hc_input *input, char *out, size_t capacity,
                                  size_t *ret_size, struct hc_error *error)
{
    HC_ASSERT(input->kind == HC_INPUT_ZSTD && capacity > 0);
    for (;;) {
        enum hc_status status = hc_input_fill(input, error);
        if (status != HC_OK) {
            return status;
        }
        if (input->start == input->end && !input->in_frame) {
            return HC_END;
        }
        ZSTD_inBuffer from = {input->block + input->start, input->end - input->start, 0};
        ZSTD_outBuffer to = {out, capacity, 0};
        size_t code = ZSTD_decompressStream(input->zstd, &to, &from);
        input->start += from.pos;
        if (ZSTD_isError(code)) {
            return input->in_frame || input->out_total == 0
                       ? damaged(input, "damaged zstd data", ZSTD_getErrorName(code), error)
                       : damaged(input, "bytes behind the end of the zstd data", NULL, error);
        }
        input->in_frame = code != 0;
        if (to.pos > 0) {
            *ret_size = to.pos;
            return HC_OK;
        }
        if (input->raw_end && input->in_frame) {
            return damaged(input, "zstd data cut short", NULL, error);
        }
    }
}
