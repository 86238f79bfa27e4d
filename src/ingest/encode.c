#include "ingest/encode.h"

#include "base/memory.h"
#include "base/nearest.h"
#include "ingest/cell.h"
#include "ingest/murmur2.h"

#include <stdlib.h>

/* A cell of the value, and the bytes that stand before it: punctuation, name, constants. */
struct part {
    struct hc_slice before; /* arena */
    uint32_t column;
    enum hc_field_as as;
};

struct hc_encoder {
    const struct hc_topic_spec *spec;
    const struct hc_source_facts *facts;
    struct hc_arena arena;
    struct part *parts;
    size_t part_count;
    struct hc_slice after; /* arena: what ends the object */
    uint32_t *key_columns; /* arena */
    size_t key_count;
    struct hc_buffer key, value;
};

static enum hc_status find_column(const struct hc_encoder *encoder, const char *what,
                                  struct hc_slice name, uint32_t *ret, struct hc_error *error)
{
    const struct hc_slice_list *columns = &encoder->facts->columns;
    for (size_t i = 0; i < columns->count; i++) {
        if (hc_slice_equal(columns->items[i], name)) {
            *ret = (uint32_t)i;
            return HC_OK;
        }
    }
    char nearest[256];
    hc_nearest_text(name, columns->items, columns->count, nearest, sizeof nearest);
    return hc_error_set(error, HC_USAGE,
                        "%s: the source has no column \"" HC_SLICE_FMT "\"; nearest: %s", what,
                        HC_SLICE_ARG(name), nearest);
}

static enum hc_status plan_key(struct hc_encoder *encoder, struct hc_error *error)
{
    const struct hc_topic_spec *spec = encoder->spec;
    int32_t symbol = encoder->facts->symbol_column;
    HC_ASSERT(symbol < (int32_t)encoder->facts->columns.count);
    if (spec->key_none || (spec->key.count == 0 && symbol < 0)) {
        return HC_OK;
    }
    size_t count = HC_MAX(spec->key.count, (size_t)1);
    encoder->key_columns = HC_ARENA_ARRAY(&encoder->arena, uint32_t, count);
    encoder->key_count = count;
    if (spec->key.count == 0) {
        encoder->key_columns[0] = (uint32_t)symbol;
        return HC_OK;
    }
    for (size_t i = 0; i < count; i++) {
        enum hc_status status =
            find_column(encoder, "key", spec->key.items[i], &encoder->key_columns[i], error);
        if (status != HC_OK) {
            return status;
        }
    }
    return HC_OK;
}

static void plan_cell(struct hc_encoder *encoder, uint32_t column, enum hc_field_as as,
                      struct hc_buffer *pending)
{
    encoder->parts[encoder->part_count++] = (struct part){
        .before = hc_arena_copy(&encoder->arena, hc_buffer_slice(pending)),
        .column = column,
        .as = as,
    };
    hc_buffer_clear(pending);
}

static void append_name(struct hc_buffer *pending, bool first, struct hc_slice name)
{
    hc_buffer_append_char(pending, first ? '{' : ',');
    hc_buffer_append_json(pending, name);
    hc_buffer_append_char(pending, ':');
}

static enum hc_status plan_field(struct hc_encoder *encoder, const struct hc_field_spec *field,
                                 struct hc_buffer *pending, struct hc_error *error)
{
    if (!hc_slice_is_null(field->constant)) {
        if (hc_constant_append(pending, field)) {
            return HC_OK;
        }
        return hc_error_set(error, HC_USAGE,
                            "fields: the constant of \"" HC_SLICE_FMT "\", '" HC_SLICE_FMT
                            "', is not what its `as` says",
                            HC_SLICE_ARG(field->name), HC_SLICE_ARG(field->constant));
    }
    uint32_t column = 0;
    enum hc_status status = find_column(encoder, "fields", field->from, &column, error);
    if (status == HC_OK) {
        plan_cell(encoder, column, field->as, pending);
    }
    return status;
}

