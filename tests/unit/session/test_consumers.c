/* What consumers do to a session: start conditions, waiting, drained. */
#include "fake/fake_log.h"

#include "fixture.h"

struct seen {
    int changes;
    int64_t timed_out;
    int drained;
    bool in_time;
};

static void on_change(void *context, struct hc_session *session)
{
    (void)session;
    ((struct seen *)context)->changes++;
}

static void on_timeout(void *context, struct hc_session *session, int64_t count)
{
    (void)session;
    ((struct seen *)context)->timed_out = count;
}

static void on_drained(void *context, struct hc_session *session, bool in_time)
{
    (void)session;
    struct seen *seen = context;
    seen->drained++;
    seen->in_time = in_time;
}

static void watch(struct hc_session *session, struct seen *seen)
{
    *seen = (struct seen){.timed_out = -1};
    hc_session_set_events(session,
                          (struct hc_session_events){seen, on_change, on_timeout, on_drained});
}

static void fetch(struct hc_session *session, int32_t partition, int64_t offset,
                  uint64_t connection_id, int64_t mono_ns)
{
    hc_session_advance(session, at(mono_ns));
    hc_session_note_fetch(session, hc_session_topic_at(session, 0), partition, offset,
                          connection_id, at(mono_ns));
}

static struct hc_session *waiting_session(struct hc_session_config *config, int32_t partitions)
{
    struct hc_session *session = hc_session_new(config);
    struct hc_session_topic *topic = add_topic(session, "candles", partitions);
    hc_session_topics_complete(session);
    load(session, topic, bars, BARS, HC_NEVER, 0);
    hc_session_advance(session, at(0));
    return session;
}

static void test_first_consumer_starts_when_all_partitions_are_fetched(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.start = HC_START_FIRST_CONSUMER;
    struct hc_session *session = waiting_session(&config, 3);
    struct seen seen;
    watch(session, &seen);
    hc_session_advance(session, at(100 * SECOND));
    assert_int_equal(hc_session_state(session), HC_SESSION_WAITING);
    fetch(session, 0, 0, 1, 101 * SECOND);
    fetch(session, 1, 0, 1, 101 * SECOND + 1);
    assert_int_equal(hc_session_state(session), HC_SESSION_WAITING);
    fetch(session, 2, 0, 2, 101 * SECOND + 2);
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    assert_int_equal(seen.changes, 1);
    hc_session_advance(session, at(161 * SECOND + 2));
    assert_int_equal(mark(session), 2);
    hc_session_free(session);
}

static void test_first_consumer_starts_after_a_quiet_second(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.start = HC_START_FIRST_CONSUMER;
    struct hc_session *session = waiting_session(&config, 3);
    fetch(session, 0, 0, 1, 10 * SECOND);
    fetch(session, 1, 0, 1, 10 * SECOND + SECOND / 2);
    fetch(session, 1, 0, 1, 10 * SECOND + SECOND);
    assert_int_equal(hc_session_next_wake_ns(session), 11 * SECOND + SECOND / 2);
    hc_session_advance(session, at(11 * SECOND + SECOND / 2));
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    hc_session_free(session);
}

static void test_members_of_a_group(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.start = HC_START_MEMBERS;
    config.start_members = 2;
    config.start_group = HC_SLICE("bots");
    struct hc_session *session = waiting_session(&config, 1);
    hc_session_note_members(session, HC_SLICE("others"), 5, at(1));
    fetch(session, 0, 0, 1, 2);
    hc_session_advance(session, at(10 * SECOND));
    assert_int_equal(hc_session_state(session), HC_SESSION_WAITING);
    hc_session_note_members(session, HC_SLICE("bots"), 1, at(10 * SECOND));
    hc_session_note_members(session, HC_SLICE("bots"), 0, at(11 * SECOND));
    assert_int_equal(hc_session_state(session), HC_SESSION_WAITING);
    hc_session_note_members(session, HC_SLICE("bots"), 2, at(12 * SECOND));
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    hc_session_free(session);
}

