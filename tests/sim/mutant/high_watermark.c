/* A broker that shows one record too many: linked with --wrap=hc_session_high_watermark. */
#include "session/session.h"

int64_t __real_hc_session_high_watermark(const struct hc_session *session,
                                         const struct hc_session_topic *topic, int32_t partition);
int64_t __wrap_hc_session_high_watermark(const struct hc_session *session,
                                         const struct hc_session_topic *topic, int32_t partition);

int64_t __wrap_hc_session_high_watermark(const struct hc_session *session,
                                         const struct hc_session_topic *topic, int32_t partition)
{
    int64_t end = __real_hc_session_high_watermark(session, topic, partition);
    return HC_MIN(end + 1, hc_log_end(topic->partitions[partition].log));
}
