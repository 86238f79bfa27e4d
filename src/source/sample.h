/* The first rows of a data file, split into a table. */
#ifndef HC_SOURCE_SAMPLE_H
#define HC_SOURCE_SAMPLE_H

#include "source/cells.h"
#include "source/input.h"
#include "source/pattern.h"

enum { HC_SAMPLE_LINES = 256 };

struct hc_sample {
    char separator;
    size_t width; /* cells of a row; 0: the file has no line at all */
    size_t rows;
    struct hc_raw_cell *cells; /* rows * width, the first row may be the header; arena */
    uint64_t *numbers;         /* line of each row */
    size_t skipped;            /* lines in front of the first row: comments */
    struct hc_file_mark mark;
};

static inline struct hc_slice hc_sample_cell(const struct hc_sample *sample, size_t row,
                                             size_t column)
{
    HC_ASSERT(row < sample->rows && column < sample->width);
    return sample->cells[row * sample->width + column].text;
}

/* Reads and splits. HC_INVALID: no table; whatever the input answers. */
HC_MUST_USE enum hc_status hc_sample_read(const struct hc_data_file *file, struct hc_arena *arena,
                                          struct hc_sample *ret, struct hc_error *error);

#endif
