#include "store/manifest.h"

#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

static const char temporary_name[] = HC_MANIFEST_NAME ".tmp";

struct head {
    uint64_t magic;
    uint32_t version;
    uint32_t reserved; /* 0 */
    uint64_t bytes;    /* of the whole file */
    uint64_t sum;      /* XXH3-64 of everything behind the head */
};

/* ---- writing ---- */

static void put(struct hc_buffer *out, int64_t value)
{
    hc_buffer_append(out, &value, sizeof value);
}

static void put_text(struct hc_buffer *out, struct hc_slice text)
{
    put(out, (int64_t)text.size);
    hc_buffer_append_slice(out, text);
}

static void put_partition(struct hc_buffer *out, const struct hc_manifest_partition *partition)
{
    put(out, (int64_t)partition->segment_count);
    for (size_t i = 0; i < partition->segment_count; i++) {
        const struct hc_segment_expect *segment = &partition->segments[i];
        put(out, segment->records);
        put(out, (int64_t)segment->file_bytes);
        put(out, (int64_t)segment->footer_sum);
    }
    put(out, (int64_t)partition->prefixes.count);
    for (size_t i = 0; i < partition->prefixes.count; i++) {
        put(out, partition->prefixes.items[i].records);
        hc_buffer_append(out, partition->prefixes.items[i].hash, HC_PREFIX_HASH_BYTES);
    }
}

static void put_manifest(struct hc_buffer *out, const struct hc_manifest *manifest)
{
    struct head head = {.magic = HC_MANIFEST_MAGIC, .version = HC_STORE_VERSION};
    hc_buffer_append(out, &head, sizeof head);
    put(out, manifest->build);
    put(out, manifest->codec);
    put(out, manifest->facts.generation);
    put_text(out, manifest->facts.identity);
    put_text(out, manifest->facts.settings);
    put_text(out, manifest->facts.fingerprint);
    put_text(out, manifest->facts.report);
    put(out, manifest->partition_count);
    for (int32_t i = 0; i < manifest->partition_count; i++) {
        put_partition(out, &manifest->partitions[i]);
    }
    head.bytes = out->size;
    head.sum = XXH3_64bits(out->data + sizeof head, out->size - sizeof head);
    memcpy(out->data, &head, sizeof head);
}

static enum hc_status replace(int directory_fd, const char *directory, struct hc_slice bytes,
                              struct hc_error *error)
{
    (void)unlinkat(directory_fd, temporary_name, 0);
    enum hc_status status =
        hc_file_append(directory_fd, directory, temporary_name, true, bytes, error);
    if (status == HC_OK) {
        status = hc_file_sync(directory_fd, directory, temporary_name, error);
    }
    if (status == HC_OK) {
        status = hc_file_rename(directory_fd, directory, temporary_name, HC_MANIFEST_NAME, error);
    }
    if (status != HC_OK) {
        (void)unlinkat(directory_fd, temporary_name, 0);
        return status;
    }
    return hc_file_sync_directory(directory_fd, directory, error);
}

enum hc_status hc_manifest_write(int directory_fd, const char *directory,
                                 const struct hc_manifest *manifest, struct hc_error *error)
{
    struct hc_buffer out = {0};
    put_manifest(&out, manifest);
    enum hc_status status;
    if (out.size > HC_MANIFEST_BYTES_MAX) {
        status =
            hc_error_set(error, HC_LIMIT, "the manifest of %s would have %zu bytes, at most %d",
                         directory, out.size, HC_MANIFEST_BYTES_MAX);
    } else {
        status = replace(directory_fd, directory, hc_buffer_slice(&out), error);
    }
    hc_buffer_done(&out);
    return status;
}

/* ---- reading: a cursor whose first failure lasts ---- */

struct cursor {
    struct hc_slice rest;
    bool failed;
};

static struct hc_slice take_bytes(struct cursor *cursor, int64_t size)
{
    if (cursor->failed || size < 0 || (uint64_t)size > cursor->rest.size) {
        cursor->failed = true;
        return HC_SLICE_EMPTY;
    }
    struct hc_slice bytes = hc_slice_of(cursor->rest.data, (size_t)size);
    cursor->rest.data += size;
    cursor->rest.size -= (size_t)size;
    return bytes;
}

static int64_t take(struct cursor *cursor)
{
    int64_t value = 0;
    struct hc_slice bytes = take_bytes(cursor, sizeof value);
    memcpy(&value, bytes.data, bytes.size);
    return value;
}

static int64_t take_in(struct cursor *cursor, int64_t low, int64_t high)
{
    int64_t value = take(cursor);
    if (value < low || value > high) {
        cursor->failed = true;
    }
    return cursor->failed ? low : value;
}

/* How many elements of `size` bytes follow: never more than the bytes that remain can hold. */
static size_t take_count(struct cursor *cursor, size_t size)
{
    return (size_t)take_in(cursor, 0, (int64_t)(cursor->rest.size / size));
}

static struct hc_slice take_text(struct cursor *cursor)
{
    return take_bytes(cursor, take(cursor));
}

static void take_segments(struct cursor *cursor, struct hc_arena *arena,
                          struct hc_manifest_partition *partition)
{
    size_t count = take_count(cursor, 3 * sizeof(int64_t));
    partition->segments = HC_ARENA_ARRAY(arena, struct hc_segment_expect, count);
    partition->segment_count = count;
    int64_t offset = 0;
    for (size_t i = 0; i < count && !cursor->failed; i++) {
        struct hc_segment_expect *segment = &partition->segments[i];
        segment->base_offset = offset;
        segment->records = take_in(cursor, 1, UINT32_MAX);
        segment->file_bytes = (uint64_t)take_in(cursor, 1, INT64_MAX);
        segment->footer_sum = (uint64_t)take(cursor);
        offset += segment->records;
    }
}

