/* Reading rows back: all of them once, against their sums, when the database is opened; then
 * session by session. */
#include "offsets/db_state.h"
#include "offsets/offsets_state.h"

struct reader {
    struct hc_offsets_db *db;
    struct hc_slice session; /* null: every session's rows are only checked */
    struct hc_book *book;    /* NULL likewise */
    uint8_t incarnation[16];
    bool has_incarnation;
};

/* Takes in one row; false: its sum is wrong. */
typedef bool take_row(struct reader *reader, sqlite3_stmt *row);

static struct hc_slice text_at(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? hc_slice_of(text, (size_t)sqlite3_column_bytes(row, column)) : HC_SLICE_EMPTY;
}

static bool sum_is(sqlite3_stmt *row, int column, uint32_t sum)
{
    return sqlite3_column_int64(row, column) == (int64_t)sum;
}

static bool take_commit(struct reader *reader, sqlite3_stmt *row)
{
    struct hc_slice session = text_at(row, 0);
    struct hc_offsets_step step = {
        .change =
            {
                .kind = HC_CHANGE_COMMIT,
                .group = text_at(row, 1),
                .topic = text_at(row, 2),
                .partition = sqlite3_column_int(row, 4),
                .position =
                    {
                        .offset = sqlite3_column_int64(row, 5),
                        .leader_epoch = sqlite3_column_int(row, 6),
                        .metadata = text_at(row, 7),
                        .commit_ms = sqlite3_column_int64(row, 8),
                    },
            },
        .identity = text_at(row, 3),
    };
    if (!sum_is(row, 9, hc_db_commit_sum(session, &step))) {
        return false;
    }
    if (reader->book) {
        hc_book_apply(reader->book, &step);
    }
    return true;
}

static bool take_topic(struct reader *reader, sqlite3_stmt *row)
{
    struct hc_slice session = text_at(row, 0);
    struct hc_offsets_step step = {
        .change.topic = text_at(row, 1),
        .identity = text_at(row, 2),
        .settings = text_at(row, 3),
    };
    if (!sum_is(row, 4, hc_db_topic_sum(session, &step))) {
        return false;
    }
    if (reader->book) {
        struct hc_book_topic *topic = hc_book_topic(reader->book, step.change.topic, step.identity);
        hc_book_set_present(reader->book, topic, step.settings);
    }
    return true;
}

static bool take_epoch(struct reader *reader, sqlite3_stmt *row)
{
    struct hc_slice session = text_at(row, 0);
    struct hc_offsets_step step = {
        .change =
            {
                .kind = HC_CHANGE_EPOCHS,
                .topic = text_at(row, 1),
                .partition = sqlite3_column_int(row, 3),
            },
        .identity = text_at(row, 2),
    };
    struct hc_offsets_epoch epoch = {
        .epoch = sqlite3_column_int(row, 4),
        .start = sqlite3_column_int64(row, 5),
    };
    if (!sum_is(row, 6, hc_db_epoch_sum(session, &step, &epoch))) {
        return false;
    }
    if (reader->book) {
        struct hc_book_topic *topic = hc_book_topic(reader->book, step.change.topic, step.identity);
        hc_book_add_epoch(topic, step.change.partition, epoch);
    }
    return true;
}

static bool take_state(struct reader *reader, sqlite3_stmt *row)
{
    struct hc_slice session = text_at(row, 0);
    struct hc_offsets_session_state state = {
        .market_ms = sqlite3_column_int64(row, 1),
        .state = sqlite3_column_int(row, 2),
        .generation = sqlite3_column_int64(row, 3),
        .speed_max = sqlite3_column_int(row, 4) != 0,
        .speed_num = sqlite3_column_int64(row, 5),
        .speed_den = sqlite3_column_int64(row, 6),
    };
    if (reader->book) {
        reader->book->session = state;
        reader->book->has_session = true;
    }
    return sum_is(row, 7, hc_db_session_sum(session, &state));
}

static bool take_incarnation(struct reader *reader, sqlite3_stmt *row)
{
    struct hc_slice session = text_at(row, 0);
    if (sqlite3_column_bytes(row, 1) != 16) {
        return false;
    }
    memcpy(reader->incarnation, sqlite3_column_blob(row, 1), 16);
    reader->has_incarnation = true;
    return sum_is(row, 2, hc_db_incarnation_sum(session, reader->incarnation));
}

