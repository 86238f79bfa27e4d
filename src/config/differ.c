/* Two configurations compared, for a reload. */
#include "config/config.h"

static bool same_value(const struct hc_key *key, const struct hc_value *a, const struct hc_value *b)
{
    if (!a->set || !b->set) {
        return a->set == b->set;
    }
    struct hc_buffer first = {0}, second = {0};
    hc_value_write(key, a, &first);
    hc_value_write(key, b, &second);
    bool same = hc_slice_equal(hc_buffer_slice(&first), hc_buffer_slice(&second));
    hc_buffer_done(&first);
    hc_buffer_done(&second);
    return same;
}

static void put(struct hc_slice path, const char *name, struct hc_buffer *out)
{
    hc_buffer_append_str(out, out->size ? ", " : "");
    hc_buffer_append_slice(out, path);
    hc_buffer_append_str(out, name);
}

static void differ_scope(const struct hc_scope *a, const struct hc_scope *b, struct hc_buffer *out)
{
    HC_ASSERT(a->section == b->section);
    const struct hc_key *keys;
    size_t count = hc_section_keys(a->section, &keys);
    for (size_t i = 0; i < count; i++) {
        const struct hc_value *x = &hc_scope_get(a, keys[i].id)->value;
        const struct hc_value *y = &hc_scope_get(b, keys[i].id)->value;
        if (!(keys[i].traits & HC_TRAIT_RELOAD) && !same_value(&keys[i], x, y)) {
            put(a->path, keys[i].name, out);
        }
    }
}

/* Scopes that have come, gone or changed their names are told as a whole. */
static void differ_scopes(const struct hc_scope *a, size_t a_count, const struct hc_scope *b,
                          size_t b_count, const char *what, struct hc_buffer *out)
{
    bool same = a_count == b_count;
    for (size_t i = 0; i < a_count && same; i++) {
        same = hc_slice_equal(a[i].name, b[i].name);
    }
    if (!same) {
        put(HC_SLICE_EMPTY, what, out);
        return;
    }
    for (size_t i = 0; i < a_count; i++) {
        differ_scope(&a[i], &b[i], out);
    }
}

void hc_config_differ(const struct hc_config *before, const struct hc_config *after,
                      struct hc_buffer *out)
{
    differ_scope(&before->root, &after->root, out);
    bool sources = before->source_count == after->source_count;
    for (size_t i = 0; i < before->source_count && sources; i++) {
        sources = hc_slice_equal(before->sources[i].name, after->sources[i].name) &&
                  hc_slice_equal(before->sources[i].uri, after->sources[i].uri);
    }
    if (!sources) {
        put(HC_SLICE_EMPTY, "sources", out);
    }
    differ_scopes(before->topics, before->topic_count, after->topics, after->topic_count, "topics",
                  out);
    differ_scopes(before->sessions, before->session_count, after->sessions, after->session_count,
                  "sessions", out);
}
