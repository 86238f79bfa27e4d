/* "Did you mean": distances and the sentence made of the nearest names. */
#include "base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void distances(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t distance;
    } cases[] = {
        {"", "", 0},          {"", "abc", 3},      {"open", "OPEN", 0},      {"open", "opne", 1},
        {"close", "clse", 1}, {"high", "nigh", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 1},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_slice a = hc_slice_str(cases[i].a), b = hc_slice_str(cases[i].b);
        assert_int_equal(hc_edit_distance(a, b), cases[i].distance);
        assert_int_equal(hc_edit_distance(b, a), cases[i].distance);
    }
}

static void nearest_names_first(void **state)
{
    (void)state;
    static const struct hc_slice names[] = {{"volume", 6}, {"close", 5}, {"open", 4}, {"low", 3}};
    char out[64];
    assert_int_equal(hc_nearest(HC_SLICE("opn"), names, 4), 2);
    assert_int_equal(hc_nearest(HC_SLICE("x"), names, 0), 0);
    assert_string_equal(hc_nearest_text(HC_SLICE("clos"), names, 4, out, sizeof out),
                        "close, low or open");
    assert_string_equal(hc_nearest_text(HC_SLICE("x"), names, 1, out, sizeof out), "volume");
    assert_string_equal(hc_nearest_text(HC_SLICE("lo"), &names[2], 2, out, sizeof out),
                        "low or open");
    assert_string_equal(hc_nearest_text(HC_SLICE("x"), names, 0, out, sizeof out), "none");
    assert_string_equal(hc_nearest_text(HC_SLICE("clos"), names, 4, out, 9), "close, l");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances),
        cmocka_unit_test(nearest_names_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
