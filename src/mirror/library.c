#include "mirror/library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

enum { OLDEST_VERSION = 0x02000000 };

static const char soname[] = "librdkafka.so.1";
static struct hc_rdkafka table;
static struct hc_error why;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static const struct {
    const char *name;
    size_t at;
} symbols[] = {
#define SYMBOL(name) {"rd_kafka_" #name, offsetof(struct hc_rdkafka, name)},
    HC_RDKAFKA_FUNCTIONS(SYMBOL)
#undef SYMBOL
};
_Static_assert(sizeof(struct hc_rdkafka) == HC_COUNT(symbols) * sizeof(void *), "a slot for each");

static void load(void)
{
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        hc_error_set(&why, HC_NOT_FOUND,
                     "the mirror needs %s, which is not here (%s): install the package librdkafka1",
                     soname, dlerror());
        return;
    }
    for (size_t i = 0; i < HC_COUNT(symbols); i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol) {
            hc_error_set(&why, HC_UNSUPPORTED,
                         "%s has no %s: the mirror needs librdkafka 2.0 or newer", soname,
                         symbols[i].name);
            return;
        }
        memcpy((char *)&table + symbols[i].at, &symbol, sizeof symbol);
    }
    if (table.version() < OLDEST_VERSION) {
        hc_error_set(&why, HC_UNSUPPORTED,
                     "%s is version %s, which may lose records: the mirror needs 2.0 or newer",
                     soname, table.version_str());
    }
}

enum hc_status hc_rdkafka_open(const struct hc_rdkafka **ret, struct hc_error *error)
{
    pthread_once(&once, load);
    if (why.status != HC_OK) {
        *error = why;
        return why.status;
    }
    *ret = &table;
    return HC_OK;
}
