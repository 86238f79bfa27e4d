/* `check`: how long a replay takes, and what is said of sources. */
#include "cli/check.h"
#include "support/json.h"
#include "unit/cli/settings.h"

static void wall_time_is_exact_and_rounded_up(void **state)
{
    (void)state;
    struct hc_speed speed;
    assert_true(hc_speed_parse(HC_SLICE("60"), &speed));
    assert_int_equal(hc_check_wall_ms(0, HC_MS_PER_DAY, speed), HC_MS_PER_DAY / 60);
    assert_int_equal(hc_check_wall_ms(0, 1, speed), 1);
    assert_int_equal(hc_check_wall_ms(5, 5, speed), 0);
    assert_true(hc_speed_parse(HC_SLICE("0.5"), &speed));
    assert_int_equal(hc_check_wall_ms(-1000, 1000, speed), 4000);
    assert_true(hc_speed_parse(HC_SLICE("0.000000001"), &speed));
    assert_int_equal(hc_check_wall_ms(0, INT64_MAX / 2, speed), HC_NEVER);
}

static void spoken(int64_t ms, const char *expected)
{
    char text[HC_SPOKEN_BYTES];
    assert_string_equal(hc_check_spoken(ms, text), expected);
}

static void durations_are_spoken(void **state)
{
    (void)state;
    spoken(0, "0 s");
    spoken(1500, "1.500 s");
    spoken(59999, "59.999 s");
    spoken(60000, "1 min");
    spoken(450000, "7 min 30 s");
    spoken(7500000, "2 h 5 min");
    spoken(INT64_C(86400000) * 3 + 3600000 * 4 + 59000, "3 d 4 h");
}

/* A file in a directory of its own. */
static void write_file(char path[64], const char *text)
{
    snprintf(path, 64, "/tmp/hindcast-test-XXXXXX.csv");
    int fd = mkstemps(path, 4);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static const char bars[] = "timestamp,open,high,low,close,volume\n"
                           "1672531200000,1,2,0.5,1.5,10\n"
                           "1672531260000,1.5,2,1,2,11\n"
                           "1672531320000,2,3,2,3,12\n";

static void a_source_is_reported(void **state)
{
    (void)state;
    char path[64], uri[80];
    write_file(path, bars);
    snprintf(uri, sizeof uri, "csv:%s", path);
    struct settings s = settings_good(NULL, FLAGS("--source", uri, "--symbol", "BTC", "--topic",
                                                  "bars", "--speed", "60", "--interval", "1m"));
    struct hc_buffer out = {0}, complaints = {0};
    assert_int_equal(hc_check_plan(&s.plan, true, &out, &complaints), HC_EXIT_DONE);
    assert_int_equal(complaints.size, 0);
    struct hc_json *json = hc_json_parse(hc_buffer_slice(&out), &s.arena);
    assert_non_null(json);
    const struct hc_json *replay = hc_json_get(json, "replay");
    assert_int_equal(hc_json_int(replay, "duration_ms"), 2000);
    assert_true(hc_slice_equal_str(hc_json_text(replay, "from"), "2023-01-01T00:01:00.000Z"));
    const struct hc_json *topic = hc_json_get(hc_json_get(json, "sources")->first, "topics")->first;
    assert_true(hc_slice_equal_str(hc_json_text(topic, "topic"), "bars"));
    assert_int_equal(hc_json_int(topic, "records"), 3);
    hc_buffer_clear(&out);
    assert_int_equal(hc_check_plan(&s.plan, false, &out, &complaints), HC_EXIT_DONE);
    assert_non_null(strstr(hc_buffer_str(&out), "topic bars: 3 rows"));
    assert_non_null(strstr(hc_buffer_str(&out), "takes    2 s at --speed 60"));
    hc_buffer_done(&out);
    settings_done(&s);
    unlink(path);
}

/* All that `serve` would refuse is told at once; the status is that of `serve`. */
static void refused_rows_are_all_reported(void **state)
{
    (void)state;
    char path[64], uri[80], place[128];
    struct hc_buffer text = {0};
    hc_buffer_append_str(&text, bars);
    hc_buffer_append_str(&text, "1672531380000,1,2,oops,1.5,10\n1672531440000,1,2,0.5,1.5\n"
                                "1672531500000,1,2,0.5,1.5,10\n");
    write_file(path, hc_buffer_str(&text));
    snprintf(uri, sizeof uri, "csv:%s", path);
    struct settings s = settings_good(
        NULL, FLAGS("--source", uri, "--symbol", "BTC", "--topic", "bars", "--interval", "1m"));
    struct hc_buffer out = {0}, complaints = {0};
    assert_int_equal(hc_check_plan(&s.plan, false, &out, &complaints), HC_EXIT_SOURCE);
    snprintf(place, sizeof place, "topic bars: %s:5:", path);
    assert_non_null(strstr(hc_buffer_str(&complaints), place));
    assert_non_null(strstr(hc_buffer_str(&complaints), "; 2 refused, 0 allowed (--max-refused N"));
    snprintf(place, sizeof place, "refused rows: 2\n  %s:5:", path);
    assert_non_null(strstr(hc_buffer_str(&out), place));
    snprintf(place, sizeof place, "\n  %s:6", path);
    assert_non_null(strstr(hc_buffer_str(&out), place));
    hc_buffer_clear(&out);
    assert_int_equal(hc_check_plan(&s.plan, true, &out, &complaints), HC_EXIT_SOURCE);
    struct hc_json *json = hc_json_parse(hc_buffer_slice(&out), &s.arena);
    assert_non_null(json);
    assert_int_equal(hc_json_get(json, "sources")->count, 1);
    s.plan.specs[0].refused_max = 2;
    assert_int_equal(hc_check_plan(&s.plan, true, &out, &complaints), HC_EXIT_DONE);
    hc_buffer_done(&out);
    hc_buffer_done(&complaints);
    hc_buffer_done(&text);
    settings_done(&s);
    unlink(path);
}

static void every_source_is_looked_at(void **state)
{
    (void)state;
    char path[64], uri[80];
    write_file(path, bars);
    snprintf(uri, sizeof uri, "csv:%s", path);
    struct settings s = settings_good(NULL, FLAGS("--source", "csv:/nonexistent", "--topic", "gone",
                                                  "--source", uri, "--symbol", "BTC", "--interval",
                                                  "1m", "--source", "ftp:x", "--topic", "odd"));
    struct hc_buffer out = {0}, complaints = {0};
    assert_int_equal(hc_check_plan(&s.plan, true, &out, &complaints), HC_EXIT_SOURCE);
    assert_non_null(strstr(hc_buffer_str(&complaints), "topic gone: /nonexistent"));
    assert_non_null(strstr(hc_buffer_str(&complaints), "topic odd: "));
    struct hc_json *json = hc_json_parse(hc_buffer_slice(&out), &s.arena);
    assert_non_null(json);
    assert_int_equal(hc_json_get(json, "sources")->count, 3);
    assert_non_null(hc_json_get(hc_json_get(json, "sources")->first, "error"));
    hc_buffer_done(&out);
    hc_buffer_done(&complaints);
    settings_done(&s);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wall_time_is_exact_and_rounded_up),
        cmocka_unit_test(durations_are_spoken),
        cmocka_unit_test(a_source_is_reported),
        cmocka_unit_test(refused_rows_are_all_reported),
        cmocka_unit_test(every_source_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
