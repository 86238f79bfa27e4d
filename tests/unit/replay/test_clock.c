/* The clock's map and its inverse against plain rational arithmetic. */
#include "base/random.h"
#include "replay/clock.h"
#include "support/seed.h"

#include <cmocka.h>
#include <stdio.h>

__extension__ typedef __int128 wide;

static struct hc_speed random_speed(struct hc_random *random)
{
    static const int64_t dens[] = {1, 2, 5, 10, 1000, 512, 1953125, 1000000, 1000000000};
    int64_t den = dens[hc_random_below(random, HC_COUNT(dens))];
    int64_t top = (int64_t)1 << hc_random_below(random, 30);
    int64_t num = 1 + (int64_t)hc_random_below(random, (uint64_t)top);
    if (hc_random_below(random, 8) == 0) {
        num = num > INT64_C(999999999) ? INT64_C(999999999) : num;
        num *= den;
    }
    return hc_speed_of(num, den);
}

static struct hc_market_clock random_clock(struct hc_random *random)
{
    struct hc_market_clock clock;
    int64_t span = INT64_C(1) << (1 + hc_random_below(random, 48));
    int64_t market = (int64_t)hc_random_below(random, (uint64_t)span) - span / 2;
    hc_market_clock_init(&clock, market, random_speed(random));
    clock.anchor_mono_ns = (int64_t)hc_random_below(random, INT64_C(1) << 60);
    clock.anchor_attos = (int64_t)hc_random_below(random, (uint64_t)HC_ATTOS_PER_MS);
    clock.running = true;
    return clock;
}

/* floor((anchor + fraction) + elapsed * num / (den * 10^6)), all over 10^15 * den. */
static wide model_ms(const struct hc_market_clock *clock, int64_t mono_ns)
{
    wide den = clock->speed.den;
    wide elapsed = (wide)mono_ns - clock->anchor_mono_ns;
    wide parts = (wide)clock->anchor_attos * den + elapsed * clock->speed.num * 1000000000;
    return clock->anchor_market_ms + parts / (den * HC_ATTOS_PER_MS);
}

static void test_map_is_the_rational_map(void **state)
{
    (void)state;
    struct hc_random random = test_random("clock map");
    for (int i = 0; i < 1000000; i++) {
        struct hc_market_clock clock = random_clock(&random);
        int64_t elapsed = (int64_t)hc_random_below(&random, UINT64_C(1) << 34);
        int64_t mono = clock.anchor_mono_ns + elapsed;
        assert_true(hc_market_clock_at(&clock, mono, HC_NEVER) == model_ms(&clock, mono));
    }
}

static void test_inverse_is_minimal(void **state)
{
    (void)state;
    struct hc_random random = test_random("clock inverse");
    for (int i = 0; i < 1000000; i++) {
        struct hc_market_clock clock = random_clock(&random);
        int64_t ahead = 1 + (int64_t)hc_random_below(
                                &random, UINT64_C(1) << (1 + hc_random_below(&random, 30)));
        int64_t target = clock.anchor_market_ms + ahead;
        int64_t mono = hc_market_clock_when(&clock, target, HC_NEVER);
        if (mono == HC_NEVER) {
            assert_true(hc_market_clock_at(&clock, HC_NEVER - 1, HC_NEVER) < target);
            continue;
        }
        assert_true(mono > clock.anchor_mono_ns);
        assert_true(hc_market_clock_at(&clock, mono, HC_NEVER) >= target);
        assert_true(hc_market_clock_at(&clock, mono - 1, HC_NEVER) < target);
    }
}

static void test_never_back_and_never_past_the_edge(void **state)
{
    (void)state;
    struct hc_random random = test_random("clock edge");
    for (int i = 0; i < 20000; i++) {
        struct hc_market_clock clock = random_clock(&random);
        int64_t edge = clock.anchor_market_ms + (int64_t)hc_random_below(&random, 100000);
        int64_t mono = clock.anchor_mono_ns;
        int64_t before = clock.anchor_market_ms;
        for (int step = 0; step < 20; step++) {
            mono += (int64_t)hc_random_below(&random, UINT64_C(1) << 36);
            int64_t market = hc_market_clock_at(&clock, mono, edge);
            assert_true(market >= before && market <= edge);
            before = market;
        }
        assert_true(hc_market_clock_when(&clock, edge + 1, edge) == HC_NEVER);
    }
}

