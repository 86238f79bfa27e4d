/* Writing one partition: records into batches, batches into segments, segments into snapshots; the
 * running prefix hash. The part of a store writer that there is one of per partition. One thread.
 */
#ifndef HC_STORE_PARTITION_H
#define HC_STORE_PARTITION_H

#include "store/segment_write.h"
#include "store/store.h"

struct hc_partition_writer {
    int32_t index;
    const struct hp_header *headers; /* borrowed */
    int32_t header_count;
    size_t header_bytes;
    struct hp_batch_builder builder;
    struct hc_segment_writer segment;
    bool in_segment;
    int64_t records; /* appended */
    int64_t last_visible_ms;
    struct hc_log *log; /* the newest snapshot */
    struct hc_prefix_hash *hash;
    struct hc_prefix_list published; /* what the manifest will tell; own */
    size_t published_capacity;
    const struct hc_prefix *expected; /* borrowed: not seen yet */
    size_t expected_count;
    bool differs;
};

void hc_partition_writer_init(struct hc_partition_writer *writer, int32_t index,
                              const struct hc_segment_place *place, const struct hp_header *headers,
                              int32_t header_count);
void hc_partition_writer_done(struct hc_partition_writer *writer);

/* *ret_bytes: what the record added, before compression. */
HC_MUST_USE enum hc_status hc_partition_append(struct hc_partition_writer *writer,
                                               const struct hc_store_record *record,
                                               size_t *ret_bytes, struct hc_error *error);

/* Ends batch and segment, so that `log` holds every record, and notes the prefix. */
HC_MUST_USE enum hc_status hc_partition_publish(struct hc_partition_writer *writer,
                                                struct hc_error *error);

#endif
