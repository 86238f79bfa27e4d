/* Logs in memory, in place of the store: the hc_log_* reading functions over an array of visible
 * instants.
 *
 * A test that includes this header is linked with it (cmake/Tests.cmake) and never opens a file.
 * Every record counts FAKE_RECORD_BYTES bytes; its timestamp is its visible instant.
 */
#ifndef HC_TESTS_FAKE_LOG_H
#define HC_TESTS_FAKE_LOG_H

#include "store/store.h"

enum { FAKE_RECORD_BYTES = 100 };

/* The first `count` of `visible`, which is borrowed and must ascend. Own: hc_log_put. */
struct hc_log *fake_log_new(const int64_t *visible, int64_t count);

/* Logs alive; for leak checks. */
long fake_log_count(void);

#endif
