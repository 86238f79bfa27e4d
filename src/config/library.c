#include "config/library.h"

#include <libfyaml.h>
#include <stdio.h>

/* Printed once by one thread. */
const char *hc_config_libraries(void)
{
    static char text[48];
    snprintf(text, sizeof text, "libfyaml %s", fy_library_version());
    return text;
}
