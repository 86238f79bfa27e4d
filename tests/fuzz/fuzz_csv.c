/* One line of CSV: cells, and each cell as a number and as a time. The first byte picks the
 * separator, the second the spelling of times (255: the first cell is a format), the rest is the
 * line. */
#include "fuzz/fuzz.h"

#include "source/cells.h"
#include "source/number.h"
#include "source/timeparse.h"

#include <stdlib.h>

enum { CELLS_MAX = 64, FIRST_CELL_IS_FORMAT = 255 };

static bool within(struct hc_slice part, const char *begin, size_t size)
{
    return part.data >= begin && part.data + part.size <= begin + size;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void check_number(struct hc_slice text)
{
    enum hc_number_kind kind = hc_number_classify(text);
    if (kind == HC_NUMBER_OTHER) {
        char *out = malloc(text.size + 1);
        HC_ASSERT(out != NULL);
        size_t size = hc_number_normalise(text, out);
        HC_ASSERT(size <= text.size + 1);
        HC_ASSERT(hc_number_classify(hc_slice_of(out, size)) == HC_NUMBER_JSON);
        free(out);
    }
    (void)hc_number_approximate(text);
}

/* A parser that remembers dates answers as a fresh one does. */
static void check_time(struct hc_time_parser *parser, const struct hc_time_parser *fresh,
                       struct hc_slice text)
{
    struct hc_time_parser forgetful = *fresh;
    struct hc_time found = {0};
    struct hc_time expected = {0};
    const char *reason = hc_time_parse(parser, text, &found);
    HC_ASSERT((reason == NULL) == (hc_time_parse(&forgetful, text, &expected) == NULL));
    if (reason != NULL)
        return;
    HC_ASSERT(found.ns == expected.ns && found.class == expected.class);
    HC_ASSERT(found.unit_ns == expected.unit_ns);
    HC_ASSERT(found.class != HC_CLASS_NONE);
}

static void check_cells(const struct hc_raw_cell *cells, size_t count, struct hc_slice time_unit)
{
    struct hc_time_parser fresh;
    if (!hc_time_parser_init(&fresh, time_unit))
        return;
    struct hc_time_parser parser = fresh;
    for (size_t i = 0; i < count; i++) {
        int64_t days;
        check_number(cells[i].text);
        check_time(&parser, &fresh, cells[i].text);
        (void)hc_time_parse_date(cells[i].text, &days);
    }
}

/* Without a quote in the line, both ways to split it agree. */
static void check_plain(struct hc_slice line, char separator, const struct hc_raw_cell *cells,
                        size_t count)
{
    struct hc_raw_cell plain[CELLS_MAX];
    const char *reason = NULL;
    size_t column = 0;
    if (line.size > 0 && memchr(line.data, '"', line.size) != NULL)
        return;
    HC_ASSERT(hc_cells_split(line, separator, false, NULL, plain, CELLS_MAX, &column, &reason) ==
              count);
    for (size_t i = 0; i < HC_MIN(count, (size_t)CELLS_MAX); i++)
        HC_ASSERT(hc_slice_equal(plain[i].text, cells[i].text) && !plain[i].quoted);
}

static void check_line(struct hc_slice line, char separator, struct hc_slice time_unit)
{
    struct hc_raw_cell cells[CELLS_MAX];
    const char *reason = NULL;
    size_t column = 0;
    char *scratch = malloc(line.size + 1);
    HC_ASSERT(scratch != NULL);
    size_t count =
        hc_cells_split(line, separator, true, scratch, cells, CELLS_MAX, &column, &reason);
    HC_ASSERT((count == 0) == (reason != NULL) && (count == 0) == (column > 0));
    for (size_t i = 0; i < HC_MIN(count, (size_t)CELLS_MAX); i++) {
        struct hc_slice text = cells[i].text;
        HC_ASSERT(cells[i].quoted ? within(text, scratch, line.size)
                                  : within(text, line.data, line.size));
        HC_ASSERT(cells[i].quoted || text.size == 0 ||
                  (!is_blank(text.data[0]) && !is_blank(text.data[text.size - 1])));
    }
    check_plain(line, separator, cells, count);
    if (count > 0 && time_unit.size == 1 && time_unit.data[0] == '%')
        time_unit = cells[0].text;
    check_cells(cells, HC_MIN(count, (size_t)CELLS_MAX), time_unit);
    free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char separators[] = {',', ';', '\t', '|', ' '};
    static const char *const units[] = {
        NULL, "auto", "s", "ms", "us", "ns", "iso", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%s"};
    if (size < 2)
        return 0;
    struct hc_slice unit = data[1] == FIRST_CELL_IS_FORMAT
                               ? HC_SLICE("%")
                               : hc_slice_str(units[data[1] % HC_COUNT(units)]);
    check_line(hc_slice_of(data + 2, size - 2), separators[data[0] % sizeof separators], unit);
    return 0;
}