/* Everything between two cells is known beforehand, so a row is an alternation of copies. */
static enum hc_status plan_value(struct hc_encoder *encoder, struct hc_error *error)
{
    const struct hc_topic_spec *spec = encoder->spec;
    const struct hc_slice_list *columns = &encoder->facts->columns;
    size_t count = spec->field_count ? spec->field_count : columns->count;
    encoder->parts = HC_ARENA_ARRAY(&encoder->arena, struct part, count);
    struct hc_buffer pending = {0};
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < count && status == HC_OK; i++) {
        append_name(&pending, i == 0, spec->field_count ? spec->fields[i].name : columns->items[i]);
        if (spec->field_count) {
            status = plan_field(encoder, &spec->fields[i], &pending, error);
        } else {
            plan_cell(encoder, (uint32_t)i, HC_AS_DEFAULT, &pending);
        }
    }
    hc_buffer_append_str(&pending, count == 0 ? "{}" : "}");
    encoder->after = hc_arena_copy(&encoder->arena, hc_buffer_slice(&pending));
    hc_buffer_done(&pending);
    return status;
}

enum hc_status hc_encoder_new(const struct hc_topic_spec *spec, const struct hc_source_facts *facts,
                              struct hc_encoder **ret, struct hc_error *error)
{
    HC_ASSERT(spec->partitions >= 1);
    struct hc_encoder *encoder = hc_alloc(sizeof *encoder);
    encoder->spec = spec;
    encoder->facts = facts;
    hc_arena_init(&encoder->arena, 0);
    enum hc_status status = plan_key(encoder, error);
    if (status == HC_OK) {
        status = plan_value(encoder, error);
    }
    if (status != HC_OK) {
        hc_encoder_free(encoder);
        return status;
    }
    *ret = encoder;
    return HC_OK;
}

void hc_encoder_free(struct hc_encoder *encoder)
{
    if (encoder) {
        hc_buffer_done(&encoder->key);
        hc_buffer_done(&encoder->value);
        hc_arena_done(&encoder->arena);
        free(encoder);
    }
}

static struct hc_slice encode_key(struct hc_encoder *encoder, const struct hc_row *row)
{
    if (encoder->key_count == 0) {
        return HC_SLICE_NULL;
    }
    if (encoder->key_count == 1) {
        const struct hc_cell *cell = &row->cells[encoder->key_columns[0]];
        return cell->kind == HC_CELL_NULL     ? HC_SLICE_NULL
               : hc_slice_is_null(cell->text) ? HC_SLICE_EMPTY
                                              : cell->text;
    }
    hc_buffer_clear(&encoder->key);
    for (size_t i = 0; i < encoder->key_count; i++) {
        const struct hc_cell *cell = &row->cells[encoder->key_columns[i]];
        if (i > 0) {
            hc_buffer_append_char(&encoder->key, ':');
        }
        if (cell->kind != HC_CELL_NULL) {
            hc_buffer_append_slice(&encoder->key, cell->text);
        }
    }
    return hc_buffer_slice(&encoder->key);
}

static enum hc_status refuse(const struct hc_encoder *encoder, const struct hc_row *row,
                             uint32_t column, const char *why, struct hc_error *error)
{
    HC_ASSERT(row->file < encoder->facts->files.count);
    return hc_error_set(error, HC_INVALID, HC_SLICE_FMT ":%llu: column \"" HC_SLICE_FMT "\": %s",
                        HC_SLICE_ARG(encoder->facts->files.items[row->file]),
                        (unsigned long long)row->line,
                        HC_SLICE_ARG(encoder->facts->columns.items[column]), why);
}

enum hc_status hc_encoder_encode(struct hc_encoder *encoder, const struct hc_row *row,
                                 struct hc_load_row *ret, struct hc_error *error)
{
    struct hc_buffer *value = &encoder->value;
    bool quote = encoder->spec->numbers_as_strings;
    hc_buffer_clear(value);
    for (size_t i = 0; i < encoder->part_count; i++) {
        const struct part *part = &encoder->parts[i];
        hc_buffer_append_slice(value, part->before);
        const char *why = hc_cell_append(value, &row->cells[part->column], part->as, quote);
        if (why) {
            return refuse(encoder, row, part->column, why, error);
        }
    }
    hc_buffer_append_slice(value, encoder->after);
    struct hc_slice key = encode_key(encoder, row);
    bool by_open = encoder->spec->timestamp == HC_TIMESTAMP_OPEN;
    *ret = (struct hc_load_row){
        .visible_ns = row->visible_ns,
        .open_ns = row->open_ns,
        .timestamp_ms = hc_ms_of_ns(by_open ? row->open_ns : row->visible_ns),
        .line = row->line,
        .file = row->file,
        .stream = row->stream,
        .partition = hc_key_partition(key, encoder->spec->partitions),
        .key = key,
        .value = hc_buffer_slice(value),
    };
    return HC_OK;
}
