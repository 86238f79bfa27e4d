/* What a server's refusal means: another try, or a sentence for somebody. Pure functions. */
#ifndef HC_SOURCE_POSTGRES_FAILURE_H
#define HC_SOURCE_POSTGRES_FAILURE_H

#include "base/slice.h"
#include "base/status.h"

enum { HC_SQLSTATE_BYTES = 6 };

/* HC_AGAIN: will pass by itself (08, 53, 57P01-57P03, 57014, 40001, 40P01, 55006, 25P02, 58);
 * HC_DENIED: 28, 42501; HC_NOT_FOUND: 3D, 3F, 42P01, 42703; else HC_INVALID. An empty state is a
 * lost connection. */
enum hc_status hc_pg_failure_status(const char *sqlstate);

/* Finds the state in "...FATAL:  28P01: password authentication failed ...", as libpq words it with
 * PQERRORS_VERBOSE, and what follows it up to the end of the line. False: there is none. */
bool hc_pg_failure_parse(const char *message, char ret_state[HC_SQLSTATE_BYTES],
                         struct hc_slice *ret_text);

/* The first line of a message, without surrounding white space. */
struct hc_slice hc_pg_failure_line(const char *message);

#endif
