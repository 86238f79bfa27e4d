/* A scripted source for tests: rows from an array, counted calls, a hook before each row.
 *
 * The spec's source "fake:N" opens fakes[N]. Columns: symbol, time (epoch ms), price. */
#ifndef HC_TEST_FAKE_SOURCE_H
#define HC_TEST_FAKE_SOURCE_H

#include "base/clock.h"
#include "base/memory.h"
#include "source/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { FAKE_COUNT = 4, FAKE_STREAMS = 3, FAKE_FILES = 2 };

struct fake_row {
    int64_t open_ms;
    uint32_t stream;
    uint32_t file;
    uint64_t line;
    const char *price;
};

struct fake {
    struct fake_row *rows;
    size_t count;
    bool ordered;
    int64_t interval_ns;
    char fingerprint[64];
    int64_t refused; /* as if the survey had refused so many */
    void (*before_survey)(void *context, struct hc_load_control *control);
    enum hc_status survey_fails; /* with this; HC_OK: it does not */
    void (*before_row)(void *context, size_t row);
    void *context;
    atomic_int opens, surveys, reads, closes;
};

static struct fake fakes[FAKE_COUNT];
static const char *const fake_symbols[FAKE_STREAMS] = {"BTC", "ETH", "SOL"};

struct fake_source {
    struct hc_source base;
    struct fake *fake;
    struct hc_load_control *control;
    size_t next;
    struct hc_cell cells[3];
    char time[32];
};

static int64_t fake_open_ns(const struct fake_row *row)
{
    return row->open_ms * HC_NS_PER_MS;
}

static void fake_count_row(const struct fake *fake, const struct fake_row *row,
                           struct hc_stream *stream)
{
    int64_t open_ns = fake_open_ns(row), visible_ns = open_ns + fake->interval_ns;
    bool first = stream->rows++ == 0;
    stream->first_open_ns = first ? open_ns : HC_MIN(stream->first_open_ns, open_ns);
    stream->last_open_ns = first ? open_ns : HC_MAX(stream->last_open_ns, open_ns);
    stream->first_visible_ns = first ? visible_ns : HC_MIN(stream->first_visible_ns, visible_ns);
    stream->last_visible_ns = first ? visible_ns : HC_MAX(stream->last_visible_ns, visible_ns);
}

static enum hc_status fake_survey(struct hc_source *base, struct hc_load_control *control,
                                  struct hc_source_facts *ret, struct hc_error *error)
{
    struct fake *fake = ((struct fake_source *)base)->fake;
    if (fake->before_survey) {
        fake->before_survey(fake->context, control);
    }
    if (fake->survey_fails != HC_OK) {
        return hc_error_set(error, fake->survey_fails, "the survey fails, as the test wants");
    }
    static struct hc_slice columns[3], files[FAKE_FILES];
    columns[0] = HC_SLICE("symbol");
    columns[1] = HC_SLICE("time");
    columns[2] = HC_SLICE("price");
    files[0] = HC_SLICE("a.csv");
    files[1] = HC_SLICE("b.csv");
    atomic_fetch_add(&fake->surveys, 1);
    struct hc_stream *streams = HC_ARENA_ARRAY(&base->arena, struct hc_stream, FAKE_STREAMS);
    for (size_t i = 0; i < FAKE_STREAMS; i++) {
        streams[i].symbol = hc_slice_str(fake_symbols[i]);
        streams[i].interval.ns = fake->interval_ns;
    }
    for (size_t i = 0; i < fake->count; i++) {
        fake_count_row(fake, &fake->rows[i], &streams[fake->rows[i].stream]);
    }
    *ret = (struct hc_source_facts){
        .columns = {columns, 3},
        .files = {files, FAKE_FILES},
        .streams = streams,
        .stream_count = FAKE_STREAMS,
        .ordered = fake->ordered,
        .rows = (int64_t)fake->count,
        .refused = fake->refused,
    };
    return HC_OK;
}

