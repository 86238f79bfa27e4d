/* The codec's rules one by one, on bytes written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "protocol/schema.h"
#include "support/messages.h"

#define BYTES(literal) ((struct hc_slice){"" literal "", sizeof(literal) - 1})

enum { MEMORY_MAX = 1 << 16 };

static struct hc_arena arena;

static int set_up(void **state)
{
    (void)state;
    hc_arena_init(&arena, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    hc_arena_done(&arena);
    return 0;
}

static void assert_encodes(const struct hp_schema *schema, int16_t version, const void *message,
                           struct hc_slice bytes)
{
    struct hp_output output;
    assert_int_equal(hp_encode(schema, version, message, 0, &arena, &output), HC_OK);
    assert_int_equal(output.size, bytes.size);
    assert_memory_equal(hc_test_join(&output, &arena).data, bytes.data, bytes.size);
}

static enum hc_status decode(const struct hp_schema *schema, int16_t version, struct hc_slice bytes,
                             void *ret)
{
    return hp_decode(schema, version, bytes, &arena, MEMORY_MAX, ret, NULL);
}

static void api_versions_request_v3(void **state)
{
    (void)state;
    static const char bytes[] = "\x05rdka\x06"
                                "2.15.\x00";
    struct hp_api_versions_request request;
    hp_message_init(&hp_api_versions_request_schema, &request);
    request.client_software_name = HC_SLICE("rdka");
    request.client_software_version = HC_SLICE("2.15.");
    assert_encodes(&hp_api_versions_request_schema, 3, &request,
                   hc_slice_of(bytes, sizeof bytes - 1));
    assert_encodes(&hp_api_versions_request_schema, 0, &request, HC_SLICE_EMPTY);
}

static void fetch_request_v4(void **state)
{
    (void)state;
    struct hp_fetch_request request;
    hp_message_init(&hp_fetch_request_schema, &request);
    assert_int_equal(request.replica_id, -1);
    assert_int_equal(request.max_bytes, INT32_MAX);
    request.max_wait_ms = 500;
    request.min_bytes = 1;
    request.isolation_level = 1;
    request.topics = HP_NEW_ARRAY(&arena, fetch_request_topic, 1);
    request.topics_count = 1;
    request.topics[0].topic = HC_SLICE("t");
    request.topics[0].partitions = HP_NEW_ARRAY(&arena, fetch_request_partition, 1);
    request.topics[0].partitions_count = 1;
    request.topics[0].partitions[0].partition = 2;
    request.topics[0].partitions[0].fetch_offset = 7;
    request.topics[0].partitions[0].partition_max_bytes = 1024;
    assert_encodes(&hp_fetch_request_schema, 4, &request,
                   BYTES("\xff\xff\xff\xff\x00\x00\x01\xf4\x00\x00\x00\x01\x7f\xff\xff\xff\x01"
                         "\x00\x00\x00\x01\x00\x01t\x00\x00\x00\x01"
                         "\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x04\x00"));
}

/* librdkafka 2.15 leaves a placeholder of four bytes where the null array takes one. */
static void metadata_of_all_topics_by_librdkafka(void **state)
{
    (void)state;
    struct hp_metadata_request request;
    size_t used;
    struct hc_slice bytes = BYTES("\x00\x00\x00\x00\x01\x00\x00");
    assert_int_equal(
        hp_decode(&hp_metadata_request_schema, 12, bytes, &arena, MEMORY_MAX, &request, &used),
        HC_OK);
    assert_int_equal(request.topics_count, -1);
    assert_null(request.topics);
    assert_false(request.allow_auto_topic_creation);
    assert_int_equal(used, 4);
}

static void null_and_empty_arrays_differ(void **state)
{
    (void)state;
    struct hp_metadata_request request;
    assert_int_equal(decode(&hp_metadata_request_schema, 1, BYTES("\xff\xff\xff\xff"), &request),
                     HC_OK);
    assert_int_equal(request.topics_count, -1);
    assert_true(request.allow_auto_topic_creation); /* the default of a field that v1 lacks */
    assert_encodes(&hp_metadata_request_schema, 1, &request, BYTES("\xff\xff\xff\xff"));
    request.topics_count = 0;
    assert_encodes(&hp_metadata_request_schema, 1, &request, BYTES("\x00\x00\x00\x00"));
}

