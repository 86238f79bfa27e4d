#include "source/demo_options.h"

#include "base/clock.h"
#include "base/timetext.h"
#include "source/market.h"
#include "source/timeparse.h"
#include "source/zone.h"

#include <stdlib.h>

enum { DAY_S = 86400, SYMBOLS_DEFAULT = 8, DAYS_DEFAULT = 7, NAME_BYTES_MAX = 64 };

static int compare_names(const void *a, const void *b)
{
    return hc_slice_compare(*(const struct hc_slice *)a, *(const struct hc_slice *)b);
}

static bool symbols_parse(struct hc_slice text, struct hc_arena *arena, struct hc_slice_list *ret)
{
    int64_t count = 0;
    struct hc_slice *items = HC_ARENA_ARRAY(arena, struct hc_slice, HC_DEMO_SYMBOLS_MAX);
    size_t size = 0;
    if (hc_parse_i64(text, &count)) {
        if (count < 1 || count > HC_MARKET_NAMES) {
            return false;
        }
        for (; size < (size_t)count; size++) {
            items[size] = hc_market_name(size);
        }
    }
    while (count == 0 && !hc_slice_is_null(text)) {
        struct hc_slice name = hc_slice_cut(&text, ',');
        if (name.size == 0 || name.size > NAME_BYTES_MAX || size == HC_DEMO_SYMBOLS_MAX) {
            return false;
        }
        items[size++] = hc_arena_copy(arena, name);
    }
    qsort(items, size, sizeof(*items), compare_names);
    for (size_t i = 1; i < size; i++) {
        if (hc_slice_equal(items[i - 1], items[i])) {
            return false;
        }
    }
    *ret = (struct hc_slice_list){items, size};
    return true;
}

static int compare_intervals(const void *a, const void *b)
{
    int64_t left = hc_interval_nominal_ns(a);
    int64_t right = hc_interval_nominal_ns(b);
    return (left > right) - (left < right);
}

/* Whole seconds that divide a day, or days; ascending, each a multiple of the shortest. */
static bool intervals_check(struct hc_demo_options *options)
{
    HC_ASSERT(options->interval_count > 0);
    qsort(options->intervals, options->interval_count, sizeof(options->intervals[0]),
          compare_intervals);
    int64_t shortest = hc_interval_nominal_ns(&options->intervals[0]);
    for (size_t i = 0; i < options->interval_count; i++) {
        const struct hc_interval *interval = &options->intervals[i];
        int64_t length = hc_interval_nominal_ns(interval);
        bool divides = interval->days == 1 ||
                       (interval->ns >= HC_NS_PER_S && (DAY_S * HC_NS_PER_S) % interval->ns == 0 &&
                        interval->ns % HC_NS_PER_S == 0);
        if (!divides || length % shortest != 0 ||
            (i > 0 && hc_interval_nominal_ns(&options->intervals[i - 1]) == length)) {
            return false;
        }
    }
    return true;
}

static bool intervals_parse(struct hc_slice text, struct hc_demo_options *options)
{
    options->interval_count = 0;
    while (!hc_slice_is_null(text)) {
        if (options->interval_count == HC_DEMO_INTERVALS_MAX ||
            !hc_interval_parse(hc_slice_cut(&text, ','),
                               &options->intervals[options->interval_count])) {
            return false;
        }
        options->interval_count++;
    }
    return options->interval_count > 0 && intervals_check(options);
}

static bool option_take(struct hc_slice name, struct hc_slice value, struct hc_arena *arena,
                        struct hc_demo_options *options)
{
    int64_t number = 0;
    if (hc_slice_equal_str(name, "seed")) {
        if (!hc_parse_i64(value, &number) || number < 0) {
            return false;
        }
        options->seed = (uint64_t)number;
        return true;
    }
    if (hc_slice_equal_str(name, "days")) {
        return hc_parse_i64(value, &options->days) && options->days >= 1 &&
               options->days <= HC_DEMO_DAYS_MAX;
    }
    if (hc_slice_equal_str(name, "from")) {
        bool valid = hc_time_parse_date(value, &number) && number >= 0;
        options->from_s = number * DAY_S;
        return valid;
    }
    if (hc_slice_equal_str(name, "symbols")) {
        return symbols_parse(value, arena, &options->symbols);
    }
    return hc_slice_equal_str(name, "interval") && intervals_parse(value, options);
}

enum hc_status hc_demo_options_parse(struct hc_slice text, const struct hc_topic_spec *spec,
                                     struct hc_arena *arena, struct hc_demo_options *ret,
                                     struct hc_error *error)
{
    HC_ASSERT(spec != NULL && arena != NULL && ret != NULL);
    struct hc_demo_options options = {.seed = 1,
                                      .days = DAYS_DEFAULT,
                                      .from_s = hc_days_from_civil(2025, 1, 1) * DAY_S,
                                      .intervals = {{.ns = 60 * HC_NS_PER_S}},
                                      .interval_count = 1};
    bool valid = symbols_parse(HC_SLICE("8"), arena, &options.symbols);
    HC_ASSERT(valid && options.symbols.count == SYMBOLS_DEFAULT);
    if (spec->interval_set) {
        options.intervals[0] = spec->interval;
        valid = intervals_check(&options);
    }
    if (text.size > 0 && text.data[0] == '?') {
        text = hc_slice_of(text.data + 1, text.size - 1);
    }
    struct hc_slice bad = HC_SLICE("--interval");
    while (valid && text.size > 0) {
        bad = hc_slice_cut(&text, '&');
        struct hc_slice value = bad;
        struct hc_slice name = hc_slice_cut(&value, '=');
        valid = !hc_slice_is_null(value) && option_take(name, value, arena, &options);
    }
    if (!valid) {
        return hc_error_set(error, HC_USAGE,
                            "demo: `" HC_SLICE_FMT
                            "` is wrong; options are seed=N, symbols=1..10 or A,B,C, interval=1m "
                            "or 1m,1h (dividing a day, multiples of the shortest), days=1..%d, "
                            "from=2025-01-01, joined by & behind demo:?",
                            HC_SLICE_ARG(bad), HC_DEMO_DAYS_MAX);
    }
    *ret = options;
    return HC_OK;
}
