/* Bytes that no well-meaning client sends, and what each is answered with: one row each. */
#include "fixture.h"

#include "base/endian.h"
#include "base/log.h"
#include "broker/refusals.h"

#include <stdio.h>

#define BYTES(text)                                                                                \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

/* A row is the bytes behind the length field; the length is theirs unless `length` says otherwise.
 */
#define NO_LENGTH 0xfffffffeu /* the bytes begin with it */
struct row {
    const char *what;
    struct hc_slice bytes;
    uint32_t length;    /* 0: the bytes' own */
    bool spoken;        /* after a valid request */
    const char *reason; /* of closing; NULL: it is answered */
};

/* key, version, correlation id 0 */
#define HEAD(key, version) "\0" key "\0" version "\0\0\0\0"
#define NO_CLIENT          "\xff\xff"

static const struct row rows[] = {
    /* frames */
    {"length 0", BYTES("\0\0\0\0"), NO_LENGTH, false, "bad-frame-length"},
    {"negative length", BYTES(""), 0xffffffffu, false, "bad-frame-length"},
    {"smallest negative length", BYTES(""), 0x80000000u, false, "bad-frame-length"},
    {"length 7", BYTES(""), 7, false, "bad-frame-length"},
    {"above 16 KiB at first", BYTES(""), (16 << 10) + 1, false, "bad-frame-length"},
    {"above 1 MiB later", BYTES(""), (1 << 20) + 1, true, "bad-frame-length"},
    {"largest length", BYTES(""), INT32_MAX, true, "bad-frame-length"},
    {"TLS ClientHello", BYTES(""), 0x16030100u, false, "tls-on-plaintext-port"},
    {"HTTP GET", BYTES(" / HTTP/1.1\r\n\r\n"), 0x47455420u, false, "http-on-kafka-port"},
    {"HTTP POST", BYTES(""), 0x504f5354u, true, "http-on-kafka-port"},
    /* headers */
    {"no client id", BYTES(HEAD("\x12", "\0")), 0, false, "bad-header"},
    {"client id of length -2", BYTES(HEAD("\x12", "\0") "\xff\xfe"), 0, false, "bad-header"},
    {"client id beyond the frame",
     BYTES(HEAD("\x12", "\0") "\0\x09"
                              "abc"),
     0, false, "bad-header"},
    {"client id not UTF-8", BYTES(HEAD("\x12", "\0") "\0\x02\xc3\x28"), 0, false, "bad-header"},
    {"client id with a newline",
     BYTES(HEAD("\x12", "\0") "\0\x02"
                              "a\n"),
     0, false, "bad-header"},
    {"client id with NUL",
     BYTES(HEAD("\x12", "\0") "\0\x02"
                              "a\0"),
     0, false, "bad-header"},
    {"unknown key", BYTES("\x03\xe8\0\0\0\0\0\0" NO_CLIENT), 0, false, "unknown-api"},
    {"negative key", BYTES("\xff\xff\0\0\0\0\0\0" NO_CLIENT), 0, false, "unknown-api"},
    {"key known to the codec, not served", BYTES(HEAD("\x21", "\0") NO_CLIENT), 0, false,
     "unknown-api"},
    {"version too new", BYTES(HEAD("\x03", "\x63") NO_CLIENT "\0\0"), 0, true,
     "unsupported-version"},
    {"Fetch 3", BYTES(HEAD("\x01", "\x03") NO_CLIENT), 0, false, "unsupported-version"},
    {"negative version", BYTES("\0\x03\xff\xff\0\0\0\0" NO_CLIENT), 0, false,
     "unsupported-version"},
    {"tagged fields without end", BYTES(HEAD("\x03", "\x09") NO_CLIENT "\xff\xff\xff\xff\x0f"), 0,
     false, "bad-header"},
    {"65 tagged fields", BYTES(HEAD("\x03", "\x09") NO_CLIENT "\x41"), 0, false, "bad-header"},
    {"the same tag twice", BYTES(HEAD("\x03", "\x09") NO_CLIENT "\x02\x05\0\x05\0\x00\0\0\0\0"), 0,
     false, "bad-header"},
    {"tags in wrong order", BYTES(HEAD("\x03", "\x09") NO_CLIENT "\x02\x06\0\x05\0\x00\0\0\0\0"), 0,
     false, "bad-header"},
    {"an unknown tag is skipped",
     BYTES(HEAD("\x03", "\x09") NO_CLIENT "\x01\x05\x02"
                                          "ab\0\0\0\0\0"),
     0, false, NULL},
    /* bodies */
    {"array count -2", BYTES(HEAD("\x03", "\x01") NO_CLIENT "\xff\xff\xff\xfe"), 0, false,
     "bad-request"},
    {"array count 2^31 - 1", BYTES(HEAD("\x03", "\x01") NO_CLIENT "\x7f\xff\xff\xff"), 0, false,
     "bad-request"},
    {"array longer than its bytes", BYTES(HEAD("\x03", "\x01") NO_CLIENT "\0\0\0\x05\0\x01t"), 0,
     false, "bad-request"},
    {"null array where none may be", BYTES(HEAD("\x03", "\0") NO_CLIENT "\xff\xff\xff\xff"), 0,
     false, "bad-request"},
    {"null string where none may be", BYTES(HEAD("\x03", "\x01") NO_CLIENT "\0\0\0\x01\xff\xff"), 0,
     false, "bad-request"},
    {"string of length -2", BYTES(HEAD("\x03", "\x01") NO_CLIENT "\0\0\0\x01\xff\xfe"), 0, false,
     "bad-request"},
    {"compact length of six bytes",
     BYTES(HEAD("\x03", "\x09") NO_CLIENT "\0\xff\xff\xff\xff\xff\x01"), 0, false, "bad-request"},
    {"cut off", BYTES(HEAD("\x03", "\x01") NO_CLIENT "\0\0"), 0, false, "bad-request"},
    {"trailing bytes", BYTES(HEAD("\x03", "\x01") NO_CLIENT "\0\0\0\0more"), 0, false, NULL},
    {"librdkafka's placeholder for all topics",
     BYTES(HEAD("\x03", "\x09") NO_CLIENT "\0\0\0\0\0\0\0\0"), 0, false, NULL},
    {"ApiVersions too new", BYTES(HEAD("\x12", "\x63") NO_CLIENT "\0junk"), 0, false, NULL},
};

