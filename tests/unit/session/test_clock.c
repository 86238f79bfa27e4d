/* States and limits of a session's clock: start, edges, end, silence, stalls. */
#include "fake/fake_log.h"

#include "fixture.h"

static void test_without_from_the_first_bar_is_readable_at_once(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    struct hc_session *session = session_of_bars(&config);
    hc_session_advance(session, at(0));
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    assert_int_equal(hc_session_market_ms(session), T0 + MINUTE);
    assert_int_equal(mark(session), 1);
    hc_session_advance(session, at(60 * SECOND - 1));
    assert_int_equal(mark(session), 1);
    hc_session_advance(session, at(60 * SECOND));
    assert_int_equal(mark(session), 2);
    hc_session_free(session);
}

static void test_with_from_the_clock_starts_there(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.from_ms = T0;
    config.speed = hc_speed_of(60, 1);
    struct hc_session *session = session_of_bars(&config);
    hc_session_advance(session, at(5));
    assert_int_equal(hc_session_market_ms(session), T0);
    assert_int_equal(mark(session), 0);
    int64_t visible;
    int64_t in_ns;
    assert_true(hc_session_first_record(session, &visible, &in_ns));
    assert_int_equal(visible, T0 + MINUTE);
    assert_int_equal(in_ns, SECOND);
    hc_session_advance(session, at(SECOND));
    assert_int_equal(mark(session), 1);
    hc_session_free(session);
}

static void test_from_and_warmup_select_by_open_time(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.from_ms = T0 + 5 * MINUTE;
    struct hc_session *session = session_of_bars(&config);
    hc_session_advance(session, at(0));
    const struct hc_session_topic *topic = hc_session_topic_at(session, 0);
    /* The bar that opened at +4m is the last that is not in the session; it closed at +5m. */
    assert_int_equal(hc_session_log_start(session, topic, 0), 5);
    assert_int_equal(mark(session), 5);
    hc_session_free(session);
    config.warmup_ms = 2 * MINUTE;
    session = session_of_bars(&config);
    hc_session_advance(session, at(0));
    topic = hc_session_topic_at(session, 0);
    assert_int_equal(hc_session_log_start(session, topic, 0), 3);
    assert_int_equal(mark(session), 5);
    hc_session_free(session);
}

static void test_ends_at_the_last_bar_and_stays(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.from_ms = T0;
    struct hc_session *session = session_of_bars(&config);
    hc_session_advance(session, at(0));
    hc_session_advance(session, at(600 * SECOND - 1));
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    assert_int_equal(hc_session_next_wake_ns(session), 600 * SECOND);
    hc_session_advance(session, at(600 * SECOND));
    assert_int_equal(hc_session_state(session), HC_SESSION_ENDED);
    assert_int_equal(mark(session), BARS);
    hc_session_advance(session, at(6000 * SECOND));
    assert_int_equal(hc_session_market_ms(session), T0 + 10 * MINUTE);
    struct hc_error error = {0};
    assert_int_equal(hc_session_resume(session, at(6000 * SECOND), &error), HC_INVALID);
    assert_non_null(strstr(error.text, "--fresh"));
    hc_session_free(session);
}

static void test_to_cuts_and_says_how_it_ends(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.from_ms = T0;
    config.to_ms = T0 + 4 * MINUTE + 30000;
    config.speed = hc_speed_max();
    struct hc_session *session = session_of_bars(&config);
    hc_session_advance(session, at(0));
    /* The bar that opens at +4m opens before `to`, though it closes behind it. */
    assert_int_equal(mark(session), 5);
    assert_int_equal(hc_session_market_ms(session), T0 + 5 * MINUTE);
    hc_session_free(session);
    config.end = HC_END_TO;
    session = session_of_bars(&config);
    hc_session_advance(session, at(0));
    assert_int_equal(hc_session_state(session), HC_SESSION_ENDED);
    assert_int_equal(hc_session_market_ms(session), config.to_ms);
    assert_int_equal(mark(session), 4);
    hc_session_free(session);
}

