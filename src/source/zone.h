/* Time zones: by name from the system's tzdata (TZif, RFC 8536), or a fixed offset such as +03:00.
 *
 * A zone lives in an arena. It carries a small cache: one thread at a time.
 */
#ifndef HC_SOURCE_ZONE_H
#define HC_SOURCE_ZONE_H

#include "base/arena.h"
#include "base/status.h"
#include "source/spec.h"

struct hc_zone;

/* "UTC", "Z", "+03:00", "+0300", "Europe/Moscow"; null or empty is UTC. Names are looked up below
 * $TZDIR, else /usr/share/zoneinfo. HC_USAGE: no such zone; HC_INVALID: its file is malformed. *ret
 * is arena. */
HC_MUST_USE enum hc_status hc_zone_open(struct hc_slice name, struct hc_arena *arena,
                                        struct hc_zone **ret, struct hc_error *error);

/* True where the offset never changes. */
bool hc_zone_is_fixed(const struct hc_zone *zone);

/* Seconds east of UTC at an instant (seconds since the epoch). */
int32_t hc_zone_offset(struct hc_zone *zone, int64_t utc_s);

enum hc_local {
    HC_LOCAL_UNIQUE,
    HC_LOCAL_REPEATED, /* *ret_later is the second of the two instants */
    HC_LOCAL_SKIPPED,  /* no clock ever showed it; outputs untouched */
};

/* The instant at which clocks of the zone show `local_s` (seconds since 1970-01-01 00:00 local). */
enum hc_local hc_zone_local(struct hc_zone *zone, int64_t local_s, int64_t *ret_earlier,
                            int64_t *ret_later);

/* `open_ns` moved on by `steps` intervals (negative: back): fixed ones by their length, calendar
 * ones by days or months of the zone's calendar at the same local time of day (a skipped time moves
 * on with the clocks, a repeated one is the earlier; a day that the month lacks becomes its last).
 * Stays within int64 for times of years 1700 to 2200. */
int64_t hc_interval_step(const struct hc_interval *interval, struct hc_zone *zone, int64_t open_ns,
                         int32_t steps);

/* About how long one interval is, for counting: exact for fixed ones, a mean month is 30.44 days. 0
 * for events. */
int64_t hc_interval_nominal_ns(const struct hc_interval *interval);

bool hc_interval_equal(const struct hc_interval *a, const struct hc_interval *b);

#endif
