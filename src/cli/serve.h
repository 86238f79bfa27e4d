/* `hindcast serve`: builds the process from a plan and runs it until a signal, the end of the
 * replay or a failure. */
#ifndef HC_CLI_SERVE_H
#define HC_CLI_SERVE_H

#include "cli/plan.h"

/* Returns the process's exit status (cli/exit.h). */
int hc_serve(const struct hc_plan *plan);

#endif
