/* Silence, stalls and restarts of one session on virtual time, with a seed. */
#include "fake/fake_log.h"

#include "base/assert.h"
#include "base/log.h"
#include "session/session.h"
#include "support/seed.h"

#include <cmocka.h>
#include <stdio.h>

__extension__ typedef __int128 wide;

#define T0     INT64_C(1672531200000)
#define SECOND HC_NS_PER_S

enum { RECORDS = 2000, ROUNDS = 30 };

static int64_t visible[RECORDS];
static int64_t instants[RECORDS]; /* when each becomes visible, by the model */

static struct hc_now at(int64_t mono_ns)
{
    return (struct hc_now){mono_ns, 0};
}

/* Busy stretches, and silence of minutes to weeks. */
static void make_market(struct hc_random *random)
{
    int64_t ms = T0;
    for (int i = 0; i < RECORDS; i++) {
        visible[i] = ms;
        uint64_t span = hc_random_below(random, 20) == 0 ? UINT64_C(2000000000) : 4000;
        ms += (int64_t)hc_random_below(random, span);
    }
}

static struct hc_speed random_speed(struct hc_random *random)
{
    static const int64_t dens[] = {1, 2, 10, 1000};
    int64_t den = dens[hc_random_below(random, HC_COUNT(dens))];
    return hc_speed_of(1 + (int64_t)hc_random_below(random, 400 * (uint64_t)den), den);
}

static struct hc_session_config plain(struct hc_speed speed)
{
    return (struct hc_session_config){
        .name = HC_SLICE("main"),
        .from_ms = HC_TIME_MIN,
        .to_ms = HC_NEVER,
        .speed = speed,
        .drain_timeout_ns = 30 * SECOND,
        .virtual_time = true,
    };
}

static struct hc_session_topic *add(struct hc_session *session)
{
    static const uint8_t identity[32] = {7};
    struct hc_session_topic *topic =
        hc_session_add_topic(session, HC_SLICE("trades"), identity, 1, HC_SLICE("none"));
    hc_session_topics_complete(session);
    return topic;
}

static void load(struct hc_session *session, struct hc_session_topic *topic, int64_t count,
                 int64_t mono_ns)
{
    struct hc_log *log = fake_log_new(visible, count);
    bool complete = count == RECORDS;
    hc_session_update_topic(session, topic, &log, complete ? HC_NEVER : visible[count] - 1,
                            complete, visible[0], complete ? visible[RECORDS - 1] : HC_TIME_MIN,
                            at(mono_ns));
    hc_log_put(log);
}

static int64_t mark(const struct hc_session *session)
{
    return hc_session_high_watermark(session, hc_session_topic_at(session, 0), 0);
}

/* The model: each record in turn, from where the clock was last put. Returns what is skipped in
 * all. */
static int64_t model_silence(struct hc_speed speed, int64_t idle_max_ns)
{
    int64_t anchor_ms = visible[0];
    int64_t anchor_ns = 0;
    int64_t heard_ns = 0;
    int64_t skipped = 0;
    instants[0] = 0;
    for (int i = 1; i < RECORDS; i++) {
        wide distance = (wide)(visible[i] - anchor_ms) * 1000000 * speed.den;
        int64_t instant = anchor_ns + (int64_t)((distance + speed.num - 1) / speed.num);
        if (instant - heard_ns > idle_max_ns) {
            wide elapsed = (wide)(heard_ns + idle_max_ns - anchor_ns) * speed.num;
            int64_t reached = anchor_ms + (int64_t)(elapsed / ((wide)speed.den * 1000000));
            skipped += visible[i] - reached;
            instant = heard_ns + idle_max_ns;
            anchor_ms = visible[i];
            anchor_ns = instant;
        }
        heard_ns = instant;
        instants[i] = instant;
    }
    return skipped;
}

static void expect_skipped(const struct hc_session *session, int64_t skipped)
{
    struct hc_buffer json = {0};
    char text[64];
    (void)snprintf(text, sizeof text, "\"skipped_ms\":%lld,", (long long)skipped);
    hc_session_status_json(session, HC_SLICE("x"), &json);
    assert_non_null(strstr(hc_buffer_str(&json), text));
    hc_buffer_done(&json);
}

