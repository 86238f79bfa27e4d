/* `hindcast run -- CMD`: a replay for one command, that begins and ends with it. */
#include "base/log.h"
#include "cli/command.h"
#include "cli/summary.h"
#include "net/process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* What `run` adds to the exit statuses of its command, as timeout(1) does. */
enum { RUN_NOT_DRAINED = 124, RUN_FAILED = 125 };

struct run {
    char **argv; /* the command's, ends with NULL */
    bool expect_drained;
    const char *junit, *json;
    struct hc_process *process; /* NULL: not running */
    bool started, ended;
    int64_t started_ns, ended_ns;
    int status; /* of the command */
    bool drained;
    int result;
};

static struct run *run_of(const struct hc_app *app)
{
    return app->mode->context;
}

/* ---- the end ---- */

static void write_file(const char *path, const struct hc_buffer *text)
{
    FILE *file = path ? fopen(path, "we") : NULL;
    bool written = file && fwrite(text->data, 1, text->size, file) == text->size;
    if (file && fclose(file) != 0) {
        written = false;
    }
    if (path && !written) {
        fprintf(stderr, "hindcast: cannot write %s: %s\n", path, strerror(errno));
    }
}

static void tell(struct hc_app *app, const struct hc_hash_result *hashes)
{
    struct run *run = run_of(app);
    struct hc_summary summary = {
        .app = app,
        .hashes = hashes,
        .command = run->argv[0],
        .command_status = run->status,
        .failure = app->failure.status != HC_OK ? app->failure.text : NULL,
        .drained = run->drained,
        .expect_drained = run->expect_drained,
        .wall_ns = run->ended_ns - run->started_ns,
    };
    struct hc_buffer text = {0}, json = {0}, junit = {0};
    hc_summary_text(&summary, &text);
    hc_summary_json(&summary, &json);
    hc_summary_junit(&summary, &junit);
    fwrite(text.data, 1, text.size, stderr);
    write_file(run->json, &json);
    write_file(run->junit, &junit);
    hc_buffer_done(&text);
    hc_buffer_done(&json);
    hc_buffer_done(&junit);
}

static void hashed(struct hc_app *app, const struct hc_hash_result *hashes)
{
    struct run *run = run_of(app);
    tell(app, hashes);
    bool missed = run->expect_drained && !run->drained;
    run->result = run->status != 0 ? run->status : missed ? RUN_NOT_DRAINED : 0;
    hc_app_stop(app, HC_EXIT_DONE);
}

static void command_ended(void *context, int status, int signal_number)
{
    struct hc_app *app = context;
    struct run *run = run_of(app);
    struct hc_session *session = app->sessions[0]->cluster.session;
    struct hc_now now = hc_now_read();
    run->process = NULL;
    run->ended = true;
    run->status = signal_number ? 128 + signal_number : status;
    run->ended_ns = now.mono_ns;
    if (app->stopping) {
        tell(app, NULL);
        return;
    }
    /* Nobody is left to commit: what has been committed is all. */
    hc_session_advance(session, now);
    now.mono_ns += HC_NS_PER_S;
    run->drained = hc_session_drained(session, now);
    hc_app_hash(app->sessions[0], hashed);
}

/* ---- the beginning ---- */

static void ready(struct hc_app *app)
{
    struct run *run = run_of(app);
    char kafka[HC_ADDRESS_BYTES], http[HC_ADDRESS_BYTES];
    char bootstrap[HC_ADDRESS_BYTES + 32], steer[HC_ADDRESS_BYTES + 32];
    snprintf(bootstrap, sizeof bootstrap, "HINDCAST_BOOTSTRAP=%s",
             hc_address_text(&app->sessions[0]->bound, kafka));
    snprintf(steer, sizeof steer, "HINDCAST_HTTP=%s",
             app->http ? hc_address_text(&app->http_bound, http) : "");
    const char *const more[] = {bootstrap, steer, "HINDCAST_SESSION=main", NULL};
    struct hc_error error = {0};
    run->started_ns = run->ended_ns = hc_now_read().mono_ns;
    if (hc_process_start(app->loop, run->argv, more, command_ended, app, &run->process, &error) !=
        HC_OK) {
        hc_app_fail(app, HC_AT_CONFIG, &error);
    }
}

