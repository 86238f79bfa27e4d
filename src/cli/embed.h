/* The public C API: a broker in a thread of another program. What it promises stands in
 * hindcast/hindcast.h; embed.c runs `serve` in a mode that touches nothing process-wide. */
#ifndef HC_CLI_EMBED_H
#define HC_CLI_EMBED_H

#include "hindcast/hindcast.h"

#endif
