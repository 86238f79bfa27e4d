#include "source/pattern.h"

#include "base/memory.h"
#include "source/filename.h"
#include "source/input.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

enum { COMPONENTS_MAX = 64 };

struct walk {
    struct hc_arena *arena;
    struct hc_slice components[COMPONENTS_MAX];
    size_t count;
    struct hc_data_file *files; /* heap while it grows */
    size_t file_count, capacity;
    int denied; /* errno of a folder that did not open, or 0 */
};

static bool is_wild(struct hc_slice text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '*' || text.data[i] == '?' || text.data[i] == '{') {
            return true;
        }
    }
    return false;
}

static struct hc_captures captures_copy(struct hc_arena *arena, const struct hc_captures *from)
{
    struct hc_captures copy = *from;
    copy.symbol = hc_arena_copy(arena, from->symbol);
    copy.exchange = hc_arena_copy(arena, from->exchange);
    return copy;
}

static enum hc_status file_append(struct walk *walk, const char *path, struct hc_slice member,
                                  bool only_member, const struct hc_captures *captures,
                                  struct hc_error *error)
{
    if (walk->file_count == HC_FILES_MAX) {
        return hc_error_set(error, HC_LIMIT, "more than %d files match", HC_FILES_MAX);
    }
    walk->files = hc_grow(walk->files, &walk->capacity, walk->file_count + 1, sizeof(*walk->files));
    struct hc_data_file *file = &walk->files[walk->file_count++];
    file->path = path;
    file->member = member;
    file->captures = captures_copy(walk->arena, captures);
    file->shown = hc_slice_str(path);
    if (!hc_slice_is_null(member) && !only_member) {
        file->shown = hc_slice_str(
            hc_arena_format(walk->arena, "%s/" HC_SLICE_FMT, path, HC_SLICE_ARG(member)));
    }
    return HC_OK;
}

/* A regular file, as one or, for an archive, one for each member. */
static enum hc_status file_add(struct walk *walk, const char *path,
                               const struct hc_captures *captures, struct hc_error *error)
{
    path = hc_arena_str(walk->arena, hc_slice_str(path));
    if (!hc_name_ends(hc_slice_str(path), ".zip")) {
        return file_append(walk, path, HC_SLICE_NULL, true, captures, error);
    }
    struct hc_slice_list members = {NULL, 0};
    enum hc_status status = hc_zip_members(path, walk->arena, &members, error);
    if (status == HC_OK && members.count == 0) {
        status = hc_error_set(error, HC_INVALID, "%s: no data inside", path);
    }
    for (size_t i = 0; status == HC_OK && i < members.count; i++) {
        status = file_append(walk, path, members.items[i], members.count == 1, captures, error);
    }
    return status;
}

static int compare_slices(const void *a, const void *b)
{
    return hc_slice_compare(*(const struct hc_slice *)a, *(const struct hc_slice *)b);
}

/* Names in a folder, sorted, without hidden ones. Null list and walk->denied when it does not open.
 */
static enum hc_status folder_names(struct walk *walk, const char *path, struct hc_slice_list *ret,
                                   struct hc_error *error)
{
    *ret = (struct hc_slice_list){NULL, 0};
    DIR *folder = opendir(path[0] ? path : ".");
    if (folder == NULL) {
        walk->denied = errno == EACCES ? EACCES : walk->denied;
        return HC_OK;
    }
    struct hc_slice *names = NULL;
    size_t capacity = 0;
    size_t count = 0;
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL && count <= HC_FILES_MAX) {
        if (entry->d_name[0] != '.') {
            names = hc_grow(names, &capacity, count + 1, sizeof(*names));
            names[count++] = hc_arena_copy(walk->arena, hc_slice_str(entry->d_name));
        }
    }
    closedir(folder);
    if (count > 0) {
        qsort(names, count, sizeof(*names), compare_slices);
        ret->items = HC_ARENA_ARRAY(walk->arena, struct hc_slice, count);
        memcpy(ret->items, names, count * sizeof(*names));
        ret->count = count;
    }
    free(names);
    return count > HC_FILES_MAX
               ? hc_error_set(error, HC_LIMIT, "%s: more than %d files", path, HC_FILES_MAX)
               : HC_OK;
}

static enum hc_status folder_add(struct walk *walk, const char *path,
                                 const struct hc_captures *captures, struct hc_error *error)
{
    struct hc_slice_list names;
    enum hc_status status = folder_names(walk, path, &names, error);
    for (size_t i = 0; status == HC_OK && i < names.count; i++) {
        struct stat info;
        const char *inner =
            hc_arena_format(walk->arena, "%s%s" HC_SLICE_FMT, path,
                            path[strlen(path) - 1] == '/' ? "" : "/", HC_SLICE_ARG(names.items[i]));
        if (hc_name_is_data(names.items[i]) && stat(inner, &info) == 0 && S_ISREG(info.st_mode)) {
            status = file_add(walk, inner, captures, error);
        }
    }
    return status;
}

static enum hc_status descend(struct walk *walk, const char *prefix, size_t index,
                              const struct hc_captures *captures, struct hc_error *error);