static void test_start_timeout_tells_how_many_came(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.start = HC_START_MEMBERS;
    config.start_members = 3;
    config.start_timeout_ns = 20 * SECOND;
    struct hc_session *session = waiting_session(&config, 1);
    struct seen seen;
    watch(session, &seen);
    hc_session_note_members(session, HC_SLICE("a"), 1, at(SECOND));
    hc_session_note_members(session, HC_SLICE("b"), 1, at(SECOND));
    assert_int_equal(hc_session_next_wake_ns(session), 20 * SECOND);
    hc_session_advance(session, at(20 * SECOND - 1));
    assert_int_equal(seen.timed_out, -1);
    hc_session_advance(session, at(20 * SECOND));
    assert_int_equal(seen.timed_out, 2);
    seen.timed_out = -1;
    hc_session_advance(session, at(90 * SECOND));
    assert_int_equal(seen.timed_out, -1);
    hc_session_free(session);
}

static void test_a_paused_start_and_a_resumed_wait(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    config.start = HC_START_PAUSED;
    struct hc_session *session = waiting_session(&config, 1);
    assert_int_equal(hc_session_state(session), HC_SESSION_PAUSED);
    assert_int_equal(mark(session), 1);
    hc_session_free(session);
    config.start = HC_START_FIRST_CONSUMER;
    session = waiting_session(&config, 1);
    assert_int_equal(hc_session_resume(session, at(1), NULL), HC_OK);
    assert_int_equal(hc_session_state(session), HC_SESSION_RUNNING);
    hc_session_free(session);
}

static void test_waiters_wake_at_their_instant(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    struct hc_session *session = waiting_session(&config, 1);
    const struct hc_session_topic *topic = hc_session_topic_at(session, 0);
    struct hc_market_waiter first = {0};
    struct hc_market_waiter second = {0};
    struct hc_market_waiter never = {0};
    int64_t due = hc_session_instant_of_bytes(session, topic, 0, 1, 2 * FAKE_RECORD_BYTES);
    assert_int_equal(due, bars[2]);
    assert_true(hc_session_instant_of_bytes(session, topic, 0, 1, 1 << 20) == HC_NEVER);
    assert_true(hc_session_instant_of_bytes(session, topic, 0, BARS, 1) == HC_NEVER);
    hc_session_wait(session, &second, due);
    hc_session_wait(session, &first, bars[1]);
    hc_session_wait(session, &never, HC_NEVER);
    assert_int_equal(hc_session_next_wake_ns(session), 60 * SECOND);
    assert_null(hc_session_pop_due(session));
    hc_session_set_speed(session, hc_speed_of(60, 1), at(30 * SECOND));
    assert_int_equal(hc_session_next_wake_ns(session), 30 * SECOND + SECOND / 2);
    hc_session_advance(session, at(30 * SECOND + SECOND / 2));
    assert_ptr_equal(hc_session_pop_due(session), &first);
    assert_null(hc_session_pop_due(session));
    hc_session_unwait(session, &second);
    hc_session_unwait(session, &second);
    assert_int_equal(hc_session_instant_ns(session, bars[3]), 32 * SECOND + SECOND / 2);
    hc_session_unwait(session, &never);
    hc_session_free(session);
}

static void test_a_change_of_state_wakes_everybody_once(void **state)
{
    (void)state;
    struct hc_session_config config = plain_config();
    struct hc_session *session = waiting_session(&config, 1);
    struct hc_market_waiter a = {0};
    struct hc_market_waiter b = {0};
    hc_session_wait(session, &a, bars[5]);
    hc_session_wait(session, &b, HC_NEVER);
    assert_int_equal(hc_session_pause(session, at(SECOND), NULL), HC_OK);
    assert_int_equal(hc_session_next_wake_ns(session), SECOND);
    assert_ptr_equal(hc_session_pop_due(session), &a);
    hc_session_wait(session, &a, bars[5]);
    hc_session_unwait(session, &b);
    assert_null(hc_session_pop_due(session));
    load(session, hc_session_topic_at(session, 0), bars, BARS, HC_NEVER, 2 * SECOND);
    assert_ptr_equal(hc_session_pop_due(session), &a);
    assert_null(hc_session_pop_due(session));
    hc_session_free(session);
}

