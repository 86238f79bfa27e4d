#include "base/memory.h"
#include "store/file.h"
#include "store/log.h"
#include "store/manifest.h"

#include <stdlib.h>
#include <unistd.h>

static enum hc_status open_partition(int directory_fd, const char *directory, int32_t index,
                                     const struct hc_manifest *manifest, struct hc_log **ret,
                                     struct hc_error *error)
{
    const struct hc_manifest_partition *partition = &manifest->partitions[index];
    struct hc_log *log = hc_log_empty();
    for (size_t i = 0; i < partition->segment_count; i++) {
        char name[HC_SEGMENT_NAME_BYTES];
        struct hc_segment *segment;
        hc_segment_name(manifest->build, index, (int32_t)i, name);
        enum hc_status status = hc_segment_open(directory_fd, directory, name,
                                                &partition->segments[i], &segment, error);
        if (status != HC_OK) {
            hc_log_put(log);
            return status;
        }
        struct hc_log *longer = hc_log_extend(log, segment);
        hc_log_put(log);
        log = longer;
    }
    *ret = log;
    return HC_OK;
}

static enum hc_status open_partitions(int directory_fd, const char *directory,
                                      const struct hc_manifest *manifest,
                                      struct hc_store_topic *topic, struct hc_error *error)
{
    size_t count = (size_t)manifest->partition_count;
    topic->partitions = manifest->partition_count;
    topic->facts = manifest->facts;
    topic->codec = manifest->codec;
    topic->logs = HC_ARENA_ARRAY(&topic->arena, struct hc_log *, count);
    topic->prefixes = HC_ARENA_ARRAY(&topic->arena, struct hc_prefix_list, count);
    for (int32_t i = 0; i < manifest->partition_count; i++) {
        topic->prefixes[i] = manifest->partitions[i].prefixes;
        enum hc_status status =
            open_partition(directory_fd, directory, i, manifest, &topic->logs[i], error);
        if (status != HC_OK) {
            return status;
        }
    }
    return HC_OK;
}

/* `*ret_build` is set when the manifest could be read. */
static enum hc_status open_once(int directory_fd, const char *directory, int64_t *ret_build,
                                struct hc_store_topic *ret, struct hc_error *error)
{
    struct hc_store_topic topic = {0};
    struct hc_manifest manifest;
    hc_arena_init(&topic.arena, 0);
    enum hc_status status =
        hc_manifest_read(directory_fd, directory, &topic.arena, &manifest, error);
    if (status == HC_OK) {
        *ret_build = manifest.build;
        status = open_partitions(directory_fd, directory, &manifest, &topic, error);
    }
    if (status != HC_OK) {
        hc_store_topic_done(&topic);
        return status;
    }
    *ret = topic;
    return HC_OK;
}

enum hc_status hc_store_open(const char *directory, struct hc_store_topic *ret,
                             struct hc_error *error)
{
    int directory_fd;
    enum hc_status status = hc_file_open_directory(directory, &directory_fd, error);
    if (status != HC_OK) {
        return status;
    }
    /* A builder may replace the manifest and remove the old segments between our looking at one and
     * the other: then the build has changed, and the new one is complete. */
    int64_t build = -1, before;
    do {
        before = build;
        status = open_once(directory_fd, directory, &build, ret, error);
    } while (status == HC_NOT_FOUND && build != before);
    if (status == HC_NOT_FOUND && build >= 0) {
        status = hc_error_set(error, HC_CORRUPT,
                              "%s is corrupt: a segment of its manifest is missing", directory);
    }
    close(directory_fd);
    return status;
}

void hc_store_topic_done(struct hc_store_topic *topic)
{
    for (int32_t i = 0; topic->logs && i < topic->partitions; i++) {
        hc_log_put(topic->logs[i]);
    }
    hc_arena_done(&topic->arena);
    *topic = (struct hc_store_topic){0};
}
