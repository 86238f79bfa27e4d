/* Inside the room: how the layers of a configuration are built up. */
#ifndef HC_CONFIG_INTERNAL_H
#define HC_CONFIG_INTERNAL_H

#include "config/config.h"

/* One flag as it was typed. */
struct hc_flag_use {
    const struct hc_key *key;
    struct hc_slice value;
    size_t group; /* how many --source came before it, itself included */
};

struct hc_flag_list {
    struct hc_flag_use *uses; /* arena */
    size_t count;
    size_t group_count; /* how many --source there are */
};

/* Cuts the arguments into flags. HC_USAGE: unknown ones, missing values, anything else. */
HC_MUST_USE enum hc_status hc_flags_cut(const struct hc_config_input *input, struct hc_arena *arena,
                                        struct hc_flag_list *ret, struct hc_error *error);

/* The last value of a flag that belongs to no topic; null when it was not given. */
struct hc_slice hc_flags_last(const struct hc_flag_list *flags, enum hc_key_id id);

/* The layers, in the order in which they apply. */
HC_MUST_USE enum hc_status hc_config_apply_file(struct hc_config *config, const char *file,
                                                struct hc_error *error);
HC_MUST_USE enum hc_status hc_config_apply_environment(struct hc_config *config,
                                                       char *const *environment,
                                                       struct hc_error *error);
HC_MUST_USE enum hc_status hc_config_apply_flags(struct hc_config *config,
                                                 const struct hc_flag_list *flags,
                                                 struct hc_error *error);
/* Defaults that depend on other settings. */
void hc_config_settle(struct hc_config *config, char *const *environment);

/* A further session takes from `replay` what it does not say itself. */
void hc_scope_inherit(struct hc_scope *session, const struct hc_scope *main_session);

/* The value of a variable, null when it is not set or empty. */
struct hc_slice hc_environment_get(char *const *environment, const char *name);

/* A scope with the defaults of its section. `path` and `name` are in the arena. */
void hc_scope_init(struct hc_scope *scope, struct hc_arena *arena, enum hc_section section,
                   struct hc_slice name, const char *path, struct hc_origin origin);

struct hc_setting *hc_scope_setting(const struct hc_scope *scope, const struct hc_key *key);

/* Parses and sets; the error begins with the origin. */
HC_MUST_USE enum hc_status hc_scope_set(struct hc_scope *scope, const struct hc_key *key,
                                        struct hc_slice text, struct hc_origin origin,
                                        struct hc_arena *arena, struct hc_error *error);

/* The one topic that flags and variables change: the file's, or a new one. NULL with an error: the
 * file defines several. `who` is the flag or variable. */
struct hc_scope *hc_config_only_topic(struct hc_config *config, struct hc_origin who,
                                      const struct hc_key *key, struct hc_error *error);
struct hc_scope *hc_config_add_topic(struct hc_config *config, struct hc_slice name,
                                     struct hc_origin origin);

#endif
