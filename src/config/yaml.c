/* libfyaml's events into a tree. Aliases are refused, so a document is never larger than its text;
 * bounds are checked event by event, before anything is kept. */
#include "base/map.h"
#include "base/utf8.h"
#include "config/node.h"

#include <errno.h>
#include <fcntl.h>
#include <libfyaml.h>
#include <unistd.h>

/* A list or mapping that has been opened and not closed. */
struct level {
    struct hc_node *node;
    struct hc_node **tail; /* where the next child is linked */
    struct hc_node *entry; /* of a mapping: its key has been read, its value not yet */
    struct hc_map keys;    /* of a mapping: the entries so far */
};

struct reader {
    const char *file;
    struct hc_arena *arena;
    struct hc_error *error;
    struct level levels[HC_YAML_DEPTH_MAX];
    size_t depth;
    size_t node_count;
    struct hc_node *root;
};

#define FAIL(reader, line, ...) fail_at(reader, line, hc_arena_format((reader)->arena, __VA_ARGS__))

static enum hc_status fail_at(struct reader *reader, unsigned line, const char *what)
{
    return hc_error_set(reader->error, HC_USAGE, "%s:%u: %s", reader->file, line, what);
}

static unsigned line_of(struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    return mark ? (unsigned)mark->line + 1 : 1;
}

static enum hc_status new_node(struct reader *reader, enum hc_node_kind kind, unsigned line,
                               struct hc_node **ret)
{
    if (++reader->node_count > HC_YAML_NODES_MAX) {
        return FAIL(reader, line, "more than %d values", HC_YAML_NODES_MAX);
    }
    struct hc_node *node = HC_ARENA_NEW(reader->arena, struct hc_node);
    *node = (struct hc_node){.kind = kind, .line = line};
    *ret = node;
    return HC_OK;
}

/* Links a finished or opened value into its parent. */
static enum hc_status place(struct reader *reader, struct hc_node *node)
{
    if (reader->depth == 0) {
        HC_ASSERT(reader->root == NULL);
        reader->root = node;
        return HC_OK;
    }
    struct level *level = &reader->levels[reader->depth - 1];
    HC_ASSERT(level->node->kind != HC_NODE_SCALAR && *level->tail == NULL);
    if (level->node->kind == HC_NODE_MAP) {
        if (level->entry == NULL) {
            return FAIL(reader, node->line, "the key of a mapping is a plain text");
        }
        node->key = level->entry->text;
        node->key_line = level->entry->line;
        level->entry = NULL;
    }
    *level->tail = node;
    level->tail = &node->next;
    return HC_OK;
}

static enum hc_status take_key(struct reader *reader, struct level *level, struct hc_node *key)
{
    HC_ASSERT(level->node->kind == HC_NODE_MAP && level->entry == NULL);
    struct hc_node *before = hc_map_get(&level->keys, key->text);
    if (before) {
        return FAIL(reader, key->line, "the key " HC_SLICE_FMT " stands on line %u already",
                    HC_SLICE_ARG(key->text), before->line);
    }
    hc_map_put(&level->keys, key->text, key);
    level->entry = key;
    return HC_OK;
}

static enum hc_status take_scalar(struct reader *reader, struct fy_event *event)
{
    struct hc_node *node = NULL;
    enum hc_status status = new_node(reader, HC_NODE_SCALAR, line_of(event), &node);
    if (status != HC_OK) {
        return status;
    }
    struct fy_token *token = event->scalar.value;
    size_t size = 0;
    const char *text = token ? fy_token_get_text(token, &size) : NULL;
    node->text = hc_arena_copy(reader->arena, hc_slice_of(text ? text : "", size));
    node->plain = !token || fy_scalar_token_get_style(token) == FYSS_PLAIN;
    if (node->text.size && memchr(node->text.data, '\0', node->text.size)) {
        return FAIL(reader, node->line, "a NUL character has no place here");
    }
    struct level *level = reader->depth ? &reader->levels[reader->depth - 1] : NULL;
    if (level && level->node->kind == HC_NODE_MAP && !level->entry) {
        return take_key(reader, level, node);
    }
    return place(reader, node);
}

static enum hc_status open_level(struct reader *reader, struct fy_event *event)
{
    enum hc_node_kind kind = event->type == FYET_MAPPING_START ? HC_NODE_MAP : HC_NODE_LIST;
    unsigned line = line_of(event);
    if (reader->depth == HC_YAML_DEPTH_MAX) {
        return FAIL(reader, line, "nested more than %d deep", HC_YAML_DEPTH_MAX);
    }
    struct hc_node *node = NULL;
    enum hc_status status = new_node(reader, kind, line, &node);
    if (status == HC_OK) {
        status = place(reader, node);
    }
    if (status == HC_OK) {
        struct level *level = &reader->levels[reader->depth++];
        *level = (struct level){.node = node, .tail = &node->first};
        hc_map_init(&level->keys, (uint64_t)(uintptr_t)node);
    }
    return status;
}

static void close_level(struct reader *reader)
{
    HC_ASSERT(reader->depth > 0);
    hc_map_done(&reader->levels[--reader->depth].keys);
}

