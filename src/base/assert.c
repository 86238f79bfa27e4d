#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void hc_panic(const char *file, int line, const char *what)
{
    fprintf(stderr, "hindcast: assertion failed: %s (%s:%d)\n", what, file, line);
    fflush(stderr);
    abort();
}
