/* Keeping the cache directory below its limit: the least recently used topics go first, never one
 * that a process uses or builds. Any thread, any process; two evictors at once do no harm.
 */
#ifndef HC_STORE_EVICT_H
#define HC_STORE_EVICT_H

#include "base/status.h"

#include <stdint.h>

struct hc_evict_result {
    uint64_t bytes_before; /* of all topic directories */
    uint64_t bytes_after;  /* may lie above the limit when what remains is in use */
    int32_t removed;       /* directories */
};

/* Removes topic directories below `cache_directory` until at most `limit_bytes` remain (0: no
 * limit, nothing is done). Only directories with a manifest or a build lock are topics, and in them
 * only the store's own files are removed: foreign files survive and keep their directory.
 * Unfinished directories of crashed builders are topics too. HC_NOT_FOUND: no such cache directory.
 */
HC_MUST_USE enum hc_status hc_store_evict(const char *cache_directory, uint64_t limit_bytes,
                                          struct hc_evict_result *ret, struct hc_error *error);

#endif
