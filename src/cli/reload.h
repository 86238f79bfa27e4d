/* SIGHUP: the configuration is read again, and what can change does. */
#ifndef HC_CLI_RELOAD_H
#define HC_CLI_RELOAD_H

#include "config/config.h"

/* What the process was started with; everything is borrowed until the next call. */
void hc_reload_arm(const struct hc_config *config, int argc, char **argv);

/* Loads it again. Log level and format apply at once; settings that differ and need a restart are
 * named in the log; one that is wrong leaves everything as it is. Does nothing before
 * hc_reload_arm. The loop's thread. */
void hc_reload(void);

#endif
