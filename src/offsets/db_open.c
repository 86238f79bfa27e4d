/* Opening the database: is it ours, is it whole, does it have its tables; and how SQLite's errors
 * are told. */
#include "base/memory.h"
#include "offsets/db_state.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { APPLICATION_ID = 0x48435354, FORMAT = 1 }; /* "HCST" */

static const char *const statement_texts[] = {
#define HC_DB_TEXT(name, sql) sql,
    HC_DB_STATEMENTS(HC_DB_TEXT)
#undef HC_DB_TEXT
};

static const char *const schema =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE committed (session TEXT NOT NULL, grp TEXT NOT NULL, topic TEXT NOT NULL,"
    " identity TEXT NOT NULL, part INTEGER NOT NULL, off INTEGER NOT NULL, epoch INTEGER NOT NULL,"
    " meta TEXT NOT NULL, at INTEGER NOT NULL, crc INTEGER NOT NULL,"
    " PRIMARY KEY (session, grp, topic, identity, part)) WITHOUT ROWID;"
    "CREATE TABLE topic (session TEXT NOT NULL, name TEXT NOT NULL, identity TEXT NOT NULL,"
    " settings TEXT NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (session, name)) WITHOUT ROWID;"
    "CREATE TABLE session (name TEXT PRIMARY KEY, incarnation BLOB NOT NULL, crc INTEGER NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE TABLE session_state (name TEXT PRIMARY KEY, market_ms INTEGER NOT NULL,"
    " state INTEGER NOT NULL, generation INTEGER NOT NULL, speed_max INTEGER NOT NULL,"
    " speed_num INTEGER NOT NULL, speed_den INTEGER NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE epoch (session TEXT NOT NULL, topic TEXT NOT NULL, identity TEXT NOT NULL,"
    " part INTEGER NOT NULL, epoch INTEGER NOT NULL, start INTEGER NOT NULL, crc INTEGER NOT NULL,"
    " PRIMARY KEY (session, topic, identity, part, epoch)) WITHOUT ROWID;"
    "PRAGMA application_id = 1212371796;"
    "PRAGMA user_version = 1;"
    "COMMIT;";
_Static_assert(APPLICATION_ID == 1212371796 && FORMAT == 1, "the numbers in the schema text");

enum hc_status hc_db_error(struct hc_offsets_db *db, struct hc_error *error, const char *what)
{
    int code = sqlite3_errcode(db->sqlite);
    int system = sqlite3_system_errno(db->sqlite);
    const char *text = sqlite3_errmsg(db->sqlite);
    enum hc_status status = HC_IO;
    if (code == SQLITE_FULL || system == ENOSPC || system == EDQUOT) {
        status = HC_NO_SPACE;
    } else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
        return hc_error_set(error, HC_CORRUPT,
                            "%s: %s (%s): restore it from a backup, or give another --data-dir",
                            db->file, what, text);
    } else if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
        return hc_error_set(error, HC_LOCKED, "%s: %s: another process has it open", db->file,
                            what);
    } else if (code == SQLITE_READONLY || code == SQLITE_PERM || system == EACCES) {
        status = HC_DENIED;
    }
    return hc_error_set(error, status, "%s: %s: %s%s%s", db->file, what, text,
                        system != 0 ? ": " : "", system != 0 ? strerror(system) : "");
}

enum hc_status hc_db_exec(struct hc_offsets_db *db, const char *sql, struct hc_error *error)
{
    if (sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK) {
        return hc_db_error(db, error, "setting it up");
    }
    return HC_OK;
}

/* The first column of the first row of a query. HC_NOT_FOUND: no row. */
static enum hc_status query_text(struct hc_offsets_db *db, const char *sql, char out[256],
                                 struct hc_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum hc_status status = HC_OK;
    if (sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL) != SQLITE_OK) {
        return hc_db_error(db, error, "reading it");
    }
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        hc_slice_to_str(hc_slice_str(text ? text : ""), out, 256);
    } else if (code == SQLITE_DONE) {
        status = hc_error_set(error, HC_NOT_FOUND, "%s: no answer to %s", db->file, sql);
    } else {
        status = hc_db_error(db, error, "reading it");
    }
    sqlite3_finalize(statement);
    return status;
}

static enum hc_status query_number(struct hc_offsets_db *db, const char *sql, long long *ret,
                                   struct hc_error *error)
{
    char text[256];
    enum hc_status status = query_text(db, sql, text, error);
    if (status == HC_OK) {
        *ret = strtoll(text, NULL, 10);
    }
    return status;
}

/* Foreign, newer and damaged files are refused and left as they are; an empty one gets the tables.
 */
