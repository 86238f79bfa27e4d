#include "http/library.h"

#include <http_parser.h>
#include <stdio.h>

/* Printed once by one thread. */
const char *hc_http_libraries(void)
{
    static char text[48];
    unsigned long version = http_parser_version();
    snprintf(text, sizeof text, "http-parser %lu.%lu.%lu", version >> 16 & 255, version >> 8 & 255,
             version & 255);
    return text;
}