static struct hc_session *ended_session(struct seen *seen)
{
    struct hc_session_config config = plain_config();
    config.speed = hc_speed_max();
    struct hc_session *session = waiting_session(&config, 2);
    watch(session, seen);
    assert_int_equal(hc_session_state(session), HC_SESSION_ENDED);
    return session;
}

static void test_drained_when_all_asked_at_the_end(void **state)
{
    (void)state;
    struct seen seen;
    struct hc_session *session = ended_session(&seen);
    fetch(session, 0, 0, 1, SECOND);
    fetch(session, 0, 7, 2, SECOND);
    fetch(session, 0, BARS, 1, 2 * SECOND);
    struct hc_buffer behind = {0};
    hc_session_describe_behind(session, &behind);
    assert_string_equal(hc_buffer_str(&behind), "candles-0: connection 2 at 7 of 10");
    hc_buffer_done(&behind);
    hc_session_advance(session, at(9 * SECOND));
    assert_false(hc_session_drained(session, at(9 * SECOND)));
    hc_session_note_disconnect(session, 2);
    hc_session_note_commit(session, at(9 * SECOND + SECOND / 2));
    assert_int_equal(hc_session_next_wake_ns(session), 10 * SECOND + SECOND / 2);
    hc_session_advance(session, at(10 * SECOND));
    assert_int_equal(seen.drained, 0);
    hc_session_advance(session, at(10 * SECOND + SECOND / 2));
    assert_int_equal(seen.drained, 1);
    assert_true(seen.in_time);
    hc_session_advance(session, at(100 * SECOND));
    assert_int_equal(seen.drained, 1);
    hc_session_free(session);
}

static void test_a_reader_that_left_early_keeps_it_undrained(void **state)
{
    (void)state;
    struct seen seen;
    struct hc_session *session = ended_session(&seen);
    fetch(session, 0, BARS, 1, SECOND);
    fetch(session, 0, 3, 2, SECOND);
    fetch(session, 1, 0, 1, SECOND);
    hc_session_note_forgotten(session, hc_session_topic_at(session, 0), 0, 2);
    assert_true(hc_session_drained(session, at(2 * SECOND)));
    fetch(session, 0, 3, 3, 2 * SECOND);
    assert_false(hc_session_drained(session, at(5 * SECOND)));
    hc_session_note_disconnect(session, 3);
    hc_session_note_disconnect(session, 99);
    assert_true(hc_session_drained(session, at(6 * SECOND)));
    hc_session_free(session);
}

static void test_nobody_fetched_gives_up_after_the_timeout(void **state)
{
    (void)state;
    struct seen seen;
    struct hc_session *session = ended_session(&seen);
    assert_int_equal(hc_session_next_wake_ns(session), 30 * SECOND);
    hc_session_advance(session, at(30 * SECOND));
    assert_int_equal(seen.drained, 1);
    assert_false(seen.in_time);
    assert_false(hc_session_drained(session, at(300 * SECOND)));
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
        cmocka_unit_test(test_first_consumer_starts_when_all_partitions_are_fetched),
        cmocka_unit_test(test_first_consumer_starts_after_a_quiet_second),
        cmocka_unit_test(test_members_of_a_group),
        cmocka_unit_test(test_start_timeout_tells_how_many_came),
        cmocka_unit_test(test_a_paused_start_and_a_resumed_wait),
        cmocka_unit_test(test_waiters_wake_at_their_instant),
        cmocka_unit_test(test_a_change_of_state_wakes_everybody_once),
        cmocka_unit_test(test_drained_when_all_asked_at_the_end),
        cmocka_unit_test(test_a_reader_that_left_early_keeps_it_undrained),
        cmocka_unit_test(test_nobody_fetched_gives_up_after_the_timeout),
    };
    return cmocka_run_group_tests(tests, quiet, NULL);
}
