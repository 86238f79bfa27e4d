#include "protocol/schema.h"
#include "protocol/wire.h"

struct decoder {
    struct hp_reader in;
    struct hc_arena *arena;
    size_t memory_left;
    enum hc_status status; /* HC_LIMIT once the memory is used up; malformed input is in.failed */
    int16_t version;
    bool flexible;
};

/* The fewest bytes that a value takes, classic and flexible. */
static const uint8_t wire_bytes_min[HP_KIND_COUNT][2] = {
    [HP_KIND_BOOL] = {1, 1},         [HP_KIND_INT8] = {1, 1},        [HP_KIND_INT16] = {2, 2},
    [HP_KIND_INT32] = {4, 4},        [HP_KIND_INT64] = {8, 8},       [HP_KIND_FLOAT64] = {8, 8},
    [HP_KIND_UUID] = {16, 16},       [HP_KIND_STRING] = {2, 1},      [HP_KIND_BYTES] = {4, 1},
    [HP_KIND_RECORDS] = {4, 1},      [HP_KIND_INT32_ARRAY] = {4, 1}, [HP_KIND_INT64_ARRAY] = {4, 1},
    [HP_KIND_STRING_ARRAY] = {4, 1}, [HP_KIND_ARRAY] = {4, 1},       [HP_KIND_STRUCT] = {0, 0},
    [HP_KIND_OPTIONAL] = {1, 1},
};

static size_t struct_bytes_min(const struct decoder *decoder, const struct hp_layout *layout)
{
    size_t size = decoder->flexible ? 1 : 0;
    for (uint16_t i = 0; i < layout->field_count; i++) {
        const struct hp_field *field = &layout->fields[i];
        if (hp_field_is_tagged(field) || !hp_field_is_present(field, decoder->version))
            continue;
        size += field->kind == HP_KIND_STRUCT ? struct_bytes_min(decoder, field->layout)
                                              : wire_bytes_min[field->kind][decoder->flexible];
    }
    return size;
}

static size_t element_bytes_min(const struct decoder *decoder, const struct hp_field *field)
{
    switch ((enum hp_kind)field->kind) {
    case HP_KIND_INT32_ARRAY:
        return 4;
    case HP_KIND_INT64_ARRAY:
        return 8;
    case HP_KIND_STRING_ARRAY:
        return wire_bytes_min[HP_KIND_STRING][decoder->flexible];
    default:
        HC_ASSERT(field->kind == HP_KIND_ARRAY);
        return HC_MAX(struct_bytes_min(decoder, field->layout), 1);
    }
}

static void *allocate(struct decoder *decoder, size_t count, size_t element_size)
{
    HC_ASSERT(element_size > 0);
    if (count > decoder->memory_left / element_size) {
        decoder->status = HC_LIMIT;
        hp_reader_fail(&decoder->in);
        return NULL;
    }
    decoder->memory_left -= count * element_size;
    return hc_arena_bytes(decoder->arena, count * element_size);
}

/* A length or count whose classic form takes `classic_bytes`; -1 is null. Fails on a null that the
 * version forbids. */
static int64_t read_length(struct decoder *decoder, const struct hp_field *field,
                           size_t classic_bytes)
{
    int64_t length;
    if (decoder->flexible)
        length = (int64_t)hp_read_uvarint(&decoder->in) - 1;
    else
        length = classic_bytes == 2 ? hp_read_int16(&decoder->in) : hp_read_int32(&decoder->in);
    if (length >= 0 && length <= INT32_MAX)
        return length;
    if (length != -1 || !hp_field_is_nullable(field, decoder->version))
        hp_reader_fail(&decoder->in);
    return -1;
}

static struct hc_slice read_slice(struct decoder *decoder, int64_t length)
{
    if (length < 0)
        return HC_SLICE_NULL;
    const uint8_t *bytes = hp_read_raw(&decoder->in, (size_t)length);
    return bytes ? hc_slice_of(bytes, (size_t)length) : HC_SLICE_NULL;
}

HP_OUT_OF_LINE static struct hc_slice read_string(struct decoder *decoder,
                                                  const struct hp_field *field)
{
    int64_t length = read_length(decoder, field, 2);
    if (length > HP_STRING_BYTES_MAX)
        hp_reader_fail(&decoder->in);
    return read_slice(decoder, length);
}

HP_OUT_OF_LINE static struct hc_slice read_bytes(struct decoder *decoder,
                                                 const struct hp_field *field)
{
    return read_slice(decoder, read_length(decoder, field, 4));
}

