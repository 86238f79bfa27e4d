/* The command line. */
#include "base/nearest.h"
#include "config/internal.h"

static enum hc_status unknown_flag(struct hc_slice flag, struct hc_arena *arena,
                                   struct hc_error *error)
{
    struct hc_slice *known;
    size_t count = hc_key_flags(arena, &known);
    char near[256];
    return hc_error_set(error, HC_USAGE, HC_SLICE_FMT " is no flag; the nearest is %s",
                        HC_SLICE_ARG(flag), hc_nearest_text(flag, known, count, near, sizeof near));
}

static enum hc_status stray(struct hc_slice argument, struct hc_error *error)
{
    return hc_error_set(error, HC_USAGE,
                        "\"" HC_SLICE_FMT "\" stands where a flag is expected; files are named as "
                        "--source csv:PATH",
                        HC_SLICE_ARG(argument));
}

/* Takes the flag at `*position` and its value, and moves on. */
static enum hc_status cut_one(const struct hc_config_input *input, struct hc_arena *arena,
                              size_t *position, struct hc_flag_use *ret, struct hc_error *error)
{
    HC_ASSERT(*position < input->argument_count);
    struct hc_slice argument = hc_slice_str(input->arguments[(*position)++]);
    bool is_short = argument.size == 2 && hc_key_of_flag(argument);
    if (!is_short && (argument.size < 3 || memcmp(argument.data, "--", 2) != 0)) {
        return argument.size && argument.data[0] == '-' ? unknown_flag(argument, arena, error)
                                                        : stray(argument, error);
    }
    struct hc_slice value = argument;
    struct hc_slice flag = hc_slice_cut(&value, '=');
    ret->key = hc_key_of_flag(flag);
    if (!ret->key) {
        return unknown_flag(flag, arena, error);
    }
    if (hc_slice_is_null(value) && ret->key->kind == HC_KIND_BOOL) {
        value = HC_SLICE("true");
    } else if (hc_slice_is_null(value)) {
        const char *next = *position < input->argument_count ? input->arguments[*position] : "--";
        if (strncmp(next, "--", 2) == 0) {
            return hc_error_set(error, HC_USAGE, "%s needs a value: %s %s", ret->key->flag,
                                ret->key->flag, ret->key->placeholder);
        }
        value = hc_slice_str(next);
        (*position)++;
    }
    ret->value = value;
    return HC_OK;
}

enum hc_status hc_flags_cut(const struct hc_config_input *input, struct hc_arena *arena,
                            struct hc_flag_list *ret, struct hc_error *error)
{
    struct hc_flag_list list = {
        .uses = HC_ARENA_ARRAY(arena, struct hc_flag_use, input->argument_count)};
    size_t position = 0;
    while (position < input->argument_count) {
        struct hc_flag_use *use = &list.uses[list.count];
        enum hc_status status = cut_one(input, arena, &position, use, error);
        if (status != HC_OK) {
            return status;
        }
        list.group_count += use->key->id == HC_KEY_SOURCE;
        use->group = list.group_count;
        list.count++;
    }
    HC_ASSERT(list.count <= input->argument_count && list.group_count <= list.count);
    *ret = list;
    return HC_OK;
}

struct hc_slice hc_flags_last(const struct hc_flag_list *flags, enum hc_key_id id)
{
    for (size_t i = flags->count; i > 0; i--) {
        if (flags->uses[i - 1].key->id == id) {
            return flags->uses[i - 1].value;
        }
    }
    return HC_SLICE_NULL;
}

static struct hc_origin origin_of(const struct hc_flag_use *use)
{
    return (struct hc_origin){.kind = HC_ORIGIN_FLAG, .name = hc_slice_str(use->key->flag)};
}

/* With several --source each makes a topic, which the file and the environment must not have
 * done. */
static enum hc_status topics_of_sources(struct hc_config *config, const struct hc_flag_list *flags,
                                        struct hc_error *error)
{
    if (config->topic_count > 0) {
        char place[HC_ORIGIN_BYTES];
        return hc_error_set(error, HC_USAGE,
                            "--source: given %zu times, but there is a topic already (%s): several "
                            "sources are all given by flags, or all as topics.NAME.source",
                            flags->group_count, hc_origin_text(&config->topics[0].origin, place));
    }
    for (size_t i = 0; i < flags->count; i++) {
        const struct hc_flag_use *use = &flags->uses[i];
        if (use->key->section == HC_SECTION_TOPIC && use->group == 0) {
            return hc_error_set(error, HC_USAGE,
                                "%s: stands before the first of several --source; it belongs "
                                "behind its own",
                                use->key->flag);
        }
        if (use->key->id == HC_KEY_SOURCE &&
            !hc_config_add_topic(config, HC_SLICE_NULL, origin_of(use))) {
            return hc_error_set(error, HC_USAGE, "--source: given more than %d times",
                                HC_CONFIG_TOPICS_MAX);
        }
    }
    return HC_OK;
}

static struct hc_scope *scope_of(struct hc_config *config, const struct hc_flag_list *flags,
                                 const struct hc_flag_use *use, struct hc_error *error)
{
    switch (use->key->section) {
    case HC_SECTION_ROOT:
        return &config->root;
    case HC_SECTION_SESSION:
        return &config->sessions[0];
    case HC_SECTION_TOPIC:
        break;
    }
    HC_ASSERT(flags->group_count <= 1 || (use->group >= 1 && use->group <= config->topic_count));
    return flags->group_count > 1 ? &config->topics[use->group - 1]
                                  : hc_config_only_topic(config, origin_of(use), use->key, error);
}

enum hc_status hc_config_apply_flags(struct hc_config *config, const struct hc_flag_list *flags,
                                     struct hc_error *error)
{
    enum hc_status status =
        flags->group_count > 1 ? topics_of_sources(config, flags, error) : HC_OK;
    for (size_t i = 0; i < flags->count && status == HC_OK; i++) {
        const struct hc_flag_use *use = &flags->uses[i];
        struct hc_scope *scope = scope_of(config, flags, use, error);
        status =
            scope ? hc_scope_set(scope, use->key, use->value, origin_of(use), &config->arena, error)
                  : HC_USAGE;
    }
    return status;
}
