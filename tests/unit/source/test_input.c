#include "support.h"

#include "source/cells.h"
#include "source/input.h"
#include "source/lines.h"

#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

static size_t gzip_of(const char *text, size_t size, char *out, size_t capacity)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)text;
    stream.avail_in = (uInt)size;
    stream.next_out = (Bytef *)out;
    stream.avail_out = (uInt)capacity;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t written = stream.total_out;
    deflateEnd(&stream);
    return written;
}

static void put(char *out, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        out[i] = (char)(value >> (8 * i));
    }
}

/* An archive of one stored member, with a zip64 field that nobody needed, as some tools write it.
 */
static size_t zip_of(const char *name, const char *text, char *out)
{
    size_t name_size = strlen(name);
    size_t size = strlen(text);
    uint64_t sum = crc32(0, (const Bytef *)text, (uInt)size);
    memset(out, 0, 512);
    memcpy(out, "PK\x03\x04", 4);
    put(out + 14, sum, 4);
    put(out + 18, size, 4);
    put(out + 22, size, 4);
    put(out + 26, name_size, 2);
    memcpy(out + 30, name, name_size);
    memcpy(out + 30 + name_size, text, size);
    size_t directory = 30 + name_size + size;
    char *entry = out + directory;
    memcpy(entry, "PK\x01\x02", 4);
    put(entry + 16, sum, 4);
    put(entry + 20, size, 4);
    put(entry + 24, size, 4);
    put(entry + 28, name_size, 2);
    put(entry + 30, 20, 2);
    memcpy(entry + 46, name, name_size);
    put(entry + 46 + name_size, 1, 2);
    put(entry + 48 + name_size, 16, 2);
    char *end = entry + 46 + name_size + 20;
    memcpy(end, "PK\x05\x06", 4);
    put(end + 8, 1, 2);
    put(end + 10, 1, 2);
    put(end + 12, 46 + name_size + 20, 4);
    put(end + 16, directory, 4);
    return (size_t)(end - out) + 22;
}

/* Reads a file whole; the text in `out`, what ended it as the result. */
static enum hc_status slurp(const char *path, struct hc_buffer *out, struct hc_error *error)
{
    struct hc_input *input = NULL;
    hc_buffer_clear(out);
    enum hc_status status = hc_input_open(path, HC_SLICE_NULL, NULL, &input, error);
    size_t got = 0;
    while (status == HC_OK) {
        status = hc_input_read(input, hc_buffer_reserve(out, 1000), 1000, &got, error);
        out->size += status == HC_OK ? got : 0;
    }
    hc_input_close(input);
    return status;
}

static void assert_reads(const char *path, const char *text)
{
    struct hc_buffer out = {0};
    struct hc_error error = {0};
    if (slurp(path, &out, &error) != HC_END) {
        fail_msg("%s", error.text);
    }
    assert_string_equal(hc_buffer_str(&out), text);
    hc_buffer_done(&out);
}

static void assert_refuses(const char *path, enum hc_status status, const char *part)
{
    struct hc_buffer out = {0};
    struct hc_error error = {0};
    assert_int_equal(slurp(path, &out, &error), status);
    if (strstr(error.text, part) == NULL || strstr(error.text, path) == NULL) {
        fail_msg("\"%s\" does not say \"%s\" and the path", error.text, part);
    }
    hc_buffer_done(&out);
}

static void every_codec_is_told_by_its_bytes(void **state)
{
    (void)state;
    char packed[1024];
    const char *text = "a,b\n1,2\n";
    assert_reads(scratch_text("plain.gz", text), text);
    assert_reads(scratch_text("none", ""), "");
    size_t size = gzip_of(text, strlen(text), packed, sizeof(packed));
    assert_reads(scratch_write("a.csv", packed, size), text);
    size +=
        gzip_of("3,4\n", 4, packed + size, sizeof(packed) - size); /* two members, as cat makes */
    assert_reads(scratch_write("b.csv", packed, size), "a,b\n1,2\n3,4\n");
    size = ZSTD_compress(packed, sizeof(packed), text, strlen(text), 3);
    size += ZSTD_compress(packed + size, sizeof(packed) - size, "3,4\n", 4, 3);
    assert_reads(scratch_write("c.csv", packed, size), "a,b\n1,2\n3,4\n");
    assert_reads(scratch_write("d.csv", packed, zip_of("x.csv", text, packed)), text);
}

