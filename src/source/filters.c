#include "source/filters.h"

#include "source/input.h"

enum { FILTER_FILE_BYTES_MAX = 4 * 1024 * 1024 };

static bool any_glob(const struct hc_slice_list *globs, struct hc_slice text)
{
    for (size_t i = 0; i < globs->count; i++) {
        if (hc_slice_glob(globs->items[i], text)) {
            return true;
        }
    }
    return false;
}

bool hc_filters_any(const struct hc_filters *filters)
{
    return filters->include.count > 0 || filters->exclude.count > 0;
}

bool hc_filters_include(const struct hc_filters *filters, struct hc_slice symbol)
{
    return (filters->include.count == 0 || any_glob(&filters->include, symbol)) &&
           !any_glob(&filters->exclude, symbol);
}

static enum hc_status filter_file_read(const char *path, struct hc_arena *arena,
                                       struct hc_slice *ret, struct hc_error *error)
{
    struct hc_input *input = NULL;
    enum hc_status status = hc_input_open(path, HC_SLICE_NULL, NULL, &input, error);
    if (status != HC_OK) {
        return hc_error_prefix(error, "symbols from @%s", path);
    }
    char *text = hc_arena_bytes(arena, FILTER_FILE_BYTES_MAX);
    size_t size = 0;
    size_t got = 0;
    while (size < FILTER_FILE_BYTES_MAX &&
           (status = hc_input_read(input, text + size, FILTER_FILE_BYTES_MAX - size, &got,
                                   error)) == HC_OK) {
        size += got;
    }
    hc_input_close(input);
    if (status == HC_OK) {
        return hc_error_set(error, HC_LIMIT, "%s: more than 4 MiB of symbols", path);
    }
    *ret = hc_slice_of(text, size);
    return status == HC_END ? HC_OK : status;
}

static void globs_append(struct hc_slice_list *list, size_t *capacity, struct hc_arena *arena,
                         struct hc_slice glob)
{
    glob = hc_slice_trim(glob);
    if (glob.size == 0) {
        return;
    }
    if (list->count == *capacity) {
        *capacity = HC_MAX(*capacity * 2, (size_t)16);
        struct hc_slice *items = HC_ARENA_ARRAY(arena, struct hc_slice, *capacity);
        if (list->count > 0) {
            memcpy(items, list->items, list->count * sizeof(*items));
        }
        list->items = items;
    }
    list->items[list->count++] = glob;
}

static enum hc_status list_read(const struct hc_slice_list *from, struct hc_arena *arena,
                                struct hc_slice_list *ret, struct hc_error *error)
{
    size_t capacity = 0;
    for (size_t i = 0; i < from->count; i++) {
        struct hc_slice item = from->items[i];
        if (item.size == 0 || item.data[0] != '@') {
            globs_append(ret, &capacity, arena, item);
            continue;
        }
        struct hc_slice text = HC_SLICE_NULL;
        const char *path = hc_arena_str(arena, hc_slice_of(item.data + 1, item.size - 1));
        enum hc_status status = filter_file_read(path, arena, &text, error);
        if (status != HC_OK) {
            return status;
        }
        while (!hc_slice_is_null(text)) {
            struct hc_slice line = hc_slice_trim(hc_slice_cut(&text, '\n'));
            bool comment = line.size > 0 && line.data[0] == '#';
            while (!comment && !hc_slice_is_null(line)) {
                globs_append(ret, &capacity, arena, hc_slice_cut(&line, ','));
            }
        }
    }
    return HC_OK;
}

enum hc_status hc_filters_read(const struct hc_topic_spec *spec, struct hc_arena *arena,
                               struct hc_filters *ret, struct hc_error *error)
{
    HC_ASSERT(spec != NULL && arena != NULL && ret != NULL);
    struct hc_filters filters = {0};
    enum hc_status status = list_read(&spec->symbols, arena, &filters.include, error);
    if (status == HC_OK) {
        status = list_read(&spec->exclude_symbols, arena, &filters.exclude, error);
    }
    if (status == HC_OK) {
        *ret = filters;
    }
    return status;
}
