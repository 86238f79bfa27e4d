#include "cli/reload.h"

#include "cli/plan.h"

#include <unistd.h>

static struct {
    const struct hc_config *config;
    int argc;
    char **argv;
} started;

void hc_reload_arm(const struct hc_config *config, int argc, char **argv)
{
    HC_ASSERT(argc >= 0 && (argc == 0 || argv != NULL));
    started.config = config;
    started.argc = argc;
    started.argv = argv;
}

static void log_with(enum hc_log_level level, const char *event, const char *name,
                     struct hc_slice text)
{
    char quoted[HC_ERROR_TEXT_BYTES];
    hc_log(level, event, "%s=%s", name, hc_log_quote(text, quoted, sizeof quoted));
}

static void apply(const struct hc_config *config, const struct hc_plan *plan)
{
    struct hc_buffer differing = {0};
    hc_log_configure(plan->log_level, plan->log_format);
    hc_config_differ(started.config, config, &differing);
    if (differing.size) {
        log_with(HC_LOG_WARN, "reload-needs-restart", "keys", hc_buffer_slice(&differing));
    }
    hc_buffer_done(&differing);
    hc_log(HC_LOG_INFO, "reloaded", NULL);
}

void hc_reload(void)
{
    if (!started.config) {
        return;
    }
    struct hc_config_input input = {.arguments = (const char *const *)started.argv,
                                    .argument_count = (size_t)started.argc,
                                    .environment = environ};
    struct hc_config *config = NULL;
    struct hc_arena arena;
    struct hc_plan plan;
    struct hc_error error = {0};
    hc_arena_init(&arena, 0);
    enum hc_status status = hc_config_load(&input, &config, &error);
    if (status == HC_OK) {
        status = hc_plan_make(config, &arena, &plan, &error);
    }
    if (status == HC_OK) {
        apply(config, &plan);
    } else {
        log_with(HC_LOG_WARN, "reload-refused", "why", hc_slice_str(error.text));
    }
    hc_arena_done(&arena);
    hc_config_free(config);
}