static void a_forbidden_null_is_malformed(void **state)
{
    (void)state;
    struct hp_metadata_request request;
    assert_int_equal(decode(&hp_metadata_request_schema, 0, BYTES("\xff\xff\xff\xff"), &request),
                     HC_INVALID);
    struct hp_heartbeat_request heartbeat;
    assert_int_equal(decode(&hp_heartbeat_request_schema, 0,
                            BYTES("\xff\xff\x00\x00\x00\x01\x00\x00"), &heartbeat),
                     HC_INVALID);
    struct hp_output output = {.count = 77};
    hp_message_init(&hp_heartbeat_request_schema, &heartbeat);
    heartbeat.group_id = HC_SLICE_NULL;
    assert_int_equal(hp_encode(&hp_heartbeat_request_schema, 0, &heartbeat, 0, &arena, &output),
                     HC_INVALID);
    assert_int_equal(output.count, 77);
    hp_message_init(&hp_metadata_request_schema, &request);
    request.topics_count = -1;
    assert_int_equal(hp_encode(&hp_metadata_request_schema, 0, &request, 0, &arena, &output),
                     HC_INVALID);
}

static void lengths_below_null_are_malformed(void **state)
{
    (void)state;
    struct hp_metadata_request request;
    assert_int_equal(decode(&hp_metadata_request_schema, 1, BYTES("\xff\xff\xff\xfe"), &request),
                     HC_INVALID);
}

static void strings_end_at_32767_bytes(void **state)
{
    (void)state;
    static char name[40000];
    memset(name, 'n', sizeof name);
    struct hp_api_versions_request request;
    hp_message_init(&hp_api_versions_request_schema, &request);
    request.client_software_name = hc_slice_of(name, 32767);
    struct hp_output output;
    const struct hp_schema *schema = &hp_api_versions_request_schema;
    assert_int_equal(hp_encode(schema, 3, &request, 0, &arena, &output), HC_OK);
    assert_int_equal(decode(schema, 3, hc_test_join(&output, &arena), &request), HC_OK);
    request.client_software_name = hc_slice_of(name, 32768);
    assert_int_equal(hp_encode(schema, 3, &request, 0, &arena, &output), HC_INVALID);
    memcpy(name, "\x81\x80\x02", 3); /* 32768 + 1 */
    assert_int_equal(decode(schema, 3, hc_slice_of(name, sizeof name), &request), HC_INVALID);
}

static void default_tags_are_not_written(void **state)
{
    (void)state;
    struct hp_api_versions_response response;
    hp_message_init(&hp_api_versions_response_schema, &response);
    assert_int_equal(response.finalized_features_epoch, -1);
    assert_encodes(&hp_api_versions_response_schema, 3, &response,
                   BYTES("\x00\x00\x01\x00\x00\x00\x00\x00"));
    response.finalized_features_epoch = 5;
    response.zk_migration_ready = true;
    assert_encodes(&hp_api_versions_response_schema, 3, &response,
                   BYTES("\x00\x00\x01\x00\x00\x00\x00\x02"
                         "\x01\x08\x00\x00\x00\x00\x00\x00\x00\x05"
                         "\x03\x01\x01"));
    assert_encodes(&hp_api_versions_response_schema, 2, &response,
                   BYTES("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"));
}

static void unknown_tags_are_skipped(void **state)
{
    (void)state;
    struct hp_heartbeat_response response;
    size_t used;
    assert_int_equal(hp_decode(&hp_heartbeat_response_schema, 4,
                               BYTES("\x00\x00\x00\x01\x00\x02\x02\x00\x00\x63\x03xyz"), &arena,
                               MEMORY_MAX, &response, &used),
                     HC_OK);
    assert_int_equal(response.throttle_time_ms, 1);
    assert_int_equal(response.error_code, 2);
    assert_int_equal(used, 14);
}

