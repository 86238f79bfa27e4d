/* The configuration file: nodes to settings. */
#include "base/nearest.h"
#include "config/internal.h"

#include <stdio.h>

struct layer {
    struct hc_config *config;
    const char *file;
    struct hc_error *error;
};

static struct hc_origin origin_at(const struct layer *layer, unsigned line)
{
    return (struct hc_origin){
        .kind = HC_ORIGIN_FILE, .name = hc_slice_str(layer->file), .line = line};
}

static enum hc_status fail_at(const struct layer *layer, unsigned line, const char *text)
{
    return hc_error_set(layer->error, HC_USAGE, "%s:%u: %s", layer->file, line, text);
}

#define FAIL(layer, line, ...)                                                                     \
    fail_at(layer, line, hc_arena_format(&(layer)->config->arena, __VA_ARGS__))

static bool may_stand(const struct hc_scope *scope, const struct hc_key *key)
{
    bool is_main = hc_slice_equal_str(scope->path, "replay.");
    return !(key->traits & HC_TRAIT_NO_FILE) && !(is_main && (key->traits & HC_TRAIT_NOT_MAIN));
}

static bool begins(const char *name, struct hc_slice with)
{
    return strlen(name) >= with.size && memcmp(name, with.data, with.size) == 0;
}

/* What may stand at this place, for the sentence about what may not. */
static size_t names_at(struct hc_scope *scope, struct hc_slice prefix, struct hc_arena *arena,
                       struct hc_slice **ret)
{
    static const char *const maps[] = {"sources", "topics", "replay", "sessions"};
    const struct hc_key *keys;
    size_t key_count = hc_section_keys(scope->section, &keys), count = 0;
    *ret = HC_ARENA_ARRAY(arena, struct hc_slice, key_count + HC_COUNT(maps));
    for (size_t i = 0; i < key_count; i++) {
        if (!may_stand(scope, &keys[i]) || !begins(keys[i].name, prefix)) {
            continue;
        }
        struct hc_slice rest = hc_slice_str(keys[i].name + prefix.size);
        struct hc_slice name = hc_slice_cut(&rest, '.');
        if (count == 0 || !hc_slice_equal((*ret)[count - 1], name)) {
            (*ret)[count++] = name;
        }
    }
    for (size_t i = 0; i < HC_COUNT(maps) && scope->section == HC_SECTION_ROOT && !prefix.size;
         i++) {
        (*ret)[count++] = hc_slice_str(maps[i]);
    }
    return count;
}

/* A key that exists elsewhere is told its place; any other the nearest ones. */
static enum hc_status unknown_key(const struct layer *layer, struct hc_scope *scope,
                                  struct hc_slice prefix, const struct hc_node *node)
{
    static const char *const places[HC_SECTION_COUNT] = {"at the top of the file",
                                                         "below topics.NAME", "below replay"};
    for (int section = 0; section < HC_SECTION_COUNT; section++) {
        const struct hc_key *key = hc_key_named((enum hc_section)section, node->key);
        bool elsewhere = prefix.size || section != (int)scope->section;
        if (key && elsewhere && !(key->traits & (HC_TRAIT_NO_FILE | HC_TRAIT_NOT_MAIN))) {
            return FAIL(layer, node->key_line, "the key " HC_SLICE_FMT " has its place %s",
                        HC_SLICE_ARG(node->key), places[section]);
        }
    }
    HC_ASSERT(node->key_line > 0);
    struct hc_slice *names;
    size_t count = names_at(scope, prefix, &layer->config->arena, &names);
    char near[256];
    hc_nearest_text(node->key, names, count, near, sizeof near);
    return FAIL(layer, node->key_line,
                HC_SLICE_FMT HC_SLICE_FMT HC_SLICE_FMT " is no key; the nearest is %s",
                HC_SLICE_ARG(scope->path), HC_SLICE_ARG(prefix), HC_SLICE_ARG(node->key), near);
}

static enum hc_status set_key(const struct layer *layer, struct hc_scope *scope,
                              const struct hc_key *key, const struct hc_node *node)
{
    HC_ASSERT(may_stand(scope, key) && node->key_line > 0);
    struct hc_value value;
    unsigned line = node->key_line;
    enum hc_status status =
        hc_value_read(key, node, &layer->config->arena, &value, &line, layer->error);
    if (status != HC_OK) {
        if (layer->error) {
            hc_error_prefix(layer->error, "%s:%u: " HC_SLICE_FMT "%s", layer->file, line,
                            HC_SLICE_ARG(scope->path), key->name);
        }
        return status;
    }
    *hc_scope_setting(scope, key) = (struct hc_setting){value, origin_at(layer, node->key_line)};
    return HC_OK;
}

static bool is_group(const struct hc_scope *scope, struct hc_slice dotted)
{
    const struct hc_key *keys;
    size_t count = hc_section_keys(scope->section, &keys);
    for (size_t i = 0; i < count; i++) {
        if (begins(keys[i].name, dotted) && keys[i].name[dotted.size] == '.') {
            return true;
        }
    }
    return false;
}

static enum hc_status need_map(const struct layer *layer, const struct hc_node *node)
{
    return node->kind == HC_NODE_MAP
               ? HC_OK
               : FAIL(layer, node->line, HC_SLICE_FMT " takes keys of its own below it",
                      HC_SLICE_ARG(node->key));
}

