/* The command line tool: commands, help, versions. */
#ifndef HC_CLI_CLI_H
#define HC_CLI_CLI_H

/* Everything main does. Returns the exit status (cli/exit.h). */
int hc_cli_main(int argc, char **argv);

#endif
