#include "sim/world/model.h"

#include "base/memory.h"
#include "base/random.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t x = (a ^ (b + 0x9e3779b97f4a7c15u)) * 0xbf58476d1ce4e5b9u;
    x ^= x >> 29;
    x *= 0x94d049bb133111ebu;
    return x ^ x >> 32;
}

static uint64_t noise(const struct model *model, int32_t partition, int64_t offset, uint64_t what)
{
    return mix(mix(mix(model->seed, what), (uint64_t)partition), (uint64_t)offset);
}

/* Instants rise by about `step_ms`; a fifth of the records share the one before. */
static void make_instants(struct model *model, int32_t partition)
{
    int64_t at = WORLD_T0;
    model->visible[partition] = hc_alloc_array((size_t)model->config.records + 1, sizeof(int64_t));
    for (int64_t i = 0; i < model->config.records; i++) {
        uint64_t draw = noise(model, partition, i, 1);
        if (draw % 5 != 0) {
            at += 1 + (int64_t)(draw / 5 % (uint64_t)(2 * model->config.step_ms));
        }
        model->visible[partition][i] = at;
    }
}

void model_init(struct model *model, const struct world_topic_config *config, uint64_t seed)
{
    *model = (struct model){.config = *config, .seed = seed};
    for (const char *c = config->name; *c; c++) {
        model->seed = mix(model->seed, (uint64_t)*c);
    }
    struct world_topic_config *own = &model->config;
    own->partitions = HC_MAX(own->partitions, 1);
    own->loads = HC_MAX(own->loads, 1);
    own->step_ms = own->step_ms > 0 ? own->step_ms : 60000;
    HC_ASSERT(own->partitions <= WORLD_PARTITIONS_MAX);
    for (int32_t p = 0; p < own->partitions; p++) {
        make_instants(model, p);
    }
}

void model_done(struct model *model)
{
    for (int32_t p = 0; p < model->config.partitions; p++) {
        free(model->visible[p]);
    }
}

struct hc_store_record model_record(const struct model *model, int32_t partition, int64_t offset,
                                    char scratch[WORLD_VALUE_BYTES_MAX])
{
    HC_ASSERT(offset >= 0 && offset < model->config.records);
    uint64_t draw = noise(model, partition, offset, 2);
    int key = snprintf(scratch, 32, "SYM%d", (int)(draw % 7));
    char *value = scratch + 32;
    int size = snprintf(value, WORLD_VALUE_BYTES_MAX - 32,
                        "{\"o\":%" PRId64 ",\"p\":%" PRId32 ",\"x\":%" PRIu64 ",\"fill\":\"%.*s\"}",
                        offset, partition, draw, (int)(draw / 7 % 120),
                        "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789"
                        "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz");
    int64_t visible = model->visible[partition][offset];
    int64_t lag = model->config.stamp_ms;
    return (struct hc_store_record){
        .visible_ms = visible,
        .timestamp_ms = lag > 0 ? visible - (int64_t)(draw / 1000 % (uint64_t)(lag + 1)) : visible,
        .key = draw % 11 == 0 ? HC_SLICE_NULL : hc_slice_of(scratch, (size_t)key),
        .value = draw % 13 == 0 ? HC_SLICE_NULL : hc_slice_of(value, (size_t)size),
    };
}

int64_t model_end(const struct model *model, int32_t partition, int64_t market_ms)
{
    int64_t low = 0, high = model->config.records;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (model->visible[partition][middle] <= market_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void check_slice(struct hc_slice got, struct hc_slice want)
{
    assert_int_equal(hc_slice_is_null(got), hc_slice_is_null(want));
    assert_true(hc_slice_equal(got, want));
}

static void check_record(const struct model *model, int32_t partition, const struct hp_record *got)
{
    char scratch[WORLD_VALUE_BYTES_MAX];
    assert_true(got->offset >= 0 && got->offset < model->config.records);
    struct hc_store_record want = model_record(model, partition, got->offset, scratch);
    assert_int_equal(got->timestamp_ms, want.timestamp_ms);
    check_slice(got->key, want.key);
    check_slice(got->value, want.value);
    assert_int_equal(got->header_count, 0);
}

/* One batch: its header must say what its records are. */
static void check_batch(const struct model *model, int32_t partition, const struct hp_batch *batch,
                        struct hc_buffer *scratch, model_visit *each, void *context)
{
    struct hc_slice raw;
    struct hp_record_reader reader;
    struct hp_record record;
    int64_t max = INT64_MIN;
    assert_true(batch->record_count > 0);
    assert_int_equal(batch->last_offset_delta, batch->record_count - 1);
    assert_int_equal(batch->producer_id, -1);
    assert_int_equal(hp_batch_decompress(batch, 1 << 24, scratch, &raw), HC_OK);
    hp_record_reader_init(&reader, batch, raw, NULL, 0);
    for (int32_t i = 0; i < batch->record_count; i++) {
        assert_int_equal(hp_record_next(&reader, &record), HC_OK);
        assert_int_equal(record.offset, batch->base_offset + i);
        check_record(model, partition, &record);
        max = HC_MAX(max, record.timestamp_ms);
        if (each) {
            each(context, batch, &record);
        }
    }
    assert_int_equal(hp_record_next(&reader, &record), HC_END);
    assert_int_equal(batch->max_timestamp_ms, max);
}

int64_t model_check(const struct model *model, int32_t partition, const struct hp_records *records,
                    int64_t *ret_first, model_visit *each, void *context)
{
    assert_true(records->count == 1); /* never null; the decoder gives one run */
    struct hc_slice rest = hc_slice_of(records->chunks[0].data, records->chunks[0].size);
    struct hc_buffer scratch = {0};
    int64_t next = -1;
    while (rest.size > 0) {
        struct hp_batch batch;
        assert_int_equal(hp_batch_read(rest, true, &batch), HC_OK);
        assert_true(next < 0 || batch.base_offset == next);
        if (next < 0 && ret_first) {
            *ret_first = batch.base_offset;
        }
        check_batch(model, partition, &batch, &scratch, each, context);
        next = batch.base_offset + batch.record_count;
        rest = hc_slice_of(rest.data + batch.size, rest.size - batch.size);
    }
    hc_buffer_done(&scratch);
    return next;
}
