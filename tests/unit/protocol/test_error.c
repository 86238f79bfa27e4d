/* Error codes: names, numbers, texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/slice.h"
#include "protocol/error.h"

static void names_and_numbers_are_kafkas(void **state)
{
    (void)state;
    assert_string_equal(hp_error_name(HP_ERR_NONE), "NONE");
    assert_string_equal(hp_error_name(-1), "UNKNOWN_SERVER_ERROR");
    assert_string_equal(hp_error_name(1), "OFFSET_OUT_OF_RANGE");
    assert_string_equal(hp_error_name(44), "POLICY_VIOLATION");
    assert_string_equal(hp_error_name(79), "MEMBER_ID_REQUIRED");
    assert_string_equal(hp_error_name(100), "UNKNOWN_TOPIC_ID");
    assert_int_equal(HP_ERR_UNKNOWN_LEADER_EPOCH, 75);
    assert_int_equal(HP_ERR_INVALID_RECORD, 87);
    assert_true(hp_error_is_retriable(HP_ERR_FENCED_LEADER_EPOCH));
    assert_false(hp_error_is_retriable(HP_ERR_OFFSET_OUT_OF_RANGE));
}

static void every_code_has_a_sentence(void **state)
{
    (void)state;
    for (int16_t code = HP_ERROR_MIN; code <= HP_ERROR_MAX; code++) {
        const char *text = hp_error_text(code);
        size_t size = strlen(text);
        assert_true(size > 5 && size < 100);
        assert_true(text[0] >= 'A' && text[0] <= 'Z');
        assert_int_equal(text[size - 1], '.');
    }
}

static void codes_beyond_the_table_are_unknown(void **state)
{
    (void)state;
    static const int16_t beyond[] = {HP_ERROR_MIN - 1, HP_ERROR_MAX + 1, INT16_MIN, INT16_MAX};
    for (size_t i = 0; i < HC_COUNT(beyond); i++) {
        assert_string_equal(hp_error_name(beyond[i]), "UNKNOWN");
        assert_false(hp_error_is_retriable(beyond[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_numbers_are_kafkas),
        cmocka_unit_test(every_code_has_a_sentence),
        cmocka_unit_test(codes_beyond_the_table_are_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
