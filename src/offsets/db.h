/* The database below committed offsets: SQLite in a data directory, held by one process, used by
 * one thread at a time.
 *
 * journal_mode WAL, synchronous FULL, locking_mode EXCLUSIVE, checked at open (application_id,
 * user_version, quick_check, a CRC-32C in every row). A full disk refuses a transaction and the
 * next may succeed; any other storage failure is final: no batch is answered positively after it,
 * and `fatal` is called once on the loop's thread, so that the process can end with status 74.
 */
#ifndef HC_OFFSETS_DB_H
#define HC_OFFSETS_DB_H

#include "base/executor.h"
#include "base/status.h"

struct hc_offsets_db;

struct hc_offsets_db_config {
    const char *directory;        /* made when absent; borrowed for the call */
    struct hc_executor *executor; /* borrowed; its short lane runs transactions */
    struct hc_mailbox *mailbox;   /* borrowed: back to the loop */
    void (*fatal)(void *context, const struct hc_error *error);
    void *context;
    const char
        *vfs; /* SQLite VFS by name, NULL for the system's: the seam for tests of failing disks */
};

/* HC_LOCKED: another process holds the directory. HC_CORRUPT: the file is damaged or belongs to
 * something else, its name in the text. HC_DENIED, HC_IO, HC_NO_SPACE as met; HC_UNSUPPORTED: a
 * network file system. */
HC_MUST_USE enum hc_status hc_offsets_db_open(const struct hc_offsets_db_config *config,
                                              struct hc_offsets_db **ret, struct hc_error *error);

/* Blocks until every batch has ended, and tells their ends on the calling (loop's) thread. At a
 * stop. */
void hc_offsets_db_flush(struct hc_offsets_db *db);

/* Flushes, then closes. The mailbox must not run what this database has posted any more, or have
 * run it. NULL is allowed. */
void hc_offsets_db_close(struct hc_offsets_db *db);

#endif
