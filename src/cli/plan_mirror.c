#include "cli/plan_mirror.h"

#include "session/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECRET_BYTES_MAX = 64 * 1024 };

enum { EXACTLY_ONCE, AT_LEAST_ONCE };
enum { ANY, EXACT };
enum { RECORD, NOW };
enum { WAIT, RUN };

static bool is_secret(struct hc_slice name)
{
    static const char *const secrets[] = {"sasl.password", "ssl.key.password", "ssl.key.pem",
                                          "ssl.keystore.password",
                                          "sasl.oauthbearer.client.secret"};
    for (size_t i = 0; i < HC_COUNT(secrets); i++) {
        if (hc_slice_equal_str(name, secrets[i])) {
            return true;
        }
    }
    return false;
}

/* The content of a file without the line end that editors put there. */
static enum hc_status read_file(const struct hc_scope *root, struct hc_slice path,
                                struct hc_arena *arena, struct hc_slice *ret,
                                struct hc_error *error)
{
    char *name = hc_arena_str(arena, path);
    FILE *file = fopen(name, "re");
    if (!file) {
        return hc_scope_refuse(root, HC_KEY_MIRROR_PROPERTIES, error, "cannot read %s: %s", name,
                               strerror(errno));
    }
    char *text = hc_arena_bytes(arena, SECRET_BYTES_MAX);
    size_t size = fread(text, 1, SECRET_BYTES_MAX, file);
    bool whole = size < SECRET_BYTES_MAX && !ferror(file);
    fclose(file);
    if (!whole) {
        return hc_scope_refuse(root, HC_KEY_MIRROR_PROPERTIES, error,
                               "%s cannot be read, or has 64 KiB or more", name);
    }
    *ret = hc_slice_trim(hc_slice_of(text, size));
    return HC_OK;
}

/* file:PATH and env:NAME keep secrets out of command lines, files and `config show`. */
static enum hc_status property(const struct hc_scope *root, const struct hc_config_pair *pair,
                               struct hc_arena *arena, struct hc_mirror_property *ret,
                               struct hc_error *error)
{
    struct hc_slice rest = pair->value;
    struct hc_slice kind = hc_slice_cut(&rest, ':');
    ret->name = hc_arena_copy(arena, pair->name);
    if (hc_slice_equal_str(kind, "file") && rest.size) {
        return read_file(root, rest, arena, &ret->value, error);
    }
    if (hc_slice_equal_str(kind, "env") && rest.size) {
        const char *value = getenv(hc_arena_str(arena, rest));
        if (!value) {
            return hc_scope_refuse(root, HC_KEY_MIRROR_PROPERTIES, error,
                                   "the variable " HC_SLICE_FMT " is not set", HC_SLICE_ARG(rest));
        }
        ret->value = hc_slice_str(value);
        return HC_OK;
    }
    if (is_secret(pair->name)) {
        return hc_scope_refuse(
            root, HC_KEY_MIRROR_PROPERTIES, error,
            HC_SLICE_FMT " is a secret, which a command line would show to "
                         "everybody: write " HC_SLICE_FMT "=file:PATH or " HC_SLICE_FMT "=env:NAME",
            HC_SLICE_ARG(pair->name), HC_SLICE_ARG(pair->name), HC_SLICE_ARG(pair->name));
    }
    ret->value = hc_arena_copy(arena, pair->value);
    return HC_OK;
}

static enum hc_status properties(const struct hc_scope *root, struct hc_arena *arena,
                                 struct hc_mirror_config *mirror, struct hc_error *error)
{
    const struct hc_value *value = &hc_scope_get(root, HC_KEY_MIRROR_PROPERTIES)->value;
    struct hc_mirror_property *list =
        HC_ARENA_ARRAY(arena, struct hc_mirror_property, value->count);
    for (size_t i = 0; i < value->count; i++) {
        enum hc_status status = property(root, &value->pairs[i], arena, &list[i], error);
        if (status != HC_OK) {
            return status;
        }
    }
    mirror->properties = list;
    mirror->property_count = value->count;
    return HC_OK;
}

static void markers(const struct hc_scope *root, struct hc_arena *arena,
                    struct hc_mirror_config *mirror)
{
    const struct hc_value *value = &hc_scope_get(root, HC_KEY_MIRROR_MARKERS)->value;
    struct hp_header *list = HC_ARENA_ARRAY(arena, struct hp_header, value->count);
    for (size_t i = 0; i < value->count; i++) {
        list[i] = (struct hp_header){hc_arena_copy(arena, value->pairs[i].name),
                                     hc_arena_copy(arena, value->pairs[i].value)};
    }
    mirror->markers = list;
    mirror->marker_count = value->count;
}

