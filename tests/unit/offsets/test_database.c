/* The database itself: whose it is, whether it is whole, how batches travel, and what a failing
 * disk does to them. */
#include "fixture.h"
#include "flaky_disk.h"

#include <sqlite3.h>
#include <sys/wait.h>

static int setup(void **ret)
{
    struct fixture *f = calloc(1, sizeof *f);
    fixture_init(f);
    *ret = f;
    return 0;
}

static int teardown(void **ret)
{
    fixture_done(*ret);
    free(*ret);
    return 0;
}

static void run_sql(const struct fixture *f, const char *sql)
{
    sqlite3 *sqlite;
    assert_int_equal(sqlite3_open(f->file, &sqlite), SQLITE_OK);
    char *message = NULL;
    sqlite3_exec(sqlite, sql, NULL, NULL, &message);
    if (message) {
        fail_msg("%s", message);
    }
    sqlite3_close(sqlite);
}

static void assert_refused(struct fixture *f, enum hc_status status, const char *part)
{
    struct hc_error error = {0};
    enum hc_status got = fixture_open_db(f, &error);
    if (got == HC_OK) {
        got = hc_offsets_new(f->db, HC_SLICE("main"), &f->offsets, &error);
    }
    assert_int_equal(got, status);
    assert_non_null(strstr(error.text, f->directory));
    if (!strstr(error.text, part)) {
        fail_msg("%s", error.text);
    }
    fixture_close(f);
}

static void test_one_process_at_a_time(void **ret)
{
    struct fixture *f = *ret;
    fixture_open(f);
    struct fixture other = *f;
    other.db = NULL;
    struct hc_error error = {0};
    assert_int_equal(fixture_open_db(&other, &error), HC_LOCKED);
    assert_non_null(strstr(error.text, f->directory));
    fixture_close(f);
    fixture_open(f);
}

static void test_foreign_files_are_refused_and_kept(void **ret)
{
    struct fixture *f = *ret;
    run_sql(f, "CREATE TABLE mine (x); INSERT INTO mine VALUES (1)");
    assert_refused(f, HC_CORRUPT, "another program");
    run_sql(f, "SELECT x FROM mine");
    unlink(f->file);
    FILE *file = fopen(f->file, "w");
    for (int i = 0; i < 5000; i++) {
        fputs("not a database ", file);
    }
    fclose(file);
    assert_refused(f, HC_CORRUPT, "not a database");
}

static void test_newer_format_is_refused(void **ret)
{
    struct fixture *f = *ret;
    fixture_open(f);
    fixture_close(f);
    run_sql(f, "PRAGMA user_version = 2");
    assert_refused(f, HC_CORRUPT, "format 2");
}

static void test_altered_rows_are_refused(void **ret)
{
    static const char *const alterations[] = {
        "UPDATE committed SET off = off + 1",
        "UPDATE committed SET meta = 'other'",
        "UPDATE committed SET grp = 'h'",
        "UPDATE committed SET crc = crc + 1",
        "UPDATE committed SET at = at - 1",
        "UPDATE topic SET settings = 'x=1'",
        "UPDATE session_state SET market_ms = 1",
        "UPDATE epoch SET start = start + 1",
        "UPDATE session SET incarnation = zeroblob(16)",
    };
    struct fixture *f = *ret;
    for (size_t i = 0; i < HC_COUNT(alterations); i++) {
        fixture_open(f);
        add_topic(f, "t", "aaaa", "interval=1m", NULL);
        struct hc_offsets_epoch epoch = {0, 0};
        struct hc_offsets_session_state state = {5, 1, 0, true, 1, 1};
        struct hc_offsets_change changes[] = {
            commit_of("g", "t", 0, 10),
            {.kind = HC_CHANGE_EPOCHS, .topic = HC_SLICE("t"), .epochs = &epoch, .epoch_count = 1},
            {.kind = HC_CHANGE_SESSION, .session = &state},
        };
        assert_int_equal(apply(f, changes, 3), HC_OK);
        fixture_close(f);
        run_sql(f, alterations[i]);
        assert_refused(f, HC_CORRUPT, "checksum");
        unlink(f->file);
    }
}

