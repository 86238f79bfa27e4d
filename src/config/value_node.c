/* Values from nodes of the configuration file. */
#include "base/nearest.h"
#include "base/timetext.h"
#include "config/value.h"

static size_t child_count(const struct hc_node *node)
{
    HC_ASSERT(node->kind != HC_NODE_SCALAR);
    size_t count = 0;
    for (const struct hc_node *child = node->first; child; child = child->next) {
        count++;
    }
    return count;
}

static enum hc_status need_scalar(const struct hc_node *node, const char *what, unsigned *ret_line,
                                  struct hc_error *error)
{
    if (node->kind == HC_NODE_SCALAR && (node->text.size || !node->plain)) {
        return HC_OK;
    }
    *ret_line = node->line;
    return hc_error_set(error, HC_USAGE, "%s takes a single value", what);
}

/* The entry of a mapping that may hold `names` only. */
static enum hc_status check_names(const struct hc_node *node, const struct hc_slice *names,
                                  size_t count, unsigned *ret_line, struct hc_error *error)
{
    HC_ASSERT(node->kind == HC_NODE_MAP);
    for (const struct hc_node *child = node->first; child; child = child->next) {
        bool known = false;
        for (size_t i = 0; i < count; i++) {
            known = known || hc_slice_equal(child->key, names[i]);
        }
        if (!known) {
            char near[256];
            *ret_line = child->key_line;
            return hc_error_set(error, HC_USAGE,
                                "\"" HC_SLICE_FMT "\" is unknown here; the nearest is %s",
                                HC_SLICE_ARG(child->key),
                                hc_nearest_text(child->key, names, count, near, sizeof near));
        }
        char what[64];
        hc_slice_to_str(child->key, what, sizeof what);
        enum hc_status status = need_scalar(child, what, ret_line, error);
        if (status != HC_OK) {
            return status;
        }
    }
    return HC_OK;
}

/* Null when it is not there. */
static struct hc_slice member(const struct hc_node *node, const char *name)
{
    for (const struct hc_node *child = node->first; child; child = child->next) {
        if (hc_slice_equal_str(child->key, name)) {
            return child->text;
        }
    }
    return HC_SLICE_NULL;
}

static enum hc_status read_list(const struct hc_node *node, struct hc_arena *arena,
                                struct hc_value *value, unsigned *ret_line, struct hc_error *error)
{
    value->items = HC_ARENA_ARRAY(arena, struct hc_slice, child_count(node));
    for (const struct hc_node *child = node->first; child; child = child->next) {
        enum hc_status status = need_scalar(child, "a member of the list", ret_line, error);
        if (status != HC_OK) {
            return status;
        }
        value->items[value->count++] = child->text;
    }
    return HC_OK;
}

static enum hc_status read_pairs(const struct hc_node *node, struct hc_arena *arena,
                                 struct hc_value *value, unsigned *ret_line, struct hc_error *error)
{
    value->pairs = HC_ARENA_ARRAY(arena, struct hc_config_pair, child_count(node));
    for (const struct hc_node *child = node->first; child; child = child->next) {
        enum hc_status status = need_scalar(child, "a header", ret_line, error);
        if (status != HC_OK) {
            return status;
        }
        value->pairs[value->count++] = (struct hc_config_pair){child->key, child->text};
    }
    return HC_OK;
}

static enum hc_status read_range(const struct hc_key *key, const struct hc_node *node,
                                 struct hc_arena *arena, struct hc_value *value, unsigned *ret_line,
                                 struct hc_error *error)
{
    static const struct hc_slice names[] = {{"from", 4}, {"to", 2}};
    enum hc_status status = check_names(node, names, HC_COUNT(names), ret_line, error);
    if (status != HC_OK) {
        return status;
    }
    struct hc_slice from = member(node, "from"), to = member(node, "to");
    const char *text = hc_arena_format(arena, HC_SLICE_FMT ".." HC_SLICE_FMT, HC_SLICE_ARG(from),
                                       HC_SLICE_ARG(to));
    return hc_value_parse(key, hc_slice_str(text), arena, value, error);
}

static enum hc_status read_interval(const struct hc_node *node, struct hc_value *value,
                                    unsigned *ret_line, struct hc_error *error)
{
    static const struct hc_slice names[] = {{"column", 6}};
    enum hc_status status = check_names(node, names, HC_COUNT(names), ret_line, error);
    value->column = member(node, "column");
    if (status == HC_OK && !value->column.size) {
        status = hc_error_set(error, HC_USAGE, "takes a duration or {column: NAME}");
    }
    return status;
}