static void test_waits_at_the_loading_edge(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.speed = hc_speed_of(60, 1);
    struct hc_session *session = hc_session_new(&config);
    struct hc_session_topic *topic = add_topic(session, "candles", 1);
    assert_int_equal(hc_session_state(session), HC_SESSION_LOADING);
    assert_true(hc_session_market_ms(session) == HC_TIME_MIN);
    hc_session_topics_complete(session);
    load(session, topic, bars, 3, bars[2], 0);
    hc_session_advance(session, at(0));
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    hc_session_advance(session, at(2 * SECOND));
    assert_int_equal(mark(session), 3);
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    hc_session_advance(session, at(50 * SECOND));
    assert_int_equal(hc_session_state(session), HC_SESSION_LOADING);
    assert_int_equal(hc_session_market_ms(session), bars[2]);
    load(session, topic, bars, BARS, HC_NEVER, 100 * SECOND);
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    hc_session_advance(session, at(101 * SECOND - 1));
    assert_int_equal(mark(session), 3);
    hc_session_advance(session, at(101 * SECOND));
    assert_int_equal(mark(session), 4);
    hc_session_free(session);
}

static void test_the_edge_is_the_slowest_topics(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.speed = hc_speed_max();
    struct hc_session *session = hc_session_new(&config);
    struct hc_session_topic *fast = add_topic(session, "fast", 1);
    struct hc_session_topic *slow = add_topic(session, "slow", 1);
    hc_session_topics_complete(session);
    load(session, fast, bars, BARS, HC_NEVER, 0);
    assert_int_equal(hc_session_state(session), HC_SESSION_LOADING);
    assert_int_equal(mark(session), 0);
    load(session, slow, bars, 2, bars[1] + 1, 0);
    assert_int_equal(mark(session), 2);
    load(session, slow, bars, BARS, HC_NEVER, 0);
    assert_int_equal(mark(session), BARS);
    assert_int_equal(hc_session_state(session), HC_SESSION_ENDED);
    hc_session_free(session);
}

static void test_empty_sessions_end(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    struct hc_session *session = hc_session_new(&config);
    hc_session_topics_complete(session);
    hc_session_advance(session, at(0));
    assert_int_equal(hc_session_state(session), HC_SESSION_ENDED);
    assert_true(hc_session_market_ms(session) == HC_TIME_MIN);
    hc_session_free(session);
    session = hc_session_new(&config);
    struct hc_session_topic *topic = add_topic(session, "empty", 2);
    hc_session_topics_complete(session);
    load(session, topic, bars, 0, HC_NEVER, 0);
    assert_int_equal(hc_session_state(session), HC_SESSION_ENDED);
    assert_int_equal(mark(session), 0);
    hc_session_free(session);
}

static void test_pause_keeps_market_time(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    struct hc_session *session = session_of_bars(&config);
    hc_session_advance(session, at(0));
    assert_int_equal(hc_session_pause(session, at(30 * SECOND), NULL), HC_OK);
    assert_int_equal(hc_session_pause(session, at(40 * SECOND), NULL), HC_OK);
    assert_int_equal(hc_session_state(session), HC_SESSION_PAUSED);
    assert_true(hc_session_min_bytes_off(session));
    assert_true(hc_session_next_wake_ns(session) == HC_NEVER);
    assert_int_equal(hc_session_resume(session, at(1000 * SECOND), NULL), HC_OK);
    hc_session_advance(session, at(1030 * SECOND - 1));
    assert_int_equal(mark(session), 1);
    hc_session_advance(session, at(1030 * SECOND));
    assert_int_equal(mark(session), 2);
    hc_session_free(session);
}

static void test_silence_is_jumped_over(void **state)
{
    (void)state;
    static const int64_t gap[] = {T0, T0 + 2000, T0 + 3600000, T0 + 3601000};
    struct hc_session_config config = plain_config();
    config.idle_max_ns = 5 * SECOND;
    struct hc_session *session = hc_session_new(&config);
    struct hc_session_topic *topic = add_topic(session, "trades", 1);
    hc_session_topics_complete(session);
    load(session, topic, gap, 4, HC_NEVER, 0);
    hc_session_advance(session, at(0));
    /* Coarse steps: the jump happened 5 s after the second trade, at its own instant. */
    hc_session_advance(session, at(7 * SECOND - 1));
    assert_int_equal(mark(session), 2);
    hc_session_advance(session, at(7 * SECOND + SECOND / 2));
    assert_int_equal(mark(session), 3);
    assert_int_equal(hc_session_market_ms(session), T0 + 3600500);
    struct hc_buffer json = {0};
    hc_session_status_json(session, HC_SLICE("127.0.0.1:1"), &json);
    assert_non_null(strstr(hc_buffer_str(&json), "\"skipped_ms\":3593000,"));
    hc_buffer_done(&json);
    hc_session_free(session);
}

