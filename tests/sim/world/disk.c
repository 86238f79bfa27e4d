#include "sim/world/disk.h"

#include "base/memory.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

void world_disk_make(char *ret, size_t capacity)
{
    const char *base = getenv("TMPDIR");
    (void)snprintf(ret, capacity, "%s/hc-world-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(ret));
}

void world_disk_remove(const char *directory)
{
    DIR *stream = opendir(directory);
    for (struct dirent *entry; stream && (entry = readdir(stream)) != NULL;) {
        if (entry->d_name[0] != '.') {
            char *path = hc_format("%s/%s", directory, entry->d_name);
            (void)unlink(path);
            free(path);
        }
    }
    if (stream) {
        closedir(stream);
    }
    (void)rmdir(directory);
}

static void check(enum hc_status status, const struct hc_error *error)
{
    if (status != HC_OK) {
        fail_msg("%s: %s", hc_status_text(status), error->text);
    }
}

/* Load `load` of `loads` ends here; loads of different partitions end at different records. */
static int64_t end_of_load(const struct model *model, int32_t partition, int32_t load)
{
    const struct world_topic_config *config = &model->config;
    if (load == config->loads - 1) {
        return config->records;
    }
    int64_t market =
        config->records == 0 ? 0 : model->visible[0][(load + 1) * config->records / config->loads];
    return model_end(model, partition, market);
}

static void append(const struct model *model, struct hc_store_writer *writer, int32_t load)
{
    struct hc_error error = {0};
    for (int32_t p = 0; p < model->config.partitions; p++) {
        int64_t from = load == 0 ? 0 : end_of_load(model, p, load - 1);
        for (int64_t i = from; i < end_of_load(model, p, load); i++) {
            char scratch[WORLD_VALUE_BYTES_MAX];
            struct hc_store_record record = model_record(model, p, i, scratch);
            check(hc_store_writer_append(writer, p, &record, &error), &error);
        }
    }
}

/* A byte in the middle of every segment's body changes: the first body byte lies early in the file.
 */
static void damage(const char *directory)
{
    DIR *stream = opendir(directory);
    assert_non_null(stream);
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        if (entry->d_name[0] == '.' || strstr(entry->d_name, "manifest")) {
            continue;
        }
        char *path = hc_format("%s/%s", directory, entry->d_name);
        assert_int_equal(chmod(path, 0600), 0);
        FILE *file = fopen(path, "r+b");
        assert_non_null(file);
        assert_int_equal(fseek(file, 200, SEEK_SET), 0);
        int byte = fgetc(file);
        assert_int_equal(fseek(file, 200, SEEK_SET), 0);
        assert_true(fputc(byte ^ 0x55, file) != EOF);
        assert_int_equal(fclose(file), 0);
        free(path);
    }
    closedir(stream);
}

static void reopen(const struct model *model, const char *directory, struct hc_log **logs)
{
    struct hc_error error = {0};
    struct hc_store_topic topic;
    for (int32_t p = 0; p < model->config.partitions; p++) {
        hc_log_put(logs[p]);
    }
    if (model->config.corrupt) {
        damage(directory);
    }
    check(hc_store_open(directory, &topic, &error), &error);
    for (int32_t p = 0; p < model->config.partitions; p++) {
        logs[p] = hc_log_get(topic.logs[p]);
    }
    hc_store_topic_done(&topic);
}

struct hc_log ***world_disk_write(const struct model *model, const char *directory)
{
    const struct world_topic_config *config = &model->config;
    struct hc_error error = {0};
    struct hc_store_writer *writer;
    struct hc_store_facts facts = {HC_SLICE("c0ffee"), HC_SLICE("a=1\n"), HC_SLICE("f"),
                                   HC_SLICE("{}"), 0};
    assert_int_equal(mkdir(directory, 0700), 0);
    check(
        hc_store_writer_new(directory, config->partitions, config->codec, NULL, 0, &writer, &error),
        &error);
    struct hc_log ***loads = hc_alloc_array((size_t)config->loads, sizeof *loads);
    for (int32_t load = 0; load < config->loads; load++) {
        loads[load] = hc_alloc_array((size_t)config->partitions, sizeof **loads);
        append(model, writer, load);
        bool last = load == config->loads - 1;
        check(last ? hc_store_writer_finish(writer, &facts, loads[load], &error)
                   : hc_store_writer_publish(writer, loads[load], &error),
              &error);
    }
    hc_store_writer_free(writer);
    if (config->cold || config->corrupt) {
        HC_ASSERT(config->loads == 1);
        reopen(model, directory, loads[0]);
    }
    return loads;
}

void world_disk_release(const struct model *model, struct hc_log ***loads)
{
    for (int32_t load = 0; load < model->config.loads; load++) {
        for (int32_t p = 0; p < model->config.partitions; p++) {
            hc_log_put(loads[load][p]);
        }
        free(loads[load]);
    }
    free(loads);
}
