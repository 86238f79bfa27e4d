#include "broker/lag.h"

struct hc_lag hc_lag_of(const struct hc_session *session, const struct hc_session_topic *topic,
                        int32_t partition, int64_t committed)
{
    int64_t end = hc_session_high_watermark(session, topic, partition);
    int64_t at = HC_MAX(committed, hc_session_log_start(session, topic, partition));
    if (at >= end) {
        return (struct hc_lag){0};
    }
    int64_t since = hc_log_visible_ms(topic->partitions[partition].log, at);
    int64_t market = hc_session_market_ms(session);
    HC_ASSERT(market >= since);
    return (struct hc_lag){end - at, market - since};
}
