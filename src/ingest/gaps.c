#include "ingest/gaps.h"

#include "source/zone.h"

enum hc_status hc_gaps_init(struct hc_gaps *gaps, const struct hc_topic_spec *spec,
                            const struct hc_source_facts *facts, struct hc_arena *arena,
                            struct hc_error *error)
{
    struct hc_zone *zone;
    enum hc_status status = hc_zone_open(spec->timezone, arena, &zone, error);
    if (status == HC_OK) {
        *gaps = (struct hc_gaps){
            .facts = facts,
            .zone = zone,
            .streams = HC_ARENA_ARRAY(arena, struct hc_stream_gaps, facts->stream_count + 1),
        };
    }
    return status;
}

/* Whole intervals that fit between two open times. */
static int64_t steps_between(const struct hc_gaps *gaps, const struct hc_interval *interval,
                             int64_t from_ns, int64_t to_ns)
{
    int64_t nominal = hc_interval_nominal_ns(interval);
    HC_ASSERT(nominal > 0 && to_ns >= from_ns);
    int64_t steps = (to_ns - from_ns) / nominal;
    if (interval->days == 0 && interval->months == 0) {
        return steps;
    }
    while (hc_interval_step(interval, gaps->zone, from_ns, (int32_t)steps + 1) <= to_ns) {
        steps++;
    }
    while (steps > 0 && hc_interval_step(interval, gaps->zone, from_ns, (int32_t)steps) > to_ns) {
        steps--;
    }
    return steps;
}

void hc_gaps_add(struct hc_gaps *gaps, const struct hc_load_row *row)
{
    HC_ASSERT(row->stream < gaps->facts->stream_count);
    const struct hc_interval *interval = &gaps->facts->streams[row->stream].interval;
    struct hc_stream_gaps *stream = &gaps->streams[row->stream];
    bool first = stream->records++ == 0;
    if (first) {
        stream->first_open_ns = row->open_ns;
    } else if (hc_interval_nominal_ns(interval) > 0 && row->open_ns > stream->last_open_ns) {
        int64_t missing = steps_between(gaps, interval, stream->last_open_ns, row->open_ns) - 1;
        if (missing > 0) {
            stream->gaps++;
            stream->missing += missing;
        }
        if (missing > stream->largest) {
            stream->largest = missing;
            stream->largest_before_ns = stream->last_open_ns;
        }
    }
    stream->last_open_ns = row->open_ns;
}