static enum hc_status take_event(struct reader *reader, struct fy_event *event)
{
    if (fy_event_get_anchor_token(event) || event->type == FYET_ALIAS) {
        return FAIL(reader, line_of(event),
                    "anchors and aliases are not understood: write the value out");
    }
    if (fy_event_get_tag_token(event)) {
        return FAIL(reader, line_of(event), "tags are not understood: leave it out");
    }
    switch (event->type) {
    case FYET_SCALAR:
        return take_scalar(reader, event);
    case FYET_SEQUENCE_START:
    case FYET_MAPPING_START:
        return open_level(reader, event);
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END:
        close_level(reader);
        return HC_OK;
    case FYET_DOCUMENT_START:
        return reader->root ? FAIL(reader, line_of(event), "a second document begins; one is read")
                            : HC_OK;
    default:
        return HC_OK;
    }
}

/* What libfyaml found wrong, with its line. */
static enum hc_status syntax_error(struct reader *reader, struct fy_diag *diag)
{
    void *position = NULL;
    const struct fy_diag_error *found = fy_diag_errors_iterate(diag, &position);
    if (!found) {
        return hc_error_set(reader->error, HC_USAGE, "%s: this is not YAML", reader->file);
    }
    unsigned line = found->line > 0 ? (unsigned)found->line : 1;
    return FAIL(reader, line, "this is not YAML: %s", found->msg ? found->msg : "malformed");
}

static enum hc_status read_events(struct reader *reader, struct fy_parser *parser,
                                  struct fy_diag *diag)
{
    enum hc_status status = HC_OK;
    struct fy_event *event;
    while (status == HC_OK && (event = fy_parser_parse(parser)) != NULL) {
        status = take_event(reader, event);
        fy_parser_event_free(parser, event);
    }
    while (reader->depth > 0) {
        close_level(reader);
    }
    if (status == HC_OK && fy_parser_get_stream_error(parser)) {
        status = syntax_error(reader, diag);
    }
    return status;
}

/* libfyaml takes other bytes as they are. */
static enum hc_status check_characters(struct reader *reader, struct hc_slice text)
{
    unsigned line = 1;
    struct hc_slice rest = text;
    while (!hc_slice_is_null(rest)) {
        struct hc_slice one = hc_slice_cut(&rest, '\n');
        if (!hc_utf8_valid(one)) {
            return FAIL(reader, line, "this is not UTF-8 text");
        }
        line++;
    }
    return HC_OK;
}

/* Errors are collected, not printed. */
static void no_output(struct fy_diag *diag, void *user, const char *text, size_t size)
{
    (void)diag, (void)user, (void)text, (void)size;
}

static struct fy_diag *new_diag(void)
{
    struct fy_diag_cfg config;
    fy_diag_cfg_default(&config);
    config.fp = NULL;
    config.output_fn = no_output;
    config.level = FYET_ERROR;
    config.colorize = false;
    struct fy_diag *diag = fy_diag_create(&config);
    HC_ASSERT(diag != NULL);
    fy_diag_set_collect_errors(diag, true);
    return diag;
}

enum hc_status hc_yaml_parse(const char *file, struct hc_slice text, struct hc_arena *arena,
                             struct hc_node **ret, struct hc_error *error)
{
    HC_ASSERT(file != NULL && arena != NULL && ret != NULL);
    struct reader reader = {.file = file, .arena = arena, .error = error};
    if (text.size > HC_YAML_BYTES_MAX) {
        return hc_error_set(error, HC_USAGE, "%s: larger than a configuration may be (%d bytes)",
                            file, HC_YAML_BYTES_MAX);
    }
    enum hc_status status = check_characters(&reader, text);
    if (status != HC_OK) {
        return status;
    }
    struct fy_diag *diag = new_diag();
    struct fy_parser *parser = fy_parser_create(
        &(struct fy_parse_cfg){.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG, .diag = diag});
    HC_ASSERT(parser != NULL);
    if (text.size > 0) {
        HC_ASSERT(fy_parser_set_string(parser, text.data, text.size) == 0);
        status = read_events(&reader, parser, diag);
    }
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    if (status != HC_OK) {
        return status;
    }
    bool empty = !reader.root || (reader.root->kind == HC_NODE_SCALAR && !reader.root->text.size);
    if (empty) {
        reader.root = HC_ARENA_NEW(arena, struct hc_node);
        *reader.root = (struct hc_node){.kind = HC_NODE_MAP, .line = 1};
    }
    *ret = reader.root;
    return HC_OK;
}

enum hc_status hc_yaml_read(const char *file, struct hc_arena *arena, struct hc_node **ret,
                            struct hc_error *error)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    char *text = hc_arena_bytes(arena, HC_YAML_BYTES_MAX + 1);
    size_t size = 0;
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0 && size <= HC_YAML_BYTES_MAX) {
        got = read(fd, text + size, HC_YAML_BYTES_MAX + 1 - size);
        if (got < 0 && errno == EINTR) {
            got = 1;
        } else if (got > 0) {
            size += (size_t)got;
        }
    }
    int code = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (got < 0) {
        hc_error_errno(error, code, "the configuration file %s cannot be read", file);
        if (error) {
            error->status = HC_USAGE;
        }
        return HC_USAGE;
    }
    return hc_yaml_parse(file, hc_slice_of(text, size), arena, ret, error);
}
