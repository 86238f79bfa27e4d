/* Four layers: who wins, where a value came from, and where an error is. */
#include "unit/config/layers.h"

#define FLAGS(...)       .flags = {__VA_ARGS__, NULL}
#define ENVIRONMENT(...) .environment = {__VA_ARGS__, NULL}

static void defaults(void **state)
{
    (void)state;
    struct hc_config *config = layers_good((struct layers){ENVIRONMENT("HOME=/home/me")});
    assert_int_equal(config->topic_count, 1);
    assert_int_equal(config->session_count, 1);
    assert_true(hc_slice_equal_str(config->topics[0].name, "candles"));
    layers_setting(&config->topics[0], HC_KEY_SOURCE, "\"demo:\"", "default");
    layers_setting(&config->root, HC_KEY_LISTEN, "127.0.0.1:9092", "default");
    layers_setting(&config->root, HC_KEY_CACHE_DIR, "/home/me/.cache/hindcast", "default");
    layers_setting(&config->sessions[0], HC_KEY_SPEED, "1", "default");
    assert_null(hc_scope_text(&config->root, HC_KEY_DATA_DIR));
    hc_config_free(config);
}

static void later_layers_win(void **state)
{
    (void)state;
    static const char file[] = "listen: 127.0.0.1:1\nreplay:\n  speed: 2\n  max-idle: 3s\n"
                               "log: {level: warn}\n";
    struct hc_config *config =
        layers_good((struct layers){.file = file,
                                    ENVIRONMENT("HINDCAST_SPEED=4", "HINDCAST_LOG_LEVEL="),
                                    FLAGS("--listen", "127.0.0.1:5")});
    layers_setting(&config->root, HC_KEY_LISTEN, "127.0.0.1:5", "--listen");
    layers_setting(&config->sessions[0], HC_KEY_SPEED, "4", "HINDCAST_SPEED");
    layers_setting(&config->sessions[0], HC_KEY_MAX_IDLE, "3s", ":4");
    layers_setting(&config->root, HC_KEY_LOG_LEVEL, "warn", ":5");
    layers_setting(&config->sessions[0], HC_KEY_START, "now", "default");
    hc_config_free(config);
    config = layers_good(
        (struct layers){.file = file, ENVIRONMENT("HINDCAST_SPEED=4"), FLAGS("--speed=8")});
    layers_setting(&config->sessions[0], HC_KEY_SPEED, "8", "--speed");
    hc_config_free(config);
}

static void the_file_may_be_named_by_a_variable(void **state)
{
    (void)state;
    layers_bad((struct layers){.file = NULL, ENVIRONMENT("HINDCAST_CONFIG=/nonexistent.yaml")}, "",
               "/nonexistent.yaml");
}

static void synthetic_markets_skip_silence(void **state)
{
    (void)state;
    struct hc_config *config = layers_good((struct layers){.file = NULL});
    layers_setting(&config->sessions[0], HC_KEY_MAX_IDLE, "5s", "default");
    hc_config_free(config);
    config = layers_good((struct layers){FLAGS("--source", "csv:a.csv")});
    layers_setting(&config->sessions[0], HC_KEY_MAX_IDLE, "off", "default");
    hc_config_free(config);
    config = layers_good((struct layers){FLAGS("--max-idle", "off")});
    layers_setting(&config->sessions[0], HC_KEY_MAX_IDLE, "off", "--max-idle");
    hc_config_free(config);
    config = layers_good((struct layers){
        .file = "sources: {m: 'demo:seed=2'}\ntopics: {a: {source: m}, b: {source: 'csv:x'}}\n"});
    layers_setting(&config->sessions[0], HC_KEY_MAX_IDLE, "off", "default");
    hc_config_free(config);
}

static void unknown_keys_name_line_and_nearest(void **state)
{
    (void)state;
    layers_bad((struct layers){.file = "listen: 127.0.0.1:1\nlisten-on: x\n"},
               ":2: ", "listen-on is no key; the nearest is listen");
    layers_bad((struct layers){.file = "replay:\n  speeed: 1\n"},
               ":2: ", "replay.speeed is no key; the nearest is speed");
    layers_bad((struct layers){.file = "topics:\n  c:\n    time: {colum: Date}\n"},
               ":3: ", "topics.c.time.colum is no key; the nearest is column");
    layers_bad((struct layers){.file = "topics:\n  c:\n    partition: 2\n"},
               ":3: ", "topics.c.partition is no key; the nearest is partitions");
    layers_bad((struct layers){.file = "sessions:\n  fast:\n    listn: x\n"},
               ":3: ", "sessions.fast.listn is no key; the nearest is listen");
    layers_bad((struct layers){.file = "topcs: {}\n"}, ":1: ", "the nearest is topics");
    layers_bad((struct layers){.file = "log.level: info\n"}, ":1: ", "log.level is no key");
    layers_bad((struct layers){.file = "limits:\n  memory: 1GiB\n"},
               ":2: ", "limits.memory is no key");
    layers_bad((struct layers){.file = "fresh: true\n"}, ":1: ", "fresh is no key");
}

static void misplaced_keys_name_their_place(void **state)
{
    (void)state;
    layers_bad((struct layers){.file = "speed: 60\n"}, ":1: ", "speed has its place below replay");
    layers_bad((struct layers){.file = "partitions: 6\n"},
               ":1: ", "has its place below topics.NAME");
    layers_bad((struct layers){.file = "replay:\n  listen: x\n"}, ":2: ", "at the top of the file");
}

