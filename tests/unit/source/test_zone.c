#include "support.h"

#include "base/timetext.h"
#include "source/zone.h"
#include "source/zone_internal.h"

static struct hc_arena arena;

static struct hc_zone *zone_of(const char *name)
{
    struct hc_zone *zone = NULL;
    struct hc_error error = {0};
    if (hc_zone_open(hc_slice_str(name), &arena, &zone, &error) != HC_OK) {
        fail_msg("%s: %s", name, error.text);
    }
    return zone;
}

/* A zone file with one change (2000-01-01, to `offset`) and a rule behind it. */
static size_t tzif_write(unsigned char *out, int32_t offset, const char *rule)
{
    unsigned char header[44] = "TZif2";
    header[20 + 15] = 0; /* first block: no times, ... */
    header[20 + 19] = 1; /* one type, ... */
    header[20 + 23] = 4; /* four characters */
    size_t size = 0;
    memcpy(out, header, 44);
    size = 44;
    memset(out + size, 0, 10);
    size += 10;
    header[20 + 15] = 1;
    header[20 + 19] = 2;
    memcpy(out + size, header, 44);
    size += 44;
    uint64_t at = 946684800;
    for (int i = 0; i < 8; i++) {
        out[size++] = (unsigned char)(at >> (56 - 8 * i));
    }
    out[size++] = 1;
    memset(out + size, 0, 12);
    for (int i = 0; i < 4; i++) {
        out[size + 6 + (size_t)i] = (unsigned char)((uint32_t)offset >> (24 - 8 * i));
    }
    size += 12;
    memset(out + size, 0, 4);
    size += 4;
    return size + (size_t)sprintf((char *)out + size, "\n%s\n", rule);
}

static int setup(void **state)
{
    if (scratch_make(state) != 0) {
        return 1;
    }
    hc_arena_init(&arena, 0);
    unsigned char bytes[512];
    size_t size = tzif_write(bytes, -18000, "EST5EDT,M3.2.0,M11.1.0");
    scratch_write("Eastern", bytes, size);
    size = tzif_write(bytes, 10800, "<+03>-3");
    scratch_write("Steady", bytes, size);
    size = tzif_write(bytes, 36000, "AEST-10AEDT,M10.1.0,M4.1.0/3");
    scratch_write("South", bytes, size);
    return setenv("TZDIR", scratch, 1);
}

static int teardown(void **state)
{
    hc_arena_done(&arena);
    unsetenv("TZDIR");
    return scratch_remove(state);
}

static int64_t civil(int32_t year, int32_t month, int32_t day, int32_t hour, int32_t minute)
{
    return hc_days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60;
}

static void fixed_offsets(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int32_t offset;
    } cases[] = {{"UTC", 0},        {"", 0},       {"Z", 0},      {"+03:00", 10800},
                 {"-0330", -12600}, {"+3", 10800}, {"+05", 18000}};
    for (size_t i = 0; i < HC_COUNT(cases); i++) {
        struct hc_zone *zone = zone_of(cases[i].name);
        assert_true(hc_zone_is_fixed(zone));
        assert_int_equal(hc_zone_offset(zone, 1500000000), cases[i].offset);
    }
}

static void rules_of_summer_time(void **state)
{
    (void)state;
    struct hc_zone *east = zone_of("Eastern");
    assert_false(hc_zone_is_fixed(east));
    assert_int_equal(hc_zone_offset(east, civil(1990, 7, 1, 0, 0)),
                     0); /* before the first change */
    assert_int_equal(hc_zone_offset(east, civil(2013, 10, 8, 12, 0)), -14400);
    assert_int_equal(hc_zone_offset(east, civil(2013, 12, 8, 12, 0)), -18000);
    assert_int_equal(hc_zone_offset(east, civil(2013, 11, 3, 5, 59)), -14400);
    assert_int_equal(hc_zone_offset(east, civil(2013, 11, 3, 6, 0)), -18000);
    assert_int_equal(hc_zone_offset(east, civil(2150, 7, 1, 0, 0)), -14400);
    struct hc_zone *south = zone_of("South");
    assert_int_equal(hc_zone_offset(south, civil(2020, 1, 1, 0, 0)), 39600);
    assert_int_equal(hc_zone_offset(south, civil(2020, 7, 1, 0, 0)), 36000);
    assert_int_equal(hc_zone_offset(zone_of("Steady"), civil(2020, 7, 1, 0, 0)), 10800);
}

