#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_OUT_OF_MEMORY = 75 };

/* Every size that comes here is one the program bounded itself, so running out is the operator's
 * limit. */
static void *check(void *memory, size_t size)
{
    if (!memory && size > 0) {
        fprintf(stderr, "hindcast: out of memory (%zu bytes wanted)\n", size);
        exit(EXIT_OUT_OF_MEMORY);
    }
    return memory;
}

void *hc_alloc(size_t size)
{
    return check(calloc(1, HC_MAX(size, (size_t)1)), size);
}

void *hc_alloc_array(size_t count, size_t size)
{
    HC_ASSERT(size == 0 || count <= SIZE_MAX / size);
    return hc_alloc(count * size);
}

void *hc_realloc_array(void *memory, size_t count, size_t size)
{
    HC_ASSERT(size == 0 || count <= SIZE_MAX / size);
    return check(realloc(memory, HC_MAX(count * size, (size_t)1)), count * size);
}

void *hc_grow(void *array, size_t *capacity, size_t need, size_t element_size)
{
    if (need <= *capacity) {
        return array;
    }
    size_t wanted = *capacity ? *capacity : 8;
    while (wanted < need) {
        HC_ASSERT(wanted <= SIZE_MAX / 2);
        wanted *= 2;
    }
    array = hc_realloc_array(array, wanted, element_size);
    *capacity = wanted;
    return array;
}

char *hc_strdup(const char *text)
{
    return text ? check(strdup(text), strlen(text) + 1) : NULL;
}

char *hc_format(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    int size = vasprintf(&text, format, arguments);
    va_end(arguments);
    return check(size < 0 ? NULL : text, 1);
}