static void test_reanchoring_changes_nothing(void **state)
{
    (void)state;
    struct hc_random random = test_random("clock anchors");
    for (int i = 0; i < 10000; i++) {
        struct hc_market_clock clock = random_clock(&random);
        struct hc_market_clock other = clock;
        int64_t mono = clock.anchor_mono_ns;
        for (int step = 0; step < 10; step++) {
            mono += (int64_t)hc_random_below(&random, UINT64_C(1) << 32);
            hc_market_clock_set_speed(&other, clock.speed, mono, HC_NEVER);
            hc_market_clock_hold(&other, mono, HC_NEVER);
            hc_market_clock_run(&other, mono);
        }
        mono += (int64_t)hc_random_below(&random, UINT64_C(1) << 32);
        assert_true(hc_market_clock_at(&clock, mono, HC_NEVER) ==
                    hc_market_clock_at(&other, mono, HC_NEVER));
    }
}

static void test_a_held_clock_stands(void **state)
{
    (void)state;
    struct hc_market_clock clock;
    hc_market_clock_init(&clock, -5000, hc_speed_of(1, 1));
    assert_int_equal(hc_market_clock_at(&clock, HC_NS_PER_S, HC_NEVER), -5000);
    assert_true(hc_market_clock_when(&clock, -4999, HC_NEVER) == HC_NEVER);
    hc_market_clock_run(&clock, HC_NS_PER_S);
    assert_int_equal(hc_market_clock_at(&clock, 0, HC_NEVER), -5000);
    assert_int_equal(hc_market_clock_at(&clock, HC_NS_PER_S + 1, HC_NEVER), -5000);
    assert_int_equal(hc_market_clock_at(&clock, HC_NS_PER_S + HC_NS_PER_MS, HC_NEVER), -4999);
    assert_int_equal(hc_market_clock_when(&clock, -4999, HC_NEVER), HC_NS_PER_S + HC_NS_PER_MS);
    hc_market_clock_hold(&clock, 2 * HC_NS_PER_S + HC_NS_PER_MS / 2, HC_NEVER);
    assert_int_equal(hc_market_clock_at(&clock, 9 * HC_NS_PER_S, HC_NEVER), -4000);
    hc_market_clock_run(&clock, 10 * HC_NS_PER_S);
    assert_int_equal(hc_market_clock_when(&clock, -3999, HC_NEVER),
                     10 * HC_NS_PER_S + HC_NS_PER_MS / 2);
}

static void test_extremes_saturate(void **state)
{
    (void)state;
    struct hc_market_clock clock;
    hc_market_clock_init(&clock, INT64_MAX - 10, hc_speed_of(999999999, 1));
    clock.anchor_mono_ns = INT64_MIN;
    clock.running = true;
    assert_true(hc_market_clock_at(&clock, INT64_MAX, HC_NEVER) == INT64_MAX);
    hc_market_clock_init(&clock, INT64_MIN, hc_speed_of(1, 1000000000));
    clock.running = true;
    assert_true(hc_market_clock_at(&clock, INT64_MAX, HC_NEVER) == INT64_MIN + 9223);
    assert_true(hc_market_clock_when(&clock, INT64_MAX, HC_NEVER) == HC_NEVER);
    hc_market_clock_init(&clock, 0, hc_speed_of(1, 1000000000));
    clock.running = true;
    assert_true(hc_market_clock_when(&clock, 1, HC_NEVER) == INT64_C(1000000000000000));
}

static void test_speed_max_stands_at_the_edge(void **state)
{
    (void)state;
    struct hc_market_clock clock;
    hc_market_clock_init(&clock, 7, hc_speed_max());
    assert_int_equal(hc_market_clock_at(&clock, 5, 100), 7);
    hc_market_clock_run(&clock, 5);
    assert_int_equal(hc_market_clock_at(&clock, 5, 100), 100);
    assert_int_equal(hc_market_clock_when(&clock, 100, 100), 5);
    assert_true(hc_market_clock_when(&clock, 101, 100) == HC_NEVER);
    assert_true(hc_market_clock_at(&clock, 5, HC_NEVER) == HC_NEVER);
    hc_market_clock_set_speed(&clock, hc_speed_of(1, 1), 6, 100);
    assert_int_equal(hc_market_clock_at(&clock, 6 + HC_NS_PER_MS, 200), 101);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map_is_the_rational_map),
        cmocka_unit_test(test_inverse_is_minimal),
        cmocka_unit_test(test_never_back_and_never_past_the_edge),
        cmocka_unit_test(test_reanchoring_changes_nothing),
        cmocka_unit_test(test_a_held_clock_stands),
        cmocka_unit_test(test_extremes_saturate),
        cmocka_unit_test(test_speed_max_stands_at_the_edge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
