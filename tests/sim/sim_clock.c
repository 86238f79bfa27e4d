/* A session's clock against a model that sums every stretch of wall time from the beginning, in
 * rational numbers. */
#include "fake/fake_log.h"

#include "base/assert.h"
#include "base/log.h"
#include "session/session.h"
#include "support/seed.h"

#include <cmocka.h>

__extension__ typedef __int128 wide;

#define T0   INT64_C(1672531200000)
#define YEAR (INT64_C(365) * 86400 * HC_NS_PER_S)

enum { OPERATIONS = 10000, TOPICS = 3, RECORDS = 4000, ROUNDS = 40 };

/* Market time as whole ms and a fraction of 10^-15 ms, moved by adding quotients and remainders. */
struct model {
    int64_t ms;
    int64_t rest;
    int64_t mono_ns;
    struct hc_speed speed;
    bool runs;
};

static const int64_t parts_per_ms = INT64_C(1000000000000000);

static void model_move(struct model *model, int64_t mono_ns, int64_t edge_ms)
{
    if (model->runs) {
        wide travelled = (wide)(mono_ns - model->mono_ns) * model->speed.num;
        wide per_ms = (wide)model->speed.den * 1000000;
        wide rest = travelled % per_ms * (parts_per_ms / per_ms) + model->rest;
        wide ms = model->ms + travelled / per_ms + rest / parts_per_ms;
        model->rest = ms > edge_ms ? 0 : (int64_t)(rest % parts_per_ms);
        model->ms = ms > edge_ms ? edge_ms : (int64_t)ms;
    }
    model->mono_ns = mono_ns;
}

static struct hc_now at(int64_t mono_ns)
{
    return (struct hc_now){mono_ns, 0};
}

static struct hc_speed random_speed(struct hc_random *random)
{
    static const int64_t dens[] = {1, 1, 2, 8, 10, 1000, 78125, 1000000000};
    int64_t den = dens[hc_random_below(random, HC_COUNT(dens))];
    uint64_t whole = UINT64_C(1) << hc_random_below(random, 11);
    return hc_speed_of(1 + (int64_t)hc_random_below(random, whole * (uint64_t)den), den);
}

static struct hc_session *new_session(int64_t to_ms, struct hc_speed speed)
{
    struct hc_session_config config = {
        .name = HC_SLICE("main"),
        .from_ms = T0,
        .to_ms = to_ms,
        .end = to_ms == HC_NEVER ? HC_END_CLOSE : HC_END_TO,
        .speed = speed,
        .virtual_time = true,
    };
    return hc_session_new(&config);
}

static void operate(struct hc_session *session, struct model *model, struct hc_random *random)
{
    struct hc_now now = at(model->mono_ns);
    switch (hc_random_below(random, 3)) {
    case 0:
        assert_int_equal(hc_session_pause(session, now, NULL), HC_OK);
        model->runs = false;
        break;
    case 1:
        assert_int_equal(hc_session_resume(session, now, NULL), HC_OK);
        model->runs = true;
        break;
    default:
        model->speed = random_speed(random);
        hc_session_set_speed(session, model->speed, now);
        break;
    }
}

/* The instant the session promises for a later market time is the first at which the model is
 * there. */
static void check_promise(const struct hc_session *session, const struct model *model,
                          struct hc_random *random)
{
    int64_t target = model->ms + 1 + (int64_t)hc_random_below(random, 100000000);
    int64_t instant = hc_session_instant_ns(session, target);
    if (!model->runs) {
        assert_true(instant == HC_NEVER);
        return;
    }
    struct model then = *model;
    model_move(&then, instant, HC_NEVER);
    assert_true(then.ms >= target);
    then = *model;
    model_move(&then, instant - 1, HC_NEVER);
    assert_true(then.ms < target);
}

static void test_a_year_of_commands_shows_no_drift(void **state)
{
    (void)state;
    struct hc_random random = test_random("year");
    struct hc_speed speed = hc_speed_of(1, 1);
    struct hc_session *session = new_session(INT64_C(1) << 60, speed);
    hc_session_topics_complete(session);
    hc_session_advance(session, at(0));
    struct model model = {T0, 0, 0, speed, true};
    for (int i = 0; i < OPERATIONS; i++) {
        uint64_t step = (uint64_t)(2 * YEAR / OPERATIONS);
        int64_t mono = model.mono_ns + (int64_t)hc_random_below(&random, step);
        model_move(&model, mono, HC_NEVER);
        hc_session_advance(session, at(mono));
        assert_true(hc_session_market_ms(session) == model.ms);
        operate(session, &model, &random);
        assert_true(hc_session_market_ms(session) == model.ms);
        check_promise(session, &model, &random);
    }
    assert_true(model.mono_ns > YEAR / 2);
    hc_session_free(session);
}

