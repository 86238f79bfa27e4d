/* From settings to what the program does. */
#include "unit/cli/settings.h"

static const int64_t new_year = INT64_C(1672531200000);

static void defaults(void **state)
{
    (void)state;
    struct settings s = settings_good(NULL, NO_FLAGS);
    const struct hc_plan *plan = &s.plan;
    struct hc_limits limits;
    struct hc_group_config groups;
    hc_limits_init(&limits);
    hc_group_config_init(&groups);
    limits.connections_max = 0;
    assert_memory_equal(&plan->limits, &limits, sizeof limits);
    assert_memory_equal(&plan->groups, &groups, sizeof groups);
    assert_int_equal(plan->spec_count, 1);
    assert_int_equal(plan->session_count, 1);
    assert_true(hc_slice_equal_str(plan->specs[0].source, "demo:"));
    assert_int_equal(plan->specs[0].range_from_ms, HC_TIME_MIN);
    assert_int_equal(plan->specs[0].range_to_ms, HC_NEVER);
    assert_true(hc_slice_is_null(plan->specs[0].compression));
    assert_true(hc_slice_is_null(plan->specs[0].timezone));
    const struct hc_session_config *main = &plan->sessions[0].config;
    assert_true(hc_slice_equal_str(main->name, "main"));
    assert_int_equal(main->start, HC_START_NOW);
    assert_int_equal(main->idle_max_ns, 5 * HC_NS_PER_S);
    assert_int_equal(main->from_ms, HC_TIME_MIN);
    assert_int_equal(main->speed.num, 1);
    assert_false(plan->sessions[0].listener.advertise);
    assert_int_equal(plan->sessions[0].listener.listen.port, 9092);
    assert_true(plan->http_on && plan->http.port == 9644);
    assert_null(plan->data_dir);
    assert_non_null(plan->cache_dir);
    assert_false(plan->fresh);
    settings_done(&s);
}

static void the_range_is_what_main_needs(void **state)
{
    (void)state;
    struct settings s =
        settings_good(NULL, FLAGS("--from", "2023-01-01", "--to", "2023-01-02", "--warmup", "30d"));
    assert_int_equal(s.plan.specs[0].range_from_ms, new_year - 30 * HC_MS_PER_DAY);
    assert_int_equal(s.plan.specs[0].range_to_ms, new_year + HC_MS_PER_DAY);
    assert_int_equal(s.plan.sessions[0].config.warmup_ms, 30 * HC_MS_PER_DAY);
    settings_done(&s);
    s = settings_good(NULL, FLAGS("--from", "2023-01-01", "--range", "2022-01-01.."));
    assert_int_equal(s.plan.specs[0].range_from_ms, new_year - 365 * HC_MS_PER_DAY);
    assert_int_equal(s.plan.specs[0].range_to_ms, HC_NEVER);
    settings_done(&s);
}

static void warmup_in_months_is_of_the_calendar(void **state)
{
    (void)state;
    static const struct {
        const char *from, *warmup;
        int64_t days;
    } cases[] = {{"2023-03-01", "1mo", 28},
                 {"2024-03-01", "1mo", 29},
                 {"2023-01-01", "1mo", 31},
                 {"2023-03-31", "1mo", 31},
                 {"2023-01-15", "13mo", 365 + 31}};
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct settings s =
            settings_good(NULL, FLAGS("--from", cases[i].from, "--warmup", cases[i].warmup));
        assert_int_equal(s.plan.sessions[0].config.warmup_ms, cases[i].days * HC_MS_PER_DAY);
        settings_done(&s);
    }
    settings_bad(NULL, FLAGS("--warmup", "1mo"), "--warmup: history before `from` needs a `from`");
}

static void start_conditions(void **state)
{
    (void)state;
    struct settings s = settings_good(NULL, FLAGS("--start", "members:3@team@a"));
    assert_int_equal(s.plan.sessions[0].config.start, HC_START_MEMBERS);
    assert_int_equal(s.plan.sessions[0].config.start_members, 3);
    assert_true(hc_slice_equal_str(s.plan.sessions[0].config.start_group, "team@a"));
    settings_done(&s);
    s = settings_good(NULL, FLAGS("--start", "members:2"));
    assert_true(hc_slice_is_null(s.plan.sessions[0].config.start_group));
    settings_done(&s);
    s = settings_good(NULL, FLAGS("--start=first-consumer", "--start-timeout=9s"));
    assert_int_equal(s.plan.sessions[0].config.start, HC_START_FIRST_CONSUMER);
    assert_int_equal(s.plan.sessions[0].config.start_timeout_ns, 9 * HC_NS_PER_S);
    settings_done(&s);
    settings_bad(NULL, FLAGS("--start", "members:0"), "--start: ");
    settings_bad(NULL, FLAGS("--start", "members:2@"), "members:N[@GROUP]");
    settings_bad(NULL, FLAGS("--start", "later"), "no start condition");
}

