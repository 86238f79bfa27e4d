#include "config/internal.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void hc_scope_init(struct hc_scope *scope, struct hc_arena *arena, enum hc_section section,
                   struct hc_slice name, const char *path, struct hc_origin origin)
{
    const struct hc_key *keys;
    size_t count = hc_section_keys(section, &keys);
    *scope = (struct hc_scope){
        .section = section, .name = name, .path = hc_slice_str(path), .origin = origin};
    scope->settings = HC_ARENA_ARRAY(arena, struct hc_setting, count);
    for (size_t i = 0; i < count; i++) {
        if (keys[i].default_text) {
            struct hc_error error = {0};
            enum hc_status status = hc_value_parse(&keys[i], hc_slice_str(keys[i].default_text),
                                                   arena, &scope->settings[i].value, &error);
            HC_ASSERT(status == HC_OK);
        }
    }
}

struct hc_setting *hc_scope_setting(const struct hc_scope *scope, const struct hc_key *key)
{
    const struct hc_key *keys;
    size_t count = hc_section_keys(scope->section, &keys);
    HC_ASSERT(key >= keys && key < keys + count);
    return &scope->settings[key - keys];
}

const struct hc_setting *hc_scope_get(const struct hc_scope *scope, enum hc_key_id id)
{
    return hc_scope_setting(scope, hc_key(id));
}

int64_t hc_scope_number(const struct hc_scope *scope, enum hc_key_id id)
{
    const struct hc_value *value = &hc_scope_get(scope, id)->value;
    HC_ASSERT(value->set);
    return value->number;
}

const char *hc_scope_text(const struct hc_scope *scope, enum hc_key_id id)
{
    const struct hc_value *value = &hc_scope_get(scope, id)->value;
    return value->set ? value->text.data : NULL;
}

bool hc_scope_is_given(const struct hc_scope *scope, enum hc_key_id id)
{
    return hc_scope_get(scope, id)->origin.kind != HC_ORIGIN_DEFAULT;
}

char *hc_origin_text(const struct hc_origin *origin, char out[HC_ORIGIN_BYTES])
{
    HC_ASSERT(origin->kind == HC_ORIGIN_DEFAULT || origin->name.size > 0);
    HC_ASSERT((origin->kind == HC_ORIGIN_FILE) == (origin->line > 0));
    if (origin->kind == HC_ORIGIN_FILE) {
        snprintf(out, HC_ORIGIN_BYTES, HC_SLICE_FMT ":%u", HC_SLICE_ARG(origin->name),
                 origin->line);
    } else if (origin->kind == HC_ORIGIN_DEFAULT) {
        snprintf(out, HC_ORIGIN_BYTES, "default");
    } else {
        snprintf(out, HC_ORIGIN_BYTES, HC_SLICE_FMT, HC_SLICE_ARG(origin->name));
    }
    return out;
}

/* "FILE:LINE: topics.x.key: " for the file, "--flag: " and "VARIABLE: " where the name says it
 * all. */
static void prefix_origin(const struct hc_scope *scope, const struct hc_key *key,
                          const struct hc_origin *origin, struct hc_error *error)
{
    char place[HC_ORIGIN_BYTES];
    hc_origin_text(origin, place);
    if (origin->kind == HC_ORIGIN_FILE || origin->kind == HC_ORIGIN_DEFAULT) {
        hc_error_prefix(error, "%s: " HC_SLICE_FMT "%s", place, HC_SLICE_ARG(scope->path),
                        key->name);
    } else {
        hc_error_prefix(error, "%s", place);
    }
}

enum hc_status hc_scope_set(struct hc_scope *scope, const struct hc_key *key, struct hc_slice text,
                            struct hc_origin origin, struct hc_arena *arena, struct hc_error *error)
{
    HC_ASSERT(key->section == scope->section && !hc_slice_is_null(text));
    struct hc_setting *setting = hc_scope_setting(scope, key);
    struct hc_value value;
    enum hc_status status = hc_value_parse(key, text, arena, &value, error);
    if (status != HC_OK) {
        if (error) {
            prefix_origin(scope, key, &origin, error);
        }
        return status;
    }
    bool again = setting->origin.kind == origin.kind && origin.kind == HC_ORIGIN_FLAG;
    if (again && (key->traits & HC_TRAIT_REPEAT)) {
        hc_value_add(&setting->value, &value, arena);
    } else {
        *setting = (struct hc_setting){value, origin};
    }
    return HC_OK;
}