/* ---- loading edges ---- */

struct feed {
    int64_t visible[RECORDS];
    int64_t loaded; /* records */
    int64_t edge_ms;
    struct hc_session_topic *topic;
};

static void fill(struct feed *feed, struct hc_random *random)
{
    int64_t ms = T0;
    for (int i = 0; i < RECORDS; i++) {
        ms += (int64_t)hc_random_below(random, hc_random_below(random, 50) == 0 ? 100000 : 1000);
        feed->visible[i] = ms;
    }
    feed->loaded = 0;
    feed->edge_ms = HC_TIME_MIN;
}

/* More of the feed is loaded: some records, an edge somewhere before the first that is not. */
static void publish(struct hc_session *session, struct feed *feed, struct hc_random *random,
                    int64_t mono_ns)
{
    feed->loaded += (int64_t)hc_random_below(random, 200);
    feed->loaded = HC_MIN(feed->loaded, RECORDS);
    int64_t edge = HC_NEVER;
    if (feed->loaded < RECORDS) {
        edge = feed->visible[feed->loaded] - 1 - (int64_t)hc_random_below(random, 500);
    }
    feed->edge_ms = HC_MAX(feed->edge_ms, edge);
    bool complete = feed->edge_ms == HC_NEVER;
    struct hc_log *log = fake_log_new(feed->visible, feed->loaded);
    hc_session_update_topic(session, feed->topic, &log, feed->edge_ms, complete,
                            feed->loaded > 0 ? feed->visible[0] : HC_NEVER,
                            complete ? feed->visible[RECORDS - 1] : HC_TIME_MIN, at(mono_ns));
    hc_log_put(log);
}

static void check_marks(const struct hc_session *session, const struct feed *feeds, int64_t ms)
{
    for (int i = 0; i < TOPICS; i++) {
        int64_t end = hc_session_high_watermark(session, feeds[i].topic, 0);
        assert_true(end == 0 || feeds[i].visible[end - 1] <= ms);
        assert_true(end == RECORDS || feeds[i].visible[end] > ms);
        assert_true(end <= feeds[i].loaded);
    }
}

static int64_t smallest_edge(const struct feed *feeds)
{
    int64_t edge = HC_NEVER;
    for (int i = 0; i < TOPICS; i++) {
        edge = HC_MIN(edge, feeds[i].edge_ms);
    }
    return edge;
}

static int64_t last_instant(const struct feed *feeds)
{
    int64_t last = T0;
    for (int i = 0; i < TOPICS; i++) {
        last = HC_MAX(last, feeds[i].visible[RECORDS - 1]);
    }
    return last;
}

static void run_edges(struct hc_random *random)
{
    static struct feed feeds[TOPICS];
    struct model model = {T0, 0, 0, random_speed(random), false};
    struct hc_session *session = new_session(HC_NEVER, model.speed);
    for (int i = 0; i < TOPICS; i++) {
        char name[2] = {(char)('a' + i), 0};
        uint8_t identity[32] = {(uint8_t)i};
        fill(&feeds[i], random);
        feeds[i].topic =
            hc_session_add_topic(session, hc_slice_str(name), identity, 1, HC_SLICE("none"));
    }
    hc_session_topics_complete(session);
    int64_t end = last_instant(feeds);
    while (hc_session_state(session) != HC_SESSION_ENDED) {
        int64_t mono = model.mono_ns + (int64_t)hc_random_below(random, 20 * HC_NS_PER_S);
        int64_t limit = HC_MIN(smallest_edge(feeds), end);
        bool began = model.runs;
        model_move(&model, mono, limit);
        hc_session_advance(session, at(mono));
        if (began) {
            assert_true(hc_session_market_ms(session) == model.ms);
            check_marks(session, feeds, model.ms);
        }
        publish(session, &feeds[hc_random_below(random, TOPICS)], random, mono);
        if (!model.runs && smallest_edge(feeds) >= T0) {
            model.runs = true;
        }
        if (hc_random_below(random, 4) == 0) {
            model.speed = random_speed(random);
            hc_session_set_speed(session, model.speed, at(mono));
        }
    }
    assert_int_equal(hc_session_market_ms(session), end);
    hc_session_free(session);
}

static void test_edges_hold_and_release_exactly(void **state)
{
    (void)state;
    struct hc_random random = test_random("edges");
    for (int round = 0; round < ROUNDS; round++) {
        run_edges(&random);
    }
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
        cmocka_unit_test(test_a_year_of_commands_shows_no_drift),
        cmocka_unit_test(test_edges_hold_and_release_exactly),
    };
    return cmocka_run_group_tests(tests, quiet, NULL);
}
