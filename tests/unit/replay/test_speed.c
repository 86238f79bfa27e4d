#include "replay/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect_speed(const char *text, int64_t num, int64_t den, const char *spelling)
{
    struct hc_speed speed;
    char out[HC_SPEED_BYTES];
    assert_true(hc_speed_parse(hc_slice_str(text), &speed));
    assert_false(speed.max);
    assert_int_equal(speed.num, num);
    assert_int_equal(speed.den, den);
    assert_string_equal(hc_speed_text(&speed, out), spelling);
}

static void test_spellings(void **state)
{
    (void)state;
    expect_speed("1", 1, 1, "1");
    expect_speed("60", 60, 1, "60");
    expect_speed("0.5", 1, 2, "0.5");
    expect_speed("1.10", 11, 10, "1.1");
    expect_speed("0.000000001", 1, 1000000000, "0.000000001");
    expect_speed("999999999.999999999", 999999999999999999, 1000000000, "999999999.999999999");
    expect_speed("100", 100, 1, "100");
    expect_speed("0007.250", 29, 4, "7.25");
    struct hc_speed max;
    char out[HC_SPEED_BYTES];
    assert_true(hc_speed_parse(HC_SLICE("max"), &max));
    assert_true(max.max);
    assert_string_equal(hc_speed_text(&max, out), "max");
}

static void test_what_is_not_a_speed(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "0",
                                        "0.0",
                                        "0.000000000",
                                        "-1",
                                        "+1",
                                        "1e3",
                                        "1.",
                                        ".5",
                                        "1.2.3",
                                        "Max",
                                        "1x",
                                        " 1",
                                        "1 ",
                                        "0.0000000001",
                                        "1000000000",
                                        "1,000",
                                        "inf",
                                        "1234567890123456789012"};
    for (size_t i = 0; i < HC_COUNT(wrong); i++) {
        struct hc_speed speed = {.num = 42};
        assert_false(hc_speed_parse(hc_slice_str(wrong[i]), &speed));
        assert_int_equal(speed.num, 42);
    }
}

static void test_equality(void **state)
{
    (void)state;
    assert_true(hc_speed_equal(hc_speed_of(2, 4), hc_speed_of(1, 2)));
    assert_false(hc_speed_equal(hc_speed_of(1, 1), hc_speed_max()));
    assert_true(hc_speed_equal(hc_speed_max(), hc_speed_max()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_what_is_not_a_speed),
        cmocka_unit_test(test_equality),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
