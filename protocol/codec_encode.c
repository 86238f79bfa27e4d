#include "protocol/schema.h"
#include "protocol/wire.h"

struct encoder {
    struct hp_writer out;
    struct hc_arena *arena;
    int16_t version;
    bool flexible;
    bool failed;
};

static void write_struct(struct encoder *encoder, const struct hp_layout *layout, const char *base);

/* A length or count whose classic form takes `classic_bytes`; -1 is null. */
static void write_length(struct encoder *encoder, const struct hp_field *field, int64_t length,
                         int64_t length_max, size_t classic_bytes)
{
    HC_ASSERT(length >= -1);
    if (length > length_max || (length == -1 && !hp_field_is_nullable(field, encoder->version)))
        encoder->failed = true;
    else if (encoder->flexible)
        hp_write_uvarint(&encoder->out, (uint32_t)(length + 1));
    else if (classic_bytes == 2)
        hp_write_int16(&encoder->out, (int16_t)length);
    else
        hp_write_int32(&encoder->out, (int32_t)length);
}

static int64_t slice_length(struct hc_slice slice)
{
    HC_ASSERT(slice.size <= INT64_MAX);
    return hc_slice_is_null(slice) ? -1 : (int64_t)slice.size;
}

HP_OUT_OF_LINE static void write_string(struct encoder *encoder, const struct hp_field *field,
                                        struct hc_slice value)
{
    write_length(encoder, field, slice_length(value), HP_STRING_BYTES_MAX, 2);
    if (!encoder->failed)
        hp_write_bytes(&encoder->out, value.data, value.size);
}

HP_OUT_OF_LINE static void write_bytes(struct encoder *encoder, const struct hp_field *field,
                                       struct hc_slice value)
{
    write_length(encoder, field, slice_length(value), INT32_MAX, 4);
    if (!encoder->failed)
        hp_write_bytes(&encoder->out, value.data, value.size);
}

HP_OUT_OF_LINE static void write_records(struct encoder *encoder, const struct hp_field *field,
                                         const struct hp_records *records)
{
    HC_ASSERT(records->count >= -1);
    write_length(encoder, field, records->count < 0 ? -1 : (int64_t)records->size, INT32_MAX, 4);
    size_t size = 0;
    for (int32_t i = 0; i < records->count && !encoder->failed; i++) {
        hp_write_chunk(&encoder->out, records->chunks[i]);
        size += records->chunks[i].size;
    }
    HC_ASSERT(encoder->failed || records->count < 0 || size == records->size);
}

static const struct hp_field string_element = {.kind = HP_KIND_STRING, .until = HP_LAST};

static void write_int32s(struct hp_writer *out, size_t count, const int32_t *elements)
{
    uint8_t *room = hp_writer_room(out, count * 4);
    for (size_t i = 0; i < count; i++)
        hp_store_be32(room + 4 * i, (uint32_t)elements[i]);
}

static void write_elements(struct encoder *encoder, const struct hp_field *field, size_t count,
                           const void *elements)
{
    switch ((enum hp_kind)field->kind) {
    case HP_KIND_INT32_ARRAY:
        write_int32s(&encoder->out, count, elements);
        break;
    case HP_KIND_INT64_ARRAY:
        for (size_t i = 0; i < count; i++)
            hp_write_int64(&encoder->out, ((const int64_t *)elements)[i]);
        break;
    case HP_KIND_STRING_ARRAY:
        for (size_t i = 0; i < count && !encoder->failed; i++)
            write_string(encoder, &string_element, ((const struct hc_slice *)elements)[i]);
        break;
    default:
        HC_ASSERT(field->kind == HP_KIND_ARRAY);
        for (size_t i = 0; i < count && !encoder->failed; i++)
            write_struct(encoder, field->layout, (const char *)elements + i * field->layout->size);
    }
}

HP_OUT_OF_LINE static void write_array(struct encoder *encoder, const struct hp_field *field,
                                       const void *at)
{
    int32_t count = hp_array_count_of(at);
    const void *elements = *(void *const *)at;
    HC_ASSERT(count <= 0 || elements != NULL);
    write_length(encoder, field, count, INT32_MAX, 4);
    if (count > 0 && !encoder->failed)
        write_elements(encoder, field, (size_t)count, elements);
}

HP_OUT_OF_LINE static void write_optional(struct encoder *encoder, const struct hp_field *field,
                                          const void *object)
{
    hp_write_int8(&encoder->out, object ? 1 : -1);
    if (object)
        write_struct(encoder, field->layout, object);
}

static void write_double(struct encoder *encoder, double value)
{
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    hp_write_int64(&encoder->out, bits);
}

