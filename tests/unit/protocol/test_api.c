/* The API table and the headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "protocol/api.h"
#include "protocol/schema.h"

static void the_table_agrees_with_the_schemas(void **state)
{
    (void)state;
    size_t served = 0;
    for (int16_t key = -1; key <= HP_API_KEY_MAX + 1; key++) {
        const struct hp_api *api = hp_api_find(key);
        if (!api)
            continue;
        assert_int_equal(api->key, key);
        assert_int_equal(api->request->known_min, api->known_min);
        assert_int_equal(api->response->known_max, api->known_max);
        assert_int_equal(api->request->flexible_since, api->flexible_since);
        assert_int_equal(api->response->flexible_since, api->flexible_since);
        if (api->served_max >= 0) {
            assert_true(api->known_min <= api->served_min && api->served_max <= api->known_max);
            served++;
        }
    }
    assert_int_equal(served, 32);
    assert_null(hp_api_find(INT16_MIN));
    assert_null(hp_api_find(INT16_MAX));
    assert_null(hp_api_find(17)); /* SaslHandshake */
}

static void keys_that_change_what_clients_do_are_not_served(void **state)
{
    (void)state;
    static const int16_t absent[] = {17, 27, 36, 68, 69, 71, 72, HP_DESCRIBE_TOPIC_PARTITIONS};
    for (size_t i = 0; i < HC_COUNT(absent); i++) {
        const struct hp_api *api = hp_api_find(absent[i]);
        assert_true(!api || api->served_max < 0);
    }
    assert_true(hp_api_serves(hp_api_find(HP_PRODUCE), 0));
    assert_false(hp_api_serves(hp_api_find(HP_PRODUCE), 10));
    assert_false(hp_api_serves(hp_api_find(HP_FETCH), 3));
    assert_false(hp_api_serves(hp_api_find(HP_CREATE_ACLS), 1));
}

static void headers_round_trip(void **state)
{
    (void)state;
    static const struct hc_slice clients[] = {{"client", 6}, {"", 0}, {NULL, 0}};
    for (int16_t key = 0; key <= HP_API_KEY_MAX; key++) {
        const struct hp_api *api = hp_api_find(key);
        for (int16_t version = 0; api && version <= api->known_max; version++) {
            struct hc_slice client = clients[(key + version) % 3];
            uint8_t bytes[64];
            size_t size = hp_request_header_size(api, version, client);
            hp_write_request_header(api, version, -5, client, bytes);
            struct hp_request_header header;
            size_t used;
            assert_int_equal(hp_decode_request_header(hc_slice_of(bytes, size), &header, &used), 0);
            assert_int_equal(used, size);
            assert_int_equal(header.api_key, key);
            assert_int_equal(header.api_version, version);
            assert_int_equal(header.correlation_id, -5);
            assert_true(hc_slice_equal(header.client_id, client));
            assert_int_equal(hc_slice_is_null(header.client_id), hc_slice_is_null(client));
        }
    }
}

static void cut_headers_are_malformed(void **state)
{
    (void)state;
    const struct hp_api *api = hp_api_find(HP_FETCH);
    uint8_t bytes[64];
    size_t size = hp_request_header_size(api, 12, HC_SLICE("client"));
    hp_write_request_header(api, 12, 1, HC_SLICE("client"), bytes);
    for (size_t cut = 0; cut < size; cut++) {
        struct hp_request_header header;
        size_t used;
        assert_int_equal(hp_decode_request_header(hc_slice_of(bytes, cut), &header, &used),
                         HC_INVALID);
    }
    bytes[8] = 0xff; /* a client id of -2 bytes */
    bytes[9] = 0xfe;
    struct hp_request_header header;
    size_t used;
    assert_int_equal(hp_decode_request_header(hc_slice_of(bytes, size), &header, &used),
                     HC_INVALID);
}

static void unknown_keys_still_give_the_correlation_id(void **state)
{
    (void)state;
    struct hp_request_header header;
    size_t used;
    enum hc_status status = hp_decode_request_header(
        hc_slice_of("\x03\xe7\x00\x01\x00\x00\x00\x2a\xff\xff", 10), &header, &used);
    assert_int_equal(status, HC_UNSUPPORTED);
    assert_int_equal(header.api_key, 999);
    assert_int_equal(header.api_version, 1);
    assert_int_equal(header.correlation_id, 42);
}

static void header_tags_are_skipped(void **state)
{
    (void)state;
    static const char frame[] = "\x00\x12\x00\x03\x00\x00\x00\x01\x00\x01x\x01\x09\x02zz"
                                "body";
    struct hp_request_header header;
    size_t used;
    assert_int_equal(hp_decode_request_header(hc_slice_of(frame, 20), &header, &used), HC_OK);
    assert_int_equal(used, 16);
    assert_true(hc_slice_equal_str(header.client_id, "x"));
}

static void api_versions_answers_with_header_0(void **state)
{
    (void)state;
    const struct hp_api *api = hp_api_find(HP_API_VERSIONS);
    assert_int_equal(hp_request_header_version(api, 3), 2);
    for (int16_t version = 0; version <= 4; version++)
        assert_int_equal(hp_response_header_version(api, version), 0);
    assert_int_equal(hp_response_header_size(api, 4), 4);
    const struct hp_api *fetch = hp_api_find(HP_FETCH);
    assert_int_equal(hp_response_header_version(fetch, 11), 0);
    assert_int_equal(hp_response_header_version(fetch, 12), 1);
    uint8_t out[5] = {9, 9, 9, 9, 9};
    hp_write_response_header(fetch, 12, 0x01020304, out);
    assert_memory_equal(out, "\x01\x02\x03\x04\x00", 5);
    assert_int_equal(hp_request_header_version(hp_api_find(HP_OFFSET_DELETE), 0), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_agrees_with_the_schemas),
        cmocka_unit_test(keys_that_change_what_clients_do_are_not_served),
        cmocka_unit_test(headers_round_trip),
        cmocka_unit_test(cut_headers_are_malformed),
        cmocka_unit_test(unknown_keys_still_give_the_correlation_id),
        cmocka_unit_test(header_tags_are_skipped),
        cmocka_unit_test(api_versions_answers_with_header_0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
