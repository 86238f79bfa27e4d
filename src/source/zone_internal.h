/* What zone.c, tzif.c and tzrule.c share. Nobody else includes this. */
#ifndef HC_SOURCE_ZONE_INTERNAL_H
#define HC_SOURCE_ZONE_INTERNAL_H

#include "source/zone.h"

enum { HC_ZONE_MAGIC = 0x5a4f4e45, HC_ZONE_LAST_YEAR = 2210 };

struct hc_zone_change {
    int64_t utc_s;  /* from this instant on ... */
    int32_t offset; /* ... clocks are this many seconds east */
};

struct hc_zone {
    uint32_t magic;
    int32_t first_offset; /* before the first change */
    struct hc_zone_change *changes;
    size_t count;
    int64_t cached_from, cached_to; /* [from, to) has cached_offset */
    int32_t cached_offset;
};

/* Parses TZif bytes into *zone. False when malformed. */
bool hc_tzif_parse(struct hc_slice bytes, struct hc_arena *arena, struct hc_zone *zone);

/* Appends the changes that a POSIX TZ rule ("EST5EDT,M3.2.0,M11.1.0") prescribes after the zone's
 * last one, up to HC_ZONE_LAST_YEAR. `changes` has room for `capacity`. False when malformed. */
bool hc_tzrule_extend(struct hc_slice rule, struct hc_zone *zone, size_t capacity);

#endif