static void write_value(struct encoder *encoder, const struct hp_field *field, const void *at)
{
    switch ((enum hp_kind)field->kind) {
    case HP_KIND_BOOL:
        hp_write_int8(&encoder->out, *(const bool *)at ? 1 : 0);
        break;
    case HP_KIND_INT8:
        hp_write_int8(&encoder->out, *(const int8_t *)at);
        break;
    case HP_KIND_INT16:
        hp_write_int16(&encoder->out, *(const int16_t *)at);
        break;
    case HP_KIND_INT32:
        hp_write_int32(&encoder->out, *(const int32_t *)at);
        break;
    case HP_KIND_INT64:
        hp_write_int64(&encoder->out, *(const int64_t *)at);
        break;
    case HP_KIND_FLOAT64:
        write_double(encoder, *(const double *)at);
        break;
    case HP_KIND_UUID:
        hp_write_bytes(&encoder->out, at, sizeof(struct hp_uuid));
        break;
    case HP_KIND_STRING:
        write_string(encoder, field, *(const struct hc_slice *)at);
        break;
    case HP_KIND_BYTES:
        write_bytes(encoder, field, *(const struct hc_slice *)at);
        break;
    case HP_KIND_RECORDS:
        write_records(encoder, field, at);
        break;
    case HP_KIND_INT32_ARRAY:
    case HP_KIND_INT64_ARRAY:
    case HP_KIND_STRING_ARRAY:
    case HP_KIND_ARRAY:
        write_array(encoder, field, at);
        break;
    case HP_KIND_STRUCT:
        write_struct(encoder, field->layout, at);
        break;
    case HP_KIND_OPTIONAL:
        write_optional(encoder, field, *(void *const *)at);
        break;
    case HP_KIND_COUNT:
        HC_UNREACHABLE();
    }
}

static bool tag_is_written(const struct encoder *encoder, const struct hp_field *field,
                           const char *base)
{
    return hp_field_is_tagged(field) && hp_field_is_present(field, encoder->version) &&
           !hp_field_is_default(field, base + field->offset);
}

/* A tagged value stands behind its size, so it is written aside first. They are few and small. */
static void write_tagged(struct encoder *encoder, const struct hp_field *field, const char *base)
{
    HC_ASSERT(field->kind != HP_KIND_RECORDS); /* copied below: references would be lost */
    struct hp_writer out = encoder->out;
    hp_writer_init(&encoder->out, 0, encoder->arena);
    write_value(encoder, field, base + field->offset);
    struct hc_chunk *chunks;
    size_t count, size;
    hp_writer_finish(&encoder->out, &chunks, &count, &size);
    encoder->out = out;
    HC_ASSERT(size <= INT32_MAX);
    hp_write_uvarint(&encoder->out, field->tag_plus_1 - 1u);
    hp_write_uvarint(&encoder->out, (uint32_t)size);
    for (size_t i = 0; i < count; i++)
        hp_write_bytes(&encoder->out, chunks[i].data, chunks[i].size);
}

/* Rows stand in the order of their tags (a test holds them to it), and tags must ascend on the
 * wire. */
HP_OUT_OF_LINE static void write_tags(struct encoder *encoder, const struct hp_layout *layout,
                                      const char *base)
{
    uint32_t count = 0;
    for (uint16_t i = 0; i < layout->field_count; i++)
        count += tag_is_written(encoder, &layout->fields[i], base);
    hp_write_uvarint(&encoder->out, count);
    for (uint16_t i = 0; i < layout->field_count && count > 0; i++) {
        if (tag_is_written(encoder, &layout->fields[i], base))
            write_tagged(encoder, &layout->fields[i], base);
    }
}

static void write_struct(struct encoder *encoder, const struct hp_layout *layout, const char *base)
{
    const struct hp_field *end = layout->fields + layout->field_count;
    bool has_tags = false;
    for (const struct hp_field *field = layout->fields; field < end; field++) {
        if (!hp_field_is_present(field, encoder->version))
            HC_ASSERT(!field->strict || hp_field_is_default(field, base + field->offset));
        else if (hp_field_is_tagged(field))
            has_tags = true;
        else if (field->kind == HP_KIND_INT32) /* most fields are: spares them the switch */
            hp_write_int32(&encoder->out, *(const int32_t *)(const void *)(base + field->offset));
        else
            write_value(encoder, field, base + field->offset);
    }
    if (!encoder->flexible)
        return;
    if (has_tags)
        write_tags(encoder, layout, base);
    else
        hp_write_uvarint(&encoder->out, 0);
}

enum hc_status hp_encode(const struct hp_schema *schema, int16_t version, const void *message,
                         size_t head_room, struct hc_arena *arena, struct hp_output *ret)
{
    HC_ASSERT(schema != NULL && message != NULL && arena != NULL && ret != NULL);
    HC_ASSERT(version >= schema->known_min && version <= schema->known_max);
    struct encoder encoder = {
        .arena = arena, .version = version, .flexible = hp_schema_is_flexible(schema, version)};
    hp_writer_init(&encoder.out, head_room, arena);
    write_struct(&encoder, &schema->layout, message);
    if (encoder.failed)
        return HC_INVALID;
    struct hp_output output;
    hp_writer_finish(&encoder.out, &output.chunks, &output.count, &output.size);
    HC_ASSERT(output.size >= head_room);
    *ret = output;
    return HC_OK;
}
