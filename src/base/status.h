/* Environment errors: one closed enum, and an error object that carries a sentence for a human.
 *
 * Functions that can fail for reasons outside the program return `enum hc_status`; those on
 * start-up and ingest paths also fill a `struct hc_error`, whose text names the file, line, key or
 * column and the remedy. Libraries return, the function that decides logs.
 */
#ifndef HC_BASE_STATUS_H
#define HC_BASE_STATUS_H

#include "base/assert.h"

#include <stdbool.h>

#define HC_STATUS_LIST(X)                                                                          \
    X(OK, "ok")                                                                                    \
    X(END, "end of input")                                                                         \
    X(AGAIN, "not ready yet")                                                                      \
    X(INVALID, "malformed input")                                                                  \
    X(USAGE, "wrong usage or configuration")                                                       \
    X(NOT_FOUND, "not found")                                                                      \
    X(EXISTS, "already exists")                                                                    \
    X(DENIED, "permission denied")                                                                 \
    X(LIMIT, "a limit was reached")                                                                \
    X(UNSUPPORTED, "not supported")                                                                \
    X(LOCKED, "held by another process")                                                           \
    X(CORRUPT, "corrupt data")                                                                     \
    X(CHANGED, "source changed")                                                                   \
    X(NO_SPACE, "no space left on device")                                                         \
    X(IO, "input/output error")                                                                    \
    X(CANCELLED, "cancelled")                                                                      \
    X(NO_MEMORY, "out of memory")                                                                  \
    X(INTERNAL, "internal failure")

enum hc_status {
#define HC_STATUS_ENUM(name, text) HC_##name,
    HC_STATUS_LIST(HC_STATUS_ENUM)
#undef HC_STATUS_ENUM
};

/* A short phrase for a status; never NULL, static storage. */
const char *hc_status_text(enum hc_status status);

enum { HC_ERROR_TEXT_BYTES = 1024 };

/* An error for a human. Zero-initialise; a value, copy freely. */
struct hc_error {
    enum hc_status status;
    char text[HC_ERROR_TEXT_BYTES];
};

/* Fills *error (when not NULL) and returns `status`, so that a failing function can end with
 * `return hc_error_set(error, HC_INVALID, "...")`. A longer text is cut. */
enum hc_status hc_error_set(struct hc_error *error, enum hc_status status, const char *format, ...)
    HC_PRINTF(3, 4);

/* As hc_error_set with the text and status of errno `code` appended; ENOSPC and EDQUOT become
 * HC_NO_SPACE, ENOENT HC_NOT_FOUND, EACCES and EPERM HC_DENIED, everything else HC_IO. */
enum hc_status hc_error_errno(struct hc_error *error, int code, const char *format, ...)
    HC_PRINTF(3, 4);

/* Puts "prefix: " before the text of an error already set. Returns its status. */
enum hc_status hc_error_prefix(struct hc_error *error, const char *format, ...) HC_PRINTF(2, 3);

#endif
