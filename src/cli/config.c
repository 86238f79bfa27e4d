/* `hindcast config show` and `hindcast config check`. */
#include "cli/command.h"
#include "cli/plan.h"

static void print_warnings(const struct hc_config *config)
{
    for (size_t i = 0; i < config->warning_count; i++) {
        fprintf(stderr, "hindcast: warning: " HC_SLICE_FMT "\n", HC_SLICE_ARG(config->warnings[i]));
    }
}

static int show(const struct hc_config *config)
{
    struct hc_buffer out = {0};
    hc_config_show(config, &out);
    fwrite(out.data, 1, out.size, stdout);
    hc_buffer_done(&out);
    return fflush(stdout) == 0 ? HC_EXIT_DONE : HC_EXIT_STORAGE;
}

static int tell_fine(const struct hc_config *config, const struct hc_plan *plan)
{
    printf(HC_SLICE_FMT ": fine; %zu topic%s, %zu session%s\n",
           HC_SLICE_ARG(config->file.data ? config->file : HC_SLICE("settings")), plan->spec_count,
           plan->spec_count == 1 ? "" : "s", plan->session_count,
           plan->session_count == 1 ? "" : "s");
    return HC_EXIT_DONE;
}

int hc_command_config(const struct hc_command *command, int argc, char **argv)
{
    int verb = argc > 0 ? hc_word_index("show|check", hc_slice_str(argv[0])) : -1;
    if (verb < 0) {
        return hc_cli_complain(HC_EXIT_USAGE, command->name,
                               "write `hindcast config show` or `hindcast config check`");
    }
    struct hc_config *config = NULL;
    enum hc_exit status = hc_cli_load(command->name, argc - 1, argv + 1, &config);
    if (status != HC_EXIT_DONE) {
        return (int)status;
    }
    struct hc_arena arena;
    struct hc_plan plan;
    struct hc_error error = {0};
    hc_arena_init(&arena, 0);
    print_warnings(config);
    int result = verb == 0 ? show(config) : HC_EXIT_DONE;
    if (hc_plan_make(config, &arena, &plan, &error) != HC_OK) {
        result = hc_cli_complain(HC_EXIT_USAGE, command->name, error.text);
    } else if (verb == 1) {
        result = tell_fine(config, &plan);
    }
    hc_arena_done(&arena);
    hc_config_free(config);
    return result;
}
