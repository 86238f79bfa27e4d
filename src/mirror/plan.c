/* How far a transaction goes. A transaction is a cut through the market where it can be: every
 * record of every partition that was visible at one instant, so that a reader of committed records
 * sees whole instants. */
#include "mirror/internal.h"

/* Offsets behind what is visible at `market_ms`, within what the loop has published. */
static int64_t end_at(const struct hc_mirror_lane *lane, int64_t market_ms)
{
    if (!lane->log || lane->visible <= lane->next) {
        return lane->next;
    }
    int64_t end = HC_MIN(hc_log_visible_end(lane->log, market_ms), lane->visible);
    return HC_MAX(end, lane->next);
}

static bool fits(const struct hc_mirror *mirror, int64_t market_ms)
{
    int64_t records = 0, bytes = 0;
    for (size_t i = 0; i < mirror->lane_count; i++) {
        const struct hc_mirror_lane *lane = &mirror->lanes[i];
        int64_t end = end_at(lane, market_ms);
        if (end > lane->next) {
            records += end - lane->next;
            bytes += hc_log_bytes_between(lane->log, lane->next, end);
        }
    }
    return records <= HC_MIRROR_BATCH_RECORDS && bytes <= HC_MIRROR_BATCH_BYTES;
}

/* The instant of the first record that waits; HC_NEVER: none does. */
static int64_t first_waiting_ms(const struct hc_mirror *mirror)
{
    int64_t first = HC_NEVER;
    for (size_t i = 0; i < mirror->lane_count; i++) {
        const struct hc_mirror_lane *lane = &mirror->lanes[i];
        if (lane->log && lane->visible > lane->next) {
            first = HC_MIN(first, hc_log_visible_ms(lane->log, lane->next));
        }
    }
    return first;
}

/* The last instant that still fits, at least `low`. */
static int64_t last_that_fits(const struct hc_mirror *mirror, int64_t low, int64_t high)
{
    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2;
        if (fits(mirror, middle)) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

/* An instant larger than a transaction is cut where it is full, partition by partition. */
static size_t fill(struct hc_mirror *mirror, int64_t market_ms)
{
    size_t records = 0;
    int64_t bytes = 0;
    for (size_t i = 0; i < mirror->lane_count; i++) {
        struct hc_mirror_lane *lane = &mirror->lanes[i];
        int64_t end = end_at(lane, market_ms);
        end = HC_MIN(end, lane->next + (int64_t)(HC_MIRROR_BATCH_RECORDS - records));
        while (end > lane->next && records > 0 &&
               bytes + hc_log_bytes_between(lane->log, lane->next, end) > HC_MIRROR_BATCH_BYTES) {
            end = lane->next + (end - lane->next) / 2;
        }
        lane->planned = end;
        if (end > lane->next) {
            bytes += hc_log_bytes_between(lane->log, lane->next, end);
            records += (size_t)(end - lane->next);
        }
    }
    HC_ASSERT(records <= HC_MIRROR_BATCH_RECORDS);
    return records;
}

size_t hc_mirror_plan(struct hc_mirror *mirror, int64_t *ret_market_ms)
{
    pthread_mutex_lock(&mirror->lock);
    int64_t first = first_waiting_ms(mirror);
    int64_t until = mirror->market_ms;
    size_t records = 0;
    if (first != HC_NEVER) {
        until = HC_MAX(until, first);
        bool whole = fits(mirror, until);
        if (!whole && fits(mirror, first)) {
            until = last_that_fits(mirror, first, until);
            whole = true;
        } else if (!whole) {
            until = first;
        }
        records = fill(mirror, until);
        HC_ASSERT(records > 0);
        if (!whole) {
            until = first - 1;
        }
    }
    pthread_mutex_unlock(&mirror->lock);
    *ret_market_ms = until;
    return records;
}
