#include "support.h"

#include "source/timeparse.h"

#define DAY_2019_10_17 INT64_C(1571270400)

struct spelling {
    const char *unit, *text;
    enum hc_time_class class;
    int64_t ns;
};

static void assert_spelling(const struct spelling *spelling)
{
    struct hc_time_parser parser;
    assert_true(hc_time_parser_init(&parser, hc_slice_str(spelling->unit)));
    for (int round = 0; round < 2; round++) { /* the second meets the cached date */
        struct hc_time time = {0};
        const char *reason = hc_time_parse(&parser, hc_slice_str(spelling->text), &time);
        if (reason != NULL || time.class != spelling->class || time.ns != spelling->ns) {
            fail_msg("`%s`: %s, class %d, %lld", spelling->text, reason ? reason : "read",
                     time.class, (long long)time.ns);
        }
    }
}

static void spellings_are_read(void **state)
{
    (void)state;
    const int64_t day = DAY_2019_10_17 * HC_NS_PER_S;
    const int64_t hour = 3600 * HC_NS_PER_S;
    const struct spelling spellings[] = {
        {NULL, "1571270400", HC_CLASS_EPOCH, day},
        {NULL, "1571270400000", HC_CLASS_EPOCH, day},
        {"auto", "1571270400000000", HC_CLASS_EPOCH, day},
        {"auto", "1571270400000000000", HC_CLASS_EPOCH, day},
        {"auto", "1571270400.25", HC_CLASS_EPOCH, day + HC_NS_PER_S / 4},
        {"s", "5", HC_CLASS_EPOCH, 5 * HC_NS_PER_S},
        {"ms", "-5", HC_CLASS_EPOCH, -5 * HC_NS_PER_MS},
        {"us", "7", HC_CLASS_EPOCH, 7000},
        {"ns", "7", HC_CLASS_EPOCH, 7},
        {NULL, "2019-10-17", HC_CLASS_DATE, day},
        {NULL, "20191017", HC_CLASS_DATE, day},
        {"iso", "20191017", HC_CLASS_DATE, day},
        {NULL, "2019/10/17 09:30", HC_CLASS_LOCAL, day + 9 * hour + hour / 2},
        {NULL, "2019.10.17 09:30:15", HC_CLASS_LOCAL, day + 9 * hour + hour / 2 + 15 * HC_NS_PER_S},
        {NULL, "20191017 093015", HC_CLASS_LOCAL, day + 9 * hour + hour / 2 + 15 * HC_NS_PER_S},
        {NULL, "20191017093015", HC_CLASS_LOCAL, day + 9 * hour + hour / 2 + 15 * HC_NS_PER_S},
        {NULL, "2019-10-17 09:00:00.000", HC_CLASS_LOCAL, day + 9 * hour},
        {NULL, "2019-10-17T09:00:00.123456789", HC_CLASS_LOCAL, day + 9 * hour + 123456789},
        {NULL, "2019-10-17 09-AM", HC_CLASS_LOCAL, day + 9 * hour},
        {NULL, "2019-10-17 12-AM", HC_CLASS_LOCAL, day},
        {NULL, "2019-10-17 12-PM", HC_CLASS_LOCAL, day + 12 * hour},
        {NULL, "2019-10-17 1:30 PM", HC_CLASS_LOCAL, day + 13 * hour + hour / 2},
        {NULL, "2019-10-17T00:00:00Z", HC_CLASS_ZONED, day},
        {NULL, "2019-10-17 00:00:00 UTC", HC_CLASS_ZONED, day},
        {NULL, "2019-10-17 03:00:00+03:00", HC_CLASS_ZONED, day},
        {NULL, "2019-10-16 19:30:00-0430", HC_CLASS_ZONED, day},
        {NULL, "2019-10-17 00:00:59.999000+01:00", HC_CLASS_ZONED,
         day - hour + 59 * HC_NS_PER_S + 999 * HC_NS_PER_MS},
        {NULL, "2019-10-16 24:00:00", HC_CLASS_LOCAL, day},
        {NULL, "09:30", HC_CLASS_OF_DAY, 9 * hour + hour / 2},
        {"%d/%m/%Y %H:%M", "17/10/2019 09:00", HC_CLASS_LOCAL, day + 9 * hour},
        {"%m/%d/%y", "10/17/19", HC_CLASS_DATE, day},
        {"%d %b %Y %I:%M:%S.%f %p", "17 October 2019 09:00:00.5 AM", HC_CLASS_LOCAL,
         day + 9 * hour + HC_NS_PER_S / 2},
        {"%FT%T%z", "2019-10-17T03:00:00+0300", HC_CLASS_ZONED, day},
        {"%H%M%S", "093000", HC_CLASS_OF_DAY, 9 * hour + hour / 2},
    };
    for (size_t i = 0; i < HC_COUNT(spellings); i++) {
        assert_spelling(&spellings[i]);
    }
}

