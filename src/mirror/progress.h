/* The progress record: what the cluster keeps of a mirror's position. Pure.
 *
 * Text, for people with a consumer in their hands; one line a fact:
 *
 *   hindcast-mirror 1
 *   name NAME
 *   incarnation HEX           changes with --restart; part of every record's header
 *   run HEX                   the process that wrote this
 *   transaction N             rises by one
 *   market MS                 complete until this market time; - where nothing is
 *   topic TARGET PARTITIONS IDENTITY
 *   partition START NEXT ANCHOR      a line each, below their topic
 *
 * START is the first sequence ever, NEXT the next one; ANCHOR is the target's offset of the record
 * before NEXT, or, where there is none yet, where the partition ended before the first.
 */
#ifndef HC_MIRROR_PROGRESS_H
#define HC_MIRROR_PROGRESS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/status.h"

#include <stdint.h>

enum {
    HC_PROGRESS_ID_BYTES = 33, /* 32 hex digits and a NUL */
    HC_PROGRESS_BYTES_MAX = 16 << 20,
    HC_PROGRESS_PARTITIONS_MAX = 100000,
};

struct hc_progress_partition {
    int64_t start, next, anchor;
};

struct hc_progress_topic {
    struct hc_slice target;
    struct hc_slice identity;
    int32_t partition_count;
    struct hc_progress_partition *partitions;
};

struct hc_progress {
    struct hc_slice name;
    char incarnation[HC_PROGRESS_ID_BYTES];
    char run[HC_PROGRESS_ID_BYTES];
    int64_t transaction;
    int64_t market_ms; /* HC_TIME_MIN: none */
    struct hc_progress_topic *topics;
    size_t topic_count;
};

void hc_progress_write(const struct hc_progress *progress, struct hc_buffer *out);

/* Everything in *ret is in `arena`. HC_INVALID: names the line; HC_UNSUPPORTED: a newer format. */
HC_MUST_USE enum hc_status hc_progress_read(struct hc_slice text, struct hc_arena *arena,
                                            struct hc_progress *ret, struct hc_error *error);

const struct hc_progress_topic *hc_progress_topic(const struct hc_progress *progress,
                                                  struct hc_slice target); /* or NULL */

/* 32 random hex digits. */
void hc_progress_id(char out[HC_PROGRESS_ID_BYTES]);

#endif
