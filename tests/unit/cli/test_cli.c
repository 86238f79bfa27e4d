/* The tool from outside: commands, statuses, what goes to which stream. */
#include "cli/cli.h"

#include "base/buffer.h"
#include "base/log.h"
#include "cli/exit.h"
#include "cli/reload.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct hc_buffer out, complaint;

static int temporary(int stream, int *ret_saved)
{
    char path[] = "/tmp/hindcast-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    *ret_saved = dup(stream);
    dup2(fd, stream);
    return fd;
}

static void collect(int fd, int stream, int saved, struct hc_buffer *into)
{
    dup2(saved, stream);
    close(saved);
    off_t size = lseek(fd, 0, SEEK_END);
    hc_buffer_clear(into);
    char *room = hc_buffer_reserve(into, (size_t)size + 1);
    assert_int_equal(pread(fd, room, (size_t)size, 0), size);
    into->size = (size_t)size;
    close(fd);
}

/* Runs the tool; `out` and `complaint` hold what it wrote. */
static int run(const char *const *words)
{
    char *argv[32];
    int argc = 0, saved_out, saved_err;
    argv[argc++] = (char *)(uintptr_t) "hindcast";
    for (; words[argc - 1]; argc++) {
        argv[argc] = (char *)(uintptr_t)words[argc - 1];
    }
    argv[argc] = NULL;
    fflush(stdout);
    int out_fd = temporary(STDOUT_FILENO, &saved_out);
    int err_fd = temporary(STDERR_FILENO, &saved_err);
    int status = hc_cli_main(argc, argv);
    fflush(stdout);
    collect(out_fd, STDOUT_FILENO, saved_out, &out);
    collect(err_fd, STDERR_FILENO, saved_err, &complaint);
    return status;
}

#define RUN(...) run((const char *const[]){__VA_ARGS__, NULL})

static void says(struct hc_buffer *where, const char *sentence)
{
    if (!strstr(hc_buffer_str(where), sentence)) {
        fail_msg("\"%s\" is not in \"%s\"", sentence, hc_buffer_str(where));
    }
}

static void version(void **state)
{
    (void)state;
    assert_int_equal(RUN("version"), 0);
    says(&out, "hindcast " HINDCAST_VERSION "\n");
    says(&out, "libuv ");
    assert_int_equal(RUN("--version"), 0);
    says(&out, "hindcast " HINDCAST_VERSION "\n");
    assert_int_equal(RUN("version", "--json"), 2);
}

static void help(void **state)
{
    (void)state;
    assert_int_equal(RUN("--help"), 0);
    says(&out, "hindcast serve");
    says(&out, "Examples");
    says(&out, "hindcast mirror --target");
    assert_int_equal(complaint.size, 0);
    assert_int_equal(RUN("serve", "--speed", "2", "--help"), 0);
    says(&out, "--max-refused N");
    says(&out, "--start CONDITION");
    assert_int_equal(RUN("help", "check"), 0);
    says(&out, "--json");
    assert_int_equal(run((const char *const[]){NULL}), 2);
    assert_int_equal(out.size, 0);
    says(&complaint, "hindcast serve");
}

static void wrong_words(void **state)
{
    (void)state;
    assert_int_equal(RUN("serv"), 2);
    says(&complaint, "\"serv\" is no command; the nearest is serve");
    assert_int_equal(RUN("mirror"), 2);
    says(&complaint, "--target");
    assert_int_equal(RUN("--speed", "60"), 2);
    says(&complaint, "a command comes first");
    assert_int_equal(RUN("serve", "--sped", "60"), 2);
    says(&complaint, "--sped is no flag; the nearest is --speed");
    assert_int_equal(RUN("serve", "--speed", "fast"), 2);
    says(&complaint, "hindcast: --speed: \"fast\" is no speed");
    assert_int_equal(RUN("config"), 2);
    assert_int_equal(RUN("config", "print"), 2);
    assert_int_equal(RUN("config", "check", "--config", "/nonexistent.yaml"), 2);
    says(&complaint, "/nonexistent.yaml");
}

static void config_commands(void **state)
{
    (void)state;
    assert_int_equal(RUN("config", "check", "--speed", "60"), 0);
    says(&out, "fine; 1 topic, 1 session");
    assert_int_equal(RUN("config", "show", "--speed", "60"), 0);
    says(&out, "speed: 60 ");
    says(&out, "# --speed\n");
    assert_int_equal(RUN("config", "show", "--speed", "0"), 2);
    says(&complaint, "is no speed");
}

static void check_statuses(void **state)
{
    (void)state;
    assert_int_equal(RUN("check", "--source", "csv:/nonexistent", "--json"), 3);
    says(&complaint, "/nonexistent");
    says(&out, "\"error\":");
    assert_int_equal(RUN("check", "--source", "csv"), 2);
}

static void write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void keep_line(void *context, enum hc_log_level level, struct hc_slice line)
{
    (void)level;
    hc_buffer_append_slice(context, line);
}

static void a_reload_changes_what_can(void **state)
{
    (void)state;
    char path[] = "/tmp/hindcast-test-XXXXXX";
    close(mkstemp(path));
    write_text(path, "log: {level: info, format: text}\nreplay: {speed: 1}\n");
    char flag[] = "--config", *arguments[] = {flag, path};
    struct hc_config_input input = {
        .arguments = (const char *const *)arguments, .argument_count = 2, .environment = environ};
    struct hc_config *config = NULL;
    struct hc_error error = {0};
    struct hc_buffer log = {0};
    assert_int_equal(hc_config_load(&input, &config, &error), HC_OK);
    hc_log_configure(HC_LOG_INFO, HC_LOG_TEXT);
    hc_log_set_sink(keep_line, &log);
    hc_reload_arm(config, 2, arguments);
    write_text(path, "log: {level: debug, format: text}\nreplay: {speed: 2}\nlisten: 1.2.3.4:5\n");
    hc_reload();
    assert_true(hc_log_enabled(HC_LOG_DEBUG));
    says(&log, "reload-needs-restart");
    says(&log, "listen, replay.speed");
    hc_buffer_clear(&log);
    write_text(path, "log: {level: loud}\n");
    hc_reload();
    says(&log, "reload-refused");
    says(&log, ":1: log.level");
    assert_true(hc_log_enabled(HC_LOG_DEBUG));
    hc_reload_arm(NULL, 0, NULL);
    hc_log_set_sink(NULL, NULL);
    hc_log_configure(HC_LOG_INFO, HC_LOG_TEXT);
    hc_buffer_done(&log);
    hc_config_free(config);
    unlink(path);
}

static int teardown(void **state)
{
    (void)state;
    hc_buffer_done(&out);
    hc_buffer_done(&complaint);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version),        cmocka_unit_test(help),
        cmocka_unit_test(wrong_words),    cmocka_unit_test(config_commands),
        cmocka_unit_test(check_statuses), cmocka_unit_test(a_reload_changes_what_can),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