static void clocks_that_make_no_sense(void **state)
{
    (void)state;
    settings_bad(NULL, FLAGS("--speed", "0"), "--speed: \"0\" is no speed");
    settings_bad(NULL, FLAGS("--speed", "-1"), "is no speed");
    settings_bad(NULL, FLAGS("--from", "2023-01-02", "--to", "2023-01-02"), "--to: ");
    settings_bad(NULL, FLAGS("--end", "to"), "--end: ");
    struct settings s = settings_good(NULL, FLAGS("--speed", "max", "--end=to", "--to=2023-01-01"));
    assert_true(s.plan.sessions[0].config.speed.max);
    assert_int_equal(s.plan.sessions[0].config.end, HC_END_TO);
    settings_done(&s);
}

static void addresses(void **state)
{
    (void)state;
    struct settings s = settings_good(
        "sessions: {a: {listen: '127.0.0.1:7'}}\n",
        FLAGS("--listen", "[::1]:5", "--advertise", "broker.example:99", "--http", "off"));
    const struct hc_kafka_listener_config *first = &s.plan.sessions[0].listener;
    assert_string_equal(first->listen.host, "::1");
    assert_int_equal(first->listen.port, 5);
    assert_true(first->advertise);
    assert_string_equal(first->advertised.host, "broker.example");
    assert_int_equal(first->advertised.port, 99);
    assert_int_equal(s.plan.sessions[1].listener.listen.port, 7);
    assert_int_equal(s.plan.sessions[1].listener.advertised.port, 0);
    assert_false(s.plan.http_on);
    settings_done(&s);
    s = settings_good(NULL, FLAGS("--advertise", "broker"));
    assert_string_equal(s.plan.sessions[0].listener.advertised.host, "broker");
    assert_int_equal(s.plan.sessions[0].listener.advertised.port, 0);
    settings_done(&s);
    settings_bad(NULL, FLAGS("--listen", "9092"), "--listen: \"9092\" is not an address");
    settings_bad(NULL, FLAGS("--listen", "h:99999"), "--listen: ");
    settings_bad(NULL, FLAGS("--http", "on"), "--http: ");
}

static void every_topic_setting_arrives(void **state)
{
    (void)state;
    struct settings s = settings_good(
        "sources: {m: 'csv:x'}\n"
        "topics:\n"
        "  a: {source: m, key: [p, q], interval: 1mo, visible: open, publish-delay: 2s,\n"
        "      time: {column: T, stamp: close, unit: us, zone: Europe/Berlin}, timestamp: open,\n"
        "      partitions: 7, numbers: string, compression: lz4, duplicates: last,\n"
        "      max-refused: 5, headers: {h: v}, symbols: [B*], exclude-symbols: [C], columns: [t, "
        "o],\n"
        "      fields: [x, {name: y, from: z, as: epoch-ms}, {name: s, const: k}]}\n"
        "  b: {source: 'csv:y', interval: {column: tf}, key: none, symbol: S}\n",
        NO_FLAGS);
    const struct hc_topic_spec *a = &s.plan.specs[0], *b = &s.plan.specs[1];
    assert_true(hc_slice_equal_str(a->topic, "a") && hc_slice_equal_str(a->source, "csv:x"));
    assert_int_equal(a->key.count, 2);
    assert_true(a->interval_set && a->interval.months == 1);
    assert_int_equal(a->visible, HC_VISIBLE_OPEN);
    assert_int_equal(a->publish_delay_ns, 2 * HC_NS_PER_S);
    assert_true(hc_slice_equal_str(a->time_column, "T") && hc_slice_equal_str(a->time_unit, "us"));
    assert_int_equal(a->stamp, HC_STAMP_CLOSE);
    assert_true(hc_slice_equal_str(a->timezone, "Europe/Berlin"));
    assert_int_equal(a->timestamp, HC_TIMESTAMP_OPEN);
    assert_int_equal(a->partitions, 7);
    assert_true(a->numbers_as_strings && hc_slice_equal_str(a->compression, "lz4"));
    assert_int_equal(a->duplicates, HC_DUPLICATES_LAST);
    assert_int_equal(a->refused_max, 5);
    assert_true(a->header_count == 1 && hc_slice_equal_str(a->headers[0].value, "v"));
    assert_true(a->symbols.count == 1 && a->exclude_symbols.count == 1 && a->columns.count == 2);
    assert_int_equal(a->field_count, 3);
    assert_int_equal(a->fields[1].as, HC_AS_EPOCH_MS);
    assert_true(hc_slice_equal_str(a->fields[1].from, "z"));
    assert_true(hc_slice_is_null(a->fields[2].from));
    assert_true(hc_slice_equal_str(a->fields[2].constant, "k"));
    assert_true(!b->interval_set && hc_slice_equal_str(b->interval_column, "tf"));
    assert_true(b->key_none && b->key.count == 0 && hc_slice_equal_str(b->symbol, "S"));
    settings_done(&s);
}

