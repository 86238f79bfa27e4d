/* Writes the seed corpora of the fuzz targets from our own encoders: make_corpus tests/fuzz/corpus
 *
 * Always the same files. Findings are kept beside them under names of their own.
 */
#include "base/endian.h"
#include "protocol/records.h"
#include "support/messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *corpus_path;

static HC_PRINTF(3, 4) void write_file(const char *target, struct hc_slice bytes, const char *name,
                                       ...)
{
    struct hc_buffer path = {0};
    va_list arguments;
    hc_buffer_printf(&path, "%s/%s", corpus_path, target);
    (void)mkdir(hc_buffer_str(&path), 0777);
    hc_buffer_append_char(&path, '/');
    va_start(arguments, name);
    hc_buffer_vprintf(&path, name, arguments);
    va_end(arguments);
    FILE *file = fopen(hc_buffer_str(&path), "wb");
    HC_ASSERT(file != NULL);
    HC_ASSERT(fwrite(bytes.data, 1, bytes.size, file) == bytes.size);
    HC_ASSERT(fclose(file) == 0);
    hc_buffer_done(&path);
}

static struct hc_slice sample_text(void)
{
    static char text[3000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = "time,open,high,low,close,volume\n"[(i + i / 97) % 32];
    return hc_slice_of(text, sizeof text);
}

static void write_decompress(void)
{
    enum { CAP_LOG = 16 };
    for (int codec = HP_NONE; codec < HP_CODEC_COUNT; codec++) {
        static const size_t sizes[] = {0, 1, 100, 3000};
        for (size_t i = 0; i < HC_COUNT(sizes); i++) {
            struct hc_buffer out = {0};
            hc_buffer_append_char(&out, (char)codec);
            hc_buffer_append_char(&out, CAP_LOG);
            struct hc_slice input = hc_slice_of(sample_text().data, sizes[i]);
            HC_ASSERT(hp_compress((enum hp_codec)codec, input, &out) == HC_OK);
            if (sizes[i] == 100) /* a second stream behind the first */
                HC_ASSERT(hp_compress((enum hp_codec)codec, input, &out) == HC_OK);
            write_file("decompress", hc_buffer_slice(&out), "%s-%zu",
                       hp_codec_name((enum hp_codec)codec), sizes[i]);
            hc_buffer_done(&out);
        }
    }
    write_file("decompress",
               HC_SLICE("\2\20\x08\x1c"
                        "abcdefgh"),
               "snappy-raw");
}

static void add_records(struct hp_batch_builder *builder, int count)
{
    const struct hp_header headers[] = {{HC_SLICE("source"), HC_SLICE("bitmex")},
                                        {HC_SLICE("x"), HC_SLICE_NULL}};
    for (int i = 0; i < count; i++) {
        char value[64];
        int size = snprintf(value, sizeof value, "{\"close\":%d.5,\"volume\":0}", 14000 + i);
        struct hp_record record = {
            .offset = builder->base_offset + i,
            .timestamp_ms = 1514764800000 + 60000 * i,
            .key = i % 5 == 4 ? HC_SLICE_NULL : HC_SLICE("XBTUSD"),
            .value = i % 7 == 6 ? HC_SLICE_NULL : hc_slice_of(value, (size_t)size),
            .headers = headers,
            .header_count = i % 3,
        };
        hp_batch_add(builder, &record);
    }
}

static void write_records(void)
{
    static const int counts[] = {1, 3, 40};
    for (int codec = HP_NONE; codec < HP_CODEC_COUNT; codec++) {
        for (size_t i = 0; i < HC_COUNT(counts); i++) {
            struct hp_batch_builder builder;
            struct hc_buffer out = {0};
            hp_batch_builder_init(&builder);
            for (int batch = 0; batch < (counts[i] == 3 ? 2 : 1); batch++) {
                hp_batch_begin(&builder, 100 * batch);
                add_records(&builder, counts[i]);
                HC_ASSERT(hp_batch_finish(&builder, (enum hp_codec)codec, &out) == HC_OK);
            }
            write_file("records", hc_buffer_slice(&out), "%s-%d",
                       hp_codec_name((enum hp_codec)codec), counts[i]);
            hp_batch_builder_done(&builder);
            hc_buffer_done(&out);
        }
    }
}

/* A random body of this message, behind `front`. */
static void append_body(const struct hp_schema *schema, int16_t version, uint64_t seed,
                        struct hc_buffer *out)
{
    enum { BODY_BYTES_MAX = 1500 };
    struct hc_arena arena;
    hc_arena_init(&arena, 0);
    void *message = hc_arena_alloc(&arena, hc_test_message_size_max());
    struct hc_slice body = {0};
    do {
        struct hc_random random;
        struct hp_output output;
        hc_random_seed(&random, seed++);
        hc_test_fill(schema, version, &random, &arena, message);
        HC_ASSERT(hp_encode(schema, version, message, 0, &arena, &output) == HC_OK);
        body = hc_test_join(&output, &arena);
    } while (body.size > BODY_BYTES_MAX);
    hc_buffer_append_slice(out, body);
    hc_arena_done(&arena);
}

/* The oldest and the newest version, which differ most. */
static void write_request(const struct hp_api *api, int index, int16_t version)
{
    struct hc_buffer out = {0};
    struct hc_slice client_id = HC_SLICE("consumer-1");
    size_t size = hp_request_header_size(api, version, client_id);
    uint8_t *header = (uint8_t *)hc_buffer_reserve(&out, size);
    hp_write_request_header(api, version, 7, client_id, header);
    /* The target puts key and version there itself. */
    header[2] = (uint8_t)index;
    header[3] = (uint8_t)(version - api->known_min);
    out.size += size;
    hc_buffer_consume(&out, 2);
    append_body(api->request, version, (uint64_t)api->key + 1, &out);
    write_file("request", hc_buffer_slice(&out), "%s-%d", api->name, version);
    hc_buffer_done(&out);
}

static void write_requests(void)
{
    int index = 0;
    for (int16_t key = 0; key <= HP_API_KEY_MAX; key++) {
        const struct hp_api *api = hp_api_find(key);
        if (api == NULL)
            continue;
        write_request(api, index, api->known_min);
        write_request(api, index, api->known_max);
        index++;
    }
    /* ApiVersions of a version that nobody knows, and an unknown key. */
    write_file("request", HC_SLICE("\xff\x00\x12\x00\x63\x00\x00\x00\x01\xff\xff"), "raw-future");
    write_file("request", HC_SLICE("\xff\x7f\x00\x00\x00\x00\x00\x00\x01\xff\xff"), "raw-unknown");
}

static void write_responses(void)
{
    const struct hp_schema *schemas[HC_TEST_SCHEMAS_MAX];
    size_t count = hc_test_schemas(schemas);
    for (size_t i = 0; i < count; i++) {
        const struct hp_schema *schema = schemas[i];
        for (int16_t version = schema->known_min; version <= schema->known_max;) {
            struct hc_buffer out = {0};
            hc_buffer_append_char(&out, (char)i);
            hc_buffer_append_char(&out, (char)(version - schema->known_min));
            append_body(schema, version, i + 1, &out);
            write_file("response", hc_buffer_slice(&out), "%s-%d", schema->layout.name, version);
            hc_buffer_done(&out);
            version = version < schema->known_max ? schema->known_max : (int16_t)(version + 1);
        }
    }
}

static void write_frames(void)
{
    struct hc_buffer out = {0};
    hc_buffer_append(&out, "\x40\x00\x03", 3);
    for (uint32_t size = 8; size < 200; size *= 3) {
        char length[4];
        hc_put_be32(length, size);
        hc_buffer_append(&out, length, sizeof length);
        hc_buffer_append(&out, sample_text().data, size);
    }
    write_file("frame", hc_buffer_slice(&out), "stream");
    hc_buffer_done(&out);
    write_file("frame", HC_SLICE("\xff\xff\x0fGET / HTTP/1.1\r\n\r\n"), "http");
    write_file("frame", HC_SLICE("\xff\xff\x00\x16\x03\x01\x02\x00\x01\x00"), "tls");
    write_file("frame",
               HC_SLICE("\x00\x10\x00\x00\x00\x00\x07"
                        "1234567"),
               "short");
    write_file("frame", HC_SLICE("\xff\xff\x00\xff\xff\xff\xff"), "negative");
}

static void write_csv(void)
{
    static const char *const lines[] = {
        "2018-03-21 00:00:00,8913.1,8941.36,8905.9,8930,12.5",
        "1514764800000, 1.5 ,+2,.5,5.,007,NaN,-1e-7",
        "\"2017-12-07T00:01:00.000Z\",\"XBT\"\"USD\",  \"a, b\" ,\"\"",
        "2013-10-08,20131008,12:30:00,2013-10-08 12:30:00+03:00",
        "%d.%m.%Y %H:%M:%S.%f,08.10.2013 12:30:00.5",
    };
    for (size_t i = 0; i < HC_COUNT(lines); i++) {
        struct hc_buffer out = {0};
        hc_buffer_append_char(&out, 0);
        hc_buffer_append_char(&out, i == 4 ? (char)0xff : (char)i);
        hc_buffer_append_str(&out, lines[i]);
        write_file("csv", hc_buffer_slice(&out), "line-%zu", i);
        hc_buffer_done(&out);
    }
}

/* Plain, gzip and zstd; the archive among the corpus was made by Python's zipfile. */
static void write_inputs(void)
{
    struct hc_slice text = HC_SLICE("\xef\xbb\xbftime,close,note\r\n2018-03-21,1,\"two\nlines\"\r\n"
                                    "2018-03-22,2,\"\"\"q\"\"\"\r\n");
    static const enum hp_codec codecs[] = {HP_NONE, HP_GZIP, HP_ZSTD};
    for (size_t i = 0; i < HC_COUNT(codecs); i++) {
        struct hc_buffer out = {0};
        HC_ASSERT(hp_compress(codecs[i], text, &out) == HC_OK);
        write_file("input", hc_buffer_slice(&out), "%s", hp_codec_name(codecs[i]));
        HC_ASSERT(hp_compress(codecs[i], sample_text(), &out) == HC_OK);
        write_file("input", hc_buffer_slice(&out), "%s-twice", hp_codec_name(codecs[i]));
        hc_buffer_done(&out);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: make_corpus DIRECTORY\n", stderr);
        return EXIT_FAILURE;
    }
    corpus_path = argv[1];
    (void)mkdir(corpus_path, 0777);
    write_decompress();
    write_records();
    write_requests();
    write_responses();
    write_frames();
    write_csv();
    write_inputs();
    return EXIT_SUCCESS;
}
