/* Sessions that are made while the program runs. */
#include "base/nearest.h"
#include "config/internal.h"

static enum hc_status refuse_unknown(struct hc_slice name, struct hc_error *error)
{
    const struct hc_key *keys;
    size_t count = hc_section_keys(HC_SECTION_SESSION, &keys);
    struct hc_slice names[HC_KEY_COUNT];
    char near[256];
    for (size_t i = 0; i < count; i++) {
        names[i] = hc_slice_str(keys[i].name);
    }
    return hc_error_set(error, HC_USAGE, "\"%.*s\" is no setting of a session; the nearest is %s",
                        (int)HC_MIN(name.size, (size_t)100), name.data,
                        hc_nearest_text(name, names, count, near, sizeof near));
}

enum hc_status hc_config_extra_session(const struct hc_config *config, struct hc_slice name,
                                       const struct hc_config_pair *settings, size_t count,
                                       struct hc_arena *arena, struct hc_scope *ret,
                                       struct hc_error *error)
{
    struct hc_scope scope;
    const char *path = hc_arena_format(arena, "sessions." HC_SLICE_FMT ".", HC_SLICE_ARG(name));
    hc_scope_init(&scope, arena, HC_SECTION_SESSION, hc_arena_copy(arena, name), path,
                  (struct hc_origin){0});
    for (size_t i = 0; i < count; i++) {
        const struct hc_key *key = hc_key_named(HC_SECTION_SESSION, settings[i].name);
        if (!key) {
            return refuse_unknown(settings[i].name, error);
        }
        struct hc_origin origin = {.kind = HC_ORIGIN_FLAG, .name = hc_slice_str(key->name)};
        enum hc_status status = hc_scope_set(&scope, key, settings[i].value, origin, arena, error);
        if (status != HC_OK) {
            return status;
        }
    }
    hc_scope_inherit(&scope, &config->sessions[0]);
    *ret = scope;
    return HC_OK;
}