static void wrong_values_name_line_and_key(void **state)
{
    (void)state;
    layers_bad((struct layers){.file = "replay:\n\n  max-idle: soon\n"},
               ":3: replay.max-idle: ", "\"soon\" is not a duration");
    layers_bad((struct layers){.file = "topics:\n  c: {partitions: 0}\n"},
               ":2: topics.c.partitions: ", "below the least, 1");
    layers_bad((struct layers){.file = "listen:\n"}, ":1: listen: ", "has no value");
    layers_bad((struct layers){.file = "listen: [a]\n"}, ":1: listen: ", "not a list");
    layers_bad((struct layers){.file = "log: info\n"}, ":1: ", "log takes keys of its own");
    layers_bad((struct layers){.file = "topics: [a, b]\n"}, ":1: ", "topics takes keys of its own");
    layers_bad((struct layers){.file = "- a\n"}, ":1: ", "a mapping of keys");
    layers_bad((struct layers){.file = "sources: {m: market}\n"}, ":1: ", "takes a URI");
    layers_bad((struct layers){.file = "sessions: {main: {speed: 2}}\n"}, ":1: ", "below replay");
    layers_bad((struct layers){.file = "topics:\n  c:\n    range: {from: 2023-01-01, until: x}\n"},
               ":3: topics.c.range: ", "\"until\" is unknown here; the nearest is to or from");
    layers_bad(
        (struct layers){.file =
                            "topics:\n  c:\n    fields:\n      - a\n      - {name: b, of: c}\n"},
        ":5: topics.c.fields: ", "\"of\" is unknown here");
    layers_bad((struct layers){ENVIRONMENT("HINDCAST_PARTITIONS=many")},
               "HINDCAST_PARTITIONS: ", "whole number");
    layers_bad((struct layers){FLAGS("--max-idle=x")}, "--max-idle: ", "not a duration");
}

static void unknown_flags(void **state)
{
    (void)state;
    layers_bad((struct layers){FLAGS("--sped", "60")}, "--sped is no flag",
               "the nearest is --speed");
    layers_bad((struct layers){FLAGS("--speed")}, "--speed needs a value", "--speed N|max");
    layers_bad((struct layers){FLAGS("--speed", "--fresh")}, "--speed needs a value", "N|max");
    layers_bad((struct layers){FLAGS("candles.csv")}, "\"candles.csv\"", "--source csv:PATH");
    layers_bad((struct layers){FLAGS("-s")}, "-s is no flag", "nearest");
    layers_bad((struct layers){FLAGS("--")}, "-- is no flag", "nearest");
}

static void misspelled_variables_are_told(void **state)
{
    (void)state;
    struct hc_config *config = layers_good((struct layers){ENVIRONMENT(
        "HINDCAST_SPEEDS=1", "HINDCAST_HTTP=127.0.0.1:1", "PATH=/", "HINDCAST_TO=2023-01-01")});
    assert_int_equal(config->warning_count, 1);
    assert_true(hc_slice_glob(HC_SLICE("HINDCAST_SPEEDS is set*nearest is HINDCAST_SPEED*"),
                              config->warnings[0]));
    layers_setting(&config->root, HC_KEY_HTTP, "127.0.0.1:9644", "default");
    hc_config_free(config);
}

static void every_variable_sets_its_key(void **state)
{
    (void)state;
    for (int id = 0; id < HC_KEY_COUNT; id++) {
        const struct hc_key *key = hc_key((enum hc_key_id)id);
        char name[HC_VARIABLE_BYTES], entry[128];
        if (!key->default_text || !hc_key_variable(key, name)) {
            continue;
        }
        snprintf(entry, sizeof entry, "%s=%s", name, key->default_text);
        struct hc_config *config = layers_good((struct layers){ENVIRONMENT(entry)});
        const struct hc_scope *scope = key->section == HC_SECTION_ROOT    ? &config->root
                                       : key->section == HC_SECTION_TOPIC ? &config->topics[0]
                                                                          : &config->sessions[0];
        assert_int_equal(hc_scope_get(scope, key->id)->origin.kind, HC_ORIGIN_ENVIRONMENT);
        assert_int_equal(config->warning_count, 0);
        hc_config_free(config);
    }
}

static void sessions_inherit_from_replay(void **state)
{
    (void)state;
    struct hc_config *config = layers_good((struct layers){
        .file = "replay: {speed: 60, from: 2023-01-01}\n"
                "sessions:\n  fast: {speed: 100, topics: [a], listen: 127.0.0.1:2}\n  plain:\n"});
    assert_int_equal(config->session_count, 3);
    const struct hc_scope *fast = &config->sessions[1], *plain = &config->sessions[2];
    assert_true(hc_slice_equal_str(fast->name, "fast"));
    layers_setting(fast, HC_KEY_SPEED, "100", ":3");
    layers_setting(fast, HC_KEY_FROM, "2023-01-01", ":1");
    layers_setting(fast, HC_KEY_SESSION_LISTEN, "127.0.0.1:2", ":3");
    layers_setting(plain, HC_KEY_SPEED, "60", ":1");
    layers_setting(plain, HC_KEY_SESSION_LISTEN, "127.0.0.1:0", "default");
    hc_config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(later_layers_win),
        cmocka_unit_test(the_file_may_be_named_by_a_variable),
        cmocka_unit_test(synthetic_markets_skip_silence),
        cmocka_unit_test(unknown_keys_name_line_and_nearest),
        cmocka_unit_test(misplaced_keys_name_their_place),
        cmocka_unit_test(wrong_values_name_line_and_key),
        cmocka_unit_test(unknown_flags),
        cmocka_unit_test(misspelled_variables_are_told),
        cmocka_unit_test(every_variable_sets_its_key),
        cmocka_unit_test(sessions_inherit_from_replay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
