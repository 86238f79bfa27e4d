#include "offsets/library.h"

#include <sqlite3.h>

const char *hc_offsets_libraries(void)
{
    return "sqlite " SQLITE_VERSION;
}
