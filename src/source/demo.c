#include "source/demo.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/timetext.h"
#include "source/demo_options.h"
#include "source/filters.h"
#include "source/market.h"
#include "source/notes.h"
#include "source/zone.h"

#include <inttypes.h>
#include <stdlib.h>

enum { COLUMNS = 8, CELL_BYTES = 32, LOOK_EVERY = 4096 };

struct demo_symbol {
    struct hc_slice name;
    struct hc_market market;
    struct hc_market_bar bars[HC_DEMO_INTERVALS_MAX]; /* growing ones, by interval */
};

struct demo {
    struct hc_source base;
    struct hc_demo_options options;
    struct demo_symbol *symbols; /* the wanted ones, ascending by bytes */
    size_t symbol_count;
    int64_t step_ns; /* the shortest interval */
    int64_t start_ns, end_ns;
    bool mixed;
    int64_t from_ns, to_ns; /* range */
    struct hc_load_control *control;
    int64_t now_ns; /* end of the step made last */
    size_t next;    /* symbol * intervals + interval: what is looked at next */
    int64_t rows;
    struct hc_cell cells[COLUMNS + 1];
    char texts[COLUMNS][CELL_BYTES];
    struct hc_slice interval_texts[HC_DEMO_INTERVALS_MAX];
};

static const struct hc_source_ops demo_ops;

static int64_t interval_ns(const struct demo *demo, size_t index)
{
    return hc_interval_nominal_ns(&demo->options.intervals[index]);
}

static int64_t ms_to_ns(int64_t ms)
{
    if (ms <= INT64_MIN / HC_NS_PER_MS) {
        return INT64_MIN;
    }
    return ms >= INT64_MAX / HC_NS_PER_MS ? INT64_MAX : ms * HC_NS_PER_MS;
}

static int64_t visible_of(const struct demo *demo, int64_t open_ns, int64_t close_ns)
{
    const struct hc_topic_spec *spec = demo->base.spec;
    return (spec->visible == HC_VISIBLE_OPEN ? open_ns : close_ns) + spec->publish_delay_ns;
}

static bool in_range(const struct demo *demo, int64_t open_ns, int64_t visible_ns)
{
    return demo->mixed ? visible_ns > demo->from_ns && visible_ns <= demo->to_ns
                       : open_ns >= demo->from_ns && open_ns < demo->to_ns;
}

/* The first bar of an interval at or after `index` that is in range, or the number of bars. Bars in
 * range are one run. */