static void repeated_and_skipped_hours(void **state)
{
    (void)state;
    struct hc_zone *east = zone_of("Eastern");
    int64_t earlier = 0;
    int64_t later = 0;
    assert_int_equal(hc_zone_local(east, civil(2013, 11, 3, 1, 30), &earlier, &later),
                     HC_LOCAL_REPEATED);
    assert_int_equal(earlier, civil(2013, 11, 3, 5, 30));
    assert_int_equal(later, civil(2013, 11, 3, 6, 30));
    assert_int_equal(hc_zone_local(east, civil(2013, 3, 10, 2, 30), &earlier, &later),
                     HC_LOCAL_SKIPPED);
    assert_int_equal(hc_zone_local(east, civil(2013, 3, 10, 3, 0), &earlier, &later),
                     HC_LOCAL_UNIQUE);
    assert_int_equal(earlier, civil(2013, 3, 10, 7, 0));
    assert_int_equal(hc_zone_local(east, civil(2013, 11, 3, 2, 0), &earlier, &later),
                     HC_LOCAL_UNIQUE);
    assert_int_equal(earlier, civil(2013, 11, 3, 7, 0));
}

static void calendar_steps(void **state)
{
    (void)state;
    struct hc_zone *east = zone_of("Eastern");
    const struct hc_interval day = {.days = 1};
    const struct hc_interval month = {.months = 1};
    const struct hc_interval minute = {.ns = 60 * HC_NS_PER_S};
    /* The day on which clocks go forward has 23 hours, the one on which they go back 25. */
    int64_t spring = civil(2013, 3, 10, 5, 0) * HC_NS_PER_S;
    assert_int_equal(hc_interval_step(&day, east, spring, 1) - spring, 23 * 3600 * HC_NS_PER_S);
    int64_t autumn = civil(2013, 11, 3, 4, 0) * HC_NS_PER_S;
    assert_int_equal(hc_interval_step(&day, east, autumn, 1) - autumn, 25 * 3600 * HC_NS_PER_S);
    assert_int_equal(hc_interval_step(&day, east, hc_interval_step(&day, east, autumn, 1), -1),
                     autumn);
    struct hc_zone *utc = zone_of("UTC");
    int64_t january = civil(2023, 1, 31, 0, 0) * HC_NS_PER_S + 7;
    assert_int_equal(hc_interval_step(&month, utc, january, 1),
                     civil(2023, 2, 28, 0, 0) * HC_NS_PER_S + 7);
    assert_int_equal(hc_interval_step(&month, utc, january, -1),
                     civil(2022, 12, 31, 0, 0) * HC_NS_PER_S + 7);
    assert_int_equal(hc_interval_step(&minute, utc, -1, 1), 60 * HC_NS_PER_S - 1);
    assert_int_equal(hc_interval_step(&day, utc, -1, 1), 86400 * HC_NS_PER_S - 1);
}

static void hostile_names_and_files(void **state)
{
    (void)state;
    static const char *const names[] = {"../etc/passwd", "/etc/passwd", "No/Such",
                                        "a b",           "+25:00",      "+1:2:3"};
    for (size_t i = 0; i < HC_COUNT(names); i++) {
        struct hc_zone *zone = NULL;
        struct hc_error error = {0};
        assert_int_equal(hc_zone_open(hc_slice_str(names[i]), &arena, &zone, &error), HC_USAGE);
        assert_null(zone);
    }
    /* Cut at every byte, and with every byte spoilt: refused or read, never beyond. */
    unsigned char bytes[512];
    size_t size = tzif_write(bytes, -18000, "EST5EDT,M3.2.0,M11.1.0");
    for (size_t i = 0; i < size; i++) {
        struct hc_zone zone = {.magic = HC_ZONE_MAGIC};
        char *exact = malloc(i > 0 ? i : 1);
        assert_non_null(exact);
        memcpy(exact, bytes, i);
        assert_false(hc_tzif_parse(hc_slice_of(exact, i), &arena, &zone));
        free(exact);
        unsigned char spoilt[512];
        memcpy(spoilt, bytes, size);
        spoilt[i] ^= 0xff;
        struct hc_zone other = {.magic = HC_ZONE_MAGIC};
        hc_tzif_parse(hc_slice_of(spoilt, size), &arena, &other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixed_offsets),
        cmocka_unit_test(rules_of_summer_time),
        cmocka_unit_test(repeated_and_skipped_hours),
        cmocka_unit_test(calendar_steps),
        cmocka_unit_test(hostile_names_and_files),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
