/* A SHA-256 over the records of a topic: the same for the same history, however it was read.
 *
 * Hashed are, partition by partition ascending and offset by offset: the partition's number (32
 * bits) once, then of each record offset and timestamp (64 bits each), key, value, the number of
 * headers (32 bits), and key and value of each header. Every one of these is preceded by its length
 * in bytes (32 bits; 0xffffffff: null). Integers are big-endian.
 */
#ifndef HC_STORE_HASH_H
#define HC_STORE_HASH_H

#include "store/store.h"

enum { HC_LOG_HASH_BYTES = 32 };

struct hc_log_hash; /* own */

struct hc_log_hash *hc_log_hash_new(void);
void hc_log_hash_free(struct hc_log_hash *hash); /* NULL allowed */

/* A partition begins; ascending. */
void hc_log_hash_partition(struct hc_log_hash *hash, int32_t partition);

/* Adds the records [*offset, end) as far as they are in memory, and moves *offset. HC_READ_CHUNKS:
 * all of them. HC_READ_NOT_READY: hc_log_prepare from *offset on, and go on. */
enum hc_read_result hc_log_hash_add(struct hc_log_hash *hash, struct hc_log_reader *reader,
                                    struct hc_log *log, int64_t *offset, int64_t end);

void hc_log_hash_end(struct hc_log_hash *hash, uint8_t ret[HC_LOG_HASH_BYTES]);

#endif