static void garbage_and_cuts_are_refused(void **state)
{
    (void)state;
    char packed[1024];
    const char *text = "a,b\n1,2\n";
    size_t size = gzip_of(text, strlen(text), packed, sizeof(packed));
    packed[size] = 'x';
    assert_refuses(scratch_write("a", packed, size + 1), HC_INVALID, "behind the end");
    assert_refuses(scratch_write("a", packed, size - 1), HC_INVALID, "cut short");
    packed[size - 5] ^= 1;
    assert_refuses(scratch_write("a", packed, size), HC_INVALID, "damaged");
    size = ZSTD_compress(packed, sizeof(packed), text, strlen(text), 3);
    packed[size] = 'x';
    packed[size + 1] = 'y';
    assert_refuses(scratch_write("a", packed, size - 1), HC_INVALID, "cut short");
    memcpy(packed + size, "garbage!", 8);
    assert_refuses(scratch_write("a", packed, size + 8), HC_INVALID, "behind the end");
    size = zip_of("x.csv", text, packed);
    packed[size] = 'x';
    assert_refuses(scratch_write("a", packed, size + 1), HC_INVALID, "zip");
    packed[36] ^= 1; /* inside the text: the checksum tells */
    assert_refuses(scratch_write("a", packed, size), HC_INVALID, "damaged");
    assert_refuses(scratch_text("a", "BZh91AY"), HC_UNSUPPORTED, "bzip2");
}

static void a_spoilt_archive_is_never_overrun(void **state)
{
    (void)state;
    char packed[1024];
    size_t size = zip_of("x.csv", "a,b\n1,2\n", packed);
    struct hc_buffer out = {0};
    for (size_t i = 0; i < size; i++) {
        struct hc_error error = {0};
        char byte = packed[i];
        packed[i] = (char)0xff;
        const char *path = scratch_write("spoilt.zip", packed, size);
        packed[i] = byte;
        enum hc_status status = slurp(path, &out, &error);
        assert_true(status == HC_END || error.text[0] != '\0');
        path = scratch_write("spoilt.zip", packed, i);
        assert_true(slurp(path, &out, &error) == HC_END || error.text[0] != '\0');
    }
    hc_buffer_done(&out);
}

static void a_bomb_is_refused(void **state)
{
    (void)state;
    /* 2 GiB of one letter as a run of zstd frames of 1 MiB each: some 40 bytes a frame. */
    size_t plain_size = (size_t)1 << 20;
    char *plain = calloc(1, plain_size);
    assert_non_null(plain);
    char frame[256];
    size_t size = ZSTD_compress(frame, sizeof(frame), plain, plain_size, 19);
    assert_false(ZSTD_isError(size));
    free(plain);
    char path[256];
    snprintf(path, sizeof(path), "%s/bomb.zst", scratch);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (int i = 0; i < 2048; i++) {
        assert_int_equal(fwrite(frame, 1, size, file), size);
    }
    assert_int_equal(fclose(file), 0);
    struct hc_input *input = NULL;
    struct hc_error error = {0};
    char *out = malloc(plain_size);
    assert_non_null(out);
    size_t got = 0;
    int64_t total = 0;
    assert_int_equal(hc_input_open(path, HC_SLICE_NULL, NULL, &input, &error), HC_OK);
    enum hc_status status;
    while ((status = hc_input_read(input, out, plain_size, &got, &error)) == HC_OK) {
        total += (int64_t)got;
    }
    assert_int_equal(status, HC_LIMIT);
    assert_true(total < (int64_t)1 << 30);
    hc_input_close(input);
    free(out);
}

static void only_regular_files_are_read(void **state)
{
    (void)state;
    char path[256];
    snprintf(path, sizeof(path), "%s/fifo", scratch);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refuses(path, HC_INVALID, "a FIFO");
    assert_refuses(scratch, HC_INVALID, "a directory");
    assert_refuses("/dev/null", HC_INVALID, "a device");
    snprintf(path, sizeof(path), "%s/absent", scratch);
    assert_refuses(path, HC_NOT_FOUND, "absent");
}

static void a_change_while_reading_is_noticed(void **state)
{
    (void)state;
    size_t size = 1 << 20;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, 'x', size);
    const char *path = scratch_write("growing", text, size);
    struct hc_input *input = NULL;
    struct hc_error error = {0};
    size_t got = 0;
    assert_int_equal(hc_input_open(path, HC_SLICE_NULL, NULL, &input, &error), HC_OK);
    struct hc_file_mark mark = *hc_input_mark(input);
    assert_int_equal(hc_input_read(input, text, 1000, &got, &error), HC_OK);
    FILE *file = fopen(path, "ab");
    assert_non_null(file);
    assert_int_equal(fputc('y', file), 'y');
    assert_int_equal(fclose(file), 0);
    enum hc_status status;
    while ((status = hc_input_read(input, text, size, &got, &error)) == HC_OK) {
    }
    assert_int_equal(status, HC_CHANGED);
    assert_non_null(strstr(error.text, "source changed"));
    hc_input_close(input);
    assert_int_equal(hc_input_open(path, HC_SLICE_NULL, &mark, &input, &error), HC_CHANGED);
    free(text);
}

