#include "ingest/template.h"

#include "base/map.h"
#include "base/nearest.h"

#include <stdio.h>

#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }
static const struct hc_slice placeholders[] = {
    TEXT("{table}"),    TEXT("{symbol}"),        TEXT("{exchange}"),
    TEXT("{interval}"), TEXT("{interval-long}"),
};

bool hc_template_is_plain(struct hc_slice pattern)
{
    return memchr(pattern.data, '{', pattern.size) == NULL;
}

static bool is_legal(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

enum hc_status hc_topic_name_check(struct hc_slice name, struct hc_error *error)
{
    if (name.size == 0 || name.size > HC_TOPIC_NAME_MAX) {
        return hc_error_set(
            error, HC_USAGE, "topic \"%.80s%s\" has %zu characters; Kafka allows 1 to %d",
            name.size ? name.data : "", name.size > 80 ? "..." : "", name.size, HC_TOPIC_NAME_MAX);
    }
    if (hc_slice_equal_str(name, ".") || hc_slice_equal_str(name, "..")) {
        return hc_error_set(error, HC_USAGE, "topic \"" HC_SLICE_FMT "\": Kafka forbids this name",
                            HC_SLICE_ARG(name));
    }
    for (size_t i = 0; i < name.size; i++) {
        if (!is_legal(name.data[i])) {
            return hc_error_set(error, HC_USAGE,
                                "topic \"" HC_SLICE_FMT "\": character %zu is not one that Kafka "
                                "allows in a name (letters, digits, '.', '_' and '-')",
                                HC_SLICE_ARG(name), i + 1);
        }
    }
    return HC_OK;
}

static struct hc_slice placeholder_text(size_t index, const struct hc_stream *stream,
                                        char scratch[HC_INTERVAL_BYTES])
{
    switch (index) {
    case 0:
        return stream->table;
    case 1:
        return stream->symbol;
    case 2:
        return stream->exchange;
    default:
        return hc_slice_str(hc_interval_text(&stream->interval, index == 4, scratch));
    }
}

static enum hc_status expand_one(struct hc_slice placeholder, const struct hc_stream *stream,
                                 struct hc_buffer *out, struct hc_error *error)
{
    for (size_t i = 0; i < HC_COUNT(placeholders); i++) {
        if (!hc_slice_equal(placeholder, placeholders[i])) {
            continue;
        }
        char scratch[HC_INTERVAL_BYTES];
        struct hc_slice text = placeholder_text(i, stream, scratch);
        if (text.size == 0) {
            return hc_error_set(
                error, HC_USAGE,
                "topic template: the source has rows without a value for " HC_SLICE_FMT,
                HC_SLICE_ARG(placeholder));
        }
        hc_buffer_append_slice(out, text);
        return HC_OK;
    }
    char nearest[128];
    hc_nearest_text(placeholder, placeholders, HC_COUNT(placeholders), nearest, sizeof nearest);
    return hc_error_set(error, HC_USAGE,
                        "topic template: unknown placeholder \"" HC_SLICE_FMT "\"; nearest: %s",
                        HC_SLICE_ARG(placeholder), nearest);
}

static enum hc_status expand_into(struct hc_slice pattern, const struct hc_stream *stream,
                                  struct hc_buffer *out, struct hc_error *error)
{
    while (pattern.size) {
        const char *open = memchr(pattern.data, '{', pattern.size);
        size_t plain = open ? (size_t)(open - pattern.data) : pattern.size;
        hc_buffer_append(out, pattern.data, plain);
        pattern = hc_slice_of(pattern.data + plain, pattern.size - plain);
        if (!open) {
            break;
        }
        const char *close = memchr(pattern.data, '}', pattern.size);
        size_t size = close ? (size_t)(close - open) + 1 : pattern.size;
        enum hc_status status = expand_one(hc_slice_of(open, size), stream, out, error);
        if (status != HC_OK) {
            return status;
        }
        pattern = hc_slice_of(pattern.data + size, pattern.size - size);
    }
    return hc_topic_name_check(hc_buffer_slice(out), error);
}

enum hc_status hc_template_expand(struct hc_slice pattern, const struct hc_stream *stream,
                                  char out[HC_TOPIC_NAME_BYTES], struct hc_error *error)
{
    struct hc_buffer name = {0};
    enum hc_status status = expand_into(pattern, stream, &name, error);
    if (status == HC_OK) {
        hc_slice_to_str(hc_buffer_slice(&name), out, HC_TOPIC_NAME_BYTES);
    }
    hc_buffer_done(&name);
    return status;
}

static enum hc_status map_streams(struct hc_slice pattern, const struct hc_source_facts *facts,
                                  struct hc_map *known, struct hc_arena *arena,
                                  struct hc_topic_map *map, struct hc_error *error)
{
    for (size_t i = 0; i < facts->stream_count; i++) {
        char name[HC_TOPIC_NAME_BYTES];
        enum hc_status status = hc_template_expand(pattern, &facts->streams[i], name, error);
        if (status != HC_OK) {
            return status;
        }
        struct hc_slice key = hc_slice_str(name);
        struct hc_slice *entry = hc_map_get(known, key);
        if (!entry) {
            if (map->count == HC_TOPICS_MAX) {
                return hc_error_set(error, HC_LIMIT,
                                    "topic template \"" HC_SLICE_FMT "\" makes more than %d topics",
                                    HC_SLICE_ARG(pattern), HC_TOPICS_MAX);
            }
            entry = &map->names[map->count++];
            *entry = hc_arena_copy(arena, key);
            hc_map_put(known, key, entry);
        }
        map->topic_of_stream[i] = (uint32_t)(entry - map->names);
    }
    return HC_OK;
}

enum hc_status hc_topic_map_make(struct hc_slice pattern, const struct hc_source_facts *facts,
                                 struct hc_arena *arena, struct hc_topic_map *ret,
                                 struct hc_error *error)
{
    struct hc_topic_map map = {
        .names = HC_ARENA_ARRAY(arena, struct hc_slice, facts->stream_count + 1),
        .topic_of_stream = HC_ARENA_ARRAY(arena, uint32_t, facts->stream_count + 1),
    };
    enum hc_status status;
    if (hc_template_is_plain(pattern)) {
        map.names[map.count++] = hc_arena_copy(arena, pattern);
        status = hc_topic_name_check(pattern, error);
    } else {
        struct hc_map known;
        hc_map_init(&known, 0);
        status = map_streams(pattern, facts, &known, arena, &map, error);
        hc_map_done(&known);
    }
    if (status == HC_OK) {
        *ret = map;
    }
    return status;
}