HP_OUT_OF_LINE static struct hp_records read_records(struct decoder *decoder,
                                                     const struct hp_field *field)
{
    struct hc_slice bytes = read_bytes(decoder, field);
    if (hc_slice_is_null(bytes))
        return (struct hp_records){NULL, -1, 0};
    struct hc_chunk *chunk = allocate(decoder, 1, sizeof *chunk);
    if (!chunk)
        return (struct hp_records){NULL, -1, 0};
    *chunk = (struct hc_chunk){bytes.data, bytes.size, NULL};
    return (struct hp_records){chunk, 1, bytes.size};
}

static void read_struct(struct decoder *decoder, const struct hp_layout *layout, char *base);

/* An element of a STRING_ARRAY is never null. */
static const struct hp_field string_element = {.kind = HP_KIND_STRING, .until = HP_LAST};

static void read_int32s(struct hp_reader *reader, size_t count, int32_t *elements)
{
    const uint8_t *bytes = hp_read_raw(reader, count * 4);
    for (size_t i = 0; bytes && i < count; i++)
        elements[i] = (int32_t)hp_load_be32(bytes + 4 * i);
}

static void read_elements(struct decoder *decoder, const struct hp_field *field, int32_t count,
                          void *elements)
{
    switch ((enum hp_kind)field->kind) {
    case HP_KIND_INT32_ARRAY:
        read_int32s(&decoder->in, (size_t)count, elements);
        break;
    case HP_KIND_INT64_ARRAY:
        for (int32_t i = 0; i < count; i++)
            ((int64_t *)elements)[i] = hp_read_int64(&decoder->in);
        break;
    case HP_KIND_STRING_ARRAY:
        for (int32_t i = 0; i < count && !decoder->in.failed; i++)
            ((struct hc_slice *)elements)[i] = read_string(decoder, &string_element);
        break;
    default:
        HC_ASSERT(field->kind == HP_KIND_ARRAY);
        for (int32_t i = 0; i < count && !decoder->in.failed; i++)
            read_struct(decoder, field->layout, (char *)elements + (size_t)i * field->layout->size);
    }
}

HP_OUT_OF_LINE static void read_array(struct decoder *decoder, const struct hp_field *field,
                                      void *at)
{
    int64_t count = read_length(decoder, field, 4);
    *(void **)at = NULL;
    *hp_array_count(at) = count < 0 ? -1 : 0;
    if (count <= 0 || decoder->in.failed)
        return;
    if ((size_t)count > hp_reader_remaining(&decoder->in) / element_bytes_min(decoder, field)) {
        hp_reader_fail(&decoder->in);
        return;
    }
    void *elements = allocate(decoder, (size_t)count, hp_element_size(field));
    if (!elements)
        return;
    *(void **)at = elements;
    *hp_array_count(at) = (int32_t)count;
    read_elements(decoder, field, (int32_t)count, elements);
}

HP_OUT_OF_LINE static void read_optional(struct decoder *decoder, const struct hp_field *field,
                                         void *at)
{
    int8_t present = hp_read_int8(&decoder->in);
    *(void **)at = NULL;
    if (present == -1 || decoder->in.failed)
        return;
    if (present != 1) {
        hp_reader_fail(&decoder->in);
        return;
    }
    void *object = allocate(decoder, 1, field->layout->size);
    if (!object)
        return;
    *(void **)at = object;
    read_struct(decoder, field->layout, object);
}