/* A terminal sends its interrupt to the command as well. */
static bool on_signal(struct hc_app *app, int signal_number)
{
    struct run *run = run_of(app);
    bool forwarded = signal_number == SIGTERM || signal_number == SIGHUP ||
                     (signal_number == SIGINT && !isatty(STDIN_FILENO));
    if (run->process && forwarded) {
        hc_process_signal(run->process, signal_number);
    }
    return signal_number == SIGHUP ||
           (run->process && signal_number != SIGUSR1 && signal_number != SIGUSR2);
}

/* The harness has failed: the command has nothing to read any more. */
static void failed(struct hc_app *app)
{
    struct run *run = run_of(app);
    run->result = RUN_FAILED;
    if (run->process) {
        hc_process_signal(run->process, SIGTERM);
    }
}

static bool finished(const struct hc_app *app)
{
    return run_of(app)->process == NULL;
}

/* ---- the command line ---- */

static int usage(const char *text)
{
    return hc_cli_complain(HC_EXIT_USAGE, "run", text);
}

/* Takes `flag VALUE` out of the arguments. */
static const char *take_value(int *argc, char **argv, const char *flag)
{
    for (int i = 0; i + 1 < *argc; i++) {
        if (strcmp(argv[i], flag) == 0) {
            const char *value = argv[i + 1];
            memmove(&argv[i], &argv[i + 2], (size_t)(*argc - i - 2) * sizeof *argv);
            *argc -= 2;
            return value;
        }
    }
    return NULL;
}

static void set_defaults(struct hc_config *config)
{
    hc_config_set_default(config, HC_KEY_LISTEN, "127.0.0.1:0");
    hc_config_set_default(config, HC_KEY_HTTP, "127.0.0.1:0");
    hc_config_set_default(config, HC_KEY_SPEED, "max");
    hc_config_set_default(config, HC_KEY_START, "first-consumer");
    hc_config_set_default(config, HC_KEY_GROUP_DISCONNECT, "expel-after 500ms");
    hc_config_set_default(config, HC_KEY_LOCKSTEP_ON_TIMEOUT, "fail");
    hc_config_set_default(config, HC_KEY_LOG_LEVEL, "warn");
}

static int serve(struct run *run, const struct hc_config *config)
{
    const struct hc_app_mode mode = {.context = run,
                                     .ready = ready,
                                     .signal = on_signal,
                                     .failed = failed,
                                     .finished = finished};
    struct hc_arena arena;
    struct hc_plan plan;
    struct hc_error error = {0};
    hc_arena_init(&arena, 0);
    if (hc_plan_make(config, &arena, &plan, &error) != HC_OK) {
        hc_arena_done(&arena);
        return usage(error.text);
    }
    plan.data_dir = NULL;
    for (size_t i = 0; i < plan.session_count; i++) {
        if (plan.sessions[i].config.on_end == HC_ON_END_EXIT) {
            plan.sessions[i].config.on_end = HC_ON_END_HOLD; /* it ends with the command */
        }
    }
    run->result = RUN_FAILED;
    int status = hc_serve_as(&plan, &mode);
    hc_arena_done(&arena);
    return status == HC_EXIT_DONE ? run->result : RUN_FAILED;
}

int hc_command_run(const struct hc_command *command, int argc, char **argv)
{
    int split = 0;
    while (split < argc && strcmp(argv[split], "--") != 0) {
        split++;
    }
    if (split + 1 >= argc) {
        return usage("the command stands behind two dashes: hindcast run [flags] -- pytest");
    }
    struct run run = {.argv = argv + split + 1};
    argc = split;
    run.expect_drained = hc_cli_take(&argc, argv, "--expect-drained");
    run.junit = take_value(&argc, argv, "--junit");
    run.json = take_value(&argc, argv, "--json");
    struct hc_config *config = NULL;
    enum hc_exit status = hc_cli_load(command->name, argc, argv, &config);
    if (status != HC_EXIT_DONE) {
        return (int)status;
    }
    set_defaults(config);
    int result = hc_scope_text(&config->root, HC_KEY_DATA_DIR)
                     ? usage("run is always fresh and keeps nothing: leave --data-dir out")
                     : serve(&run, config);
    hc_config_free(config);
    return result;
}
