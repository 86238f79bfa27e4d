/* Identity, epochs, status, and what a data directory keeps. */
#include "fake/fake_log.h"

#include "fixture.h"

static void test_ids_are_stable_and_differ(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    struct hc_session *one = session_of_bars(&config);
    struct hc_session *same = session_of_bars(&config);
    config.incarnation[0]++;
    struct hc_session *other = session_of_bars(&config);
    const struct hc_session_topic *topic = hc_session_topic_at(one, 0);
    assert_true(hp_uuid_equal(topic->id, hc_session_topic_at(same, 0)->id));
    assert_false(hp_uuid_equal(topic->id, hc_session_topic_at(other, 0)->id));
    assert_int_equal(topic->id.bytes[6] >> 4, 8);
    assert_ptr_equal(hc_session_topic_by_id(one, topic->id), topic);
    assert_ptr_equal(hc_session_topic_named(one, HC_SLICE("candles")), topic);
    assert_null(hc_session_topic_named(one, HC_SLICE("candle")));
    struct hc_slice id = hc_session_cluster_id(one);
    assert_int_equal(id.size, 31);
    assert_memory_equal(id.data, "hindcast.", 9);
    assert_true(hc_slice_equal(id, hc_session_cluster_id(same)));
    assert_false(hc_slice_equal(id, hc_session_cluster_id(other)));
    hc_session_free(one);
    hc_session_free(same);
    hc_session_free(other);
}

static void expect_end(const struct hc_session *session, int32_t epoch, int32_t answer, int64_t end)
{
    int32_t got_epoch;
    int64_t got_end;
    hc_session_end_of_epoch(session, hc_session_topic_at(session, 0), 0, epoch, &got_epoch,
                            &got_end);
    assert_int_equal(got_epoch, answer);
    assert_int_equal(got_end, end);
}

static void test_epochs(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.speed = hc_speed_max();
    struct hc_session *session = session_of_bars(&config);
    struct hc_session_topic *topic = hc_session_topic_at(session, 0);
    expect_end(session, 0, 0, BARS);
    static const struct hc_epoch_entry entries[] = {{2, 0}, {5, 4}, {6, 20}};
    hc_session_set_epochs(session, topic, 0, entries, 2);
    assert_int_equal(hc_session_leader_epoch(session, topic, 0), 5);
    expect_end(session, 1, 1, 0);
    expect_end(session, 2, 2, 4);
    expect_end(session, 4, 2, 4);
    expect_end(session, 5, 5, BARS);
    int64_t end;
    assert_int_equal(hc_session_epoch_at(session, topic, 0, 3, &end), 2);
    assert_int_equal(end, 4);
    assert_int_equal(hc_session_epoch_at(session, topic, 0, 4, &end), 5);
    assert_int_equal(end, BARS);
    hc_session_set_epochs(session, topic, 0, entries, 3);
    expect_end(session, 5, 5, BARS);
    assert_int_equal(hc_session_epoch_at(session, topic, 0, 9, &end), 5);
    assert_int_equal(end, BARS);
    hc_session_free(session);
}

static void test_fresh_start_has_a_new_epoch(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    struct hc_session *session = hc_session_new(&config);
    hc_session_start_fresh(session, 3);
    struct hc_session_topic *topic = add_topic(session, "candles", 1);
    hc_session_topics_complete(session);
    load(session, topic, bars, BARS, HC_NEVER, 0);
    assert_int_equal(hc_session_leader_epoch(session, topic, 0), 3);
    expect_end(session, 2, 2, 0);
    hc_session_free(session);
}

static void expect_status(const struct hc_session *session, const char *expected)
{
    struct hc_buffer json = {0};
    hc_session_status_json(session, HC_SLICE("127.0.0.1:9092"), &json);
    assert_string_equal(hc_buffer_str(&json), expected);
    hc_buffer_done(&json);
}

