/* What belongs to a topic directory: which files are the store's own, and removing them. */
#ifndef HC_STORE_DIRECTORY_H
#define HC_STORE_DIRECTORY_H

#include "base/status.h"

#include <stdint.h>

#define HC_BUILD_LOCK_NAME "building.lock"
#define HC_USE_LOCK_NAME   "used"

/* Removes segments, finished or temporary, of every build but `build` (-1: of every build), and
 * temporary manifests. Names that the store does not make are left alone. The highest build number
 * seen goes to *ret_last, 0 when none (may be NULL). */
HC_MUST_USE enum hc_status hc_directory_sweep(int directory_fd, const char *directory,
                                              int64_t build, int64_t *ret_last,
                                              struct hc_error *error);

#endif