/* Bytes flipped anywhere: either a refusal that names the file, or exactly what was committed. */
static void test_flipped_bytes_are_never_believed(void **ret)
{
    struct fixture *f = *ret;
    fixture_open(f);
    add_topic(f, "t", "aaaa", "interval=1m", NULL);
    for (int32_t i = 0; i < 50; i++) {
        assert_int_equal(commit(f, "g", "t", i, 1000 + i), HC_OK);
    }
    fixture_close(f);
    FILE *file = fopen(f->file, "rb");
    static unsigned char original[1 << 20];
    size_t size = fread(original, 1, sizeof original, file);
    fclose(file);
    assert_true(size > 4096 && size < sizeof original);
    struct hc_error error;
    int refused = 0;
    for (size_t at = 0; at < size; at += 61) {
        file = fopen(f->file, "wb");
        original[at] ^= 0x10;
        fwrite(original, 1, size, file);
        original[at] ^= 0x10;
        fclose(file);
        bool opened = fixture_open_db(f, &error) == HC_OK &&
                      hc_offsets_new(f->db, HC_SLICE("main"), &f->offsets, &error) == HC_OK;
        if (opened) {
            for (int32_t i = 0; i < 50; i++) {
                assert_int_equal(committed(f, "g", "t", i), 1000 + i);
            }
        } else {
            refused++;
            assert_non_null(strstr(error.text, f->file));
        }
        fixture_close(f);
    }
    assert_true(refused > 10);
}

static void test_sessions_share_a_database(void **ret)
{
    struct fixture *f = *ret;
    fixture_open(f);
    struct hc_offsets *other;
    struct hc_error error;
    assert_int_equal(hc_offsets_new(f->db, HC_SLICE("fast"), &other, &error), HC_OK);
    commit(f, "g", "t", 0, 1);
    uint8_t mine[16], theirs[16], again[16];
    hc_offsets_incarnation(f->offsets, mine);
    hc_offsets_incarnation(other, theirs);
    assert_memory_not_equal(mine, theirs, 16);
    assert_false(hc_offsets_has_group(other, HC_SLICE("g")));
    hc_offsets_free(other);
    fixture_close(f);
    fixture_open(f);
    hc_offsets_incarnation(f->offsets, again);
    assert_memory_equal(mine, again, 16);
}

static void test_batches_gather_while_the_disk_works(void **ret)
{
    struct fixture *f = *ret;
    f->executor = hc_worker_pool_new((const int[]){1, 1});
    fixture_open(f);
    enum { COUNT = 2000 };
    struct pending *pending = calloc(COUNT, sizeof *pending);
    for (int32_t i = 0; i < COUNT; i++) {
        struct hc_offsets_change change = commit_of("g", "t", i % 7, i);
        assert_int_equal(apply_async(f, &pending[i], &change, 1), HC_AGAIN);
    }
    hc_offsets_abandon(&pending[COUNT / 2].batch);
    while (!pending[COUNT - 1].told) {
        fixture_pump(f, true);
    }
    for (int32_t i = 0; i < COUNT; i++) {
        assert_int_equal(pending[i].told, i != COUNT / 2);
        assert_int_equal(pending[i].batch.status, i != COUNT / 2 ? HC_OK : HC_AGAIN);
    }
    for (int32_t i = COUNT - 7; i < COUNT; i++) {
        assert_int_equal(committed(f, "g", "t", i % 7), i); /* in the order they were asked */
    }
    free(pending);
    fixture_close(f);
    hc_worker_pool_free(f->executor);
    f->executor = hc_executor_inline();
}

static void test_flush_at_a_stop_tells_everybody(void **ret)
{
    struct fixture *f = *ret;
    f->executor = hc_worker_pool_new((const int[]){1, 1});
    fixture_open(f);
    static struct pending pending[1000];
    for (int32_t i = 0; i < 1000; i++) {
        struct hc_offsets_change change = commit_of("g", "t", 0, i);
        assert_int_equal(apply_async(f, &pending[i], &change, 1), HC_AGAIN);
    }
    hc_offsets_db_flush(f->db);
    for (int32_t i = 0; i < 1000; i++) {
        assert_int_equal(pending[i].told, 1);
    }
    fixture_close(f);
    hc_worker_pool_free(f->executor);
    f->executor = hc_executor_inline();
    fixture_open(f);
    assert_int_equal(committed(f, "g", "t", 0), 999);
}

/* ---- failing disks ---- */

static void test_full_disk_refuses_and_recovers(void **ret)
{
    struct fixture *f = *ret;
    f->vfs = flaky_disk_register();
    fixture_open(f);
    assert_int_equal(commit(f, "g", "t", 0, 1), HC_OK);
    flaky_disk.writes_full = true;
    assert_int_equal(commit(f, "g", "t", 0, 2), HC_NO_SPACE);
    assert_int_equal(committed(f, "g", "t", 0), 1); /* nothing was changed */
    assert_int_equal(f->fatal_calls, 0);
    flaky_disk.writes_full = false;
    assert_int_equal(commit(f, "g", "t", 0, 3), HC_OK);
    fixture_close(f);
    fixture_open(f);
    assert_int_equal(committed(f, "g", "t", 0), 3);
}

