/* Values as YAML. */
#include "base/timetext.h"
#include "config/value.h"

/* Characters that never change what a plain scalar means, wherever they stand. */
static bool is_plain(struct hc_slice text)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "_-./+:";
    if (!text.size || strchr("-:.", text.data[0]) || text.data[text.size - 1] == ':' ||
        hc_word_index("null|~|Null|NULL", text) >= 0) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (!text.data[i] || !strchr(safe, text.data[i])) {
            return false;
        }
    }
    return true;
}

void hc_yaml_write_scalar(struct hc_slice text, struct hc_buffer *out)
{
    if (is_plain(text)) {
        hc_buffer_append_slice(out, text);
    } else {
        hc_buffer_append_json(out, text); /* a JSON string is a YAML one */
    }
}

/* scheme://user:PASSWORD@host: what stands between the last colon of the user part and the @. */
static void write_text(struct hc_slice text, struct hc_buffer *out)
{
    const char *scheme = memmem(text.data, text.size, "://", 3);
    const char *end = text.data + text.size;
    const char *at = scheme ? memchr(scheme, '@', (size_t)(end - scheme)) : NULL;
    const char *colon = at ? memchr(scheme + 3, ':', (size_t)(at - scheme - 3)) : NULL;
    if (!colon) {
        hc_yaml_write_scalar(text, out);
        return;
    }
    struct hc_buffer shown = {0};
    hc_buffer_append(&shown, text.data, (size_t)(colon + 1 - text.data));
    hc_buffer_append_str(&shown, "***");
    hc_buffer_append(&shown, at, (size_t)(end - at));
    hc_yaml_write_scalar(hc_buffer_slice(&shown), out);
    hc_buffer_done(&shown);
}

static void write_list(const struct hc_value *value, struct hc_buffer *out)
{
    hc_buffer_append_char(out, '[');
    for (size_t i = 0; i < value->count; i++) {
        hc_buffer_append_str(out, i ? ", " : "");
        hc_yaml_write_scalar(value->items[i], out);
    }
    hc_buffer_append_char(out, ']');
}

static void write_member(const char *name, struct hc_slice text, bool *first, struct hc_buffer *out)
{
    if (!hc_slice_is_null(text)) {
        hc_buffer_printf(out, "%s%s: ", *first ? "" : ", ", name);
        hc_yaml_write_scalar(text, out);
        *first = false;
    }
}

static void write_fields(const struct hc_value *value, struct hc_buffer *out)
{
    hc_buffer_append_char(out, '[');
    for (size_t i = 0; i < value->count; i++) {
        const struct hc_config_field *field = &value->fields[i];
        bool first = true;
        hc_buffer_append_str(out, i ? ", {" : "{");
        write_member("name", field->name, &first, out);
        write_member("from", field->from, &first, out);
        write_member("const", field->constant, &first, out);
        write_member("as", field->as, &first, out);
        hc_buffer_append_char(out, '}');
    }
    hc_buffer_append_char(out, ']');
}

static void write_pairs(const struct hc_value *value, struct hc_buffer *out)
{
    hc_buffer_append_char(out, '{');
    for (size_t i = 0; i < value->count; i++) {
        hc_buffer_append_str(out, i ? ", " : "");
        hc_yaml_write_scalar(value->pairs[i].name, out);
        hc_buffer_append_str(out, ": ");
        hc_yaml_write_scalar(value->pairs[i].value, out);
    }
    hc_buffer_append_char(out, '}');
}

void hc_value_write(const struct hc_key *key, const struct hc_value *value, struct hc_buffer *out)
{
    HC_ASSERT(value->set);
    if (value->items) {
        write_list(value, out);
    } else if (value->pairs) {
        write_pairs(value, out);
    } else if (value->fields) {
        write_fields(value, out);
    } else if (!hc_slice_is_null(value->column)) {
        bool first = true;
        hc_buffer_append_char(out, '{');
        write_member("column", value->column, &first, out);
        hc_buffer_append_char(out, '}');
    } else {
        HC_ASSERT(!hc_slice_is_null(value->text) || key->kind == HC_KIND_LIST);
        write_text(value->text, out);
    }
}
