/* Always-on assertions.
 *
 * HC_ASSERT guards against programmer errors only: it stays in release builds, prints the condition
 * and its place to standard error and aborts. Input from a peer, a file or the environment is never
 * asserted about; it is answered with an error (status.h).
 */
#ifndef HC_BASE_ASSERT_H
#define HC_BASE_ASSERT_H

#include <stddef.h>
#include <stdint.h>

/* Ends the process after printing what was expected. Never returns. */
_Noreturn void hc_panic(const char *file, int line, const char *what);

#define HC_ASSERT(condition) ((condition) ? (void)0 : hc_panic(__FILE__, __LINE__, #condition))
#define HC_UNREACHABLE()     hc_panic(__FILE__, __LINE__, "unreachable")

/* Long-lived objects open with a magic number; HC_MAGIC_CHECK turns a `void *` back into its type
 * only after looking at it. */
#define HC_CHECK_MAGIC(object, expected)                                                           \
    HC_ASSERT((object) != NULL && (object)->magic == (expected))

#define HC_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HC_MIN(a, b)    ((a) < (b) ? (a) : (b))
#define HC_MAX(a, b)    ((a) > (b) ? (a) : (b))
#define HC_CONTAINER(pointer, type, member)                                                        \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#if defined(__GNUC__)
#define HC_PRINTF(format, first) __attribute__((__format__(__printf__, format, first)))
#define HC_MUST_USE              __attribute__((warn_unused_result))
#else
#define HC_PRINTF(format, first)
#define HC_MUST_USE
#endif

#endif
