/* The inside of a snapshot (store.h describes the outside): an array of segments, dense from offset
 * 0. */
#ifndef HC_STORE_LOG_H
#define HC_STORE_LOG_H

#include "store/segment.h"
#include "store/store.h"

enum { HC_LOG_OBJECT_MAGIC = 0x4c4f4731 };

struct hc_log_part {
    struct hc_segment *segment; /* ref */
    int64_t end;                /* the offset behind its last record */
    int64_t bytes_before;       /* of the bodies of all parts before it */
};

struct hc_log {
    uint32_t magic;
    struct hc_ref ref;
    int64_t end;
    int64_t bytes; /* of all bodies */
    size_t count;
    struct hc_log_part parts[];
};

/* A batch of the log. */
struct hc_log_place {
    size_t part;
    uint32_t row;
};

/* A new snapshot (a reference for the caller) with `segment` (takes over the reference) behind
 * `log`, whose own reference stays with the caller. The segment begins where the log ends
 * (asserted). */
struct hc_log *hc_log_extend(const struct hc_log *log, struct hc_segment *segment);

/* The batch that holds the offset; 0 <= offset < end. */
struct hc_log_place hc_log_locate(const struct hc_log *log, int64_t offset);

/* The part that holds the offset; 0 <= offset < end. */
size_t hc_log_part_of(const struct hc_log *log, int64_t offset);

#endif