enum hc_status hc_scope_refuse(const struct hc_scope *scope, enum hc_key_id id,
                               struct hc_error *error, const char *format, ...)
{
    char text[HC_ERROR_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    hc_error_set(error, HC_USAGE, "%s", text);
    if (error) {
        prefix_origin(scope, hc_key(id), &hc_scope_get(scope, id)->origin, error);
    }
    return HC_USAGE;
}

struct hc_scope *hc_config_add_topic(struct hc_config *config, struct hc_slice name,
                                     struct hc_origin origin)
{
    HC_ASSERT(config->topics != NULL && config->topic_count <= HC_CONFIG_TOPICS_MAX);
    if (config->topic_count == HC_CONFIG_TOPICS_MAX) {
        return NULL;
    }
    struct hc_scope *topic = &config->topics[config->topic_count++];
    const char *path =
        name.data ? hc_arena_format(&config->arena, "topics." HC_SLICE_FMT ".", HC_SLICE_ARG(name))
                  : "topics.candles.";
    hc_scope_init(topic, &config->arena, HC_SECTION_TOPIC, name, path, origin);
    return topic;
}

struct hc_scope *hc_config_only_topic(struct hc_config *config, struct hc_origin who,
                                      const struct hc_key *key, struct hc_error *error)
{
    HC_ASSERT(key->section == HC_SECTION_TOPIC && who.name.size > 0);
    if (config->topic_count == 0) {
        return hc_config_add_topic(config, HC_SLICE_NULL, (struct hc_origin){0});
    }
    if (config->topic_count == 1) {
        return &config->topics[0];
    }
    const char *remedy =
        key->traits & HC_TRAIT_NO_FILE
            ? "it is for one"
            : hc_arena_format(&config->arena, "say it there as topics.NAME.%s", key->name);
    hc_error_set(error, HC_USAGE, HC_SLICE_FMT ": there are %zu topics in " HC_SLICE_FMT "; %s",
                 HC_SLICE_ARG(who.name), config->topic_count, HC_SLICE_ARG(config->file), remedy);
    return NULL;
}

static enum hc_status load(struct hc_config *config, const struct hc_config_input *input,
                           struct hc_error *error)
{
    struct hc_flag_list flags = {0};
    enum hc_status status = hc_flags_cut(input, &config->arena, &flags, error);
    if (status != HC_OK) {
        return status;
    }
    struct hc_slice file = hc_flags_last(&flags, HC_KEY_CONFIG);
    if (hc_slice_is_null(file)) {
        file = hc_environment_get(input->environment, "HINDCAST_CONFIG");
    }
    if (!hc_slice_is_null(file)) {
        config->file = hc_slice_str(hc_arena_str(&config->arena, file));
        status = hc_config_apply_file(config, config->file.data, error);
    }
    if (status == HC_OK) {
        status = hc_config_apply_environment(config, input->environment, error);
    }
    if (status == HC_OK) {
        status = hc_config_apply_flags(config, &flags, error);
    }
    if (status == HC_OK) {
        hc_config_settle(config, input->environment);
    }
    return status;
}

enum hc_status hc_config_load(const struct hc_config_input *input, struct hc_config **ret,
                              struct hc_error *error)
{
    HC_ASSERT(input != NULL && ret != NULL);
    HC_ASSERT(input->arguments != NULL || input->argument_count == 0);
    struct hc_config *config = hc_alloc(sizeof *config);
    struct hc_arena *arena = &config->arena;
    hc_arena_init(arena, 0);
    hc_scope_init(&config->root, arena, HC_SECTION_ROOT, HC_SLICE_NULL, "", (struct hc_origin){0});
    config->topics = hc_alloc_array(HC_CONFIG_TOPICS_MAX, sizeof *config->topics);
    config->sessions = hc_alloc_array(HC_CONFIG_SESSIONS_MAX, sizeof *config->sessions);
    config->sources = hc_alloc_array(HC_CONFIG_SOURCES_MAX, sizeof *config->sources);
    hc_scope_init(&config->sessions[0], arena, HC_SECTION_SESSION, HC_SLICE("main"), "replay.",
                  (struct hc_origin){0});
    config->session_count = 1;
    enum hc_status status = load(config, input, error);
    if (status != HC_OK) {
        hc_config_free(config);
        return status;
    }
    HC_ASSERT(config->topic_count >= 1 && config->session_count >= 1);
    HC_ASSERT(config->source_count <= HC_CONFIG_SOURCES_MAX);
    *ret = config;
    return HC_OK;
}

void hc_config_free(struct hc_config *config)
{
    if (!config) {
        return;
    }
    free(config->topics);
    free(config->sessions);
    free(config->sources);
    hc_arena_done(&config->arena);
    free(config);
}
