/* Reading ahead: what a consumer will ask for next is faulted in and verified before it asks.
 *
 * Without it, every HC_PREPARE_BYTES_MAX of a log that was opened from disk would cost its first
 * reader a wait. One thread, the loop's; jobs under way when it is freed are let go.
 */
#ifndef HC_STORE_AHEAD_H
#define HC_STORE_AHEAD_H

#include "store/store.h"

enum {
    HC_AHEAD_BYTES = 4 * 1024 * 1024, /* less than this ready: prepare more */
    HC_AHEAD_LOGS_MAX = 16,           /* prepared at once; others come to it when they are read */
};

struct hc_read_ahead;

/* Both are borrowed for the life of the object. Own. */
struct hc_read_ahead *hc_read_ahead_new(struct hc_executor *executor, struct hc_mailbox *mailbox);
void hc_read_ahead_free(struct hc_read_ahead *ahead); /* NULL allowed */

/* The log is being read and `offset` is next. Cheap when enough is ready, or under way already. */
void hc_read_ahead(struct hc_read_ahead *ahead, struct hc_log *log, int64_t offset);

#endif