static void what_is_not_certain_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *unit, *text, *reason;
    } cases[] = {
        {NULL, "", "is empty"},
        {NULL, "999999999", "number of digits"},
        {NULL, "15712704000", "number of digits"},
        {NULL, "17/10/2019", "is no time"},
        {NULL, "2019-10-17 09", "is no time"},
        {NULL, "2019-10-17 09-05", "is no time"},
        {NULL, "2019-02-29", "does not exist"},
        {NULL, "2019-13-01 00:00", "does not exist"},
        {NULL, "2019-10-17 24:00:01", "does not exist"},
        {NULL, "2019-10-17 23:60", "does not exist"},
        {NULL, "2016-12-31 23:59:60", "leap second"},
        {NULL, "10000-01-01", "is no time"},
        {NULL, "1492-01-01", "outside 1700"},
        {NULL, "2019-10-17 13-PM", "12-hour"},
        {NULL, "2019-10-17 09:00:00 Europe", "is no time"},
        {NULL, "2019-10-17x09:00:00", "is no time"},
        {NULL, "2019-10-17 09:00:00+99:00", "is no time"},
        {"s", "9999999999999", "--time-unit"},
        {"ns", "99999999999999999999999", "is no time"},
        {"iso", "1571270400", "is no time"},
        {"%d/%m/%Y", "17/10/2019 09:00", "goes on"},
        {"%d/%m/%Y", "2019-10-17", "does not follow"},
    };
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_time_parser parser;
        struct hc_time time = {.ns = 42};
        assert_true(hc_time_parser_init(&parser, hc_slice_str(cases[i].unit)));
        const char *reason = hc_time_parse(&parser, hc_slice_str(cases[i].text), &time);
        if (reason == NULL || strstr(reason, cases[i].reason) == NULL) {
            fail_msg("`%s`: %s", cases[i].text, reason ? reason : "was read");
        }
    }
}

static void every_prefix_is_read_or_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"2019-10-17 09:30:15.123456+03:00", "20191017 093015.5",
                                        "2019-10-17 09-AM", "-1571270400.123456789"};
    for (size_t i = 0; i < HC_COUNT(texts); i++) {
        for (size_t size = 0; size <= strlen(texts[i]); size++) {
            char *copy = malloc(size + 1); /* exactly as long, so that ASan sees an overrun */
            assert_non_null(copy);
            char *exact = realloc(copy, size > 0 ? size : 1);
            assert_non_null(exact);
            memcpy(exact, texts[i], size);
            struct hc_time_parser parser;
            struct hc_time time;
            assert_true(hc_time_parser_init(&parser, HC_SLICE_NULL));
            hc_time_parse(&parser, hc_slice_of(exact, size), &time);
            hc_time_parse(&parser, hc_slice_of(exact, size), &time);
            free(exact);
        }
    }
}

static void a_cached_date_is_not_mistaken(void **state)
{
    (void)state;
    struct hc_time_parser parser;
    struct hc_time first, second;
    assert_true(hc_time_parser_init(&parser, HC_SLICE_NULL));
    assert_null(hc_time_parse(&parser, HC_SLICE("2019-10-17 23:59:59"), &first));
    assert_null(hc_time_parse(&parser, HC_SLICE("2019-10-18 00:00:00"), &second));
    assert_int_equal(second.ns - first.ns, HC_NS_PER_S);
    assert_non_null(hc_time_parse(&parser, HC_SLICE("2019-10-18 25:00:00"), &second));
    assert_non_null(hc_time_parse(&parser, HC_SLICE("2019-10-18 00:00:0x"), &second));
    assert_null(hc_time_parse(&parser, HC_SLICE("1969-12-31 23:59:59"), &second));
    assert_int_equal(second.ns, -HC_NS_PER_S);
    assert_null(hc_time_parse(&parser, HC_SLICE("1969-12-31 23:59:59"), &second));
    assert_int_equal(second.ns, -HC_NS_PER_S);
}

static void unknown_units_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"seconds", "%Q", "%", "plain", "%%"};
    struct hc_time_parser parser;
    for (size_t i = 0; i < HC_COUNT(wrong); i++) {
        assert_false(hc_time_parser_init(&parser, hc_slice_str(wrong[i])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_are_read),
        cmocka_unit_test(what_is_not_certain_is_refused),
        cmocka_unit_test(every_prefix_is_read_or_refused),
        cmocka_unit_test(a_cached_date_is_not_mistaken),
        cmocka_unit_test(unknown_units_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