static enum hc_status check_contents(struct hc_offsets_db *db, struct hc_error *error)
{
    long long application = 0, format = 0, tables = 0;
    enum hc_status status = query_number(db, "PRAGMA application_id", &application, error);
    if (status == HC_OK) {
        status = query_number(db, "PRAGMA user_version", &format, error);
    }
    if (status == HC_OK) {
        status = query_number(db, "SELECT count(*) FROM sqlite_schema", &tables, error);
    }
    if (status != HC_OK) {
        return status;
    }
    if (application == 0 && format == 0 && tables == 0) {
        return hc_db_exec(db, schema, error);
    }
    if (application != APPLICATION_ID) {
        return hc_error_set(error, HC_CORRUPT,
                            "%s is a database of another program: give another --data-dir",
                            db->file);
    }
    if (format != FORMAT) {
        return hc_error_set(error, HC_CORRUPT,
                            "%s has format %lld, this hindcast knows %d: use the version that "
                            "wrote it, or give another --data-dir",
                            db->file, format, FORMAT);
    }
    char verdict[256];
    status = query_text(db, "PRAGMA quick_check(1)", verdict, error);
    if (status == HC_OK && !hc_slice_equal_str(hc_slice_str(verdict), "ok")) {
        return hc_error_set(error, HC_CORRUPT,
                            "%s is damaged (%s): restore it from a backup, or give another "
                            "--data-dir",
                            db->file, verdict);
    }
    return status;
}

static int on_commit(void *context, sqlite3 *sqlite, const char *name, int pages)
{
    (void)sqlite;
    (void)name;
    ((struct hc_offsets_db *)context)->log_pages = pages;
    return SQLITE_OK;
}

static enum hc_status prepare(struct hc_offsets_db *db, struct hc_error *error)
{
    for (size_t i = 0; i < HC_DB_STATEMENT_COUNT; i++) {
        if (sqlite3_prepare_v3(db->sqlite, statement_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &db->statements[i], NULL) != SQLITE_OK) {
            return hc_error_set(error, HC_CORRUPT,
                                "%s does not have the tables it should (%s): restore it from a "
                                "backup, or give another --data-dir",
                                db->file, sqlite3_errmsg(db->sqlite));
        }
    }
    return HC_OK;
}

static enum hc_status open_database(struct hc_offsets_db *db, struct hc_error *error)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(db->file, &db->sqlite, flags, db->config.vfs) != SQLITE_OK) {
        return db->sqlite ? hc_db_error(db, error, "opening it")
                          : hc_error_set(error, HC_NO_MEMORY, "%s: out of memory", db->file);
    }
    sqlite3_busy_timeout(db->sqlite, 0);
    enum hc_status status = hc_db_exec(db,
                                       "PRAGMA locking_mode = EXCLUSIVE;"
                                       "PRAGMA trusted_schema = OFF;"
                                       "PRAGMA cell_size_check = ON;"
                                       "PRAGMA mmap_size = 0;"
                                       "PRAGMA journal_mode = WAL;"
                                       "PRAGMA synchronous = FULL;",
                                       error);
    if (status == HC_OK) {
        status = check_contents(db, error);
    }
    if (status == HC_OK) {
        sqlite3_wal_hook(db->sqlite, on_commit, db);
        status = prepare(db, error);
    }
    return status == HC_OK ? hc_db_check_rows(db, error) : status;
}

static void destroy(struct hc_offsets_db *db)
{
    for (size_t i = 0; i < HC_DB_STATEMENT_COUNT; i++) {
        sqlite3_finalize(db->statements[i]);
    }
    if (db->failed) { /* what could not be synced is not to be moved about any more */
        sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
    sqlite3_close(db->sqlite);
    if (db->lock_fd >= 0) {
        close(db->lock_fd);
    }
    free(db->file);
    db->magic = 0;
    free(db);
}

enum hc_status hc_offsets_db_open(const struct hc_offsets_db_config *config,
                                  struct hc_offsets_db **ret, struct hc_error *error)
{
    HC_ASSERT(config->directory && config->executor && config->mailbox && config->fatal);
    struct hc_offsets_db *db = hc_alloc(sizeof *db);
    db->magic = HC_DB_MAGIC;
    db->lock_fd = -1;
    db->config = *config;
    db->config.directory = NULL;
    db->file = hc_format("%s/offsets.db", config->directory);
    enum hc_status status = hc_db_take_directory(config->directory, &db->lock_fd, error);
    if (status == HC_OK) {
        status = open_database(db, error);
    }
    if (status == HC_OK) {
        status = hc_db_sync_directory(config->directory, error);
    }
    if (status != HC_OK) {
        destroy(db);
        return status;
    }
    hc_offsets_db_start_queue(db);
    *ret = db;
    return HC_OK;
}

void hc_offsets_db_close(struct hc_offsets_db *db)
{
    if (!db) {
        return;
    }
    hc_offsets_db_flush(db);
    pthread_mutex_destroy(&db->lock);
    pthread_cond_destroy(&db->finished);
    destroy(db);
}
