#include "ingest/encode.h"

#include "base/memory.h"
#include "base/nearest.h"
#include "ingest/cell.h"
#include "ingest/murmur2.h"
#include "ingest/tally.h"

#include <stdlib.h>

/* A cell of the value, and the bytes that stand before it: punctuation, name, constants. */
struct part {
    struct hc_slice before; /* arena */
    uint32_t column;
    enum hc_field_as as;
};

/* How rows of one shape become records; everything lives in the arena. */
struct plan {
    const struct hc_shape *shape;
    struct part *parts;
    size_t part_count;
    struct hc_slice after; /* what ends the object */
    const uint32_t *key_columns;
    size_t key_count;
};

struct hc_encoder {
    const struct hc_topic_spec *spec;
    const struct hc_source_facts *facts;
    struct hc_arena arena;
    struct hc_shape shape; /* of all rows, where the facts have no shapes */
    uint32_t symbol;
    struct plan *plans; /* arena; one for each file where shapes differ, else one */
    size_t plan_count;
    struct hc_buffer key, value;
};

static enum hc_status find_column(const struct plan *plan, const char *what, struct hc_slice name,
                                  uint32_t *ret, struct hc_error *error)
{
    const struct hc_slice_list *columns = &plan->shape->columns;
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

static enum hc_status plan_key(struct hc_encoder *encoder, struct plan *plan,
                               struct hc_error *error)
{
    const struct hc_topic_spec *spec = encoder->spec;
    if (spec->key_none) {
        return HC_OK;
    }
    if (spec->key.count == 0) {
        plan->key_columns = plan->shape->keys;
        plan->key_count = plan->shape->key_count;
        return HC_OK;
    }
    uint32_t *columns = HC_ARENA_ARRAY(&encoder->arena, uint32_t, spec->key.count);
    plan->key_columns = columns;
    plan->key_count = spec->key.count;
    for (size_t i = 0; i < spec->key.count; i++) {
        enum hc_status status = find_column(plan, "key", spec->key.items[i], &columns[i], error);
        if (status != HC_OK) {
            return status;
        }
    }
    return HC_OK;
}

static void plan_cell(struct hc_encoder *encoder, struct plan *plan, uint32_t column,
                      enum hc_field_as as, struct hc_buffer *pending)
{
    plan->parts[plan->part_count++] = (struct part){
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

static enum hc_status plan_field(struct hc_encoder *encoder, struct plan *plan,
                                 const struct hc_field_spec *field, struct hc_buffer *pending,
                                 struct hc_error *error)
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
    enum hc_status status = find_column(plan, "fields", field->from, &column, error);
    if (status == HC_OK) {
        plan_cell(encoder, plan, column, field->as, pending);
    }
    return status;
}

/* Everything between two cells is known beforehand, so a row is an alternation of copies. */
static enum hc_status plan_value(struct hc_encoder *encoder, struct plan *plan,
                                 struct hc_error *error)
{
    const struct hc_topic_spec *spec = encoder->spec;
    const struct hc_slice_list *columns = &plan->shape->columns;
    size_t count = spec->field_count ? spec->field_count : columns->count;
    plan->parts = HC_ARENA_ARRAY(&encoder->arena, struct part, count);
    struct hc_buffer pending = {0};
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < count && status == HC_OK; i++) {
        append_name(&pending, i == 0, spec->field_count ? spec->fields[i].name : columns->items[i]);
        if (spec->field_count) {
            status = plan_field(encoder, plan, &spec->fields[i], &pending, error);
        } else {
            plan_cell(encoder, plan, (uint32_t)i, HC_AS_DEFAULT, &pending);
        }
    }
    hc_buffer_append_str(&pending, count == 0 ? "{}" : "}");
    plan->after = hc_arena_copy(&encoder->arena, hc_buffer_slice(&pending));
    hc_buffer_done(&pending);
    return status;
}

/* One shape for all rows, or one for each file. */
static void plan_shapes(struct hc_encoder *encoder)
{
    const struct hc_source_facts *facts = encoder->facts;
    HC_ASSERT(facts->symbol_column < (int32_t)facts->columns.count);
    encoder->plan_count = facts->shapes ? facts->files.count : 1;
    encoder->plans = HC_ARENA_ARRAY(&encoder->arena, struct plan, encoder->plan_count);
    encoder->symbol = (uint32_t)HC_MAX(facts->symbol_column, 0);
    encoder->shape = (struct hc_shape){.columns = facts->columns,
                                       .keys = &encoder->symbol,
                                       .key_count = facts->symbol_column >= 0};
    for (size_t i = 0; i < encoder->plan_count; i++) {
        encoder->plans[i].shape = facts->shapes ? &facts->shapes[i] : &encoder->shape;
    }
}

enum hc_status hc_encoder_new(const struct hc_topic_spec *spec, const struct hc_source_facts *facts,
                              struct hc_encoder **ret, struct hc_error *error)
{
    HC_ASSERT(spec->partitions >= 1);
    struct hc_encoder *encoder = hc_alloc(sizeof *encoder);
    encoder->spec = spec;
    encoder->facts = facts;
    hc_arena_init(&encoder->arena, 0);
    plan_shapes(encoder);
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < encoder->plan_count && status == HC_OK; i++) {
        status = plan_key(encoder, &encoder->plans[i], error);
        if (status == HC_OK) {
            status = plan_value(encoder, &encoder->plans[i], error);
        }
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

static struct hc_slice encode_key(struct hc_encoder *encoder, const struct plan *plan,
                                  const struct hc_row *row)
{
    if (plan->key_count == 0) {
        return HC_SLICE_NULL;
    }
    if (plan->key_count == 1) {
        const struct hc_cell *cell = &row->cells[plan->key_columns[0]];
        return cell->kind == HC_CELL_NULL     ? HC_SLICE_NULL
               : hc_slice_is_null(cell->text) ? HC_SLICE_EMPTY
                                              : cell->text;
    }
    hc_buffer_clear(&encoder->key);
    for (size_t i = 0; i < plan->key_count; i++) {
        const struct hc_cell *cell = &row->cells[plan->key_columns[i]];
        if (i > 0) {
            hc_buffer_append_char(&encoder->key, ':');
        }
        if (cell->kind != HC_CELL_NULL) {
            hc_buffer_append_slice(&encoder->key, cell->text);
        }
    }
    return hc_buffer_slice(&encoder->key);
}

static enum hc_status refuse(const struct hc_encoder *encoder, const struct plan *plan,
                             const struct hc_row *row, uint32_t column, const char *why,
                             struct hc_error *error)
{
    char place[300];
    return hc_error_set(error, HC_INVALID, "%s: column \"" HC_SLICE_FMT "\": %s",
                        hc_place_text(encoder->facts, row->file, row->line, place, sizeof place),
                        HC_SLICE_ARG(plan->shape->columns.items[column]), why);
}

enum hc_status hc_encoder_encode(struct hc_encoder *encoder, const struct hc_row *row,
                                 struct hc_load_row *ret, struct hc_error *error)
{
    struct hc_buffer *value = &encoder->value;
    HC_ASSERT(encoder->plan_count == 1 || row->file < encoder->plan_count);
    const struct plan *plan = &encoder->plans[encoder->plan_count == 1 ? 0 : row->file];
    bool quote = encoder->spec->numbers_as_strings;
    hc_buffer_clear(value);
    for (size_t i = 0; i < plan->part_count; i++) {
        const struct part *part = &plan->parts[i];
        hc_buffer_append_slice(value, part->before);
        const char *why = hc_cell_append(value, &row->cells[part->column], part->as, quote);
        if (why) {
            return refuse(encoder, plan, row, part->column, why, error);
        }
    }
    hc_buffer_append_slice(value, plan->after);
    struct hc_slice key = encode_key(encoder, plan, row);
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
