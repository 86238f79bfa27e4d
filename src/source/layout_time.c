#include "source/layout.h"
#include "source/notes.h"
#include "source/number.h"

enum { CANDIDATES_MAX = 16 };

struct candidate {
    size_t column;
    enum hc_role role;
    enum hc_time_class class;
    bool of_day; /* bare digits counted since midnight */
    int64_t unit_ns;
};

/* Whole numbers up to a day's milliseconds, unless all of them are dates such as 20131008. */
static bool digits_of_day(const struct hc_sample *sample, size_t first, size_t column)
{
    bool dates = true;
    for (size_t row = first; row < sample->rows; row++) {
        struct hc_slice cell = hc_sample_cell(sample, row, column);
        int64_t days = 0;
        if (cell.size == 0 || cell.size > 8) {
            return false;
        }
        for (size_t i = 0; i < cell.size; i++) {
            if (cell.data[i] < '0' || cell.data[i] > '9') {
                return false;
            }
        }
        dates = dates && cell.size == 8 && hc_time_parse_date(cell, &days);
    }
    return !dates;
}

/* Where the dates of a time-of-day column stand: another time column of nothing but dates. -1:
 * nowhere. */
static int32_t date_column_find(const struct hc_sample *sample, size_t first,
                                const struct hc_layout *layout, size_t time_column)
{
    for (size_t i = 0; i < layout->width; i++) {
        bool dates = i != time_column && hc_role_is_time(layout->columns[i].role);
        for (size_t row = first; dates && row < sample->rows; row++) {
            int64_t days = 0;
            dates = hc_time_parse_date(hc_sample_cell(sample, row, i), &days);
        }
        if (dates) {
            return (int32_t)i;
        }
    }
    return -1;
}

/* Most cells must be times of one class; odd rows are refused later, with their place. Small
 * numbers in a unit that the user gave are times of day only where a date is known. */
static bool candidate_read(const struct hc_topic_spec *spec, const struct hc_sample *sample,
                           size_t first, const struct hc_layout *layout,
                           struct candidate *candidate)
{
    struct hc_time_parser parser;
    bool valid = hc_time_parser_init(&parser, spec->time_unit);
    HC_ASSERT(valid);
    bool dated =
        layout->date_set || date_column_find(sample, first, layout, candidate->column) >= 0;
    parser.of_day =
        (parser.unit == HC_UNIT_AUTO || dated) && digits_of_day(sample, first, candidate->column);
    size_t counts[HC_CLASS_OF_DAY + 1] = {0};
    for (size_t row = first; row < sample->rows; row++) {
        struct hc_time time;
        if (hc_time_parse(&parser, hc_sample_cell(sample, row, candidate->column), &time) == NULL) {
            counts[time.class]++;
            candidate->unit_ns = time.unit_ns;
        }
    }
    for (int class = HC_CLASS_EPOCH; class <= HC_CLASS_OF_DAY; class ++) {
        if (counts[class] * 2 > sample->rows - first) {
            candidate->class = (enum hc_time_class) class;
            candidate->of_day = parser.of_day && class == HC_CLASS_OF_DAY;
            return true;
        }
    }
    return false;
}

static size_t candidates_find(const struct hc_topic_spec *spec, const struct hc_sample *sample,
                              size_t first, const struct hc_layout *layout, bool named,
                              struct candidate candidates[CANDIDATES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < layout->width && count < CANDIDATES_MAX; i++) {
        struct candidate candidate = {.column = i, .role = layout->columns[i].role};
        if (hc_role_is_time(candidate.role) != named ||
            (!named && candidate.role != HC_ROLE_NONE) ||
            !candidate_read(spec, sample, first, layout, &candidate)) {
            continue;
        }
        if (named || candidate.class != HC_CLASS_OF_DAY) {
            candidates[count++] = candidate;
        }
    }
    return count;
}

/* Better first: how sure the name is, then how much of an instant the cell tells. */
static int rank(const struct candidate *candidate)
{
    int name = candidate->role == HC_ROLE_TIME_OPEN ? 0 : candidate->role == HC_ROLE_TIME ? 1 : 2;
    int class = candidate->class == HC_CLASS_OF_DAY || candidate->class == HC_CLASS_DATE;
    return name * 2 + class;
}

/* Both columns tell the same instants, were texts without zone UTC. */
static bool same_instants(const struct hc_topic_spec *spec, const struct hc_sample *sample,
                          size_t first, const struct candidate *a, const struct candidate *b)
{
    struct hc_time_parser parsers[2];
    bool valid = hc_time_parser_init(&parsers[0], spec->time_unit) &&
                 hc_time_parser_init(&parsers[1], spec->time_unit);
    HC_ASSERT(valid);
    for (size_t row = first; row < sample->rows; row++) {
        struct hc_time times[2];
        if (hc_time_parse(&parsers[0], hc_sample_cell(sample, row, a->column), &times[0]) ||
            hc_time_parse(&parsers[1], hc_sample_cell(sample, row, b->column), &times[1]) ||
            times[0].ns / 1000000000 != times[1].ns / 1000000000) {
            return false;
        }
    }
    return true;
}

