#include "ingest/index.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/timetext.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INDEX_BYTES_MAX = 16 * 1024 * 1024 };
static const char first_line[] = "hindcast-index 1";

/* ---- reading ---- */

static bool read_file(const char *path, struct hc_arena *arena, struct hc_slice *ret)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    bool ok = fd >= 0 && fstat(fd, &status) == 0 && status.st_size <= INDEX_BYTES_MAX;
    if (ok) {
        size_t size = (size_t)status.st_size;
        char *bytes = hc_arena_bytes(arena, size);
        ok = pread(fd, bytes, size, 0) == (ssize_t)size;
        *ret = hc_slice_of(bytes, size);
    }
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

static size_t count_char(struct hc_slice text, char c)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        count += text.data[i] == c;
    }
    return count;
}

static bool parse_topic(struct hc_slice line, struct hc_index *index)
{
    struct hc_index_topic topic;
    struct hc_slice generation = hc_slice_cut(&line, ' ');
    topic.directory = hc_slice_cut(&line, ' ');
    topic.name = line;
    if (!hc_parse_i64(generation, &topic.generation) || topic.generation < 0 ||
        topic.directory.size == 0 || topic.name.size == 0 ||
        memchr(topic.directory.data, '/', topic.directory.size)) {
        return false;
    }
    index->topics[index->topic_count++] = topic;
    return true;
}

static void parse_load(struct hc_slice line, struct hc_arena *arena, struct hc_index *index)
{
    struct hc_index_load load = {.variant = hc_slice_cut(&line, ' ')};
    load.names = HC_ARENA_ARRAY(arena, struct hc_slice, count_char(line, ' ') + 1);
    while (line.size) {
        load.names[load.name_count++] = hc_slice_cut(&line, ' ');
    }
    index->loads[index->load_count++] = load;
}

static bool parse_line(struct hc_slice line, struct hc_arena *arena, struct hc_index *index)
{
    struct hc_slice what = hc_slice_cut(&line, ' ');
    if (hc_slice_equal_str(what, "fingerprint")) {
        index->fingerprint = line;
        return line.size > 0;
    }
    if (hc_slice_equal_str(what, "topic")) {
        return parse_topic(line, index);
    }
    if (hc_slice_equal_str(what, "load")) {
        parse_load(line, arena, index);
        return true;
    }
    return false;
}

enum hc_status hc_index_read(const char *directory, struct hc_arena *arena, struct hc_index *ret)
{
    *ret = (struct hc_index){0};
    char *path = hc_format("%s/index", directory);
    struct hc_slice text;
    bool found = read_file(path, arena, &text);
    free(path);
    if (!found) {
        return HC_NOT_FOUND;
    }
    if (text.size == 0 || text.data[text.size - 1] != '\n') {
        return HC_CORRUPT;
    }
    size_t lines = count_char(text, '\n');
    struct hc_index index = {
        .topics = HC_ARENA_ARRAY(arena, struct hc_index_topic, lines),
        .loads = HC_ARENA_ARRAY(arena, struct hc_index_load, lines),
    };
    if (!hc_slice_equal_str(hc_slice_cut(&text, '\n'), first_line)) {
        return HC_CORRUPT;
    }
    while (text.size) {
        if (!parse_line(hc_slice_cut(&text, '\n'), arena, &index)) {
            return HC_CORRUPT;
        }
    }
    *ret = index;
    return HC_OK;
}

/* ---- writing ---- */

static void print(const struct hc_index *index, struct hc_buffer *out)
{
    hc_buffer_printf(out, "%s\nfingerprint " HC_SLICE_FMT "\n", first_line,
                     HC_SLICE_ARG(index->fingerprint));
    for (size_t i = 0; i < index->topic_count; i++) {
        const struct hc_index_topic *topic = &index->topics[i];
        hc_buffer_printf(out, "topic %" PRId64 " " HC_SLICE_FMT " " HC_SLICE_FMT "\n",
                         topic->generation, HC_SLICE_ARG(topic->directory),
                         HC_SLICE_ARG(topic->name));
    }
    for (size_t i = 0; i < index->load_count; i++) {
        const struct hc_index_load *load = &index->loads[i];
        hc_buffer_append_str(out, "load ");
        hc_buffer_append_slice(out, load->variant);
        for (size_t j = 0; j < load->name_count; j++) {
            hc_buffer_append_char(out, ' ');
            hc_buffer_append_slice(out, load->names[j]);
        }
        hc_buffer_append_char(out, '\n');
    }
}