static void test_status_tells_nothing_of_what_is_to_come(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.speed = hc_speed_of(1, 2);
    struct hc_session *session = hc_session_new(&config);
    struct hc_session_topic *topic = add_topic(session, "candles", 1);
    expect_status(session,
                  "{\"name\":\"main\",\"state\":\"loading\",\"market_time\":null,"
                  "\"market_time_ms\":null,\"from\":null,\"to\":null,\"speed\":\"0.5\","
                  "\"mode\":\"paced\",\"generation\":0,\"skipped_ms\":0,\"kafka\":"
                  "\"127.0.0.1:9092\",\"loading\":{\"complete\":false,\"percent\":null,"
                  "\"refused\":0},\"held_by\":{\"what\":\"loading\",\"who\":\"candles\",\"why\":"
                  "\"the topics are not known yet\"},\"sources\":{},\"topics\":{\"candles\":{"
                  "\"partitions\":[{\"partition\":0,\"log_start\":0,\"high_watermark\":0,"
                  "\"leader_epoch\":0}]}}}");
    hc_session_topics_complete(session);
    load(session, topic, bars, BARS, HC_NEVER, 0);
    hc_session_set_load(session, (struct hc_session_load){true, 100, 2});
    hc_session_set_source(session, HC_SLICE("market"), HC_SOURCE_LOST);
    hc_session_set_source(session, HC_SLICE("market"), HC_SOURCE_OK);
    hc_session_advance(session, at(0));
    expect_status(session,
                  "{\"name\":\"main\",\"state\":\"running\",\"market_time\":"
                  "\"2023-01-01T00:01:00.000Z\",\"market_time_ms\":1672531260000,\"from\":"
                  "\"2023-01-01T00:01:00.000Z\",\"to\":null,\"speed\":\"0.5\",\"mode\":\"paced\","
                  "\"generation\":0,\"skipped_ms\":0,\"kafka\":\"127.0.0.1:9092\",\"loading\":{"
                  "\"complete\":true,\"percent\":100,\"refused\":2},\"held_by\":null,\"sources\":{"
                  "\"market\":{\"state\":\"ok\"}},\"topics\":{\"candles\":{\"partitions\":[{"
                  "\"partition\":0,\"log_start\":0,\"high_watermark\":1,\"leader_epoch\":0}]}}}");
    hc_session_set_speed(session, hc_speed_max(), at(1));
    hc_session_advance(session, at(2));
    struct hc_buffer json = {0};
    hc_session_status_json(session, HC_SLICE("x"), &json);
    assert_non_null(strstr(hc_buffer_str(&json), "\"to\":\"2023-01-01T00:10:00.000Z\""));
    hc_buffer_done(&json);
    hc_session_free(session);
}

static struct hc_session *restored(const struct hc_session_saved *saved,
                                   const struct hc_session_config *config)
{
    struct hc_session *session = hc_session_new(config);
    hc_session_restore(session, saved);
    hc_session_set_ceiling(session, saved->market_ms, at(0));
    add_topic(session, "candles", 1);
    hc_session_topics_complete(session);
    return session;
}

static void test_a_restart_goes_on_where_it_was(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.start = HC_START_FIRST_CONSUMER;
    struct hc_session_saved saved = {bars[4] + 500, HC_SESSION_RUNNING, 0, hc_speed_of(60, 1)};
    struct hc_session *session = restored(&saved, &config);
    struct hc_session_topic *topic = hc_session_topic_at(session, 0);
    load(session, topic, bars, 2, bars[1], 1);
    assert_int_equal(hc_session_state(session), HC_SESSION_LOADING);
    assert_int_equal(mark(session), 2);
    assert_true(hc_session_reloading(session, topic, 0, 5));
    assert_false(hc_session_reloading(session, topic, 0, 2));
    struct hc_session_saved again;
    hc_session_save(session, &again);
    assert_int_equal(again.market_ms, saved.market_ms);
    assert_int_equal(again.state, HC_SESSION_RUNNING);
    load(session, topic, bars, BARS, HC_NEVER, 2);
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    assert_int_equal(hc_session_market_ms(session), saved.market_ms);
    assert_int_equal(mark(session), 5);
    assert_false(hc_session_reloading(session, topic, 0, 6));
    hc_session_free(session);
}

