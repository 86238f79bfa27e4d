/* Exit statuses, as pipelines depend on them (docs/operations.md). */
#ifndef HC_CLI_EXIT_H
#define HC_CLI_EXIT_H

#include "base/status.h"

enum hc_exit {
    HC_EXIT_DONE = 0,
    HC_EXIT_INTERNAL = 1,
    HC_EXIT_USAGE = 2,
    HC_EXIT_SOURCE = 3,    /* does not exist, refused, unreadable, wrong shape */
    HC_EXIT_ADDRESS = 4,   /* in use or not permitted */
    HC_EXIT_DIRECTORY = 5, /* data or cache directory: locked, foreign, corrupt */
    HC_EXIT_MIRROR = 6,    /* the mirror's target refused or lost, or verify found a difference */
    HC_EXIT_FENCED = 7,    /* by a newer mirror of the same name */
    HC_EXIT_TIMED_OUT = 8, /* start condition or lockstep */
    HC_EXIT_STORAGE = 74,
    HC_EXIT_MEMORY = 75,
};

/* Where a failure happened decides what its status means. */
enum hc_exit_place { HC_AT_CONFIG, HC_AT_SOURCE, HC_AT_ADDRESS, HC_AT_DIRECTORY };
enum hc_exit hc_exit_of(enum hc_exit_place place, enum hc_status status);

#endif
