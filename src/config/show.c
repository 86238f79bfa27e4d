/* The effective configuration as a YAML file that says the same. */
#include "config/config.h"

enum { ORIGIN_COLUMN = 44 };

static void indent(unsigned levels, struct hc_buffer *out)
{
    for (unsigned i = 0; i < levels; i++) {
        hc_buffer_append_str(out, "  ");
    }
}

/* "key: value   # origin", with the sentence above it. What is not set, or has no key in the file,
 * is a comment. */
static void show_setting(const struct hc_key *key, const struct hc_setting *setting, unsigned level,
                         struct hc_buffer *out)
{
    const char *dot = strchr(key->name, '.');
    const char *name = dot ? dot + 1 : key->name;
    const char *shown = key->traits & HC_TRAIT_NO_FILE ? key->flag : name;
    indent(level, out);
    hc_buffer_printf(out, "# %s\n", key->help);
    size_t start = out->size;
    indent(level, out);
    bool comment = !setting->value.set || (key->traits & HC_TRAIT_NO_FILE);
    hc_buffer_printf(out, "%s%s%s", comment ? "# " : "", shown,
                     key->traits & HC_TRAIT_NO_FILE ? " " : ": ");
    if (setting->value.set) {
        hc_value_write(key, &setting->value, out);
    } else {
        hc_buffer_append_str(out, "(not set)");
    }
    do {
        hc_buffer_append_char(out, ' ');
    } while (out->size - start < ORIGIN_COLUMN);
    char origin[HC_ORIGIN_BYTES];
    hc_buffer_printf(out, "# %s\n", hc_origin_text(&setting->origin, origin));
}

static void show_scope(const struct hc_scope *scope, unsigned level, struct hc_buffer *out)
{
    const struct hc_key *keys;
    size_t count = hc_section_keys(scope->section, &keys);
    bool is_main = hc_slice_equal_str(scope->path, "replay.");
    struct hc_slice group = HC_SLICE_EMPTY;
    for (size_t i = 0; i < count; i++) {
        if (is_main && (keys[i].traits & HC_TRAIT_NOT_MAIN)) {
            continue;
        }
        const char *dot = strchr(keys[i].name, '.');
        struct hc_slice now =
            dot ? hc_slice_of(keys[i].name, (size_t)(dot - keys[i].name)) : HC_SLICE_EMPTY;
        if (!hc_slice_equal(now, group) && now.size) {
            indent(level, out);
            hc_buffer_printf(out, HC_SLICE_FMT ":\n", HC_SLICE_ARG(now));
        }
        group = now;
        show_setting(&keys[i], hc_scope_get(scope, keys[i].id), level + (dot != NULL), out);
    }
}

static void show_named(const struct hc_scope *scope, struct hc_buffer *out)
{
    char origin[HC_ORIGIN_BYTES];
    indent(1, out);
    hc_yaml_write_scalar(scope->name, out);
    hc_buffer_printf(out, ": # %s\n", hc_origin_text(&scope->origin, origin));
    show_scope(scope, 2, out);
}

static void show_sources(const struct hc_config *config, struct hc_buffer *out)
{
    char origin[HC_ORIGIN_BYTES];
    hc_buffer_append_str(out, "\nsources:\n");
    for (size_t i = 0; i < config->source_count; i++) {
        const struct hc_config_source *source = &config->sources[i];
        struct hc_value value = {.set = true, .text = source->uri};
        indent(1, out);
        hc_yaml_write_scalar(source->name, out);
        hc_buffer_append_str(out, ": ");
        hc_value_write(hc_key(HC_KEY_SOURCE), &value, out);
        hc_buffer_printf(out, " # %s\n", hc_origin_text(&source->origin, origin));
    }
}

void hc_config_show(const struct hc_config *config, struct hc_buffer *out)
{
    HC_ASSERT(config->topic_count >= 1 && config->session_count >= 1);
    hc_buffer_append_str(out, "# Everything that is in effect, each with its origin.\n\n");
    show_scope(&config->root, 0, out);
    if (config->source_count) {
        show_sources(config, out);
    }
    hc_buffer_append_str(out, "\ntopics:\n");
    for (size_t i = 0; i < config->topic_count; i++) {
        show_named(&config->topics[i], out);
    }
    hc_buffer_append_str(out, "\nreplay:\n");
    show_scope(&config->sessions[0], 1, out);
    if (config->session_count > 1) {
        hc_buffer_append_str(out, "\nsessions:\n");
    }
    for (size_t i = 1; i < config->session_count; i++) {
        show_named(&config->sessions[i], out);
    }
}
