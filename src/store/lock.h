/* Locks of a topic directory, between processes: one builder at a time; users keep evictors away.
 * Advisory (flock), so they vanish with the process. Any thread; a lock belongs to whoever holds
 * the pointer.
 */
#ifndef HC_STORE_LOCK_H
#define HC_STORE_LOCK_H

#include "base/status.h"

struct hc_store_lock;

/* Excludes other builders. HC_LOCKED: names the process that holds it. HC_NOT_FOUND: no such
 * directory (make it and try again: an evictor may have removed it). */
HC_MUST_USE enum hc_status hc_store_lock_build(const char *directory, struct hc_store_lock **ret,
                                               struct hc_error *error);

/* Shared by any number of users of a topic, builders included; stamps the directory as used now.
 * HC_LOCKED: it is being evicted at this moment. HC_NOT_FOUND: no such directory. */
HC_MUST_USE enum hc_status hc_store_lock_use(const char *directory, struct hc_store_lock **ret,
                                             struct hc_error *error);

/* Nobody builds or uses the directory: both locks at once, for an evictor. HC_LOCKED otherwise. */
HC_MUST_USE enum hc_status hc_store_lock_all(const char *directory, struct hc_store_lock **ret,
                                             struct hc_error *error);

void hc_store_unlock(struct hc_store_lock *lock); /* NULL allowed */

#endif