static double read_double(struct hp_reader *reader)
{
    int64_t bits = hp_read_int64(reader);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static struct hp_uuid read_uuid(struct hp_reader *reader)
{
    struct hp_uuid id = {{0}};
    const uint8_t *bytes = hp_read_raw(reader, sizeof id);
    if (bytes)
        memcpy(&id, bytes, sizeof id);
    return id;
}

static void read_value(struct decoder *decoder, const struct hp_field *field, void *at)
{
    switch ((enum hp_kind)field->kind) {
    case HP_KIND_BOOL:
        *(bool *)at = hp_read_int8(&decoder->in) != 0;
        break;
    case HP_KIND_INT8:
        *(int8_t *)at = hp_read_int8(&decoder->in);
        break;
    case HP_KIND_INT16:
        *(int16_t *)at = hp_read_int16(&decoder->in);
        break;
    case HP_KIND_INT32:
        *(int32_t *)at = hp_read_int32(&decoder->in);
        break;
    case HP_KIND_INT64:
        *(int64_t *)at = hp_read_int64(&decoder->in);
        break;
    case HP_KIND_FLOAT64:
        *(double *)at = read_double(&decoder->in);
        break;
    case HP_KIND_UUID:
        *(struct hp_uuid *)at = read_uuid(&decoder->in);
        break;
    case HP_KIND_STRING:
        *(struct hc_slice *)at = read_string(decoder, field);
        break;
    case HP_KIND_BYTES:
        *(struct hc_slice *)at = read_bytes(decoder, field);
        break;
    case HP_KIND_RECORDS:
        *(struct hp_records *)at = read_records(decoder, field);
        break;
    case HP_KIND_INT32_ARRAY:
    case HP_KIND_INT64_ARRAY:
    case HP_KIND_STRING_ARRAY:
    case HP_KIND_ARRAY:
        read_array(decoder, field, at);
        break;
    case HP_KIND_STRUCT:
        read_struct(decoder, field->layout, at);
        break;
    case HP_KIND_OPTIONAL:
        read_optional(decoder, field, at);
        break;
    case HP_KIND_COUNT:
        HC_UNREACHABLE();
    }
}

static const struct hp_field *find_tag(const struct hp_layout *layout, uint32_t tag,
                                       int16_t version)
{
    for (uint16_t i = 0; i < layout->field_count; i++) {
        const struct hp_field *field = &layout->fields[i];
        if (field->tag_plus_1 == tag + UINT64_C(1) && hp_field_is_present(field, version))
            return field;
    }
    return NULL;
}

/* A known tag's value must fill the size that was announced for it. */
static void read_tagged(struct decoder *decoder, const struct hp_field *field, size_t size,
                        char *base)
{
    const uint8_t *end = decoder->in.end;
    const uint8_t *value_end = decoder->in.at + size;
    decoder->in.end = value_end;
    read_value(decoder, field, base + field->offset);
    if (decoder->in.at != value_end)
        decoder->in.failed = true;
    decoder->in.end = end;
    if (decoder->in.failed)
        hp_reader_fail(&decoder->in);
}

HP_OUT_OF_LINE static void read_tags(struct decoder *decoder, const struct hp_layout *layout,
                                     char *base)
{
    uint32_t count = hp_read_uvarint(&decoder->in);
    if (count > hp_reader_remaining(&decoder->in) / 2)
        hp_reader_fail(&decoder->in);
    int64_t previous = -1;
    for (uint32_t i = 0; i < count && !decoder->in.failed; i++) {
        uint32_t tag = hp_read_uvarint(&decoder->in);
        uint32_t size = hp_read_uvarint(&decoder->in);
        if ((int64_t)tag <= previous || size > hp_reader_remaining(&decoder->in)) {
            hp_reader_fail(&decoder->in);
            return;
        }
        const struct hp_field *field = find_tag(layout, tag, decoder->version);
        if (field)
            read_tagged(decoder, field, size, base);
        else
            (void)hp_read_raw(&decoder->in, size);
        previous = tag;
    }
}

static void read_struct(struct decoder *decoder, const struct hp_layout *layout, char *base)
{
    const struct hp_field *end = layout->fields + layout->field_count;
    for (const struct hp_field *field = layout->fields; field < end; field++) {
        char *at = base + field->offset;
        if (!hp_field_is_present(field, decoder->version) || hp_field_is_tagged(field))
            hp_field_init(field, at);
        else if (field->kind == HP_KIND_INT32) /* most fields are: spares them the switch */
            *(int32_t *)(void *)at = hp_read_int32(&decoder->in);
        else
            read_value(decoder, field, at);
    }
    if (decoder->flexible)
        read_tags(decoder, layout, base);
}

enum hc_status hp_decode(const struct hp_schema *schema, int16_t version, struct hc_slice bytes,
                         struct hc_arena *arena, size_t memory_max, void *ret, size_t *ret_used)
{
    HC_ASSERT(schema != NULL && arena != NULL && ret != NULL);
    if (version < schema->known_min || version > schema->known_max)
        return HC_UNSUPPORTED;
    struct decoder decoder = {.in = hp_reader_of(bytes),
                              .arena = arena,
                              .memory_left = memory_max,
                              .status = HC_OK,
                              .version = version,
                              .flexible = hp_schema_is_flexible(schema, version)};
    read_struct(&decoder, &schema->layout, ret);
    if (decoder.status != HC_OK)
        return decoder.status;
    if (decoder.in.failed)
        return HC_INVALID;
    if (ret_used)
        *ret_used = bytes.size - hp_reader_remaining(&decoder.in);
    return HC_OK;
}