static void topics_that_make_no_sense(void **state)
{
    (void)state;
    settings_bad(NULL, FLAGS("--source", "market"), "--source: \"market\" is neither a URI");
    settings_bad("sources: {market: 'demo:'}\ntopics: {a: {source: markt}}\n", NO_FLAGS,
                 "the nearest name is market");
    settings_bad(NULL, FLAGS("--topic", "a b"), "--topic: ");
    settings_bad(NULL, FLAGS("--source", "csv:a", "--source", "csv:b"),
                 "both make a topic candles");
    settings_bad(NULL, FLAGS("--interval", "1x"), "--interval: \"1x\" is no interval");
    settings_bad(NULL, FLAGS("--fields", "a,a"), "named twice");
    settings_bad("topics: {a: {fields: [{name: x, as: hex}]}}\n", NO_FLAGS,
                 "\"hex\" is not one of");
    settings_bad("topics: {a: {fields: [x, {name: x, from: y}]}}\n", NO_FLAGS, "named twice");
    settings_bad(NULL, FLAGS("--symbols", "@/nonexistent.txt"), "/nonexistent.txt cannot be read");
}

static void lists_come_from_files(void **state)
{
    (void)state;
    char path[] = "/tmp/hindcast-test-XXXXXX", argument[64];
    static const char text[] = "# of interest\nBTC*\r\n\n  ETH  \nXRP";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
    close(fd);
    snprintf(argument, sizeof argument, "A,@%s,Z", path);
    struct settings s = settings_good(NULL, FLAGS("--symbols", argument));
    static const char *const expected[] = {"A", "BTC*", "ETH", "XRP", "Z"};
    assert_int_equal(s.plan.specs[0].symbols.count, HC_COUNT(expected));
    for (size_t i = 0; i < HC_COUNT(expected); i++) {
        assert_true(hc_slice_equal_str(s.plan.specs[0].symbols.items[i], expected[i]));
    }
    settings_done(&s);
    unlink(path);
}

static void sessions_lie_in_what_is_loaded(void **state)
{
    (void)state;
    static const char early[] = "replay: {from: 2023-01-02, to: 2023-01-05}\n"
                                "sessions: {x: {from: 2023-01-01}}\n";
    static const char late[] = "replay: {from: 2023-01-02, to: 2023-01-05}\n"
                               "sessions: {x: {to: 2023-01-06}}\n";
    static const char other[] = "replay: {from: 2023-01-02}\n"
                                "topics: {wide: {range: 2022-01-01..}, narrow: }\n"
                                "sessions: {x: {from: 2023-01-01, topics: [wide]}}\n";
    settings_bad(early, NO_FLAGS, "begins before the range of candles");
    settings_bad(late, NO_FLAGS, "ends behind the range of candles");
    struct settings s = settings_good(other, NO_FLAGS);
    assert_int_equal(s.plan.session_count, 2);
    assert_int_equal(s.plan.sessions[1].topics.count, 1);
    settings_done(&s);
    settings_bad("topics: {wide: }\nsessions: {x: {topics: [wid]}}\n", NO_FLAGS,
                 "there is no topic wid; the nearest is wide");
}

static void limits_arrive(void **state)
{
    (void)state;
    struct settings s = settings_good(
        "limits: {connections: 5, frame-bytes: 2MiB, idle: 1m, fetch-partitions: 9, group-members: "
        "3}\n"
        "groups: {session-timeout-min: 1s, session-timeout-max: 2s, on-disconnect: expel-after "
        "1s}\n"
        "cache-limit: 1GiB\n",
        FLAGS("--data-dir", "/d", "--log-format", "json", "--log-level", "error", "--fresh"));
    assert_int_equal(s.plan.limits.connections_max, 5);
    assert_int_equal(s.plan.limits.frame_bytes_max, 2 << 20);
    assert_int_equal(s.plan.limits.idle_ns, 60 * HC_NS_PER_S);
    assert_int_equal(s.plan.limits.fetch_partitions_max, 9);
    assert_int_equal(s.plan.groups.members_max, 3);
    assert_int_equal(s.plan.groups.session_timeout_min_ms, 1000);
    assert_int_equal(s.plan.groups.expel_after_ns, HC_NS_PER_S);
    assert_int_equal(s.plan.cache_limit_bytes, 1 << 30);
    assert_string_equal(s.plan.data_dir, "/d");
    assert_int_equal(s.plan.log_format, HC_LOG_JSON);
    assert_int_equal(s.plan.log_level, HC_LOG_ERROR);
    assert_true(s.plan.fresh);
    settings_done(&s);
    settings_bad("groups: {session-timeout-min: 3s, session-timeout-max: 2s}\n", NO_FLAGS,
                 "longer than groups.session-timeout-max");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(the_range_is_what_main_needs),
        cmocka_unit_test(warmup_in_months_is_of_the_calendar),
        cmocka_unit_test(start_conditions),
        cmocka_unit_test(clocks_that_make_no_sense),
        cmocka_unit_test(addresses),
        cmocka_unit_test(every_topic_setting_arrives),
        cmocka_unit_test(topics_that_make_no_sense),
        cmocka_unit_test(lists_come_from_files),
        cmocka_unit_test(sessions_lie_in_what_is_loaded),
        cmocka_unit_test(limits_arrive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