static void take_prefixes(struct cursor *cursor, struct hc_arena *arena,
                          struct hc_prefix_list *list)
{
    list->count = take_count(cursor, sizeof(struct hc_prefix));
    list->items = HC_ARENA_ARRAY(arena, struct hc_prefix, list->count);
    int64_t before = 0;
    for (size_t i = 0; i < list->count && !cursor->failed; i++) {
        before = take_in(cursor, before + 1, INT64_MAX - 1);
        list->items[i].records = before;
        struct hc_slice hash = take_bytes(cursor, HC_PREFIX_HASH_BYTES);
        memcpy(list->items[i].hash, hash.data, hash.size);
    }
}

static bool take_manifest(struct cursor *cursor, struct hc_arena *arena, struct hc_manifest *ret)
{
    ret->build = take_in(cursor, 0, INT64_MAX - 1);
    ret->codec = (enum hp_codec)take_in(cursor, 0, HP_CODEC_COUNT - 1);
    ret->facts.generation = take_in(cursor, 0, INT64_MAX);
    ret->facts.identity = take_text(cursor);
    ret->facts.settings = take_text(cursor);
    ret->facts.fingerprint = take_text(cursor);
    ret->facts.report = take_text(cursor);
    ret->partition_count = (int32_t)take_in(cursor, 1, HC_STORE_PARTITIONS_MAX);
    if (cursor->failed) {
        return false;
    }
    ret->partitions =
        HC_ARENA_ARRAY(arena, struct hc_manifest_partition, (size_t)ret->partition_count);
    for (int32_t i = 0; i < ret->partition_count && !cursor->failed; i++) {
        take_segments(cursor, arena, &ret->partitions[i]);
        take_prefixes(cursor, arena, &ret->partitions[i].prefixes);
    }
    return !cursor->failed && cursor->rest.size == 0;
}

static enum hc_status corrupt(struct hc_error *error, const char *directory, const char *what)
{
    return hc_error_set(error, HC_CORRUPT, "%s/%s is corrupt: %s", directory, HC_MANIFEST_NAME,
                        what);
}

static enum hc_status parse(const char *directory, struct hc_slice bytes, struct hc_arena *arena,
                            struct hc_manifest *ret, struct hc_error *error)
{
    struct head head;
    if (bytes.size < sizeof head) {
        return corrupt(error, directory, "it is cut short");
    }
    memcpy(&head, bytes.data, sizeof head);
    if (head.magic != HC_MANIFEST_MAGIC) {
        return corrupt(error, directory, "it does not begin like a manifest");
    }
    if (head.version != HC_STORE_VERSION) {
        return hc_error_set(error, HC_UNSUPPORTED, "%s/%s has format version %u, not %d", directory,
                            HC_MANIFEST_NAME, head.version, HC_STORE_VERSION);
    }
    struct hc_slice body = hc_slice_of(bytes.data + sizeof head, bytes.size - sizeof head);
    if (head.reserved != 0 || head.bytes != bytes.size ||
        head.sum != XXH3_64bits(body.data, body.size)) {
        return corrupt(error, directory, "its size or its sum is wrong");
    }
    struct hc_manifest manifest = {0};
    struct cursor cursor = {.rest = body};
    if (!take_manifest(&cursor, arena, &manifest)) {
        return corrupt(error, directory, "its fields are out of bounds");
    }
    *ret = manifest;
    return HC_OK;
}

static enum hc_status read_all(int fd, size_t size, const char *directory, struct hc_arena *arena,
                               struct hc_slice *ret, struct hc_error *error)
{
    char *data = hc_arena_bytes(arena, size + 1);
    size_t used = 0;
    while (used < size) {
        ssize_t got = pread(fd, data + used, size - used, (off_t)used);
        if (got < 0 && errno != EINTR) {
            return hc_error_errno(error, errno, "cannot read %s/%s", directory, HC_MANIFEST_NAME);
        }
        if (got == 0) {
            return corrupt(error, directory, "it was cut while it was read");
        }
        used += got > 0 ? (size_t)got : 0;
    }
    *ret = hc_slice_of(data, size);
    return HC_OK;
}

enum hc_status hc_manifest_read(int directory_fd, const char *directory, struct hc_arena *arena,
                                struct hc_manifest *ret, struct hc_error *error)
{
    int fd = openat(directory_fd, HC_MANIFEST_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat stat;
    if (fd < 0) {
        return hc_error_errno(error, errno, "cannot open %s/%s", directory, HC_MANIFEST_NAME);
    }
    struct hc_slice bytes = HC_SLICE_EMPTY;
    enum hc_status status = HC_OK;
    if (fstat(fd, &stat) != 0) {
        status = hc_error_errno(error, errno, "cannot read %s/%s", directory, HC_MANIFEST_NAME);
    } else if (!S_ISREG(stat.st_mode) || stat.st_size > HC_MANIFEST_BYTES_MAX) {
        status = corrupt(error, directory, "it is no file of a manifest's size");
    } else {
        status = read_all(fd, (size_t)stat.st_size, directory, arena, &bytes, error);
    }
    close(fd);
    return status == HC_OK ? parse(directory, bytes, arena, ret, error) : status;
}
