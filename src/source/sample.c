#include "source/sample.h"

#include "base/memory.h"
#include "source/lines.h"

#include <stdlib.h>

enum { COMMENT_LINES_MAX = 16, SAMPLE_BYTES_MAX = 4 * 1024 * 1024 };

struct text_line {
    struct hc_slice text;
    uint64_t number;
    bool quoted;
};

struct reading {
    struct text_line lines[HC_SAMPLE_LINES];
    size_t count;
    struct hc_raw_cell cells[HC_CELLS_MAX];
};

static enum hc_status lines_read(const struct hc_data_file *file, struct hc_arena *arena,
                                 struct reading *reading, struct hc_file_mark *ret_mark,
                                 struct hc_error *error)
{
    struct hc_input *input = NULL;
    enum hc_status status = hc_input_open(file->path, file->member, NULL, &input, error);
    if (status != HC_OK) {
        return status;
    }
    *ret_mark = *hc_input_mark(input);
    struct hc_lines lines;
    hc_lines_init(&lines, input);
    size_t bytes = 0;
    struct hc_line line;
    while (reading->count < HC_SAMPLE_LINES && bytes < SAMPLE_BYTES_MAX &&
           (status = hc_lines_next(&lines, &line, error)) == HC_OK) {
        if (line.text.size == 0 || line.refusal != NULL) {
            continue; /* refused with its place when the rows are read */
        }
        bytes += line.text.size;
        reading->lines[reading->count++] =
            (struct text_line){hc_arena_copy(arena, line.text), line.number, line.quoted};
    }
    hc_lines_done(&lines);
    hc_input_close(input);
    return status == HC_END ? HC_OK : status;
}

static size_t split(struct reading *reading, size_t index, char separator, struct hc_arena *arena)
{
    HC_ASSERT(index < reading->count);
    struct text_line *line = &reading->lines[index];
    size_t column = 0;
    const char *reason = NULL;
    char *scratch = line->quoted ? hc_arena_bytes(arena, line->text.size + 1) : NULL;
    size_t width = hc_cells_split(line->text, separator, line->quoted, scratch, reading->cells,
                                  HC_CELLS_MAX, &column, &reason);
    return width > HC_CELLS_MAX ? 0 : width;
}

/* The width that most lines have with this separator, and how many they are. */
static size_t common_width(struct reading *reading, char separator, struct hc_arena *arena,
                           size_t *ret_lines)
{
    size_t widths[HC_SAMPLE_LINES];
    for (size_t i = 0; i < reading->count; i++) {
        widths[i] = split(reading, i, separator, arena);
    }
    size_t best = 0;
    *ret_lines = 0;
    for (size_t i = 0; i < reading->count; i++) {
        size_t same = 0;
        for (size_t j = 0; j < reading->count; j++) {
            same += widths[j] == widths[i];
        }
        if (widths[i] >= 2 && same > *ret_lines) {
            best = widths[i];
            *ret_lines = same;
        }
    }
    return best;
}

static void separator_choose(struct reading *reading, struct hc_arena *arena,
                             struct hc_sample *sample)
{
    static const char separators[] = {',', ';', '\t', '|'};
    size_t best = 0;
    for (size_t i = 0; i < HC_COUNT(separators); i++) {
        size_t lines = 0;
        size_t width = common_width(reading, separators[i], arena, &lines);
        if (lines > best || (lines == best && width > sample->width)) {
            best = lines;
            sample->separator = separators[i];
            sample->width = width;
        }
    }
}

static enum hc_status rows_fill(struct reading *reading, const struct hc_data_file *file,
                                struct hc_arena *arena, struct hc_sample *sample,
                                struct hc_error *error)
{
    sample->cells = HC_ARENA_ARRAY(arena, struct hc_raw_cell, (reading->count + 1) * sample->width);
    sample->numbers = HC_ARENA_ARRAY(arena, uint64_t, reading->count + 1);
    for (size_t i = 0; i < reading->count; i++) {
        bool comment = sample->rows == 0 && reading->lines[i].text.data[0] == '#';
        if (comment || split(reading, i, sample->separator, arena) != sample->width) {
            sample->skipped += sample->rows == 0;
            continue;
        }
        memcpy(&sample->cells[sample->rows * sample->width], reading->cells,
               sample->width * sizeof(struct hc_raw_cell));
        sample->numbers[sample->rows++] = reading->lines[i].number;
    }
    if (sample->rows == 0 || sample->skipped > COMMENT_LINES_MAX) {
        return hc_error_set(error, HC_INVALID,
                            HC_SLICE_FMT ": no table found behind %zu lines that are none",
                            HC_SLICE_ARG(file->shown), sample->skipped);
    }
    return HC_OK;
}

enum hc_status hc_sample_read(const struct hc_data_file *file, struct hc_arena *arena,
                              struct hc_sample *ret, struct hc_error *error)
{
    HC_ASSERT(file != NULL && arena != NULL && ret != NULL);
    struct hc_sample sample = {0};
    struct reading *reading = hc_alloc(sizeof(*reading));
    enum hc_status status = lines_read(file, arena, reading, &sample.mark, error);
    if (status == HC_OK && reading->count > 0) {
        separator_choose(reading, arena, &sample);
        status = sample.width == 0
                     ? hc_error_set(error, HC_INVALID,
                                    HC_SLICE_FMT ": no table: no separator (, ; tab |) splits its "
                                                 "lines into cells",
                                    HC_SLICE_ARG(file->shown))
                     : rows_fill(reading, file, arena, &sample, error);
    }
    free(reading);
    if (status == HC_OK) {
        *ret = sample;
    }
    return status;
}
