#include "api/fetch.h"

#include "session/command.h"

/* The order of the checks is part of the contract: topic, leader epoch, range. */
static int16_t check(struct hc_request *request, const struct hc_fetch_state *state,
                     struct hc_fetch_item *item)
{
    const struct hc_session *session = request->cluster->session;
    struct hc_fetch_partition *asked = item->asked;
    if (state->by_id) {
        item->topic = hc_session_topic_by_id(session, asked->topic_id);
        if (!item->topic) {
            return HP_ERR_UNKNOWN_TOPIC_ID;
        }
    } else {
        item->topic = hc_session_topic_named(session, asked->topic);
        if (!item->topic) {
            return HP_ERR_UNKNOWN_TOPIC_OR_PARTITION;
        }
    }
    int16_t error =
        hc_api_check_partition(request, item->topic, asked->partition, asked->current_leader_epoch);
    if (error != HP_ERR_NONE) {
        return error;
    }
    item->high_watermark = hc_session_high_watermark(session, item->topic, asked->partition);
    item->log_start = hc_session_log_start(session, item->topic, asked->partition);
    HC_ASSERT(item->log_start >= 0);
    if (asked->fetch_offset < item->log_start || asked->fetch_offset > item->high_watermark) {
        return hc_session_reloading(session, item->topic, asked->partition, asked->fetch_offset)
                   ? HP_ERR_NONE
                   : HP_ERR_OFFSET_OUT_OF_RANGE;
    }
    return HP_ERR_NONE;
}

/* Who is told that its position or epoch is gone has been told of a rewind. */
static void note_told(struct hc_request *request, const struct hc_fetch_item *item)
{
    if (item->error == HP_ERR_FENCED_LEADER_EPOCH || item->error == HP_ERR_OFFSET_OUT_OF_RANGE) {
        hc_session_note_forgotten(request->cluster->session, item->topic, item->asked->partition,
                                  hc_connection_id(request->connection));
    }
}

bool hc_fetch_evaluate(struct hc_request *request, struct hc_fetch_state *state, struct hc_now now)
{
    struct hc_session *session = request->cluster->session;
    int64_t available = 0;
    bool failed = false;
    for (int32_t i = 0; i < state->item_count; i++) {
        struct hc_fetch_item *item = &state->items[i];
        bool first = !item->topic;
        item->high_watermark = item->log_start = -1;
        item->available = 0;
        item->error = check(request, state, item);
        failed = failed || item->error != HP_ERR_NONE;
        if (item->error != HP_ERR_NONE) {
            note_told(request, item);
            continue;
        }
        if (first) {
            hc_session_note_fetch(session, item->topic, item->asked->partition,
                                  item->asked->fetch_offset, hc_connection_id(request->connection),
                                  now);
            item->high_watermark =
                hc_session_high_watermark(session, item->topic, item->asked->partition);
        }
        const struct hc_log *log = item->topic->partitions[item->asked->partition].log;
        int64_t bytes = hc_log_bytes_between(log, item->asked->fetch_offset, item->high_watermark);
        HC_ASSERT(bytes >= 0);
        item->available = HC_MIN(bytes, HC_MAX((int64_t)item->asked->bytes_max, 1));
        available += item->available;
    }
    int64_t wanted =
        hc_session_min_bytes_off(session) ? HC_MIN(state->bytes_min, 1) : state->bytes_min;
    bool rewound = hc_session_generation(session) != state->generation;
    return failed || rewound || available >= wanted || state->item_count == 0;
}

/* Record bytes that all partitions together would have at a market time, as far as is loaded. */
static int64_t bytes_at(const struct hc_fetch_state *state, int64_t market_ms)
{
    int64_t bytes = 0;
    for (int32_t i = 0; i < state->item_count; i++) {
        const struct hc_fetch_item *item = &state->items[i];
        const struct hc_log *log = item->topic->partitions[item->asked->partition].log;
        int64_t end = hc_log_visible_end(log, market_ms);
        int64_t here = hc_log_bytes_between(log, item->asked->fetch_offset, end);
        bytes += HC_MIN(here, HC_MAX((int64_t)item->asked->bytes_max, 1));
    }
    return bytes;
}

/* min_bytes above 1: the first instant with enough, by bisection over market time. */
static int64_t instant_of_bytes(const struct hc_fetch_state *state, int64_t first, int64_t last)
{
    if (last == HC_TIME_MIN || bytes_at(state, last) < state->bytes_min) {
        return HC_NEVER;
    }
    while (first < last) {
        int64_t middle = first + (last - first) / 2;
        if (bytes_at(state, middle) >= state->bytes_min) {
            last = middle;
        } else {
            first = middle + 1;
        }
    }
    return first;
}

int64_t hc_fetch_next_instant(const struct hc_request *request, const struct hc_fetch_state *state)
{
    int64_t first = HC_NEVER, last = HC_TIME_MIN;
    for (int32_t i = 0; i < state->item_count; i++) {
        const struct hc_fetch_item *item = &state->items[i];
        if (item->error != HP_ERR_NONE) {
            continue;
        }
        const struct hc_log *log = item->topic->partitions[item->asked->partition].log;
        int64_t end = hc_log_end(log);
        int64_t next = HC_MAX(item->high_watermark, item->asked->fetch_offset);
        if (next < end) {
            first = HC_MIN(first, hc_log_visible_ms(log, next));
            last = HC_MAX(last, hc_log_visible_ms(log, end - 1));
        }
    }
    bool any = state->bytes_min <= 1 || hc_session_min_bytes_off(request->cluster->session);
    return any || first == HC_NEVER ? first : instant_of_bytes(state, first, last);
}