static enum hc_status ambiguous(const struct hc_data_file *file, const struct hc_layout *layout,
                                const struct candidate *a, const struct candidate *b,
                                struct hc_error *error)
{
    return hc_error_set(error, HC_USAGE,
                        HC_SLICE_FMT ": both `" HC_SLICE_FMT "` and `" HC_SLICE_FMT
                                     "` could be the time: --time COLUMN decides",
                        HC_SLICE_ARG(file->shown), HC_SLICE_ARG(layout->columns[a->column].name),
                        HC_SLICE_ARG(layout->columns[b->column].name));
}

/* The best of them. Of a date and a time of day, the time of day: its date is looked for
 * afterwards. */
static enum hc_status choose(const struct hc_topic_spec *spec, const struct hc_data_file *file,
                             const struct hc_sample *sample, size_t first,
                             const struct candidate *candidates, size_t count,
                             const struct hc_layout *layout, struct candidate *ret,
                             struct hc_error *error)
{
    const struct candidate *best = &candidates[0];
    for (size_t i = 1; i < count; i++) {
        if (rank(&candidates[i]) < rank(best)) {
            best = &candidates[i];
        }
    }
    for (size_t i = 0; i < count; i++) {
        const struct candidate *other = &candidates[i];
        if (other == best || rank(other) != rank(best)) {
            continue;
        }
        if ((best->class == HC_CLASS_OF_DAY) != (other->class == HC_CLASS_OF_DAY)) {
            best = best->class == HC_CLASS_OF_DAY ? best : other;
        } else if (!same_instants(spec, sample, first, best, other)) {
            return ambiguous(file, layout, best, other, error);
        } else if (other->class == HC_CLASS_EPOCH) {
            best = other;
        }
    }
    *ret = *best;
    return HC_OK;
}

static const char *class_text(const struct candidate *candidate)
{
    switch (candidate->class) {
    case HC_CLASS_EPOCH:
        return candidate->unit_ns == 1000000000 ? "epoch seconds"
               : candidate->unit_ns == 1000000  ? "epoch milliseconds"
               : candidate->unit_ns == 1000     ? "epoch microseconds"
                                                : "epoch nanoseconds";
    case HC_CLASS_ZONED:
        return "text with a zone";
    case HC_CLASS_LOCAL:
        return "text without a zone";
    case HC_CLASS_DATE:
        return "dates";
    default:
        return candidate->of_day ? "times of day, in milliseconds unless --time-unit says otherwise"
                                 : "times of day";
    }
}

static enum hc_status find_given(const struct hc_topic_spec *spec, const struct hc_data_file *file,
                                 const struct hc_sample *sample, size_t first,
                                 const struct hc_layout *layout, struct candidate *ret,
                                 struct hc_error *error)
{
    for (size_t i = 0; i < layout->width; i++) {
        if (!hc_slice_equal(layout->columns[i].name, spec->time_column)) {
            continue;
        }
        *ret = (struct candidate){.column = i, .role = layout->columns[i].role};
        if (candidate_read(spec, sample, first, layout, ret)) {
            return HC_OK;
        }
        struct hc_slice cell = hc_sample_cell(sample, first, i);
        struct hc_time_parser parser;
        struct hc_time time;
        const char *reason = hc_time_parser_init(&parser, spec->time_unit)
                                 ? hc_time_parse(&parser, cell, &time)
                                 : NULL;
        return hc_error_set(error, HC_USAGE,
                            HC_SLICE_FMT ":%llu:%zu: `" HC_SLICE_FMT "` %s (--time-unit)",
                            HC_SLICE_ARG(file->shown), (unsigned long long)sample->numbers[first],
                            i + 1, HC_SLICE_ARG(cell), reason ? reason : "is no time");
    }
    return hc_error_set(error, HC_USAGE, HC_SLICE_FMT ": no column `" HC_SLICE_FMT "` for the time",
                        HC_SLICE_ARG(file->shown), HC_SLICE_ARG(spec->time_column));
}

