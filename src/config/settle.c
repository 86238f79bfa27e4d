/* Defaults that depend on what else is said. */
#include "config/internal.h"

void hc_scope_inherit(struct hc_scope *session, const struct hc_scope *main_session)
{
    HC_ASSERT(session != main_session);
    const struct hc_key *keys;
    size_t count = hc_section_keys(HC_SECTION_SESSION, &keys);
    for (size_t i = 0; i < count; i++) {
        struct hc_setting *setting = hc_scope_setting(session, &keys[i]);
        if (setting->origin.kind == HC_ORIGIN_DEFAULT && !(keys[i].traits & HC_TRAIT_NOT_MAIN)) {
            *setting = *hc_scope_setting(main_session, &keys[i]);
        }
    }
}

static const struct hc_config_source *source_named(const struct hc_config *config,
                                                   struct hc_slice name)
{
    for (size_t i = 0; i < config->source_count; i++) {
        if (hc_slice_equal(config->sources[i].name, name)) {
            return &config->sources[i];
        }
    }
    return NULL;
}

static struct hc_slice uri_of(const struct hc_config *config, const struct hc_scope *topic)
{
    struct hc_slice source = hc_scope_get(topic, HC_KEY_SOURCE)->value.text;
    const struct hc_config_source *named = source_named(config, source);
    return named ? named->uri : source;
}

/* A database holds many tables: each is a topic of its own. */
static struct hc_slice default_name(const struct hc_config *config, const struct hc_scope *topic)
{
    struct hc_slice rest = uri_of(config, topic);
    struct hc_slice scheme = hc_slice_cut(&rest, ':');
    bool database = !hc_slice_is_null(rest) && (hc_slice_equal_str(scheme, "postgresql") ||
                                                hc_slice_equal_str(scheme, "postgres"));
    return database ? HC_SLICE("{table}") : HC_SLICE("candles");
}

static bool all_synthetic(const struct hc_config *config)
{
    for (size_t i = 0; i < config->topic_count; i++) {
        struct hc_slice uri = uri_of(config, &config->topics[i]);
        if (uri.size < 5 || memcmp(uri.data, "demo:", 5) != 0) {
            return false;
        }
    }
    return true;
}

static void set_default(struct hc_scope *scope, enum hc_key_id id, const char *text,
                        struct hc_arena *arena)
{
    if (!hc_scope_is_given(scope, id)) {
        enum hc_status status =
            hc_scope_set(scope, hc_key(id), hc_slice_str(text), (struct hc_origin){0}, arena, NULL);
        HC_ASSERT(status == HC_OK);
    }
}

/* https://specifications.freedesktop.org/basedir-spec: a relative XDG_CACHE_HOME is ignored. */
static const char *cache_dir(struct hc_arena *arena, char *const *environment)
{
    struct hc_slice cache = hc_environment_get(environment, "XDG_CACHE_HOME");
    struct hc_slice home = hc_environment_get(environment, "HOME");
    if (cache.size && cache.data[0] == '/') {
        return hc_arena_format(arena, HC_SLICE_FMT "/hindcast", HC_SLICE_ARG(cache));
    }
    if (home.size && home.data[0] == '/') {
        return hc_arena_format(arena, HC_SLICE_FMT "/.cache/hindcast", HC_SLICE_ARG(home));
    }
    return "/var/tmp/hindcast-cache";
}

void hc_config_settle(struct hc_config *config, char *const *environment)
{
    struct hc_arena *arena = &config->arena;
    HC_ASSERT(config->session_count >= 1);
    if (config->topic_count == 0) {
        hc_config_add_topic(config, HC_SLICE_NULL, (struct hc_origin){0});
    }
    for (size_t i = 0; i < config->topic_count; i++) {
        struct hc_scope *topic = &config->topics[i];
        const char *said = hc_scope_text(topic, HC_KEY_TOPIC);
        if (said) {
            topic->name = hc_slice_str(said);
        } else if (hc_slice_is_null(topic->name)) {
            topic->name = default_name(config, topic);
        }
        topic->path = hc_slice_str(
            hc_arena_format(arena, "topics." HC_SLICE_FMT ".", HC_SLICE_ARG(topic->name)));
    }
    set_default(&config->root, HC_KEY_CACHE_DIR, cache_dir(arena, environment), arena);
    if (all_synthetic(config)) {
        set_default(&config->sessions[0], HC_KEY_MAX_IDLE, "5s", arena);
    }
    for (size_t i = 1; i < config->session_count; i++) {
        hc_scope_inherit(&config->sessions[i], &config->sessions[0]);
    }
}

void hc_config_set_default(struct hc_config *config, enum hc_key_id id, const char *text)
{
    const struct hc_key *key = hc_key(id);
    HC_ASSERT(key->section == HC_SECTION_ROOT || key->section == HC_SECTION_SESSION);
    if (key->section == HC_SECTION_ROOT) {
        set_default(&config->root, id, text, &config->arena);
        return;
    }
    for (size_t i = 0; i < config->session_count; i++) {
        set_default(&config->sessions[i], id, text, &config->arena);
    }
}
