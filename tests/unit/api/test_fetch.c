/* Fetch: what is read, in every version and codec, and every error a partition can have. */
#include "fixture.h"

enum { NONE, GZIP, SNAPPY, LZ4, ZSTD, CODECS };

static const struct world_topic_config codec_topics[] = {
    {.name = "none", .records = 400, .codec = HP_NONE},
    {.name = "gzip", .records = 400, .codec = HP_GZIP},
    {.name = "snappy", .records = 400, .codec = HP_SNAPPY},
    {.name = "lz4", .records = 400, .codec = HP_LZ4},
    {.name = "zstd", .records = 400, .codec = HP_ZSTD},
};

static int setup_codecs(void **state)
{
    static struct fixture fixture;
    struct world_config config = fixture_config();
    config.topics = codec_topics;
    config.topic_count = HC_COUNT(codec_topics);
    open_world(&fixture, &config);
    *state = &fixture;
    return 0;
}

/* Which codecs the batches came in, and how many batches. */
struct seen {
    bool codecs[HP_CODEC_COUNT];
    int64_t last_base;
    int batches;
};

static void note_batch(void *context, const struct hp_batch *batch, const struct hp_record *record)
{
    struct seen *seen = context;
    (void)record;
    seen->codecs[batch->codec] = true;
    seen->batches += seen->last_base != batch->base_offset;
    seen->last_base = batch->base_offset;
}

/* Reads partition 0 from `offset` up to the end, in answers of at most `bytes_max`. */
static struct seen read_all(struct fixture *fixture, int16_t version, size_t topic, int64_t offset,
                            int32_t bytes_max)
{
    struct seen seen = {.last_base = -1};
    int64_t end = world_end(fixture->world, topic, 0);
    while (offset < end) {
        struct world_fetch fetch = {
            .version = version,
            .min_bytes = 1,
            .items = {{.topic = topic, .offset = offset, .bytes_max = bytes_max}},
            .count = 1};
        const struct hp_fetch_response_partition *got =
            world_only(world_fetch(fixture->client, &fetch));
        assert_int_equal(got->error_code, 0);
        assert_int_equal(got->high_watermark, end);
        assert_int_equal(got->last_stable_offset, end);
        assert_int_equal(got->log_start_offset, version >= 5 ? 0 : -1);
        assert_int_equal(got->preferred_read_replica, -1);
        int64_t first;
        int64_t next = model_check(&fixture->world->topics[topic].model, 0, &got->records, &first,
                                   note_batch, &seen);
        assert_true(first <= offset && next > offset && next <= end);
        offset = next;
    }
    return seen;
}

static void the_whole_log_in_every_version(void **state)
{
    struct fixture *fixture = *state;
    const struct model *model = &fixture->world->topics[NONE].model;
    reach(fixture, model->visible[0][399]);
    for (size_t topic = 0; topic < CODECS; topic++) {
        for (int16_t version = 4; version <= 18; version++) {
            struct seen seen = read_all(fixture, version, topic, 0, version % 2 ? 1 : 1 << 20);
            bool may_compress = topic != ZSTD || version >= 10;
            assert_int_equal(seen.codecs[codec_topics[topic].codec], may_compress);
            assert_true(seen.batches > 1);
        }
    }
}

static void slices_at_the_visible_end(void **state)
{
    struct fixture *fixture = *state;
    const struct model *model = &fixture->world->topics[NONE].model;
    for (int64_t at = 0; at < 400; at += 7) {
        reach(fixture, model->visible[0][at]);
        for (size_t topic = 0; topic < CODECS; topic++) {
            int64_t end = world_end(fixture->world, topic, 0);
            int64_t from = (int64_t)hc_random_below(&fixture->world->random, (uint64_t)end + 1);
            (void)read_all(fixture, (int16_t)(4 + at % 15), topic, from, 0);
        }
    }
}

static void batches_carry_the_epoch_of_their_range(void **state)
{
    struct fixture *fixture = *state;
    struct hc_session_topic *topic = fixture->world->topics[LZ4].topic;
    static const struct hc_epoch_entry entries[] = {{0, 0}, {2, 33}, {7, 250}};
    hc_session_set_epochs(fixture->world->cluster.session, topic, 0, entries, 3);
    reach(fixture, fixture->world->topics[LZ4].model.visible[0][300]);
    for (int64_t offset = 0; offset < 300; offset++) {
        const struct hp_fetch_response_partition *got =
            world_fetch_one(fixture->client, 12, LZ4, 0, offset, 0);
        struct hc_slice rest =
            hc_slice_of(got->records.chunks[0].data, got->records.chunks[0].size);
        (void)model_check(&fixture->world->topics[LZ4].model, 0, &got->records, NULL, NULL, NULL);
        for (struct hp_batch batch; rest.size > 0;
             rest.data += batch.size, rest.size -= batch.size) {
            assert_int_equal(hp_batch_read(rest, true, &batch), HC_OK);
            int64_t last = batch.base_offset + batch.last_offset_delta;
            int32_t epoch = batch.base_offset >= 250 ? 7 : batch.base_offset >= 33 ? 2 : 0;
            assert_int_equal(batch.leader_epoch, epoch);
            assert_true(epoch == 7 || last < (epoch == 2 ? 250 : 33));
        }
    }
}