static enum hc_status component_add(struct walk *walk, const char *path, size_t index,
                                    const struct hc_captures *captures, bool named,
                                    struct hc_error *error)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        walk->denied = errno == EACCES ? EACCES : walk->denied;
        return HC_OK;
    }
    if (index + 1 < walk->count) {
        return S_ISDIR(info.st_mode) ? descend(walk, path, index + 1, captures, error) : HC_OK;
    }
    if (S_ISDIR(info.st_mode)) {
        return named ? folder_add(walk, path, captures, error) : HC_OK;
    }
    if (hc_name_ends(hc_slice_str(path), ".json") || hc_name_ends(hc_slice_str(path), ".json.gz")) {
        return named ? hc_error_set(error, HC_UNSUPPORTED, "%s: JSON files are not read yet", path)
                     : HC_OK;
    }
    /* A FIFO or device that was named is refused when it is opened; one that a `*` met is passed
     * over. */
    return named || S_ISREG(info.st_mode) ? file_add(walk, path, captures, error) : HC_OK;
}

/* `prefix` is a folder that exists (or empty); goes on with component `index`. */
static enum hc_status descend(struct walk *walk, const char *prefix, size_t index,
                              const struct hc_captures *captures, struct hc_error *error)
{
    HC_ASSERT(index < walk->count);
    struct hc_slice component = walk->components[index];
    const char *slash = prefix[0] == '\0' || prefix[strlen(prefix) - 1] == '/' ? "" : "/";
    if (!is_wild(component)) {
        return component_add(walk,
                             hc_arena_format(walk->arena, "%s%s" HC_SLICE_FMT, prefix, slash,
                                             HC_SLICE_ARG(component)),
                             index, captures, true, error);
    }
    struct hc_slice_list names;
    enum hc_status status = folder_names(walk, prefix, &names, error);
    for (size_t i = 0; status == HC_OK && i < names.count; i++) {
        struct hc_captures caught = *captures;
        if (hc_pattern_match(component, names.items[i], &caught)) {
            status = component_add(walk,
                                   hc_arena_format(walk->arena, "%s%s" HC_SLICE_FMT, prefix, slash,
                                                   HC_SLICE_ARG(names.items[i])),
                                   index, &caught, false, error);
        }
    }
    return status;
}

static enum hc_status components_split(struct walk *walk, struct hc_slice pattern,
                                       struct hc_error *error)
{
    struct hc_slice rest = pattern;
    while (!hc_slice_is_null(rest)) {
        struct hc_slice part = hc_slice_cut(&rest, '/');
        if (part.size == 0) {
            continue;
        }
        if (walk->count == COMPONENTS_MAX) {
            return hc_error_set(error, HC_USAGE, "a path of more than %d folders", COMPONENTS_MAX);
        }
        walk->components[walk->count++] = part;
    }
    if (walk->count == 0) {
        return hc_error_set(error, HC_USAGE, "csv: names no file; write csv:PATH-OR-PATTERN");
    }
    return HC_OK;
}

static int compare_files(const void *a, const void *b)
{
    const struct hc_data_file *left = a;
    const struct hc_data_file *right = b;
    int order = strcmp(left->path, right->path);
    return order != 0 ? order : hc_slice_compare(left->member, right->member);
}

static enum hc_status nothing_found(const struct walk *walk, struct hc_slice pattern,
                                    struct hc_error *error)
{
    if (walk->denied != 0) {
        return hc_error_errno(error, walk->denied, HC_SLICE_FMT, HC_SLICE_ARG(pattern));
    }
    return hc_error_set(error, HC_NOT_FOUND,
                        HC_SLICE_FMT ": no such file, or no data file (.csv .tsv .txt, plain or "
                                     ".gz .zst .zip) in it",
                        HC_SLICE_ARG(pattern));
}

enum hc_status hc_pattern_expand(struct hc_slice pattern, struct hc_arena *arena,
                                 struct hc_data_file **ret, size_t *ret_count,
                                 struct hc_error *error)
{
    HC_ASSERT(arena != NULL && ret != NULL && ret_count != NULL);
    if (pattern.size >= PATH_MAX || (pattern.size > 0 && memchr(pattern.data, 0, pattern.size))) {
        return hc_error_set(error, HC_USAGE, "csv: a path that no file can have");
    }
    struct walk *walk = hc_alloc(sizeof(*walk));
    walk->arena = arena;
    struct hc_captures none = {.symbol = HC_SLICE_NULL};
    const char *literal = hc_arena_str(arena, pattern);
    struct stat info;
    enum hc_status status = components_split(walk, pattern, error);
    if (status == HC_OK && is_wild(pattern) && stat(literal, &info) == 0) {
        status = component_add(walk, literal, walk->count - 1, &none, true, error);
    } else if (status == HC_OK) {
        status = descend(walk, pattern.data[0] == '/' ? "/" : "", 0, &none, error);
    }
    if (status == HC_OK && walk->file_count == 0) {
        status = nothing_found(walk, pattern, error);
    }
    if (status == HC_OK) {
        qsort(walk->files, walk->file_count, sizeof(*walk->files), compare_files);
        *ret = HC_ARENA_ARRAY(arena, struct hc_data_file, walk->file_count);
        memcpy(*ret, walk->files, walk->file_count * sizeof(*walk->files));
        *ret_count = walk->file_count;
    }
    free(walk->files);
    free(walk);
    return status;
}
