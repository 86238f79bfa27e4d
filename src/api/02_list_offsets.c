/* Key 2, ListOffsets v1-11.
 *   v1  by timestamp: the first offset whose record timestamp is at or after it
 *   v4  current leader epoch in the request, leader epoch in the answer
 *   v5  OFFSET_NOT_AVAILABLE is known to clients; older ones get LEADER_NOT_AVAILABLE
 *   v7  -3: the largest timestamp with its offset, of equal ones the first (KIP-734)
 *   v8  -4: earliest local, which is earliest: nothing is tiered
 *   v9  -5: latest tiered: none (KIP-1005)
 *   v10 timeout_ms, which is not needed: answers come at once
 *   v11 -6: earliest pending upload: none
 *
 * "Latest" is the high watermark at the market clock, and lookups by time end there: nothing tells
 * of a record that is not visible yet. After a restart, until the log is loaded again up to where
 * it was, what depends on the end is OFFSET_NOT_AVAILABLE: clients ask again. Unknown negative
 * timestamps, or ones too new for the version, are answered with UNSUPPORTED_VERSION.
 */
#include "api/api.h"
#include "api/common.h"

enum {
    AT_LATEST = -1,
    AT_EARLIEST = -2,
    AT_MAX_TIMESTAMP = -3,
    AT_EARLIEST_LOCAL = -4,
    AT_LATEST_TIERED = -5,
    AT_EARLIEST_PENDING_UPLOAD = -6,
};

static int16_t version_of_special(int64_t timestamp)
{
    static const int16_t since[] = {1, 1, 7, 8, 9, 11};
    return timestamp >= AT_EARLIEST_PENDING_UPLOAD ? since[-1 - timestamp] : INT16_MAX;
}

static int16_t look_up(struct hc_request *request, const struct hc_session_topic *topic,
                       int32_t partition, int64_t timestamp,
                       struct hp_list_offsets_response_partition *out)
{
    HC_ASSERT(topic != NULL); /* a name that is not found has an error code, and is not looked up */
    const struct hc_session *session = request->cluster->session;
    int64_t start = hc_session_log_start(session, topic, partition);
    int64_t end = hc_session_high_watermark(session, topic, partition);
    const struct hc_log *log = topic->partitions[partition].log;
    int32_t epoch = hc_session_leader_epoch(session, topic, partition);
    if (timestamp < 0 && request->version < version_of_special(timestamp)) {
        return HP_ERR_UNSUPPORTED_VERSION;
    }
    bool found = true;
    switch (timestamp) {
    case AT_LATEST:
        out->offset = end;
        break;
    case AT_EARLIEST:
    case AT_EARLIEST_LOCAL:
        out->offset = start;
        break;
    case AT_LATEST_TIERED:
    case AT_EARLIEST_PENDING_UPLOAD:
        found = false;
        break;
    case AT_MAX_TIMESTAMP:
        found = hc_log_max_timestamp(log, start, end, &out->offset, &out->timestamp);
        break;
    default:
        found = hc_log_find_timestamp(log, timestamp, start, end, &out->offset, &out->timestamp);
    }
    bool by_end =
        timestamp == AT_LATEST || timestamp == AT_MAX_TIMESTAMP || (timestamp >= 0 && !found);
    if (by_end && hc_api_is_reloading(request, topic, partition)) {
        out->offset = out->timestamp = -1;
        return request->version >= 5 ? HP_ERR_OFFSET_NOT_AVAILABLE : HP_ERR_LEADER_NOT_AVAILABLE;
    }
    if (found) {
        int64_t range_end;
        out->leader_epoch = out->offset < end ? hc_session_epoch_at(session, topic, partition,
                                                                    out->offset, &range_end)
                                              : epoch;
    }
    return HP_ERR_NONE;
}

static bool listed_before(const struct hp_list_offsets_request_topic *topic, int32_t index)
{
    /* Quadratic, so only up to a size at which it costs nothing; beyond it a repeat gets its answer
     * twice. */
    for (int32_t i = 0; index <= 64 && i < index; i++) {
        if (topic->partitions[i].partition_index == topic->partitions[index].partition_index) {
            return true;
        }
    }
    return false;
}

static void answer_partition(struct hc_request *request,
                             const struct hp_list_offsets_request_topic *asked, int32_t index,
                             struct hp_list_offsets_response_partition *out)
{
    const struct hp_list_offsets_request_partition *wanted = &asked->partitions[index];
    out->partition_index = wanted->partition_index;
    struct hc_session_topic *topic = hc_api_topic_named(request, asked->name, &out->error_code);
    if (topic) {
        out->error_code = hc_api_check_partition(request, topic, wanted->partition_index,
                                                 wanted->current_leader_epoch);
    }
    if (listed_before(asked, index)) {
        out->error_code = HP_ERR_INVALID_REQUEST;
    }
    if (out->error_code == HP_ERR_NONE) {
        out->error_code = look_up(request, topic, wanted->partition_index, wanted->timestamp, out);
    }
    hc_api_note_error(request, out->error_code);
}

enum hc_outcome hc_api_list_offsets(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_LIST_OFFSETS);
    const struct hp_list_offsets_request *message = request->message;
    struct hp_list_offsets_response *response = request->response;
    response->topics =
        HP_NEW_ARRAY(request->arena, list_offsets_response_topic, message->topics_count);
    response->topics_count = message->topics_count;
    for (int32_t t = 0; t < message->topics_count; t++) {
        const struct hp_list_offsets_request_topic *asked = &message->topics[t];
        struct hp_list_offsets_response_topic *out = &response->topics[t];
        out->name = asked->name;
        out->partitions =
            HP_NEW_ARRAY(request->arena, list_offsets_response_partition, asked->partitions_count);
        out->partitions_count = asked->partitions_count;
        for (int32_t i = 0; i < asked->partitions_count; i++) {
            answer_partition(request, asked, i, &out->partitions[i]);
        }
    }
    return HC_DONE;
}
