/* The effective configuration: defaults, then the file, then the environment, then flags, each
 * value with its origin.
 *
 * Reads the configuration file and nothing else; decides nothing about what values mean beyond
 * their form (cli/plan.h does). Built once, read-only afterwards. Everything a config points to
 * lives in it.
 */
#ifndef HC_CONFIG_CONFIG_H
#define HC_CONFIG_CONFIG_H

#include "config/value.h"

enum hc_origin_kind {
    HC_ORIGIN_DEFAULT,
    HC_ORIGIN_FILE,
    HC_ORIGIN_ENVIRONMENT,
    HC_ORIGIN_FLAG,
};

struct hc_origin {
    enum hc_origin_kind kind;
    struct hc_slice name; /* file, variable or flag */
    unsigned line;        /* of the file */
};

struct hc_setting {
    struct hc_value value;
    struct hc_origin origin;
};

/* The settings of one place: the top, a topic, or a session. */
struct hc_scope {
    enum hc_section section;
    struct hc_slice name; /* of the topic or session; null: the top, or a topic named by default */
    struct hc_slice path; /* before its keys: "", "topics.NAME.", "replay.", "sessions.NAME." */
    struct hc_origin origin; /* where it was begun */
    struct hc_setting *settings;
};

/* An entry of `sources`. */
struct hc_config_source {
    struct hc_slice name, uri;
    struct hc_origin origin;
};

enum { HC_CONFIG_TOPICS_MAX = 1000, HC_CONFIG_SESSIONS_MAX = 1000, HC_CONFIG_SOURCES_MAX = 1000 };

struct hc_config {
    struct hc_arena arena;
    struct hc_slice file; /* null: none */
    struct hc_scope root;
    struct hc_scope *topics; /* at least one */
    size_t topic_count;
    struct hc_scope *sessions; /* the first is main */
    size_t session_count;
    struct hc_config_source *sources;
    size_t source_count;
    struct hc_slice *warnings; /* sentences for the log */
    size_t warning_count;
};

struct hc_config_input {
    const char *const *arguments; /* flags with their values, after the command */
    size_t argument_count;
    char *const *environment; /* NAME=VALUE, ends with NULL; NULL: none */
};

/* HC_USAGE: the text begins with the place (FILE:LINE, variable or flag) and names the nearest key
 * or flag where one is unknown. *ret is owned. */
HC_MUST_USE enum hc_status hc_config_load(const struct hc_config_input *input,
                                          struct hc_config **ret, struct hc_error *error);
void hc_config_free(struct hc_config *config); /* NULL allowed */

/* Another default for a command: applies where nobody has said anything, in every session for a
 * setting of sessions. */
void hc_config_set_default(struct hc_config *config, enum hc_key_id id, const char *text);

/* A further session, made while the program runs, from settings by name and text; what they do not
 * say comes from `replay`. It is no part of the config and lives in `arena`. HC_USAGE: the text
 * begins with the setting. */
HC_MUST_USE enum hc_status hc_config_extra_session(const struct hc_config *config,
                                                   struct hc_slice name,
                                                   const struct hc_config_pair *settings,
                                                   size_t count, struct hc_arena *arena,
                                                   struct hc_scope *ret, struct hc_error *error);

/* The key belongs to the scope's section. */
const struct hc_setting *hc_scope_get(const struct hc_scope *scope, enum hc_key_id id);

/* For the keys that always have a value. */
int64_t hc_scope_number(const struct hc_scope *scope, enum hc_key_id id);

/* The text of a setting as a C string, NULL where it is not set. */
const char *hc_scope_text(const struct hc_scope *scope, enum hc_key_id id);

/* Given by somebody: not by default. */
bool hc_scope_is_given(const struct hc_scope *scope, enum hc_key_id id);

/* "default", "FILE:LINE", "HINDCAST_SPEED" or "--speed". Returns `out`. */
enum { HC_ORIGIN_BYTES = 512 };
char *hc_origin_text(const struct hc_origin *origin, char out[HC_ORIGIN_BYTES]);

/* Fills the error with "ORIGIN: KEY: ..." and returns HC_USAGE: a value that means nothing. */
enum hc_status hc_scope_refuse(const struct hc_scope *scope, enum hc_key_id id,
                               struct hc_error *error, const char *format, ...) HC_PRINTF(4, 5);

/* Appends the keys whose values differ and that SIGHUP cannot change, as "replay.speed, topics". */
void hc_config_differ(const struct hc_config *before, const struct hc_config *after,
                      struct hc_buffer *out);

/* Appends every key with value, origin and sentence, as a YAML file that says the same. */
void hc_config_show(const struct hc_config *config, struct hc_buffer *out);

#endif
