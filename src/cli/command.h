/* The commands of the tool, and what a command is given. Inside the room. */
#ifndef HC_CLI_COMMAND_H
#define HC_CLI_COMMAND_H

#include "cli/exit.h"
#include "cli/plan.h"
#include "config/config.h"

#include <stdio.h>

struct hc_command {
    const char *name;
    const char *usage;   /* behind the name */
    const char *summary; /* one line */
    const char *text;    /* what `hindcast NAME --help` says first */
    bool takes_settings; /* the flags of the configuration table */
    int (*run)(const struct hc_command *command, int argc, char **argv); /* behind the name */
};

/* `hindcast --help` and `hindcast NAME --help`. */
void hc_help_print(FILE *out, const struct hc_command *commands, size_t count);
void hc_help_print_command(FILE *out, const struct hc_command *command);

/* "hindcast: TEXT" and where help is, on standard error. Returns `status`. */
int hc_cli_complain(enum hc_exit status, const char *command, const char *text);

/* Takes the first `flag` out of the arguments; true when it was there. */
bool hc_cli_take(int *argc, char **argv, const char *flag);

int hc_command_check(const struct hc_command *command, int argc, char **argv);
int hc_command_config(const struct hc_command *command, int argc, char **argv);
int hc_command_mirror(const struct hc_command *command, int argc, char **argv);
int hc_command_verify(const struct hc_command *command, int argc, char **argv);
int hc_command_ctl(const struct hc_command *command, int argc, char **argv);
int hc_command_hash(const struct hc_command *command, int argc, char **argv);
int hc_command_run(const struct hc_command *command, int argc, char **argv);
int hc_command_serve(const struct hc_command *command, int argc, char **argv);
int hc_command_version(const struct hc_command *command, int argc, char **argv);

/* Loads the configuration, plans, lets `change` (NULL: nothing) have its say, and serves. */
typedef enum hc_status hc_plan_change(const struct hc_config *config, struct hc_plan *plan,
                                      struct hc_error *error);
int hc_cli_serve(const struct hc_command *command, int argc, char **argv, hc_plan_change *change);

/* Loads the configuration and complains where that fails. HC_EXIT_DONE: *ret is owned. */
enum hc_exit hc_cli_load(const char *command, int argc, char **argv, struct hc_config **ret);

#endif
