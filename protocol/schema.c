#include "protocol/schema.h"

size_t hp_element_size(const struct hp_field *field)
{
    switch ((enum hp_kind)field->kind) {
    case HP_KIND_INT32_ARRAY:
        return sizeof(int32_t);
    case HP_KIND_INT64_ARRAY:
        return sizeof(int64_t);
    case HP_KIND_STRING_ARRAY:
        return sizeof(struct hc_slice);
    case HP_KIND_ARRAY:
        return field->layout->size;
    default:
        HC_UNREACHABLE();
    }
}

static bool string_defaults_to_null(const struct hp_field *field)
{
    return field->nullable_since_plus_1 != 0 && field->nullable_since_plus_1 - 1 <= field->since;
}

static void init_struct(const struct hp_layout *layout, char *base)
{
    for (uint16_t i = 0; i < layout->field_count; i++)
        hp_field_init(&layout->fields[i], base + layout->fields[i].offset);
}

void hp_field_init(const struct hp_field *field, void *at)
{
    switch ((enum hp_kind)field->kind) {
    case HP_KIND_BOOL:
        *(bool *)at = field->fallback != 0;
        break;
    case HP_KIND_INT8:
        *(int8_t *)at = (int8_t)field->fallback;
        break;
    case HP_KIND_INT16:
        *(int16_t *)at = (int16_t)field->fallback;
        break;
    case HP_KIND_INT32:
        *(int32_t *)at = (int32_t)field->fallback;
        break;
    case HP_KIND_INT64:
        *(int64_t *)at = field->fallback;
        break;
    case HP_KIND_FLOAT64:
        *(double *)at = (double)field->fallback;
        break;
    case HP_KIND_UUID:
        *(struct hp_uuid *)at = (struct hp_uuid){{0}};
        break;
    case HP_KIND_STRING:
    case HP_KIND_BYTES:
        *(struct hc_slice *)at = string_defaults_to_null(field) ? HC_SLICE_NULL : HC_SLICE_EMPTY;
        break;
    case HP_KIND_RECORDS:
        *(struct hp_records *)at = (struct hp_records){NULL, 0, 0};
        break;
    case HP_KIND_INT32_ARRAY:
    case HP_KIND_INT64_ARRAY:
    case HP_KIND_STRING_ARRAY:
    case HP_KIND_ARRAY:
        *(void **)at = NULL;
        *hp_array_count(at) = (int32_t)field->fallback;
        break;
    case HP_KIND_STRUCT:
        init_struct(field->layout, at);
        break;
    case HP_KIND_OPTIONAL:
        *(void **)at = NULL;
        break;
    case HP_KIND_COUNT:
        HC_UNREACHABLE();
    }
}

static bool struct_is_default(const struct hp_layout *layout, const char *base)
{
    for (uint16_t i = 0; i < layout->field_count; i++) {
        if (!hp_field_is_default(&layout->fields[i], base + layout->fields[i].offset))
            return false;
    }
    return true;
}

static bool string_is_default(const struct hp_field *field, struct hc_slice value)
{
    return hc_slice_is_null(value) ? string_defaults_to_null(field)
                                   : value.size == 0 && !string_defaults_to_null(field);
}

bool hp_field_is_default(const struct hp_field *field, const void *at)
{
    switch ((enum hp_kind)field->kind) {
    case HP_KIND_BOOL:
        return *(const bool *)at == (field->fallback != 0);
    case HP_KIND_INT8:
        return *(const int8_t *)at == field->fallback;
    case HP_KIND_INT16:
        return *(const int16_t *)at == field->fallback;
    case HP_KIND_INT32:
        return *(const int32_t *)at == field->fallback;
    case HP_KIND_INT64:
        return *(const int64_t *)at == field->fallback;
    case HP_KIND_FLOAT64:
        return *(const double *)at == (double)field->fallback;
    case HP_KIND_UUID:
        return hp_uuid_is_zero(*(const struct hp_uuid *)at);
    case HP_KIND_STRING:
    case HP_KIND_BYTES:
        return string_is_default(field, *(const struct hc_slice *)at);
    case HP_KIND_RECORDS:
        return ((const struct hp_records *)at)->count == 0;
    case HP_KIND_INT32_ARRAY:
    case HP_KIND_INT64_ARRAY:
    case HP_KIND_STRING_ARRAY:
    case HP_KIND_ARRAY:
        return hp_array_count_of(at) == field->fallback;
    case HP_KIND_STRUCT:
        return struct_is_default(field->layout, at);
    case HP_KIND_OPTIONAL:
        return *(void *const *)at == NULL;
    case HP_KIND_COUNT:
        break;
    }
    HC_UNREACHABLE();
}

void hp_message_init(const struct hp_schema *schema, void *message)
{
    memset(message, 0, schema->layout.size);
    init_struct(&schema->layout, message);
}

void *hp_new_structs(const struct hp_layout *layout, size_t count, struct hc_arena *arena)
{
    char *structs = hc_arena_array(arena, count, layout->size);
    for (size_t i = 0; i < count; i++) {
        if (i == 0)
            init_struct(layout, structs);
        else
            memcpy(structs + i * layout->size, structs, layout->size);
    }
    return structs;
}