static void test_silence_is_the_same_at_every_cadence(void **state)
{
    (void)state;
    struct hc_random random = test_random("silence");
    for (int round = 0; round < ROUNDS; round++) {
        make_market(&random);
        struct hc_session_config config = plain(random_speed(&random));
        config.idle_max_ns = SECOND / 10 + (int64_t)hc_random_below(&random, 8 * SECOND);
        int64_t skipped = model_silence(config.speed, config.idle_max_ns);
        struct hc_session *session = hc_session_new(&config);
        load(session, add(session), RECORDS, 0);
        uint64_t cadence = UINT64_C(1) << (20 + hc_random_below(&random, 18));
        int64_t mono = 0;
        while (hc_session_state(session) != HC_SESSION_ENDED) {
            mono += 1 + (int64_t)hc_random_below(&random, cadence);
            hc_session_advance(session, at(mono));
            int64_t end = mark(session);
            assert_true(end > 0 && instants[end - 1] <= mono);
            assert_true(end == RECORDS || instants[end] > mono);
        }
        expect_skipped(session, skipped);
        hc_session_free(session);
    }
}

static void test_slow_loading_changes_nothing_of_what_is_skipped(void **state)
{
    (void)state;
    struct hc_random random = test_random("slow loading");
    for (int round = 0; round < ROUNDS; round++) {
        make_market(&random);
        struct hc_session_config config = plain(random_speed(&random));
        config.idle_max_ns = SECOND / 10 + (int64_t)hc_random_below(&random, 3 * SECOND);
        int64_t skipped = model_silence(config.speed, config.idle_max_ns);
        struct hc_session *session = hc_session_new(&config);
        struct hc_session_topic *topic = add(session);
        int64_t mono = 0;
        int64_t count = 0;
        while (hc_session_state(session) != HC_SESSION_ENDED) {
            if (count < RECORDS) {
                count += 1 + (int64_t)hc_random_below(&random, 50);
                count = HC_MIN(count, RECORDS);
                load(session, topic, count, mono);
            }
            mono += (int64_t)hc_random_below(&random, 5 * SECOND);
            hc_session_advance(session, at(mono));
            assert_true(mark(session) <= count);
            assert_true(mark(session) == 0 || instants[mark(session) - 1] <= mono);
        }
        assert_int_equal(mark(session), RECORDS);
        expect_skipped(session, skipped);
        hc_session_free(session);
    }
}

/* However long the process stands still, market time moves by at most a probe and what counts as
 * late. */
static void test_stalls_make_no_bursts(void **state)
{
    (void)state;
    struct hc_random random = test_random("stalls");
    for (int round = 0; round < ROUNDS; round++) {
        make_market(&random);
        struct hc_session_config config = plain(random_speed(&random));
        config.virtual_time = false;
        struct hc_session *session = hc_session_new(&config);
        load(session, add(session), RECORDS, 0);
        hc_session_advance(session, at(0));
        int64_t mono = 0;
        for (int i = 0; i < 2000 && hc_session_state(session) != HC_SESSION_ENDED; i++) {
            int64_t before = hc_session_market_ms(session);
            int64_t wake = hc_session_next_wake_ns(session);
            assert_true(wake > mono && wake - mono <= SECOND / 2);
            mono = wake;
            if (hc_random_below(&random, 50) == 0) {
                mono += (int64_t)hc_random_below(&random, 3600 * SECOND);
            }
            hc_session_advance(session, at(mono));
            wide moved = hc_session_market_ms(session) - before;
            assert_true(moved >= 0);
            assert_true((moved - 1) * config.speed.den <= (wide)1500 * config.speed.num);
        }
        hc_session_free(session);
    }
}

/* ---- restarts ---- */

struct disk {
    struct hc_session_saved stored;
    struct hc_session_saved writing; /* becomes stored at done_ns */
    int64_t done_ns;                 /* HC_NEVER: nothing is being written */
};

static struct hc_session *start(const struct hc_session_config *config, const struct disk *disk,
                                int64_t mono_ns)
{
    struct hc_session *session = hc_session_new(config);
    hc_session_advance(session, at(mono_ns));
    if (disk->stored.market_ms != HC_TIME_MIN) {
        hc_session_restore(session, &disk->stored);
    }
    hc_session_set_ceiling(session, disk->stored.market_ms, at(mono_ns));
    add(session);
    return session;
}