/* One key of a scope below `prefix` ("" or "log."); groups of keys are one level deep. */
static enum hc_status take_key(const struct layer *layer, struct hc_scope *scope,
                               struct hc_slice prefix, const struct hc_node *node)
{
    struct hc_arena *arena = &layer->config->arena;
    struct hc_slice dotted = hc_slice_str(hc_arena_format(
        arena, HC_SLICE_FMT HC_SLICE_FMT, HC_SLICE_ARG(prefix), HC_SLICE_ARG(node->key)));
    const struct hc_key *key = hc_key_named(scope->section, dotted);
    bool flat = node->key.size && !memchr(node->key.data, '.', node->key.size);
    if (key && flat && may_stand(scope, key)) {
        return set_key(layer, scope, key, node);
    }
    if (prefix.size || !flat || !is_group(scope, dotted)) {
        return unknown_key(layer, scope, prefix, node);
    }
    enum hc_status status = need_map(layer, node);
    struct hc_slice inner =
        hc_slice_str(hc_arena_format(arena, HC_SLICE_FMT ".", HC_SLICE_ARG(dotted)));
    for (const struct hc_node *child = node->first; child && status == HC_OK; child = child->next) {
        status = take_key(layer, scope, inner, child);
    }
    return status;
}

static enum hc_status take_keys(const struct layer *layer, struct hc_scope *scope,
                                const struct hc_node *map)
{
    enum hc_status status = need_map(layer, map);
    for (const struct hc_node *child = map->first; child && status == HC_OK; child = child->next) {
        status = take_key(layer, scope, HC_SLICE_EMPTY, child);
    }
    return status;
}

/* `name:` with nothing behind it is a topic with the defaults. */
static bool is_nothing(const struct hc_node *node)
{
    return node->kind == HC_NODE_SCALAR && node->plain && node->text.size == 0;
}

static enum hc_status take_topics(const struct layer *layer, const struct hc_node *map)
{
    enum hc_status status = need_map(layer, map);
    for (const struct hc_node *child = map->first; child && status == HC_OK; child = child->next) {
        struct hc_scope *topic =
            hc_config_add_topic(layer->config, child->key, origin_at(layer, child->key_line));
        if (!topic) {
            return FAIL(layer, child->key_line, "more than %d topics", HC_CONFIG_TOPICS_MAX);
        }
        status = is_nothing(child) ? HC_OK : take_keys(layer, topic, child);
    }
    return status;
}

static enum hc_status take_sources(const struct layer *layer, const struct hc_node *map)
{
    enum hc_status status = need_map(layer, map);
    struct hc_config *config = layer->config;
    for (const struct hc_node *child = map->first; child && status == HC_OK; child = child->next) {
        if (config->source_count == HC_CONFIG_SOURCES_MAX) {
            return FAIL(layer, child->key_line, "more than %d sources", HC_CONFIG_SOURCES_MAX);
        }
        if (child->kind != HC_NODE_SCALAR || !memchr(child->text.data, ':', child->text.size)) {
            return FAIL(layer, child->line,
                        "sources." HC_SLICE_FMT " takes a URI, as demo: or csv:PATH",
                        HC_SLICE_ARG(child->key));
        }
        config->sources[config->source_count++] =
            (struct hc_config_source){child->key, child->text, origin_at(layer, child->key_line)};
    }
    return status;
}

static enum hc_status take_sessions(const struct layer *layer, const struct hc_node *map)
{
    enum hc_status status = need_map(layer, map);
    struct hc_config *config = layer->config;
    for (const struct hc_node *child = map->first; child && status == HC_OK; child = child->next) {
        if (config->session_count == HC_CONFIG_SESSIONS_MAX) {
            return FAIL(layer, child->key_line, "more than %d sessions", HC_CONFIG_SESSIONS_MAX);
        }
        if (hc_slice_equal_str(child->key, "main")) {
            return FAIL(layer, child->key_line, "the session main is described below replay");
        }
        struct hc_scope *session = &config->sessions[config->session_count++];
        hc_scope_init(
            session, &config->arena, HC_SECTION_SESSION, child->key,
            hc_arena_format(&config->arena, "sessions." HC_SLICE_FMT ".", HC_SLICE_ARG(child->key)),
            origin_at(layer, child->key_line));
        status = is_nothing(child) ? HC_OK : take_keys(layer, session, child);
    }
    return status;
}

static enum hc_status take_top(const struct layer *layer, const struct hc_node *node)
{
    if (hc_slice_equal_str(node->key, "topics")) {
        return take_topics(layer, node);
    }
    if (hc_slice_equal_str(node->key, "sources")) {
        return take_sources(layer, node);
    }
    if (hc_slice_equal_str(node->key, "sessions")) {
        return take_sessions(layer, node);
    }
    if (hc_slice_equal_str(node->key, "replay")) {
        return take_keys(layer, &layer->config->sessions[0], node);
    }
    return take_key(layer, &layer->config->root, HC_SLICE_EMPTY, node);
}

enum hc_status hc_config_apply_file(struct hc_config *config, const char *file,
                                    struct hc_error *error)
{
    struct layer layer = {.config = config, .file = file, .error = error};
    struct hc_node *root = NULL;
    enum hc_status status = hc_yaml_read(file, &config->arena, &root, error);
    if (status != HC_OK) {
        return status;
    }
    if (root->kind != HC_NODE_MAP) {
        return FAIL(&layer, root->line, "a configuration is a mapping of keys to values");
    }
    for (const struct hc_node *child = root->first; child && status == HC_OK; child = child->next) {
        status = take_top(&layer, child);
    }
    return status;
}
