#include "support/messages.h"

#include "protocol/schema.h"

struct filler {
    struct hc_random *random;
    struct hc_arena *arena;
    int16_t version;
};

static void fill_struct(struct filler *filler, const struct hp_layout *layout, char *base);

static bool one_in(struct filler *filler, uint64_t n)
{
    return hc_random_below(filler->random, n) == 0;
}

static int64_t random_int(struct filler *filler, unsigned bits)
{
    static const int64_t edges[] = {0, -1, 1, INT64_MAX, INT64_MIN, 127, 128, 0x7fffffff};
    if (one_in(filler, 4))
        return edges[hc_random_below(filler->random, HC_COUNT(edges))];
    return (int64_t)(hc_random_next(filler->random) >> (64 - bits));
}

/* Text that JSON has to escape now and then; sometimes long enough for a varint of two bytes. */
static struct hc_slice random_text(struct filler *filler)
{
    static const char alphabet[] = "abcdefghij-._ABC0123456789 \"\\\n\t/";
    size_t size = hc_random_below(filler->random, one_in(filler, 16) ? 300 : 20);
    char *text = hc_arena_bytes(filler->arena, size + 1);
    for (size_t i = 0; i < size; i++)
        text[i] = alphabet[hc_random_below(filler->random, sizeof alphabet - 1)];
    return hc_slice_of(text, size);
}

static struct hc_slice random_bytes(struct filler *filler)
{
    size_t size = hc_random_below(filler->random, one_in(filler, 16) ? 300 : 20);
    char *bytes = hc_arena_bytes(filler->arena, size + 1);
    hc_random_bytes(filler->random, bytes, size);
    return hc_slice_of(bytes, size);
}

static struct hp_records random_records(struct filler *filler)
{
    struct hp_records records = {NULL, (int32_t)hc_random_below(filler->random, 3), 0};
    records.chunks = HC_ARENA_ARRAY(filler->arena, struct hc_chunk, (size_t)records.count);
    for (int32_t i = 0; i < records.count; i++) {
        struct hc_slice bytes = random_bytes(filler);
        records.chunks[i] = (struct hc_chunk){bytes.data, bytes.size, NULL};
        records.size += bytes.size;
    }
    return records;
}

static void fill_element(struct filler *filler, const struct hp_field *field, char *element)
{
    if (field->kind == HP_KIND_INT32_ARRAY)
        *(int32_t *)(void *)element = (int32_t)random_int(filler, 32);
    else if (field->kind == HP_KIND_INT64_ARRAY)
        *(int64_t *)(void *)element = random_int(filler, 64);
    else if (field->kind == HP_KIND_STRING_ARRAY)
        *(struct hc_slice *)(void *)element = random_text(filler);
    else
        fill_struct(filler, field->layout, element);
}

static void fill_array(struct filler *filler, const struct hp_field *field, bool null, void *at)
{
    *(void **)at = NULL;
    *hp_array_count(at) = -1;
    if (null)
        return;
    size_t size = hp_element_size(field);
    size_t count = hc_random_below(filler->random, 4);
    char *elements = hc_arena_array(filler->arena, count, size);
    for (size_t i = 0; i < count; i++)
        fill_element(filler, field, elements + i * size);
    *(void **)at = elements;
    *hp_array_count(at) = (int32_t)count;
}

static void fill_optional(struct filler *filler, const struct hp_field *field, bool null, void *at)
{
    *(void **)at = null ? NULL : hc_arena_alloc(filler->arena, field->layout->size);
    if (!null)
        fill_struct(filler, field->layout, *(void **)at);
}

