#include "api/common.h"

enum { TOPIC_NAME_BYTES_MAX = 249 };

bool hc_topic_name_is_legal(struct hc_slice name)
{
    if (name.size == 0 || name.size > TOPIC_NAME_BYTES_MAX || hc_slice_equal_str(name, ".") ||
        hc_slice_equal_str(name, "..")) {
        return false;
    }
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool legal = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '.' || c == '_' || c == '-';
        if (!legal) {
            return false;
        }
    }
    return true;
}

struct hc_session_topic *hc_api_topic_named(const struct hc_request *request, struct hc_slice name,
                                            int16_t *ret_error)
{
    HC_ASSERT(request->cluster != NULL && ret_error != NULL);
    struct hc_session_topic *topic = hc_session_topic_named(request->cluster->session, name);
    if (!topic) {
        *ret_error = hc_topic_name_is_legal(name) ? HP_ERR_UNKNOWN_TOPIC_OR_PARTITION
                                                  : HP_ERR_INVALID_TOPIC_EXCEPTION;
    }
    return topic;
}

int16_t hc_api_check_partition(const struct hc_request *request,
                               const struct hc_session_topic *topic, int32_t partition,
                               int32_t current_leader_epoch)
{
    HC_ASSERT(topic != NULL);
    if (partition < 0 || partition >= topic->partition_count) {
        return HP_ERR_UNKNOWN_TOPIC_OR_PARTITION;
    }
    int32_t epoch = hc_session_leader_epoch(request->cluster->session, topic, partition);
    if (current_leader_epoch >= 0 && current_leader_epoch < epoch) {
        return HP_ERR_FENCED_LEADER_EPOCH;
    }
    if (current_leader_epoch > epoch) {
        return HP_ERR_UNKNOWN_LEADER_EPOCH;
    }
    return HP_ERR_NONE;
}

int32_t *hc_api_node_list(struct hc_request *request)
{
    int32_t *nodes = HC_ARENA_ARRAY(request->arena, int32_t, 1);
    nodes[0] = HC_NODE_ID;
    return nodes;
}
