#include "broker/fetch_session.h"

#include "base/endian.h"
#include "base/memory.h"

#include <stdlib.h>

enum { KEY_BYTES = 256 + 4 };

struct hc_fetch_session *hc_fetch_session_new(int32_t id, bool by_id, uint64_t seed)
{
    struct hc_fetch_session *session = hc_alloc(sizeof *session);
    session->id = id;
    session->epoch = 1;
    session->by_id = by_id;
    hc_list_init(&session->partitions);
    hc_map_init(&session->index, seed);
    return session;
}

static void free_partition(struct hc_fetch_partition *partition)
{
    hc_list_remove(&partition->node);
    free((void *)(uintptr_t)partition->topic.data);
    free(partition);
}

void hc_fetch_session_free(struct hc_fetch_session *session)
{
    if (!session) {
        return;
    }
    HC_LIST_EACH_SAFE(&session->partitions, node)
    {
        free_partition(HC_CONTAINER(node, struct hc_fetch_partition, node));
    }
    hc_map_done(&session->index);
    free(session);
}

/* Topic names longer than any legal one are cut: they name no topic either way. */
static struct hc_slice make_key(const struct hc_fetch_session *session, struct hc_slice topic,
                                const struct hp_uuid *id, int32_t partition, char out[KEY_BYTES])
{
    size_t size = session->by_id ? sizeof id->bytes : HC_MIN(topic.size, (size_t)256);
    if (size) {
        memcpy(out, session->by_id ? (const char *)id->bytes : topic.data, size);
    }
    hc_put_be32(out + size, (uint32_t)partition);
    return hc_slice_of(out, size + 4);
}

static bool put(struct hc_fetch_session *session, const struct hp_fetch_request_topic *topic,
                const struct hp_fetch_request_partition *wanted, int32_t partitions_max)
{
    char bytes[KEY_BYTES];
    struct hc_slice key =
        make_key(session, topic->topic, &topic->topic_id, wanted->partition, bytes);
    struct hc_fetch_partition *p = hc_map_get(&session->index, key);
    if (!p) {
        if (hc_map_count(&session->index) >= (size_t)partitions_max) {
            return false;
        }
        p = hc_alloc(sizeof *p);
        p->topic = session->by_id ? HC_SLICE_NULL
                                  : hc_slice_of(hc_slice_dup(topic->topic), topic->topic.size);
        p->topic_id = topic->topic_id;
        p->partition = wanted->partition;
        p->last_high_watermark = -1;
        p->last_log_start = -1;
        hc_list_append(&session->partitions, &p->node);
        hc_map_put(&session->index, key, p);
    }
    p->fetch_offset = wanted->fetch_offset;
    p->bytes_max = wanted->partition_max_bytes;
    p->current_leader_epoch = wanted->current_leader_epoch;
    return true;
}

bool hc_fetch_session_update(struct hc_fetch_session *session,
                             const struct hp_fetch_request *request, int32_t partitions_max)
{
    for (int32_t t = 0; t < request->topics_count; t++) {
        const struct hp_fetch_request_topic *topic = &request->topics[t];
        for (int32_t i = 0; i < topic->partitions_count; i++) {
            if (!put(session, topic, &topic->partitions[i], partitions_max)) {
                return false;
            }
        }
    }
    for (int32_t t = 0; t < request->forgotten_topics_data_count; t++) {
        const struct hp_fetch_request_forgotten_topic *topic = &request->forgotten_topics_data[t];
        for (int32_t i = 0; i < topic->partitions_count; i++) {
            char bytes[KEY_BYTES];
            struct hc_slice key =
                make_key(session, topic->topic, &topic->topic_id, topic->partitions[i], bytes);
            struct hc_fetch_partition *p = hc_map_remove(&session->index, key);
            if (p) {
                free_partition(p);
            }
        }
    }
    return true;
}

int32_t hc_fetch_session_next_epoch(int32_t epoch)
{
    return epoch == INT32_MAX ? 1 : epoch + 1;
}