static void fill_value(struct filler *filler, const struct hp_field *field, void *at)
{
    bool null = hp_field_is_nullable(field, filler->version) && one_in(filler, 4);
    switch ((enum hp_kind)field->kind) {
    case HP_KIND_BOOL:
        *(bool *)at = one_in(filler, 2);
        break;
    case HP_KIND_INT8:
        *(int8_t *)at = (int8_t)random_int(filler, 8);
        break;
    case HP_KIND_INT16:
        *(int16_t *)at = (int16_t)random_int(filler, 16);
        break;
    case HP_KIND_INT32:
        *(int32_t *)at = (int32_t)random_int(filler, 32);
        break;
    case HP_KIND_INT64:
        *(int64_t *)at = random_int(filler, 64);
        break;
    case HP_KIND_FLOAT64:
        *(double *)at = (double)random_int(filler, 32) / 1024;
        break;
    case HP_KIND_UUID:
        hc_random_uuid(filler->random, ((struct hp_uuid *)at)->bytes);
        break;
    case HP_KIND_STRING:
        *(struct hc_slice *)at = null ? HC_SLICE_NULL : random_text(filler);
        break;
    case HP_KIND_BYTES:
        *(struct hc_slice *)at = null ? HC_SLICE_NULL : random_bytes(filler);
        break;
    case HP_KIND_RECORDS:
        *(struct hp_records *)at = null ? (struct hp_records){NULL, -1, 0} : random_records(filler);
        break;
    case HP_KIND_INT32_ARRAY:
    case HP_KIND_INT64_ARRAY:
    case HP_KIND_STRING_ARRAY:
    case HP_KIND_ARRAY:
        fill_array(filler, field, null, at);
        break;
    case HP_KIND_STRUCT:
        fill_struct(filler, field->layout, at);
        break;
    case HP_KIND_OPTIONAL:
        fill_optional(filler, field, one_in(filler, 3), at);
        break;
    case HP_KIND_COUNT:
        HC_UNREACHABLE();
    }
}

static void fill_struct(struct filler *filler, const struct hp_layout *layout, char *base)
{
    for (uint16_t i = 0; i < layout->field_count; i++) {
        const struct hp_field *field = &layout->fields[i];
        hp_field_init(field, base + field->offset);
        bool skip = hp_field_is_tagged(field) && one_in(filler, 2);
        if (hp_field_is_present(field, filler->version) && !skip)
            fill_value(filler, field, base + field->offset);
    }
}

void hc_test_fill(const struct hp_schema *schema, int16_t version, struct hc_random *random,
                  struct hc_arena *arena, void *message)
{
    struct filler filler = {random, arena, version};
    memset(message, 0, schema->layout.size);
    fill_struct(&filler, &schema->layout, message);
}

size_t hc_test_schemas(const struct hp_schema *ret[HC_TEST_SCHEMAS_MAX])
{
    size_t count = 0;
    for (int16_t key = 0; key <= HP_API_KEY_MAX; key++) {
        const struct hp_api *api = hp_api_find(key);
        HC_ASSERT(count + 4 <= HC_TEST_SCHEMAS_MAX);
        if (!api)
            continue;
        ret[count++] = api->request;
        ret[count++] = api->response;
    }
    ret[count++] = &hp_consumer_subscription_schema;
    ret[count++] = &hp_consumer_assignment_schema;
    return count;
}

size_t hc_test_message_size_max(void)
{
    const struct hp_schema *schemas[HC_TEST_SCHEMAS_MAX];
    size_t count = hc_test_schemas(schemas);
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size = HC_MAX(size, (size_t)schemas[i]->layout.size);
    return size;
}

struct hc_slice hc_test_join(const struct hp_output *output, struct hc_arena *arena)
{
    char *bytes = hc_arena_bytes(arena, output->size + 1);
    size_t size = 0;
    for (size_t i = 0; i < output->count; i++) {
        struct hc_chunk *chunk = &output->chunks[i];
        if (chunk->size > 0)
            memcpy(bytes + size, chunk->data, chunk->size);
        size += chunk->size;
        hc_chunk_release(chunk);
    }
    HC_ASSERT(size == output->size);
    return hc_slice_of(bytes, size);
}
