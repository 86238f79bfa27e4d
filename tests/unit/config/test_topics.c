/* Which topic a flag belongs to; and that `config show` says what is in effect. */
#include "unit/config/layers.h"

#define FLAGS(...)       .flags = {__VA_ARGS__, NULL}
#define ENVIRONMENT(...) .environment = {__VA_ARGS__, NULL}

static void flags_belong_to_the_source_before_them(void **state)
{
    (void)state;
    struct hc_config *config = layers_good((struct layers){FLAGS(
        "--speed", "2", "--source", "csv:a", "--topic", "a", "--partitions", "2", "--source",
        "csv:b", "--symbol", "B", "--header", "k=1", "--header", "l=2", "--to", "2023-01-01")});
    assert_int_equal(config->topic_count, 2);
    assert_true(hc_slice_equal_str(config->topics[0].name, "a"));
    assert_true(hc_slice_equal_str(config->topics[1].name, "candles"));
    layers_setting(&config->topics[0], HC_KEY_PARTITIONS, "2", "--partitions");
    layers_setting(&config->topics[1], HC_KEY_PARTITIONS, "1", "default");
    layers_setting(&config->topics[1], HC_KEY_SYMBOL, "B", "--symbol");
    layers_setting(&config->topics[1], HC_KEY_HEADERS, "{k: 1, l: 2}", "--header");
    assert_false(hc_scope_is_given(&config->topics[0], HC_KEY_SYMBOL));
    layers_setting(&config->sessions[0], HC_KEY_TO, "2023-01-01", "--to");
    hc_config_free(config);
}

static void one_topic_takes_flags_in_any_order(void **state)
{
    (void)state;
    struct hc_config *config = layers_good((struct layers){
        FLAGS("--partitions", "3", "--source", "csv:a", "--refresh", "--key=none")});
    assert_int_equal(config->topic_count, 1);
    layers_setting(&config->topics[0], HC_KEY_PARTITIONS, "3", "--partitions");
    layers_setting(&config->topics[0], HC_KEY_REFRESH, "true", "--refresh");
    layers_setting(&config->topics[0], HC_KEY_KEY, "[none]", "--key");
    hc_config_free(config);
    layers_bad(
        (struct layers){FLAGS("--partitions", "3", "--source", "csv:a", "--source", "csv:b")},
        "--partitions: ", "before the first of several --source");
}

static void a_file_with_one_topic_may_be_overridden(void **state)
{
    (void)state;
    static const char file[] = "topics:\n  c:\n    source: 'csv:a'\n    partitions: 2\n"
                               "    headers: {a: b}\n";
    struct hc_config *config =
        layers_good((struct layers){.file = file,
                                    ENVIRONMENT("HINDCAST_NUMBERS=string"),
                                    FLAGS("--source", "csv:z", "--topic", "d", "--header", "k=v")});
    assert_int_equal(config->topic_count, 1);
    assert_true(hc_slice_equal_str(config->topics[0].name, "d"));
    layers_setting(&config->topics[0], HC_KEY_SOURCE, "csv:z", "--source");
    layers_setting(&config->topics[0], HC_KEY_PARTITIONS, "2", ":4");
    layers_setting(&config->topics[0], HC_KEY_NUMBERS, "string", "HINDCAST_NUMBERS");
    layers_setting(&config->topics[0], HC_KEY_HEADERS, "{k: v}", "--header");
    hc_config_free(config);
    layers_bad((struct layers){.file = file, FLAGS("--source", "csv:z", "--source", "csv:y")},
               "--source: given 2 times", "there is a topic already");
    layers_bad((struct layers){ENVIRONMENT("HINDCAST_SYMBOL=X"),
                               FLAGS("--source", "csv:z", "--source", "csv:y")},
               "--source: given 2 times", "HINDCAST_SYMBOL");
}

static void several_topics_take_no_flag(void **state)
{
    (void)state;
    static const char file[] = "topics: {a: {source: 'csv:a'}, b: {source: 'csv:b'}}\n";
    layers_bad((struct layers){.file = file, FLAGS("--partitions", "2")},
               "--partitions: ", "topics.NAME.partitions");
    layers_bad((struct layers){.file = file, FLAGS("--timezone", "UTC")},
               "--timezone: ", "topics.NAME.time.zone");
    layers_bad((struct layers){.file = file, ENVIRONMENT("HINDCAST_KEY=none")},
               "HINDCAST_KEY: ", "topics.NAME.key");
}

