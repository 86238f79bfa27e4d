#include "support.h"

#include "source/number.h"

static void kinds_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum hc_number_kind kind;
        const char *normal;
    } cases[] = {
        {"0", HC_NUMBER_JSON, NULL},
        {"-0", HC_NUMBER_JSON, NULL},
        {"12.50", HC_NUMBER_JSON, NULL},
        {"4e-7", HC_NUMBER_JSON, NULL},
        {"1E+5", HC_NUMBER_JSON, NULL},
        {"1e309", HC_NUMBER_JSON, NULL},
        {"-1.5e+0", HC_NUMBER_JSON, NULL},
        {"+1", HC_NUMBER_OTHER, "1"},
        {".5", HC_NUMBER_OTHER, "0.5"},
        {"5.", HC_NUMBER_OTHER, "5"},
        {"007", HC_NUMBER_OTHER, "7"},
        {"-.5", HC_NUMBER_OTHER, "-0.5"},
        {"+00.10", HC_NUMBER_OTHER, "0.10"},
        {"00", HC_NUMBER_OTHER, "0"},
        {"-007.e5", HC_NUMBER_OTHER, "-7e5"},
        {"NaN", HC_NUMBER_NONFINITE, NULL},
        {"nan", HC_NUMBER_NONFINITE, NULL},
        {"-inf", HC_NUMBER_NONFINITE, NULL},
        {"Infinity", HC_NUMBER_NONFINITE, NULL},
        {"", HC_NUMBER_NONE, NULL},
        {".", HC_NUMBER_NONE, NULL},
        {"-", HC_NUMBER_NONE, NULL},
        {"+.e1", HC_NUMBER_NONE, NULL},
        {"1,5", HC_NUMBER_NONE, NULL},
        {"1_000", HC_NUMBER_NONE, NULL},
        {"0x1p3", HC_NUMBER_NONE, NULL},
        {" 1", HC_NUMBER_NONE, NULL},
        {"1 ", HC_NUMBER_NONE, NULL},
        {"1e", HC_NUMBER_NONE, NULL},
        {"1e+", HC_NUMBER_NONE, NULL},
        {"1.2.3", HC_NUMBER_NONE, NULL},
        {"--1", HC_NUMBER_NONE, NULL},
        {"e5", HC_NUMBER_NONE, NULL},
        {"nano", HC_NUMBER_NONE, NULL},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_slice text = hc_slice_str(cases[i].text);
        if (hc_number_classify(text) != cases[i].kind) {
            fail_msg("`%s` is of kind %d", cases[i].text, hc_number_classify(text));
        }
        if (cases[i].normal != NULL) {
            char out[64];
            struct hc_slice normal = hc_slice_of(out, hc_number_normalise(text, out));
            assert_true(hc_slice_equal_str(normal, cases[i].normal));
            assert_int_equal(hc_number_classify(normal), HC_NUMBER_JSON);
            assert_true(normal.size <= text.size + 1);
        }
    }
}

static void four_hundred_digits_stay(void **state)
{
    (void)state;
    char text[402];
    memset(text, '7', sizeof(text));
    text[200] = '.';
    assert_int_equal(hc_number_classify(hc_slice_of(text, sizeof(text))), HC_NUMBER_JSON);
    text[0] = '+';
    char out[403];
    assert_int_equal(hc_number_normalise(hc_slice_of(text, sizeof(text)), out), sizeof(text) - 1);
    assert_memory_equal(out, text + 1, sizeof(text) - 1);
}

static void comparing_agrees_with_the_library(void **state)
{
    (void)state;
    static const char *const texts[] = {"0",      "1.10",           "1.1",    "-3.25",
                                        "1e3",    "123456789.123",  "4.6e-7", "0.000001",
                                        "1e-300", "96407.99000000", "+2.5"};
    for (size_t i = 0; i < HC_COUNT(texts); i++) {
        double exact = strtod(texts[i], NULL);
        double ours = hc_number_approximate(hc_slice_str(texts[i]));
        assert_true(ours >= exact - 1e-12 * (exact < 0 ? -exact : exact) &&
                    ours <= exact + 1e-12 * (exact < 0 ? -exact : exact));
    }
    assert_true(hc_number_approximate(HC_SLICE("1.10")) == hc_number_approximate(HC_SLICE("1.1")));
    assert_true(hc_number_approximate(HC_SLICE("9999999999999999999999")) > 9e21);
    assert_true(hc_number_approximate(HC_SLICE("1e999999999999")) > 1e300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_told_apart),
        cmocka_unit_test(four_hundred_digits_stay),
        cmocka_unit_test(comparing_agrees_with_the_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
