/* How the rows of one data file are to be read. */
#ifndef HC_SOURCE_LAYOUT_H
#define HC_SOURCE_LAYOUT_H

#include "source/columns.h"
#include "source/sample.h"
#include "source/timeparse.h"

struct hc_column {
    struct hc_slice name;
    enum hc_role role;
    bool numeric;   /* every sampled cell is a number: NaN and inf are no text here */
    int32_t target; /* index among the source's columns */
};

struct hc_layout {
    bool empty; /* no rows: nothing else is set */
    char separator;
    bool header;
    bool order_assumed;  /* six columns without names: the prices must prove their order */
    uint64_t first_line; /* of the data; lines before it are passed over */
    size_t width;
    struct hc_column *columns;
    int32_t time,
        date; /* columns; date: -1 unless time holds times of day of another column's dates */
    enum hc_time_class time_class;
    bool of_day; /* bare digits of the time column are a time of day */
    bool stamp_close;
    bool newest_first; /* the sampled rows run back in time */
    bool date_set;     /* a date for times of day, from the file's name */
    int64_t date_days;
    int32_t prices[4]; /* open, high, low, close, or -1 */
    int32_t volume, symbol, exchange, interval;
    struct hc_file_mark mark; /* of the file when it was looked at */
};

static inline bool hc_layout_is_bars(const struct hc_layout *layout)
{
    return layout->prices[1] >= 0 && layout->prices[2] >= 0;
}

/* Looks at the first rows of `file` and decides, or says which flag does (HC_USAGE). Notes and
 * warnings are appended in `arena`, in which everything lives. */
HC_MUST_USE enum hc_status hc_layout_detect(const struct hc_topic_spec *spec,
                                            const struct hc_data_file *file, struct hc_arena *arena,
                                            struct hc_slice_list *notes, struct hc_layout *ret,
                                            struct hc_error *error);

/* Part of hc_layout_detect: the time column, its class and unit. `first` is the first row of data
 * in the sample. */
HC_MUST_USE enum hc_status hc_layout_find_time(const struct hc_topic_spec *spec,
                                               const struct hc_data_file *file,
                                               const struct hc_sample *sample, size_t first,
                                               struct hc_arena *arena, struct hc_slice_list *notes,
                                               struct hc_layout *layout, struct hc_error *error);

#endif
