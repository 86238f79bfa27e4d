#include "offsets/db_state.h"

#include <errno.h>

enum { CHECKPOINT_PAGES = 1000 }; /* 4 MiB of write-ahead log */

enum column { SESSION = 1, GROUP, TOPIC, IDENTITY, PART };

static int bind_text(sqlite3_stmt *statement, int column, struct hc_slice text)
{
    return sqlite3_bind_text(statement, column, text.data ? text.data : "", (int)text.size,
                             SQLITE_STATIC);
}

/* Binds the columns that name a row, runs the statement once. Columns that a statement has not are
 * passed over. */
static int run(struct hc_offsets_db *db, enum hc_db_statement which)
{
    sqlite3_stmt *statement = db->statements[which];
    int code = sqlite3_step(statement);
    int reset = sqlite3_reset(statement);
    return code == SQLITE_DONE ? SQLITE_OK : reset != SQLITE_OK ? reset : code;
}

static sqlite3_stmt *bind_place(struct hc_offsets_db *db, enum hc_db_statement which,
                                struct hc_slice session, const struct hc_offsets_step *step)
{
    sqlite3_stmt *statement = db->statements[which];
    int columns = sqlite3_bind_parameter_count(statement);
    sqlite3_clear_bindings(statement);
    bind_text(statement, SESSION, session);
    if (columns >= GROUP) {
        bind_text(statement, GROUP, step->change.group);
    }
    if (columns >= IDENTITY) {
        bind_text(statement, TOPIC, step->change.topic);
        bind_text(statement, IDENTITY, step->identity);
    }
    if (columns >= PART) {
        sqlite3_bind_int(statement, PART, step->change.partition);
    }
    return statement;
}

static int put(struct hc_offsets_db *db, struct hc_slice session,
               const struct hc_offsets_step *step)
{
    const struct hc_offset_position *position = &step->change.position;
    sqlite3_stmt *statement = bind_place(db, HC_DB_PUT, session, step);
    sqlite3_bind_int64(statement, 6, position->offset);
    sqlite3_bind_int(statement, 7, position->leader_epoch);
    bind_text(statement, 8, position->metadata);
    sqlite3_bind_int64(statement, 9, position->commit_ms);
    sqlite3_bind_int64(statement, 10, hc_db_commit_sum(session, step));
    return run(db, HC_DB_PUT);
}

static struct hc_slice column_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? hc_slice_of(text, (size_t)sqlite3_column_bytes(statement, column))
                : HC_SLICE_EMPTY;
}