/* Lines joined by `|`, a refused one as `!`. */
static void assert_lines(const char *text, size_t size, const char *expected)
{
    const char *path = scratch_write("lines", text, size);
    struct hc_input *input = NULL;
    struct hc_error error = {0};
    struct hc_buffer out = {0};
    assert_int_equal(hc_input_open(path, HC_SLICE_NULL, NULL, &input, &error), HC_OK);
    struct hc_lines lines;
    struct hc_line line;
    hc_lines_init(&lines, input);
    enum hc_status status;
    while ((status = hc_lines_next(&lines, &line, &error)) == HC_OK) {
        hc_buffer_printf(&out, "%llu%s", (unsigned long long)line.number, line.refusal ? "!" : ":");
        hc_buffer_append(&out, line.text.data, HC_MIN(line.text.size, (size_t)20));
        hc_buffer_append_char(&out, '|');
    }
    assert_int_equal(status, HC_END);
    assert_string_equal(hc_buffer_str(&out), expected);
    hc_lines_done(&lines);
    hc_input_close(input);
    hc_buffer_done(&out);
}

static void line_ends_of_every_kind(void **state)
{
    (void)state;
    assert_lines("", 0, "");
    assert_lines("a\nb\n", 4, "1:a|2:b|");
    assert_lines("a\r\nb", 4, "1:a|2:b|");
    assert_lines("a\rb\r", 4, "1:a|2:b|");
    assert_lines("\xef\xbb\xbf"
                 "a\n\nb",
                 7, "1:a|2:|3:b|");
    assert_lines("1,\"x\ny\"\nz\n", 10, "1:1,\"x\ny\"|3:z|");
    assert_lines("a\"\nb\nc\n", 7, "1!a\"|2:b|3:c|");
}

static void a_line_beyond_the_limit_is_one_refusal(void **state)
{
    (void)state;
    size_t size = 3 * 1024 * 1024;
    char *text = malloc(size + 4);
    assert_non_null(text);
    memset(text, 'x', size);
    memcpy(text + size, "\nok\n", 4);
    assert_lines(text, size + 4, "1!|2:ok|");
    text[0] = '"'; /* the same, quoted and never closed */
    assert_lines(text, size + 4, "1!|2:ok|");
    free(text);
}

static void utf16_is_refused_by_name(void **state)
{
    (void)state;
    const char *path = scratch_write("utf16",
                                     "\xff\xfe"
                                     "a\0",
                                     4);
    struct hc_input *input = NULL;
    struct hc_error error = {0};
    assert_int_equal(hc_input_open(path, HC_SLICE_NULL, NULL, &input, &error), HC_OK);
    struct hc_lines lines;
    struct hc_line line;
    hc_lines_init(&lines, input);
    assert_int_equal(hc_lines_next(&lines, &line, &error), HC_UNSUPPORTED);
    assert_non_null(strstr(error.text, "UTF-16"));
    hc_lines_done(&lines);
    hc_input_close(input);
}

static void cells_follow_rfc_4180(void **state)
{
    (void)state;
    static const struct {
        const char *line, *cells; /* cells joined by `|`; NULL: refused */
        size_t column;
    } cases[] = {
        {"a,b,c", "a|b|c|", 0},
        {"a,,", "a|||", 0},
        {" a , b", "a|b|", 0},
        {"\"a,b\",c", "a,b|c|", 0},
        {"\"a\"\"b\",c", "a\"b|c|", 0},
        {"\"\",\"\"", "||", 0},
        {" \"a\" ,b", "a|b|", 0},
        {"a,\"b\nc\"", "a|b\nc|", 0},
        {"a,\"b", NULL, 2},
        {"a,\"b\"c", NULL, 2},
        {"a,b\"c", NULL, 2},
        {"", "|", 0},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_slice line = hc_slice_str(cases[i].line);
        char space[64];
        struct hc_raw_cell cells[8];
        size_t column = 0;
        const char *reason = NULL;
        bool quoted = strchr(cases[i].line, '"') != NULL;
        size_t count = hc_cells_split(line, ',', quoted, space, cells, 8, &column, &reason);
        if (cases[i].cells == NULL) {
            assert_int_equal(count, 0);
            assert_int_equal(column, cases[i].column);
            assert_non_null(reason);
            continue;
        }
        struct hc_buffer out = {0};
        for (size_t j = 0; j < count; j++) {
            hc_buffer_append_slice(&out, cells[j].text);
            hc_buffer_append_char(&out, '|');
        }
        assert_string_equal(hc_buffer_str(&out), cases[i].cells);
        hc_buffer_done(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_codec_is_told_by_its_bytes),
        cmocka_unit_test(garbage_and_cuts_are_refused),
        cmocka_unit_test(a_spoilt_archive_is_never_overrun),
        cmocka_unit_test(a_bomb_is_refused),
        cmocka_unit_test(only_regular_files_are_read),
        cmocka_unit_test(a_change_while_reading_is_noticed),
        cmocka_unit_test(line_ends_of_every_kind),
        cmocka_unit_test(a_line_beyond_the_limit_is_one_refusal),
        cmocka_unit_test(utf16_is_refused_by_name),
        cmocka_unit_test(cells_follow_rfc_4180),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
