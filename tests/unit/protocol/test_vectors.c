/* Golden bytes from implementations that share no code with this one: tests/vectors/README.md says
 * how they are made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "protocol/schema.h"
#include "support/json.h"
#include "support/messages.h"

#include <stdio.h>
#include <stdlib.h>

#define VECTORS HINDCAST_SOURCE_DIR "/tests/vectors/"

enum { MEMORY_MAX = 16 << 20, VERSIONS_MAX = 32 };

struct vector {
    const char *file;
    int line;
    const struct hc_json *json;
    struct hc_slice kind;
    int16_t key;
    int16_t version;
    struct hc_slice bytes;
    const struct hc_json *fields;
};

/* Which versions of which messages came by: [key][request, response][version]. */
static bool seen[HP_API_KEY_MAX + 1][2][VERSIONS_MAX];

static void give_up(const struct vector *vector, const char *what, struct hc_slice detail)
{
    fail_msg("%s:%d: " HC_SLICE_FMT " " HC_SLICE_FMT " v%d: %s " HC_SLICE_FMT, vector->file,
             vector->line, HC_SLICE_ARG(hc_json_text(vector->json, "name")),
             HC_SLICE_ARG(vector->kind), vector->version, what, HC_SLICE_ARG(detail));
}

static char *read_file(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s is missing: tests/vectors/README.md says how to make it", path);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    assert_true(size > 0);
    rewind(file);
    char *text = malloc((size_t)size);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)size, file), size);
    (void)fclose(file);
    *ret_size = (size_t)size;
    return text;
}

static struct hc_slice from_hex(struct hc_slice hex, struct hc_arena *arena)
{
    assert_int_equal(hex.size % 2, 0);
    uint8_t *bytes = hc_arena_bytes(arena, hex.size / 2 + 1);
    for (size_t i = 0; i < hex.size / 2; i++) {
        char pair[3] = {hex.data[2 * i], hex.data[2 * i + 1], '\0'};
        char *end;
        bytes[i] = (uint8_t)strtoul(pair, &end, 16);
        assert_int_equal(*end, '\0');
    }
    return hc_slice_of(bytes, hex.size / 2);
}

static const struct hp_schema *schema_of(const struct vector *vector)
{
    if (vector->key < 0) {
        struct hc_slice name = hc_json_text(vector->json, "name");
        if (hc_slice_equal_str(name, "ConsumerProtocolSubscription"))
            return &hp_consumer_subscription_schema;
        assert_true(hc_slice_equal_str(name, "ConsumerProtocolAssignment"));
        return &hp_consumer_assignment_schema;
    }
    const struct hp_api *api = hp_api_find(vector->key);
    if (!api)
        give_up(vector, "unknown key", HC_SLICE_NULL);
    assert_true(hc_slice_equal_str(hc_json_text(vector->json, "name"), api->name));
    bool request = hc_slice_equal_str(vector->kind, "request");
    assert_true(request || hc_slice_equal_str(vector->kind, "response"));
    seen[vector->key][!request][vector->version] = true;
    return request ? api->request : api->response;
}

static void check_fields(const struct vector *vector, const struct hp_schema *schema,
                         const void *message, struct hc_arena *arena)
{
    struct hc_buffer printed = {0};
    hp_print_json(schema, vector->version, message, &printed);
    const struct hc_json *ours = hc_json_parse(hc_buffer_slice(&printed), arena);
    if (!ours)
        give_up(vector, "printed no JSON:", hc_buffer_slice(&printed));
    struct hc_slice where = HC_SLICE_NULL;
    if (!hc_json_contains(ours, vector->fields, &where))
        give_up(vector, "differs in field", where);
    if (!hc_json_contains(vector->fields, ours, &where))
        give_up(vector, "prints a field that it should not:", where);
    hc_buffer_done(&printed);
}

static void check_body(const struct vector *vector, void *message, struct hc_arena *arena)
{
    const struct hp_schema *schema = schema_of(vector);
    size_t used;
    enum hc_status status =
        hp_decode(schema, vector->version, vector->bytes, arena, MEMORY_MAX, message, &used);
    if (status != HC_OK)
        give_up(vector, "does not decode:", hc_slice_str(hc_status_text(status)));
    if (used != vector->bytes.size)
        give_up(vector, "has bytes left over", HC_SLICE_NULL);
    check_fields(vector, schema, message, arena);
    struct hp_output output;
    status = hp_encode(schema, vector->version, message, 0, arena, &output);
    if (status != HC_OK)
        give_up(vector, "does not encode:", hc_slice_str(hc_status_text(status)));
    if (!hc_slice_equal(hc_test_join(&output, arena), vector->bytes))
        give_up(vector, "encodes to other bytes", HC_SLICE_NULL);
}

