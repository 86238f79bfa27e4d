/* Every message and version, randomly filled from a seed: round trips, truncation, hostile bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "protocol/schema.h"
#include "support/messages.h"

#include <stdlib.h>

enum { MEMORY_MAX = 1 << 20, ROUNDS = 12 };

struct fixture {
    struct hc_arena arena;
    struct hc_random random;
    void *message;
    void *decoded;
    const struct hp_schema *schemas[HC_TEST_SCHEMAS_MAX];
    size_t schema_count;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    hc_arena_init(&f->arena, 1 << 20);
    hc_random_seed(&f->random, 20260101);
    f->message = calloc(1, hc_test_message_size_max());
    f->decoded = calloc(1, hc_test_message_size_max());
    assert_true(f->message && f->decoded);
    f->schema_count = hc_test_schemas(f->schemas);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    hc_arena_done(&f->arena);
    free(f->message);
    free(f->decoded);
    free(f);
    return 0;
}

static struct hc_slice encode(struct fixture *f, const struct hp_schema *schema, int16_t version,
                              const void *message)
{
    struct hp_output output;
    assert_int_equal(hp_encode(schema, version, message, 0, &f->arena, &output), HC_OK);
    return hc_test_join(&output, &f->arena);
}

/* Decodes from a heap block of exactly this size, so that a sanitizer sees any byte read beyond it.
 */
static enum hc_status decode_tight(struct fixture *f, const struct hp_schema *schema,
                                   int16_t version, const char *bytes, size_t size, void **ret_copy)
{
    char *copy = malloc(size + (size == 0));
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    *ret_copy = copy;
    size_t used = SIZE_MAX;
    enum hc_status status = hp_decode(schema, version, hc_slice_of(copy, size), &f->arena,
                                      MEMORY_MAX, f->decoded, &used);
    assert_true(status != HC_OK || used <= size);
    return status;
}

static void assert_prints_equal(const struct hp_schema *schema, int16_t version, const void *a,
                                const void *b)
{
    struct hc_buffer left = {0}, right = {0};
    hp_print_json(schema, version, a, &left);
    hp_print_json(schema, version, b, &right);
    assert_string_equal(hc_buffer_str(&left), hc_buffer_str(&right));
    hc_buffer_done(&left);
    hc_buffer_done(&right);
}

typedef void (*each_fn)(struct fixture *f, const struct hp_schema *schema, int16_t version);

static void for_each(struct fixture *f, each_fn fn, int rounds)
{
    for (size_t i = 0; i < f->schema_count; i++) {
        const struct hp_schema *schema = f->schemas[i];
        for (int16_t version = schema->known_min; version <= schema->known_max; version++) {
            for (int round = 0; round < rounds; round++) {
                hc_arena_reset(&f->arena);
                fn(f, schema, version);
            }
        }
    }
}

static void round_trip(struct fixture *f, const struct hp_schema *schema, int16_t version)
{
    hc_test_fill(schema, version, &f->random, &f->arena, f->message);
    struct hc_slice bytes = encode(f, schema, version, f->message);
    size_t used;
    assert_int_equal(hp_decode(schema, version, bytes, &f->arena, MEMORY_MAX, f->decoded, &used),
                     HC_OK);
    assert_int_equal(used, bytes.size);
    assert_prints_equal(schema, version, f->message, f->decoded);
    assert_true(hc_slice_equal(encode(f, schema, version, f->decoded), bytes));
}

static void every_message_round_trips(void **state)
{
    for_each(*state, round_trip, ROUNDS);
}

static void defaults_round_trip(struct fixture *f, const struct hp_schema *schema, int16_t version)
{
    hp_message_init(schema, f->message);
    memset(f->decoded, 0xa5, schema->layout.size);
    struct hc_slice bytes = encode(f, schema, version, f->message);
    assert_int_equal(hp_decode(schema, version, bytes, &f->arena, MEMORY_MAX, f->decoded, NULL),
                     HC_OK);
    for (uint16_t i = 0; i < schema->layout.field_count; i++) {
        const struct hp_field *field = &schema->layout.fields[i];
        const char *at = (const char *)f->decoded + field->offset;
        if (!hp_field_is_present(field, version) || hp_field_is_tagged(field))
            assert_true(hp_field_is_default(field, at));
    }
}

static void absent_fields_get_their_defaults(void **state)
{
    for_each(*state, defaults_round_trip, 1);
}

static void truncate_everywhere(struct fixture *f, const struct hp_schema *schema, int16_t version)
{
    hc_test_fill(schema, version, &f->random, &f->arena, f->message);
    struct hc_slice bytes = encode(f, schema, version, f->message);
    for (size_t cut = 0; cut < bytes.size; cut++) {
        void *copy;
        assert_int_equal(decode_tight(f, schema, version, bytes.data, cut, &copy), HC_INVALID);
        free(copy);
    }
}

static void every_truncation_is_malformed(void **state)
{
    for_each(*state, truncate_everywhere, 2);
}

/* What was decoded from odd bytes must encode, and decode again to the same. */
static void check_decoded(struct fixture *f, const struct hp_schema *schema, int16_t version)
{
    struct hc_slice again = encode(f, schema, version, f->decoded);
    memcpy(f->message, f->decoded, schema->layout.size);
    assert_int_equal(hp_decode(schema, version, again, &f->arena, MEMORY_MAX, f->decoded, NULL),
                     HC_OK);
    assert_prints_equal(schema, version, f->message, f->decoded);
}

