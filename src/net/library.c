#include "net/library.h"

#include <stdio.h>
#include <uv.h>

/* Printed once by one thread. */
const char *hc_net_libraries(void)
{
    static char text[32];
    snprintf(text, sizeof text, "libuv %s", uv_version_string());
    return text;
}
