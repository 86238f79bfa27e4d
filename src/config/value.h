/* Values of settings: parsed from the text of a flag or variable, or from a node of the file; and
 * written again. Slices and arrays live in the arena they were parsed into. */
#ifndef HC_CONFIG_VALUE_H
#define HC_CONFIG_VALUE_H

#include "base/buffer.h"
#include "config/key.h"
#include "config/node.h"

struct hc_config_pair {
    struct hc_slice name, value;
};

struct hc_config_field {
    struct hc_slice name;
    struct hc_slice from;     /* null where constant */
    struct hc_slice constant; /* null where from a column */
    struct hc_slice as;       /* null: not said */
};

/* Which members count is said at enum hc_key_kind. */
struct hc_value {
    bool set;             /* false: not given and without default; nothing else counts */
    bool word;            /* it is the word besides: off, auto */
    struct hc_slice text; /* as written; null where the file has a list or mapping */
    int64_t number;
    int64_t until;
    int32_t months;
    struct hc_slice column; /* INTERVAL; null: not from a column */
    struct hc_slice *items; /* LIST */
    struct hc_config_pair *pairs;
    struct hc_config_field *fields;
    size_t count; /* of items, pairs or fields */
};

/* HC_USAGE: the error says what the key takes. `text` is copied. */
HC_MUST_USE enum hc_status hc_value_parse(const struct hc_key *key, struct hc_slice text,
                                          struct hc_arena *arena, struct hc_value *ret,
                                          struct hc_error *error);

/* From the file. Scalars as above; lists and mappings where the kind has them. `*ret_line` becomes
 * the line to blame. */
HC_MUST_USE enum hc_status hc_value_read(const struct hc_key *key, const struct hc_node *node,
                                         struct hc_arena *arena, struct hc_value *ret,
                                         unsigned *ret_line, struct hc_error *error);

/* Adds what `more` lists to `value` (traits REPEAT). */
void hc_value_add(struct hc_value *value, const struct hc_value *more, struct hc_arena *arena);

/* Appends the value as YAML in flow style, on one line; passwords in URIs become "***". The value
 * is set. */
void hc_value_write(const struct hc_key *key, const struct hc_value *value, struct hc_buffer *out);

/* Appends a text as a YAML scalar, in quotes where it needs them. */
void hc_yaml_write_scalar(struct hc_slice text, struct hc_buffer *out);

#endif
