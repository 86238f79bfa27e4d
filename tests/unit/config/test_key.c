/* The table is complete and says nothing twice. */
#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void rows_are_whole(void **state)
{
    (void)state;
    for (int id = 0; id < HC_KEY_COUNT; id++) {
        const struct hc_key *key = hc_key((enum hc_key_id)id);
        size_t size = strlen(key->help);
        assert_true(size > 10 && key->help[size - 1] == '.');
        assert_true(key->kind == HC_KIND_BOOL || *key->placeholder);
        assert_true(key->kind != HC_KIND_CHOICE || strchr(key->words, '|'));
        assert_true(key->min <= key->max);
        assert_true(!key->flag || strncmp(key->flag, "--", 2) == 0 || strlen(key->flag) == 2);
        assert_true(!(key->traits & HC_TRAIT_NO_FILE) || key->flag);
        assert_ptr_equal(hc_key_named(key->section, hc_slice_str(key->name)), key);
        assert_true(!key->flag || hc_key_of_flag(hc_slice_str(key->flag)) == key);
    }
}

static void variables_differ(void **state)
{
    (void)state;
    for (int a = 0; a < HC_KEY_COUNT; a++) {
        char first[HC_VARIABLE_BYTES], second[HC_VARIABLE_BYTES];
        if (!hc_key_variable(hc_key((enum hc_key_id)a), first)) {
            continue;
        }
        for (int b = 0; b < a; b++) {
            if (hc_key_variable(hc_key((enum hc_key_id)b), second)) {
                assert_string_not_equal(first, second);
            }
        }
    }
}

static void variables_are_named_after_flags(void **state)
{
    (void)state;
    char name[HC_VARIABLE_BYTES];
    assert_true(hc_key_variable(hc_key(HC_KEY_MAX_IDLE), name));
    assert_string_equal(name, "HINDCAST_MAX_IDLE");
    assert_true(hc_key_variable(hc_key(HC_KEY_TIME_ZONE), name));
    assert_string_equal(name, "HINDCAST_TIMEZONE");
    assert_true(hc_key_variable(hc_key(HC_KEY_LIMIT_FRAME), name));
    assert_string_equal(name, "HINDCAST_LIMITS_FRAME_BYTES");
    /* Set by `hindcast run` for its command, with another meaning. */
    assert_false(hc_key_variable(hc_key(HC_KEY_HTTP), name));
}

static void sections_stand_together(void **state)
{
    (void)state;
    size_t total = 0;
    for (int section = 0; section < HC_SECTION_COUNT; section++) {
        const struct hc_key *first;
        total += hc_section_keys((enum hc_section)section, &first);
    }
    assert_int_equal(total, HC_KEY_COUNT);
}

static void word_lists(void **state)
{
    (void)state;
    assert_int_equal(hc_word_index("a|bc|d", HC_SLICE("bc")), 1);
    assert_int_equal(hc_word_index("a|bc|d", HC_SLICE("b")), -1);
    assert_int_equal(hc_word_index("a|bc|d", HC_SLICE("")), -1);
    assert_int_equal(hc_word_index(NULL, HC_SLICE("a")), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_whole),
        cmocka_unit_test(variables_differ),
        cmocka_unit_test(variables_are_named_after_flags),
        cmocka_unit_test(sections_stand_together),
        cmocka_unit_test(word_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