static void bad_tags_are_malformed(void **state)
{
    (void)state;
    static const struct hc_slice bad[] = {
        {"\x00\x00\x01\x00\x00\x00\x00\x02\x03\x01\x01\x03\x01\x01", 14}, /* twice */
        {"\x00\x00\x01\x00\x00\x00\x00\x02\x03\x01\x01\x02\x01\x01", 14}, /* descending */
        {"\x00\x00\x01\x00\x00\x00\x00\x01\x03\x02\x01\x01", 12}, /* longer than its value */
        {"\x00\x00\x01\x00\x00\x00\x00\x01\x01\x07\0\0\0\0\0\0\0\0", 18}, /* shorter than it */
        {"\x00\x00\x01\x00\x00\x00\x00\x01\x63\x05xyz", 13},              /* beyond the input */
        {"\x00\x00\x01\x00\x00\x00\x00\x7f\x63\x00", 10},                 /* too many */
    };
    for (size_t i = 0; i < HC_COUNT(bad); i++) {
        struct hp_api_versions_response response;
        assert_int_equal(decode(&hp_api_versions_response_schema, 3, bad[i], &response),
                         HC_INVALID);
    }
}

static void counts_are_held_against_the_bytes_that_remain(void **state)
{
    (void)state;
    struct hp_offset_delete_request request;
    /* A topic takes six bytes at least: two of them do not fit into eleven. */
    struct hc_slice bytes =
        BYTES("\x00\x01g\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00");
    assert_int_equal(decode(&hp_offset_delete_request_schema, 0, bytes, &request), HC_INVALID);
    assert_int_equal(hc_arena_allocated(&arena), 0);
}

static void memory_is_charged_before_it_is_taken(void **state)
{
    (void)state;
    static char bytes[4 + 4096] = "\x00\x00\x04\x00"; /* 1,024 empty names and more */
    struct hp_metadata_request request;
    struct hc_slice input = hc_slice_of(bytes, sizeof bytes);
    size_t needed = 1024 * sizeof(struct hp_metadata_request_topic);
    const struct hp_schema *schema = &hp_metadata_request_schema;
    assert_int_equal(hp_decode(schema, 1, input, &arena, needed - 1, &request, NULL), HC_LIMIT);
    assert_int_equal(hc_arena_allocated(&arena), 0);
    assert_int_equal(hp_decode(schema, 1, input, &arena, needed, &request, NULL), HC_OK);
    assert_int_equal(request.topics_count, 1024);
}

static void optional_structs_are_pointers(void **state)
{
    (void)state;
    const struct hp_schema *schema = &hp_describe_topic_partitions_request_schema;
    struct hp_describe_topic_partitions_request request;
    struct hc_slice with = BYTES("\x01\x00\x00\x07\xd0\x01\x02t\x00\x00\x00\x05\x00\x00");
    assert_int_equal(decode(schema, 0, with, &request), HC_OK);
    assert_non_null(request.cursor);
    assert_int_equal(request.cursor->partition_index, 5);
    assert_encodes(schema, 0, &request, with);
    struct hc_slice without = BYTES("\x01\x00\x00\x07\xd0\xff\x00");
    assert_int_equal(decode(schema, 0, without, &request), HC_OK);
    assert_null(request.cursor);
    assert_encodes(schema, 0, &request, without);
    assert_int_equal(decode(schema, 0, BYTES("\x01\x00\x00\x07\xd0\x02\x00"), &request),
                     HC_INVALID);
}

struct segment {
    struct hc_ref ref;
    int freed;
};

static void free_segment(struct hc_ref *ref)
{
    HC_CONTAINER(ref, struct segment, ref)->freed++;
}

static struct hp_fetch_response response_with(struct hc_chunk *chunks, int32_t count, size_t size)
{
    struct hp_fetch_response response;
    hp_message_init(&hp_fetch_response_schema, &response);
    response.responses = HP_NEW_ARRAY(&arena, fetch_response_topic, 1);
    response.responses_count = 1;
    response.responses[0].topic = HC_SLICE("t");
    response.responses[0].partitions = HP_NEW_ARRAY(&arena, fetch_response_partition, 1);
    response.responses[0].partitions_count = 1;
    response.responses[0].partitions[0].high_watermark = 9;
    response.responses[0].partitions[0].records = (struct hp_records){chunks, count, size};
    return response;
}

