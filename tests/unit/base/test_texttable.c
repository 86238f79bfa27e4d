/* Tables for people, and numbers in them. */
#include "base/texttable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void put(struct hc_text_table *table, const char *cell)
{
    hc_text_table_put(table, hc_slice_str(cell));
}

static void columns_are_as_wide_as_their_widest_cell(void **state)
{
    (void)state;
    struct hc_text_table table;
    struct hc_buffer out = {0};
    hc_text_table_init(&table, 3, HC_TEXT_RIGHT(1));
    put(&table, "name");
    put(&table, "rows");
    put(&table, "where");
    put(&table, "München");
    put(&table, "123456");
    put(&table, "");
    put(&table, "");
    put(&table, "7");
    put(&table, "here");
    put(&table, "no row");
    hc_text_table_print(&table, 2, &out);
    assert_string_equal(hc_buffer_str(&out), "  name       rows  where\n"
                                             "  München  123456\n"
                                             "                7  here\n");
    hc_text_table_done(&table);
    hc_buffer_done(&out);
}

static void an_empty_table_prints_nothing(void **state)
{
    (void)state;
    struct hc_text_table table;
    struct hc_buffer out = {0};
    hc_text_table_init(&table, 2, 0);
    hc_text_table_print(&table, 2, &out);
    assert_int_equal(out.size, 0);
    hc_text_table_done(&table);
}

static void numbers_have_their_thousands_marked(void **state)
{
    (void)state;
    char text[HC_THOUSANDS_BYTES];
    assert_string_equal(hc_thousands(0, text), "0");
    assert_string_equal(hc_thousands(999, text), "999");
    assert_string_equal(hc_thousands(1000, text), "1,000");
    assert_string_equal(hc_thousands(-123456, text), "-123,456");
    assert_string_equal(hc_thousands(INT64_MAX, text), "9,223,372,036,854,775,807");
    assert_string_equal(hc_thousands(INT64_MIN, text), "-9,223,372,036,854,775,808");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
        cmocka_unit_test(an_empty_table_prints_nothing),
        cmocka_unit_test(numbers_have_their_thousands_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
