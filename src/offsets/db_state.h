/* What the database's files share with each other and with offsets.c. Nobody else includes this. */
#ifndef HC_OFFSETS_DB_STATE_H
#define HC_OFFSETS_DB_STATE_H

#include "base/list.h"
#include "offsets/book.h"
#include "offsets/db.h"

#include <pthread.h>
#include <sqlite3.h>

enum { HC_DB_MAGIC = 0x48434442, HC_DB_OPS_PER_TRANSACTION = 256 };

#define HC_DB_STATEMENTS(X)                                                                        \
    X(BEGIN, "BEGIN IMMEDIATE")                                                                    \
    X(COMMIT, "COMMIT")                                                                            \
    X(PUT, "INSERT OR REPLACE INTO committed VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)")             \
    X(DELETE, "DELETE FROM committed WHERE session=?1 AND grp=?2 AND topic=?3 AND identity=?4 "    \
              "AND part=?5")                                                                       \
    X(DELETE_GROUP, "DELETE FROM committed WHERE session=?1 AND grp=?2")                           \
    X(FORGET, "DELETE FROM committed WHERE session=?1")                                            \
    X(ABOVE, "SELECT grp, epoch, meta, at FROM committed WHERE session=?1 AND topic=?3 AND "       \
             "identity=?4 AND part=?5 AND off>?6")                                                 \
    X(SET_SESSION, "INSERT OR REPLACE INTO session_state VALUES (?1,?2,?3,?4,?5,?6,?7,?8)")        \
    X(SET_TOPIC, "INSERT OR REPLACE INTO topic VALUES (?1,?3,?4,?5,?6)")                           \
    X(CLEAR_EPOCHS, "DELETE FROM epoch WHERE session=?1 AND topic=?3 AND identity=?4 AND part=?5") \
    X(ADD_EPOCH, "INSERT INTO epoch VALUES (?1,?3,?4,?5,?6,?7,?8)")

enum hc_db_statement {
#define HC_DB_ENUM(name, sql) HC_DB_##name,
    HC_DB_STATEMENTS(HC_DB_ENUM)
#undef HC_DB_ENUM
        HC_DB_STATEMENT_COUNT
};

enum hc_db_phase { HC_DB_IDLE, HC_DB_RUNNING, HC_DB_FINISHED };

struct hc_offsets_db {
    uint32_t magic;
    char *file; /* own: the database's path, for messages */
    int lock_fd;
    sqlite3 *sqlite;
    sqlite3_stmt *statements[HC_DB_STATEMENT_COUNT];
    int log_pages; /* in the write-ahead log, after the last commit */

    struct hc_offsets_db_config config;
    struct hc_list queue; /* ops that wait: the loop's */
    size_t queued;
    size_t queued_bytes;
    struct hc_list
        running; /* ops of the transaction under way: the worker's while phase is RUNNING */
    struct hc_job work;
    struct hc_job delivery;

    pthread_mutex_t lock; /* guards the next two */
    pthread_cond_t finished;
    enum hc_db_phase phase;
    bool posted; /* the delivery lies in the mailbox */

    bool failed; /* for good: nothing is acknowledged any more */
    bool told;
    struct hc_error failure;
};

/* ---- db.c: the loop's side ---- */

void hc_offsets_db_start_queue(struct hc_offsets_db *db);
/* Takes over the op, unless it returns HC_NO_SPACE (too much waits already) or HC_IO (storage has
 * failed). */
HC_MUST_USE enum hc_status hc_offsets_db_submit(struct hc_offsets_db *db, struct hc_offsets_op *op);
/* The session is going: what is under way for it ends without being told. */
void hc_offsets_db_forget(struct hc_offsets_db *db, struct hc_offsets *offsets);

/* ---- db_run.c: transactions ---- */

/* Runs the ops of `db->running` as one transaction; sets their status. HC_IO: failed for good,
 * db->failure tells. */
enum hc_status hc_db_run(struct hc_offsets_db *db);

/* ---- db_open.c, db_load.c ---- */

/* Fills *error from SQLite's last one; HC_NO_SPACE, HC_CORRUPT, HC_DENIED, HC_LOCKED or HC_IO. */
enum hc_status hc_db_error(struct hc_offsets_db *db, struct hc_error *error, const char *what);
enum hc_status hc_db_exec(struct hc_offsets_db *db, const char *sql, struct hc_error *error);
/* Makes the directory and takes its lock; *ret_fd must be kept open. */
enum hc_status hc_db_take_directory(const char *directory, int *ret_fd, struct hc_error *error);
enum hc_status hc_db_sync_directory(const char *directory, struct hc_error *error);

/* Every row of every table against its sum: a damaged name would otherwise hide a row from its
 * session. */
enum hc_status hc_db_check_rows(struct hc_offsets_db *db, struct hc_error *error);
/* What is stored of a session; makes and stores its incarnation when it has none. */
HC_MUST_USE enum hc_status hc_offsets_db_load(struct hc_offsets_db *db, struct hc_slice session,
                                              struct hc_book *book, uint8_t ret_incarnation[16],
                                              struct hc_error *error);

/* ---- row.c: the sums that rows carry ---- */

uint32_t hc_db_commit_sum(struct hc_slice session, const struct hc_offsets_step *step);
uint32_t hc_db_session_sum(struct hc_slice session, const struct hc_offsets_session_state *state);
uint32_t hc_db_topic_sum(struct hc_slice session, const struct hc_offsets_step *step);
uint32_t hc_db_epoch_sum(struct hc_slice session, const struct hc_offsets_step *step,
                         const struct hc_offsets_epoch *epoch);
uint32_t hc_db_incarnation_sum(struct hc_slice session, const uint8_t incarnation[16]);

#endif
