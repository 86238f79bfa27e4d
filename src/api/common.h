/* What several handlers need: finding partitions, checking epochs, sentences for refusals. */
#ifndef HC_API_COMMON_H
#define HC_API_COMMON_H

#include "broker/cluster.h"
#include "broker/connection.h"
#include "broker/handler.h"
#include "protocol/error.h"
#include "protocol/messages.h"

/* The sentence a client reads when it tries to change replayed history. */
#define HC_READ_ONLY_SENTENCE                                                                      \
    "Hindcast replays history: its topics are read-only. Produce to a cluster of your own "        \
    "instead."

/* What everybody may do with the cluster (KIP-430): DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS. */
enum { HC_CLUSTER_OPERATIONS = 1 << 8 | 1 << 10 | 1 << 11 };

/* A legal Kafka topic name: [A-Za-z0-9._-]{1,249}, not "." or "..". */
bool hc_topic_name_is_legal(struct hc_slice name);

/* The topic by name, or NULL; *ret_error is then INVALID_TOPIC_EXCEPTION or
 * UNKNOWN_TOPIC_OR_PARTITION. */
struct hc_session_topic *hc_api_topic_named(const struct hc_request *request, struct hc_slice name,
                                            int16_t *ret_error);

/* HP_ERR_NONE when the partition exists and `current_leader_epoch` (-1: not checked) is the present
 * one; else UNKNOWN_TOPIC_OR_PARTITION, FENCED_LEADER_EPOCH or UNKNOWN_LEADER_EPOCH (KIP-320).
 * `topic` may not be NULL. */
int16_t hc_api_check_partition(const struct hc_request *request,
                               const struct hc_session_topic *topic, int32_t partition,
                               int32_t current_leader_epoch);

/* After a restart, until the log is loaded again up to where it was: the visible end is then lower
 * than what clients have seen, and an answer made of it would look like truncation (KIP-320). */
static inline bool hc_api_is_reloading(const struct hc_request *request,
                                       const struct hc_session_topic *topic, int32_t partition)
{
    return hc_session_reloading(request->cluster->session, topic, partition, INT64_MAX);
}

/* Remembers the first error of an answer for the metrics. */
static inline void hc_api_note_error(struct hc_request *request, int16_t error)
{
    if (request->error == HP_ERR_NONE) {
        request->error = error;
    }
}

/* INT32 array with this node's id: replicas and in-sync replicas. Arena. */
int32_t *hc_api_node_list(struct hc_request *request);

#endif
