#include "protocol/schema.h"

#include <inttypes.h>
#include <math.h>

static void print_struct(const struct hp_layout *layout, int16_t version, const char *base,
                         struct hc_buffer *out);

static void print_hex(const void *data, size_t size, struct hc_buffer *out)
{
    static const char digits[] = "0123456789abcdef";
    char *room = hc_buffer_reserve(out, size * 2);
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = ((const uint8_t *)data)[i];
        room[2 * i] = digits[byte >> 4];
        room[2 * i + 1] = digits[byte & 15];
    }
    out->size += size * 2;
}

static void print_bytes(struct hc_slice bytes, struct hc_buffer *out)
{
    if (hc_slice_is_null(bytes)) {
        hc_buffer_append_str(out, "null");
        return;
    }
    hc_buffer_append_char(out, '"');
    print_hex(bytes.data, bytes.size, out);
    hc_buffer_append_char(out, '"');
}

static void print_string(struct hc_slice text, struct hc_buffer *out)
{
    if (hc_slice_is_null(text))
        hc_buffer_append_str(out, "null");
    else
        hc_buffer_append_json(out, text);
}

static void print_records(const struct hp_records *records, struct hc_buffer *out)
{
    if (records->count < 0) {
        hc_buffer_append_str(out, "null");
        return;
    }
    hc_buffer_append_char(out, '"');
    for (int32_t i = 0; i < records->count; i++)
        print_hex(records->chunks[i].data, records->chunks[i].size, out);
    hc_buffer_append_char(out, '"');
}

static void print_element(const struct hp_field *field, int16_t version, const void *elements,
                          size_t index, struct hc_buffer *out)
{
    if (field->kind == HP_KIND_INT32_ARRAY)
        hc_buffer_printf(out, "%" PRId32, ((const int32_t *)elements)[index]);
    else if (field->kind == HP_KIND_INT64_ARRAY)
        hc_buffer_printf(out, "%" PRId64, ((const int64_t *)elements)[index]);
    else if (field->kind == HP_KIND_STRING_ARRAY)
        print_string(((const struct hc_slice *)elements)[index], out);
    else
        print_struct(field->layout, version, (const char *)elements + index * field->layout->size,
                     out);
}

static void print_array(const struct hp_field *field, int16_t version, const void *at,
                        struct hc_buffer *out)
{
    int32_t count = hp_array_count_of(at);
    if (count < 0) {
        hc_buffer_append_str(out, "null");
        return;
    }
    hc_buffer_append_char(out, '[');
    for (int32_t i = 0; i < count; i++) {
        if (i > 0)
            hc_buffer_append_char(out, ',');
        print_element(field, version, *(void *const *)at, (size_t)i, out);
    }
    hc_buffer_append_char(out, ']');
}

/* JSON knows no infinities. */
static void print_double(double value, struct hc_buffer *out)
{
    if (isfinite(value))
        hc_buffer_printf(out, "%.17g", value);
    else
        hc_buffer_append_str(out, "null");
}

static void print_value(const struct hp_field *field, int16_t version, const void *at,
                        struct hc_buffer *out)
{
    switch ((enum hp_kind)field->kind) {
    case HP_KIND_BOOL:
        hc_buffer_append_str(out, *(const bool *)at ? "true" : "false");
        break;
    case HP_KIND_INT8:
        hc_buffer_printf(out, "%d", *(const int8_t *)at);
        break;
    case HP_KIND_INT16:
        hc_buffer_printf(out, "%d", *(const int16_t *)at);
        break;
    case HP_KIND_INT32:
        hc_buffer_printf(out, "%" PRId32, *(const int32_t *)at);
        break;
    case HP_KIND_INT64:
        hc_buffer_printf(out, "%" PRId64, *(const int64_t *)at);
        break;
    case HP_KIND_FLOAT64:
        print_double(*(const double *)at, out);
        break;
    case HP_KIND_UUID:
        print_bytes(hc_slice_of(at, sizeof(struct hp_uuid)), out);
        break;
    case HP_KIND_STRING:
        print_string(*(const struct hc_slice *)at, out);
        break;
    case HP_KIND_BYTES:
        print_bytes(*(const struct hc_slice *)at, out);
        break;
    case HP_KIND_RECORDS:
        print_records(at, out);
        break;
    case HP_KIND_INT32_ARRAY:
    case HP_KIND_INT64_ARRAY:
    case HP_KIND_STRING_ARRAY:
    case HP_KIND_ARRAY:
        print_array(field, version, at, out);
        break;
    case HP_KIND_STRUCT:
        print_struct(field->layout, version, at, out);
        break;
    case HP_KIND_OPTIONAL:
        if (*(void *const *)at)
            print_struct(field->layout, version, *(void *const *)at, out);
        else
            hc_buffer_append_str(out, "null");
        break;
    case HP_KIND_COUNT:
        HC_UNREACHABLE();
    }
}

static void print_struct(const struct hp_layout *layout, int16_t version, const char *base,
                         struct hc_buffer *out)
{
    const char *separator = "{";
    for (uint16_t i = 0; i < layout->field_count; i++) {
        const struct hp_field *field = &layout->fields[i];
        if (!hp_field_is_present(field, version))
            continue;
        hc_buffer_printf(out, "%s\"%s\":", separator, field->name);
        print_value(field, version, base + field->offset, out);
        separator = ",";
    }
    hc_buffer_append_str(out, *separator == '{' ? "{}" : "}");
}

void hp_print_json(const struct hp_schema *schema, int16_t version, const void *message,
                   struct hc_buffer *out)
{
    HC_ASSERT(schema != NULL && message != NULL);
    print_struct(&schema->layout, version, message, out);
}