static void test_an_ended_session_is_still_ended_but_a_later_to_goes_on(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.from_ms = T0;
    config.to_ms = T0 + 5 * MINUTE;
    struct hc_session_saved saved = {bars[4], HC_SESSION_ENDED, 0, hc_speed_of(60, 1)};
    struct hc_session *session = restored(&saved, &config);
    load(session, hc_session_topic_at(session, 0), bars, BARS, HC_NEVER, 1);
    assert_int_equal(hc_session_state(session), HC_SESSION_ENDED);
    assert_int_equal(mark(session), 5);
    hc_session_free(session);
    config.to_ms = T0 + 8 * MINUTE;
    session = restored(&saved, &config);
    load(session, hc_session_topic_at(session, 0), bars, BARS, HC_NEVER, 1);
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    hc_session_free(session);
}

static void test_a_waiting_session_still_waits_after_a_restart(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.start = HC_START_FIRST_CONSUMER;
    struct hc_session_saved saved = {bars[0], HC_SESSION_WAITING, 0, hc_speed_of(1, 1)};
    struct hc_session *session = restored(&saved, &config);
    load(session, hc_session_topic_at(session, 0), bars, BARS, HC_NEVER, 1);
    assert_int_equal(hc_session_state(session), HC_SESSION_WAITING);
    hc_session_free(session);
}

static void test_the_clock_never_passes_its_ceiling(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.speed = hc_speed_of(60, 1);
    struct hc_session *session = hc_session_new(&config);
    hc_session_set_ceiling(session, HC_TIME_MIN, at(0));
    struct hc_session_topic *topic = add_topic(session, "candles", 1);
    hc_session_topics_complete(session);
    load(session, topic, bars, BARS, HC_NEVER, 0);
    hc_session_advance(session, at(10 * SECOND));
    assert_int_equal(hc_session_market_ms(session), bars[0]);
    int64_t wanted = hc_session_wanted_ceiling(session, at(10 * SECOND));
    assert_int_equal(wanted, bars[0] + MINUTE);
    hc_session_set_ceiling(session, wanted, at(11 * SECOND));
    assert_true(hc_session_wanted_ceiling(session, at(11 * SECOND)) == HC_TIME_MIN);
    assert_int_equal(hc_session_next_wake_ns(session), 11 * SECOND + SECOND / 2);
    hc_session_advance(session, at(20 * SECOND));
    assert_int_equal(hc_session_market_ms(session), bars[1]);
    struct hc_session_saved saved;
    hc_session_save(session, &saved);
    assert_int_equal(saved.market_ms, wanted);
    hc_session_set_ceiling(session, bars[4], at(20 * SECOND));
    hc_session_advance(session, at(20 * SECOND + SECOND / 2));
    hc_session_save(session, &saved);
    assert_int_equal(saved.market_ms, bars[4]);
    assert_int_equal(hc_session_pause(session, at(20 * SECOND + SECOND / 2), NULL), HC_OK);
    hc_session_save(session, &saved);
    assert_int_equal(saved.market_ms, bars[1] + 30000);
    assert_int_equal(hc_session_resume(session, at(30 * SECOND), NULL), HC_OK);
    hc_session_advance(session, at(40 * SECOND));
    assert_int_equal(hc_session_market_ms(session), bars[1] + 30000);
    hc_session_set_ceiling(session, bars[9], at(40 * SECOND));
    hc_session_stop(session, at(41 * SECOND));
    hc_session_save(session, &saved);
    assert_int_equal(saved.market_ms, bars[2] + 30000);
    assert_int_equal(saved.state, HC_SESSION_RUNNING);
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
        cmocka_unit_test(test_ids_are_stable_and_differ),
        cmocka_unit_test(test_epochs),
        cmocka_unit_test(test_fresh_start_has_a_new_epoch),
        cmocka_unit_test(test_status_tells_nothing_of_what_is_to_come),
        cmocka_unit_test(test_a_restart_goes_on_where_it_was),
        cmocka_unit_test(test_an_ended_session_is_still_ended_but_a_later_to_goes_on),
        cmocka_unit_test(test_a_waiting_session_still_waits_after_a_restart),
        cmocka_unit_test(test_the_clock_never_passes_its_ceiling),
    };
    return cmocka_run_group_tests(tests, quiet, NULL);
}
