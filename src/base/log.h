/* Logging: one line per event on standard error, `key=value` or JSON, stable event names.
 *
 *   hc_log(HC_LOG_INFO, "listener-open", "kafka", hc_slice_str("127.0.0.1:9092"), ...)
 *
 * is written with HC_LOG_EVENT below. Thread-safe (one write per line). Values are escaped; raw
 * peer bytes may be passed. Never pass secrets.
 */
#ifndef HC_BASE_LOG_H
#define HC_BASE_LOG_H

#include "base/slice.h"

enum hc_log_level { HC_LOG_ERROR, HC_LOG_WARN, HC_LOG_INFO, HC_LOG_DEBUG };
enum hc_log_format { HC_LOG_TEXT, HC_LOG_JSON };

/* Process-wide, at any time. Default: info, text, file descriptor 2. */
void hc_log_configure(enum hc_log_level level, enum hc_log_format format);

/* Lines go to `sink` instead of standard error (tests); NULL restores. */
typedef void hc_log_sink(void *context, enum hc_log_level level, struct hc_slice line);
void hc_log_set_sink(hc_log_sink *sink, void *context);

bool hc_log_enabled(enum hc_log_level level);

/* `event` is a stable lower-case name with dashes. `format` gives further fields as text already in
 * the form `key=%s other=%d`; values that may hold spaces or foreign bytes go through hc_log_quote
 * first. `format` may be NULL. */
void hc_log(enum hc_log_level level, const char *event, const char *format, ...) HC_PRINTF(3, 4);

/* Quotes and escapes `value` into `out` as one logfmt value. Returns `out`. */
char *hc_log_quote(struct hc_slice value, char *out, size_t capacity);

#endif
