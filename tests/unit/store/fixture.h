/* A temporary directory, a deterministic topic in it, and checks of what a log gives back. */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/log.h"
#include "store/store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_BYTES = 256, CHUNKS_MAX = 64 };

struct fixture {
    char directory[TEXT_BYTES];
    struct hc_error error;
    struct hc_arena arena;
};

static inline int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    const char *base = getenv("TMPDIR");
    snprintf(fixture->directory, sizeof fixture->directory, "%s/hc-store-XXXXXX",
             base ? base : "/tmp");
    assert_non_null(mkdtemp(fixture->directory));
    hc_arena_init(&fixture->arena, 0);
    *state = fixture;
    return 0;
}

/* Directories of topics may hold directories (the cache): one level is enough. */
static inline void remove_tree(const char *path)
{
    DIR *stream = opendir(path);
    for (struct dirent *entry; stream && (entry = readdir(stream)) != NULL;) {
        char *inner = hc_format("%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.' && unlink(inner) != 0) {
            remove_tree(inner);
        }
        free(inner);
    }
    if (stream) {
        closedir(stream);
    }
    rmdir(path);
}

static inline int teardown(void **state)
{
    struct fixture *fixture = *state;
    remove_tree(fixture->directory);
    hc_arena_done(&fixture->arena);
    free(fixture);
    return 0;
}

#define CHECK_OK(status) check_ok((status), &fixture->error, __FILE__, __LINE__)
static inline void check_ok(enum hc_status status, const struct hc_error *error, const char *file,
                            int line)
{
    if (status != HC_OK) {
        print_error("%s:%d: %s: %s\n", file, line, hc_status_text(status), error->text);
        fail();
    }
}

/* ---- records: everything about record `i` of a partition follows from its number ---- */

enum shape {
    BARS,    /* 100 to 160 bytes, every instant three times, timestamp = visible */
    OPENS,   /* the same with timestamps before the instants, not in order */
    CONSTANT /* all at one instant */
};

struct text {
    char key[32];
    char value[TEXT_BYTES];
};

static inline struct hc_store_record record_of(enum shape shape, int32_t partition, int64_t i,
                                               struct text *text)
{
    int64_t visible = shape == CONSTANT ? 1000 : 60000 * (i / 3);
    int key = snprintf(text->key, sizeof text->key, "SYM%d", (int)(i % 3));
    int value =
        snprintf(text->value, sizeof text->value,
                 "{\"n\":%lld,\"partition\":%d,\"open\":%lld.%02d,\"fill\":\"%.*s\"}", (long long)i,
                 partition, (long long)(i * 7919 % 100003), (int)(i % 100), (int)(60 + i % 60),
                 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"
                 "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijkl");
    return (struct hc_store_record){
        .visible_ms = visible,
        .timestamp_ms = shape == OPENS ? visible - 60000 * (1 + i * 31 % 7) : visible,
        .key = i % 11 == 0 ? HC_SLICE_NULL : hc_slice_of(text->key, (size_t)key),
        .value = i % 13 == 0 ? HC_SLICE_NULL : hc_slice_of(text->value, (size_t)value),
    };
}

static const struct hp_header topic_headers[] = {
    {{"source", 6}, {"test", 4}},
    {{"none", 4}, {NULL, 0}},
};

static inline struct hc_store_writer *new_writer(struct fixture *fixture, int32_t partitions,
                                                 enum hp_codec codec)
{
    struct hc_store_writer *writer;
    CHECK_OK(hc_store_writer_new(fixture->directory, partitions, codec, topic_headers,
                                 HC_COUNT(topic_headers), &writer, &fixture->error));
    return writer;
}

static inline void append_range(struct fixture *fixture, struct hc_store_writer *writer,
                                enum shape shape, int32_t partition, int64_t from, int64_t to)
{
    for (int64_t i = from; i < to; i++) {
        struct text text;
        struct hc_store_record record = record_of(shape, partition, i, &text);
        CHECK_OK(hc_store_writer_append(writer, partition, &record, &fixture->error));
    }
}

static inline struct hc_store_facts some_facts(void)
{
    return (struct hc_store_facts){
        .identity = HC_SLICE("c0ffee"),
        .settings = HC_SLICE("key=symbol\npartitions=1\n"),
        .fingerprint = HC_SLICE("size=1 mtime=2"),
        .report = HC_SLICE("{\"rows\":1}"),
        .generation = 3,
    };
}

/* One partition of `records` in segments that end at a publish after every `step` records. The log
 * is the caller's. */
static inline struct hc_log *build_log(struct fixture *fixture, enum shape shape,
                                       enum hp_codec codec, int64_t records, int64_t step)
{
    struct hc_store_writer *writer = new_writer(fixture, 1, codec);
    struct hc_store_facts facts = some_facts();
    struct hc_log *log;
    for (int64_t from = 0; from < records; from += step) {
        append_range(fixture, writer, shape, 0, from, HC_MIN(from + step, records));
        CHECK_OK(hc_store_writer_publish(writer, &log, &fixture->error));
        hc_log_put(log);
    }
    CHECK_OK(hc_store_writer_finish(writer, &facts, &log, &fixture->error));
    hc_store_writer_free(writer);
    assert_int_equal(hc_log_end(log), records);
    return log;
}

