/* Key 23, OffsetForLeaderEpoch v2-4 (KIP-320).
 *   v2  current leader epoch
 *   v3  replica id, ignored
 *   v4  flexible
 *
 * The answer is the largest known epoch at or below the asked one with the next epoch's start, or
 * the visible end for the newest. An epoch above the current one: UNKNOWN_LEADER_EPOCH. After a
 * restart, until the log is loaded again up to where it was: OFFSET_NOT_AVAILABLE, since its
 * present end would look like truncation and send clients back.
 */
#include "api/api.h"
#include "api/common.h"

static void answer_partition(struct hc_request *request, struct hc_slice name,
                             const struct hp_offset_for_leader_epoch_request_partition *asked,
                             struct hp_offset_for_leader_epoch_response_partition *out)
{
    out->partition = asked->partition;
    struct hc_session_topic *topic = hc_api_topic_named(request, name, &out->error_code);
    if (topic) {
        out->error_code =
            hc_api_check_partition(request, topic, asked->partition, asked->current_leader_epoch);
    }
    const struct hc_session *session = request->cluster->session;
    if (out->error_code == HP_ERR_NONE &&
        asked->leader_epoch > hc_session_leader_epoch(session, topic, asked->partition)) {
        out->error_code = HP_ERR_UNKNOWN_LEADER_EPOCH;
    }
    if (out->error_code == HP_ERR_NONE && hc_api_is_reloading(request, topic, asked->partition)) {
        out->error_code = HP_ERR_OFFSET_NOT_AVAILABLE;
    }
    if (out->error_code == HP_ERR_NONE) {
        hc_session_end_of_epoch(session, topic, asked->partition, asked->leader_epoch,
                                &out->leader_epoch, &out->end_offset);
    }
    hc_api_note_error(request, out->error_code);
}

enum hc_outcome hc_api_offset_for_leader_epoch(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_OFFSET_FOR_LEADER_EPOCH);
    const struct hp_offset_for_leader_epoch_request *message = request->message;
    struct hp_offset_for_leader_epoch_response *response = request->response;
    response->topics =
        HP_NEW_ARRAY(request->arena, offset_for_leader_epoch_response_topic, message->topics_count);
    response->topics_count = message->topics_count;
    for (int32_t t = 0; t < message->topics_count; t++) {
        const struct hp_offset_for_leader_epoch_request_topic *asked = &message->topics[t];
        struct hp_offset_for_leader_epoch_response_topic *out = &response->topics[t];
        out->topic = asked->topic;
        out->partitions = HP_NEW_ARRAY(request->arena, offset_for_leader_epoch_response_partition,
                                       asked->partitions_count);
        out->partitions_count = asked->partitions_count;
        for (int32_t i = 0; i < asked->partitions_count; i++) {
            answer_partition(request, asked->topic, &asked->partitions[i], &out->partitions[i]);
        }
    }
    return HC_DONE;
}