static enum hc_status fake_begin(struct hc_source *base, struct hc_load_control *control,
                                 struct hc_error *error)
{
    (void)error;
    struct fake_source *source = (struct fake_source *)base;
    source->next = 0;
    source->control = control;
    atomic_fetch_add(&source->fake->reads, 1);
    return HC_OK;
}

static enum hc_status fake_next(struct hc_source *base, struct hc_row *ret, struct hc_error *error)
{
    struct fake_source *source = (struct fake_source *)base;
    struct fake *fake = source->fake;
    if (fake->before_row) {
        fake->before_row(fake->context, source->next);
    }
    if (atomic_load(&source->control->cancel)) {
        return hc_error_set(error, HC_CANCELLED, "cancelled");
    }
    if (source->next == fake->count) {
        return HC_END;
    }
    const struct fake_row *row = &fake->rows[source->next++];
    int size = snprintf(source->time, sizeof source->time, "%" PRId64, row->open_ms);
    source->cells[0] =
        (struct hc_cell){.kind = HC_CELL_STRING, .text = hc_slice_str(fake_symbols[row->stream])};
    source->cells[1] = (struct hc_cell){.kind = HC_CELL_TIME,
                                        .text = hc_slice_of(source->time, (size_t)size),
                                        .time_ns = fake_open_ns(row)};
    source->cells[2] = (struct hc_cell){.kind = HC_CELL_NUMBER, .text = hc_slice_str(row->price)};
    *ret = (struct hc_row){.open_ns = fake_open_ns(row),
                           .visible_ns = fake_open_ns(row) + fake->interval_ns,
                           .stream = row->stream,
                           .file = row->file,
                           .line = row->line,
                           .cells = source->cells};
    return HC_OK;
}

static enum hc_status fake_fingerprint(struct hc_source *base, struct hc_buffer *out,
                                       struct hc_error *error)
{
    (void)error;
    hc_buffer_append_str(out, ((struct fake_source *)base)->fake->fingerprint);
    return HC_OK;
}

static void fake_close(struct hc_source *base)
{
    atomic_fetch_add(&((struct fake_source *)base)->fake->closes, 1);
    hc_arena_done(&base->arena);
    free(base);
}

static enum hc_status fake_open(const struct hc_topic_spec *spec, struct hc_source **ret,
                                struct hc_error *error)
{
    static const struct hc_source_ops ops = {fake_survey,      fake_begin, fake_next,
                                             fake_fingerprint, NULL,       fake_close};
    size_t index = (size_t)(spec->source.data[spec->source.size - 1] - '0');
    if (index >= FAKE_COUNT) {
        return hc_error_set(error, HC_NOT_FOUND, "no fake source %zu", index);
    }
    struct fake_source *source = hc_alloc(sizeof *source);
    source->base.ops = &ops;
    source->base.spec = spec;
    hc_arena_init(&source->base.arena, 0);
    source->fake = &fakes[index];
    atomic_fetch_add(&fakes[index].opens, 1);
    *ret = &source->base;
    return HC_OK;
}

/* Bars of every symbol, `count` minutes of them from the epoch on; prices tell rows apart. */
static void fake_bars(struct fake *fake, size_t minutes)
{
    static const char *const prices[] = {"1.5", "2.25", "3", "4.125"};
    *fake = (struct fake){.ordered = true, .interval_ns = 60 * HC_NS_PER_S};
    snprintf(fake->fingerprint, sizeof fake->fingerprint, "%zu minutes", minutes);
    fake->count = minutes * FAKE_STREAMS;
    fake->rows = hc_alloc_array(fake->count, sizeof *fake->rows);
    for (size_t i = 0; i < fake->count; i++) {
        fake->rows[i] = (struct fake_row){.open_ms = (int64_t)(i / FAKE_STREAMS) * 60000,
                                          .stream = (uint32_t)(i % FAKE_STREAMS),
                                          .line = i + 1,
                                          .price = prices[(i * 7 + i / 5) % 4]};
    }
}

static inline void fake_free(void)
{
    for (size_t i = 0; i < FAKE_COUNT; i++) {
        free(fakes[i].rows);
        fakes[i] = (struct fake){0};
    }
}

#endif