static void test_silence_waits_for_what_is_not_loaded(void **state)
{
    (void)state;
    static const int64_t gap[] = {T0, T0 + 3600000};
    struct hc_session_config config = plain_config();
    config.idle_max_ns = 5 * SECOND;
    struct hc_session *session = hc_session_new(&config);
    struct hc_session_topic *topic = add_topic(session, "trades", 1);
    hc_session_topics_complete(session);
    load(session, topic, gap, 1, T0 + 60000, 0);
    hc_session_advance(session, at(20 * SECOND));
    assert_int_equal(hc_session_state(session), HC_SESSION_LOADING);
    assert_int_equal(hc_session_market_ms(session), T0 + 5000);
    load(session, topic, gap, 2, HC_NEVER, 30 * SECOND);
    assert_int_equal(hc_session_market_ms(session), T0 + 3600000);
    hc_session_advance(session, at(30 * SECOND));
    assert_int_equal(hc_session_state(session), HC_SESSION_ENDED);
    hc_session_free(session);
}

static void test_silence_ends_with_the_first_of_all_topics(void **state)
{
    (void)state;
    static const int64_t far[] = {T0, T0 + 3600000};
    static const int64_t near[] = {T0, T0 + 1800000};
    struct hc_session_config config = plain_config();
    config.idle_max_ns = 5 * SECOND;
    struct hc_session *session = hc_session_new(&config);
    struct hc_session_topic *loaded = add_topic(session, "loaded", 1);
    struct hc_session_topic *slow = add_topic(session, "slow", 1);
    hc_session_topics_complete(session);
    load(session, loaded, far, 2, HC_NEVER, 0);
    load(session, slow, near, 1, T0 + 60000, 0);
    hc_session_advance(session, at(20 * SECOND));
    assert_int_equal(hc_session_market_ms(session), T0 + 5000);
    load(session, slow, near, 2, HC_NEVER, 30 * SECOND);
    assert_int_equal(hc_session_market_ms(session), T0 + 1800000);
    hc_session_free(session);
}

static void test_a_stall_makes_no_burst(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.virtual_time = false;
    config.speed = hc_speed_of(60, 1);
    struct hc_session *session = session_of_bars(&config);
    hc_session_advance(session, at(0));
    int64_t now = 0;
    while (now < 3 * SECOND) {
        int64_t wake = hc_session_next_wake_ns(session);
        assert_true(wake > now && wake <= now + SECOND / 2);
        now = wake;
        hc_session_advance(session, at(now));
    }
    assert_int_equal(mark(session), 4);
    /* Stopped for a minute: armed for 3.5 s, told at 63 s. */
    hc_session_advance(session, at(63 * SECOND));
    assert_int_equal(mark(session), 4);
    assert_int_equal(hc_session_market_ms(session), T0 + 4 * MINUTE + 30000);
    hc_session_advance(session, at(63 * SECOND + SECOND / 2));
    assert_int_equal(mark(session), 5);
    /* A second late is late, not stalled. */
    hc_session_advance(session, at(65 * SECOND));
    assert_int_equal(hc_session_market_ms(session), T0 + 6 * MINUTE + 30000);
    hc_session_free(session);
}

static int quiet(void **state)
{
    (void)state;
    hc_log_set_sink(silent_sink, NULL);
    return 0;
}

static int nothing_left(void **state)
{
    (void)state;
    assert_int_equal(fake_log_count(), 0);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_from_the_first_bar_is_readable_at_once),
        cmocka_unit_test(test_with_from_the_clock_starts_there),
        cmocka_unit_test(test_from_and_warmup_select_by_open_time),
        cmocka_unit_test(test_ends_at_the_last_bar_and_stays),
        cmocka_unit_test(test_to_cuts_and_says_how_it_ends),
        cmocka_unit_test(test_waits_at_the_loading_edge),
        cmocka_unit_test(test_the_edge_is_the_slowest_topics),
        cmocka_unit_test(test_empty_sessions_end),
        cmocka_unit_test(test_pause_keeps_market_time),
        cmocka_unit_test(test_silence_is_jumped_over),
        cmocka_unit_test(test_silence_waits_for_what_is_not_loaded),
        cmocka_unit_test(test_silence_ends_with_the_first_of_all_topics),
        cmocka_unit_test(test_a_stall_makes_no_burst),
    };
    return cmocka_run_group_tests(tests, quiet, nothing_left);
}
