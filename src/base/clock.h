/* The clock seam: only `net` reads the operating system's clocks; everybody else is handed a
 * `struct hc_now`.
 *
 * Monotonic time (ns, CLOCK_MONOTONIC) drives deadlines and the market clock; wall time (ms since
 * the epoch) appears only in logs and in what is shown to people.
 */
#ifndef HC_BASE_CLOCK_H
#define HC_BASE_CLOCK_H

#include <stdint.h>

struct hc_now {
    int64_t mono_ns;
    int64_t wall_ms;
};

#define HC_NS_PER_MS  INT64_C(1000000)
#define HC_NS_PER_S   INT64_C(1000000000)
#define HC_MS_PER_S   INT64_C(1000)
#define HC_MS_PER_DAY INT64_C(86400000)

/* "Never" for deadlines; the smallest and largest market times. */
#define HC_NEVER    INT64_MAX
#define HC_TIME_MIN INT64_MIN

#endif