static void every_form_of_the_file(void **state)
{
    (void)state;
    struct hc_config *config = layers_good((struct layers){
        .file =
            "sources: {market: 'csv:data'}\n"
            "groups: {on-disconnect: expel-after 500ms}\n"
            "topics:\n"
            "  c:\n"
            "    source: market\n"
            "    symbols: [BTC*, 'A,B']\n"
            "    key: pair\n"
            "    interval: {column: timeframe}\n"
            "    time: {column: Open Time, unit: ms, zone: '+03:00'}\n"
            "    range: {to: 2023-02-01}\n"
            "    headers: {a: 1, b: ''}\n"
            "    fields: [pair, {name: o, from: open, as: string}, {name: s, const: 'x y'}]\n"});
    const struct hc_scope *c = &config->topics[0];
    assert_int_equal(config->source_count, 1);
    layers_setting(c, HC_KEY_SYMBOLS, "[\"BTC*\", \"A,B\"]", ":6");
    layers_setting(c, HC_KEY_KEY, "[pair]", ":7");
    layers_setting(c, HC_KEY_INTERVAL, "{column: timeframe}", ":8");
    layers_setting(c, HC_KEY_TIME_COLUMN, "\"Open Time\"", ":9");
    layers_setting(c, HC_KEY_RANGE, "\"..2023-02-01\"", ":10");
    layers_setting(c, HC_KEY_HEADERS, "{a: 1, b: \"\"}", ":11");
    layers_setting(c, HC_KEY_FIELDS,
                   "[{name: pair, from: pair}, {name: o, from: open, as: string}, "
                   "{name: s, const: \"x y\"}]",
                   ":12");
    assert_int_equal(hc_scope_number(&config->root, HC_KEY_GROUP_DISCONNECT), 500 * HC_NS_PER_MS);
    hc_config_free(config);
}

/* Every key of `a` has the same value in `b`. */
static void same_scope(const struct hc_scope *a, const struct hc_scope *b)
{
    const struct hc_key *keys;
    size_t count = hc_section_keys(a->section, &keys);
    assert_true(hc_slice_equal(a->name, b->name));
    for (size_t i = 0; i < count; i++) {
        const struct hc_value *x = &hc_scope_get(a, keys[i].id)->value;
        const struct hc_value *y = &hc_scope_get(b, keys[i].id)->value;
        struct hc_buffer first = {0}, second = {0};
        if (keys[i].traits & HC_TRAIT_NO_FILE) {
            continue;
        }
        assert_int_equal(x->set, y->set);
        if (x->set) {
            hc_value_write(&keys[i], x, &first);
            hc_value_write(&keys[i], y, &second);
            assert_string_equal(hc_buffer_str(&first), hc_buffer_str(&second));
            assert_int_equal(x->number, y->number);
        }
        hc_buffer_done(&first);
        hc_buffer_done(&second);
    }
}

static void shown_configuration_says_the_same(void **state)
{
    (void)state;
    struct hc_config *config = layers_good((struct layers){
        .file =
            "sources: {m: 'csv:data/{symbol}.csv'}\n"
            "topics:\n"
            "  'candles-{interval}': {source: m, key: none, range: 2023-01-01.., interval: 1h,\n"
            "    headers: {x: 'a: b'}, fields: \"a,b='it''s'\"}\n"
            "  other: {symbols: [A*, '@f'], interval: {column: tf}}\n"
            "sessions: {fast: {speed: max, topics: [other]}}\n",
        FLAGS("--warmup", "1mo", "--from", "2023-01-05", "--log-level", "debug")});
    struct hc_buffer text = {0};
    hc_config_show(config, &text);
    assert_non_null(strstr(hc_buffer_str(&text), "# --warmup\n"));
    struct hc_config *again = layers_good((struct layers){.file = hc_buffer_str(&text)});
    same_scope(&config->root, &again->root);
    assert_int_equal(config->topic_count, again->topic_count);
    for (size_t i = 0; i < config->topic_count; i++) {
        same_scope(&config->topics[i], &again->topics[i]);
    }
    assert_int_equal(config->session_count, again->session_count);
    for (size_t i = 0; i < config->session_count; i++) {
        same_scope(&config->sessions[i], &again->sessions[i]);
    }
    hc_buffer_done(&text);
    hc_config_free(config);
    hc_config_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_belong_to_the_source_before_them),
        cmocka_unit_test(one_topic_takes_flags_in_any_order),
        cmocka_unit_test(a_file_with_one_topic_may_be_overridden),
        cmocka_unit_test(several_topics_take_no_flag),
        cmocka_unit_test(every_form_of_the_file),
        cmocka_unit_test(shown_configuration_says_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
