/* Hindcast in a program of your own: a Kafka broker of the past for a test, without a second
 * process.
 *
 *   struct hindcast *market;
 *   char error[HINDCAST_ERROR_BYTES];
 *   static const char *const flags[] = {"--source", "demo:", "--speed", "max", NULL};
 *   if (hindcast_start(flags, &market, error, sizeof error) != HINDCAST_OK) { ... error ... }
 *   hindcast_wait_ready(market, 5000);
 *   ... bootstrap.servers = hindcast_bootstrap(market) ...
 *   hindcast_stop(market, error, sizeof error);
 *
 * A broker runs in threads of its own; any number of them may run in one process, each with its own
 * sessions, topics and addresses (without --data-dir nothing is shared but the segments in the
 * cache directory). Flags are those of `hindcast serve` (docs/configuration.md), with other
 * defaults:
 * `--listen 127.0.0.1:0 --http 127.0.0.1:0` (any free port) and `--log-level warn`. Environment
 * variables are not read; a configuration file is, with --config.
 *
 * What it leaves alone: signals (all are blocked in its threads), standard output, the limit of
 * open files, the working directory, the environment. What it shares with your program: standard
 * error, where its log goes, and the log's level and format, which the broker started last decides
 * for all. A broken invariant of the broker ends the process (abort), as an assertion of your own
 * would.
 *
 * Any function may be called from any thread, also at once for one broker, except that nothing may
 * be called for it during or after hindcast_stop. Not from a signal handler, nor in a child after
 * fork. Times are milliseconds.
 *
 * Link: -lhindcast and the libraries named in docs/embedding.md.
 */
#ifndef HINDCAST_HINDCAST_H
#define HINDCAST_HINDCAST_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hindcast;

/* HINDCAST_OK, or what went wrong: the exit statuses of the tool (docs/operations.md), and
 * HINDCAST_TIMED_OUT. Other positive numbers may be added. */
enum hindcast_status {
    HINDCAST_TIMED_OUT = -1, /* what was waited for has not happened; nothing is lost */
    HINDCAST_OK = 0,
    HINDCAST_INTERNAL = 1,
    HINDCAST_USAGE = 2,         /* a flag, a key, a value; the source is ambiguous */
    HINDCAST_SOURCE = 3,        /* does not exist, refused, unreadable, of the wrong shape */
    HINDCAST_ADDRESS = 4,       /* in use or not permitted */
    HINDCAST_DIRECTORY = 5,     /* data or cache directory: locked, foreign, corrupt */
    HINDCAST_START_TIMEOUT = 8, /* --start-timeout has passed */
    HINDCAST_STORAGE = 74,
};

/* Texts are cut to the room they are given; this is enough for all of them. */
enum { HINDCAST_ERROR_BYTES = 1536 };

/* Starts a broker; returns when its addresses accept connections (milliseconds), while topics may
 * still be found and loaded. `flags` ends with NULL; strings are copied. *ret is owned: end it with
 * hindcast_stop. On failure it is untouched, nothing is left, and `error` (may be NULL) holds a
 * sentence. */
int hindcast_start(const char *const *flags, struct hindcast **ret, char *error,
                   size_t error_bytes);

/* Waits until topics and partition counts are known, as the ready line of the tool says it; loading
 * may go on, and consumers wait for what is not loaded yet. Negative: for ever; 0: only looks.
 * HINDCAST_TIMED_OUT, or the status with which the broker has ended instead (its sentence is told
 * by hindcast_stop). */
int hindcast_wait_ready(struct hindcast *broker, int timeout_ms);

/* Waits until the broker has ended by itself: by --on-end exit (HINDCAST_OK) or by a failure.
 * HINDCAST_TIMED_OUT while it runs. */
int hindcast_wait_ended(struct hindcast *broker, int timeout_ms);

/* "127.0.0.1:39092": what bootstrap.servers takes. Borrowed until hindcast_stop. */
const char *hindcast_bootstrap(const struct hindcast *broker);

/* "127.0.0.1:39644": where the clock is steered and metrics are read; NULL with `--http off`.
 * Borrowed until hindcast_stop. */
const char *hindcast_http(const struct hindcast *broker);

/* Ends the broker and frees it: answers what waits, closes connections, stores positions where
 * there is a --data-dir; at most 5 s, usually milliseconds. Returns HINDCAST_OK, or the status with
 * which it had failed, then with a sentence in `error` (may be NULL). NULL: nothing to do. */
int hindcast_stop(struct hindcast *broker, char *error, size_t error_bytes);

/* "0.1.0". Static. */
const char *hindcast_version(void);

#ifdef __cplusplus
}
#endif

#endif
