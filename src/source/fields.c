#include "source/spec.h"

enum { FIELDS_MAX = 1024 };

/* The text up to the next comma outside quotes; *rest becomes what follows, null at the end. */
static struct hc_slice part_cut(struct hc_slice *rest)
{
    struct hc_slice text = *rest;
    bool quoted = false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\'') {
            quoted = !quoted;
        } else if (text.data[i] == ',' && !quoted) {
            *rest = hc_slice_of(text.data + i + 1, text.size - i - 1);
            return hc_slice_of(text.data, i);
        }
    }
    *rest = HC_SLICE_NULL;
    return text;
}

/* The inside of a '...' literal with '' for a quote, copied into the arena. False when it is none.
 */
static bool constant_parse(struct hc_slice text, struct hc_arena *arena, struct hc_slice *ret)
{
    if (text.size < 2 || text.data[0] != '\'' || text.data[text.size - 1] != '\'') {
        return false;
    }
    char *out = hc_arena_bytes(arena, text.size);
    size_t size = 0;
    for (size_t i = 1; i + 1 < text.size; i++) {
        if (text.data[i] == '\'') {
            if (i + 2 >= text.size || text.data[i + 1] != '\'') {
                return false;
            }
            i++;
        }
        out[size++] = text.data[i];
    }
    *ret = hc_slice_of(out, size);
    return true;
}

static enum hc_status field_parse(struct hc_slice part, struct hc_arena *arena,
                                  struct hc_field_spec *ret, struct hc_error *error)
{
    struct hc_slice right = part;
    struct hc_slice left = hc_slice_trim(hc_slice_cut(&right, '='));
    *ret = (struct hc_field_spec){0};
    if (left.size == 0) {
        return hc_error_set(error, HC_USAGE, "--fields: `" HC_SLICE_FMT "` names no field",
                            HC_SLICE_ARG(part));
    }
    ret->name = hc_arena_copy(arena, left);
    if (hc_slice_is_null(right)) {
        ret->from = ret->name;
        return HC_OK;
    }
    right = hc_slice_trim(right);
    if (right.size > 0 && right.data[0] == '\'') {
        if (!constant_parse(right, arena, &ret->constant)) {
            return hc_error_set(error, HC_USAGE,
                                "--fields: `" HC_SLICE_FMT "`: a constant is written 'text', "
                                "with '' for a quote inside",
                                HC_SLICE_ARG(part));
        }
        return HC_OK;
    }
    if (right.size == 0) {
        return hc_error_set(error, HC_USAGE,
                            "--fields: `" HC_SLICE_FMT "` names no column behind `=`",
                            HC_SLICE_ARG(part));
    }
    ret->from = hc_arena_copy(arena, right);
    return HC_OK;
}

enum hc_status hc_fields_parse(struct hc_slice text, struct hc_arena *arena,
                               struct hc_field_spec **ret, size_t *ret_count,
                               struct hc_error *error)
{
    HC_ASSERT(arena != NULL && ret != NULL && ret_count != NULL);
    size_t capacity = 1;
    for (size_t i = 0; i < text.size; i++) {
        capacity += text.data[i] == ',';
    }
    if (capacity > FIELDS_MAX) {
        return hc_error_set(error, HC_USAGE, "--fields: more than %d fields", FIELDS_MAX);
    }
    struct hc_field_spec *fields = HC_ARENA_ARRAY(arena, struct hc_field_spec, capacity);
    size_t count = 0;
    struct hc_slice rest = hc_slice_is_null(text) ? HC_SLICE_EMPTY : text;
    while (!hc_slice_is_null(rest)) {
        HC_ASSERT(count < capacity);
        enum hc_status status = field_parse(part_cut(&rest), arena, &fields[count], error);
        if (status != HC_OK) {
            return status;
        }
        for (size_t i = 0; i < count; i++) {
            if (hc_slice_equal(fields[i].name, fields[count].name)) {
                return hc_error_set(error, HC_USAGE, "--fields: `" HC_SLICE_FMT "` is named twice",
                                    HC_SLICE_ARG(fields[i].name));
            }
        }
        count++;
    }
    *ret = fields;
    *ret_count = count;
    return HC_OK;
}
