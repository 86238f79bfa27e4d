/* Seeks: what is released, which epochs remain, and who is waited for. */
#include "fake/fake_log.h"

#include "fixture.h"

static struct hc_session *running(struct hc_speed speed)
{
    struct hc_session_config config = plain_config();
    config.from_ms = T0;
    config.speed = speed;
    config.rewind_settle_ns = 2 * SECOND;
    struct hc_session *session = session_of_bars(&config);
    hc_session_advance(session, at(0));
    return session;
}

static void seek(struct hc_session *session, int64_t target_ms, bool skip, int64_t mono_ns)
{
    struct hc_seek plan;
    struct hc_error error = {0};
    hc_session_advance(session, at(mono_ns));
    assert_int_equal(hc_session_plan_seek(session, target_ms, skip, &plan, &error), HC_OK);
    hc_session_apply_seek(session, &plan, at(mono_ns));
}

static void fetch(struct hc_session *session, int64_t offset, uint64_t connection_id,
                  int64_t mono_ns)
{
    hc_session_note_fetch(session, hc_session_topic_at(session, 0), 0, offset, connection_id,
                          at(mono_ns));
}

static void test_forward_releases_everything_between(void **state)
{
    (void)state;
    struct hc_session *session = running(hc_speed_of(1, 1));
    seek(session, bars[6], false, SECOND);
    assert_int_equal(mark(session), 7);
    assert_int_equal(hc_session_log_start(session, hc_session_topic_at(session, 0), 0), 0);
    assert_int_equal(hc_session_leader_epoch(session, hc_session_topic_at(session, 0), 0), 0);
    hc_session_advance(session, at(61 * SECOND));
    assert_int_equal(mark(session), 8);
    hc_session_free(session);
}

static void test_skip_raises_the_log_start_until_a_seek_below_it(void **state)
{
    (void)state;
    struct hc_session *session = running(hc_speed_of(1, 1));
    const struct hc_session_topic *topic = hc_session_topic_at(session, 0);
    seek(session, bars[6], true, SECOND);
    assert_int_equal(hc_session_log_start(session, topic, 0), 6);
    assert_int_equal(mark(session), 7);
    seek(session, bars[8], false, 2 * SECOND);
    seek(session, bars[7], false, 3 * SECOND);
    assert_int_equal(hc_session_log_start(session, topic, 0), 6);
    seek(session, bars[2], false, 4 * SECOND);
    assert_int_equal(hc_session_log_start(session, topic, 0), 0);
    assert_int_equal(mark(session), 3);
    hc_session_free(session);
}

static void test_backward_cuts_epochs(void **state)
{
    (void)state;
    struct hc_session *session = running(hc_speed_of(60, 1));
    const struct hc_session_topic *topic = hc_session_topic_at(session, 0);
    hc_session_advance(session, at(8 * SECOND));
    seek(session, bars[4], false, 8 * SECOND);
    assert_int_equal(hc_session_leader_epoch(session, topic, 0), 1);
    assert_int_equal(mark(session), 5);
    hc_session_advance(session, at(10 * SECOND));
    int32_t epoch;
    int64_t end;
    hc_session_end_of_epoch(session, topic, 0, 0, &epoch, &end);
    assert_int_equal(epoch, 0);
    assert_int_equal(end, 5);
    assert_int_equal(hc_session_epoch_at(session, topic, 0, 5, &end), 1);
    seek(session, bars[1], false, 10 * SECOND);
    /* The entry of epoch 1 began above the new end: it is gone, and asking for it leads to epoch
     * 0's end. */
    hc_session_end_of_epoch(session, topic, 0, 1, &epoch, &end);
    assert_int_equal(epoch, 0);
    assert_int_equal(end, 2);
    seek(session, T0, false, 10 * SECOND);
    assert_int_equal(topic->partitions[0].epoch_count, 1);
    hc_session_end_of_epoch(session, topic, 0, 2, &epoch, &end);
    assert_int_equal(epoch, 2);
    assert_int_equal(end, 0);
    hc_session_free(session);
}

static void test_a_rewind_waits_until_those_who_had_read_on_know(void **state)
{
    (void)state;
    struct hc_session *session = running(hc_speed_of(60, 1));
    const struct hc_session_topic *topic = hc_session_topic_at(session, 0);
    hc_session_advance(session, at(8 * SECOND));
    fetch(session, 8, 1, 8 * SECOND);
    fetch(session, 7, 2, 8 * SECOND);
    fetch(session, 2, 3, 8 * SECOND);
    seek(session, bars[3], false, 8 * SECOND);
    hc_session_advance(session, at(9 * SECOND));
    assert_int_equal(hc_session_market_ms(session), bars[3]);
    struct hc_buffer json = {0};
    hc_session_status_json(session, HC_SLICE("x"), &json);
    assert_non_null(strstr(hc_buffer_str(&json), "\"held_by\":{\"what\":\"rewind\""));
    hc_buffer_done(&json);
    assert_int_equal(hc_session_next_wake_ns(session), 10 * SECOND);
    fetch(session, 4, 1, 9 * SECOND);
    assert_int_equal(hc_session_next_wake_ns(session), 10 * SECOND);
    hc_session_note_forgotten(session, topic, 0, 2);
    hc_session_advance(session, at(9 * SECOND + SECOND / 2));
    assert_int_equal(hc_session_market_ms(session), bars[3] + 30000);
    hc_session_free(session);
}

