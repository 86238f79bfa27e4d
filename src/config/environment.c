/* HINDCAST_... variables. */
#include "base/nearest.h"
#include "config/internal.h"

#include <stdio.h>

static const char prefix[] = "HINDCAST_";

/* Set for the commands that `hindcast run` starts. */
static const char *const exported = "HINDCAST_BOOTSTRAP|HINDCAST_HTTP|HINDCAST_SESSION";

struct hc_slice hc_environment_get(char *const *environment, const char *name)
{
    size_t size = strlen(name);
    for (char *const *entry = environment; entry && *entry; entry++) {
        if (strncmp(*entry, name, size) == 0 && (*entry)[size] == '=' && (*entry)[size + 1]) {
            return hc_slice_str(*entry + size + 1);
        }
    }
    return HC_SLICE_NULL;
}

static enum hc_status apply_one(struct hc_config *config, const struct hc_key *key,
                                const char *name, struct hc_slice value, struct hc_error *error)
{
    struct hc_origin origin = {.kind = HC_ORIGIN_ENVIRONMENT,
                               .name =
                                   hc_slice_str(hc_arena_str(&config->arena, hc_slice_str(name)))};
    struct hc_scope *scope = &config->root;
    if (key->section == HC_SECTION_SESSION) {
        scope = &config->sessions[0];
    } else if (key->section == HC_SECTION_TOPIC) {
        bool first = config->topic_count == 0;
        scope = hc_config_only_topic(config, origin, key, error);
        if (!scope) {
            return HC_USAGE;
        }
        if (first) {
            scope->origin = origin;
        }
    }
    return hc_scope_set(scope, key, value, origin, &config->arena, error);
}

/* A misspelled variable would be ignored in silence otherwise. */
static void warn_of_strangers(struct hc_config *config, char *const *environment)
{
    struct hc_slice *known = HC_ARENA_ARRAY(&config->arena, struct hc_slice, HC_KEY_COUNT);
    size_t count = 0, entries = 0;
    for (int id = 0; id < HC_KEY_COUNT; id++) {
        char name[HC_VARIABLE_BYTES];
        if (hc_key_variable(hc_key((enum hc_key_id)id), name)) {
            known[count++] = hc_slice_str(hc_arena_str(&config->arena, hc_slice_str(name)));
        }
    }
    for (char *const *entry = environment; entry && *entry; entry++) {
        entries += strncmp(*entry, prefix, sizeof prefix - 1) == 0;
    }
    HC_ASSERT(count > 0 && count <= HC_KEY_COUNT);
    config->warnings = HC_ARENA_ARRAY(&config->arena, struct hc_slice, entries);
    for (char *const *entry = environment; entry && *entry; entry++) {
        struct hc_slice rest = hc_slice_str(*entry);
        struct hc_slice name = hc_slice_cut(&rest, '=');
        bool ours = strncmp(*entry, prefix, sizeof prefix - 1) == 0;
        for (size_t i = 0; i < count && ours; i++) {
            ours = !hc_slice_equal(name, known[i]);
        }
        if (ours && hc_word_index(exported, name) < 0) {
            char near[256];
            hc_nearest_text(name, known, count, near, sizeof near);
            config->warnings[config->warning_count++] = hc_slice_str(hc_arena_format(
                &config->arena, HC_SLICE_FMT " is set and means nothing; the nearest is %s",
                HC_SLICE_ARG(name), near));
        }
    }
}

enum hc_status hc_config_apply_environment(struct hc_config *config, char *const *environment,
                                           struct hc_error *error)
{
    for (int id = 0; id < HC_KEY_COUNT; id++) {
        const struct hc_key *key = hc_key((enum hc_key_id)id);
        char name[HC_VARIABLE_BYTES];
        if (!hc_key_variable(key, name)) {
            continue;
        }
        struct hc_slice value = hc_environment_get(environment, name);
        if (hc_slice_is_null(value)) {
            continue;
        }
        enum hc_status status = apply_one(config, key, name, value, error);
        if (status != HC_OK) {
            return status;
        }
    }
    warn_of_strangers(config, environment);
    return HC_OK;
}
