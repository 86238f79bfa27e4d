#include "cli/plan_list.h"

#include <errno.h>
#include <stdio.h>

void hc_plan_copy_list(const struct hc_scope *scope, enum hc_key_id id, struct hc_arena *arena,
                       struct hc_slice_list *ret)
{
    const struct hc_value *value = &hc_scope_get(scope, id)->value;
    ret->items = HC_ARENA_ARRAY(arena, struct hc_slice, value->count);
    ret->count = value->count;
    for (size_t i = 0; i < value->count; i++) {
        ret->items[i] = hc_arena_copy(arena, value->items[i]);
    }
}

static enum hc_status read_file(const struct hc_scope *scope, enum hc_key_id id, const char *path,
                                struct hc_arena *arena, struct hc_slice *ret,
                                struct hc_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        return hc_scope_refuse(scope, id, error, "the list %s cannot be read: %s", path,
                               strerror(errno));
    }
    struct hc_buffer text = {0};
    size_t got;
    do {
        got = fread(hc_buffer_reserve(&text, 65536), 1, 65536, file);
        text.size += got;
    } while (got > 0 && text.size <= HC_LIST_FILE_BYTES_MAX);
    int failed = ferror(file) ? errno : 0;
    fclose(file);
    *ret = hc_arena_copy(arena, hc_buffer_slice(&text));
    hc_buffer_done(&text);
    if (failed) {
        return hc_scope_refuse(scope, id, error, "the list %s cannot be read: %s", path,
                               strerror(failed));
    }
    return ret->size <= HC_LIST_FILE_BYTES_MAX
               ? HC_OK
               : hc_scope_refuse(scope, id, error, "the list %s is larger than %d bytes", path,
                                 HC_LIST_FILE_BYTES_MAX);
}

/* Names on lines of their own; empty lines and those that begin with # are passed over. */
static size_t lines_of(struct hc_slice text, struct hc_slice *ret)
{
    size_t count = 0;
    while (!hc_slice_is_null(text)) {
        struct hc_slice line = hc_slice_trim(hc_slice_cut(&text, '\n'));
        if (line.size && line.data[0] != '#') {
            if (ret) {
                ret[count] = line;
            }
            count++;
        }
    }
    return count;
}

enum hc_status hc_plan_list(const struct hc_scope *scope, enum hc_key_id id, struct hc_arena *arena,
                            struct hc_slice_list *ret, struct hc_error *error)
{
    struct hc_slice_list said;
    hc_plan_copy_list(scope, id, arena, &said);
    struct hc_slice *texts = HC_ARENA_ARRAY(arena, struct hc_slice, said.count);
    size_t count = 0;
    for (size_t i = 0; i < said.count; i++) {
        struct hc_slice item = said.items[i];
        if (item.data[0] != '@') {
            count++;
            continue;
        }
        const char *path = hc_arena_str(arena, hc_slice_of(item.data + 1, item.size - 1));
        enum hc_status status = read_file(scope, id, path, arena, &texts[i], error);
        if (status != HC_OK) {
            return status;
        }
        count += lines_of(texts[i], NULL);
    }
    struct hc_slice_list list = {.items = HC_ARENA_ARRAY(arena, struct hc_slice, count)};
    for (size_t i = 0; i < said.count; i++) {
        if (hc_slice_is_null(texts[i])) {
            list.items[list.count++] = said.items[i];
        } else {
            list.count += lines_of(texts[i], list.items + list.count);
        }
    }
    HC_ASSERT(list.count == count);
    *ret = list;
    return HC_OK;
}