/* ---- errors ---- */

static void out_of_range_carries_the_range(void **state)
{
    struct fixture *fixture = *state;
    static const int64_t offsets[] = {-1, INT64_MIN, 301, INT64_MAX};
    for (int16_t version = 4; version <= 18; version++) {
        for (size_t i = 0; i < HC_COUNT(offsets); i++) {
            const struct hp_fetch_response_partition *got =
                world_fetch_one(fixture->client, version, 0, 1, offsets[i], 30000);
            assert_int_equal(got->error_code, HP_ERR_OFFSET_OUT_OF_RANGE);
            assert_int_equal(got->high_watermark, 300);
            assert_int_equal(got->log_start_offset, version >= 5 ? 0 : -1);
            assert_int_equal(got->records.size, 0);
            assert_true(got->records.count >= 0);
        }
    }
}

static void at_the_end_is_empty_not_null(void **state)
{
    struct fixture *fixture = *state;
    for (int16_t version = 4; version <= 18; version++) {
        const struct hp_fetch_response_partition *got =
            world_fetch_one(fixture->client, version, 0, 0, 300, 100);
        assert_int_equal(got->error_code, 0);
        assert_int_equal(got->high_watermark, 300);
        assert_true(got->records.count >= 0 && got->records.size == 0);
        assert_int_equal(got->aborted_transactions_count, -1);
    }
}

static void epoch_errors_tell_the_leader(void **state)
{
    struct fixture *fixture = *state;
    static const struct hc_epoch_entry entries[] = {{0, 0}, {3, 100}};
    hc_session_set_epochs(fixture->world->cluster.session, fixture->world->topics[0].topic, 0,
                          entries, 2);
    for (int16_t version = 9; version <= 18; version++) {
        for (int32_t epoch = 0; epoch <= 6; epoch++) {
            struct world_fetch fetch = {
                .version = version, .items = {{.offset = 120, .epoch = epoch + 1}}, .count = 1};
            const struct hp_fetch_response *answer = world_fetch(fixture->client, &fetch);
            const struct hp_fetch_response_partition *got = world_only(answer);
            int16_t error = epoch < 3   ? HP_ERR_FENCED_LEADER_EPOCH
                            : epoch > 3 ? HP_ERR_UNKNOWN_LEADER_EPOCH
                                        : HP_ERR_NONE;
            bool told = error != HP_ERR_NONE && version >= 12;
            assert_int_equal(got->error_code, error);
            assert_int_equal(got->current_leader.leader_id, told ? HC_NODE_ID : -1);
            assert_int_equal(got->current_leader.leader_epoch, told ? 3 : -1);
            assert_int_equal(got->diverging_epoch.end_offset, -1);
            assert_int_equal(answer->node_endpoints_count, told && version >= 16 ? 1 : 0);
        }
    }
}

static void the_epoch_is_checked_before_the_range(void **state)
{
    struct fixture *fixture = *state;
    struct world_fetch fetch = {.version = 12, .items = {{.offset = 9999, .epoch = 2}}, .count = 1};
    assert_int_equal(world_only(world_fetch(fixture->client, &fetch))->error_code,
                     HP_ERR_UNKNOWN_LEADER_EPOCH);
}

/* A request for one partition of a topic that is named as `topic` says. */
static int16_t error_of(struct fixture *fixture, int16_t version, struct hc_slice name,
                        struct hp_uuid id, int32_t partition)
{
    struct hp_fetch_request *request = WORLD_NEW(fixture->client, fetch_request);
    request->topics = WORLD_ARRAY(fixture->client, fetch_request_topic, 1);
    request->topics_count = 1;
    request->topics[0].topic = name;
    request->topics[0].topic_id = id;
    request->topics[0].partitions = WORLD_ARRAY(fixture->client, fetch_request_partition, 1);
    request->topics[0].partitions_count = 1;
    request->topics[0].partitions[0].partition = partition;
    request->max_wait_ms = 30000;
    request->min_bytes = 1;
    const struct hp_fetch_response_partition *got =
        world_only(world_ask(fixture->client, HP_FETCH, version, request));
    assert_int_equal(got->partition_index, partition);
    assert_int_equal(got->high_watermark, got->error_code ? -1 : 300);
    return got->error_code;
}

