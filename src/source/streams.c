#include "base/clock.h"
#include "base/memory.h"
#include "source/csv_internal.h"

enum { KEY_BYTES_MAX = 2 * HC_CELL_BYTES_MAX + 64 };

static struct hc_csv_stream *stream_make(struct hc_csv *csv, struct hc_slice symbol,
                                         struct hc_slice exchange,
                                         const struct hc_interval *interval)
{
    struct hc_csv_stream *stream = HC_ARENA_NEW(&csv->base.arena, struct hc_csv_stream);
    stream->symbol = hc_arena_copy(&csv->base.arena, symbol);
    stream->exchange = hc_arena_copy(&csv->base.arena, exchange);
    stream->included = hc_filters_include(&csv->filters, symbol);
    stream->index = -1;
    if (interval != NULL) {
        stream->interval_set = true;
        stream->interval = *interval;
    }
    csv->streams = hc_grow(csv->streams, &csv->stream_capacity, csv->stream_count + 1,
                           sizeof(struct hc_csv_stream *));
    csv->streams[csv->stream_count++] = stream;
    return stream;
}

/* A key of both names and the interval that no other combination has. */
static struct hc_slice key_write(struct hc_buffer *key, struct hc_slice symbol,
                                 struct hc_slice exchange, const struct hc_interval *interval)
{
    int64_t head[5] = {(int64_t)symbol.size, interval != NULL, 0, 0, 0};
    if (interval != NULL) {
        head[2] = interval->ns;
        head[3] = interval->days;
        head[4] = interval->months;
    }
    hc_buffer_clear(key);
    hc_buffer_append(key, head, sizeof(head));
    hc_buffer_append_slice(key, symbol);
    hc_buffer_append_slice(key, exchange);
    return hc_buffer_slice(key);
}

enum hc_status hc_csv_stream_find(struct hc_csv *csv, struct hc_slice symbol,
                                  struct hc_slice exchange, const struct hc_interval *interval,
                                  int32_t *ret, struct hc_error *error)
{
    HC_ASSERT(symbol.size + exchange.size < KEY_BYTES_MAX);
    struct hc_slice key = key_write(&csv->stream_key, symbol, exchange, interval);
    size_t *index = hc_map_get(&csv->stream_map, key);
    if (index == NULL) {
        if (csv->stream_count == HC_STREAMS_MAX) {
            return hc_error_set(error, HC_LIMIT,
                                "more than %d symbols: does the right column hold the symbol?",
                                HC_STREAMS_MAX);
        }
        index = HC_ARENA_NEW(&csv->base.arena, size_t);
        *index = csv->stream_count;
        stream_make(csv, symbol, exchange, interval);
        hc_map_put(&csv->stream_map, key, index);
    }
    *ret = (int32_t)*index;
    return HC_OK;
}

static int64_t add_saturating(int64_t a, int64_t b)
{
    int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) {
        return a < 0 ? INT64_MIN : INT64_MAX;
    }
    return sum;
}

void hc_csv_times(const struct hc_csv *csv, const struct hc_csv_stream *stream, int64_t stamp_ns,
                  int64_t *ret_open, int64_t *ret_visible)
{
    HC_ASSERT(stream->interval_set);
    const struct hc_topic_spec *spec = csv->base.spec;
    const struct hc_interval *interval = &stream->interval;
    int64_t open = stamp_ns;
    int64_t close = stamp_ns;
    if (interval->ns != 0 || interval->days != 0 || interval->months != 0) {
        if (csv->stamp_close) {
            open = hc_interval_step(interval, csv->zone, stamp_ns + csv->slack_ns, -1);
        } else {
            close = hc_interval_step(interval, csv->zone, stamp_ns, 1);
        }
    }
    *ret_open = open;
    *ret_visible =
        add_saturating(spec->visible == HC_VISIBLE_OPEN ? open : close, spec->publish_delay_ns);
}

bool hc_csv_in_range(const struct hc_csv *csv, int64_t open_ns, int64_t visible_ns)
{
    if (csv->mixed) {
        return visible_ns > csv->from_ns && visible_ns <= csv->to_ns;
    }
    return open_ns >= csv->from_ns && open_ns < csv->to_ns;
}