static enum hc_status read_fields(const struct hc_node *node, struct hc_arena *arena,
                                  struct hc_value *value, unsigned *ret_line,
                                  struct hc_error *error)
{
    static const struct hc_slice names[] = {{"name", 4}, {"from", 4}, {"const", 5}, {"as", 2}};
    value->fields = HC_ARENA_ARRAY(arena, struct hc_config_field, child_count(node));
    for (const struct hc_node *child = node->first; child; child = child->next) {
        *ret_line = child->line;
        struct hc_config_field field = {.from = child->text, .name = child->text};
        if (child->kind == HC_NODE_MAP) {
            enum hc_status status = check_names(child, names, HC_COUNT(names), ret_line, error);
            if (status != HC_OK) {
                return status;
            }
            field = (struct hc_config_field){.name = member(child, "name"),
                                             .from = member(child, "from"),
                                             .constant = member(child, "const"),
                                             .as = member(child, "as")};
            if (!field.from.size && hc_slice_is_null(field.constant)) {
                field.from = field.name;
            }
        }
        bool both = field.from.size && !hc_slice_is_null(field.constant);
        if (child->kind == HC_NODE_LIST || !field.name.size || both) {
            return hc_error_set(error, HC_USAGE,
                                "a field is a column, or {name: NAME, from: COLUMN} or {name: "
                                "NAME, const: TEXT}, with as: number|string|iso|epoch-ms");
        }
        value->fields[value->count++] = field;
    }
    return HC_OK;
}

/* "expel-after: 500ms" reads as the text does. */
static enum hc_status read_disconnect(const struct hc_key *key, const struct hc_node *node,
                                      struct hc_arena *arena, struct hc_value *value,
                                      unsigned *ret_line, struct hc_error *error)
{
    static const struct hc_slice names[] = {{"expel-after", 11}};
    enum hc_status status = check_names(node, names, HC_COUNT(names), ret_line, error);
    if (status != HC_OK) {
        return status;
    }
    const char *text = hc_arena_format(arena, "expel-after " HC_SLICE_FMT,
                                       HC_SLICE_ARG(member(node, "expel-after")));
    return hc_value_parse(key, hc_slice_str(text), arena, value, error);
}

static enum hc_status wrong_shape(const struct hc_key *key, const struct hc_node *node,
                                  struct hc_error *error)
{
    return hc_error_set(error, HC_USAGE, "takes %s, not a %s",
                        *key->placeholder ? key->placeholder : hc_kind_text(key->kind),
                        node->kind == HC_NODE_LIST ? "list" : "mapping");
}

enum hc_status hc_value_read(const struct hc_key *key, const struct hc_node *node,
                             struct hc_arena *arena, struct hc_value *ret, unsigned *ret_line,
                             struct hc_error *error)
{
    HC_ASSERT(node->line > 0);
    *ret_line = node->line;
    if (node->kind == HC_NODE_SCALAR) {
        bool nothing =
            node->plain && (node->text.size == 0 || hc_word_index("null|~", node->text) >= 0);
        return nothing
                   ? hc_error_set(error, HC_USAGE, "has no value; give one or leave the key out")
                   : hc_value_parse(key, node->text, arena, ret, error);
    }
    struct hc_value value = {.set = true};
    enum hc_status status;
    bool list = node->kind == HC_NODE_LIST;
    if (key->kind == HC_KIND_LIST && list) {
        status = read_list(node, arena, &value, ret_line, error);
    } else if (key->kind == HC_KIND_PAIRS && !list) {
        status = read_pairs(node, arena, &value, ret_line, error);
    } else if (key->kind == HC_KIND_FIELDS && list) {
        status = read_fields(node, arena, &value, ret_line, error);
    } else if (key->kind == HC_KIND_RANGE && !list) {
        status = read_range(key, node, arena, &value, ret_line, error);
    } else if (key->kind == HC_KIND_INTERVAL && !list) {
        status = read_interval(node, &value, ret_line, error);
    } else if (key->kind == HC_KIND_DISCONNECT && !list) {
        status = read_disconnect(key, node, arena, &value, ret_line, error);
    } else {
        status = wrong_shape(key, node, error);
    }
    if (status == HC_OK) {
        *ret = value;
    }
    return status;
}
