#include "store/evict.h"

#include "base/memory.h"
#include "store/directory.h"
#include "store/file.h"
#include "store/lock.h"
#include "store/segment.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct topic {
    char *name;
    uint64_t bytes;
    struct timespec used;
};

struct survey {
    struct topic *topics;
    size_t count;
    size_t capacity;
    uint64_t bytes;
};

/* ---- what is there ---- */

static void add_bytes(void *context, int directory_fd, const char *name)
{
    uint64_t *bytes = context;
    struct stat stat;
    if (fstatat(directory_fd, name, &stat, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(stat.st_mode)) {
        *bytes += (uint64_t)stat.st_size;
    }
}

static bool is_topic(int fd)
{
    return faccessat(fd, HC_MANIFEST_NAME, F_OK, 0) == 0 ||
           faccessat(fd, HC_BUILD_LOCK_NAME, F_OK, 0) == 0;
}

/* When it was last used; a topic that nobody has used yet counts from its last change. */
static struct timespec used_at(int fd)
{
    struct stat stat;
    if (fstatat(fd, HC_USE_LOCK_NAME, &stat, AT_SYMLINK_NOFOLLOW) == 0 || fstat(fd, &stat) == 0) {
        return stat.st_mtim;
    }
    return (struct timespec){0};
}

static void survey_name(void *context, int cache_fd, const char *name)
{
    struct survey *survey = context;
    int fd = openat(cache_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    if (is_topic(fd)) {
        struct topic topic = {.name = hc_strdup(name), .used = used_at(fd)};
        (void)!hc_file_each(fd, name, add_bytes, &topic.bytes, NULL);
        survey->topics =
            hc_grow(survey->topics, &survey->capacity, survey->count + 1, sizeof topic);
        survey->topics[survey->count++] = topic;
        survey->bytes += topic.bytes;
    }
    close(fd);
}

static int by_use(const void *a, const void *b)
{
    const struct topic *x = a, *y = b;
    if (x->used.tv_sec != y->used.tv_sec) {
        return x->used.tv_sec < y->used.tv_sec ? -1 : 1;
    }
    if (x->used.tv_nsec != y->used.tv_nsec) {
        return x->used.tv_nsec < y->used.tv_nsec ? -1 : 1;
    }
    return strcmp(x->name, y->name);
}

/* ---- removing ---- */

static bool remove_files(const char *directory)
{
    int fd;
    if (hc_file_open_directory(directory, &fd, NULL) != HC_OK) {
        return false;
    }
    (void)unlinkat(fd, HC_MANIFEST_NAME, 0); /* first: without it the rest is nothing */
    (void)!hc_directory_sweep(fd, directory, -1, NULL, NULL);
    (void)unlinkat(fd, HC_USE_LOCK_NAME, 0);
    (void)unlinkat(fd, HC_BUILD_LOCK_NAME, 0);
    close(fd);
    (void)rmdir(directory);
    return true;
}

static bool remove_topic(const char *cache_directory, const struct topic *topic)
{
    char *directory = hc_format("%s/%s", cache_directory, topic->name);
    struct hc_store_lock *lock;
    bool removed = false;
    if (hc_store_lock_all(directory, &lock, NULL) == HC_OK) {
        removed = remove_files(directory);
        hc_store_unlock(lock);
    }
    free(directory);
    return removed;
}

static void evict(const char *cache_directory, const struct survey *survey, uint64_t limit_bytes,
                  struct hc_evict_result *result)
{
    for (size_t i = 0; i < survey->count && result->bytes_after > limit_bytes; i++) {
        if (remove_topic(cache_directory, &survey->topics[i])) {
            result->bytes_after -= survey->topics[i].bytes;
            result->removed++;
        }
    }
}

enum hc_status hc_store_evict(const char *cache_directory, uint64_t limit_bytes,
                              struct hc_evict_result *ret, struct hc_error *error)
{
    struct survey survey = {0};
    int cache_fd;
    enum hc_status status = hc_file_open_directory(cache_directory, &cache_fd, error);
    if (status != HC_OK) {
        return status;
    }
    status = hc_file_each(cache_fd, cache_directory, survey_name, &survey, error);
    close(cache_fd);
    if (status == HC_OK) {
        struct hc_evict_result result = {
            .bytes_before = survey.bytes,
            .bytes_after = survey.bytes,
        };
        if (limit_bytes > 0 && survey.count > 0) {
            qsort(survey.topics, survey.count, sizeof *survey.topics, by_use);
            evict(cache_directory, &survey, limit_bytes, &result);
        }
        *ret = result;
    }
    for (size_t i = 0; i < survey.count; i++) {
        free(survey.topics[i].name);
    }
    free(survey.topics);
    return status;
}
