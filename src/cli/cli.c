#include "cli/cli.h"

#include "base/nearest.h"
#include "cli/command.h"
#include "cli/reload.h"
#include "cli/serve.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static const struct hc_command commands[] = {
    {"serve", "[flags]", "Serve historical candles to Kafka consumers, under a market clock.",
     "Serves one or more topics until it is told to stop (SIGTERM, SIGINT) or, with --on-end exit, "
     "until the replay\nhas been read to its end. Without any flag it serves the built-in "
     "synthetic market. One line of JSON on\nstandard output says when it is ready and where. "
     "SIGUSR1 pauses the clock, SIGUSR2 resumes it.\n",
     true, hc_command_serve},
    {"check", "[flags] [--json]", "Read a source and report what is in it, without serving.",
     "Reads everything that `serve` would read, with the same flags, and reports rows, refused "
     "rows, span, interval,\nsymbols, gaps and repeated rows, what was detected, one record as it "
     "would be served, and how long the replay\ntakes at this speed. --json prints the same for "
     "programs.\n",
     true, hc_command_check},
    {"mirror", "--target HOST:PORT [flags]",
     "Write what becomes visible into a Kafka cluster, once.",
     "Writes every record into a real Kafka or Redpanda cluster at the instant at which it becomes "
     "visible, exactly once\nwhatever dies, and ends when the replay has (--on-end hold: goes on "
     "serving). It goes on where the cluster proves\nthat it was. The cluster is looked at first; "
     "--dry-run does only that. docs/mirror.md tells what is promised.\n",
     true, hc_command_mirror},
    {"verify", "--target HOST:PORT [flags]", "Compare a mirrored cluster with its source.",
     "Compares every record of a mirror (--name) with the source, with the flags the mirror was "
     "given, and tells the\nfirst difference. Exit status 0: none.\n",
     true, hc_command_verify},
    {"config", "show|check [flags]", "Show every setting with its origin, or check a file.",
     "`config show` prints every setting: its value, where it comes from (default, FILE:LINE, "
     "variable or flag) and\nwhat it means, in the form of a configuration file. `config check` "
     "says whether `serve` would accept the\nsettings.\n",
     true, hc_command_config},
    {"run", "[flags] [--expect-drained] [--junit FILE] [--json FILE] -- COMMAND",
     "Replay for one command, and end with it.",
     "Starts a fresh replay on free ports, then COMMAND with HINDCAST_BOOTSTRAP, HINDCAST_HTTP and "
     "HINDCAST_SESSION\nset, and ends when it does, with its status (128 + n when a signal ended "
     "it), 124 where --expect-drained and not\neverything was read, 125 where hindcast itself "
     "failed. The market runs at --speed max, from the first fetch on.\nA summary goes to standard "
     "error, and as asked for to a JSON or a JUnit XML file.\n",
     true, hc_command_run},
    {"hash", "[flags]", "Print a SHA-256 of each topic as it is replayed.",
     "Loads what `serve` would replay and prints one hash a topic: over offsets, times, keys, "
     "values "
     "and headers\n(docs/control.md says how). Equal history gives equal hashes, at any speed and "
     "on any machine.\n",
     true, hc_command_hash},
    {"ctl", "COMMAND [flags]", "Steer a session of a running hindcast.",
     "  status                      what the session does\n"
     "  pause, resume, reset        reset: from the start again, without commits\n"
     "  seek TIME [--skip]          to a market time; --skip leaves out what lies between\n"
     "  speed N|max\n"
     "  step [N [instants] | DURATION | --records N]\n"
     "  wait [--until ended|TIME] [--timeout DURATION]\n\n"
     "Flags: --http HOST:PORT (HINDCAST_HTTP, else 127.0.0.1:9644), --session NAME "
     "(HINDCAST_SESSION, else main),\n--json. Exit status 0: done; 2: refused; 4: nobody "
     "listens; 8: the wait timed out.\n",
     false, hc_command_ctl},
    {"version", "", "Print the version and those of the libraries within.",
     "Prints the version and those of the libraries within.\n", false, hc_command_version},
};

int hc_cli_complain(enum hc_exit status, const char *command, const char *text)
{
    fprintf(stderr, "hindcast: %s\n", text);
    if (status == HC_EXIT_USAGE) {
        fprintf(stderr, "`hindcast %s%s--help` tells what there is.\n", command ? command : "",
                command ? " " : "");
    }
    return (int)status;
}

bool hc_cli_take(int *argc, char **argv, const char *flag)
{
    for (int i = 0; i < *argc; i++) {
        if (strcmp(argv[i], flag) == 0) {
            memmove(&argv[i], &argv[i + 1], (size_t)(*argc - i - 1) * sizeof *argv);
            (*argc)--;
            return true;
        }
    }
    return false;
}