/* ---- reading back ---- */

/* The chunks in one piece, which the caller frees; their references are released. */
static inline char *join(struct hc_chunk *chunks, size_t count, size_t bytes)
{
    char *joined = malloc(bytes + 1);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(joined + used, chunks[i].data, chunks[i].size);
        used += chunks[i].size;
        hc_chunk_release(&chunks[i]);
    }
    assert_int_equal(used, bytes);
    return joined;
}

static inline void check_record(const struct hp_record *got, enum shape shape, int64_t offset)
{
    struct text text;
    struct hc_store_record want = record_of(shape, 0, offset, &text);
    assert_int_equal(got->offset, offset);
    assert_int_equal(got->timestamp_ms, want.timestamp_ms);
    assert_int_equal(hc_slice_is_null(got->key), hc_slice_is_null(want.key));
    assert_int_equal(hc_slice_is_null(got->value), hc_slice_is_null(want.value));
    assert_true(hc_slice_equal(got->key, want.key));
    assert_true(hc_slice_equal(got->value, want.value));
    assert_int_equal(got->header_count, HC_COUNT(topic_headers));
    assert_true(hc_slice_equal_str(got->headers[0].value, "test"));
    assert_true(hc_slice_is_null(got->headers[1].value));
}

/* What a consumer sees in `bytes`: CRCs, dense records equal to the shape's, the epoch. Returns the
 * offset behind the last record; *ret_first the first one. */
static inline int64_t check_batches(const char *bytes, size_t size, enum shape shape, int32_t epoch,
                                    int64_t *ret_first)
{
    struct hc_slice rest = hc_slice_of(bytes, size);
    struct hc_buffer scratch = {0};
    int64_t next = -1;
    while (rest.size > 0) {
        struct hp_batch batch;
        struct hc_slice raw;
        struct hp_header headers[4];
        struct hp_record_reader reader;
        struct hp_record record;
        assert_int_equal(hp_batch_read(rest, true, &batch), HC_OK);
        assert_int_equal(batch.leader_epoch, epoch);
        assert_int_equal(batch.last_offset_delta, batch.record_count - 1);
        hc_buffer_clear(&scratch);
        assert_int_equal(hp_batch_decompress(&batch, 1 << 24, &scratch, &raw), HC_OK);
        hp_record_reader_init(&reader, &batch, raw, headers, 4);
        if (next < 0) {
            *ret_first = next = batch.base_offset;
        }
        assert_int_equal(batch.base_offset, next);
        int64_t max = INT64_MIN;
        for (int32_t i = 0; i < batch.record_count; i++, next++) {
            assert_int_equal(hp_record_next(&reader, &record), HC_OK);
            check_record(&record, shape, next);
            max = HC_MAX(max, record.timestamp_ms);
        }
        assert_int_equal(hp_record_next(&reader, &record), HC_END);
        assert_int_equal(batch.max_timestamp_ms, max);
        rest.data += batch.size;
        rest.size -= batch.size;
    }
    hc_buffer_done(&scratch);
    return next;
}

/* Reads [offset, end) with `what` to the end and checks every record. */
static inline void check_log(struct fixture *fixture, struct hc_log *log, enum shape shape,
                             struct hc_log_read what)
{
    struct hc_log_reader *reader = hc_log_reader_new(1 << 20);
    while (what.offset < what.end) {
        struct hc_chunk chunks[CHUNKS_MAX];
        size_t count, bytes;
        int64_t next, first = -1;
        assert_int_equal(hc_log_read(reader, log, &what, &fixture->arena, chunks, CHUNKS_MAX,
                                     &count, &bytes, &next),
                         HC_READ_CHUNKS);
        assert_true(count > 0 && next > what.offset && next <= what.end);
        char *joined = join(chunks, count, bytes);
        assert_int_equal(check_batches(joined, bytes, shape, what.leader_epoch, &first), next);
        assert_true(first <= what.offset && first >= what.begin);
        free(joined);
        hc_arena_reset(&fixture->arena);
        what.offset = next;
    }
    hc_log_reader_free(reader);
}

/* ---- files ---- */

static inline struct hc_slice load_file(const char *directory, const char *name)
{
    char *path = hc_format("%s/%s", directory, name);
    FILE *file = fopen(path, "rb");
    free(path);
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *data = malloc(size + 1);
    assert_int_equal(fread(data, 1, size, file), size);
    fclose(file);
    return hc_slice_of(data, size);
}

/* A new file in the place of the old one, as mapped files never change. */
static inline void save_file(const char *directory, const char *name, struct hc_slice bytes)
{
    char *path = hc_format("%s/%s", directory, name);
    unlink(path);
    FILE *file = fopen(path, "wb");
    free(path);
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    assert_int_equal(fclose(file), 0);
}

static inline int count_files(const char *directory, const char *part)
{
    int count = 0;
    DIR *stream = opendir(directory);
    assert_non_null(stream);
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        count += strstr(entry->d_name, part) != NULL;
    }
    closedir(stream);
    return count;
}

#endif