static void check_request_header(const struct vector *vector)
{
    struct hp_request_header header;
    size_t used;
    assert_int_equal(hp_decode_request_header(vector->bytes, &header, &used), HC_OK);
    assert_int_equal(used, vector->bytes.size);
    assert_int_equal(header.api_key, vector->key);
    assert_int_equal(header.api_version, vector->version);
    assert_int_equal(header.correlation_id, hc_json_int(vector->fields, "correlation_id"));
    const struct hc_json *client = hc_json_get(vector->fields, "client_id");
    assert_true(hc_slice_equal(client->text, header.client_id));
    uint8_t out[256];
    const struct hp_api *api = hp_api_find(vector->key);
    size_t size = hp_request_header_size(api, vector->version, header.client_id);
    assert_int_equal(size, vector->bytes.size);
    hp_write_request_header(api, vector->version, header.correlation_id, header.client_id, out);
    assert_memory_equal(out, vector->bytes.data, size);
}

static void check_response_header(const struct vector *vector)
{
    const struct hp_api *api = hp_api_find(vector->key);
    uint8_t out[8];
    size_t size = hp_response_header_size(api, vector->version);
    if (size != vector->bytes.size)
        give_up(vector, "has another header version", HC_SLICE_NULL);
    int64_t correlation_id = hc_json_int(vector->fields, "correlation_id");
    hp_write_response_header(api, vector->version, (int32_t)correlation_id, out);
    assert_memory_equal(out, vector->bytes.data, size);
}

static void check_line(const char *file, int line, struct hc_slice text, void *message,
                       struct hc_arena *arena)
{
    struct vector vector = {.file = file, .line = line, .json = hc_json_parse(text, arena)};
    if (!vector.json)
        fail_msg("%s:%d: no JSON", file, line);
    vector.kind = hc_json_text(vector.json, "kind");
    vector.key = (int16_t)hc_json_int(vector.json, "api");
    vector.version = (int16_t)hc_json_int(vector.json, "version");
    assert_true(vector.version >= 0 && vector.version < VERSIONS_MAX);
    vector.bytes = from_hex(hc_json_text(vector.json, "hex"), arena);
    vector.fields = hc_json_get(vector.json, "fields");
    assert_non_null(vector.fields);
    if (hc_slice_equal_str(vector.kind, "request_header"))
        check_request_header(&vector);
    else if (hc_slice_equal_str(vector.kind, "response_header"))
        check_response_header(&vector);
    else
        check_body(&vector, message, arena);
}

static void check_file(const char *path, int lines_min)
{
    size_t size;
    char *text = read_file(path, &size);
    void *message = calloc(1, hc_test_message_size_max());
    assert_non_null(message);
    struct hc_arena arena;
    hc_arena_init(&arena, 1 << 20);
    struct hc_slice rest = hc_slice_of(text, size);
    int line = 0;
    while (rest.size > 0) {
        struct hc_slice row = hc_slice_cut(&rest, '\n');
        hc_arena_reset(&arena);
        if (row.size > 0)
            check_line(path, ++line, row, message, &arena);
    }
    assert_true(line >= lines_min);
    hc_arena_done(&arena);
    free(message);
    free(text);
}

static void franz_go_agrees(void **state)
{
    (void)state;
    check_file(VECTORS "franz-go.jsonl", 1500);
}

static void kafka_java_agrees(void **state)
{
    (void)state;
    check_file(VECTORS "kafka-java.jsonl", 1500);
}

/* The codec knows no version that neither of the two has confirmed, in both directions. */
static void every_known_version_was_seen(void **state)
{
    (void)state;
    for (int16_t key = 0; key <= HP_API_KEY_MAX; key++) {
        const struct hp_api *api = hp_api_find(key);
        for (int16_t version = 0; api && version <= api->known_max; version++) {
            bool both = seen[key][0][version] && seen[key][1][version];
            if (version >= api->known_min && !both)
                fail_msg("no vector for %s v%d", api->name, version);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(franz_go_agrees),
        cmocka_unit_test(kafka_java_agrees),
        cmocka_unit_test(every_known_version_was_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