/* Sends the row; true when an answer came, false when the connection was closed. */
static bool is_answered(struct world_client *client, const struct row *row)
{
    char length[4];
    hc_put_be32(length, row->length ? row->length : (uint32_t)row->bytes.size);
    world_send_raw(client, length, row->length == NO_LENGTH ? 0 : sizeof length);
    world_send_raw(client, row->bytes.data, row->bytes.size);
    while (world_client_move(client)) {
        if (client->in.size > 0) {
            return true;
        }
    }
    assert_true(world_is_closed(client));
    return false;
}

static void check_row(struct fixture *fixture, const struct row *row)
{
    struct world_client *client = fixture->client;
    uint64_t before = row->reason ? world_closed(fixture->world, row->reason) : 0;
    print_message("%s\n", row->what);
    world_reconnect(client);
    if (row->spoken) {
        speak(client);
    }
    client->pieces = WORLD_BYTES;
    client->raw = true;
    bool answered = is_answered(client, row);
    client->pieces = WORLD_WHOLE;
    client->raw = false;
    assert_int_equal(answered, row->reason == NULL);
    if (row->reason) {
        assert_int_equal(world_closed(fixture->world, row->reason), before + 1);
    }
    /* A bad length is seen in its four bytes: nothing behind it is looked at. */
    if (row->length && row->length != NO_LENGTH) {
        assert_int_equal(client->out_at, client->out.size > 4 ? 4 : 0);
    }
}

static void every_row_gets_its_answer(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        check_row(fixture, &rows[i]);
    }
}

/* ---- what is logged ---- */

struct lines {
    int count;
    bool hinted;
};

static void count_line(void *context, enum hc_log_level level, struct hc_slice line)
{
    struct lines *lines = context;
    char text[1024];
    hc_slice_to_str(line, text, sizeof text);
    assert_int_equal(level, HC_LOG_WARN);
    assert_non_null(strstr(text, "connection-refused"));
    lines->count++;
    lines->hinted = strstr(text, "security.protocol=PLAINTEXT") != NULL;
}

static void a_flood_is_logged_once_a_second(void **state)
{
    struct fixture *fixture = *state;
    struct lines lines = {0};
    hc_log_set_sink(count_line, &lines);
    for (int i = 0; i < 30; i++) {
        world_reconnect(fixture->client);
        world_send_raw(fixture->client, "\x16\x03\x01\x02", 4);
        assert_true(world_is_closed_soon(fixture->client));
        world_sleep(fixture->world, 100 * HC_NS_PER_MS);
    }
    hc_log_set_sink(NULL, NULL);
    assert_int_equal(lines.count, 3);
    assert_true(lines.hinted);
    assert_int_equal(world_closed(fixture->world, "tls-on-plaintext-port"), 30);
}

static void many_addresses_share_a_bound(void **state)
{
    struct hc_refusals refusals = {0};
    int logged = 0;
    (void)state;
    for (int64_t ms = 0; ms < 2000; ms++) {
        char host[32];
        (void)snprintf(host, sizeof host, "10.0.%d.%d", (int)(ms / 250), (int)(ms % 250));
        logged += hc_refusals_may_log(&refusals, host, ms * HC_NS_PER_MS);
    }
    assert_int_equal(logged, 2 * HC_REFUSALS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_row_gets_its_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(a_flood_is_logged_once_a_second, setup, teardown),
        cmocka_unit_test(many_addresses_share_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
