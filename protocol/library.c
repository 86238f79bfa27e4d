#include "protocol/library.h"

#include <lz4.h>
#include <stdio.h>
#include <zlib.h>
#include <zstd.h>

/* Printed once by one thread. */
const char *hp_libraries(void)
{
    static char text[96];
    snprintf(text, sizeof text, "zstd %s, lz4 %s, zlib %s, snappy", ZSTD_versionString(),
             LZ4_versionString(), zlibVersion());
    return text;
}
