/* Writing one segment file: batches are appended to a temporary file as they end, the index is kept
 * in memory and follows when the segment ends. One thread.
 *
 * Nothing is synced here (see store.h on publishing). Between calls no file is open: a topic with
 * thousands of partitions needs no descriptor for each.
 */
#ifndef HC_STORE_SEGMENT_WRITE_H
#define HC_STORE_SEGMENT_WRITE_H

#include "store/segment.h"

/* Where and how all segments of a topic are written; borrowed by the writers. */
struct hc_segment_place {
    int directory_fd;
    const char *directory;
    int64_t build;
    enum hp_codec codec;
    size_t flush_bytes; /* bodies are written out in pieces of about this size */
};

struct hc_segment_writer {
    const struct hc_segment_place *place;
    char name[HC_SEGMENT_NAME_BYTES];
    char temporary[HC_SEGMENT_NAME_BYTES];
    bool created; /* the temporary file exists */
    int64_t base_offset;
    struct hc_buffer out; /* finished batches that are not written yet */
    uint64_t body_bytes;  /* of finished batches, written or not */
    size_t raw_bytes_max;
    struct hc_index_row *rows;
    size_t batches;
    size_t rows_capacity;
    int64_t *visible; /* per record, the open batch included */
    size_t visible_capacity;
    int64_t *timestamps;
    size_t timestamps_capacity;
    size_t records;      /* noted */
    size_t records_done; /* in finished batches */
    bool timestamps_differ;
};

void hc_segment_writer_init(struct hc_segment_writer *writer, const struct hc_segment_place *place);
void hc_segment_writer_done(struct hc_segment_writer *writer); /* removes an unfinished file */

/* Starts an empty segment; the one before is finished. */
void hc_segment_writer_begin(struct hc_segment_writer *writer, int32_t partition, int32_t number,
                             int64_t base_offset);

/* Notes the times of the next record of the open batch. */
void hc_segment_writer_note(struct hc_segment_writer *writer, int64_t visible_ms,
                            int64_t timestamp_ms);

/* Ends the open batch, whose records were all noted. */
HC_MUST_USE enum hc_status hc_segment_writer_batch(struct hc_segment_writer *writer,
                                                   struct hp_batch_builder *builder,
                                                   struct hc_error *error);

/* Writes index and footer, gives the file its name, and opens it, ready to be read. At least one
 * batch. */
HC_MUST_USE enum hc_status hc_segment_writer_finish(struct hc_segment_writer *writer,
                                                    struct hc_segment **ret,
                                                    struct hc_error *error);

#endif
