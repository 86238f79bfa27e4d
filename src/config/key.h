/* The settings that exist: typed rows of one table (config/table.h), and how they are found.
 *
 * Everything here is constant; any thread.
 */
#ifndef HC_CONFIG_KEY_H
#define HC_CONFIG_KEY_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/slice.h"
#include "config/table.h"

/* Where a key belongs: the top of the file (with log, limits, groups), below topics.NAME, or below
 * replay and sessions.NAME. */
enum hc_section { HC_SECTION_ROOT, HC_SECTION_TOPIC, HC_SECTION_SESSION };
enum { HC_SECTION_COUNT = HC_SECTION_SESSION + 1 };

enum hc_key_kind {
    HC_KIND_TEXT,
    HC_KIND_PATH,
    HC_KIND_BOOL,
    HC_KIND_INTEGER,
    HC_KIND_SIZE,     /* number: bytes */
    HC_KIND_DURATION, /* number: ns */
    HC_KIND_TIME,     /* number: ms since the epoch */
    HC_KIND_SPEED,    /* text, for replay/clock.h */
    HC_KIND_ADDRESS,  /* text, for net/stream.h */
    HC_KIND_CHOICE,   /* number: index among the words */
    HC_KIND_LIST,
    HC_KIND_PAIRS,
    HC_KIND_FIELDS,     /* fields, or text for source/spec.h */
    HC_KIND_INTERVAL,   /* text for source/spec.h, or column */
    HC_KIND_RANGE,      /* number..until: ms, HC_TIME_MIN and HC_NEVER where open */
    HC_KIND_START,      /* choice of HC_START_..., members and group: plan.c */
    HC_KIND_DISCONNECT, /* number: ns until a member is expelled, HC_NEVER: keep */
};

enum hc_key_trait {
    HC_TRAIT_NO_FILE = 1,        /* a flag and a variable, no key in the file */
    HC_TRAIT_NO_ENVIRONMENT = 2, /* its variable means something else (docs/configuration.md) */
    HC_TRAIT_RELOAD = 4,         /* SIGHUP may change it */
    HC_TRAIT_REPEAT = 8,         /* further flags add to the first */
    HC_TRAIT_MONTHS = 16,        /* a duration may be in months */
    HC_TRAIT_NOT_MAIN = 32,      /* below sessions.NAME, not below replay */
};

enum hc_key_id {
#define HC_KEY_ENUM(id, ...) HC_KEY_##id,
    HC_KEYS(HC_KEY_ENUM)
#undef HC_KEY_ENUM
};
#define HC_KEY_ONE(...) +1
enum { HC_KEY_COUNT = HC_KEYS(HC_KEY_ONE) };

struct hc_key {
    enum hc_key_id id;
    enum hc_section section;
    const char *name;
    const char *flag; /* NULL: none */
    enum hc_key_kind kind;
    const char *placeholder;
    const char *default_text; /* NULL: not set */
    int64_t min, max;
    const char *words; /* NULL: none */
    unsigned traits;   /* of enum hc_key_trait */
    const char *help;
};

const struct hc_key *hc_key(enum hc_key_id id);

/* The rows of a section: `*ret_first` and how many follow. */
size_t hc_section_keys(enum hc_section section, const struct hc_key **ret_first);

/* NULL when there is none. `flag` begins with two dashes. */
const struct hc_key *hc_key_of_flag(struct hc_slice flag);
const struct hc_key *hc_key_named(enum hc_section section, struct hc_slice name);

/* "HINDCAST_MAX_IDLE"; false: the key has no variable. */
enum { HC_VARIABLE_BYTES = 64 };
bool hc_key_variable(const struct hc_key *key, char out[HC_VARIABLE_BYTES]);

/* All flags of the table, for hc_nearest_text. Returns how many; `*ret` lives in the arena. */
size_t hc_key_flags(struct hc_arena *arena, struct hc_slice **ret);

/* Index of `text` among words separated by |, or -1. */
int hc_word_index(const char *words, struct hc_slice text);

/* "text", "duration", ... for documents. */
const char *hc_kind_text(enum hc_key_kind kind);

#endif