static void unknown_topics_and_partitions(void **state)
{
    struct fixture *fixture = *state;
    struct hp_uuid none = {{0}}, other = {{1, 2, 3}};
    struct hp_uuid known = fixture->world->topics[0].topic->id;
    struct hc_slice name = HC_SLICE("candles");
    assert_int_equal(error_of(fixture, 12, name, none, 0), HP_ERR_NONE);
    assert_int_equal(error_of(fixture, 12, name, none, 2), HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
    assert_int_equal(error_of(fixture, 12, name, none, -1), HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
    assert_int_equal(error_of(fixture, 4, HC_SLICE("candle"), none, 0),
                     HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
    assert_int_equal(error_of(fixture, 12, HC_SLICE(""), none, 0),
                     HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
    assert_int_equal(error_of(fixture, 13, HC_SLICE(""), known, 0), HP_ERR_NONE);
    assert_int_equal(error_of(fixture, 13, HC_SLICE(""), known, INT32_MAX),
                     HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
    assert_int_equal(error_of(fixture, 13, HC_SLICE(""), none, 0), HP_ERR_UNKNOWN_TOPIC_ID);
    assert_int_equal(error_of(fixture, 18, HC_SLICE(""), other, 0), HP_ERR_UNKNOWN_TOPIC_ID);
}

static void an_error_does_not_hold_back_the_others(void **state)
{
    struct fixture *fixture = *state;
    struct world_fetch fetch = {.version = 11,
                                .max_wait_ms = 30000,
                                .min_bytes = 1 << 20,
                                .items = {{.partition = 7}, {.partition = 1, .offset = 12}},
                                .count = 2};
    int64_t before = fixture->world->now.mono_ns;
    const struct hp_fetch_response *answer = world_fetch(fixture->client, &fetch);
    assert_int_equal(fixture->world->now.mono_ns, before);
    assert_int_equal(answer->responses_count, 1);
    assert_int_equal(answer->responses[0].partitions_count, 2);
    assert_int_equal(answer->responses[0].partitions[0].error_code,
                     HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
    assert_true(answer->responses[0].partitions[1].records.size > 0);
}

/* A topic that is listed twice, each time with other partitions, or the very same one. */
static void repeated_entries_are_answered_in_their_order(void **state)
{
    struct fixture *fixture = *state;
    struct world_fetch fetch = {.version = 6,
                                .items = {{.topic = 0, .partition = 0, .offset = 5},
                                          {.topic = 1, .partition = 0, .offset = 6},
                                          {.topic = 0, .partition = 1, .offset = 7},
                                          {.topic = 0, .partition = 0, .offset = 300}},
                                .count = 4};
    const struct hp_fetch_response *answer = world_fetch(fixture->client, &fetch);
    static const struct {
        const char *topic;
        int32_t partitions[2];
        int32_t count;
    } want[] = {{"candles", {0}, 1}, {"trades", {0}, 1}, {"candles", {1, 0}, 2}};
    assert_int_equal(answer->responses_count, 3);
    for (size_t i = 0; i < HC_COUNT(want); i++) {
        const struct hp_fetch_response_topic *topic = &answer->responses[i];
        assert_true(hc_slice_equal_str(topic->topic, want[i].topic));
        assert_int_equal(topic->partitions_count, want[i].count);
        for (int32_t p = 0; p < want[i].count; p++) {
            assert_int_equal(topic->partitions[p].partition_index, want[i].partitions[p]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_whole_log_in_every_version, setup_codecs, teardown),
        cmocka_unit_test_setup_teardown(slices_at_the_visible_end, setup_codecs, teardown),
        cmocka_unit_test_setup_teardown(batches_carry_the_epoch_of_their_range, setup_codecs,
                                        teardown),
        cmocka_unit_test_setup_teardown(out_of_range_carries_the_range, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(at_the_end_is_empty_not_null, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(epoch_errors_tell_the_leader, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(the_epoch_is_checked_before_the_range, setup_ended,
                                        teardown),
        cmocka_unit_test_setup_teardown(unknown_topics_and_partitions, setup_ended, teardown),
        cmocka_unit_test_setup_teardown(an_error_does_not_hold_back_the_others, setup_ended,
                                        teardown),
        cmocka_unit_test_setup_teardown(repeated_entries_are_answered_in_their_order, setup_ended,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
