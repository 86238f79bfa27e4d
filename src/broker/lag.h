/* How far a committed offset is behind the visible end. */
#ifndef HC_BROKER_LAG_H
#define HC_BROKER_LAG_H

#include "session/session.h"

struct hc_lag {
    int64_t records;
    int64_t market_ms; /* since the first record that is missing became visible */
};

/* `committed` below the log start (-1: nothing) counts from there. Zero at the end and beyond. */
struct hc_lag hc_lag_of(const struct hc_session *session, const struct hc_session_topic *topic,
                        int32_t partition, int64_t committed);

#endif