static enum hc_status write_synced(const char *path, struct hc_slice bytes, struct hc_error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        return hc_error_errno(error, errno, "cannot write %s", path);
    }
    ssize_t wrote = write(fd, bytes.data, bytes.size);
    bool ok = wrote == (ssize_t)bytes.size && fsync(fd) == 0;
    int code = wrote >= 0 && wrote < (ssize_t)bytes.size ? ENOSPC : errno;
    close(fd);
    return ok ? HC_OK : hc_error_errno(error, code, "cannot write %s", path);
}

enum hc_status hc_index_write(const char *directory, const struct hc_index *index,
                              struct hc_error *error)
{
    HC_ASSERT(index->fingerprint.size > 0);
    struct hc_buffer text = {0};
    print(index, &text);
    char *temporary = hc_format("%s/index.tmp", directory);
    char *path = hc_format("%s/index", directory);
    enum hc_status status = write_synced(temporary, hc_buffer_slice(&text), error);
    if (status == HC_OK && rename(temporary, path) != 0) {
        status = hc_error_errno(error, errno, "cannot rename %s", temporary);
    }
    free(temporary);
    free(path);
    hc_buffer_done(&text);
    return status;
}

/* ---- looking up and changing ---- */

const struct hc_index_topic *hc_index_topic(const struct hc_index *index, struct hc_slice name)
{
    for (size_t i = 0; i < index->topic_count; i++) {
        if (hc_slice_equal(index->topics[i].name, name)) {
            return &index->topics[i];
        }
    }
    return NULL;
}

const struct hc_index_load *hc_index_load(const struct hc_index *index, struct hc_slice variant)
{
    for (size_t i = 0; i < index->load_count; i++) {
        if (hc_slice_equal(index->loads[i].variant, variant)) {
            return &index->loads[i];
        }
    }
    return NULL;
}

static struct hc_index_load load_of(struct hc_slice variant, const struct hc_index_topic *topics,
                                    size_t count, struct hc_arena *arena)
{
    struct hc_index_load load = {.variant = variant,
                                 .names = HC_ARENA_ARRAY(arena, struct hc_slice, count + 1),
                                 .name_count = count};
    for (size_t i = 0; i < count; i++) {
        load.names[i] = topics[i].name;
    }
    return load;
}

struct hc_index hc_index_after(const struct hc_index *before, struct hc_slice fingerprint,
                               struct hc_slice variant, const struct hc_index_topic *topics,
                               size_t topic_count, struct hc_arena *arena)
{
    HC_ASSERT(fingerprint.size > 0 && (topics != NULL || topic_count == 0));
    struct hc_index after = {
        .fingerprint = fingerprint,
        .topics = HC_ARENA_ARRAY(arena, struct hc_index_topic, before->topic_count + topic_count),
        .loads = HC_ARENA_ARRAY(arena, struct hc_index_load, before->load_count + 1),
    };
    struct hc_index changed = {.topics = (struct hc_index_topic *)topics,
                               .topic_count = topic_count};
    for (size_t i = 0; i < before->topic_count; i++) {
        if (!hc_index_topic(&changed, before->topics[i].name)) {
            after.topics[after.topic_count++] = before->topics[i];
        }
    }
    for (size_t i = 0; i < topic_count; i++) {
        after.topics[after.topic_count++] = topics[i];
    }
    bool same = hc_slice_equal(before->fingerprint, fingerprint);
    for (size_t i = 0; same && i < before->load_count; i++) {
        if (!hc_slice_equal(before->loads[i].variant, variant)) {
            after.loads[after.load_count++] = before->loads[i];
        }
    }
    after.loads[after.load_count++] = load_of(variant, topics, topic_count, arena);
    return after;
}