struct table {
    const char *name;
    const char *sql;
    take_row *take;
};

static const struct table tables[] = {
    {"topic",
     "SELECT session, name, identity, settings, crc FROM topic WHERE ?1 IS NULL OR session=?1",
     take_topic},
    {"committed",
     "SELECT session, grp, topic, identity, part, off, epoch, meta, at, crc FROM committed "
     "WHERE ?1 IS NULL OR session=?1",
     take_commit},
    {"epoch",
     "SELECT session, topic, identity, part, epoch, start, crc FROM epoch WHERE ?1 IS NULL OR "
     "session=?1 ORDER BY session, topic, identity, part, start, epoch",
     take_epoch},
    {"session_state",
     "SELECT name, market_ms, state, generation, speed_max, speed_num, speed_den, crc FROM "
     "session_state WHERE ?1 IS NULL OR name=?1",
     take_state},
    {"session", "SELECT name, incarnation, crc FROM session WHERE ?1 IS NULL OR name=?1",
     take_incarnation},
};

static enum hc_status read_rows(struct reader *reader, const struct table *table,
                                struct hc_error *error)
{
    struct hc_offsets_db *db = reader->db;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db->sqlite, table->sql, -1, &statement, NULL) != SQLITE_OK) {
        return hc_db_error(db, error, "reading it");
    }
    sqlite3_bind_text(statement, 1, reader->session.data, (int)reader->session.size,
                      SQLITE_STATIC); /* a null pointer binds NULL */
    enum hc_status status = HC_OK;
    int code = SQLITE_ROW;
    for (long row = 1; status == HC_OK && (code = sqlite3_step(statement)) == SQLITE_ROW; row++) {
        if (!table->take(reader, statement)) {
            status = hc_error_set(error, HC_CORRUPT,
                                  "%s: row %ld of table %s does not match its checksum: restore "
                                  "it from a backup, or give another --data-dir",
                                  db->file, row, table->name);
        }
    }
    if (status == HC_OK && code != SQLITE_DONE) {
        status = hc_db_error(db, error, "reading it");
    }
    sqlite3_finalize(statement);
    return status;
}

static enum hc_status read_tables(struct reader *reader, struct hc_error *error)
{
    for (size_t i = 0; i < HC_COUNT(tables); i++) {
        enum hc_status status = read_rows(reader, &tables[i], error);
        if (status != HC_OK) {
            return status;
        }
    }
    return HC_OK;
}

enum hc_status hc_db_check_rows(struct hc_offsets_db *db, struct hc_error *error)
{
    struct reader reader = {.db = db};
    return read_tables(&reader, error);
}

static enum hc_status make_incarnation(struct reader *reader, struct hc_error *error)
{
    struct hc_offsets_db *db = reader->db;
    hc_offsets_new_incarnation(reader->incarnation);
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db->sqlite, "INSERT INTO session VALUES (?1,?2,?3)", -1, &statement,
                           NULL) != SQLITE_OK) {
        return hc_db_error(db, error, "writing to it");
    }
    sqlite3_bind_text(statement, 1, reader->session.data, (int)reader->session.size, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 2, reader->incarnation, 16, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, hc_db_incarnation_sum(reader->session, reader->incarnation));
    enum hc_status status =
        sqlite3_step(statement) == SQLITE_DONE ? HC_OK : hc_db_error(db, error, "writing to it");
    sqlite3_finalize(statement);
    return status;
}

enum hc_status hc_offsets_db_load(struct hc_offsets_db *db, struct hc_slice session,
                                  struct hc_book *book, uint8_t ret_incarnation[16],
                                  struct hc_error *error)
{
    struct reader reader = {.db = db, .session = session, .book = book};
    hc_offsets_db_flush(db); /* the connection is ours as long as nothing is under way */
    enum hc_status status = read_tables(&reader, error);
    if (status == HC_OK && !reader.has_incarnation) {
        status = make_incarnation(&reader, error);
    }
    if (status == HC_OK) {
        memcpy(ret_incarnation, reader.incarnation, sizeof reader.incarnation);
    }
    return status;
}