/* Whichever sync fails, nothing is acknowledged from then on, and a restart shows what was. */
static void test_failed_sync_is_final(void **ret)
{
    struct fixture *f = *ret;
    for (int nth = 1; nth <= 40; nth++) {
        f->vfs = flaky_disk_register();
        fixture_open(f);
        f->fatal_calls = 0;
        flaky_disk.syncs_left = nth;
        int64_t acknowledged = -1;
        bool failed = false;
        for (int64_t offset = nth * 1000; offset < nth * 1000 + 60; offset++) {
            enum hc_status status = commit(f, "g", "t", 0, offset);
            assert_true(status == (failed ? HC_IO : status));
            failed = failed || status != HC_OK;
            acknowledged = status == HC_OK ? offset : acknowledged;
        }
        fixture_pump(f, false);
        assert_true(failed);
        assert_int_equal(f->fatal_calls, 1);
        assert_int_equal(f->fatal.status, HC_IO);
        assert_non_null(strstr(f->fatal.text, f->file));
        flaky_disk_register();
        fixture_close(f);
        fixture_open(f);
        assert_true(committed(f, "g", "t", 0) >= acknowledged);
        fixture_close(f);
    }
}

static void test_failed_write_is_final(void **ret)
{
    struct fixture *f = *ret;
    f->vfs = flaky_disk_register();
    fixture_open(f);
    assert_int_equal(commit(f, "g", "t", 0, 1), HC_OK);
    flaky_disk.writes_fail = true;
    assert_int_equal(commit(f, "g", "t", 0, 2), HC_IO);
    flaky_disk.writes_fail = false;
    assert_int_equal(commit(f, "g", "t", 0, 3), HC_IO);
    assert_int_equal(f->fatal_calls, 1);
    fixture_close(f);
    fixture_open(f);
    assert_int_equal(committed(f, "g", "t", 0), 1);
}

/* ---- kills ---- */

/* Commits rising offsets, and writes each to the pipe once it was acknowledged. */
static void commit_until_killed(struct fixture *f, int64_t from, int out)
{
    f->executor = hc_worker_pool_new((const int[]){1, 1});
    fixture_open(f);
    for (int64_t offset = from;; offset++) {
        if (write(out, &offset, sizeof offset) != sizeof offset || /* asked */
            commit(f, "g", "t", 0, offset) != HC_OK) {
            _exit(1);
        }
        int64_t acknowledged = -offset;
        if (write(out, &acknowledged, sizeof acknowledged) != sizeof acknowledged) {
            _exit(1);
        }
    }
}

/* 2,000 acknowledged commits under kills at random moments: none is lost, none regresses. */
static void test_kills_lose_no_acknowledged_commit(void **ret)
{
    struct fixture *f = *ret;
    srand(1);
    int64_t next = 1;
    int64_t total = 0;
    while (total < 2000) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(ends[0]);
            commit_until_killed(f, next, ends[1]);
        }
        close(ends[1]);
        int64_t asked = 0, acknowledged = next - 1, message;
        int until = 1 + rand() % 120; /* messages, and then a moment more */
        int spin = rand() % 20000;
        for (int i = 0; read(ends[0], &message, sizeof message) == sizeof message; i++) {
            asked = message > 0 ? message : asked;
            acknowledged = message < 0 ? -message : acknowledged;
            if (i == until) {
                for (volatile int wait = 0; wait < spin; wait = wait + 1) {
                }
                kill(child, SIGKILL);
            }
        }
        close(ends[0]);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        fixture_open(f);
        int64_t found = committed(f, "g", "t", 0);
        assert_true(found >= acknowledged || (acknowledged == 0 && found == -1));
        assert_true(found <= asked);
        fixture_close(f);
        total += acknowledged - next + 1;
        next = HC_MAX(asked, acknowledged) + 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_one_process_at_a_time),
        TEST(test_foreign_files_are_refused_and_kept),
        TEST(test_newer_format_is_refused),
        TEST(test_altered_rows_are_refused),
        TEST(test_flipped_bytes_are_never_believed),
        TEST(test_sessions_share_a_database),
        TEST(test_batches_gather_while_the_disk_works),
        TEST(test_flush_at_a_stop_tells_everybody),
        TEST(test_full_disk_refuses_and_recovers),
        TEST(test_failed_sync_is_final),
        TEST(test_failed_write_is_final),
        TEST(test_kills_lose_no_acknowledged_commit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