static void record_chunks_pass_by_reference(void **state)
{
    (void)state;
    static const char records[] = "records";
    struct segment segment = {0};
    hc_ref_init(&segment.ref, free_segment);
    struct hc_chunk chunks[] = {{"head", 4, NULL}, {records, 7, &segment.ref}};
    struct hp_fetch_response response = response_with(chunks, 2, 11);
    struct hp_output output;
    assert_int_equal(hp_encode(&hp_fetch_response_schema, 12, &response, 9, &arena, &output),
                     HC_OK);
    assert_int_equal(output.count, 4); /* fields, two chunks, the tags behind them */
    assert_ptr_equal(output.chunks[2].data, records);
    assert_ptr_equal(output.chunks[2].owner, &segment.ref);
    assert_null(output.chunks[0].owner);
    assert_int_equal(segment.freed, 0);
    struct hc_slice joined = hc_test_join(&output, &arena);
    assert_int_equal(segment.freed, 1);
    struct hc_slice body = hc_slice_of(joined.data + 9, joined.size - 9);
    struct hp_fetch_response decoded;
    assert_int_equal(decode(&hp_fetch_response_schema, 12, body, &decoded), HC_OK);
    struct hp_records *got = &decoded.responses[0].partitions[0].records;
    assert_int_equal(got->count, 1);
    assert_int_equal(got->size, 11);
    assert_memory_equal(got->chunks[0].data, "headrecords", 11);
}

static void empty_records_are_not_null(void **state)
{
    (void)state;
    struct hp_fetch_response response = response_with(NULL, 0, 0);
    struct hp_output output;
    assert_int_equal(hp_encode(&hp_fetch_response_schema, 4, &response, 0, &arena, &output), HC_OK);
    struct hc_slice bytes = hc_test_join(&output, &arena);
    assert_memory_equal(bytes.data + bytes.size - 4, "\0\0\0\0", 4);
    response.responses[0].partitions[0].records.count = -1;
    assert_int_equal(hp_encode(&hp_fetch_response_schema, 4, &response, 0, &arena, &output), HC_OK);
    bytes = hc_test_join(&output, &arena);
    assert_memory_equal(bytes.data + bytes.size - 4, "\xff\xff\xff\xff", 4);
}

static void printing_is_json(void **state)
{
    (void)state;
    struct hp_fetch_response response = response_with(NULL, -1, 0);
    response.responses[0].topic = HC_SLICE("a\"b");
    struct hc_buffer out = {0};
    hp_print_json(&hp_fetch_response_schema, 4, &response, &out);
    assert_string_equal(
        hc_buffer_str(&out),
        "{\"throttle_time_ms\":0,\"responses\":[{\"topic\":\"a\\\"b\",\"partitions\":[{"
        "\"partition_index\":0,\"error_code\":0,\"high_watermark\":9,\"last_stable_offset\":-1,"
        "\"aborted_transactions\":[],\"records\":null}]}]}");
    hc_buffer_done(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(api_versions_request_v3),
        TEST(fetch_request_v4),
        TEST(metadata_of_all_topics_by_librdkafka),
        TEST(null_and_empty_arrays_differ),
        TEST(a_forbidden_null_is_malformed),
        TEST(lengths_below_null_are_malformed),
        TEST(strings_end_at_32767_bytes),
        TEST(default_tags_are_not_written),
        TEST(unknown_tags_are_skipped),
        TEST(bad_tags_are_malformed),
        TEST(counts_are_held_against_the_bytes_that_remain),
        TEST(memory_is_charged_before_it_is_taken),
        TEST(optional_structs_are_pointers),
        TEST(record_chunks_pass_by_reference),
        TEST(empty_records_are_not_null),
        TEST(printing_is_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