/* Wherever a length, a count, a null or a tag may lie: every byte position gets every extreme. */
static void put_extremes_everywhere(struct fixture *f, const struct hp_schema *schema,
                                    int16_t version)
{
    static const struct hc_slice extremes[] = {
        {"\xff\xff\xff\xff\x0f", 5},
        {"\xff\xff\xff\xff\xff", 5},
        {"\x7f\xff\xff\xff", 4},
        {"\x80\x00\x00\x00", 4},
        {"\xff\xff\xff\xff", 4},
        {"\xff\xff\xff\xfe", 4},
        {"\x00\x00\x00\x00", 4},
        {"\xff\xff\x03", 3},
        {"\x7f\xff", 2},
        {"\xff", 1},
        {"\x00", 1},
        {"\x01", 1},
        {"\x02", 1},
        {"\x7f", 1},
    };
    hc_test_fill(schema, version, &f->random, &f->arena, f->message);
    struct hc_slice bytes = encode(f, schema, version, f->message);
    char *changed = malloc(bytes.size + 1);
    assert_non_null(changed);
    struct hc_arena arena = f->arena; /* the original stays where it is */
    hc_arena_init(&f->arena, 1 << 20);
    for (size_t at = 0; at < bytes.size; at++) {
        for (size_t e = 0; e < HC_COUNT(extremes); e++) {
            memcpy(changed, bytes.data, bytes.size);
            memcpy(changed + at, extremes[e].data, HC_MIN(extremes[e].size, bytes.size - at));
            void *copy;
            enum hc_status status = decode_tight(f, schema, version, changed, bytes.size, &copy);
            assert_true(status == HC_OK || status == HC_INVALID || status == HC_LIMIT);
            assert_true(hc_arena_allocated(&f->arena) <= MEMORY_MAX + 4096);
            if (status == HC_OK)
                check_decoded(f, schema, version);
            free(copy);
            hc_arena_reset(&f->arena);
        }
    }
    hc_arena_done(&f->arena);
    f->arena = arena;
    free(changed);
}

static void extremes_never_do_harm(void **state)
{
    for_each(*state, put_extremes_everywhere, 1);
}

static void noise_never_does_harm(void **state)
{
    struct fixture *f = *state;
    for (int round = 0; round < 40000; round++) {
        const struct hp_schema *schema = f->schemas[hc_random_below(&f->random, f->schema_count)];
        uint64_t versions = (uint64_t)(schema->known_max - schema->known_min) + 1;
        int16_t version =
            (int16_t)(schema->known_min + (int16_t)hc_random_below(&f->random, versions));
        char noise[96];
        size_t size = hc_random_below(&f->random, sizeof noise);
        hc_random_bytes(&f->random, noise, size);
        for (size_t i = 0; i < size; i++) /* small numbers get further than large ones */
            noise[i] = (char)(hc_random_below(&f->random, 3) ? noise[i] & 3 : noise[i]);
        void *copy;
        enum hc_status status = decode_tight(f, schema, version, noise, size, &copy);
        assert_true(status == HC_OK || status == HC_INVALID || status == HC_LIMIT);
        if (status == HC_OK)
            check_decoded(f, schema, version);
        free(copy);
        hc_arena_reset(&f->arena);
    }
}

static void check_layout(const struct hp_layout *layout)
{
    int tag = 0;
    for (uint16_t i = 0; i < layout->field_count; i++) {
        const struct hp_field *field = &layout->fields[i];
        assert_true(field->since >= 0 && field->since <= field->until);
        assert_true(field->offset < layout->size);
        assert_true(field->nullable_since_plus_1 <= field->until + 1);
        assert_int_equal(field->layout != NULL, field->kind >= HP_KIND_ARRAY);
        for (uint16_t j = 0; j < i; j++)
            assert_string_not_equal(field->name, layout->fields[j].name);
        if (hp_field_is_tagged(field))
            assert_int_equal(field->tag_plus_1,
                             ++tag); /* ascending from 0: the encoder counts on it */
        if (field->layout)
            check_layout(field->layout);
    }
}

static void tables_are_well_formed(void **state)
{
    struct fixture *f = *state;
    assert_true(f->schema_count > 70);
    for (size_t i = 0; i < f->schema_count; i++) {
        assert_true(f->schemas[i]->known_min <= f->schemas[i]->known_max);
        check_layout(&f->schemas[i]->layout);
    }
}

static void unknown_versions_are_unsupported(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->schema_count; i++) {
        const struct hp_schema *schema = f->schemas[i];
        const int16_t versions[] = {(int16_t)(schema->known_min - 1),
                                    (int16_t)(schema->known_max + 1), INT16_MIN, INT16_MAX};
        for (size_t v = 0; v < HC_COUNT(versions); v++)
            assert_int_equal(hp_decode(schema, versions[v], HC_SLICE_EMPTY, &f->arena, MEMORY_MAX,
                                       f->decoded, NULL),
                             HC_UNSUPPORTED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tables_are_well_formed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_message_round_trips, set_up, tear_down),
        cmocka_unit_test_setup_teardown(absent_fields_get_their_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_truncation_is_malformed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(extremes_never_do_harm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(noise_never_does_harm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unknown_versions_are_unsupported, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
