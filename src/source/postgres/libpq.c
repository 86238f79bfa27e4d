#include "source/postgres/libpq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct hc_pg_api table;
static struct hc_error failure; /* status HC_OK: the table is filled */

static void load(void)
{
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        hc_error_set(&failure, HC_NOT_FOUND,
                     "PostgreSQL needs the library libpq.so.5, which is not installed: install the "
                     "package libpq5");
        return;
    }
#define RESOLVE(member, function)                                                                  \
    {                                                                                              \
        void *found = dlsym(library, #function);                                                   \
        if (found == NULL) {                                                                       \
            hc_error_set(&failure, HC_NOT_FOUND,                                                   \
                         "libpq.so.5 is too old, it has no " #function                             \
                         ": install a newer package libpq5");                                      \
            return;                                                                                \
        }                                                                                          \
        memcpy(&table.member, &found, sizeof(found));                                              \
    }
    HC_PG_FUNCTIONS(RESOLVE)
#undef RESOLVE
}

enum hc_status hc_pg_api_open(const struct hc_pg_api **ret, struct hc_error *error)
{
    HC_ASSERT(ret != NULL);
    pthread_once(&once, load);
    if (failure.status != HC_OK) {
        if (error != NULL) {
            *error = failure;
        }
        return failure.status;
    }
    *ret = &table;
    return HC_OK;
}