static void test_a_rewind_does_not_wait_for_ever(void **state)
{
    (void)state;
    struct hc_session *session = running(hc_speed_of(60, 1));
    hc_session_advance(session, at(8 * SECOND));
    fetch(session, 8, 1, 8 * SECOND);
    seek(session, bars[3], false, 8 * SECOND);
    hc_session_advance(session, at(10 * SECOND));
    assert_int_equal(hc_session_market_ms(session), bars[3]);
    hc_session_advance(session, at(11 * SECOND));
    assert_int_equal(hc_session_market_ms(session), bars[4]);
    hc_session_free(session);
}

static void test_an_ended_session_runs_after_a_backward_seek(void **state)
{
    (void)state;
    struct hc_session *session = running(hc_speed_of(60, 1));
    hc_session_advance(session, at(20 * SECOND));
    fetch(session, BARS, 1, 20 * SECOND);
    assert_true(hc_session_drained(session, at(30 * SECOND)));
    seek(session, T0, false, 30 * SECOND);
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    fetch(session, 0, 1, 30 * SECOND);
    hc_session_advance(session, at(50 * SECOND));
    assert_int_equal(hc_session_state(session), HC_SESSION_ENDED);
    assert_false(hc_session_drained(session, at(90 * SECOND)));
    fetch(session, BARS, 1, 90 * SECOND);
    assert_true(hc_session_drained(session, at(100 * SECOND)));
    hc_session_free(session);
}

static void test_a_connection_that_leaves_is_not_waited_for(void **state)
{
    (void)state;
    struct hc_session *session = running(hc_speed_of(60, 1));
    hc_session_advance(session, at(8 * SECOND));
    fetch(session, 8, 1, 8 * SECOND);
    seek(session, bars[3], false, 8 * SECOND);
    hc_session_advance(session, at(9 * SECOND));
    hc_session_note_disconnect(session, 1);
    hc_session_advance(session, at(10 * SECOND));
    assert_int_equal(hc_session_market_ms(session), bars[4]);
    hc_session_free(session);
}

static void test_what_was_read_before_a_rewind_does_not_drain_it(void **state)
{
    (void)state;
    struct hc_session *session = running(hc_speed_of(60, 1));
    hc_session_advance(session, at(20 * SECOND));
    fetch(session, BARS, 1, 20 * SECOND);
    seek(session, T0, false, 30 * SECOND);
    hc_session_note_disconnect(session, 1);
    fetch(session, 0, 2, 30 * SECOND);
    hc_session_advance(session, at(50 * SECOND));
    hc_session_note_disconnect(session, 2);
    assert_int_equal(hc_session_state(session), HC_SESSION_ENDED);
    assert_false(hc_session_drained(session, at(90 * SECOND)));
    hc_session_free(session);
}

static void test_paused_stays_paused_and_bounds_hold(void **state)
{
    (void)state;
    struct hc_session *session = running(hc_speed_of(1, 1));
    assert_int_equal(hc_session_pause(session, at(1), NULL), HC_OK);
    seek(session, bars[2], false, 2);
    assert_int_equal(hc_session_state(session), HC_SESSION_PAUSED);
    assert_int_equal(mark(session), 3);
    struct hc_seek plan;
    struct hc_error error = {0};
    assert_int_equal(hc_session_plan_seek(session, T0 - 1, false, &plan, &error), HC_USAGE);
    assert_int_equal(hc_session_plan_seek(session, bars[9] + 1, false, &plan, &error), HC_USAGE);
    assert_non_null(strstr(error.text, "beyond the end"));
    hc_session_free(session);
}

static void test_beyond_what_is_loaded_it_goes_on_as_it_loads(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.from_ms = T0;
    struct hc_session *session = hc_session_new(&config);
    struct hc_session_topic *topic = add_topic(session, "candles", 1);
    hc_session_topics_complete(session);
    load(session, topic, bars, 3, bars[2], 0);
    hc_session_advance(session, at(0));
    seek(session, bars[7], false, 1);
    assert_int_equal(hc_session_state(session), HC_SESSION_LOADING);
    assert_int_equal(mark(session), 3);
    load(session, topic, bars, 5, bars[4], 2);
    assert_int_equal(mark(session), 5);
    load(session, topic, bars, BARS, HC_NEVER, 3);
    assert_int_equal(mark(session), 8);
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    hc_session_free(session);
}

static int quiet(void **state)
{
    (void)state;
    hc_log_set_sink(silent_sink, NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forward_releases_everything_between),
        cmocka_unit_test(test_skip_raises_the_log_start_until_a_seek_below_it),
        cmocka_unit_test(test_backward_cuts_epochs),
        cmocka_unit_test(test_a_rewind_waits_until_those_who_had_read_on_know),
        cmocka_unit_test(test_a_rewind_does_not_wait_for_ever),
        cmocka_unit_test(test_an_ended_session_runs_after_a_backward_seek),
        cmocka_unit_test(test_a_connection_that_leaves_is_not_waited_for),
        cmocka_unit_test(test_what_was_read_before_a_rewind_does_not_drain_it),
        cmocka_unit_test(test_paused_stays_paused_and_bounds_hold),
        cmocka_unit_test(test_beyond_what_is_loaded_it_goes_on_as_it_loads),
    };
    return cmocka_run_group_tests(tests, quiet, NULL);
}