enum hc_exit hc_cli_load(const char *command, int argc, char **argv, struct hc_config **ret)
{
    HC_ASSERT(argc >= 0);
    struct hc_config_input input = {.arguments = (const char *const *)argv,
                                    .argument_count = (size_t)argc,
                                    .environment = environ};
    struct hc_error error = {0};
    if (hc_config_load(&input, ret, &error) != HC_OK) {
        hc_cli_complain(HC_EXIT_USAGE, command, error.text);
        return HC_EXIT_USAGE;
    }
    return HC_EXIT_DONE;
}

int hc_cli_serve(const struct hc_command *command, int argc, char **argv, hc_plan_change *change)
{
    struct hc_config *config = NULL;
    enum hc_exit status = hc_cli_load(command->name, argc, argv, &config);
    if (status != HC_EXIT_DONE) {
        return (int)status;
    }
    struct hc_arena arena;
    struct hc_plan plan;
    struct hc_error error = {0};
    hc_arena_init(&arena, 0);
    int result;
    if (hc_plan_make(config, &arena, &plan, &error) != HC_OK ||
        (change && change(config, &plan, &error) != HC_OK)) {
        result = hc_cli_complain(HC_EXIT_USAGE, command->name, error.text);
    } else {
        hc_log_configure(plan.log_level, plan.log_format);
        for (size_t i = 0; i < config->warning_count; i++) {
            char text[512];
            hc_log(HC_LOG_WARN, "unknown-variable", "what=%s",
                   hc_log_quote(config->warnings[i], text, sizeof text));
        }
        hc_reload_arm(config, argc, argv);
        result = hc_serve(&plan);
        hc_reload_arm(NULL, 0, NULL);
    }
    hc_arena_done(&arena);
    hc_config_free(config);
    return result;
}

int hc_command_serve(const struct hc_command *command, int argc, char **argv)
{
    return hc_cli_serve(command, argc, argv, NULL);
}

static const struct hc_command *command_named(struct hc_slice name)
{
    for (size_t i = 0; i < HC_COUNT(commands); i++) {
        if (hc_slice_equal_str(name, commands[i].name)) {
            return &commands[i];
        }
    }
    return NULL;
}

static int unknown_command(struct hc_slice name)
{
    char text[512], near[128];
    struct hc_slice names[HC_COUNT(commands)];
    for (size_t i = 0; i < HC_COUNT(commands); i++) {
        names[i] = hc_slice_str(commands[i].name);
    }
    if (name.size && name.data[0] == '-') {
        snprintf(text, sizeof text, "a command comes first, as in: hindcast serve %.*s",
                 (int)HC_MIN(name.size, (size_t)200), name.data);
    } else {
        hc_nearest_text(name, names, HC_COUNT(names), near, sizeof near);
        snprintf(text, sizeof text, "\"%.*s\" is no command; the nearest is %s",
                 (int)HC_MIN(name.size, (size_t)200), name.data, near);
    }
    return hc_cli_complain(HC_EXIT_USAGE, NULL, text);
}

static int help(int argc, char **argv)
{
    const struct hc_command *command = argc > 0 ? command_named(hc_slice_str(argv[0])) : NULL;
    if (argc > 0 && !command) {
        return unknown_command(hc_slice_str(argv[0]));
    }
    if (command) {
        hc_help_print_command(stdout, command);
    } else {
        hc_help_print(stdout, commands, HC_COUNT(commands));
    }
    return HC_EXIT_DONE;
}

/* Help is for people who ask for it; what they did not ask for goes to standard error. */
static int run(int argc, char **argv)
{
    if (argc < 2) {
        hc_help_print(stderr, commands, HC_COUNT(commands));
        return HC_EXIT_USAGE;
    }
    struct hc_slice name = hc_slice_str(argv[1]);
    argc -= 2;
    argv += 2;
    if (hc_word_index("--help|-h|help", name) >= 0) {
        return help(argc, argv);
    }
    if (hc_word_index("--version|-V", name) >= 0) {
        name = HC_SLICE("version");
    }
    const struct hc_command *command = command_named(name);
    if (!command) {
        return unknown_command(name);
    }
    if (hc_cli_take(&argc, argv, "--help") || hc_cli_take(&argc, argv, "-h")) {
        hc_help_print_command(stdout, command);
        return HC_EXIT_DONE;
    }
    return command->run(command, argc, argv);
}

/* A report that was cut off by a full disk or a closed pipe is not done. */
int hc_cli_main(int argc, char **argv)
{
    int status = run(argc, argv);
    bool lost = fflush(stdout) != 0 || ferror(stdout);
    if (!lost || status != HC_EXIT_DONE) {
        return status;
    }
    fprintf(stderr, "hindcast: writing to standard output: %s\n", strerror(errno));
    return HC_EXIT_STORAGE;
}
