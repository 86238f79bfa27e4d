#include "fuzz/fuzz_message.h"

#include "support/messages.h"

enum { MEMORY_MAX = 1 << 20, MESSAGE_BYTES_MAX = 1024 };

static struct hc_slice encode(const struct hp_schema *schema, int16_t version, const void *message,
                              struct hc_arena *arena)
{
    struct hp_output output;
    enum hc_status status = hp_encode(schema, version, message, 0, arena, &output);
    HC_ASSERT(status == HC_OK); /* what was decoded is in range and has no forbidden null */
    return hc_test_join(&output, arena);
}

static void check_good(const struct hp_schema *schema, int16_t version, void *message,
                       struct hc_arena *arena)
{
    _Alignas(max_align_t) char again[MESSAGE_BYTES_MAX];
    static struct hc_buffer text, text_again;
    size_t used;
    struct hc_slice bytes = encode(schema, version, message, arena);
    enum hc_status status = hp_decode(schema, version, bytes, arena, MEMORY_MAX, again, &used);
    HC_ASSERT(status == HC_OK);
    HC_ASSERT(used == bytes.size);
    HC_ASSERT(hc_slice_equal(encode(schema, version, again, arena), bytes));
    hc_buffer_clear(&text);
    hc_buffer_clear(&text_again);
    hp_print_json(schema, version, message, &text);
    hp_print_json(schema, version, again, &text_again);
    HC_ASSERT(hc_slice_equal(hc_buffer_slice(&text), hc_buffer_slice(&text_again)));
}

void fuzz_message(const struct hp_schema *schema, int16_t version, struct hc_slice body)
{
    static struct hc_arena arena;
    _Alignas(max_align_t) char message[MESSAGE_BYTES_MAX];
    size_t used = 0;
    HC_ASSERT(schema->layout.size <= sizeof message);
    hc_arena_init(&arena, 0);
    enum hc_status status = hp_decode(schema, version, body, &arena, MEMORY_MAX, message, &used);
    HC_ASSERT(status == HC_OK || status == HC_INVALID || status == HC_LIMIT);
    HC_ASSERT(hc_arena_allocated(&arena) <= 2 * MEMORY_MAX);
    if (status == HC_OK) {
        HC_ASSERT(used <= body.size);
        check_good(schema, version, message, &arena);
    }
    hc_arena_done(&arena);
}
