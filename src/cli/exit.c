#include "cli/exit.h"

enum hc_exit hc_exit_of(enum hc_exit_place place, enum hc_status status)
{
    if (status == HC_NO_MEMORY) {
        return HC_EXIT_MEMORY;
    }
    if (status == HC_INTERNAL) {
        return HC_EXIT_INTERNAL;
    }
    switch (place) {
    case HC_AT_CONFIG:
        return HC_EXIT_USAGE;
    case HC_AT_SOURCE:
        if (status == HC_USAGE) {
            return HC_EXIT_USAGE;
        }
        return status == HC_NO_SPACE ? HC_EXIT_STORAGE : HC_EXIT_SOURCE;
    case HC_AT_ADDRESS:
        return HC_EXIT_ADDRESS;
    case HC_AT_DIRECTORY:
        return status == HC_IO || status == HC_NO_SPACE ? HC_EXIT_STORAGE : HC_EXIT_DIRECTORY;
    }
    return HC_EXIT_INTERNAL;
}
