/* The manifest: what a finished topic directory holds. Written last, and atomically: it alone makes
 * the files a topic.
 *
 * A binary file: magic, version, size and an XXH3-64 sum, then length-prefixed fields in the order
 * of the struct. Every length is checked against the bytes that remain before anything is
 * allocated.
 */
#ifndef HC_STORE_MANIFEST_H
#define HC_STORE_MANIFEST_H

#include "store/segment.h"
#include "store/store.h"

enum { HC_MANIFEST_BYTES_MAX = 64 * 1024 * 1024 };

struct hc_manifest_partition {
    struct hc_segment_expect *segments; /* dense from offset 0, named by their position */
    size_t segment_count;
    struct hc_prefix_list prefixes;
};

struct hc_manifest {
    int64_t build; /* part of the segments' names; each build of a directory has its own */
    enum hp_codec codec;
    struct hc_store_facts facts;
    struct hc_manifest_partition *partitions;
    int32_t partition_count;
};

/* Everything in *ret is in `arena`. HC_NOT_FOUND, HC_CORRUPT, HC_UNSUPPORTED, HC_IO. */
HC_MUST_USE enum hc_status hc_manifest_read(int directory_fd, const char *directory,
                                            struct hc_arena *arena, struct hc_manifest *ret,
                                            struct hc_error *error);

/* Replaces the manifest in one step: written to a temporary name, synced, renamed, the directory
 * synced. HC_LIMIT: it would be larger than HC_MANIFEST_BYTES_MAX. */
HC_MUST_USE enum hc_status hc_manifest_write(int directory_fd, const char *directory,
                                             const struct hc_manifest *manifest,
                                             struct hc_error *error);

#endif
