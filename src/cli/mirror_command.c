/* `hindcast mirror` and `hindcast verify`: serving, with a cluster as the consumer. */
#include "cli/command.h"
#include "cli/plan_mirror.h"

static enum hc_status need_target(const struct hc_plan *plan, struct hc_error *error)
{
    return plan->mirror ? HC_OK
                        : hc_error_set(error, HC_USAGE,
                                       "say which cluster: --target HOST:PORT (mirror.target)");
}

/* Its position comes from the cluster alone, so nothing is kept here; nobody connects unless an
 * address was asked for; and the end of the replay is the end of the work. */
static enum hc_status as_mirror(const struct hc_config *config, struct hc_plan *plan,
                                struct hc_error *error)
{
    struct hc_session_config *session = &plan->sessions[0].config;
    if (need_target(plan, error) != HC_OK) {
        return HC_USAGE;
    }
    bool given = hc_scope_is_given(&config->sessions[0], HC_KEY_ON_END);
    plan->mirror->exits = !given || session->on_end == HC_ON_END_EXIT;
    plan->mirror->alone = !hc_scope_is_given(&config->root, HC_KEY_LISTEN);
    plan->http_on = plan->http_on && hc_scope_is_given(&config->root, HC_KEY_HTTP);
    session->on_end = HC_ON_END_HOLD; /* the mirror itself ends the process */
    return HC_OK;
}

static enum hc_status as_verify(const struct hc_config *config, struct hc_plan *plan,
                                struct hc_error *error)
{
    enum hc_status status = as_mirror(config, plan, error);
    if (status == HC_OK) {
        plan->mirror->config.verify = true;
        plan->mirror->config.restart = false;
        plan->mirror->alone = true;
        plan->http_on = false;
    }
    return status;
}

int hc_command_mirror(const struct hc_command *command, int argc, char **argv)
{
    return hc_cli_serve(command, argc, argv, as_mirror);
}

int hc_command_verify(const struct hc_command *command, int argc, char **argv)
{
    return hc_cli_serve(command, argc, argv, as_verify);
}