/* It becomes a part of a topic's name. */
static enum hc_status name(const struct hc_scope *root, struct hc_arena *arena,
                           struct hc_mirror_config *mirror, struct hc_error *error)
{
    struct hc_slice text = hc_scope_get(root, HC_KEY_MIRROR_NAME)->value.text;
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    char *copy = hc_arena_str(arena, text);
    if (!text.size || text.size > HC_MIRROR_NAME_BYTES_MAX || strspn(copy, allowed) != text.size) {
        return hc_scope_refuse(root, HC_KEY_MIRROR_NAME, error,
                               "a mirror's name has 1 to %d letters, digits, '.', '_' and '-'",
                               HC_MIRROR_NAME_BYTES_MAX);
    }
    mirror->name = hc_slice_str(copy);
    return HC_OK;
}

static void map(const struct hc_scope *root, struct hc_arena *arena, struct hc_plan_mirror *mirror)
{
    const struct hc_value *value = &hc_scope_get(root, HC_KEY_MIRROR_MAP)->value;
    struct hc_config_pair *pairs = HC_ARENA_ARRAY(arena, struct hc_config_pair, value->count);
    for (size_t i = 0; i < value->count; i++) {
        pairs[i] = (struct hc_config_pair){hc_arena_copy(arena, value->pairs[i].name),
                                           hc_arena_copy(arena, value->pairs[i].value)};
    }
    mirror->map = pairs;
    mirror->map_count = value->count;
    struct hc_slice prefix = hc_scope_get(root, HC_KEY_MIRROR_PREFIX)->value.text;
    mirror->prefix = hc_slice_is_null(prefix) ? HC_SLICE_EMPTY : hc_arena_copy(arena, prefix);
}

enum hc_status hc_plan_mirror(const struct hc_config *config, struct hc_arena *arena,
                              struct hc_plan_mirror **ret, struct hc_error *error)
{
    const struct hc_scope *root = &config->root;
    struct hc_slice servers = hc_scope_get(root, HC_KEY_MIRROR_TARGET)->value.text;
    if (hc_slice_is_null(servers)) {
        *ret = NULL; /* not mirrored */
        return HC_OK;
    }
    struct hc_plan_mirror *mirror = HC_ARENA_NEW(arena, struct hc_plan_mirror);
    struct hc_mirror_config *out = &mirror->config;
    out->servers = hc_arena_copy(arena, servers);
    out->exact_offsets = hc_scope_number(root, HC_KEY_MIRROR_OFFSETS) == EXACT;
    bool weak = hc_scope_number(root, HC_KEY_MIRROR_DELIVERY) == AT_LEAST_ONCE;
    if (out->exact_offsets && !weak && hc_scope_is_given(root, HC_KEY_MIRROR_DELIVERY)) {
        return hc_scope_refuse(root, HC_KEY_MIRROR_OFFSETS, error,
                               "transactions take offsets of their own, so --offsets exact goes "
                               "without them: leave out --delivery exactly-once");
    }
    out->delivery = weak || out->exact_offsets ? HC_MIRROR_AT_LEAST_ONCE : HC_MIRROR_EXACTLY_ONCE;
    out->timestamps_now = hc_scope_number(root, HC_KEY_MIRROR_TIMESTAMPS) == NOW;
    mirror->waits = hc_scope_number(root, HC_KEY_MIRROR_POLICY) == WAIT;
    out->create = hc_scope_number(root, HC_KEY_MIRROR_CREATE) != 0;
    out->restart = hc_scope_number(root, HC_KEY_MIRROR_RESTART) != 0;
    out->dry_run = hc_scope_number(root, HC_KEY_MIRROR_DRY_RUN) != 0;
    markers(root, arena, out);
    map(root, arena, mirror);
    enum hc_status status = name(root, arena, out, error);
    if (status == HC_OK) {
        status = properties(root, arena, out, error);
    }
    if (status == HC_OK && hc_scope_text(root, HC_KEY_DATA_DIR)) {
        return hc_scope_refuse(root, HC_KEY_DATA_DIR, error,
                               "a mirrored session's position comes from the cluster alone, so "
                               "nothing of it is kept here: leave it out");
    }
    if (status == HC_OK && hc_scope_number(&config->sessions[0], HC_KEY_ON_END) == HC_ON_END_LOOP) {
        return hc_scope_refuse(&config->sessions[0], HC_KEY_ON_END, error,
                               "a mirrored session cannot begin again: the cluster keeps what it "
                               "has; end with exit or hold");
    }
    if (status == HC_OK) {
        *ret = mirror;
    }
    return status;
}

struct hc_slice hc_plan_mirror_target(const struct hc_plan_mirror *mirror, struct hc_slice topic,
                                      struct hc_arena *arena)
{
    for (size_t i = 0; i < mirror->map_count; i++) {
        if (hc_slice_equal(mirror->map[i].name, topic)) {
            return mirror->map[i].value;
        }
    }
    return hc_slice_str(hc_arena_format(arena, HC_SLICE_FMT HC_SLICE_FMT,
                                        HC_SLICE_ARG(mirror->prefix), HC_SLICE_ARG(topic)));
}
