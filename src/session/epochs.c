/* Leader epochs: entries (epoch, start), ascending in both; from `start` on, records carry `epoch`.
 */
#include "base/assert.h"
#include "base/memory.h"
#include "session/internal.h"

#include <stdlib.h>

static const struct hc_session_partition *partition_of(const struct hc_session_topic *topic,
                                                       int32_t partition)
{
    HC_ASSERT(partition >= 0 && partition < topic->partition_count);
    HC_ASSERT(topic->partitions[partition].epoch_count >= 1);
    return &topic->partitions[partition];
}

int32_t hc_session_leader_epoch(const struct hc_session *session,
                                const struct hc_session_topic *topic, int32_t partition)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    const struct hc_session_partition *part = partition_of(topic, partition);
    return part->epochs[part->epoch_count - 1].epoch;
}

int64_t hc_session_epoch_start(const struct hc_session *session,
                               const struct hc_session_topic *topic, int32_t partition)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    const struct hc_session_partition *part = partition_of(topic, partition);
    return part->epochs[part->epoch_count - 1].start;
}

int32_t hc_session_epoch_at(const struct hc_session *session, const struct hc_session_topic *topic,
                            int32_t partition, int64_t offset, int64_t *ret_range_end)
{
    HC_ASSERT(offset >= 0);
    const struct hc_session_partition *part = partition_of(topic, partition);
    size_t i = part->epoch_count - 1;
    while (i > 0 && part->epochs[i].start > offset) {
        i--;
    }
    int64_t end = hc_session_high_watermark(session, topic, partition);
    if (i + 1 < part->epoch_count) {
        end = HC_MIN(end, part->epochs[i + 1].start);
    }
    *ret_range_end = end;
    return part->epochs[i].epoch;
}

void hc_session_end_of_epoch(const struct hc_session *session, const struct hc_session_topic *topic,
                             int32_t partition, int32_t epoch, int32_t *ret_epoch, int64_t *ret_end)
{
    const struct hc_session_partition *part = partition_of(topic, partition);
    size_t above = 0; /* the first entry with a larger epoch */
    while (above < part->epoch_count && part->epochs[above].epoch <= epoch) {
        above++;
    }
    int64_t end = hc_session_high_watermark(session, topic, partition);
    if (above < part->epoch_count) {
        end = HC_MIN(end, part->epochs[above].start);
    }
    *ret_epoch = above > 0 ? part->epochs[above - 1].epoch : epoch;
    *ret_end = end;
}

void hc_session_set_epochs(struct hc_session *session, struct hc_session_topic *topic,
                           int32_t partition, const struct hc_epoch_entry *entries, size_t count)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(partition >= 0 && partition < topic->partition_count);
    HC_ASSERT(count >= 1 && entries[0].start == 0);
    for (size_t i = 1; i < count; i++) {
        HC_ASSERT(entries[i].start > entries[i - 1].start);
        HC_ASSERT(entries[i].epoch > entries[i - 1].epoch);
    }
    struct hc_session_partition *part = &topic->partitions[partition];
    part->epochs = hc_realloc_array(part->epochs, count, sizeof *entries);
    memcpy(part->epochs, entries, count * sizeof *entries);
    part->epoch_count = count;
}
