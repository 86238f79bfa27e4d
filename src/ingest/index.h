/* What is known of a source from earlier loads: a small text file per source identity, which lets a
 * warm start open the stored topics without looking at the source's rows.
 *
 *   hindcast-index 1
 *   fingerprint HEX
 *   topic GENERATION DIRECTORY NAME     the newest build of each topic ever loaded from the source
 *   load VARIANT NAME...                what loading with this codec and range end gave
 *
 * A `load` line holds for the fingerprint; topics outlive it, for they tell what a later load must
 * reproduce to stay in its content generation. A file that is missing or not understood is an empty
 * index.
 */
#ifndef HC_INGEST_INDEX_H
#define HC_INGEST_INDEX_H

#include "base/arena.h"
#include "base/status.h"

struct hc_index_topic {
    struct hc_slice name;
    struct hc_slice directory; /* below topics/ */
    int64_t generation;
};

struct hc_index_load {
    struct hc_slice variant; /* may be empty */
    struct hc_slice *names;
    size_t name_count;
};

/* Everything is in the arena it was read into. Zero-initialised: empty. */
struct hc_index {
    struct hc_slice fingerprint;
    struct hc_index_topic *topics;
    size_t topic_count;
    struct hc_index_load *loads;
    size_t load_count;
};

/* Reads DIRECTORY/index. HC_NOT_FOUND: none; HC_CORRUPT: not understood; both leave *ret empty. */
enum hc_status hc_index_read(const char *directory, struct hc_arena *arena, struct hc_index *ret);

/* Replaces DIRECTORY/index in one step and syncs it. */
HC_MUST_USE enum hc_status hc_index_write(const char *directory, const struct hc_index *index,
                                          struct hc_error *error);

const struct hc_index_topic *hc_index_topic(const struct hc_index *index, struct hc_slice name);
const struct hc_index_load *hc_index_load(const struct hc_index *index, struct hc_slice variant);

/* The index after a load: `topics` (names, directories, generations) replace those of the same
 * name; other loads stay only if the fingerprint is the same. In `arena`; borrows from the
 * arguments. */
struct hc_index hc_index_after(const struct hc_index *before, struct hc_slice fingerprint,
                               struct hc_slice variant, const struct hc_index_topic *topics,
                               size_t topic_count, struct hc_arena *arena);

#endif