static int64_t first_in_range(const struct demo *demo, int64_t length, int64_t bars, bool beyond)
{
    int64_t low = 0;
    int64_t high = bars;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        int64_t open = demo->start_ns + middle * length;
        int64_t visible = visible_of(demo, open, open + length);
        int64_t at = demo->mixed ? visible : open;
        int64_t bound = beyond ? demo->to_ns : demo->from_ns;
        bool before = demo->mixed ? at <= bound : at < bound;
        if (before) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void stream_fill(const struct demo *demo, size_t symbol, size_t interval,
                        struct hc_source_facts *facts)
{
    int64_t length = interval_ns(demo, interval);
    int64_t bars = (demo->end_ns - demo->start_ns) / length;
    int64_t first = first_in_range(demo, length, bars, false);
    int64_t after = first_in_range(demo, length, bars, true);
    struct hc_stream *stream = &facts->streams[facts->stream_count++];
    *stream = (struct hc_stream){.symbol = demo->symbols[symbol].name,
                                 .interval = demo->options.intervals[interval],
                                 .rows = HC_MAX(after - first, (int64_t)0)};
    if (stream->rows == 0) {
        return;
    }
    stream->first_open_ns = demo->start_ns + first * length;
    stream->last_open_ns = demo->start_ns + (after - 1) * length;
    stream->first_visible_ns =
        visible_of(demo, stream->first_open_ns, stream->first_open_ns + length);
    stream->last_visible_ns = visible_of(demo, stream->last_open_ns, stream->last_open_ns + length);
    bool one = facts->rows == 0;
    facts->first_visible_ns =
        one ? stream->first_visible_ns : HC_MIN(facts->first_visible_ns, stream->first_visible_ns);
    facts->last_visible_ns =
        one ? stream->last_visible_ns : HC_MAX(facts->last_visible_ns, stream->last_visible_ns);
    facts->rows += stream->rows;
}

static enum hc_status demo_survey(struct hc_source *source, struct hc_load_control *control,
                                  struct hc_source_facts *ret, struct hc_error *error)
{
    static const char *const names[COLUMNS] = {"timestamp", "symbol", "open",   "high",
                                               "low",       "close",  "volume", "trades"};
    struct demo *demo = (struct demo *)(void *)source;
    struct hc_arena *arena = &demo->base.arena;
    (void)error;
    demo->control = control;
    struct hc_source_facts facts = {.symbol_column = 1, .mixed_interval = demo->mixed};
    facts.columns.count = COLUMNS + demo->mixed;
    facts.columns.items = HC_ARENA_ARRAY(arena, struct hc_slice, facts.columns.count);
    for (size_t i = 0; i < COLUMNS; i++) {
        facts.columns.items[i] = hc_slice_str(names[i]);
    }
    if (demo->mixed) {
        facts.columns.items[COLUMNS] = HC_SLICE("interval");
    }
    facts.files.items = HC_ARENA_ARRAY(arena, struct hc_slice, 1);
    facts.files.items[0] = HC_SLICE("demo");
    facts.files.count = 1;
    size_t streams = demo->symbol_count * demo->options.interval_count;
    facts.streams = HC_ARENA_ARRAY(arena, struct hc_stream, streams + 1);
    for (size_t i = 0; i < demo->symbol_count; i++) {
        for (size_t j = 0; j < demo->options.interval_count; j++) {
            stream_fill(demo, i, j, &facts);
        }
    }
    /* Bars are made when they end; shown at their open, longer ones would come late. */
    facts.ordered = !(demo->mixed && demo->base.spec->visible == HC_VISIBLE_OPEN);
    hc_notes_add(&facts.notes, HC_NOTES_MAX, arena,
                 "a synthetic market (seed %" PRIu64 "): no real prices", demo->options.seed);
    *ret = facts;
    return HC_OK;
}

static enum hc_status demo_read_begin(struct hc_source *source, struct hc_load_control *control,
                                      struct hc_error *error)
{
    struct demo *demo = (struct demo *)(void *)source;
    (void)error;
    demo->control = control;
    demo->now_ns = demo->start_ns;
    demo->next = SIZE_MAX;
    demo->rows = 0;
    for (size_t i = 0; i < demo->symbol_count; i++) {
        hc_market_init(&demo->symbols[i].market, demo->symbols[i].name, demo->options.seed,
                       demo->step_ns / HC_NS_PER_S);
    }
    atomic_store(&control->bytes_done, 0);
    atomic_store(&control->bytes_total, demo->end_ns - demo->start_ns);
    atomic_store(&control->rows_done, 0);
    return HC_OK;
}

static void bar_join(struct hc_market_bar *bar, const struct hc_market_bar *step, bool begins)
{
    if (begins) {
        *bar = *step;
        return;
    }
    bar->high = HC_MAX(bar->high, step->high);
    bar->low = HC_MIN(bar->low, step->low);
    bar->close = step->close;
    bar->volume += step->volume;
    bar->trades += step->trades;
}

/* One step of every symbol. */
static void market_step(struct demo *demo)
{
    int64_t since = demo->now_ns - demo->start_ns;
    for (size_t i = 0; i < demo->symbol_count; i++) {
        struct demo_symbol *symbol = &demo->symbols[i];
        struct hc_market_bar step = hc_market_next(&symbol->market, demo->now_ns / HC_NS_PER_S);
        for (size_t j = 0; j < demo->options.interval_count; j++) {
            bar_join(&symbol->bars[j], &step, since % interval_ns(demo, j) == 0);
        }
    }
    demo->now_ns += demo->step_ns;
    demo->next = 0;
}

static void cell_number(struct demo *demo, size_t column, int64_t value, int decimals)
{
    size_t size = hc_market_decimal(value, decimals, demo->texts[column]);
    demo->cells[column] =
        (struct hc_cell){HC_CELL_NUMBER, hc_slice_of(demo->texts[column], size), 0};
}

static void row_fill(struct demo *demo, size_t symbol_index, size_t interval_index, int64_t open_ns,
                     struct hc_row *ret)
{
    HC_ASSERT(symbol_index < demo->symbol_count);
    const struct demo_symbol *symbol = &demo->symbols[symbol_index];
    const struct hc_market_bar *bar = &symbol->bars[interval_index];
    cell_number(demo, 0, open_ns / HC_NS_PER_MS, 0);
    demo->cells[0].time_ns = open_ns;
    demo->cells[1] = (struct hc_cell){HC_CELL_STRING, symbol->name, 0};
    cell_number(demo, 2, bar->open, symbol->market.price_decimals);
    cell_number(demo, 3, bar->high, symbol->market.price_decimals);
    cell_number(demo, 4, bar->low, symbol->market.price_decimals);
    cell_number(demo, 5, bar->close, symbol->market.price_decimals);
    cell_number(demo, 6, bar->volume, symbol->market.volume_decimals);
    cell_number(demo, 7, bar->trades, 0);
    demo->cells[COLUMNS] =
        (struct hc_cell){HC_CELL_STRING, demo->interval_texts[interval_index], 0};
    *ret = (struct hc_row){
        .open_ns = open_ns,
        .visible_ns = visible_of(demo, open_ns, demo->now_ns),
        .stream = (uint32_t)(symbol_index * demo->options.interval_count + interval_index),
        .line = (uint64_t)++demo->rows,
        .cells = demo->cells};
}

static enum hc_status demo_read_next(struct hc_source *source, struct hc_row *ret,
                                     struct hc_error *error)
{
    HC_ASSERT(source->ops == &demo_ops);
    struct demo *demo = (struct demo *)(void *)source;
    size_t intervals = demo->options.interval_count;
    for (;;) {
        if (demo->next >= demo->symbol_count * intervals) {
            bool over = !demo->mixed && demo->now_ns > demo->to_ns;
            if (demo->now_ns == demo->end_ns || demo->symbol_count == 0 || over) {
                atomic_store(&demo->control->bytes_done, demo->end_ns - demo->start_ns);
                atomic_store(&demo->control->rows_done, demo->rows);
                return HC_END;
            }
            if (atomic_load(&demo->control->cancel)) {
                return hc_error_set(error, HC_CANCELLED, "cancelled");
            }
            market_step(demo);
            if ((demo->now_ns - demo->start_ns) / demo->step_ns % LOOK_EVERY == 0) {
                atomic_store(&demo->control->bytes_done, demo->now_ns - demo->start_ns);
                atomic_store(&demo->control->rows_done, demo->rows);
            }
        }
        size_t symbol = demo->next / intervals;
        size_t interval = demo->next % intervals;
        demo->next++;
        int64_t length = interval_ns(demo, interval);
        int64_t open = demo->now_ns - length;
        if ((demo->now_ns - demo->start_ns) % length == 0 &&
            in_range(demo, open, visible_of(demo, open, demo->now_ns))) {
            row_fill(demo, symbol, interval, open, ret);
            return HC_OK;
        }
    }
}

static enum hc_status demo_fingerprint(struct hc_source *source, struct hc_buffer *out,
                                       struct hc_error *error)
{
    const struct demo *demo = (const struct demo *)(const void *)source;
    (void)error;
    hc_buffer_printf(out, "demo %d seed=%" PRIu64 " from=%" PRId64 " to=%" PRId64, HC_DEMO_VERSION,
                     demo->options.seed, demo->start_ns, demo->end_ns);
    for (size_t i = 0; i < demo->options.interval_count; i++) {
        hc_buffer_printf(out, " " HC_SLICE_FMT, HC_SLICE_ARG(demo->interval_texts[i]));
    }
    for (size_t i = 0; i < demo->symbol_count; i++) {
        hc_buffer_printf(out, " " HC_SLICE_FMT, HC_SLICE_ARG(demo->symbols[i].name));
    }
    hc_buffer_append_char(out, '\n');
    return HC_OK;
}

static void demo_close(struct hc_source *source)
{
    struct demo *demo = (struct demo *)(void *)source;
    hc_arena_done(&demo->base.arena);
    free(demo);
}

static const struct hc_source_ops demo_ops = {
    .survey = demo_survey,
    .read_begin = demo_read_begin,
    .read_next = demo_read_next,
    .fingerprint = demo_fingerprint,
    .close = demo_close,
};

static void symbols_make(struct demo *demo, const struct hc_filters *filters)
{
    const struct hc_slice_list *names = &demo->options.symbols;
    demo->symbols = HC_ARENA_ARRAY(&demo->base.arena, struct demo_symbol, names->count + 1);
    for (size_t i = 0; i < names->count; i++) {
        if (hc_filters_include(filters, names->items[i])) {
            demo->symbols[demo->symbol_count++].name = names->items[i];
        }
    }
}

enum hc_status hc_demo_open(const struct hc_topic_spec *spec, struct hc_slice options,
                            struct hc_source **ret, struct hc_error *error)
{
    HC_ASSERT(spec != NULL && ret != NULL);
    if (spec->columns.count > 0 || !hc_slice_is_null(spec->symbol) || spec->tables.count > 0 ||
        !hc_slice_is_null(spec->query) || !hc_slice_is_null(spec->interval_column)) {
        return hc_error_set(error, HC_USAGE,
                            "demo: has its own columns and symbols: --columns, --symbol, --table "
                            "and --query are for other sources");
    }
    struct demo *demo = hc_alloc(sizeof(*demo));
    demo->base.ops = &demo_ops;
    demo->base.spec = spec;
    hc_arena_init(&demo->base.arena, 0);
    struct hc_filters filters;
    enum hc_status status =
        hc_demo_options_parse(options, spec, &demo->base.arena, &demo->options, error);
    if (status == HC_OK) {
        status = hc_filters_read(spec, &demo->base.arena, &filters, error);
    }
    if (status != HC_OK) {
        demo_close(&demo->base);
        return status;
    }
    symbols_make(demo, &filters);
    demo->mixed = demo->options.interval_count > 1;
    demo->step_ns = interval_ns(demo, 0);
    demo->start_ns = demo->options.from_s * HC_NS_PER_S;
    demo->end_ns = demo->start_ns + demo->options.days * 86400 * HC_NS_PER_S;
    demo->from_ns = ms_to_ns(spec->range_from_ms);
    demo->to_ns = ms_to_ns(spec->range_to_ms);
    for (size_t i = 0; i < demo->options.interval_count; i++) {
        char text[HC_INTERVAL_BYTES];
        hc_interval_text(&demo->options.intervals[i], false, text);
        demo->interval_texts[i] = hc_arena_copy(&demo->base.arena, hc_slice_str(text));
    }
    *ret = &demo->base;
    return HC_OK;
}