static enum hc_status find_by_itself(const struct hc_topic_spec *spec,
                                     const struct hc_data_file *file,
                                     const struct hc_sample *sample, size_t first,
                                     const struct hc_layout *layout, struct candidate *ret,
                                     struct hc_error *error)
{
    struct candidate candidates[CANDIDATES_MAX];
    size_t count = candidates_find(spec, sample, first, layout, true, candidates);
    if (count > 0) {
        return choose(spec, file, sample, first, candidates, count, layout, ret, error);
    }
    count = candidates_find(spec, sample, first, layout, false, candidates);
    if (count == 1) {
        *ret = candidates[0];
        return HC_OK;
    }
    for (size_t i = 0; i < layout->width; i++) {
        if (hc_role_is_time(layout->columns[i].role)) {
            struct hc_slice cell = hc_sample_cell(sample, first, i);
            return hc_error_set(error, HC_USAGE,
                                HC_SLICE_FMT ": `" HC_SLICE_FMT "` in column `" HC_SLICE_FMT
                                             "` is no time for certain: --time-unit s, ms, us, ns "
                                             "or a FORMAT such as %%d/%%m/%%Y decides",
                                HC_SLICE_ARG(file->shown), HC_SLICE_ARG(cell),
                                HC_SLICE_ARG(layout->columns[i].name));
        }
    }
    return hc_error_set(error, HC_USAGE,
                        HC_SLICE_FMT ": no column is the time for certain: --time COLUMN names it",
                        HC_SLICE_ARG(file->shown));
}

static bool runs_back(const struct hc_topic_spec *spec, const struct hc_sample *sample,
                      size_t first, const struct candidate *candidate)
{
    struct hc_time_parser parser;
    struct hc_time times[2];
    bool valid = hc_time_parser_init(&parser, spec->time_unit);
    HC_ASSERT(valid);
    parser.of_day = candidate->of_day;
    return hc_time_parse(&parser, hc_sample_cell(sample, first, candidate->column), &times[0]) ==
               NULL &&
           hc_time_parse(&parser, hc_sample_cell(sample, sample->rows - 1, candidate->column),
                         &times[1]) == NULL &&
           times[1].ns < times[0].ns;
}

static void say(const struct hc_layout *layout, const struct candidate *candidate,
                struct hc_arena *arena, struct hc_slice_list *notes)
{
    struct hc_slice name = layout->columns[candidate->column].name;
    hc_notes_add(notes, HC_NOTES_MAX, arena, "time column `" HC_SLICE_FMT "`: %s%s",
                 HC_SLICE_ARG(name), class_text(candidate),
                 layout->stamp_close ? ", the end of each bar" : "");
    for (size_t i = 0; i < layout->width; i++) {
        if (i != candidate->column && (int32_t)i != layout->date &&
            hc_role_is_time(layout->columns[i].role)) {
            hc_notes_add(notes, HC_NOTES_MAX, arena, "`" HC_SLICE_FMT "` is not used as the time",
                         HC_SLICE_ARG(layout->columns[i].name));
        }
    }
}

enum hc_status hc_layout_find_time(const struct hc_topic_spec *spec,
                                   const struct hc_data_file *file, const struct hc_sample *sample,
                                   size_t first, struct hc_arena *arena,
                                   struct hc_slice_list *notes, struct hc_layout *layout,
                                   struct hc_error *error)
{
    HC_ASSERT(first < sample->rows);
    struct candidate candidate = {0};
    enum hc_status status =
        hc_slice_is_null(spec->time_column)
            ? find_by_itself(spec, file, sample, first, layout, &candidate, error)
            : find_given(spec, file, sample, first, layout, &candidate, error);
    if (status != HC_OK) {
        return status;
    }
    struct hc_slice name = layout->columns[candidate.column].name;
    int32_t date = candidate.class == HC_CLASS_OF_DAY
                       ? date_column_find(sample, first, layout, candidate.column)
                       : -1;
    if (date >= 0 && candidate.of_day && spec->time_unit.size == 0) {
        return hc_error_set(error, HC_USAGE,
                            HC_SLICE_FMT ": `" HC_SLICE_FMT "` holds digits beside a date: "
                                         "--time-unit %%H%%M%%S or ms says what they count",
                            HC_SLICE_ARG(file->shown), HC_SLICE_ARG(name));
    }
    if (candidate.class == HC_CLASS_OF_DAY && date < 0 && !layout->date_set) {
        return hc_error_set(error, HC_USAGE,
                            HC_SLICE_FMT ": `" HC_SLICE_FMT "` holds times of day, and nothing "
                                         "names the date: write {date} into the path where it "
                                         "stands",
                            HC_SLICE_ARG(file->shown), HC_SLICE_ARG(name));
    }
    layout->time = (int32_t)candidate.column;
    layout->date = date;
    layout->time_class = candidate.class;
    layout->of_day = candidate.of_day;
    layout->newest_first = runs_back(spec, sample, first, &candidate);
    layout->stamp_close = spec->stamp == HC_STAMP_CLOSE || candidate.role == HC_ROLE_TIME_CLOSE;
    say(layout, &candidate, arena, notes);
    return HC_OK;
}