/* Every row carries a sum, so each is written anew. */
static int clamp(struct hc_offsets_db *db, struct hc_slice session,
                 const struct hc_offsets_step *step)
{
    sqlite3_stmt *above = bind_place(db, HC_DB_ABOVE, session, step);
    sqlite3_bind_int64(above, 6, step->change.position.offset);
    int code;
    while ((code = sqlite3_step(above)) == SQLITE_ROW) {
        struct hc_offsets_step row = *step;
        row.change.group = column_text(above, 0);
        row.change.position.leader_epoch = sqlite3_column_int(above, 1);
        row.change.position.metadata = column_text(above, 2);
        row.change.position.commit_ms = sqlite3_column_int64(above, 3);
        int failed = put(db, session, &row);
        if (failed != SQLITE_OK) {
            sqlite3_reset(above);
            return failed;
        }
    }
    sqlite3_reset(above);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int set_session(struct hc_offsets_db *db, struct hc_slice session,
                       const struct hc_offsets_session_state *state)
{
    sqlite3_stmt *statement = db->statements[HC_DB_SET_SESSION];
    bind_text(statement, 1, session);
    sqlite3_bind_int64(statement, 2, state->market_ms);
    sqlite3_bind_int(statement, 3, state->state);
    sqlite3_bind_int64(statement, 4, state->generation);
    sqlite3_bind_int(statement, 5, state->speed_max);
    sqlite3_bind_int64(statement, 6, state->speed_num);
    sqlite3_bind_int64(statement, 7, state->speed_den);
    sqlite3_bind_int64(statement, 8, hc_db_session_sum(session, state));
    return run(db, HC_DB_SET_SESSION);
}

static int set_topic(struct hc_offsets_db *db, struct hc_slice session,
                     const struct hc_offsets_step *step)
{
    sqlite3_stmt *statement = bind_place(db, HC_DB_SET_TOPIC, session, step);
    bind_text(statement, 5, step->settings);
    sqlite3_bind_int64(statement, 6, hc_db_topic_sum(session, step));
    return run(db, HC_DB_SET_TOPIC);
}

static int set_epochs(struct hc_offsets_db *db, struct hc_slice session,
                      const struct hc_offsets_step *step)
{
    bind_place(db, HC_DB_CLEAR_EPOCHS, session, step);
    int code = run(db, HC_DB_CLEAR_EPOCHS);
    for (size_t i = 0; i < step->change.epoch_count && code == SQLITE_OK; i++) {
        const struct hc_offsets_epoch *epoch = &step->change.epochs[i];
        sqlite3_stmt *statement = bind_place(db, HC_DB_ADD_EPOCH, session, step);
        sqlite3_bind_int(statement, 6, epoch->epoch);
        sqlite3_bind_int64(statement, 7, epoch->start);
        sqlite3_bind_int64(statement, 8, hc_db_epoch_sum(session, step, epoch));
        code = run(db, HC_DB_ADD_EPOCH);
    }
    return code;
}

static int run_step(struct hc_offsets_db *db, struct hc_slice session,
                    const struct hc_offsets_step *step)
{
    if (step->set_topic) {
        return set_topic(db, session, step);
    }
    switch (step->change.kind) {
    case HC_CHANGE_COMMIT:
        return put(db, session, step);
    case HC_CHANGE_DELETE:
        bind_place(db, HC_DB_DELETE, session, step);
        return run(db, HC_DB_DELETE);
    case HC_CHANGE_DELETE_GROUP:
        bind_place(db, HC_DB_DELETE_GROUP, session, step);
        return run(db, HC_DB_DELETE_GROUP);
    case HC_CHANGE_FORGET:
        bind_place(db, HC_DB_FORGET, session, step);
        return run(db, HC_DB_FORGET);
    case HC_CHANGE_CLAMP:
        return clamp(db, session, step);
    case HC_CHANGE_SESSION:
        return set_session(db, session, step->change.session);
    case HC_CHANGE_EPOCHS:
        return set_epochs(db, session, step);
    }
    HC_UNREACHABLE();
}

static int run_all(struct hc_offsets_db *db)
{
    int code = run(db, HC_DB_BEGIN);
    HC_LIST_EACH(&db->running, node)
    {
        const struct hc_offsets_op *op = HC_CONTAINER(node, struct hc_offsets_op, link);
        for (size_t i = 0; i < op->count && code == SQLITE_OK; i++) {
            code = run_step(db, op->session, &op->steps[i]);
        }
    }
    return code == SQLITE_OK ? run(db, HC_DB_COMMIT) : code;
}

static void set_status(struct hc_offsets_db *db, enum hc_status status)
{
    HC_LIST_EACH(&db->running, node)
    {
        HC_CONTAINER(node, struct hc_offsets_op, link)->status = status;
    }
}

/* Moves the log into the database now and then. Ours and not SQLite's own, which passes over
 * errors: a failed sync is final. */
static enum hc_status checkpoint(struct hc_offsets_db *db)
{
    int log_pages = 0;
    int code =
        sqlite3_wal_checkpoint_v2(db->sqlite, NULL, SQLITE_CHECKPOINT_PASSIVE, &log_pages, NULL);
    if (code == SQLITE_OK || code == SQLITE_BUSY) {
        return HC_OK;
    }
    enum hc_status status = hc_db_error(db, &db->failure, "moving the log into the database");
    return status == HC_NO_SPACE ? HC_OK
                                 : status; /* it stays in the log; the next one tries again */
}

static enum hc_status fail(struct hc_offsets_db *db)
{
    db->failed = true;
    db->failure.status = HC_IO;
    return HC_IO;
}

/* A full disk is met while writing, before any sync: rolled back, nothing is lost, and space may
 * return. Any other failure may have lost what was synced before, so it is the end. */
enum hc_status hc_db_run(struct hc_offsets_db *db)
{
    if (db->failed) {
        set_status(db, HC_IO);
        return HC_IO;
    }
    int code = run_all(db);
    if (code != SQLITE_OK) {
        enum hc_status status = hc_db_error(db, &db->failure, "storing committed offsets");
        if (!sqlite3_get_autocommit(db->sqlite)) {
            sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
        }
        if (status == HC_NO_SPACE && sqlite3_get_autocommit(db->sqlite)) {
            set_status(db, HC_NO_SPACE);
            return HC_NO_SPACE;
        }
        set_status(db, HC_IO);
        return fail(db);
    }
    set_status(db, HC_OK);
    if (db->log_pages > CHECKPOINT_PAGES && checkpoint(db) != HC_OK) {
        return fail(db); /* what this transaction stored is durable in the log */
    }
    return HC_OK;
}