static void store(struct hc_session *session, struct disk *disk, struct hc_random *random,
                  int64_t mono_ns)
{
    if (disk->done_ns <= mono_ns) {
        disk->stored = disk->writing;
        disk->done_ns = HC_NEVER;
        hc_session_set_ceiling(session, disk->stored.market_ms, at(mono_ns));
    }
    int64_t wanted = hc_session_wanted_ceiling(session, at(mono_ns));
    if (disk->done_ns == HC_NEVER && wanted != HC_TIME_MIN) {
        struct hc_speed speed = hc_session_speed(session);
        wide ahead = wanted - hc_session_market_ms(session);
        bool jumps = hc_session_config(session)->idle_max_ns > 0;
        assert_true(jumps || (ahead - 1) * speed.den <= (wide)1000 * speed.num);
        hc_session_save(session, &disk->writing);
        disk->writing.market_ms = wanted;
        uint64_t slowest = hc_random_below(random, 8) == 0 ? 3 * SECOND : SECOND / 4;
        disk->done_ns = mono_ns + (int64_t)hc_random_below(random, slowest);
    }
}

/* Runs until a crash or the end. Returns the instant; *delivered is the highest end ever shown. */
static int64_t run_until_crash(struct hc_session *session, struct disk *disk,
                               struct hc_random *random, int64_t mono, int64_t *delivered)
{
    int64_t crash = mono + (int64_t)hc_random_below(random, 40 * SECOND);
    struct hc_session_topic *topic = hc_session_topic_at(session, 0);
    int64_t count = 0;
    while (mono < crash && hc_session_state(session) != HC_SESSION_ENDED) {
        if (count < RECORDS) {
            count += 1 + (int64_t)hc_random_below(random, 300);
            count = HC_MIN(count, RECORDS);
            load(session, topic, count, mono);
        }
        hc_session_advance(session, at(mono));
        store(session, disk, random, mono);
        int64_t end = mark(session);
        if (end < *delivered && hc_session_reloading(session, topic, 0, *delivered)) {
            assert_true(count < RECORDS);
        } else {
            assert_true(end >= *delivered);
            *delivered = end;
        }
        int64_t wake = HC_MIN(hc_session_next_wake_ns(session), disk->done_ns);
        int64_t step = (int64_t)hc_random_below(random, SECOND / 5);
        mono = HC_MAX(mono, HC_MIN(wake, mono + step));
        mono += wake > mono + step ? 1 : 0;
    }
    return mono;
}

static void test_nothing_delivered_is_above_the_end_after_a_crash(void **state)
{
    (void)state;
    struct hc_random random = test_random("crashes");
    int64_t total = 0;
    for (int round = 0; round < ROUNDS; round++) {
        make_market(&random);
        struct hc_session_config config = plain(random_speed(&random));
        config.idle_max_ns = hc_random_below(&random, 2) == 0 ? 0 : 2 * SECOND;
        config.virtual_time = false;
        struct disk disk = {.stored = {.market_ms = HC_TIME_MIN}, .done_ns = HC_NEVER};
        int64_t mono = 0;
        int64_t delivered = 0;
        for (int crash = 0; crash < 30; crash++) {
            struct hc_session *session = start(&config, &disk, mono);
            mono = run_until_crash(session, &disk, &random, mono, &delivered);
            hc_session_free(session);
            disk.done_ns = HC_NEVER;
            mono += SECOND;
        }
        total += delivered;
    }
    assert_true(total > 100 * ROUNDS);
    assert_int_equal(fake_log_count(), 0);
}

static void silent(void *context, enum hc_log_level level, struct hc_slice line)
{
    (void)context;
    (void)level;
    (void)line;
}

static int quiet(void **state)
{
    (void)state;
    hc_log_set_sink(silent, NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_silence_is_the_same_at_every_cadence),
        cmocka_unit_test(test_slow_loading_changes_nothing_of_what_is_skipped),
        cmocka_unit_test(test_stalls_make_no_bursts),
        cmocka_unit_test(test_nothing_delivered_is_above_the_end_after_a_crash),
    };
    return cmocka_run_group_tests(tests, quiet, NULL);
}
